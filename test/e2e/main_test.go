package e2e

import (
	"flag"
	"fmt"
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	flag.Parse()
	if inside() && os.Getpid() != 1 {
		panic("this process is told that it is pid 1 of a world, but is not")
	}
	code := m.Run()
	if err := endFormed(); err != nil {
		fmt.Println(err)
		code = 1
	}
	os.Exit(code)
}
