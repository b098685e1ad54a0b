package generator_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRestart(t *testing.T) {
	const all3 = "cassandra-0-0: restarting\ncassandra-0-0: back\ncassandra-1-0: restarting\ncassandra-1-0: back\ncassandra-2-0: restarting\ncassandra-2-0: back\n3 restarted\n"
	brief := []string{"--timeout", "10"}
	unreadable := "restart.sh: the StatefulSets cannot be read, or have changed a moment ago; try again"
	tests := []struct {
		name    string
		cluster *cluster
		args    []string
		code    int
		deleted []string
		stdout  string
		stderr  string // a part of it
	}{
		{name: "nothing is outdated", cluster: deployed(t, "eastus"), stdout: "0 restarted\n"},
		{name: "all are outdated", cluster: deployed(t, "eastus").outdate(),
			deleted: []string{"cassandra-0-0", "cassandra-1-0", "cassandra-2-0"}, stdout: all3},
		{name: "one is outdated", cluster: deployed(t, "eastus").outdate("cassandra-1-0"),
			deleted: []string{"cassandra-1-0"}, stdout: "cassandra-1-0: restarting\ncassandra-1-0: back\n1 restarted\n"},
		{name: "a datacenter of one", cluster: shaped(1).outdate(),
			deleted: []string{"cassandra-0-0"}, stdout: "cassandra-0-0: restarting\ncassandra-0-0: back\n1 restarted\n"},
		{name: "a datacenter of two", cluster: shaped(1, 1).outdate(),
			deleted: []string{"cassandra-0-0", "cassandra-1-0"},
			stdout:  "cassandra-0-0: restarting\ncassandra-0-0: back\ncassandra-1-0: restarting\ncassandra-1-0: back\n2 restarted\n"},
		{name: "racks of unequal size", cluster: shaped(2, 1).outdate(), deleted: []string{"cassandra-0-0", "cassandra-0-1", "cassandra-1-0"},
			stdout: "cassandra-0-0: restarting\ncassandra-0-0: back\ncassandra-0-1: restarting\ncassandra-0-1: back\ncassandra-1-0: restarting\ncassandra-1-0: back\n3 restarted\n"},
		{name: "a rack without members", cluster: shaped(0, 2, 1).outdate("cassandra-2-0"),
			deleted: []string{"cassandra-2-0"}, stdout: "cassandra-2-0: restarting\ncassandra-2-0: back\n1 restarted\n"},

		{name: "one never comes back", cluster: deployed(t, "eastus").outdate().with(stuck("cassandra-1-0")), args: []string{"--timeout", "20"},
			code: 1, deleted: []string{"cassandra-0-0", "cassandra-1-0"},
			stdout: "cassandra-0-0: restarting\ncassandra-0-0: back\ncassandra-1-0: restarting\n",
			stderr: "restart.sh: cassandra-1-0 has not come back after 20 s; its log says why: kubectl -n customers-eastus logs cassandra-1-0 -c cassandra\n"},
		{name: "another is not Ready", cluster: deployed(t, "eastus").outdate("cassandra-0-0").with(unready("cassandra-2-0")), args: brief, code: 1,
			stderr: "restart.sh: cassandra-0-0 stays as it is: cassandra-2-0 is not Ready\n"},
		{name: "another is Ready in a while", cluster: deployed(t, "eastus").outdate("cassandra-0-0").with(unready("cassandra-2-0"), func(c *cluster) { c.pod("cassandra-2-0").At = 20 }),
			deleted: []string{"cassandra-0-0"}, stdout: "cassandra-0-0: restarting\ncassandra-0-0: back\n1 restarted\n"},
		{name: "another drains and is still Ready", cluster: deployed(t, "eastus").outdate("cassandra-0-0").with(stuck("cassandra-2-0"), func(c *cluster) {
			c.pod("cassandra-2-0").Deleting, c.pod("cassandra-2-0").At = true, 200
		}), args: brief, code: 1, stderr: "restart.sh: cassandra-0-0 stays as it is: cassandra-2-0 is not Ready\n"},
		{name: "another has no pod", cluster: deployed(t, "eastus").outdate("cassandra-0-0").with(func(c *cluster) { c.Pods = c.Pods[:2] }), args: brief, code: 1,
			stderr: "restart.sh: cassandra-0-0 stays as it is: cassandra-2-0 is not Ready\n"},
		{name: "another has no address", cluster: deployed(t, "eastus").outdate("cassandra-0-0").with(func(c *cluster) { c.pod("cassandra-2-0").IP = "" }), args: brief, code: 1,
			stderr: "restart.sh: cassandra-0-0 stays as it is: cassandra-2-0 has no address\n"},
		{name: "the first has no pod", cluster: deployed(t, "eastus").outdate().with(func(c *cluster) { c.Pods = c.Pods[1:] }), code: 1,
			stderr: "restart.sh: cassandra-0-0 is not there; kubectl -n customers-eastus describe statefulset cassandra-0 says why\n"},

		{name: "a witness sees another down", cluster: deployed(t, "eastus").outdate("cassandra-0-0").with(unseen("cassandra-1-0", "cassandra-2-0")), args: brief, code: 1,
			stderr: "restart.sh: cassandra-0-0 stays as it is: cassandra-1-0 does not see 10.1.0.98 Up and Normal\n"},
		{name: "only the first witness sees all", cluster: deployed(t, "eastus").outdate("cassandra-0-0").with(unseen("cassandra-2-0", "cassandra-1-0")), args: brief, code: 1,
			stderr: "restart.sh: cassandra-0-0 stays as it is: cassandra-2-0 does not see 10.1.0.66 Up and Normal\n"},
		{name: "a witness sees the outdated one down", cluster: deployed(t, "eastus").outdate("cassandra-0-0").with(unseen("cassandra-1-0", "cassandra-0-0")),
			deleted: []string{"cassandra-0-0"}, stdout: "cassandra-0-0: restarting\ncassandra-0-0: back\n1 restarted\n"},
		{name: "a witness sees all in a while", cluster: deployed(t, "eastus").outdate("cassandra-0-0").with(unseen("cassandra-1-0", "cassandra-2-0"), func(c *cluster) { c.Blind = 20 }),
			deleted: []string{"cassandra-0-0"}, stdout: "cassandra-0-0: restarting\ncassandra-0-0: back\n1 restarted\n"},
		// Seen is 10.1.0.70, wanted 10.1.0.7, and the other way round.
		{name: "an address that another begins with", cluster: shaped(3).outdate("cassandra-0-0").with(unseen("cassandra-0-2", "cassandra-0-1"), func(c *cluster) {
			c.pod("cassandra-0-1").IP, c.pod("cassandra-0-2").IP = "10.1.0.7", "10.1.0.70"
		}), args: brief, code: 1, stderr: "restart.sh: cassandra-0-0 stays as it is: cassandra-0-2 does not see 10.1.0.7 Up and Normal\n"},
		{name: "an address that begins with another", cluster: shaped(3).outdate("cassandra-0-0").with(unseen("cassandra-0-2", "cassandra-0-1"), func(c *cluster) {
			c.pod("cassandra-0-1").IP, c.pod("cassandra-0-2").IP = "10.1.0.70", "10.1.0.7"
		}), args: brief, code: 1, stderr: "restart.sh: cassandra-0-0 stays as it is: cassandra-0-2 does not see 10.1.0.70 Up and Normal\n"},

		{name: "the newest revision is not known yet", cluster: deployed(t, "eastus").outdate().with(func(c *cluster) { c.Sets[1].Observed = 1 }), code: 1, stderr: unreadable},
		{name: "the newest revision is known in a while", cluster: deployed(t, "eastus").outdate().with(func(c *cluster) { c.Sets[1].Observed, c.Unsettled = 1, 20 }),
			deleted: []string{"cassandra-0-0", "cassandra-1-0", "cassandra-2-0"}, stdout: all3},
		{name: "the StatefulSets cannot be listed", cluster: deployed(t, "eastus").outdate().with(failing("get statefulsets", 0)), code: 1, stderr: unreadable},
		{name: "the pods cannot be listed at first", cluster: deployed(t, "eastus").outdate().with(failing("get pods", 0)), code: 1, stderr: "restart.sh: kubectl cannot list the pods\n"},
		{name: "the pods cannot be listed while it waits", cluster: deployed(t, "eastus").outdate().with(failing("get pods", 1)), args: brief, code: 1,
			stderr: "restart.sh: cassandra-0-0 stays as it is: kubectl cannot list the pods\n"},
		{name: "the pods cannot be listed before the delete", cluster: deployed(t, "eastus").outdate().with(failing("get pods", 2)), code: 1, stderr: "restart.sh: kubectl cannot list the pods\n"},
		{name: "the pods cannot be listed after the delete", cluster: deployed(t, "eastus").outdate().with(failing("get pods", 3)), args: []string{"--timeout", "20"}, code: 1,
			deleted: []string{"cassandra-0-0"}, stdout: "cassandra-0-0: restarting\n", stderr: "restart.sh: cassandra-0-0 has not come back after 20 s"},
		{name: "nodetool does not answer", cluster: deployed(t, "eastus").outdate().with(failing("exec cassandra-2-0", 0)), args: brief, code: 1,
			stderr: "restart.sh: cassandra-0-0 stays as it is: cassandra-2-0 does not answer nodetool status\n"},
		{name: "the delete fails", cluster: deployed(t, "eastus").outdate().with(failing("delete pod", 0)), code: 1,
			stdout: "cassandra-0-0: restarting\n", stderr: "restart.sh: cassandra-0-0 cannot be deleted; run again to go on\n"},
		{name: "another cluster", cluster: deployed(t, "southcentralus").outdate(), code: 1,
			stderr: "restart.sh: there are no members in namespace customers-eastus; is this the cluster of eastus?\n"},
		{name: "no members", cluster: shaped(), code: 1, stderr: "restart.sh: there are no members in namespace customers-eastus"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := tt.cluster.restart(t, sh, tt.args...)
			if got.code != tt.code || !strings.Contains(got.stderr, tt.stderr) || tt.stderr == "" && got.stderr != "" {
				t.Errorf("exit code %d, want %d; stderr:\n%swant:\n%s", got.code, tt.code, got.stderr, tt.stderr)
			}
			if diff := cmp.Diff(tt.stdout, got.stdout); diff != "" {
				t.Errorf("stdout (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.deleted, tt.cluster.Deleted); diff != "" {
				t.Errorf("deleted (-want +got):\n%s", diff)
			}
			if tt.cluster.Unsafe != nil {
				t.Errorf("unsafe: %s\ncalls: %q", tt.cluster.Unsafe, tt.cluster.Calls)
			}
		})
	}
}
