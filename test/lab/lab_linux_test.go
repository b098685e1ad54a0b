package lab

import (
	"context"
	"io"
	"net/netip"
	"os/exec"
	"testing"
	"time"
)

// TestLink has two hosts of two networks talk until the link is cut, and again
// once it has healed. It takes root.
func TestLink(t *testing.T) {
	if missing := Missing(); missing != "" {
		t.Skip(missing)
	}
	t.Cleanup(RemoveOwn)
	var hosts []*Namespace
	var vnets []*VNet
	for _, at := range []string{"10.1.0.0/16", "10.2.0.0/16"} {
		prefix := netip.MustParsePrefix(at)
		v, err := NewVNet("net", prefix)
		if err != nil {
			t.Fatal(err)
		}
		host, err := NewNamespace("host")
		if err != nil {
			t.Fatal(err)
		}
		if err := v.Attach(host, prefix.Addr().Next().Next()); err != nil {
			t.Fatal(err)
		}
		vnets, hosts = append(vnets, v), append(hosts, host)
	}
	link, err := Join(vnets[0], vnets[1], 0)
	if err != nil {
		t.Fatal(err)
	}
	l, err := hosts[1].Listen("10.2.0.2:7000")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for c, err := l.Accept(); err == nil; c, err = l.Accept() {
			_, _ = io.WriteString(c, "hello")
			c.Close()
		}
	}()
	reach := func(limit time.Duration) error {
		ctx, cancel := context.WithTimeout(context.Background(), limit)
		defer cancel()
		c, err := hosts[0].DialContext(ctx, "tcp", "10.2.0.2:7000")
		if err == nil {
			err = c.Close()
		}
		return err
	}
	if err := reach(5 * time.Second); err != nil {
		t.Errorf("linked: %v", err)
	}
	if err := link.Cut(); err != nil {
		t.Fatal(err)
	}
	if err := reach(time.Second); err == nil {
		t.Error("cut, but it connects")
	}
	if err := link.Heal(); err != nil {
		t.Fatal(err)
	}
	if err := reach(5 * time.Second); err != nil {
		t.Errorf("healed: %v", err)
	}
}

// TestRemove holds that nothing outlives its namespace.
func TestRemove(t *testing.T) {
	if missing := Missing(); missing != "" {
		t.Skip(missing)
	}
	n, err := NewNamespace("gone")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("sleep", "600")
	if err := n.Start(cmd); err != nil {
		t.Fatal(err)
	}
	n.Remove()
	if err := cmd.Wait(); err == nil {
		t.Error("the command ended by itself; want it killed")
	}
	if n.Do(func() error { return nil }) == nil {
		t.Error("the namespace is still there")
	}
}
