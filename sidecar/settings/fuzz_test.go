package settings_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/sidecar/settings"
)

// FuzzParse holds that Parse never panics, that its report is well formed and
// that what it reads is written and read again to the same settings. The text
// is tried as a file and, as hardly any file is good, within a good one.
func FuzzParse(f *testing.F) {
	f.Add(good)
	f.Add(marshalled)
	for _, seed := range []string{
		"", "---\n---\n", "a: &a [*a]", "? {a: b}\n: c", "[[[[", "a: {a: !!binary AA==, b: .nan, c: 0b1, d: 2001-01-01}",
		"%TAG ! tag:a,2000:\n---\n!a b", "<<: {a: b}", "\"\\ud800\": 1", "a: |\n    b\n\n   c", "a: 'a\n\n  b'", "a: 1e400", "a: [-0.0, 0o17, 017, +1, ~]",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, file := range []string{text, strings.Replace(good, "concurrent_reads: 64", text, 1)} {
			s, err := settings.Parse("f", []byte(file))
			if err != nil {
				wantWellFormed(t, err)
				continue
			}
			wantRoundTrip(t, s)
		}
	})
}

// FuzzMarshal holds that any text comes back from a file as it went in, as a
// key, as a value and as an option.
func FuzzMarshal(f *testing.F) {
	for _, seed := range []string{"", "true", "1", "a: b", " a\n b\n", "\u2028", "\x00", "-Dx=y", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := parsed()
		s.Config = map[string]any{"a": text, "b": []any{text, map[string]any{text: text}}}
		if !utf8.ValidString(text) {
			if data, err := settings.Marshal(s); err == nil {
				t.Fatalf("Marshal of %q: no error\n%s", text, data)
			}
			return
		}
		if settings.CheckJVMOption(text) == nil {
			if _, owned := settings.OwnedJVMOption(text); !owned {
				s.JVMOptions = []string{text}
			}
		}
		wantRoundTrip(t, s)
	})
}

// wantRoundTrip holds that settings are written and read again to the same
// settings, and written once more to the same bytes.
func wantRoundTrip(t *testing.T, s *settings.Settings) {
	t.Helper()
	data, err := settings.Marshal(s)
	if err != nil {
		if strings.Contains(err.Error(), "fit a ConfigMap") { // blocks take more room than flow style
			return
		}
		t.Fatalf("Marshal: %v", err)
	}
	again, err := settings.Parse("f", data)
	if err != nil {
		t.Fatalf("Parse of what was written: %v\n%s", err, data)
	}
	if diff := cmp.Diff(s, again); diff != "" {
		t.Fatalf("settings (-first +second):\n%s", diff)
	}
	twice, err := settings.Marshal(again)
	if err != nil || string(twice) != string(data) {
		t.Fatalf("Marshal again: %v\n%s", err, cmp.Diff(string(data), string(twice)))
	}
}

// wantWellFormed holds that a report has a line for each problem, in order.
func wantWellFormed(t *testing.T, err error) {
	t.Helper()
	var problems *settings.Problems
	if !errors.As(err, &problems) || len(problems.List) == 0 {
		t.Fatalf("Parse: %#v; want problems", err)
	}
	if lines := strings.Split(err.Error(), "\n"); len(lines) != len(problems.List) {
		t.Fatalf("report of %d problems has %d lines:\n%s", len(problems.List), len(lines), err)
	}
	for _, p := range problems.List {
		if p.Line < 1 {
			t.Fatalf("problem in line %d: %+v", p.Line, p)
		}
	}
	if !slices.IsSortedFunc(problems.List, func(a, b settings.Problem) int { return a.Line - b.Line }) {
		t.Fatalf("report is out of order:\n%s", err)
	}
}
