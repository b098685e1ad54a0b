package decide

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"testing"
)

// TestEveryRuleHasASwitch holds the cases against the source.
func TestEveryRuleHasASwitch(t *testing.T) {
	t.Parallel()
	var have []Condition
	for _, c := range ruleCases {
		have = append(have, c.rule)
	}
	found := 0
	for _, file := range []string{"action.go", "rules.go"} {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if name, ok := spec.Type.(*ast.Ident); !ok || name.Name != "Condition" {
				return true
			}
			value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			found++
			if !slices.Contains(have, Condition(value)) {
				t.Errorf("%s: no case shows what breaks without %q", spec.Names[0].Name, value)
			}
			return true
		})
	}
	if found < len(have) {
		t.Errorf("%d rules in the source, %d with a case", found, len(have))
	}
}
