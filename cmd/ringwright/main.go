// Command ringwright compiles a ring.yaml into ARM templates and Kubernetes
// manifests of a multi-region Cassandra ring.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/ringwright/ringwright/generator"
	"github.com/ringwright/ringwright/generator/plan"
	"github.com/ringwright/ringwright/generator/secrets"
	"github.com/ringwright/ringwright/generator/spec"
)

func main() {
	// A run is over before a collection pays: the example allocates some 13 MB in
	// all, and large rings still have their garbage collected.
	debug.SetGCPercent(400)
	os.Exit(run(os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}))
}

// Exit codes.
const (
	done    = 0
	refused = 1 // problems in the spec, stale output, or a file that could not be written
	misused = 2
)

// streams are where a verb reads and writes: data goes to out, the rest to err.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// verb is one thing the command does.
type verb struct {
	name  string
	about string // one line for the list of verbs
	usage string // the whole help but the flags
	run   func(v *verb, args []string, s streams) error
}

// misuse is an error of the command line.
type misuse struct{ error }

func misusef(format string, args ...any) error { return misuse{fmt.Errorf(format, args...)} }

// errHelped is returned where help was asked for and printed.
var errHelped = errors.New("help was printed")

// run is the whole command but its exit.
func run(args []string, s streams) int {
	err := dispatch(args, s)
	var wrong misuse
	switch {
	case err == nil || errors.Is(err, errHelped):
		return done
	case errors.As(err, &wrong):
		fmt.Fprintf(s.err, "ringwright: %v\n", err)
		return misused
	default:
		complain(s.err, err)
		return refused
	}
}

// complain prints what a person has to read. Problems stand by themselves,
// file first, so that editors can jump to them.
func complain(w io.Writer, err error) {
	var inSpec *spec.Problems
	var inSecrets *secrets.Problems
	if errors.As(err, &inSpec) || errors.As(err, &inSecrets) {
		fmt.Fprintln(w, err)
		return
	}
	fmt.Fprintf(w, "ringwright: %v\n", err)
}

func dispatch(args []string, s streams) error {
	if len(args) == 0 {
		return misusef("no verb\n\n%s", help())
	}
	switch args[0] {
	case "help", "--help", "-h":
		fmt.Fprint(s.out, help())
		return nil
	case "version", "--version":
		fmt.Fprintln(s.out, version())
		return nil
	}
	i := slices.IndexFunc(verbs, func(v *verb) bool { return v.name == args[0] })
	if i < 0 {
		return misusef("%s is no verb; want %s", args[0], verbNames())
	}
	return verbs[i].run(verbs[i], args[1:], s)
}

var verbs = []*verb{&generateVerb, &initVerb, &importVerb, &planVerb, &secretsVerb}

func verbNames() string {
	var names []string
	for _, v := range verbs {
		names = append(names, v.name)
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}

func help() string {
	var b strings.Builder
	b.WriteString("Ringwright compiles ring.yaml into everything a multi-region Cassandra ring on\nKubernetes in Azure needs.\n\nUsage: ringwright VERB [flags]\n\nVerbs:\n")
	for _, v := range verbs {
		fmt.Fprintf(&b, "  %-10s %s\n", v.name, v.about)
	}
	b.WriteString("\n`ringwright VERB --help` shows the flags and two examples of a verb.\n")
	return b.String()
}

// parse reads a verb's flags and allows at most so many arguments behind them.
func (v *verb) parse(fs *pflag.FlagSet, args []string, arguments int, s streams) error {
	fs.SortFlags = false
	fs.Usage = func() {}
	err := fs.Parse(args)
	switch {
	case errors.Is(err, pflag.ErrHelp):
		fmt.Fprintf(s.out, "%s\nFlags:\n%s", strings.TrimLeft(v.usage, "\n"), fs.FlagUsages())
		return errHelped
	case err != nil:
		return misusef("%s: %v; `ringwright %s --help` shows what there is", v.name, err, v.name)
	case fs.NArg() > arguments:
		return misusef("%s: %q is one argument too many; `ringwright %s --help` shows what there is", v.name, fs.Arg(arguments), v.name)
	}
	return nil
}

// read returns a spec and what messages call it; - is standard input.
func read(file string, s streams) (string, []byte, error) {
	if file == "-" {
		src, err := io.ReadAll(s.in)
		if err != nil {
			return "", nil, fmt.Errorf("standard input: %w", err)
		}
		return "<stdin>", src, nil
	}
	src, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return "", nil, fmt.Errorf("%s: there is no such file; `ringwright init` writes one to start from", file)
	}
	if err != nil {
		return "", nil, err
	}
	return file, src, nil
}

// load plans the ring of a spec and of the API models that it names.
func load(file string, s streams) (*plan.Plan, error) {
	name, src, err := read(file, s)
	if err != nil {
		return nil, err
	}
	if file != "-" {
		return generator.Plan(name, src, generator.ReadModels(file, src)...)
	}
	var models []spec.Model
	for _, p := range spec.ModelPaths(src) {
		models = append(models, spec.Model{Path: p, Err: fmt.Errorf("%s is relative to the spec, and standard input is nowhere; want -f FILE", p)})
	}
	return generator.Plan(name, src, models...)
}

// version is the module's version as the toolchain recorded it.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "ringwright (version unknown)"
	}
	return "ringwright " + info.Main.Version
}
