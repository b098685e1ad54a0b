// Command ringwright-sidecar runs in every Cassandra pod: init is the door
// that each start passes, run is the agent beside it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/pflag"

	"github.com/ringwright/ringwright/sidecar/agent"
	"github.com/ringwright/ringwright/sidecar/settings"
	"github.com/ringwright/ringwright/sidecar/start"
)

// Exit codes, as SIDECAR's contract has them: done, a refusal, wrong usage.
const (
	exitDone    = 0
	exitRefused = 1
	exitUsage   = 2
)

func main() { os.Exit(run(os.Args[1:], os.Environ(), os.Stdout, os.Stderr)) }

func run(args, environ []string, stdout, stderr io.Writer) int {
	command, err := settings.ParseCommand(args)
	switch {
	case errors.Is(err, pflag.ErrHelp):
		fmt.Fprint(stdout, settings.Usage)
		return exitDone
	case err != nil:
		fmt.Fprintf(stderr, "%v\n\n%s", err, settings.Usage)
		return exitUsage
	}
	if err := do(command, environ, stderr); err != nil {
		fmt.Fprintf(stderr, "ringwright-sidecar %s: %v\n", command.Verb, err)
		return exitRefused
	}
	return exitDone
}

func do(command settings.Command, environ []string, stderr io.Writer) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	log := slog.New(slog.NewTextHandler(stderr, nil)).With("pod", command.Flags.PodName)
	switch command.Verb {
	case settings.VerbInstall:
		return install(command.Directory)
	case settings.VerbRun:
		return agent.Run(ctx, command.Flags, log, environ)
	}
	return start.Run(ctx, start.Options{Command: command, Environ: environ, Log: log, Exec: become(ctx, stop)})
}

// become makes this process the command: its number, signals and exit code
// are the command's from then on. A signal that came meanwhile is not lost.
func become(ctx context.Context, stop func()) func(path string, args, environ []string) error {
	return func(path string, args, environ []string) error {
		ended := ctx.Err()
		stop() // from here on a signal ends the process
		if ended != nil {
			return ended
		}
		return fmt.Errorf("%s: %w", path, syscall.Exec(path, args, environ))
	}
}
