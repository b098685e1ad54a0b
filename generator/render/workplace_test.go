package render_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ringwright/ringwright/generator/plan"
	"github.com/ringwright/ringwright/generator/render"
	"github.com/ringwright/ringwright/generator/secrets"
)

// workplace is the directory that a runbook is typed in.
type workplace struct {
	dir       string
	plan      *plan.Plan
	secrets   secrets.Ring
	templates map[string]template // by region
}

// template is what commands refer to in a compiled ARM template.
type template struct {
	Parameters map[string]struct {
		DefaultValue *string `json:"defaultValue"`
	} `json:"parameters"`
	Resources []struct {
		Type, Name string
		Properties struct {
			HardwareProfile struct{ VMSize string }
		}
	} `json:"resources"`
}

func (m template) has(kind, name string) bool {
	for _, r := range m.Resources {
		if r.Type == kind && r.Name == name {
			return true
		}
	}
	return false
}

// newWorkplace compiles a spec and makes its secrets.
func newWorkplace(t *testing.T, src string) *workplace {
	t.Helper()
	w := &workplace{dir: t.TempDir(), plan: planOf(t, src), templates: map[string]template{}}
	w.secrets.Name = w.plan.Ring
	for i := range w.plan.Regions {
		r := &w.plan.Regions[i]
		arm, err := render.NewPress().ARM(r)
		if err != nil {
			t.Fatal(err)
		}
		manifests, err := render.Manifests(r)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range append(arm, manifests...) {
			w.write(t, "out/"+f.Path, f.Data)
		}
		if r.ARM == nil {
			continue
		}
		var m template
		if err := json.Unmarshal(arm[0].Data, &m); err != nil {
			t.Fatal(err)
		}
		w.templates[r.Name] = m
		w.secrets.Regions = append(w.secrets.Regions, secrets.Region{
			Name: r.Name, APIHost: r.Cluster.APIHost, Peers: r.Secrets.Peers, MakeSSHKey: r.Secrets.MakeSSHKey,
		})
	}
	source := secrets.Source{Rand: bytes.NewReader(make([]byte, 1<<20)), Now: func() time.Time { return time.Unix(1, 0) }}
	if _, err := secrets.Write(filepath.Join(w.dir, "secrets"), w.secrets, nil, source); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *workplace) write(t *testing.T, path string, data []byte) {
	t.Helper()
	path = filepath.Join(w.dir, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o755); err != nil {
		t.Fatal(err)
	}
}

// recorder stands in for every command that would leave the machine. It writes
// down the kubeconfig and its arguments, and answers what the page asks for.
const recorder = `#!/bin/sh
{
	printf '%s\037%s' "${KUBECONFIG:-}" "${0##*/}"
	for word; do printf '\037%s' "$word"; done
	printf '\036'
} >>"$RECORD"
case "$*" in
*properties.outputs.gatewayIp.value*) echo 198.51.100.7 ;;
"acr show -n myregistry "*) echo /subscriptions/00000000-0000-0000-0000-0000000000aa/registries/myregistry ;;
"account show "*) echo 00000000-0000-0000-0000-0000000000aa ;;
*spec.volumeName*jsonpath* | *jsonpath*spec.volumeName*) echo a-volume ;;
*clusters*server*) echo https://api.example.com:6443 ;;
"aks get-credentials "*)
	while [ "$1" != -f ]; do shift; done
	: >"$2"
	;;
*InternalIP*) echo 10.1.127.251 ;;
esac
`

// call is one command as it was run.
type call struct {
	kubeconfig string
	words      []string
}

// flags are the values that follow a flag, each time that it is there.
func (c call) flags(name string) []string {
	var all []string
	for i, word := range c.words {
		if word == name && i+1 < len(c.words) {
			all = append(all, c.words[i+1])
		}
		if value, ok := strings.CutPrefix(word, name+"="); ok {
			all = append(all, value)
		}
	}
	return all
}

// flag is the value of a flag that is there once at most.
func (c call) flag(t *testing.T, name string) string {
	t.Helper()
	all := c.flags(name)
	if len(all) > 1 {
		t.Errorf("%s twice in %q", name, c.words)
	}
	return strings.Join(all, "")
}

func (c call) begins(words ...string) bool {
	return len(c.words) >= len(words) && slices.Equal(c.words[:len(words)], words)
}

// run types the whole page into one shell.
func (w *workplace) run(t *testing.T, page string) []call {
	t.Helper()
	w.tools(t)
	first := w.plan.Regions[max(0, slices.IndexFunc(w.plan.Regions, func(r plan.Region) bool { return r.ARM != nil }))]
	said := "set -eu\nmachine=m0 alive=cp0 pod=" + first.Datacenter.Sets[0].StatefulSet + "-0 label=eastus-fd0 REGISTRY_USER=me REGISTRY_PASSWORD=mine\n"
	calls, complaints, err := w.shell(t, said+strings.Join(commands(page), "\n"))
	if err != nil || complaints != "" {
		t.Fatalf("%v\n%s", err, complaints)
	}
	return calls
}

// tools puts the recorder where the page's commands are looked for.
func (w *workplace) tools(t *testing.T) {
	t.Helper()
	for _, name := range []string{"az", "kubectl", "ringwright"} {
		w.write(t, "bin/"+name, []byte(recorder))
	}
	for _, r := range w.plan.Regions {
		if _, err := os.Stat(filepath.Join(w.dir, "out", r.Name, "restart.sh")); err != nil {
			t.Fatal(err)
		}
		w.write(t, "out/"+r.Name+"/restart.sh", []byte(recorder))
	}
}

// shell runs a script and returns the commands that would have left the
// machine, and what the script said on stderr.
func (w *workplace) shell(t *testing.T, script string) ([]call, string, error) {
	t.Helper()
	record := filepath.Join(w.dir, "record")
	if err := os.WriteFile(record, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	w.write(t, "page.sh", []byte(script))
	cmd := exec.Command("sh", "page.sh")
	cmd.Dir = w.dir
	cmd.Env = []string{"HOME=/home/me", "PATH=" + filepath.Join(w.dir, "bin") + ":" + os.Getenv("PATH"), "RECORD=" + record}
	var complaints strings.Builder // of cut, sed and the like in a substitution, too, which ends no shell
	cmd.Stderr = &complaints
	failed := cmd.Run()
	data, err := os.ReadFile(record)
	if err != nil {
		t.Fatal(err)
	}
	var calls []call
	for line := range strings.SplitSeq(string(data), "\036") {
		if words := strings.Split(line, "\037"); len(words) > 1 {
			calls = append(calls, call{words[0], words[1:]})
		}
	}
	return calls, complaints.String(), failed
}
