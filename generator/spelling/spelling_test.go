package spelling_test

import (
	"strings"
	"testing"

	"github.com/ringwright/ringwright/generator/spelling"
)

func TestNearest(t *testing.T) {
	known := []string{"vmSize", "vnetCidr", "count"}
	for _, tt := range []struct{ word, want string }{
		{"vmsize", "vmSize"}, {"VNETCIDR", "vnetCidr"}, {"cuont", "count"}, {"counts", "count"},
		{"x", ""}, {"", ""}, {"ports", ""}, {strings.Repeat("count", 20), ""},
	} {
		if got := spelling.Nearest(tt.word, known); got != tt.want {
			t.Errorf("Nearest(%q) = %q, want %q", tt.word, got, tt.want)
		}
	}
}

func TestHint(t *testing.T) {
	if got := spelling.Hint("vmsise", []string{"vmSize"}); got != "; did you mean vmSize?" {
		t.Errorf("Hint = %q", got)
	}
	if got := spelling.Hint("ports", []string{"vmSize"}); got != "" {
		t.Errorf("Hint = %q, want none", got)
	}
}

func TestWhatIsRepeated(t *testing.T) {
	sixty := strings.Repeat("é", 60)
	for _, tt := range []struct{ text, clipped, quoted string }{
		{"", "", `""`},
		{"a\nb", "a\nb", `"a\nb"`},
		{sixty, sixty, `"` + sixty + `"`},
		{sixty + "x", sixty + "...", `"` + sixty + `"...`},
	} {
		if got := spelling.Clipped(tt.text); got != tt.clipped {
			t.Errorf("Clipped(%q) = %q, want %q", tt.text, got, tt.clipped)
		}
		if got := spelling.Quoted(tt.text); got != tt.quoted {
			t.Errorf("Quoted(%q) = %q, want %q", tt.text, got, tt.quoted)
		}
	}
	for key, want := range map[string]bool{"vm-size_1": true, "": false, "a.b": false, "a[0]": false, "a b": false, strings.Repeat("a", 61): false} {
		if got := spelling.Plain(key); got != want {
			t.Errorf("Plain(%q) = %v", key, got)
		}
	}
}
