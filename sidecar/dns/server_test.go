package dns

import (
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// handler answers a question with messages: over UDP each a datagram, over
// TCP each with its length before it.
type handler func(q dnsmessage.Message) [][]byte

// serve listens on loopback, on one port of both networks. A nil handler is a
// closed port. It returns the server's address.
func serve(t testing.TB, udp, tcp handler) string {
	t.Helper()
	listener, packets := listen(t)
	address := listener.Addr().String()
	var open sync.WaitGroup
	if tcp == nil {
		listener.Close()
	} else {
		open.Go(func() { acceptAll(listener, tcp) })
	}
	if udp == nil {
		packets.Close()
	} else {
		open.Go(func() { readAll(packets, udp) })
	}
	t.Cleanup(func() {
		listener.Close()
		packets.Close()
		open.Wait()
	})
	return address
}

// listen finds a port that is free in both networks.
func listen(t testing.TB) (net.Listener, net.PacketConn) {
	t.Helper()
	for range 50 {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		if packets, err := net.ListenPacket("udp", listener.Addr().String()); err == nil {
			return listener, packets
		}
		listener.Close()
	}
	t.Fatal("no port is free in both networks")
	return nil, nil
}

func acceptAll(listener net.Listener, handle handler) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		answerTCP(conn, handle)
		conn.Close()
	}
}

// answerTCP answers one question and waits until the other side has closed,
// so that no reset overtakes the answer.
func answerTCP(conn net.Conn, handle handler) {
	conn.SetDeadline(time.Now().Add(time.Minute))
	var length [2]byte
	if _, err := io.ReadFull(conn, length[:]); err != nil {
		return
	}
	asked := make([]byte, binary.BigEndian.Uint16(length[:]))
	if _, err := io.ReadFull(conn, asked); err != nil {
		return
	}
	for _, answer := range handle(unpack(asked)) {
		conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(answer))), answer...))
	}
	if c, ok := conn.(*net.TCPConn); ok {
		c.CloseWrite()
	}
	io.Copy(io.Discard, conn)
}

func readAll(packets net.PacketConn, handle handler) {
	buf := make([]byte, 1024)
	for {
		n, from, err := packets.ReadFrom(buf)
		if err != nil {
			return
		}
		for _, answer := range handle(unpack(buf[:n])) {
			packets.WriteTo(answer, from)
		}
	}
}

func unpack(message []byte) dnsmessage.Message {
	var m dnsmessage.Message
	if err := m.Unpack(message); err != nil {
		panic(err)
	}
	return m
}

// with builds a handler that gives one answer: the question come back, as
// change has it.
func with(change func(*dnsmessage.Message)) handler {
	return func(q dnsmessage.Message) [][]byte { return [][]byte{packed(q, change)} }
}

func packed(q dnsmessage.Message, change func(*dnsmessage.Message)) []byte {
	q.Response = true
	change(&q)
	answer, err := q.Pack()
	if err != nil {
		panic(err)
	}
	return answer
}

// addresses answers with A records of the name asked for.
func addresses(texts ...string) func(*dnsmessage.Message) {
	return func(m *dnsmessage.Message) {
		for _, text := range texts {
			m.Answers = append(m.Answers, a(m.Questions[0].Name.String(), text))
		}
	}
}

func head(owner string, class dnsmessage.Class) dnsmessage.ResourceHeader {
	return dnsmessage.ResourceHeader{Name: dnsmessage.MustNewName(owner), Class: class, TTL: 5}
}

func a(owner, address string) dnsmessage.Resource {
	return dnsmessage.Resource{Header: head(owner, dnsmessage.ClassINET), Body: &dnsmessage.AResource{A: netip.MustParseAddr(address).As4()}}
}

func cname(owner, target string) dnsmessage.Resource {
	return dnsmessage.Resource{Header: head(owner, dnsmessage.ClassINET), Body: &dnsmessage.CNAMEResource{CNAME: dnsmessage.MustNewName(target)}}
}

func ns(owner, target string) dnsmessage.Resource {
	return dnsmessage.Resource{Header: head(owner, dnsmessage.ClassINET), Body: &dnsmessage.NSResource{NS: dnsmessage.MustNewName(target)}}
}

func soa(owner string) dnsmessage.Resource {
	return dnsmessage.Resource{Header: head(owner, dnsmessage.ClassINET), Body: &dnsmessage.SOAResource{NS: dnsmessage.MustNewName("ns."), MBox: dnsmessage.MustNewName("hostmaster.")}}
}

func aaaa(owner string) dnsmessage.Resource {
	return dnsmessage.Resource{Header: head(owner, dnsmessage.ClassINET), Body: &dnsmessage.AAAAResource{AAAA: netip.MustParseAddr("fd00::1").As16()}}
}

// code answers with a code alone.
func code(c dnsmessage.RCode) func(*dnsmessage.Message) {
	return func(m *dnsmessage.Message) { m.RCode = c }
}
