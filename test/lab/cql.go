package lab

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/netip"
	"time"

	gocql "github.com/apache/cassandra-gocql-driver/v2"
)

// nativePort is where Cassandra speaks CQL.
const nativePort = "9042"

// Session connects to one member from a namespace. Only this member coordinates.
func Session(ns *Namespace, member netip.Addr) (*gocql.Session, error) {
	c := gocql.NewCluster(member.String())
	c.Timeout, c.ConnectTimeout = 20*time.Second, 5*time.Second
	c.ProtoVersion = 4
	c.NumConns = 1
	c.Dialer = ns
	// Without these the driver connects to every member it hears of and
	// spreads the statements over them.
	c.DisableInitialHostLookup, c.IgnorePeerAddr = true, true
	c.Events.DisableTopologyEvents, c.Events.DisableNodeStatusEvents = true, true
	return c.CreateSession()
}

// CQL runs statements at a consistency level with one member as coordinator.
func CQL(ns *Namespace, member netip.Addr, level gocql.Consistency, statements ...string) error {
	s, err := Session(ns, member)
	if err != nil {
		return err
	}
	defer s.Close()
	for _, statement := range statements {
		if err := s.Query(statement).Consistency(level).Exec(); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}

// Answers says whether a member answers CQL: OPTIONS is answered with SUPPORTED.
func Answers(ns *Namespace, member netip.Addr) bool {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	c, err := ns.DialContext(ctx, "tcp", net.JoinHostPort(member.String(), nativePort))
	if err != nil {
		return false
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(2 * time.Second))
	const options, supported = 5, 6
	if _, err := c.Write([]byte{4, 0, 0, 0, options, 0, 0, 0, 0}); err != nil {
		return false
	}
	var header struct {
		Version, Flags uint8
		Stream         uint16
		Opcode         uint8
		Length         uint32
	}
	if err := binary.Read(io.LimitReader(c, 9), binary.BigEndian, &header); err != nil {
		return false
	}
	return header.Opcode == supported
}
