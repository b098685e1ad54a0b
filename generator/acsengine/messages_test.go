package acsengine_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// messageCalls are the functions that add a problem, and which argument of theirs is the message.
var messageCalls = map[string]int{"report": 2, "errorf": 1, "whole": 1, "missing": 1}

var verb = regexp.MustCompile(`%[a-z]`)

// TestEveryMessageIsHeld reads the package's source: a message that no file in
// testdata/bad holds is a rule that can go away unseen. So is a reason for
// which keys are refused.
func TestEveryMessageIsHeld(t *testing.T) {
	held := heldReports(t)
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	messages := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		set := token.NewFileSet()
		tree, err := parser.ParseFile(set, file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			text, ok := message(n)
			if !ok {
				return true
			}
			messages++
			var parts []string
			for _, part := range verb.Split(text, -1) {
				parts = append(parts, regexp.QuoteMeta(part))
			}
			if !regexp.MustCompile(strings.Join(parts, ".*")).MatchString(held) {
				t.Errorf("%s: no test holds %q", set.Position(n.Pos()), text)
			}
			return true
		})
	}
	if messages < 60 {
		t.Errorf("found %d messages; are the functions that take them called otherwise now?", messages)
	}
}

func heldReports(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	files, err := filepath.Glob("testdata/bad/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(a.Files[1].Data)
	}
	for _, tt := range badBytes {
		b.WriteString(tt.want)
	}
	return b.String()
}

// message is the literal that a call makes a problem of, or that a constant
// called no... is, which ends one.
func message(n ast.Node) (string, bool) {
	var literal ast.Expr
	switch n := n.(type) {
	case *ast.ValueSpec:
		if len(n.Values) == 1 && regexp.MustCompile(`^no[A-Z]`).MatchString(n.Names[0].Name) {
			literal = n.Values[0]
		}
	case *ast.CallExpr:
		name := ""
		switch f := n.Fun.(type) {
		case *ast.Ident:
			name = f.Name
		case *ast.SelectorExpr:
			name = f.Sel.Name
		}
		if i, ok := messageCalls[name]; ok && i < len(n.Args) {
			literal = n.Args[i]
		}
	}
	basic, ok := literal.(*ast.BasicLit)
	if !ok || basic.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(basic.Value)
	return text, err == nil
}
