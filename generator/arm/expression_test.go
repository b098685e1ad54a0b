package arm_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/generator/arm"
)

func TestIsExpression(t *testing.T) {
	tests := map[string]bool{
		"[concat('a')]":  true,
		"[]":             true,
		"[a] and [b]":    true,
		"[[concat('a')]": false,
		"[test] value":   false,
		" [concat('a')]": false,
		"[":              false,
		"]":              false,
		"":               false,
		"plain":          false,
	}
	for s, want := range tests {
		if got := arm.IsExpression(s); got != want {
			t.Errorf("IsExpression(%q) = %v", s, got)
		}
	}
}

func TestParseExpressionPrintsCanonically(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"a call", "[parameters('a')]", "[parameters('a')]"},
		{"white space goes", "[ concat( 'a' ,\n\t'b' ) ]", "[concat('a', 'b')]"},
		{"function names have one case", "[RESOURCEGROUP().location]", "[resourceGroup().location]"},
		{"a doubled quote stays doubled", "[concat('it''s', '''')]", "[concat('it''s', '''')]"},
		{"properties and indexes", "[variables('v').a.b_1[0]['x'][parameters('i')]]", "[variables('v').a.b_1[0]['x'][parameters('i')]]"},
		{"integers", "[concat(-7, 007)]", "[concat(-7, 7)]"},
		{"brackets and parentheses inside strings", "[concat(')', '[x]', '(')]", "[concat(')', '[x]', '(')]"},
		{"a string alone", "['a']", "['a']"},
		{"text beyond ASCII", "[concat('ü', '漢')]", "[concat('ü', '漢')]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e, err := arm.ParseExpression(tt.in)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, e.String()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestParseExpressionErrors(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"empty", "[]", "[]: a function, a quoted string or an integer is expected at the end"},
		{"no brackets", "concat('a')", "concat('a'): an expression stands in one pair of brackets"},
		{"escaped", "[[concat('a')]", "[[concat('a')]: an expression stands in one pair of brackets"},
		{"unbalanced", "[concat('a', base64('b')]", "[concat('a', base64('b')]: a comma or the closing parenthesis of concat is expected at the end"},
		{"one parenthesis too many", "[concat('a'))]", `[concat('a'))]: an operator or the end is expected at character 13, before ")"`},
		{"open string", "[concat('a)]", "[concat('a)]: the string that starts at character 9 has no closing quote"},
		{"double quotes", `[concat("a")]`, `[concat("a")]: a function, a quoted string or an integer is expected at character 9, before "\"a\")"`},
		{"trailing comma", "[concat('a',)]", `[concat('a',)]: a function, a quoted string or an integer is expected at character 13, before ")"`},
		{"a bare word", "[true]", "[true]: a parenthesis after true is expected at the end"},
		{"a list", "[10.0.0.0/8]", `[10.0.0.0/8]: an operator or the end is expected at character 4, before ".0.0.0/8"`},
		{"two expressions", "[concat('a')] x [concat('b')]", `[concat('a')] x [concat('b')]: an operator or the end is expected at character 13, before "] x [concat("`},
		{"a property that is no name", "[variables('a').1]", `[variables('a').1]: the name of a property is expected at character 17, before "1"`},
		{"an open index", "[variables('a')[0]", "[variables('a')[0]: a closing bracket is expected at the end"},
		{"a huge integer", "[concat(9223372036854775808)]", "[concat(9223372036854775808)]: 9223372036854775808 is no integer of 64 bits"},
		{"a lone minus", "[concat(-)]", "[concat(-)]: - is no integer of 64 bits"},
		{"a NUL", "[concat('a'\x00)]", `[concat('a'` + "\x00" + `)]: a comma or the closing parenthesis of concat is expected at character 12, before "\x00)"`},
		{
			"unknown function", "[uniqueString('a')]",
			"[uniqueString('a')]: unknown function uniqueString; known: base64, concat, empty, guid, not, parameters, reference, " +
				"resourceGroup, resourceId, subscription, subscriptionResourceId, variables",
		},
		{"too many arguments", "[not(empty('a'), 'b')]", "[not(empty('a'), 'b')]: not takes 1 argument, not 2"},
		{"too few arguments", "[resourceId('Microsoft.Network/virtualNetworks')]", "[resourceId('Microsoft.Network/virtualNetworks')]: resourceId takes at least 2 arguments, not 1"},
		{"arguments where none belong", "[subscription('a')]", "[subscription('a')]: subscription takes 0 arguments, not 1"},
		{"four arguments of reference", "[reference('a', 'b', 'c', 'd')]", "[reference('a', 'b', 'c', 'd')]: reference takes 1 to 3 arguments, not 4"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := arm.ParseExpression(tt.in)
			if err == nil {
				t.Fatalf("%s is accepted", tt.in)
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestExpressionLimit(t *testing.T) {
	frame := len("[concat('')]")
	tests := []struct {
		name, filler string
		count        int
		fits         bool
	}{
		{"at the limit", "a", arm.ExpressionLimit - frame, true},
		{"over the limit", "a", arm.ExpressionLimit - frame + 1, false},
		{"three bytes are one character", "漢", arm.ExpressionLimit - frame, true},
		{"four bytes are two characters", "🦀", (arm.ExpressionLimit - frame) / 2, true},
		{"four bytes are not one character", "🦀", (arm.ExpressionLimit-frame)/2 + 1, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := arm.ParseExpression("[concat('" + strings.Repeat(tt.filler, tt.count) + "')]")
			if tt.fits != (err == nil) {
				t.Fatalf("error is %v", err)
			}
			if err != nil && (!strings.Contains(err.Error(), "over the limit of 24576") || len(err.Error()) > 400) {
				t.Errorf("error is %.500s", err)
			}
		})
	}
}

func FuzzExpression(f *testing.F) {
	for _, s := range []string{
		"[concat('it''s', variables('v').a[0]['x'])]",
		"[reference(resourceId('11111111-2222-3333-4444-555555555555', 'g', 'Microsoft.Network/virtualNetworks', 'v'), '2025-03-01').a]",
		"[not(empty(parameters('p')))]", "[guid('a', 1, -2)]", "[concat(')", "[[x]", "[]", "[a(b(c(", "[\x00]", "['\xff']", "[variables('a')[[0]]",
	} {
		f.Add(s)
	}
	template, err := arm.Parse([]byte(minimal(`"parameters": {"p": {"type": "array", "defaultValue": [1, {"x": "y"}]}}, "variables": {"v": {"a": ["b"]}},`, ``)))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e, err := arm.ParseExpression(s)
		if err != nil {
			return
		}
		printed := e.String()
		again, err := arm.ParseExpression(printed)
		if err != nil && len(printed) <= arm.ExpressionLimit { // spaces after commas may exceed the limit
			t.Fatalf("%q is printed as %q: %v", s, printed, err)
		}
		if err == nil && again.String() != printed {
			t.Fatalf("%q is printed as %q, then as %q", s, printed, again)
		}
		changed := *template
		changed.Outputs = []arm.Output{{Name: "o", Type: "object", Value: s}}
		if evaluated, err := changed.Evaluate(home); err == nil {
			if _, err := evaluated.JSON(); err != nil {
				t.Fatal(err)
			}
		}
	})
}
