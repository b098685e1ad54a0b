package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/pflag"

	"github.com/ringwright/ringwright/generator/spec"
)

var initVerb = verb{
	name:  "init",
	about: "write a commented ring.yaml to start from",
	run:   initialise,
	usage: `
Usage: ringwright init [FILE]

Writes a commented spec of a ring over two regions with a dnsSuffix of its own.
It asks nothing and overwrites nothing. Two things are yours to fill in: the
sidecar's image and who may reach the API servers.

Examples:
  ringwright init                # ring.yaml
  ringwright init rings/eu.yaml
`,
}

// suffixBytes make a dnsSuffix of 6 hexadecimal digits: 16 million, in each of
// which a label is taken by somebody else with next to no chance.
const suffixBytes = 3

func initialise(v *verb, args []string, s streams) error {
	fs := pflag.NewFlagSet(v.name, pflag.ContinueOnError)
	if err := v.parse(fs, args, 1, s); err != nil {
		return err
	}
	path := "ring.yaml"
	if fs.NArg() == 1 {
		path = fs.Arg(0)
	}
	suffix, err := drawSuffix()
	if err != nil {
		return err
	}
	if err := writeNew(path, spec.Starter(suffix)); err != nil {
		return err
	}
	fmt.Fprintf(s.err, "wrote %s; fill in sidecar.image and each region's apiServerCIDRs, then run `ringwright generate`\n", path)
	return nil
}

// drawSuffix draws a dnsSuffix.
func drawSuffix() (string, error) {
	suffix := make([]byte, suffixBytes)
	if _, err := rand.Read(suffix); err != nil {
		return "", fmt.Errorf("random numbers: %w", err)
	}
	return hex.EncodeToString(suffix), nil
}

// writeNew writes a file that is not there yet, or nothing.
func writeNew(path, text string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s is there already and stays as it is; name another file", path)
	}
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	if err := errors.Join(err, file.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}
