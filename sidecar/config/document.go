package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// document is a YAML file of one block mapping, cut into lines.
type document struct {
	// lines hold their ends; joined they are the file.
	lines []string
	// end is how the file ends its lines.
	end string
	// indent is what stands before every key.
	indent string
	// body is the first line after directives and the start of the document.
	body int
	// entries are the keys in the order of the file.
	entries []entry
}

// entry is a key of the file and its value.
type entry struct {
	key string
	// node and value are the key's and the value's nodes.
	node, value *yaml.Node
	// first and last are the lines, from 0, that the two take.
	first, last int
}

// parseDocument reads a file that can be edited by lines. What cannot, such
// as a mapping in braces, is an error that names the line.
func parseDocument(data []byte) (*document, error) {
	if err := checkText(data); err != nil {
		return nil, err
	}
	root, err := parseRoot(data)
	if err != nil {
		return nil, err
	}
	d := &document{lines: strings.SplitAfter(string(data), "\n"), end: "\n"}
	if last := len(d.lines) - 1; d.lines[last] == "" {
		d.lines = d.lines[:last]
	}
	if len(d.lines) > 0 && strings.HasSuffix(d.lines[0], "\r\n") {
		d.end = "\r\n"
	}
	if root != nil {
		if root.Style&yaml.FlowStyle != 0 {
			return nil, fmt.Errorf("line %d: the keys stand in braces; it takes one key per line", root.Line)
		}
		d.indent = strings.Repeat(" ", root.Column-1)
		if d.entries, err = d.cut(root); err != nil {
			return nil, err
		}
	}
	d.body = d.start()
	return d, nil
}

// checkText refuses what would make the lines of the file others than those
// that YAML counts.
func checkText(data []byte) error {
	if !utf8.Valid(data) || bytes.HasPrefix(data, []byte("\ufeff")) {
		return errors.New("the file takes UTF-8 without a byte order mark")
	}
	rest := bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	if at := bytes.IndexAny(rest, "\r\u0085\u2028\u2029"); at >= 0 {
		return fmt.Errorf("line %d: holds a line break other than a line feed", bytes.Count(rest[:at], []byte("\n"))+1)
	}
	return nil
}

// parseRoot is the mapping of a file that holds one, or nil where the file
// holds nothing.
func parseRoot(data []byte) (*yaml.Node, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var doc, second yaml.Node
	switch err := decoder.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return nil, nil
	case err != nil:
		return nil, err
	}
	if err := decoder.Decode(&second); !errors.Is(err, io.EOF) {
		if err != nil {
			return nil, err
		}
		return nil, fmt.Errorf("line %d: a second document begins; it takes one", second.Line)
	}
	root := doc.Content[0]
	switch {
	case root.Kind == yaml.ScalarNode && root.Tag == "!!null" && root.Value == "" && root.Anchor == "":
		return nil, nil
	case root.Kind != yaml.MappingNode:
		return nil, fmt.Errorf("line %d: the file takes a mapping of keys", root.Line)
	}
	return root, nil
}

// cut finds the lines of each key and its value. Blank lines and comments
// after a value belong to what follows it.
func (d *document) cut(root *yaml.Node) ([]entry, error) {
	var entries []entry
	seen := map[string]int{}
	for i := 0; i < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		first := key.Line - 1
		if key.Kind != yaml.ScalarNode || key.Column != root.Column || !strings.HasPrefix(d.lines[first], d.indent) {
			return nil, fmt.Errorf("line %d: the key is none that begins its line", key.Line)
		}
		if other, ok := seen[key.Value]; ok {
			return nil, fmt.Errorf("line %d: sets %s, as line %d does; each key comes once", key.Line, key.Value, other)
		}
		seen[key.Value] = key.Line
		next := len(d.lines)
		if i+2 < len(root.Content) {
			next = root.Content[i+2].Line - 1
		}
		last := next - 1
		for last > first && isAside(d.lines[last]) {
			last--
		}
		entries = append(entries, entry{key.Value, key, value, first, last})
	}
	return entries, nil
}

// start is the first line before which a key may stand.
func (d *document) start() int {
	end := len(d.lines)
	if len(d.entries) > 0 {
		end = d.entries[0].first
	}
	for i := end; i > 0; i-- {
		if !isAside(d.lines[i-1]) {
			return i
		}
	}
	return 0
}

// comment is a line that is a comment wherever no text is open. A tab before
// it would be an error at such a place, so none may stand there.
var comment = regexp.MustCompile(`^ *#`)

// isAside says whether a line is blank or a comment.
func isAside(line string) bool {
	return strings.Trim(line, " \r\n") == "" || comment.MatchString(line)
}

// commentedOut is the first line that holds the key commented out, as in
// "# key: value", and that is not within a value; -1 where there is none.
func (d *document) commentedOut(key string) int {
	pattern := regexp.MustCompile(`^# ?` + regexp.QuoteMeta(key) + `:(\s|$)`)
	for i := d.body; i < len(d.lines); i++ {
		if pattern.MatchString(d.lines[i]) && !d.within(i) {
			return i
		}
	}
	return -1
}

func (d *document) within(line int) bool {
	for _, e := range d.entries {
		if e.first <= line && line <= e.last {
			return true
		}
	}
	return false
}

// mentions says whether the file sets the key or shows it commented out: that
// is how a version of Cassandra tells that it knows the key.
func (d *document) mentions(key string) bool {
	for _, e := range d.entries {
		if e.key == key {
			return true
		}
	}
	return d.commentedOut(key) >= 0
}
