package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// compile makes the compiled folder and the secrets of the world, or copies
// those that the flags name.
func (w *World) compile(o Options) {
	w.Helper()
	w.Out, w.Secrets = filepath.Join(w.Dir, "out"), filepath.Join(w.Dir, "secrets")
	if *out != "" {
		if *secrets == "" {
			w.Fatal("-out names a compiled folder, but -secrets not its secrets")
		}
		w.must(copyTree(*out, w.Out))
		w.must(copyTree(*secrets, w.Secrets))
		return
	}
	text := o.Spec
	if text == nil {
		var err error
		text, err = os.ReadFile("ring.yaml")
		w.must(err)
	}
	w.Compile(text)
}

// Compiled says whether the world compiled its folder itself, so that it can
// compile a changed spec into it.
func (w *World) Compiled() bool { return *out == "" }

// Compile compiles a spec into the world's folder, as a user would, with the
// flags of `ringwright generate` that are given, and makes the secrets that are
// missing.
func (w *World) Compile(text []byte, flags ...string) {
	w.Helper()
	file := filepath.Join(w.Dir, "ring.yaml")
	w.must(os.WriteFile(file, text, 0o644))
	w.ringwright(append([]string{"generate", "-f", file, "-o", w.Out}, flags...)...)
	w.ringwright("secrets", "-f", file, "-o", w.Secrets)
}

// Edit compiles the spec again with one text in the place of another, which has
// to be there, and with flags of `ringwright generate`.
func (w *World) Edit(old, text string, flags ...string) {
	w.Helper()
	spec := w.Spec()
	if !strings.Contains(spec, old) {
		w.Fatalf("the spec has no %q", old)
	}
	w.Compile([]byte(strings.Replace(spec, old, text, 1)), flags...)
}

// WantCompiled skips a test that changes the spec where the flag -out has the
// world run a folder of another's.
func (w *World) WantCompiled() {
	w.Helper()
	if !w.Compiled() {
		w.Skip("changes the spec, and the folder was compiled elsewhere")
	}
}

// Spec is the text that the world's folder was compiled from.
func (w *World) Spec() string {
	w.Helper()
	text, err := os.ReadFile(filepath.Join(w.Dir, "ring.yaml"))
	w.must(err)
	return string(text)
}

func (w *World) ringwright(args ...string) {
	w.Helper()
	if said, err := exec.Command(filepath.Join(w.prepared.programs, "ringwright"), args...).CombinedOutput(); err != nil {
		w.Fatalf("ringwright %v: %v\n%s", args, err, said)
	}
}

// compileExample compiles the spec of this package into a folder of its own.
func compileExample(programs string) (dir string, remove func(), err error) {
	dir, err = os.MkdirTemp("", "ringwright-e2e-")
	if err != nil {
		return "", nil, err
	}
	said, err := exec.Command(filepath.Join(programs, "ringwright"), "generate", "-f", "ring.yaml", "-o", filepath.Join(dir, "out")).CombinedOutput()
	if err != nil {
		_ = os.RemoveAll(dir)
		return "", nil, fmt.Errorf("ringwright generate: %w: %s", err, said)
	}
	return filepath.Join(dir, "out"), func() { _ = os.RemoveAll(dir) }, nil
}

// copyTree copies a directory with all that belongs to it; files keep their
// holes and share blocks where the file system can.
func copyTree(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return run("cp", "-a", "--reflink=auto", "--sparse=always", from, to)
}
