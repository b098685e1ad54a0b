package cql

import (
	"encoding/binary"
	"fmt"
	"io"
)

// What a frame is made of. OPTIONS and SUPPORTED have this form in every
// version of the protocol: the framing that version 5 adds begins with the
// answer to STARTUP, which is never sent here.
// https://github.com/apache/cassandra/blob/cassandra-5.0/doc/native_protocol_v4.spec sections 2, 4.1.3, 4.2.4
// https://github.com/apache/cassandra/blob/cassandra-5.0/doc/native_protocol_v5.spec section 2.3.1
const (
	headerSize = 9
	// version is one that 4.1, 5.0 and 6.0 all speak.
	version = 4
	// oldest is the first version whose header has nine bytes.
	oldest = 3
	// fromServer is set in the first byte of every answer.
	fromServer = 0x80

	opError     = 0x00
	opOptions   = 0x05
	opSupported = 0x06

	flagCompressed = 0x01
	flagTracing    = 0x02
	flagPayload    = 0x04
	flagWarnings   = 0x08

	// stream is the question's number, not 0, so that a peer which sends
	// zeros does not hit it.
	stream = 0x0c91
)

// maxBody is the largest answer in bytes that is read. Cassandra's own has
// about a hundred; the protocol would allow 256 MiB.
const maxBody = 16 << 10

// maxMessage is how many bytes of a server's error message are passed on.
const maxMessage = 200

// options is the question: a header without a body.
func options() []byte {
	return []byte{version, 0, stream >> 8, stream & 0xff, opOptions, 0, 0, 0, 0}
}

// readAnswer reads one frame and returns nil if it is SUPPORTED, whole and an
// answer to options.
func readAnswer(r io.Reader) error {
	var header [headerSize]byte
	if n, err := io.ReadFull(r, header[:]); err != nil {
		return fmt.Errorf("the answer ends after %d of the %d bytes of a header: %w", n, headerSize, err)
	}
	if err := checkHeader(header); err != nil {
		return err
	}
	body := make([]byte, binary.BigEndian.Uint32(header[5:]))
	if n, err := io.ReadFull(r, body); err != nil {
		return fmt.Errorf("the answer ends after %d of the %d bytes of its body: %w", n, len(body), err)
	}
	if header[4] == opError {
		return serverError(body)
	}
	return supported(header[1], body)
}

// checkHeader refuses what is neither SUPPORTED nor ERROR. An error may carry
// another version, the highest that the server speaks, and, where the server
// could not read the question, another stream.
func checkHeader(header [headerSize]byte) error {
	v, flags, op := header[0]&^fromServer, header[1], header[4]
	number, length := binary.BigEndian.Uint16(header[2:]), binary.BigEndian.Uint32(header[5:])
	switch {
	case header[0]&fromServer == 0 || v < oldest:
		return fmt.Errorf("the answer begins with %#x, which no answer in CQL does", header[:])
	case op != opError && op != opSupported:
		return fmt.Errorf("the answer is message %#02x; SUPPORTED is %#02x", op, opSupported)
	case length > maxBody:
		return fmt.Errorf("the answer claims a body of %d bytes; at most %d are read", length, maxBody)
	case op == opError:
		return nil
	case v != version:
		return fmt.Errorf("the answer is of protocol version %d; the question was of %d", v, version)
	case number != stream:
		return fmt.Errorf("the answer is to stream %d; the question was on %d", number, stream)
	case flags&(flagCompressed|flagTracing|flagPayload) != 0:
		return fmt.Errorf("the answer has flags %#02x; neither compression, tracing nor a payload was asked for", flags)
	}
	return nil
}

// supported reads the body of SUPPORTED, a map from option to values. The
// option CQL_VERSION is in every one. A busy server may put warnings before
// it; what follows it is to be ignored, says the protocol.
func supported(flags byte, body []byte) error {
	c := cursor{rest: body}
	if flags&flagWarnings != 0 {
		c.texts()
	}
	versions := 0
	for n := c.short(); n > 0 && !c.ended; n-- {
		option := c.text()
		if values := c.texts(); string(option) == "CQL_VERSION" {
			versions = values
		}
	}
	switch {
	case c.ended:
		return fmt.Errorf("the body of SUPPORTED, %d bytes, ends within an option", len(body))
	case versions == 0:
		return fmt.Errorf("the body of SUPPORTED, %d bytes, names no CQL_VERSION", len(body))
	}
	return nil
}

// serverError says what an ERROR says: a code and a message.
func serverError(body []byte) error {
	c := cursor{rest: body}
	code := c.take(4)
	message := c.text()
	if c.ended {
		return fmt.Errorf("the server answers with an error of %d bytes that ends too early", len(body))
	}
	return fmt.Errorf("the server answers with error %#04x: %q", binary.BigEndian.Uint32(code), message[:min(len(message), maxMessage)])
}

// cursor reads the protocol's notations from a body. ended is set, and stays
// set, once something reaches beyond its end.
type cursor struct {
	rest  []byte
	ended bool
}

func (c *cursor) take(n int) []byte {
	if c.ended || n > len(c.rest) {
		c.ended = true
		return nil
	}
	taken := c.rest[:n]
	c.rest = c.rest[n:]
	return taken
}

// short reads a [short], 0 at the end.
func (c *cursor) short() int {
	b := c.take(2)
	if c.ended {
		return 0
	}
	return int(binary.BigEndian.Uint16(b))
}

// text reads a [string].
func (c *cursor) text() []byte { return c.take(c.short()) }

// texts reads a [string list] and returns how many it holds.
func (c *cursor) texts() int {
	n := c.short()
	for range n {
		if c.text(); c.ended {
			break
		}
	}
	return n
}
