package spec_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// numbered joins what f makes of 0, 1, 2 ... until there is a quarter of a megabyte.
func numbered(f func(i int) string) string {
	var b strings.Builder
	for i := 0; b.Len() < 1<<18; i++ {
		b.WriteString(f(i))
	}
	return b.String()
}

// badBytes are files that a text archive cannot hold or should not, and a part
// of what Parse has to say of them.
func badBytes(t testing.TB) []struct{ name, src, want string } {
	good := string(read(t, "minimal.yaml"))
	return []struct{ name, src, want string }{
		{"invalid UTF-8", strings.Replace(good, "customers", "cust\xffomers", 1), "ring.yaml:3: not UTF-8 text; save the file as UTF-8\n"},
		{"UTF-16", "\xff\xfea\x00:\x00\n\x00", "ring.yaml:1: not UTF-8 text; save the file as UTF-8\n"},
		{"control character", strings.Replace(good, "3f9a1c", "3f\x009a1c", 1), "ring.yaml:4: the character U+0000, which no text holds; delete it\n"},
		{"control character of C1", strings.Replace(good, "3f9a1c", "3f\u009b9a1c", 1), "ring.yaml:4: the character U+009B, which no text holds; delete it\n"},
		{"second byte order mark", "\ufeff\n\ufeff" + good, "ring.yaml:2: the character U+FEFF, which no text holds; delete it\n"},
		{"CRLF", strings.ReplaceAll(strings.Replace(good, "10.2.0.0/16", "10.2.0.1/16", 1), "\n", "\r\n"), "ring.yaml:11: regions[1].vnet: 10.2.0.1/16 has host bits set; did you mean 10.2.0.0/16?\n"},
		{"2 MB", strings.Repeat("# \n", 700_000), "ring.yaml:1: 2100000 bytes; a ring.yaml has at most 1048576\n"},
		{"only a byte order mark", "\ufeff", "ring.yaml:1: empty; `ringwright init` writes a spec to start from\n"},
		{"deep flow", strings.Repeat("[", 1<<20), "ring.yaml:1: not YAML: exceeded max depth of 10000\n"},
		{"deep blocks", strings.Repeat("- ", 1<<19), "ring.yaml:1: not YAML: exceeded max depth of 10000\n"},
		{"deep lists where a mapping is", "regions:\n" + strings.Repeat("- ", 9000) + "a\n", "ring.yaml:1: apiVersion: missing"},
		{"deep config", "cassandra: { config: { a: " + strings.Repeat("{ a: ", 9000) + "1" + strings.Repeat(" }", 9002), "ring.yaml:1: cassandra.config.a.a.a.a.a.a.a.a.a: deeper than 8 levels"},
		{"long text", "name: " + strings.Repeat("x", 1<<20-100), "ring.yaml:1: name: 1048476 bytes of text; want at most 4096\n"},
		{"long number", "name: " + strings.Repeat("1", 1<<20-100), "ring.yaml:1: name: 1048476 bytes of text; want at most 4096\n"},
		{"long key", strings.Repeat("k", 1000) + ": 1", "ring.yaml:1: [\"" + strings.Repeat("k", 60) + "\"...]: unknown key\n"},
		{"long key and value", "? " + strings.Repeat("k", 1<<19) + "\n: 1", "ring.yaml:1: [\"" + strings.Repeat("k", 60) + "\"...]: unknown key\n"},
		{"long alias", "name: *" + strings.Repeat("x", 1<<19), "ring.yaml:1: not YAML: no anchor "},
		{"long anchor", "name: &" + strings.Repeat("x", 1<<19) + " customers", "ring.yaml:1: name: anchor &" + strings.Repeat("x", 60) + "...: write the value out"},
		{"long tag", "name: !" + strings.Repeat("x", 1<<19) + " customers", "ring.yaml:1: name: tag !" + strings.Repeat("x", 59) + "...: leave it out\n"},
		{"many comments", strings.Repeat("#\n", 1<<19-100) + "a: 1", "ring.yaml:524189: a: unknown key"},
		{"many keys", numbered(func(i int) string { return fmt.Sprintf("k%d: 1\n", i) }), "ring.yaml:1: k0: unknown key"},
		{"many keys that are the same", numbered(func(int) string { return "name: x\n" }), "ring.yaml:1: apiVersion: missing"},
		{"many regions", "regions:\n" + numbered(func(int) string { return "- { vnet: 10.0.0.0/24 }\n" }), "ring.yaml:1: regions: 10923; want at most 101"},
		{"many zones", "regions:\n- zones: [" + numbered(func(i int) string { return fmt.Sprintf("z%d, ", i) }) + "]", "; want at most 9\n"},
		{"many ranges", "regions:\n- cluster:\n    apiServerCIDRs: [" + numbered(func(i int) string { return fmt.Sprintf("1.%d.%d.%d/32, ", i>>16, i>>8&255, i&255) }) + "]", "; Azure takes at most 4000 in a rule\n"},
		{"many pods", "regions:\n- location: eastus\n  replace: {" + numbered(func(i int) string { return fmt.Sprintf("cassandra-%d: a, ", i) }) + "}", " pods; there are 3 members\n"},
		{"many documents", strings.Repeat("---\n", 1<<18-100), "ring.yaml:2: a second document; one file describes one ring\n"},
		{"many anchors", "cassandra: { config: { a: [" + numbered(func(i int) string { return fmt.Sprintf("&a%d 1, ", i) }) + "] } }", "ring.yaml:1: cassandra.config: "},
	}
}

// TestBadBytes runs into its own timeout where something is worse than linear.
func TestBadBytes(t *testing.T) {
	for _, tt := range badBytes(t) {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := report(t, []byte(tt.src))
			if clip := got[:min(len(got), len(tt.want))]; !strings.Contains(got, strings.TrimSuffix(tt.want, "\n")) {
				t.Errorf("report (-want +got):\n%s", cmp.Diff(tt.want, clip))
			}
			for line := range bytes.Lines([]byte(got)) {
				if len(line) > maxLine {
					t.Fatalf("a line of %d bytes: %.200s...", len(line), line)
				}
			}
		})
	}
}

// maxLine is how long a line of a report may get: a text that is repeated whole and what is said of it.
const maxLine = 1000
