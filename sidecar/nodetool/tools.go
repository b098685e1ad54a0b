package nodetool

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// DefaultLimit is how long a command may run where Tools.Limit is 0.
const DefaultLimit = 20 * time.Second

const (
	// maxOutput is the most a command may print, in bytes: what /v1/ring may
	// have. A member takes about a hundred in nodetool status.
	maxOutput = 1 << 20
	// maxErrors is how much of its complaints is kept, in bytes.
	maxErrors = 4 << 10
	// maxShown is how much of a line goes into an error, in bytes.
	maxShown = 300
	// grace is how long a command that has ended, or was killed, may keep its
	// output open.
	grace = time.Second
)

// inherited are the variables that the commands' scripts would hand to their
// Java machine, though they are meant for Cassandra's: the heap's size, and
// agents whose ports are taken.
// https://github.com/apache/cassandra/blob/cassandra-5.0/bin/nodetool
var inherited = []string{"MAX_HEAP_SIZE", "JVM_OPTS", "JVM_EXTRA_OPTS"}

// Tools runs the commands of one pod, one at a time; which of those that wait
// is next is left open. init makes one to read the volume before a start; run
// makes one for /v1/ring, the mode and the host id of its Cassandra. The
// fields must not change once a command has run.
type Tools struct {
	// Environ is the environment of the commands, as os.Environ gives it. Its
	// PATH is where they are looked for first; MAX_HEAP_SIZE, JVM_OPTS and
	// JVM_EXTRA_OPTS are kept from them.
	Environ []string
	// ImageConf is the directory of the image's configuration, which
	// sstabledump reads instead of the pod's own: that may not be there yet.
	ImageConf string
	// Limit is how long one command may run before it is killed with all that
	// it started. Default: DefaultLimit.
	Limit time.Duration
	// NodetoolDir is where nodetool is looked for after PATH. Default:
	// /opt/cassandra/bin, as in the official image.
	NodetoolDir string
	// SSTabledumpDir is where sstabledump is looked for after PATH. Default:
	// /opt/cassandra/tools/bin, as in the official image.
	SSTabledumpDir string

	once sync.Once
	turn chan struct{}
}

// nodetool runs one of nodetool's commands and returns what it prints.
func (t *Tools) nodetool(ctx context.Context, command string) ([]byte, error) {
	path, err := t.find("nodetool", t.NodetoolDir, "/opt/cassandra/bin")
	if err != nil {
		return nil, err
	}
	out, err := t.run(ctx, t.environ(), path, command)
	if err != nil {
		return nil, fmt.Errorf("nodetool %s: %w", command, err)
	}
	return out, nil
}

// sstabledump prints one file as JSON.
func (t *Tools) sstabledump(ctx context.Context, file string) ([]byte, error) {
	path, err := t.find("sstabledump", t.SSTabledumpDir, "/opt/cassandra/tools/bin")
	if err != nil {
		return nil, err
	}
	out, err := t.run(ctx, append(t.environ("CASSANDRA_CONF"), "CASSANDRA_CONF="+t.ImageConf), path, file)
	if err != nil {
		return nil, fmt.Errorf("sstabledump %s: %w", file, err)
	}
	return out, nil
}

// environ is Environ without what the commands must not inherit.
func (t *Tools) environ(also ...string) []string {
	return slices.DeleteFunc(slices.Clone(t.Environ), func(variable string) bool {
		key, _, _ := strings.Cut(variable, "=")
		return slices.Contains(inherited, key) || slices.Contains(also, key)
	})
}

// find looks for a command in the absolute directories of PATH, then in dir.
func (t *Tools) find(name, dir, otherwise string) (string, error) {
	if dir == "" {
		dir = otherwise
	}
	list := ""
	for _, variable := range t.Environ {
		if value, ok := strings.CutPrefix(variable, "PATH="); ok {
			list = value
		}
	}
	for _, d := range append(filepath.SplitList(list), dir) {
		path := filepath.Join(d, name)
		info, err := os.Stat(path)
		if err == nil && filepath.IsAbs(d) && info.Mode().IsRegular() && info.Mode().Perm()&0o111 != 0 {
			return path, nil
		}
	}
	return "", fmt.Errorf("%s: %w in PATH, %q, and in %s; it comes with Cassandra's image", name, fs.ErrNotExist, list, dir)
}

// run runs one command when its turn has come and returns what it prints to
// its standard output.
func (t *Tools) run(ctx context.Context, environ []string, path string, args ...string) ([]byte, error) {
	if err := t.take(ctx); err != nil {
		return nil, err
	}
	defer func() { <-t.turn }()
	limit := t.Limit
	if limit == 0 {
		limit = DefaultLimit
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("killed after %s, which is its limit", limit))
	defer cancel()

	out := &buffer{max: maxOutput, full: func() { stop(fmt.Errorf("killed, as it prints more than %d bytes", maxOutput)) }}
	complaints := &buffer{max: maxErrors}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env, cmd.Stdout, cmd.Stderr = environ, out, complaints
	// A group of its own, as the scripts start Java as a child of the shell.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = grace
	err := cmd.Run()
	if errors.Is(err, exec.ErrWaitDelay) { // the group is not empty, so the number is still its own
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	}
	if cause := context.Cause(ctx); err != nil && cause != nil {
		return nil, cause
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, complaint(complaints.kept, out.kept))
	}
	return out.kept, nil
}

// take waits for the turn.
func (t *Tools) take(ctx context.Context) error {
	t.once.Do(func() { t.turn = make(chan struct{}, 1) })
	if ctx.Err() == nil {
		select {
		case t.turn <- struct{}{}:
			return nil
		case <-ctx.Done():
		}
	}
	return fmt.Errorf("not run, as its turn did not come: %w", context.Cause(ctx))
}

// complaint is the first line in which a command says what is wrong, on its
// standard error or else on its standard output.
func complaint(outputs ...[]byte) string {
	for _, output := range outputs {
		for line := range strings.Lines(string(output)) {
			line = strings.TrimSpace(line)
			if line != "" && !strings.HasPrefix(line, "Picked up ") && !strings.Contains(line, " VM warning: ") {
				return shown(line)
			}
		}
	}
	return "it does not say why"
}

// shown is a line as an error quotes it.
func shown(line string) string {
	return fmt.Sprintf("%q", line[:min(len(line), maxShown)])
}

// buffer keeps the first max bytes and drops the rest. It is no bytes.Buffer
// itself, which would take what it is given past Write.
type buffer struct {
	kept []byte
	max  int
	full func() // called for every write that does not fit, or nil
}

// Write never fails: a command that cannot print would behave differently.
func (b *buffer) Write(p []byte) (int, error) {
	fits := min(len(p), b.max-len(b.kept))
	b.kept = append(b.kept, p[:fits]...)
	if fits < len(p) && b.full != nil {
		b.full()
	}
	return len(p), nil
}
