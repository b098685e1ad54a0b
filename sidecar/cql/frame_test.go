package cql

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// frame builds an answer; length is the body's unless claimed says otherwise.
func frame(v, flags byte, stream uint16, op byte, body []byte, claimed ...uint32) []byte {
	length := uint32(len(body))
	if len(claimed) > 0 {
		length = claimed[0]
	}
	b := binary.BigEndian.AppendUint16([]byte{v, flags}, stream)
	return append(binary.BigEndian.AppendUint32(append(b, op), length), body...)
}

func text(s string) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(s))), s...)
}

// multimap builds a body of SUPPORTED: each row an option and its values.
func multimap(rows ...[]string) []byte {
	b := binary.BigEndian.AppendUint16(nil, uint16(len(rows)))
	for _, row := range rows {
		b = append(b, text(row[0])...)
		b = binary.BigEndian.AppendUint16(b, uint16(len(row)-1))
		for _, value := range row[1:] {
			b = append(b, text(value)...)
		}
	}
	return b
}

// serverOptions is what Cassandra 5.0 supports.
var serverOptions = multimap(
	[]string{"PROTOCOL_VERSIONS", "3/v3", "4/v4", "5/v5", "6/v6-beta"},
	[]string{"COMPRESSION", "snappy", "lz4"},
	[]string{"CQL_VERSION", "3.4.7"},
)

// good is a whole answer to options.
var good = frame(0x84, 0, stream, opSupported, serverOptions)

func errorBody(code uint32, message string) []byte {
	return append(binary.BigEndian.AppendUint32(nil, code), text(message)...)
}

func TestOptions(t *testing.T) {
	want := []byte{0x04, 0x00, 0x0c, 0x91, 0x05, 0, 0, 0, 0}
	if got := options(); !bytes.Equal(got, want) {
		t.Errorf("options() = %#x, want %#x", got, want)
	}
}

func TestReadAnswer(t *testing.T) {
	warned := append(append([]byte{0, 2}, append(text("a"), text("busy")...)...), serverOptions...)
	tests := []struct {
		name   string
		answer []byte
		want   string // "" is good
	}{
		{"supported", good, ""},
		{"supported with warnings", frame(0x84, flagWarnings, stream, opSupported, warned), ""},
		{"supported with unknown flags", frame(0x84, 0x20, stream, opSupported, serverOptions), ""},
		{"supported with more after the map", frame(0x84, 0, stream, opSupported, append(bytes.Clone(serverOptions), 1, 2, 3)), ""},
		{"nothing", nil, "after 0 of the 9 bytes of a header"},
		{"half a header", good[:5], "after 5 of the 9 bytes of a header"},
		{"half a body", good[:40], "after 31 of the 102 bytes of its body"},
		{"HTTP", []byte("HTTP/1.1 400 Bad Request\r\n\r\n"), "which no answer in CQL does"},
		{"zeros", make([]byte, 64), "which no answer in CQL does"},
		{"ones", bytes.Repeat([]byte{0xff}, 64), "message 0xff"},
		{"a TLS alert", []byte{0x15, 3, 3, 0, 2, 2, 80, 0, 0}, "which no answer in CQL does"},
		{"the question come back", options(), "which no answer in CQL does"},
		{"protocol version 2", frame(0x82, 0, 0, opSupported, serverOptions), "which no answer in CQL does"},
		{"protocol version 5", frame(0x85, 0, stream, opSupported, serverOptions), "protocol version 5; the question was of 4"},
		{"another stream", frame(0x84, 0, stream+1, opSupported, serverOptions), "to stream 3218; the question was on 3217"},
		{"an event", frame(0x84, 0, 0xffff, 0x0c, serverOptions), "message 0x0c; SUPPORTED is 0x06"},
		{"ready", frame(0x84, 0, stream, 0x02, nil), "message 0x02"},
		{"authenticate", frame(0x84, 0, stream, 0x03, text("org.apache.cassandra.auth.PasswordAuthenticator")), "message 0x03"},
		{"compressed", frame(0x84, flagCompressed, stream, opSupported, serverOptions), "flags 0x01"},
		{"traced", frame(0x84, flagTracing, stream, opSupported, append(make([]byte, 16), serverOptions...)), "flags 0x02"},
		{"payload", frame(0x84, flagPayload, stream, opSupported, append([]byte{0, 0}, serverOptions...)), "flags 0x04"},
		{"256 MiB", frame(0x84, 0, stream, opSupported, serverOptions, 256<<20), "claims a body of 268435456 bytes"},
		{"an error of 256 MiB", frame(0x84, 0, stream, opError, nil, 256<<20), "claims a body of 268435456 bytes"},
		{"a negative length", frame(0x84, 0, stream, opSupported, serverOptions, 0xffffffff), "claims a body of 4294967295 bytes"},
		{"one byte too many", frame(0x84, 0, stream, opSupported, make([]byte, maxBody+1)), "claims a body of 16385 bytes"},
		{"no body", frame(0x84, 0, stream, opSupported, nil), "0 bytes, ends within an option"},
		{"no options", frame(0x84, 0, stream, opSupported, multimap()), "names no CQL_VERSION"},
		{"no version", frame(0x84, 0, stream, opSupported, multimap([]string{"COMPRESSION", "lz4"})), "names no CQL_VERSION"},
		{"a version without values", frame(0x84, 0, stream, opSupported, multimap([]string{"CQL_VERSION"})), "names no CQL_VERSION"},
		{"a map that ends early", frame(0x84, 0, stream, opSupported, serverOptions[:50]), "50 bytes, ends within an option"},
		{"65535 options in two bytes", frame(0x84, 0, stream, opSupported, []byte{0xff, 0xff}), "2 bytes, ends within an option"},
		{"65535 warnings in two bytes", frame(0x84, flagWarnings, stream, opSupported, []byte{0xff, 0xff}), "2 bytes, ends within an option"},
		{"the version refused", frame(0x85, 0, 0, opError, errorBody(0x0a, "Invalid or unsupported protocol version (4)")), `error 0x000a: "Invalid or unsupported protocol version (4)"`},
		{"overloaded", frame(0x84, 0, stream, opError, errorBody(0x1001, "busy")), `error 0x1001: "busy"`},
		{"an error with line breaks", frame(0x84, 0, stream, opError, errorBody(0, "a\nb")), `error 0x0000: "a\nb"`},
		{"a long error", frame(0x84, 0, stream, opError, errorBody(0, strings.Repeat("x", 5000))), `error 0x0000: "` + strings.Repeat("x", maxMessage) + `"`},
		{"an empty error", frame(0x84, 0, stream, opError, nil), "an error of 0 bytes that ends too early"},
		{"an error that ends early", frame(0x84, 0, stream, opError, errorBody(0, "busy")[:7]), "an error of 7 bytes that ends too early"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, r := range []io.Reader{bytes.NewReader(tt.answer), iotest.OneByteReader(bytes.NewReader(tt.answer))} {
				err := readAnswer(r)
				if tt.want == "" && err != nil {
					t.Errorf("readAnswer: %v", err)
				}
				if tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want) || strings.ContainsAny(err.Error(), "\n\r")) {
					t.Errorf("readAnswer: %v; want one line with %q", err, tt.want)
				}
			}
		})
	}
}

// TestReadAnswerBounds holds that no more is read than the frame, and nothing
// after a header that is refused.
func TestReadAnswerBounds(t *testing.T) {
	tests := []struct {
		name   string
		answer []byte
		want   int
	}{
		{"supported", good, len(good)},
		{"256 MiB", frame(0x84, 0, stream, opSupported, nil, 256<<20), headerSize},
		{"another stream", frame(0x84, 0, stream+1, opSupported, serverOptions), headerSize},
		{"HTTP", []byte("HTTP/1.1 400 Bad Request\r\n\r\n"), headerSize},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := &counter{r: io.MultiReader(bytes.NewReader(tt.answer), endless{})}
			err := readAnswer(r)
			if r.n != tt.want {
				t.Errorf("%d bytes were read (%v), want %d", r.n, err, tt.want)
			}
		})
	}
}

// counter counts what is read.
type counter struct {
	r io.Reader
	n int
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += n
	return n, err
}

// endless is a peer that never stops.
type endless struct{}

func (endless) Read(b []byte) (int, error) { return len(b), nil }
