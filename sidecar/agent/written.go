package agent

import (
	"errors"
	"io/fs"
	"os"
	"sync"

	"github.com/ringwright/ringwright/sidecar/config"
)

// written is the cassandra.yaml that init wrote, read when it changes.
type written struct {
	conf string
	tell *teller

	mu   sync.Mutex
	info fs.FileInfo
	last config.Written
	err  error
}

// get gives what the file says. Beside an error it is what it said before:
// how a port is protected does not change because a file cannot be read.
func (w *written) get() (config.Written, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	info, err := os.Stat(config.WrittenFile(w.conf))
	if err != nil { // a new pod, in which init has yet to write it
		return w.last, err
	}
	if w.info != nil && sameFile(info, w.info) {
		return w.last, w.err
	}
	read, err := config.ReadWritten(w.conf)
	if err == nil {
		w.last = read
	}
	w.info, w.err = info, err
	if !errors.Is(err, fs.ErrNotExist) {
		w.tell.outcome("reading Cassandra's configuration", err)
	}
	return w.last, err
}
