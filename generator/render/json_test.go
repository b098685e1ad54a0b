package render

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

func TestEncodeJSON(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"blocks are spread, braces are not", "b: 1\na: { z: [1, 2], y: true }\n", "{\n  \"b\": 1,\n  \"a\": { \"z\": [1, 2], \"y\": true }\n}"},
		{"shell text stays readable", "s: \"a < b && c > d\"\n", "{\n  \"s\": \"a < b && c > d\"\n}"},
		{"keys without a value are left out", "a:\nb: { c: null, d: 1 }\n", "{\n  \"b\": { \"d\": 1 }\n}"},
		{"empty collections", "a: []\nb: {}\n", "{\n  \"a\": [],\n  \"b\": {}\n}"},
		{"lists of blocks", "a:\n- b: 1\n- c\n", "{\n  \"a\": [\n    {\n      \"b\": 1\n    },\n    \"c\"\n  ]\n}"},
		{"words that look like something else", "a: \"1.30\"\nb: \"yes\"\nc: \"null\"\n", "{\n  \"a\": \"1.30\",\n  \"b\": \"yes\",\n  \"c\": \"null\"\n}"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := encoded(tt.in)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// TestEncodeJSONRefuses holds off what YAML reads as something JSON lacks or as
// another value than was meant.
func TestEncodeJSONRefuses(t *testing.T) {
	for _, in := range []string{"a: 1.5\n", "a: 0x10\n", "a: 2026-11-22\n", "a: yes\nb: *x\n", "a: [1, null]\n", "a: { b: 1, b: 2 }\n", "a: 0o17\n"} {
		if got, err := encoded(in); err == nil {
			t.Errorf("%q became %s", in, got)
		}
	}
}

func encoded(in string) (string, error) {
	var tree yaml.Node
	if err := yaml.Unmarshal([]byte(in), &tree); err != nil {
		return "", err
	}
	if err := prune(tree.Content[0]); err != nil {
		return "", err
	}
	return encodeJSON(tree.Content[0], 0)
}

// TestScalarsStayStrings writes awkward strings as a manifest would and
// reads them back with the parser kubectl uses.
func TestScalarsStayStrings(t *testing.T) {
	for _, s := range []string{
		"plain", "yes", "No", "on", "y", "null", "~", "true", "1", "1.30", "0x10", "1e3", "12:30:45", "2026-11-22", "", " ", "a: b", "a #b",
		"--settings=/a/b", "--", "-", "$(POD_IP)", "x:1", "x:", "@a", "*a", "&a", "!a", "%a", "a\nb\n", "a\nb", "\ttab", "[a]", "{a}", "a,b", "'", `"`, "=", "<<", ".nan", ".inf", "NULL", "é",
	} {
		printed, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		out := "key: " + scalar(string(printed)) + "\nlist:\n  - " + scalar(string(printed)) + "\n"
		got := kubectlReads(t, []byte(out))
		if got != any(s) {
			t.Errorf("%q came back as %#v from:\n%s", s, got, out)
		}
	}
}
