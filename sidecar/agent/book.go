package agent

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/ringwright/ringwright/sidecar/decide"
	"github.com/ringwright/ringwright/sidecar/pod"
	"github.com/ringwright/ringwright/sidecar/volume"
)

// pageLife is how long what was read from the volume is good: many peers ask,
// and each gets the same.
const pageLife = 200 * time.Millisecond

// book reads and writes what the volume records.
type book struct {
	directory *volume.Directory

	mu   sync.Mutex
	at   time.Time
	file volume.State // as it was when info was taken
	info fs.FileInfo
	page page
}

// page is what the volume records and holds. Beside an error it is what was
// last known.
type page struct {
	// Known: the state file could be read, now or before.
	Known bool
	State decide.State
	Gone  []string
	// Volume is empty where it was never known.
	Volume decide.Volume
	Err    error
}

// read gives the page as it was pageLife ago at most.
func (b *book) read() page {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.at.IsZero() || time.Since(b.at) >= pageLife {
		b.page.Err = b.turn()
		b.at = time.Now()
	}
	return b.page
}

// turn reads the volume, and the state file where it has been replaced.
func (b *book) turn() error {
	info, err := os.Stat(b.directory.StatePath())
	if err != nil || b.info == nil || !sameFile(info, b.info) {
		s, err := b.directory.Read()
		if err != nil {
			return err
		}
		b.file, b.info = s, info
		b.page.Known, b.page.State, b.page.Gone = true, pod.State(s), s.Gone
	}
	contents, err := b.directory.Look()
	if err != nil {
		return err
	}
	condition, err := b.file.Condition(contents)
	if err != nil {
		return fmt.Errorf("%s: %w", b.directory.Root, err)
	}
	b.page.Volume = decide.Volume(condition)
	return nil
}

// write changes the keys of run.
func (b *book) write(ctx context.Context, change func(own *volume.RunKeys, other volume.InitKeys)) error {
	_, err := b.directory.UpdateRun(ctx, func(own *volume.RunKeys, other volume.InitKeys) error {
		change(own, other)
		return nil
	})
	b.forget()
	return err
}

// learnRingID records the ring's identity on a volume whose state was lost.
func (b *book) learnRingID(ctx context.Context, id string) error {
	_, err := b.directory.UpdateInit(ctx, func(own *volume.InitKeys, _ volume.RunKeys) error {
		if own.RingID == "" {
			own.RingID = id
		}
		return nil
	})
	b.forget()
	return err
}

// forget has the next read look anew.
func (b *book) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.at = time.Time{}
}

// sameFile says whether a file is the one that it was, unchanged.
func sameFile(a, b fs.FileInfo) bool {
	return os.SameFile(a, b) && a.ModTime().Equal(b.ModTime()) && a.Size() == b.Size()
}
