package nodetool_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// hanging is a stub that waits for the test.
type hanging struct {
	*stubs
	listener *net.UnixListener
}

func newHanging(t *testing.T, behaviour string) *hanging {
	t.Helper()
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	if err := l.SetDeadline(time.Now().Add(time.Minute)); err != nil { // so that a broken test ends
		t.Fatal(err)
	}
	return &hanging{newStubs(t, behaviour, "STUB_SOCKET="+path), l}
}

// started waits until a stub is there.
func (h *hanging) started(t *testing.T) net.Conn {
	t.Helper()
	conn, err := h.listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	return conn
}

// wantDead holds that the stub behind a connection is gone.
func wantDead(t *testing.T, conn net.Conn) {
	t.Helper()
	if _, err := conn.Read(make([]byte, 1)); err != io.EOF && !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the process lives: %v", err)
	}
}

// status asks in the background.
func (h *hanging) status(ctx context.Context) <-chan error {
	done := make(chan error, 1)
	go func() {
		_, err := h.tools.Status(ctx)
		done <- err
	}()
	return done
}

// TestCancel holds that a command ends with its caller's interest, and with
// it what it has started.
func TestCancel(t *testing.T) {
	h := newHanging(t, "parent")
	gone := errors.New("the caller has gone")
	ctx, cancel := context.WithCancelCause(t.Context())
	done := h.status(ctx)
	one, two := h.started(t), h.started(t)
	cancel(gone)
	if err := <-done; !errors.Is(err, gone) {
		t.Errorf("Status: %v, want %v", err, gone)
	}
	wantDead(t, one)
	wantDead(t, two)
}

// TestLimit holds that nothing runs longer than the limit.
func TestLimit(t *testing.T) {
	h := newHanging(t, "parent")
	h.tools.Limit = 50 * time.Millisecond
	_, err := h.tools.Status(t.Context())
	wantError(t, err, "nodetool status: killed after 50ms, which is its limit")
}

// TestOrphan holds that a command which leaves a process behind is no answer,
// and that the process is killed.
func TestOrphan(t *testing.T) {
	h := newHanging(t, "orphan")
	done := h.status(t.Context())
	child := h.started(t)
	if err := <-done; !errors.Is(err, exec.ErrWaitDelay) {
		t.Errorf("Status: %v, want %v", err, exec.ErrWaitDelay)
	}
	wantDead(t, child)
}

// TestOutputBound holds that endless output ends the command.
func TestOutputBound(t *testing.T) {
	s := newStubs(t, "flood")
	_, err := s.tools.Status(t.Context())
	wantError(t, err, "nodetool status: killed, as it prints more than 1048576 bytes")
}

// TestOneAtATime holds that commands wait for one another, no longer than
// their callers do.
func TestOneAtATime(t *testing.T) {
	h := newHanging(t, "alone")
	var waiting []<-chan error
	for range 4 {
		waiting = append(waiting, h.status(t.Context()))
	}
	running := h.started(t)

	gone := errors.New("the caller has gone")
	ctx, cancel := context.WithCancelCause(t.Context())
	impatient := h.status(ctx)
	cancel(gone)
	err := <-impatient
	wantError(t, err, "its turn did not come")
	if !errors.Is(err, gone) {
		t.Errorf("Status: %v, want %v", err, gone)
	}

	release(t, running)
	for range len(waiting) - 1 {
		release(t, h.started(t))
	}
	for _, done := range waiting {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func release(t *testing.T, conn net.Conn) {
	t.Helper()
	if _, err := conn.Write([]byte{1}); err != nil {
		t.Fatal(err)
	}
	bufio.NewReader(conn).ReadByte() // until it has ended
}
