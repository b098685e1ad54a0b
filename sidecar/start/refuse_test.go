package start

import (
	"fmt"
	"testing"

	"github.com/ringwright/ringwright/sidecar/decide"
	"github.com/ringwright/ringwright/sidecar/metadata"
)

// What is wrong with a place is told apart by the locator's own errors.
func TestMisplaced(t *testing.T) {
	for _, tt := range []struct {
		name   string
		answer metadata.Answer
		want   decide.Condition
	}{
		{"elsewhere", metadata.Answer{Err: &metadata.LocationError{Seen: "westus", Want: "eastus"}}, otherLocation},
		{"another rack", metadata.Answer{Place: metadata.Place{Rack: "rack-1"}}, decide.OtherRack},
		{"silent", metadata.Answer{Err: errRefused}, decide.NoRack},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := metadata.First("rack-0", tt.answer, metadata.Answer{Err: errRefused})
			if got := misplaced(err, decide.NoRack); got != tt.want {
				t.Errorf("%v is %s, want %s", err, got, tt.want)
			}
			if got := conditionOf(fmt.Errorf("start: %w", because(tt.want, err))); got != tt.want {
				t.Errorf("%s after it was wrapped, want %s", got, tt.want)
			}
		})
	}
}
