package lab

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// Named is an error where this binary was asked for tests, by -test.run, and has
// none of that name: one that was misspelt must not look as if it had passed.
// What follows a slash is not looked at.
func Named() error {
	if flag.Lookup("test.bench").Value.String() != "" {
		return nil
	}
	return named(flag.Lookup("test.run").Value.String())
}

func named(run string) error {
	test, _, _ := strings.Cut(run, "/")
	if test == "" {
		return nil
	}
	said, err := exec.Command(os.Args[0], "-test.list", test).CombinedOutput()
	if err != nil {
		return fmt.Errorf("list the tests that %q names: %w: %s", test, err, said)
	}
	if len(said) == 0 {
		return fmt.Errorf("no test matches %q", test)
	}
	return nil
}
