package settings_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"

	"github.com/ringwright/ringwright/sidecar/settings"
)

// flagArgs are good flags, as Kubernetes hands them over.
var flagArgs = []string{
	"--settings=/etc/ringwright/settings.yaml", "--image-conf=/etc/cassandra", "--conf=/run/cassandra/conf", "--data=/var/lib/cassandra",
	"--rack=rack-0", "--pod-name=cassandra-0-2", "--pod-ip=10.1.0.66", "--labels=/etc/podinfo/labels", "--listen=:8089",
}

// flags are what flagArgs say.
func flags() settings.Flags {
	return settings.Flags{
		Settings: "/etc/ringwright/settings.yaml", ImageConf: "/etc/cassandra", Conf: "/run/cassandra/conf", Data: "/var/lib/cassandra",
		Rack: "rack-0", PodName: "cassandra-0-2", PodIP: "10.1.0.66", Labels: "/etc/podinfo/labels", Listen: ":8089",
	}
}

func line(verb string, tail ...string) []string {
	return append(append([]string{verb}, flagArgs...), tail...)
}

// dropped is line without the flags of the given names.
func dropped(verb string, names ...string) []string {
	var args []string
	for _, arg := range line(verb) {
		name, _, _ := strings.Cut(arg, "=")
		if !strings.Contains(" --"+strings.Join(names, " --")+" ", " "+name+" ") {
			args = append(args, arg)
		}
	}
	return args
}

func TestParseCommand(t *testing.T) {
	tests := []struct {
		name string
		args []string
		want settings.Command
	}{
		{"install", []string{"install", "/agent"}, settings.Command{Verb: settings.VerbInstall, Directory: "/agent"}},
		{"run", line("run"), settings.Command{Verb: settings.VerbRun, Flags: flags()}},
		{"run with defaults", dropped("run", "image-conf", "listen"), settings.Command{Verb: settings.VerbRun, Flags: flags()}},
		{"init without a command", line("init"), settings.Command{Verb: settings.VerbInit, Flags: flags()}},
		{"init with a command", line("init", "--", "/opt/cassandra/bin/cassandra", "-f"),
			settings.Command{Verb: settings.VerbInit, Flags: flags(), Exec: []string{"/opt/cassandra/bin/cassandra", "-f"}}},
		{"the command has flags of ours", line("init", "--", "sh", "--rack=x", "--"),
			settings.Command{Verb: settings.VerbInit, Flags: flags(), Exec: []string{"sh", "--rack=x", "--"}}},
		{"flags as two words", append(dropped("run", "rack"), "--rack", "rack-0"), settings.Command{Verb: settings.VerbRun, Flags: flags()}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := settings.ParseCommand(tt.args)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("command (-want +got):\n%s", diff)
			}
			again, err := settings.ParseCommand(got.Args())
			if err != nil {
				t.Fatalf("Args %q: %v", got.Args(), err)
			}
			if diff := cmp.Diff(got, again); diff != "" {
				t.Errorf("command from Args (-want +got):\n%s", diff)
			}
		})
	}
}

func TestArgs(t *testing.T) {
	c := settings.Command{Verb: settings.VerbInit, Flags: flags(), Exec: []string{"cassandra", "-f"}}
	c.Flags.PodIP = "$(POD_IP)"
	want := line("init", "--", "cassandra", "-f")
	want[7] = "--pod-ip=$(POD_IP)"
	if diff := cmp.Diff(want, c.Args()); diff != "" {
		t.Errorf("args (-want +got):\n%s", diff)
	}
}

func TestParseCommandRefuses(t *testing.T) {
	const all = "--settings, --image-conf, --conf, --data, --rack, --pod-name, --pod-ip, --labels, --listen"
	tests := []struct {
		name string
		args []string
		want string
	}{
		{"nothing", nil, "a verb is missing; it takes install DIR, init FLAGS [-- COMMAND] or run FLAGS"},
		{"no verb", flagArgs, `"--settings=/etc/ringwright/settings.yaml" is no verb; it takes install DIR, init FLAGS [-- COMMAND] or run FLAGS`},
		{"install nowhere", []string{"install"}, "install has 0 arguments; it takes one, the directory to copy the binary into"},
		{"install twice", []string{"install", "/a", "/b"}, "install has 2 arguments; it takes one, the directory to copy the binary into"},
		{"install relative", []string{"install", "agent"}, `install has the argument "agent"; it takes the absolute path of a directory`},
		{"unknown flag", line("run", "--seeds=x"), "run: unknown flag: --seeds; it takes " + all},
		{"one dash", line("run", "-rack=x"), "run: unknown shorthand flag: 'r' in -rack=x; it takes " + all},
		{"flag without a value", line("init", "--rack"), "init: flag needs an argument: --rack; it takes " + all},
		{"flag twice", line("run", "--rack=rack-1"), `run: invalid argument "rack-1" for "--rack" flag: given twice; it takes ` + all},
		{"argument of run", line("run", "now"), `run has the argument "now"; it takes flags only`},
		{"argument of init", line("init", "cassandra", "--", "cassandra"), `init has the argument "cassandra"; it takes flags only, and the command to become after --`},
		{"run with a command", line("run", "--", "cassandra"), "run has --; it starts nothing and takes flags only"},
		{"init with no command after all", line("init", "--"), "init has no command after --; it takes the command to become, or no --"},
		{"init with an empty command", line("init", "--", "", "-f"), "init has no command after --; it takes the command to become, or no --"},
		{"everything at once", append(dropped("run", "rack", "pod-ip"), "now", "--"), "--rack is missing; it takes the rack of the pod's StatefulSet, such as rack-0\n" +
			"--pod-ip is missing; it takes the pod's IP address\n" +
			`run has the argument "now"; it takes flags only` + "\n" +
			"run has --; it starts nothing and takes flags only"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := settings.ParseCommand(tt.args)
			if err == nil {
				t.Fatalf("ParseCommand: %+v; want an error", got)
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(settings.Command{}, got); diff != "" {
				t.Errorf("command besides an error:\n%s", diff)
			}
		})
	}
}

func TestParseCommandHelp(t *testing.T) {
	for _, args := range [][]string{{"help"}, {"-h"}, {"--help"}, {"install", "--help"}, {"init", "-h"}, line("run", "--help")} {
		if _, err := settings.ParseCommand(args); !errors.Is(err, pflag.ErrHelp) {
			t.Errorf("ParseCommand(%q): %v; want pflag.ErrHelp", args, err)
		}
	}
}

// TestUsage holds the help against the flags and verbs that there are.
func TestUsage(t *testing.T) {
	fs := pflag.NewFlagSet("run", pflag.ContinueOnError)
	fs.SortFlags = false
	var f settings.Flags
	f.AddTo(fs)
	var want, got []string
	fs.VisitAll(func(f *pflag.Flag) {
		name := "--" + f.Name
		if f.DefValue != "" {
			name += " (default " + f.DefValue + ")"
		}
		want = append(want, name)
	})
	for _, m := range regexp.MustCompile(`(?m)^  (--[a-z-]+) .*?( \(default .*\))?$`).FindAllStringSubmatch(settings.Usage, -1) {
		got = append(got, m[1]+m[2])
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("flags (-declared +usage):\n%s", diff)
	}
	for _, verb := range []string{settings.VerbInstall, settings.VerbInit, settings.VerbRun} {
		if !strings.Contains(settings.Usage, "\n  ringwright-sidecar "+verb+" ") {
			t.Errorf("usage does not show %s", verb)
		}
	}
}
