package spec

import (
	"strings"

	"github.com/ringwright/ringwright/generator/spelling"
)

// nearest ends a message about an unknown word: which of the known ones was
// probably meant or, where none is near, what they are.
func nearest(word string, known []string) string {
	switch hint := spelling.Hint(word, known); {
	case hint != "":
		return hint
	case len(known) > 0 && len(known) <= 12:
		return "; want " + oneOf(known)
	}
	return ""
}

// oneOf lists words as a choice: a, b or c.
func oneOf(words []string) string {
	if len(words) == 1 {
		return words[0]
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
