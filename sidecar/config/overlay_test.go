package config

import (
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

// overlaid is the text with the values laid over it.
func overlaid(text string, values map[string]any) (string, error) {
	d, err := parseDocument([]byte(text))
	if err != nil {
		return "", err
	}
	out, err := d.overlay(values)
	return string(out), err
}

func TestOverlay(t *testing.T) {
	tests := []struct {
		name   string
		text   string
		values map[string]any
		want   string
	}{
		{"nothing", "a: 1 # one\n\n# end\n", nil, "a: 1 # one\n\n# end\n"},
		{"empty file", "", map[string]any{"b": 1, "a": "x"}, "a: x\nb: 1\n"},
		{"only comments", "# c\n", map[string]any{"a": true}, "# c\na: true\n"},
		{"only a start", "---\n", map[string]any{"a": true}, "---\na: true\n"},
		{"in its place", "a:  1\nb: 2\nc:   3\n", map[string]any{"b": 5}, "a:  1\nb: 5\nc:   3\n"},
		{"at the end, sorted", "a: 1\n", map[string]any{"z": 1, "b": 2}, "a: 1\nb: 2\nz: 1\n"},
		{"no end of the last line", "a: 1", map[string]any{"b": 2}, "a: 1\nb: 2\n"},
		{"last line replaced", "a: 1\nb: 1", map[string]any{"b": 2}, "a: 1\nb: 2\n"},
		{"last line replaced, another follows", "b: 1", map[string]any{"b": 2, "c": 3}, "b: 2\nc: 3\n"},
		{"nothing set", "a:\nb: 1\n", map[string]any{"a": 2}, "a: 2\nb: 1\n"},
		{"to nothing", "a: 1\n", map[string]any{"a": nil}, "a: null\n"},
		{"above its comment", "# about b\n# b: 7\n\na: 1\n", map[string]any{"b": 2}, "# about b\nb: 2\n# b: 7\n\na: 1\n"},
		{"above its comment without blank", "a: 1\n#b:\n#  - x\n", map[string]any{"b": []any{"y"}}, "a: 1\nb:\n  - \"y\"\n#b:\n#  - x\n"},
		{"a nested comment is another key's", "a: 1\n#b:\n#  c: 1\n", map[string]any{"c": 2}, "a: 1\n#b:\n#  c: 1\nc: 2\n"},
		{"a longer key's comment", "# bb: 1\n# b: x\n", map[string]any{"b": 2}, "# bb: 1\nb: 2\n# b: x\n"},
		{"a comment within a value", "a:\n# b: 1\n  - x\n", map[string]any{"b": 2}, "a:\n# b: 1\n  - x\nb: 2\n"},
		{"a comment before the start", "# b: 1\n---\na: 1\n", map[string]any{"b": 2}, "# b: 1\n---\na: 1\nb: 2\n"},
		{"whole list, comments stay", "a:\n  # first\n  - x\n\n  # second\n  - y\n# next\nb: 1\n", map[string]any{"a": []any{"z"}},
			"a:\n  # first\n  # second\n  - z\n# next\nb: 1\n"},
		{"whole mapping to a scalar", "a:\n  # why\n  b: 1\n  # b2: 2\nc: 1\n", map[string]any{"a": 1}, "a: 1\n  # why\n  # b2: 2\nc: 1\n"},
		{"list at the key's column", "a:\n- x\n- y\nb: 1\n", map[string]any{"a": []any{}}, "a: []\nb: 1\n"},
		{"block text", "a: |\n  x\n\n  y\n\nb: 1\n", map[string]any{"a": "x\ny"}, "a: \"x\\ny\"\n\nb: 1\n"},
		{"text over several lines", "a: 'x\n  y'\nb: >-\n  z\n", map[string]any{"a": 1, "b": 2}, "a: 1\nb: 2\n"},
		{"braces over several lines", "a: {x: 1,\n  y: 2}\nb: [1,\n2]\n", map[string]any{"a": 1}, "a: 1\nb: [1,\n2]\n"},
		{"after block text that keeps its end", "a: |+\n  x\n\n", map[string]any{"b": 1}, "a: |+\n  x\n\nb: 1\n"},
		{"quoted key", "\"a\": 1\n'b': 2\n", map[string]any{"a": 2}, "a: 2\n'b': 2\n"},
		{"indented", "  a: 1\n  b:\n    - x\n", map[string]any{"b": []any{1}, "c": 2}, "  a: 1\n  b:\n    - 1\n  c: 2\n"},
		{"carriage returns", "a: 1\r\n# b: 1\r\nc: 2\r\n", map[string]any{"a": []any{1}, "b": 2}, "a:\r\n  - 1\r\nb: 2\r\n# b: 1\r\nc: 2\r\n"},
		{"anchors elsewhere", "a: &x [1]\nb: *x\nc: 1\n", map[string]any{"c": 2}, "a: &x [1]\nb: *x\nc: 2\n"},
		{"an alias goes", "a: &x [1]\nb: *x\n", map[string]any{"b": 2}, "a: &x [1]\nb: 2\n"},
		{"nested", "", map[string]any{"m": map[string]any{"b": []any{map[string]any{"y": "1", "x": nil}}, "a": map[string]any{}}},
			"m:\n  a: {}\n  b:\n    - x: null\n      \"y\": \"1\"\n"},
		{"words that Java reads otherwise", "", map[string]any{"a": []any{"on", "No", "12:30", "1_0", "010", "~", "", "null", "0x1", "1.5", "2001-01-01", "a b", "- x", "#", "<<", "="}},
			"a:\n  - \"on\"\n  - \"No\"\n  - \"12:30\"\n  - \"1_0\"\n  - \"010\"\n  - \"~\"\n  - \"\"\n  - \"null\"\n  - \"0x1\"\n  - \"1.5\"\n  - \"2001-01-01\"\n  - \"a b\"\n  - \"- x\"\n  - \"#\"\n  - \"<<\"\n  - \"=\"\n"},
		{"numbers", "", map[string]any{"a": []any{1.0, 1e21, -0.25, 1e-7, uint64(math.MaxUint64), math.MinInt64}},
			"a:\n  - 1.0\n  - 1000000000000000000000.0\n  - -0.25\n  - 0.0000001\n  - 18446744073709551615\n  - -9223372036854775808\n"},
		{"long text stays on its line", "", map[string]any{"a": strings.Repeat("x ", 600)}, "a: \"" + strings.Repeat("x ", 600) + "\"\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := overlaid(tt.text, tt.values)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("file (-want +got):\n%s", diff)
			}
			again, err := overlaid(got, tt.values)
			if diff := cmp.Diff(got, again); err != nil || diff != "" {
				t.Errorf("laid over once more: %v (-once +twice):\n%s", err, diff)
			}
		})
	}
}

func TestOverlayRefuses(t *testing.T) {
	const lines = "the file cannot be edited by lines: with the new values it would "
	tests := []struct {
		name, text string
		values     map[string]any
		want       string
	}{
		{"no YAML", "a: [\n", nil, "yaml: line 1: did not find expected node content"},
		{"no mapping", "\n- a\n", nil, "line 2: the file takes a mapping of keys"},
		{"braces", "# c\n{a: 1}\n", nil, "line 2: the keys stand in braces; it takes one key per line"},
		{"two documents", "a: 1\n---\nb: 1\n", nil, "line 2: a second document begins; it takes one"},
		{"twice", "a: 1\nb: 2\n\"a\": 3\n", nil, "line 3: sets a, as line 1 does; each key comes once"},
		{"complex key", "a: 1\n? b\n: 2\n", nil, "line 2: the key is none that begins its line"},
		{"list as key", "[a]: 1\n", nil, "line 1: the key is none that begins its line"},
		{"byte order mark", "\ufeffa: 1\n", nil, "the file takes UTF-8 without a byte order mark"},
		{"no UTF-8", "a: \xff\n", nil, "the file takes UTF-8 without a byte order mark"},
		{"old line end", "a: 1\r\nb: 1\rc: 1\n", nil, "line 2: holds a line break other than a line feed"},
		{"Unicode line end", "a: 1\n# \u2028\n", nil, "line 2: holds a line break other than a line feed"},
		{"anchor of others", "a: {b: &x 1}\nc: *x\n", map[string]any{"a": 1}, "line 1: a holds the anchor &x, which others may refer to; it takes a value without"},
		{"anchor at the key", "&x a: 1\n", map[string]any{"a": 1}, "line 1: a holds the anchor &x, which others may refer to; it takes a value without"},
		{"number as key", "1: a\n", map[string]any{"1": 2}, "line 1: the key 1 is no text; quote it"},
		{"behind the end", "a: 1\n...\n", map[string]any{"b": 1}, lines + "not be read: yaml: line 2: did not find expected <document start>"},
		{"text that goes on", "a: |\n  x", map[string]any{"b": 1}, lines + "hold another a"},
		{"value of another type", "", map[string]any{"a": map[string]any{"b": []any{int8(1)}}}, "a.b[0] is a int8; it takes nil, bool, int, uint64, float64, string, []any or map[string]any"},
		{"infinite", "", map[string]any{"a": math.Inf(1)}, "a is +Inf; it takes a finite number"},
		{"text without UTF-8", "", map[string]any{"a": "\xff"}, `a is "\xff", which is no UTF-8; it takes text`},
		{"key of two lines", "", map[string]any{"a\nb": 1}, `the key "a\nb" does not fit before a colon; it takes a shorter one on one line`},
		{"nested key without UTF-8", "", map[string]any{"a": map[string]any{"\xff": 1}}, `a has the key "\xff", which is no UTF-8; it takes text`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := overlaid(tt.text, tt.values)
			if err == nil {
				t.Fatalf("no error, but the file\n%s", got)
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			if got != "" {
				t.Errorf("an error, and the file\n%s", got)
			}
		})
	}
}

// FuzzOverlay holds that what is laid over any file gives a file that YAML
// reads as the old keys and the new values, that lines which set none of the
// keys keep their bytes and order, and that doing it twice changes nothing.
func FuzzOverlay(f *testing.F) {
	for _, text := range []string{
		"", "a: 1\n", "# a: 1\nb:\n  # c\n  - x\n", "a: |\n  x\n # y\nb: 1", "a: &x 1\nb: *x\n<<: {c: 1}\n", "? a\n: 1\n", "{a: 1}", "---\na: 1\n...\n",
		"%YAML 1.1\n---\na: 1\n", "  a: 1\n  b: 'x\n\n  # a: 1\n  y'\n", "a: 1\r\nb: >+\r\n  x\r\n\r\n", "a:\n- b: [1,\n 2]\n# a: c\n-\n", "!!map\na: !!str 1\n", "a: \"x\\\n  y\"\n",
	} {
		f.Add(text, "a", "x", 1.5)
		f.Add(text, "no", "a\nb: c\n", -1e300)
	}
	f.Fuzz(func(t *testing.T, text, key, value string, number float64) {
		values := map[string]any{key: value, "a": []any{number, map[string]any{key: nil, value: []any{}}}}
		if key == "a" {
			values = map[string]any{"a": map[string]any{"x": value, value: number}}
		}
		got, err := overlaid(text, values)
		if err != nil {
			return
		}
		var old map[string]any
		if yaml.Unmarshal([]byte(text), &old) != nil {
			return // YAML that reads as nodes and not as values, such as !!int x
		}
		want := map[string]any{}
		maps.Copy(want, old)
		maps.Copy(want, values)
		var read map[string]any
		if err := yaml.Unmarshal([]byte(got), &read); err != nil {
			t.Fatalf("the file is not read: %v\n%s", err, got)
		}
		if diff := cmp.Diff(fmt.Sprintf("%#v", want), fmt.Sprintf("%#v", read)); diff != "" {
			t.Fatalf("values (-want +got):\n%s\n%s", diff, got)
		}
		wantSubsequence(t, text, got, values)
		if again, err := overlaid(got, values); err != nil || again != got {
			t.Fatalf("laid over once more: %v\n%s", err, cmp.Diff(got, again))
		}
	})
}

// wantSubsequence holds that the lines of the old file are in the new one, in
// their order, but for those of keys that are set.
func wantSubsequence(t *testing.T, old, got string, values map[string]any) {
	t.Helper()
	d, err := parseDocument([]byte(old))
	if err != nil {
		t.Fatal(err)
	}
	rest := strings.SplitAfter(got, "\n")
	for i, line := range d.lines {
		taken := false
		for _, e := range d.entries {
			if _, set := values[e.key]; set && e.first <= i && i <= e.last && !(i > e.first && comment.MatchString(line)) {
				taken = true
			}
		}
		for !taken {
			if len(rest) == 0 {
				t.Fatalf("line %d, %q, is lost or moved:\n%s", i+1, line, got)
			}
			found := rest[0] == line || i == len(d.lines)-1 && strings.TrimRight(rest[0], "\r\n") == line
			if rest = rest[1:]; found {
				break
			}
		}
	}
}

// ShippedDir is the folder with the files that Cassandra ships, each version
// in a folder of its own, or a skipped test.
func ShippedDir(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("CASSANDRA_CONF_FILES")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "cassandra-conf")
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("the files that Cassandra ships are not here (%v); CASSANDRA_CONF_FILES names a folder with 4.1/cassandra.yaml and so on", err)
	}
	return dir
}

// TestShipped lays values over the files that Cassandra ships: taken without
// the lines that set those keys, by this test's own simple rule, the files
// before and after are the same.
func TestShipped(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(ShippedDir(t), "*", "cassandra*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	values := map[string]any{
		"cluster_name": "x", "seed_provider": []any{map[string]any{"class_name": "y.Z"}}, "hints_directory": "/d/hints",
		"data_file_directories": []any{"/d/data"}, "server_encryption_options": map[string]any{"internode_encryption": "all"},
		"startup_checks": map[string]any{"check_dc": map[string]any{"enabled": true}}, "never_heard_of": 1, "client_encryption_options": nil,
		"compaction_throughput": "32MiB/s", "tombstone_warn_threshold": 5, "audit_logging_options": map[string]any{"enabled": true}, "drop_compact_storage_enabled": true,
	}
	for _, path := range files {
		t.Run(filepath.Base(filepath.Dir(path))+"/"+filepath.Base(path), func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got, err := overlaid(string(data), values)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(without(string(data), values), without(got, values)); diff != "" {
				t.Errorf("other lines (-before +after):\n%s", diff)
			}
			want, read := map[string]any{}, map[string]any{}
			if err := yaml.Unmarshal(data, &want); err != nil {
				t.Fatal(err)
			}
			if err := yaml.Unmarshal([]byte(got), &read); err != nil {
				t.Fatal(err)
			}
			maps.Copy(want, values)
			if diff := cmp.Diff(want, read); diff != "" {
				t.Errorf("values (-want +got):\n%s", diff)
			}
			if same, err := overlaid(string(data), nil); err != nil || same != string(data) {
				t.Errorf("nothing laid over it changes it: %v", err)
			}
		})
	}
}

// without is the text without lines that set the keys: "key:" and what is
// indented below it, comments and blank lines aside.
func without(text string, values map[string]any) string {
	var out strings.Builder
	aside, taken := regexp.MustCompile(`^\s*(#|$)`), false
	for line := range strings.Lines(text) {
		if key, _, ok := strings.Cut(line, ":"); ok && !aside.MatchString(line) && !strings.HasPrefix(line, " ") {
			_, taken = values[key]
		}
		if !taken || aside.MatchString(line) {
			out.WriteString(line)
		}
	}
	return out.String()
}

func BenchmarkOverlayShipped(b *testing.B) {
	data, err := os.ReadFile(filepath.Join(ShippedDir(b), "5.0", yamlName))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := overlaid(string(data), map[string]any{"cluster_name": "x", "seed_provider": []any{}}); err != nil {
			b.Fatal(err)
		}
	}
}
