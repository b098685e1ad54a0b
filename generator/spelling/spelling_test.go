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
