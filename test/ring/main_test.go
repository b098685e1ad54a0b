package ring

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/ringwright/ringwright/test/lab"
)

func TestMain(m *testing.M) {
	flag.Parse()
	if !Enabled() || lab.Missing() != "" {
		os.Exit(m.Run())
	}
	if err := errors.Join(lab.Named(), lab.Sweep()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	lab.RemoveOwn()
	removeSidecar()
	os.Exit(code)
}
