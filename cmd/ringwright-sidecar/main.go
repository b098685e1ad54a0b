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
	"strings"
	"sync"
	"syscall"

	"github.com/spf13/pflag"

	"github.com/ringwright/ringwright/sidecar/agent"
	"github.com/ringwright/ringwright/sidecar/settings"
	"github.com/ringwright/ringwright/sidecar/start"
)

// Exit codes: done, a refusal, wrong usage. An init that a signal ends while it
// waits exits as Cassandra would, or a shell: 128 and the signal's number, 143
// for SIGTERM. It refuses nothing, and a start that was not made is not done.
const (
	exitDone     = 0
	exitRefused  = 1
	exitUsage    = 2
	exitSignaled = 128
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
	ctx, stop := untilSignal()
	defer stop()
	err = do(ctx, stop, command, environ, stderr)
	if err == nil {
		return exitDone
	}
	// One line says all: what shows a container's end shows its last line.
	fmt.Fprintf(stderr, "ringwright-sidecar %s: %s\n", command.Verb, strings.ReplaceAll(err.Error(), "\n", "; "))
	var told signaled
	if errors.Is(err, context.Canceled) && errors.As(context.Cause(ctx), &told) {
		return exitSignaled + int(told.Signal)
	}
	return exitRefused
}

// signaled is why a context ended.
type signaled struct{ syscall.Signal }

func (s signaled) Error() string { return "got signal " + s.String() }

// untilSignal gives a context that SIGTERM or SIGINT ends. stop ends it too and
// gives both back their usual effect; a signal that came before is its cause.
func untilSignal() (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	told := make(chan os.Signal, 1)
	signal.Notify(told, syscall.SIGTERM, syscall.SIGINT)
	go func() {
		if s, ok := <-told; ok {
			cancel(signaled{s.(syscall.Signal)})
		} else {
			cancel(nil)
		}
	}()
	return ctx, sync.OnceFunc(func() {
		signal.Stop(told)
		close(told)
		<-ctx.Done()
	})
}

func do(ctx context.Context, stop func(), command settings.Command, environ []string, stderr io.Writer) error {
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
		stop() // from here on a signal ends the process
		if _, told := context.Cause(ctx).(signaled); told {
			return ctx.Err()
		}
		return fmt.Errorf("%s: %w", path, syscall.Exec(path, args, environ))
	}
}
