package ring

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// container is a container that a kubelet keeps running: it restarts at once
// the first time, then after pauses that double.
type container struct {
	pod  *Pod
	name string
	make func() *exec.Cmd
	log  *os.File

	mu       sync.Mutex
	cmd      *exec.Cmd // nil between two runs
	runs     int
	exits    []int
	held     bool // no restart until release
	over     bool
	finished chan struct{}
}

// Pauses before a restart: a kubelet's begin at 10 s and end at 5 min.
const (
	firstPause = time.Second
	lastPause  = 8 * time.Second
)

func (p *Pod) startContainer(name string, held bool, make func() *exec.Cmd) *container {
	r := p.Region.rig
	log, err := os.OpenFile(filepath.Join(p.logDir(), name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	r.must(err)
	c := &container{pod: p, name: name, make: make, log: log, held: held, finished: finishing()}
	go c.keep()
	return c
}

func finishing() chan struct{} { return make(chan struct{}) }

// keep runs the container until it is over.
func (c *container) keep() {
	defer close(c.finished)
	defer c.log.Close()
	pause := time.Duration(0)
	for c.rest(pause) && c.run() {
		pause = min(max(2*pause, firstPause), lastPause)
	}
}

// rest waits before a run, and says whether there is to be one.
func (c *container) rest(pause time.Duration) bool {
	for end := time.Now().Add(pause); (time.Now().Before(end) || c.isHeld()) && !c.isOver(); {
		time.Sleep(50 * time.Millisecond)
	}
	return !c.isOver()
}

// run runs the container once and says whether to run it again.
func (c *container) run() bool {
	c.mu.Lock()
	if c.over {
		c.mu.Unlock()
		return false
	}
	c.runs++
	fmt.Fprintf(c.log, "=== %s run %d at %s\n", c.name, c.runs, time.Now().UTC().Format(stamp))
	cmd := c.make()
	cmd.Stdout, cmd.Stderr = c.log, c.log
	err := c.pod.Host().Start(cmd)
	if err == nil {
		c.cmd = cmd
	}
	c.mu.Unlock()
	if err == nil {
		err = cmd.Wait()
	}
	code := -1
	if cmd.ProcessState != nil {
		code = exitCode(cmd.ProcessState)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cmd = nil
	c.exits = append(c.exits, code)
	fmt.Fprintf(c.log, "=== %s ended: exit %d (%v)\n", c.name, code, err)
	c.pod.Region.rig.journal.write(c.pod.ID, fmt.Sprintf("%s ended: exit %d", c.name, code))
	return !c.over
}

// exitCode is what a kubelet shows: 128 and the signal for a killed process.
func exitCode(s *os.ProcessState) int {
	if w, ok := s.Sys().(syscall.WaitStatus); ok && w.Signaled() {
		return 128 + int(w.Signal())
	}
	return s.ExitCode()
}

func (c *container) isOver() bool { c.mu.Lock(); defer c.mu.Unlock(); return c.over }
func (c *container) isHeld() bool { c.mu.Lock(); defer c.mu.Unlock(); return c.held }

// Runs is how often the container was started.
func (c *container) Runs() int { c.mu.Lock(); defer c.mu.Unlock(); return c.runs }

// Exits are the exit codes so far.
func (c *container) Exits() []int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]int(nil), c.exits...)
}

// signal signals the process that runs now, and says whether there is one.
func (c *container) signal(s syscall.Signal) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.cmd != nil && syscall.Kill(c.cmd.Process.Pid, s) == nil
}

// hold kills the process and starts no other until release.
func (c *container) hold() {
	c.mu.Lock()
	c.held = true
	c.mu.Unlock()
	c.signal(syscall.SIGKILL)
}

func (c *container) release() { c.mu.Lock(); c.held = false; c.mu.Unlock() }

// end stops the container for good.
func (c *container) end(grace time.Duration) {
	c.mu.Lock()
	c.over = true
	c.mu.Unlock()
	c.signal(syscall.SIGTERM)
	select {
	case <-c.finished:
	case <-time.After(grace):
		c.signal(syscall.SIGKILL)
		<-c.finished
	}
}

// abandon kills the container for good.
func (c *container) abandon() {
	c.mu.Lock()
	c.over = true
	c.mu.Unlock()
	c.signal(syscall.SIGKILL)
	<-c.finished
}
