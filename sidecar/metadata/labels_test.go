package metadata_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ringwright/ringwright/sidecar/metadata"
)

func TestParseLabels(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, data string
		want       map[string]string
		err        string
	}{
		{name: "as the kubelet writes them", data: "app.kubernetes.io/name=\"cassandra\"\ntopology.kubernetes.io/region=\"eastus\"\ntopology.kubernetes.io/zone=\"eastus-fd1\"",
			want: map[string]string{"app.kubernetes.io/name": "cassandra", "topology.kubernetes.io/region": "eastus", "topology.kubernetes.io/zone": "eastus-fd1"}},
		{name: "final line break", data: "a=\"b\"\n", want: map[string]string{"a": "b"}},
		{name: "no labels", data: "", want: map[string]string{}},
		{name: "no value", data: `a=""`, want: map[string]string{"a": ""}},
		{name: "escapes", data: `a="1\n2\t\"3\" \\ \u00e9 \x01"` + "\n" + `b="c=d"`, want: map[string]string{"a": "1\n2\t\"3\" \\ é \x01", "b": "c=d"}},
		{name: "unquoted", data: "a=b", err: `1: "a=b" is no label; a line is key="value"`},
		{name: "other quotes", data: "a=\"b\"\nc='d'", err: `2: "c='d'" is no label; a line is key="value"`},
		{name: "raw quotes", data: "a=`b`", err: "1: \"a=`b`\" is no label; a line is key=\"value\""},
		{name: "unfinished", data: `a="b`, err: `1: "a=\"b" is no label; a line is key="value"`},
		{name: "something behind", data: `a="b" c`, err: `1: "a=\"b\" c" is no label; a line is key="value"`},
		{name: "bad escape", data: `a="\q"`, err: `1: "a=\"\\q\"" is no label; a line is key="value"`},
		{name: "no key", data: `="b"`, err: `1: "=\"b\"" is no label; a line is key="value"`},
		{name: "blank in the key", data: `a ="b"`, err: `1: "a =\"b\"" is no label; a line is key="value"`},
		{name: "empty line", data: "a=\"b\"\n\nc=\"d\"", err: `2: "" is no label; a line is key="value"`},
		{name: "carriage returns", data: "a=\"b\"\r\nc=\"d\"", err: `1: "a=\"b\"\r" is no label; a line is key="value"`},
		{name: "twice", data: "a=\"b\"\na=\"b\"", err: `2: "a" stands there twice`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := metadata.ParseLabels([]byte(tt.data))
			checkError(t, err, tt.err)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("labels (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadLabels(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	got, err := metadata.ReadLabels(write("good", `a="b"`))
	checkError(t, err, "")
	if diff := cmp.Diff(map[string]string{"a": "b"}, got); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
	bad, huge, missing := write("bad", "a=\"b\"\nc"), write("huge", strings.Repeat("a", 1<<20+1)), filepath.Join(dir, "missing")
	for path, want := range map[string]string{
		bad:     "read the pod's labels: " + bad + `:2: "c" is no label; a line is key="value"`,
		huge:    "read the pod's labels: " + huge + " is larger than 1048576 bytes",
		missing: "read the pod's labels: open " + missing + ": no such file or directory",
		dir:     "read the pod's labels: read " + dir + ": is a directory",
	} {
		_, err := metadata.ReadLabels(path)
		checkError(t, err, want)
	}
}
