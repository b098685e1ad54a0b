// Command image makes the sidecar's image from its binaries, one for each
// platform: an OCI archive with an index of them and an SBOM of each. It can
// push the same to a registry, and needs no Docker for either. `make image`
// builds the binaries and calls it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// Exit codes.
const (
	done    = 0
	refused = 1
	misused = 2
)

// run is the whole command but its exit. The image's name with its digest goes
// to stdout, all else to stderr.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parseOptions(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return done
	}
	if err != nil {
		fmt.Fprintf(stderr, "image: %v\n", err)
		return misused
	}
	if err := o.make(ctx, stdout, stderr); err != nil {
		fmt.Fprintf(stderr, "image: %v\n", err)
		return refused
	}
	return done
}

// options are a parsed command line.
type options struct {
	target   target
	output   string
	push     bool
	recipe   recipe
	binaries []string
}

const usage = `usage: image [flags] BINARY...

Makes one image for all platforms from static Linux binaries, which say
themselves what they were built for.

`

func parseOptions(args []string, stderr io.Writer) (options, error) {
	var o options
	var image string
	fs := flag.NewFlagSet("image", flag.ContinueOnError)
	fs.SetOutput(io.Discard) // an error is printed once, by run
	fs.StringVar(&image, "image", program+":dev", "name and tag of the image")
	fs.StringVar(&o.output, "output", program+archiveSuffix, "where the archive goes; the SBOMs go beside it")
	fs.StringVar(&o.recipe.version, "version", "", "the sidecar's version, for labels and SBOMs")
	fs.BoolVar(&o.push, "push", false, "push it, too")
	if err := fs.Parse(args); errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stderr, usage)
		fs.SetOutput(stderr)
		fs.PrintDefaults()
		return o, err
	} else if err != nil {
		return o, err
	}
	if o.binaries = fs.Args(); len(o.binaries) == 0 {
		return o, errors.New("no binary is named; want one for each platform")
	}
	var err error
	if o.target, err = parseTarget(image, o.push); err != nil {
		return o, err
	}
	o.recipe.created, err = created(os.Getenv("SOURCE_DATE_EPOCH"))
	return o, err
}

// created is the time that image and files bear. It is never that of the
// build, which would give other bytes each time.
func created(epoch string) (time.Time, error) {
	if epoch == "" {
		epoch = "0"
	}
	seconds, err := strconv.ParseInt(epoch, 10, 64)
	if err != nil || seconds < 0 {
		return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH is %q; want the seconds since 1970, such as 1767225600, or nothing", epoch)
	}
	return time.Unix(seconds, 0).UTC(), nil
}

func (o options) make(ctx context.Context, stdout, stderr io.Writer) error {
	var binaries []binary
	for _, path := range o.binaries {
		b, err := readBinary(path)
		if err != nil {
			return err
		}
		binaries = append(binaries, b)
	}
	r, err := o.recipe.release(binaries)
	if err != nil {
		return err
	}
	written, err := r.write(o.output, o.target, o.recipe.created)
	if err != nil {
		return err
	}
	for _, path := range written {
		fmt.Fprintf(stderr, "wrote %s\n", path)
	}
	if o.push {
		if err := push(ctx, o.target, r); err != nil {
			return err
		}
		fmt.Fprintf(stderr, "pushed %s\n", o.target)
	}
	digest, err := r.index.Digest()
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s@%s\n", o.target, digest)
	return nil
}
