package cql

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"testing"
)

// FuzzFrame holds that no answer makes readAnswer panic or read beyond its
// frame, that what it says is one short line, and that what it takes is
// SUPPORTED by the letter: header, stream, length, and the option's name.
func FuzzFrame(f *testing.F) {
	f.Add(good)
	f.Add(good[:20])
	f.Add(frame(0x84, flagWarnings, stream, opSupported, append([]byte{0, 1, 0, 1, 'a'}, serverOptions...)))
	f.Add(frame(0x85, 0, 0, opError, errorBody(0x0a, "Invalid or unsupported protocol version (4)")))
	f.Add(frame(0x84, 0, stream, opSupported, nil, 256<<20))
	f.Add([]byte("HTTP/1.1 400 Bad Request\r\n\r\n"))
	f.Fuzz(func(t *testing.T, answer []byte) {
		r := &counter{r: bytes.NewReader(answer)}
		err := readAnswer(r)
		if r.n > headerSize+maxBody {
			t.Fatalf("%d bytes were read", r.n)
		}
		if err != nil {
			if s := err.Error(); len(s) > 100+4*maxMessage || strings.ContainsAny(s, "\n\r") {
				t.Fatalf("error of %d bytes: %s", len(s), s)
			}
			return
		}
		if !slices.Equal(answer[:1], []byte{0x84}) || !slices.Equal(answer[2:5], []byte{0x0c, 0x91, 0x06}) {
			t.Fatalf("taken with header %#x", answer[:headerSize])
		}
		if length := int(binary.BigEndian.Uint32(answer[5:])); r.n != headerSize+length || !bytes.Contains(answer[headerSize:r.n], []byte("\x00\x0bCQL_VERSION")) {
			t.Fatalf("taken with %d bytes read of %d: %q", r.n, length, answer)
		}
	})
}
