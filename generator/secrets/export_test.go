package secrets

// WriteFaulty is Write with a function that is asked before each step that
// changes the directory, and stops the run by returning an error.
func WriteFaulty(dir string, ring Ring, rotate []string, src Source, fault func(step string) error) (Result, error) {
	return write(&store{dir: dir, fault: fault}, ring, rotate, src)
}

var (
	Draw          = draw
	PublicKeyHash = publicKeyHash
)
