package spec_test

import (
	"testing"

	"github.com/ringwright/ringwright/generator/messagetest"
)

// TestEveryMessageIsHeld demands a test of each message. The numbers say which
// argument of a function that adds a problem is the message.
func TestEveryMessageIsHeld(t *testing.T) {
	held := messagetest.Reports(t)
	for _, tt := range badBytes(t) {
		held += tt.want
	}
	messagetest.Held(t, held, 80, messagetest.Calls(map[string]int{
		"report": 2, "spoil": 2, "errorf": 1, "tooSmall": 2, "whole": 0, "match": 3, "name": 3, "required": 2, "rangesOf": 2,
	}))
}
