package settings

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/pflag"
)

// Verbs of the sidecar's command line.
const (
	VerbInstall = "install"
	VerbInit    = "init"
	VerbRun     = "run"
)

// Usage is the help of the sidecar's command line.
const Usage = `usage:
  ringwright-sidecar install DIR              copy this binary into DIR
  ringwright-sidecar init FLAGS [-- COMMAND]  prepare a start of Cassandra, then become COMMAND
  ringwright-sidecar run FLAGS                serve health and state beside Cassandra

flags of init and run:
  --settings FILE    settings of the datacenter
  --image-conf DIR   the image's configuration (default /etc/cassandra)
  --conf DIR         where to write the configuration, empty in a new pod
  --data DIR         the mounted volume
  --rack NAME        rack of the pod's StatefulSet
  --pod-name NAME    name of the pod
  --pod-ip ADDRESS   address of the pod
  --labels FILE      labels of the pod, written by the downward API
  --listen ADDRESS   where the agent listens (default :8089)
`

// Command is a parsed command line of the sidecar.
type Command struct {
	// Verb is VerbInstall, VerbInit or VerbRun.
	Verb string
	// Directory is where install copies the binary, an absolute path; empty
	// for the other verbs.
	Directory string
	// Flags are the flags of init and run; the zero value for install.
	Flags Flags
	// Exec is what init becomes once it is done, nil where it only exits.
	Exec []string
}

// ParseCommand reads what follows the name of the binary. Every error is a
// usage error; it says all that is wrong, one line each. Where help was asked
// for, it is pflag.ErrHelp.
func ParseCommand(args []string) (Command, error) {
	if len(args) == 0 {
		return Command{}, errors.New("a verb is missing; it takes install DIR, init FLAGS [-- COMMAND] or run FLAGS")
	}
	verb, rest := args[0], args[1:]
	switch verb {
	case VerbInstall:
		return parseInstall(rest)
	case VerbInit, VerbRun:
		return parseAgent(verb, rest)
	case "help", "-h", "--help":
		return Command{}, pflag.ErrHelp
	}
	return Command{}, fmt.Errorf("%s is no verb; it takes install DIR, init FLAGS [-- COMMAND] or run FLAGS", shown(verb))
}

// Args gives the command line back, such that ParseCommand reads it to an
// equal Command. The generator uses it with placeholders such as $(POD_IP) as
// values, so it checks nothing.
func (c Command) Args() []string {
	args := []string{c.Verb}
	if c.Verb == VerbInstall {
		return append(args, c.Directory)
	}
	for _, flag := range c.Flags.table() {
		args = append(args, "--"+flag.name+"="+*flag.target)
	}
	if len(c.Exec) > 0 {
		args = append(append(args, "--"), c.Exec...)
	}
	return args
}

func parseInstall(args []string) (Command, error) {
	switch {
	case len(args) == 1 && (args[0] == "-h" || args[0] == "--help"):
		return Command{}, pflag.ErrHelp
	case len(args) != 1:
		return Command{}, fmt.Errorf("install has %d arguments; it takes one, the directory to copy the binary into", len(args))
	case !isPath(args[0]):
		return Command{}, fmt.Errorf("install has the argument %s; it takes the absolute path of a directory", shown(args[0]))
	}
	return Command{Verb: VerbInstall, Directory: args[0]}, nil
}

func parseAgent(verb string, args []string) (Command, error) {
	c := Command{Verb: verb}
	fs := pflag.NewFlagSet(verb, pflag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.Usage = func() {}
	fs.SortFlags = false
	c.Flags.AddTo(fs)
	if err := fs.Parse(args); errors.Is(err, pflag.ErrHelp) {
		return Command{}, err
	} else if err != nil {
		return Command{}, fmt.Errorf("%s: %w; it takes %s", verb, err, flagNames(fs))
	}
	errs := []error{c.Flags.Check()}
	before, dash := fs.Args(), fs.ArgsLenAtDash()
	if dash >= 0 {
		before, c.Exec = before[:dash], append(c.Exec, before[dash:]...)
	}
	if len(before) > 0 {
		errs = append(errs, fmt.Errorf("%s has the argument %s; it takes flags only%s", verb, shown(before[0]), dashHint(verb)))
	}
	switch {
	case verb == VerbRun && dash >= 0:
		errs = append(errs, errors.New("run has --; it starts nothing and takes flags only"))
	case dash >= 0 && (len(c.Exec) == 0 || c.Exec[0] == ""):
		errs = append(errs, errors.New("init has no command after --; it takes the command to become, or no --"))
	}
	if err := errors.Join(errs...); err != nil {
		return Command{}, err
	}
	return c, nil
}

// dashHint is how to give what looks like a command, where the verb has one.
func dashHint(verb string) string {
	if verb == VerbInit {
		return ", and the command to become after --"
	}
	return ""
}

func flagNames(fs *pflag.FlagSet) string {
	var names []string
	fs.VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
	return strings.Join(names, ", ")
}
