package acsengine_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/generator/acsengine"
)

// badBytes are files that a text archive cannot hold or should not.
var badBytes = []struct{ name, src, want string }{
	{"empty", "", "1: : not JSON: unexpected end of JSON input\n"},
	{"blank", "\n\n", "2: : not JSON: unexpected end of JSON input\n"},
	{"UTF-16", "\xff\xfe{\x00", "1: : not UTF-8 text; save the file as UTF-8\n"},
	{"YAML", "apiVersion: vlabs\n", "1: : not JSON: unexpected character looking for beginning of value\n"},
	{"no comma", "{\n\"a\": 1\n\"b\": 2}", "3: : not JSON: unexpected character after object key:value pair\n"},
	{"two", "{}\n{}", "2: : not JSON: unexpected character after top-level value\n"},
	{"a list", "[]", "1: : want an object, got a list\n"},
	{"2 MB", strings.Repeat("\n", 2<<20), "1: : 2097152 bytes; an API model has at most 1048576\n"},
	{"deep", `{"apiVersion":` + strings.Repeat("[", 60) + strings.Repeat("]", 60) + "}", "1: : deeper than 32 levels, which no API model needs\n"},
	{"very deep", strings.Repeat("[", 1<<19), "1: : not JSON: unexpected character exceeded max depth\n"},
}

func TestBadBytes(t *testing.T) {
	for _, tt := range badBytes {
		_, problems := acsengine.Parse([]byte(tt.src))
		if diff := cmp.Diff(tt.want, report(problems)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// TestBytes holds that line endings and a byte order mark change nothing.
func TestBytes(t *testing.T) {
	src := string(read(t, "good/east.json"))
	want := said(parse(t, "good/east.json"))
	for name, changed := range map[string]string{"CRLF": strings.ReplaceAll(src, "\n", "\r\n"), "byte order mark": "\ufeff" + src} {
		m, problems := acsengine.Parse([]byte(changed))
		if diff := cmp.Diff(want, said(m)); diff != "" || len(problems) > 0 {
			t.Errorf("%s: %s (-want +got):\n%s", name, report(problems), diff)
		}
	}
}
