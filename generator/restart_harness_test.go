package generator_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	"sigs.k8s.io/yaml"

	"github.com/ringwright/ringwright/generator"
)

// compiled is what ring.yaml compiles to.
func compiled(t *testing.T) generator.Files {
	t.Helper()
	files, err := compileOnce()
	if err != nil {
		t.Fatal(err)
	}
	return files
}

var compileOnce = sync.OnceValues(func() (generator.Files, error) {
	src, err := os.ReadFile("../ring.yaml")
	if err != nil {
		return nil, err
	}
	return generator.Generate("ring.yaml", src)
})

// deployed is the cluster that a region's compiled StatefulSets make: every
// member Ready, nothing outdated.
func deployed(t *testing.T, region string) *cluster {
	t.Helper()
	c := &cluster{Away: 5, Gap: 5, Starting: 5}
	files := compiled(t)
	for _, p := range files.Paths() {
		if ok, _ := filepath.Match(region+"/60-*.yaml", p); !ok {
			continue
		}
		var set appsv1.StatefulSet
		if err := yaml.UnmarshalStrict(files[p], &set); err != nil {
			t.Fatalf("%s: %v", p, err)
		}
		if name := set.Spec.Template.Spec.Containers[0].Name; name != "cassandra" {
			t.Fatalf("%s: the first container is %s; restart.sh enters cassandra", p, name)
		}
		c.Namespace = set.Namespace
		c.add(set.Name, int(*set.Spec.Replicas), set.Labels, set.Spec.Template.Labels)
	}
	if len(c.Pods) == 0 {
		t.Fatalf("no members in %s", region)
	}
	return c
}

// shaped is a cluster with one StatefulSet for each number of replicas.
func shaped(replicas ...int) *cluster {
	c := &cluster{Namespace: "customers-eastus", Away: 5, Gap: 5, Starting: 5}
	labels := map[string]string{"app.kubernetes.io/name": "cassandra"}
	for i, n := range replicas {
		c.add(fmt.Sprintf("cassandra-%d", i), n, labels, labels)
	}
	return c
}

func (c *cluster) add(name string, replicas int, labels, podLabels map[string]string) {
	c.Sets = append(c.Sets, statefulSet{Name: name, Revision: name + "-new", Replicas: replicas, Generation: 2, Observed: 2, Labels: labels})
	for n := range replicas {
		i := len(c.Pods)
		c.Pods = append(c.Pods, pod{
			Name: fmt.Sprintf("%s-%d", name, n), Revision: name + "-new", UID: fmt.Sprintf("uid-%d", i),
			IP: fmt.Sprintf("10.1.0.%d", 34+32*i), Ready: true, Labels: podLabels,
		})
	}
}

// outdate gives pods the revision before the one that is applied; without
// names, all pods.
func (c *cluster) outdate(names ...string) *cluster {
	for i := range c.Pods {
		if p := &c.Pods[i]; len(names) == 0 || slices.Contains(names, p.Name) {
			p.Revision = c.set(p.Name).Name + "-old"
		}
	}
	return c
}

// with applies changes to a cluster.
func (c *cluster) with(changes ...func(*cluster)) *cluster {
	for _, change := range changes {
		change(c)
	}
	return c
}

func unready(name string) func(*cluster) {
	return func(c *cluster) { c.pod(name).Ready = false }
}

func stuck(name string) func(*cluster) {
	return func(c *cluster) { c.Stuck = append(c.Stuck, name) }
}

func unseen(witness, name string) func(*cluster) {
	return func(c *cluster) {
		if c.Unseen == nil {
			c.Unseen = map[string][]string{}
		}
		c.Unseen[witness] = append(c.Unseen[witness], name)
	}
}

// failing lets a call work so often and never again.
func failing(call string, works int) func(*cluster) {
	return func(c *cluster) { c.Failing = map[string]int{call: works} }
}

// outcome is what a run of restart.sh came to.
type outcome struct {
	code           int
	stdout, stderr string
}

// standIn is the kubectl and the sleep that restart.sh finds: it asks the test.
const standIn = `#!/bin/sh
{ printf '%s\n' "${0##*/}" "$@"; } >"${0%/*}/ask"
exec 3<"${0%/*}/answer"
read -r code <&3
if [ "$code" = 0 ]; then cat <&3; else cat <&3 >&2; fi
exit "$code"
`

// answer serves the stand-ins in dir, one call after the other, until it is asked to stop.
func (c *cluster) answer(dir string) error {
	for {
		question, err := os.ReadFile(filepath.Join(dir, "ask"))
		if err != nil {
			return err
		}
		words := strings.Split(strings.TrimSuffix(string(question), "\n"), "\n")
		if words[0] == "stop" {
			return nil
		}
		reply := "0\n"
		if err := c.call(words[0], words[1:]); err != nil {
			reply = "1\n" + err.Error() + "\n"
		} else {
			reply += c.out.String()
		}
		if err := os.WriteFile(filepath.Join(dir, "answer"), []byte(reply), 0o600); err != nil {
			return err
		}
	}
}

// restart runs the compiled script of eastus against the cluster.
func (c *cluster) restart(t *testing.T, shell []string, args ...string) outcome {
	t.Helper()
	dir := t.TempDir()
	script := filepath.Join(dir, "restart.sh")
	for name, text := range map[string]string{"kubectl": standIn, "sleep": standIn, "restart.sh": string(compiled(t)["eastus/restart.sh"])} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if output, err := exec.Command("mkfifo", filepath.Join(dir, "ask"), filepath.Join(dir, "answer")).CombinedOutput(); err != nil {
		t.Skipf("no named pipes here: %v %s", err, output)
	}
	served := make(chan error, 1)
	go func() { served <- c.answer(dir) }()
	cmd := exec.Command(shell[0], append(append(slices.Clone(shell[1:]), script), args...)...)
	cmd.Env = append(os.Environ(), "PATH="+dir+string(filepath.ListSeparator)+os.Getenv("PATH"))
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "ask"), []byte("stop\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := <-served; err != nil {
		t.Fatal(err)
	}
	return outcome{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

var sh = []string{"sh"}
