package ring

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
)

// KillCassandra kills what runs in Cassandra's container, init or Cassandra;
// the kubelet starts it again.
func (p *Pod) KillCassandra() {
	p.Region.rig.Say("%s: Cassandra is killed", p.ID)
	p.cassandra.signal(syscall.SIGKILL)
}

// TermCassandra sends SIGTERM to what runs in Cassandra's container.
func (p *Pod) TermCassandra() {
	p.Region.rig.Say("%s: Cassandra is stopped", p.ID)
	p.cassandra.signal(syscall.SIGTERM)
}

// HoldCassandra kills Cassandra and keeps it down until ReleaseCassandra.
func (p *Pod) HoldCassandra() {
	p.Region.rig.Say("%s: Cassandra is killed and stays down", p.ID)
	p.cassandra.hold()
}

// ReleaseCassandra lets Cassandra start again.
func (p *Pod) ReleaseCassandra() { p.cassandra.release() }

// HoldAgent kills the agent and keeps it down until ReleaseAgent.
func (p *Pod) HoldAgent() {
	p.Region.rig.Say("%s: the agent is killed and stays down", p.ID)
	p.agent.hold()
}

// ReleaseAgent lets the agent start again.
func (p *Pod) ReleaseAgent() { p.agent.release() }

// Runs is how often Cassandra's container of the present pod was started.
func (p *Pod) Runs() int { return p.cassandra.Runs() }

// Exits are the exit codes of Cassandra's container of the present pod.
func (p *Pod) Exits() []int { return p.cassandra.Exits() }

// Output is what Cassandra's container of the present pod printed.
func (p *Pod) Output() string {
	data, _ := os.ReadFile(filepath.Join(p.logDir(), "cassandra.log"))
	all := string(data)
	return all[max(strings.LastIndex(all, "=== cassandra run 1 at "), 0):]
}

// Ended is a run of Cassandra's container that has ended.
type Ended struct {
	Code int
	// LastLine is the last that it printed.
	LastLine string
}

// endLine is what the kubelet writes at the end of a run.
var endLine = regexp.MustCompile(`(?m)^=== cassandra ended: exit (-?\d+) `)

// Ended are the runs of Cassandra's container of the present pod that have
// ended, in their order.
func (p *Pod) Ended() []Ended {
	var all []Ended
	for run := range strings.SplitSeq(p.Output(), "=== cassandra run ") {
		end := endLine.FindStringSubmatchIndex(run)
		if end == nil { // before the first, or it goes on
			continue
		}
		code, _ := strconv.Atoi(run[end[2]:end[3]])
		lines := strings.Split(strings.TrimSpace(run[:end[0]]), "\n")
		all = append(all, Ended{code, lines[len(lines)-1]})
	}
	return all
}

// LastRun is what the last run of Cassandra's container printed.
func (p *Pod) LastRun() string {
	all := p.Output()
	return all[max(strings.LastIndex(all, "=== cassandra run "), 0):]
}

// Run runs a command in the pod and returns what it prints.
func (p *Pod) Run(name string, args ...string) (string, error) {
	var out strings.Builder
	cmd := p.command(name, args...)
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := p.start(cmd); err != nil {
		return "", err
	}
	err := cmd.Wait()
	return out.String(), err
}

func (p *Pod) start(cmd *exec.Cmd) error {
	host := p.Host()
	if host == nil {
		return os.ErrNotExist
	}
	return host.Start(cmd)
}
