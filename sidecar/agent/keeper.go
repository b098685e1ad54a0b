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
	if err != nil || k.info == nil || !sameFile(info, k.info) {
		k.take(ctx, info)
	}
	if k.good != nil || !joined {
		return
	}
	if s, err := k.pod.KeptSettings(); err == nil {
		k.good = &s
	}
}

func (k *keeper) take(ctx context.Context, info fs.FileInfo) {
	s, err := k.pod.Settings(ctx)
	if ctx.Err() != nil {
		return
	}
	k.tell.outcome("reading the settings", err)
	k.bad = s.Ring == "" // else only the copy could not be kept
	if !k.bad {
		k.good = &s
	}
	if err == nil || k.bad {
		k.info = info // a copy that could not be kept is tried again
	}
}
