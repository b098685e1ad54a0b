package generator_test

import (
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestClusterKnowsWhatIsUnsafe holds the stand-in to what the other tests rely
// on: a careless delete does not go unnoticed.
func TestClusterKnowsWhatIsUnsafe(t *testing.T) {
	remove := []string{"-n", "customers-eastus", "delete", "pod", "cassandra-0-0", "--wait=false"}
	seen := func(views map[string][]string) func(*cluster) {
		return func(c *cluster) { c.Views = views }
	}
	both := []string{"10.1.0.66", "10.1.0.98"}
	tests := []struct {
		name    string
		cluster *cluster
		want    []string
	}{
		{"nobody asked", shaped(3), []string{"cassandra-0-0 deleted with 0 of 2 witnesses"}},
		{"one asked", shaped(3).with(seen(map[string][]string{"cassandra-0-1": both})), []string{"cassandra-0-0 deleted with 1 of 2 witnesses"}},
		{"itself asked", shaped(3).with(seen(map[string][]string{"cassandra-0-0": both, "cassandra-0-1": both})), []string{"cassandra-0-0 deleted with 1 of 2 witnesses"}},
		{"one sees only itself", shaped(3).with(seen(map[string][]string{"cassandra-0-1": both, "cassandra-0-2": both[1:]})), []string{"cassandra-0-0 deleted with 1 of 2 witnesses"}},
		{"another not Ready", shaped(3).with(unready("cassandra-0-2"), seen(map[string][]string{"cassandra-0-1": both, "cassandra-0-2": both})),
			[]string{"cassandra-0-0 deleted while cassandra-0-2 is away"}},
		{"both asked", shaped(3).with(seen(map[string][]string{"cassandra-0-1": both, "cassandra-0-2": both})), nil},
		{"nobody else there", shaped(1), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := tt.cluster.call("kubectl", remove); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, tt.cluster.Unsafe); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestRestartTakesItsTime counts the seconds that it slept until it gave up.
func TestRestartTakesItsTime(t *testing.T) {
	dark := func() *cluster { return shaped(1, 1).outdate("cassandra-0-0").with(unready("cassandra-1-0")) }
	gone := func() *cluster { return shaped(1).outdate().with(stuck("cassandra-0-0")) }
	tests := []struct {
		name    string
		cluster *cluster
		args    []string
		want    int
	}{
		{"for the others by default", dark(), nil, 300},
		{"for the others", dark(), []string{"--timeout", "20"}, 20},
		{"for the restarted", gone(), []string{"--timeout", "20"}, 20},
		{"for the restarted, beyond the others' time", gone(), []string{"--timeout", "310"}, 310},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := tt.cluster.restart(t, sh, tt.args...)
			if got.code != 1 || tt.cluster.Clock != tt.want {
				t.Errorf("exit code %d after %d s, want 1 after %d s: %s", got.code, tt.cluster.Clock, tt.want, got.stderr)
			}
		})
	}
}

// TestRestartGoesOn runs the script on what an earlier run left.
func TestRestartGoesOn(t *testing.T) {
	tests := []struct {
		name    string
		cluster *cluster
		deleted []string
		stdout  string
	}{
		{"a new pod was slow", shaped(3).outdate("cassandra-0-2").with(unready("cassandra-0-1"), func(c *cluster) { c.pod("cassandra-0-1").At = 30 }),
			[]string{"cassandra-0-2"}, "cassandra-0-2: restarting\ncassandra-0-2: back\n1 restarted\n"},
		{"the old pod drains still", shaped(3).outdate("cassandra-0-1", "cassandra-0-2").with(func(c *cluster) {
			c.pod("cassandra-0-1").Deleting, c.pod("cassandra-0-1").At = true, 30
		}), []string{"cassandra-0-1", "cassandra-0-2"}, "cassandra-0-1: restarting\ncassandra-0-1: back\ncassandra-0-2: restarting\ncassandra-0-2: back\n2 restarted\n"},
		{"somebody replaced the pod meanwhile", shaped(3).outdate("cassandra-0-0").with(unready("cassandra-0-2"), func(c *cluster) {
			c.pod("cassandra-0-0").Deleting, c.pod("cassandra-0-0").At, c.pod("cassandra-0-2").At = true, 10, 30
		}), nil, "0 restarted\n"},
		{"everything was done", shaped(3), nil, "0 restarted\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := tt.cluster.restart(t, sh)
			if diff := cmp.Diff(outcome{0, tt.stdout, ""}, got, cmp.AllowUnexported(outcome{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.deleted, tt.cluster.Deleted); diff != "" || tt.cluster.Unsafe != nil {
				t.Errorf("deleted (-want +got):\n%s\nunsafe: %s", diff, tt.cluster.Unsafe)
			}
		})
	}
}

// TestRestartAfterFailure is one story: the second member does not come back,
// its cause is mended, and a second run finishes without touching it again.
func TestRestartAfterFailure(t *testing.T) {
	t.Parallel()
	c := deployed(t, "eastus").outdate().with(stuck("cassandra-1-0"))
	if got := c.restart(t, sh, "--timeout", "20"); got.code != 1 {
		t.Fatalf("exit code %d, want 1: %s", got.code, got.stderr)
	}
	c.Stuck, c.Deleted = nil, nil
	got := c.restart(t, sh)
	if got.code != 0 || got.stdout != "cassandra-2-0: restarting\ncassandra-2-0: back\n1 restarted\n" {
		t.Errorf("exit code %d, want 0; stdout:\n%sstderr:\n%s", got.code, got.stdout, got.stderr)
	}
	if diff := cmp.Diff([]string{"cassandra-2-0"}, c.Deleted); diff != "" || c.Unsafe != nil {
		t.Errorf("deleted (-want +got):\n%s\nunsafe: %s", diff, c.Unsafe)
	}
}

// TestRestartUnready is for a configuration with which nobody starts: waiting
// for the others would be for ever.
func TestRestartUnready(t *testing.T) {
	dark := []func(*cluster){unready("cassandra-0-0"), unready("cassandra-1-0"), unready("cassandra-2-0"), stuck("cassandra-0-0"), stuck("cassandra-1-0"), stuck("cassandra-2-0")}
	tests := []struct {
		name    string
		cluster *cluster
		args    []string
		code    int
		deleted []string
	}{
		{"nobody starts", deployed(t, "eastus").outdate().with(dark...), []string{"--unready"}, 0, []string{"cassandra-0-0", "cassandra-1-0", "cassandra-2-0"}},
		{"nobody starts, without the flag", deployed(t, "eastus").outdate().with(dark...), []string{"--timeout", "10"}, 1, nil},
		{"the Ready stay", deployed(t, "eastus").outdate().with(unready("cassandra-1-0")), []string{"--unready"}, 0, []string{"cassandra-1-0"}},
		{"the current stay", deployed(t, "eastus").outdate("cassandra-1-0").with(dark...), []string{"--unready"}, 0, []string{"cassandra-1-0"}},
		{"one gets no new pod", deployed(t, "eastus").outdate().with(append(dark, func(c *cluster) { c.Gap = 1000 })...), []string{"--unready", "--timeout", "10"}, 1, []string{"cassandra-0-0"}},
		{"one does not end", deployed(t, "eastus").outdate().with(append(dark, func(c *cluster) { c.Away = 1000 })...), []string{"--unready", "--timeout", "10"}, 1, []string{"cassandra-0-0"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := tt.cluster.restart(t, sh, tt.args...)
			if got.code != tt.code {
				t.Errorf("exit code %d, want %d: %s", got.code, tt.code, got.stderr)
			}
			if diff := cmp.Diff(tt.deleted, tt.cluster.Deleted); diff != "" {
				t.Errorf("deleted (-want +got):\n%s", diff)
			}
		})
	}
}

// TestRestartMisused holds that nothing is called before the flags are right.
func TestRestartMisused(t *testing.T) {
	for _, args := range [][]string{
		{"--bogus"}, {"extra"}, {""}, {"--kubeconfig"}, {"--context"}, {"--timeout"}, {"--unready", "--kubeconfig"},
		{"--kubeconfig", ""}, {"--context", ""}, {"--timeout", ""}, {"--timeout", "0"}, {"--timeout", "08"}, {"--timeout", "-5"},
		{"--timeout", "5s"}, {"--timeout", "1000000"}, {"--timeout", "99999999999999999999"}, {"--timeout", "1 2"},
	} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			t.Parallel()
			c := shaped(3).outdate()
			got := c.restart(t, sh, args...)
			if got.code != 2 || got.stdout != "" || !strings.HasPrefix(got.stderr, "restart.sh: ") || !strings.Contains(got.stderr, "usage: restart.sh [--kubeconfig FILE]") {
				t.Errorf("exit code %d, want 2; stdout:\n%sstderr:\n%s", got.code, got.stdout, got.stderr)
			}
			if c.Calls != nil {
				t.Errorf("calls: %q", c.Calls)
			}
		})
	}
}

func TestRestartHelp(t *testing.T) {
	for _, flag := range []string{"-h", "--help"} {
		c := shaped(3).outdate()
		got := c.restart(t, sh, flag)
		if got.code != 0 || got.stderr != "" || !strings.HasPrefix(got.stdout, "usage: restart.sh ") || c.Calls != nil {
			t.Errorf("%s: exit code %d, calls %q, stdout:\n%sstderr:\n%s", flag, got.code, c.Calls, got.stdout, got.stderr)
		}
	}
}

// TestRestartConnection holds that every single call goes to the same cluster.
func TestRestartConnection(t *testing.T) {
	tests := []struct {
		name string
		args []string
		want string
	}{
		{"none", nil, "-n customers-eastus"},
		{"kubeconfig", []string{"--kubeconfig", "secrets/eastus/kubeconfig"}, "--kubeconfig secrets/eastus/kubeconfig -n customers-eastus"},
		{"context", []string{"--context", "east"}, "--context east -n customers-eastus"},
		{"both, with blanks", []string{"--context", "my east", "--kubeconfig", "/my keys/*"}, "--kubeconfig /my keys/* --context my east -n customers-eastus"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := deployed(t, "eastus").outdate("cassandra-0-0", "cassandra-1-0").with(stuck("cassandra-1-0"))
			got := c.restart(t, sh, append(tt.args, "--timeout", "20")...)
			if diff := cmp.Diff([]string{tt.want}, c.Flags); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for _, call := range []string{"get statefulsets", "get pods", "exec cassandra-2-0", "delete pod"} {
				if !slices.Contains(c.Calls, call) {
					t.Errorf("%s was not called: %q", call, c.Calls)
				}
			}
			if hint := "kubectl " + tt.want + " logs cassandra-1-0 -c cassandra"; !strings.Contains(got.stderr, hint) {
				t.Errorf("stderr lacks %q:\n%s", hint, got.stderr)
			}
		})
	}
}

// TestRestartInEveryShell runs it with the shells that stand behind /bin/sh.
func TestRestartInEveryShell(t *testing.T) {
	for _, name := range []string{"dash", "bash", "zsh"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shell, err := exec.LookPath(name)
			if err != nil {
				t.Skipf("%s is not in PATH", name)
			}
			args := []string{shell}
			if name == "zsh" {
				args = append(args, "--emulate", "sh")
			}
			c := shaped(2, 1).outdate()
			got := c.restart(t, args)
			want := []string{"cassandra-0-0", "cassandra-0-1", "cassandra-1-0"}
			if diff := cmp.Diff(want, c.Deleted); diff != "" || got.code != 0 || c.Unsafe != nil {
				t.Errorf("exit code %d, unsafe %s, deleted (-want +got):\n%s\n%s", got.code, c.Unsafe, diff, got.stderr)
			}
		})
	}
}

func TestRestartShellcheck(t *testing.T) {
	shellcheck, err := exec.LookPath("shellcheck")
	if err != nil {
		t.Skip("shellcheck is not in PATH")
	}
	checked := 0
	files := compiled(t)
	for _, p := range files.Paths() {
		if path.Base(p) != "restart.sh" {
			continue
		}
		cmd := exec.Command(shellcheck, "--shell=sh", "-")
		cmd.Stdin = strings.NewReader(string(files[p]))
		if output, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", p, err, output)
		}
		checked++
	}
	if checked != 2 {
		t.Errorf("%d scripts, want one for each of the two regions", checked)
	}
}
