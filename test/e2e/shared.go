package e2e

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Tests of a formed ring run in one world, one after another, as to bring one up
// takes longer than most of them. Each begins with the ring as it was formed, up
// and compiled from the first spec. One that fails ends the world, and the next
// one gets another.

// formedTests are these tests, by name. A process inside of a shared world looks
// for them here.
var formedTests map[string]func(*testing.T)

// formedWorld is the shared world that this process is inside of, and formedSpec
// what it was compiled from.
var (
	formedWorld *World
	formedSpec  string
)

// again readies a shared world for the next test.
func (w *World) again(t *testing.T) {
	w.TB = t
	t.Cleanup(w.summariseFailed)
	w.Say("%s begins", t.Name())
	if w.Compiled() && w.Spec() != formedSpec {
		w.Compile([]byte(formedSpec))
	}
	w.ApplyAll()
	w.untilFormed(2 * time.Minute)
}

// sharing is a child inside of a shared world that waits for the name of a test.
type sharing struct {
	*child
	dir     string
	results chan string
}

// formed is the one that runs.
var formed *sharing

// resultPrefix begins a line with which a shared world tells how a test ended.
const resultPrefix = "=== world: "

// The words that follow it.
const (
	passed  = "passed"
	failed  = "failed"
	skipped = "skipped"
)

// runFormed runs a test in the shared world.
func (p prepared) runFormed(t *testing.T) {
	t.Helper()
	if formed == nil {
		p.startFormed(t)
	}
	// Where nobody listens there is no result either.
	_, _ = fmt.Fprintln(formed.asks, t.Name())
	switch <-formed.results {
	case passed:
	case skipped:
		t.Skipf("%s was skipped in its world", t.Name())
	default:
		t.Errorf("%s failed in its world", t.Name())
		if err := endFormed(); err != nil {
			t.Log(err)
		}
	}
}

func (p prepared) startFormed(t *testing.T) {
	t.Helper()
	dir, err := p.directory(t)
	if err != nil {
		t.Fatal(err)
	}
	c, err := p.start(dir, "TestInside")
	if err != nil {
		t.Fatal(err)
	}
	formed = &sharing{child: c, dir: dir, results: make(chan string)}
	go func(s *sharing) {
		defer close(s.results)
		relay(s.said, filepath.Join(s.dir, "output.txt"), s.results)
	}(formed)
}

// endFormed ends the shared world, if there is one. A test that fails in it has
// it end with an error, and its directory stays.
func endFormed() error {
	s := formed
	if s == nil {
		return nil
	}
	formed = nil
	_ = s.asks.Close()
	for range s.results { // its last words
	}
	err := s.wait()
	switch {
	case err != nil:
		return fmt.Errorf("the world of the formed ring ended with %w; its logs, volumes and summary.txt are in %s", err, s.dir)
	case *keep:
		fmt.Println("logs and volumes of the formed ring are in", s.dir)
		return nil
	}
	return os.RemoveAll(s.dir)
}

// serveTests runs the tests whose names it reads, each as a test below t.
func serveTests(t *testing.T) {
	for names := bufio.NewScanner(os.Stdin); names.Scan(); {
		test := formedTests[names.Text()]
		if test == nil {
			t.Fatalf("%s is not among the tests of a formed ring", names.Text())
		}
		result := passed
		t.Run(names.Text(), func(t *testing.T) {
			defer func() {
				switch {
				case t.Failed():
					result = failed
				case t.Skipped():
					result = skipped
				}
			}()
			test(t)
		})
		fmt.Println(resultPrefix + result)
	}
}
