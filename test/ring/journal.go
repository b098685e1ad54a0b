package ring

import (
	"fmt"
	"os"
	"sync"
	"time"
)

// stamp is how logs show a time, as Cassandra's do.
const stamp = "2006-01-02T15:04:05.000"

// journal is one file with what the test did and what the pods published.
type journal struct {
	mu   sync.Mutex
	file *os.File
}

func newJournal(path string) *journal {
	file, err := os.Create(path)
	if err != nil {
		return &journal{}
	}
	return &journal{file: file}
}

func (j *journal) write(who, what string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.file != nil {
		fmt.Fprintf(j.file, "%s %-30s %s\n", time.Now().UTC().Format(stamp), who, what)
	}
}

func (j *journal) close() {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.file != nil {
		_ = j.file.Close()
		j.file = nil
	}
}
