package agent

import (
	"context"
	"io/fs"
	"os"
	"sync"

	"github.com/ringwright/ringwright/sidecar/decide"
	"github.com/ringwright/ringwright/sidecar/pod"
)

// keeper has the last good settings. It reads the file when that has changed.
type keeper struct {
	pod  *pod.Pod
	tell *teller

	mu   sync.Mutex
	info fs.FileInfo // of the file that was read last
	good *decide.Settings
	bad  bool
}

// current gives the settings without reading anything; none where there were
// never good ones.
func (k *keeper) current() (s decide.Settings, ok bool, good bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.good == nil {
		return decide.Settings{}, false, !k.bad
	}
	return *k.good, true, !k.bad
}

// read takes up the file where it has changed. A member goes by the last good
// copy where the file was never good.
func (k *keeper) read(ctx context.Context, joined bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	info, err := os.Stat(k.pod.Flags.Settings)
	if err == nil && k.info != nil && os.SameFile(info, k.info) && info.ModTime().Equal(k.info.ModTime()) && info.Size() == k.info.Size() {
		return
	}
	s, err := k.pod.Settings(ctx)
	k.bad = s.Ring == "" // else only the copy could not be kept
	k.tell.outcome("reading the settings", err)
	if err == nil || k.bad {
		k.info = info // a copy that could not be kept is tried again
	}
	switch {
	case !k.bad:
		k.good = &s
	case k.good == nil && joined:
		if s, err := k.pod.KeptSettings(); err == nil {
			k.good = &s
		}
	}
}
