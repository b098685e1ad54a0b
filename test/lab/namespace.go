package lab

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"

	"golang.org/x/sys/unix"
)

// Namespace is a network namespace with a loopback of its own.
type Namespace struct {
	// Name is what `ip netns` knows it by.
	Name string
}

// namespaceDir is where `ip netns add` keeps namespaces.
const namespaceDir = "/run/netns/"

var namespaces atomic.Int64

// NewNamespace makes a namespace; label is the readable end of its name.
func NewNamespace(label string) (*Namespace, error) {
	n := &Namespace{Name: fmt.Sprintf("%s%d-%d-%s", prefix, os.Getpid(), namespaces.Add(1), label)}
	if err := command("ip", "netns", "add", n.Name); err != nil {
		return nil, err
	}
	if err := n.IP("link set lo up"); err != nil {
		n.Remove()
		return nil, err
	}
	return n, nil
}

// IP runs commands of iproute2 in the namespace, one per argument.
func (n *Namespace) IP(commands ...string) error {
	cmd := exec.Command("ip", "-n", n.Name, "-batch", "-")
	cmd.Stdin = strings.NewReader(strings.Join(commands, "\n") + "\n")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("ip -n %s: %s: %w: %s", n.Name, strings.Join(commands, "; "), err, out)
	}
	return nil
}

// Do calls f on a thread that is in the namespace. What f opens or starts, as
// long as it does so itself and not in another goroutine, is in the namespace
// for good.
func (n *Namespace) Do(f func() error) error {
	runtime.LockOSThread()
	home, err := os.Open("/proc/thread-self/ns/net")
	if err != nil {
		runtime.UnlockOSThread()
		return err
	}
	defer home.Close()
	if err := n.enter(); err != nil {
		runtime.UnlockOSThread()
		return err
	}
	err = f()
	// A thread that cannot go home stays locked and ends with its goroutine.
	if back := unix.Setns(int(home.Fd()), unix.CLONE_NEWNET); back != nil {
		return fmt.Errorf("leave namespace %s: %w", n.Name, back)
	}
	runtime.UnlockOSThread()
	return err
}

func (n *Namespace) enter() error {
	there, err := os.Open(namespaceDir + n.Name)
	if err != nil {
		return err
	}
	defer there.Close()
	if err := unix.Setns(int(there.Fd()), unix.CLONE_NEWNET); err != nil {
		return fmt.Errorf("enter namespace %s: %w", n.Name, err)
	}
	return nil
}

// Start starts a command in the namespace. It gets SIGKILL when this process
// ends, and is the first of a process group of its own.
func (n *Namespace) Start(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
	return n.Do(cmd.Start)
}

// DialContext connects from the namespace; the address holds an IP address, as
// the resolver would leave the thread.
func (n *Namespace) DialContext(ctx context.Context, network, address string) (conn net.Conn, err error) {
	err = n.Do(func() (err error) {
		conn, err = (&net.Dialer{FallbackDelay: -1}).DialContext(ctx, network, address)
		return err
	})
	return conn, err
}

// Listen listens in the namespace.
func (n *Namespace) Listen(address string) (l net.Listener, err error) {
	err = n.Do(func() (err error) {
		l, err = net.Listen("tcp", address)
		return err
	})
	return l, err
}

// ListenPacket listens for datagrams in the namespace.
func (n *Namespace) ListenPacket(address string) (c net.PacketConn, err error) {
	err = n.Do(func() (err error) {
		c, err = net.ListenPacket("udp", address)
		return err
	})
	return c, err
}

// Run runs a command in the namespace with a text as its input.
func (n *Namespace) Run(input, name string, args ...string) error {
	cmd := exec.Command(name, args...)
	cmd.Stdin = strings.NewReader(input)
	var said []byte
	err := n.Do(func() (err error) {
		said, err = cmd.CombinedOutput()
		return err
	})
	if err != nil {
		return fmt.Errorf("in %s: %s %s: %w: %s", n.Name, name, strings.Join(args, " "), err, said)
	}
	return nil
}

// Remove kills what runs in the namespace and removes it.
func (n *Namespace) Remove() {
	n.Kill()
	_ = command("ip", "netns", "delete", n.Name)
}

// command runs a command that says on its output what went wrong.
func command(name string, args ...string) error {
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, out)
	}
	return nil
}
