package acsengine_test

import (
	"go/ast"
	"regexp"
	"testing"

	"github.com/ringwright/ringwright/generator/messagetest"
)

// reasons are the constants that end a message: why keys are refused.
var reasons = regexp.MustCompile(`^no[A-Z]`)

// TestEveryMessageIsHeld demands a test of each message and of each reason. The
// numbers say which argument of a function that adds a problem is the message.
func TestEveryMessageIsHeld(t *testing.T) {
	held := messagetest.Reports(t)
	for _, tt := range badBytes {
		held += tt.want
	}
	calls := messagetest.Calls(map[string]int{"report": 2, "errorf": 1, "whole": 1, "missing": 1})
	messagetest.Held(t, held, 60, func(n ast.Node) (string, bool) {
		if v, ok := n.(*ast.ValueSpec); ok && len(v.Values) == 1 && reasons.MatchString(v.Names[0].Name) {
			return messagetest.Literal(v.Values[0])
		}
		return calls(n)
	})
}
