package spec_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// reports are all the reports that the tests of this package hold.
func reports(t *testing.T) string {
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
		b.Write(a.Files[len(a.Files)-1].Data)
	}
	for _, tt := range badBytes(t) {
		b.WriteString(tt.want)
	}
	return b.String()
}

// messageCalls are the functions that add a problem, and which argument of theirs is the message.
var messageCalls = map[string]int{
	"report": 2, "spoil": 2, "errorf": 1, "tooSmall": 2, "whole": 0, "match": 3, "name": 3, "required": 2, "rangesOf": 2,
}

var verb = regexp.MustCompile(`%[a-zU]`)

// TestEveryMessageIsHeld reads the package's source: a message that no test
// holds is a rule that can go away unseen.
func TestEveryMessageIsHeld(t *testing.T) {
	held := reports(t)
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	messages := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		set := token.NewFileSet()
		tree, err := parser.ParseFile(set, file, src, 0)
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
			for _, part := range verb.Split(strings.ReplaceAll(text, "%%", "\x00"), -1) {
				parts = append(parts, regexp.QuoteMeta(strings.ReplaceAll(part, "\x00", "%")))
			}
			if !regexp.MustCompile(strings.Join(parts, ".*")).MatchString(held) {
				t.Errorf("%s: no test holds %q", set.Position(n.Pos()), text)
			}
			return true
		})
	}
	if messages < 80 {
		t.Errorf("found %d messages; are the functions that take them called otherwise now?", messages)
	}
}

// message is the literal that a call makes a problem of.
func message(n ast.Node) (string, bool) {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return "", false
	}
	name := ""
	switch f := call.Fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name = f.Sel.Name
	}
	i, ok := messageCalls[name]
	if !ok || i >= len(call.Args) {
		return "", false
	}
	literal, ok := call.Args[i].(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(literal.Value)
	return text, err == nil
}
