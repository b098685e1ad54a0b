package e2e

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/ringwright/ringwright/test/lab"
)

func TestMain(m *testing.M) {
	flag.Parse()
	if inside() && os.Getpid() != 1 {
		panic("this process is told that it is pid 1 of a world, but is not")
	}
	if *enabled && !inside() {
		if err := lab.Named(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	code := m.Run()
	if err := endFormed(); err != nil {
		fmt.Println(err)
		code = 1
	}
	os.Exit(code)
}
