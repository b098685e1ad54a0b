// Package e2e runs the whole thing on one machine: the networks, machines and
// Kubernetes clusters that a compiled folder describes, and a real ring in them.
// `make e2e` runs it, `make e2e RUN=SeedStory` one test of it; `make e2e-deps`
// installs what it takes. Where that or root is missing a test says so in words.
//
// # How a world is built
//
// Each test calls Run, which starts the test binary again as pid 1 of fresh
// namespaces (enter.go): however it ends, the kernel clears away everything. In
// there newWorld (world.go) goes these steps, each from the files that
// `ringwright generate` and `ringwright secrets` wrote:
//
//  1. template.go evaluates out/<region>/azure/azuredeploy.json with the
//     parameters and reads the VNet, the NICs, the machines, the security groups,
//     the load balancers and what each machine's extension would run; links.go
//     decides which VNets are linked.
//  2. fabric.go makes a router namespace for each VNet: a veth pair for each NIC,
//     strict source check, a /32 route for each ipConfiguration and no other, ARP
//     answered for everybody, and the metadata service at 169.254.169.254, for
//     primary addresses only. Routes between two VNets are there only where both
//     sides of the link agree. rules.go lays the security groups over it, as
//     iptables in FORWARD with conntrack, and the load balancers, as DNAT.
//  3. check.go sends a packet for every flow that the ring needs. What is wrong by
//     now is told now, before a machine boots.
//  4. machine.go boots each machine, machine/boot.sh being its pid 1: its own
//     /etc, /opt, /usr/local, /var, /run and /dev, control groups and a data disk
//     (a sparse file, as a loop device, with a real file system). The node
//     script's own functions configure it; what they take from systemd is in
//     machine/bin. kubeadm, from the script's configuration and the template's
//     keys, makes the control plane, whose static pods' commands run as plain
//     processes, and has members join with the template's token.
//  5. cluster.go waits until nodes and DNS are ready. The tests' kubectl uses
//     secrets/<region>/kubeconfig, from an address that the template lets in.
//
// A region of AKS or one that exists has no machines in the compiled folder. It
// gets a cluster of machines that another spec describes (lent.go), furnished with
// the labels and volumes that the region's manifests ask for.
//
// What is not as in Azure: nothing leaves the machine (no NAT gateway, no
// registry: images.go puts every image into containerd under its name); load
// balancers probe nobody; a world runs one control plane in each region; the
// kubelet's settings in boot.sh. Fault domains are given round robin.
//
// # Writing a test
//
//	func TestSomething(t *testing.T) {
//		Run(t, Options{Formed: true}, func(w *World) {
//			east := w.Clusters[0]
//			_, err := east.Kubectl("delete", "pod", "cassandra-0-0")
//			w.must(err)
//			w.UntilReady(5*time.Minute, 3)
//			w.UntilSees(time.Minute, map[string]int{"UN": 6})
//		})
//	}
//
// Tests of a formed ring share one world, and are named in shared_test.go: each
// finds the ring whole, compiled from ring.yaml, and leaves it so that it can be
// made whole by applying that again. One that cannot says Own: true.
//
// The part runs inside: t of the test is w there, and everything it does to the
// network is to the world's own. A Cluster has Kubectl, Apply, Pods and Members;
// a Pod Ready, Exec, Ring (nodetool status), Node (its agent's answer) and CQL; a
// Machine Kill, Boot, WipeDisks, DetachDisks and In. World has ApplyAll, Compile
// (a changed spec into the same folder), Deploy (what it has more), Cut, Heal,
// StartWriter (a client that writes all the time and loses nothing), Until and
// Never. Waits have a limit and say what is missing; no test asserts how long
// something took.
//
// A failing test leaves its world's directory: summary.txt (one page),
// journal.log, console.log and log/ of every machine, cluster-<region>.txt. What
// is made once is below RINGWRIGHT_CACHE or the user's cache directory: programs,
// images, and a formed ring's disks, from which tests with Formed start.
//
// Worlds may run side by side where fs.inotify.max_user_instances allows it: one
// takes nearly the 128 that are the kernel's default.
package e2e
