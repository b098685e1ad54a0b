// Package messagetest holds the messages of a package against files that expect
// them, one for each rule: what breaks it, and the whole report.
package messagetest

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

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// pattern finds the files: the name of each is the rule, its comment the reason,
// its first file what breaks the rule and its last, called want, the report.
const pattern = "testdata/bad/*.txtar"

const want = "want"

// Bad has a test for each file. report gives the report of all of its files but
// want, of which the first has to be called first. With update the files are
// rewritten where they expect something else, and the test fails all the same.
func Bad(t *testing.T, first string, update bool, report func(t *testing.T, files []txtar.File) string) {
	for _, file := range files(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			last := len(a.Files) - 1
			if last < 1 || a.Files[0].Name != first || a.Files[last].Name != want || len(strings.TrimSpace(string(a.Comment))) == 0 {
				t.Fatalf("want a reason, then %s, what belongs to it if anything does, and %s", first, want)
			}
			got := report(t, a.Files[:last])
			if update && got != string(a.Files[last].Data) {
				a.Files[last].Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				t.Error("rewritten; review it and run again without -update")
				return
			}
			if diff := cmp.Diff(string(a.Files[last].Data), got); diff != "" {
				t.Errorf("report (-want +got):\n%s", diff)
			}
		})
	}
}

// Reports are the reports that the files expect, one after another.
func Reports(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	for _, file := range files(t) {
		a, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(a.Files[len(a.Files)-1].Data)
	}
	return b.String()
}

func files(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no files %s: %v", pattern, err)
	}
	return files
}

var verb = regexp.MustCompile(`%[a-zU]`)

// Held reads the source of the package in the current directory and demands that
// the reports hold every message that message finds there: one that no test
// holds is a rule that can go away unseen. Fewer than least mean that message
// finds no longer what it is meant to.
func Held(t *testing.T, reports string, least int, message func(ast.Node) (string, bool)) {
	t.Helper()
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	messages := 0
	for _, file := range sources {
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
			if !format(text).MatchString(reports) {
				t.Errorf("%s: no test holds %q", set.Position(n.Pos()), text)
			}
			return true
		})
	}
	if messages < least {
		t.Errorf("found %d messages; are the functions that take them called otherwise now?", messages)
	}
}

// format matches what a format of package fmt may print.
func format(text string) *regexp.Regexp {
	var parts []string
	for _, part := range verb.Split(strings.ReplaceAll(text, "%%", "\x00"), -1) {
		parts = append(parts, regexp.QuoteMeta(strings.ReplaceAll(part, "\x00", "%")))
	}
	return regexp.MustCompile(strings.Join(parts, ".*"))
}

// Calls finds the messages that are literals in a call of one of some functions,
// each with the number of the argument that is the message.
func Calls(functions map[string]int) func(ast.Node) (string, bool) {
	return func(n ast.Node) (string, bool) {
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
		i, ok := functions[name]
		if !ok || i >= len(call.Args) {
			return "", false
		}
		return Literal(call.Args[i])
	}
}

// Literal is the text of an expression that is a text literal.
func Literal(e ast.Expr) (string, bool) {
	literal, ok := e.(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(literal.Value)
	return text, err == nil
}
