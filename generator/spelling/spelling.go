// Package spelling is how messages repeat what people wrote: bounded, quoted,
// and with the word that a misspelled one was meant to be.
package spelling

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Nearest is the known word that an unknown one was probably meant to be: two
// edits away at most, case aside. It is empty where none is near.
func Nearest(word string, known []string) string {
	best, distance := "", min(len(word)/2+1, 3)
	if len(word) > 60 {
		return "" // longer than any of them, and not worth the arithmetic
	}
	for _, k := range known {
		if n := levenshtein.ComputeDistance(strings.ToLower(word), strings.ToLower(k)); n < distance {
			best, distance = k, n
		}
	}
	return best
}

// Hint ends a message about an unknown word with the known one that was probably
// meant; it is empty where none is near.
func Hint(word string, known []string) string {
	if near := Nearest(word, known); near != "" {
		return "; did you mean " + near + "?"
	}
	return ""
}

// most is how many characters a message repeats of a text.
const most = 60

// Clipped bounds a text to 60 characters; ... stands for the rest.
func Clipped(s string) string {
	start, rest := cut(s)
	return start + rest
}

// Quoted is a text in quotes on one line, bounded as Clipped bounds it.
func Quoted(s string) string {
	start, rest := cut(s)
	return strconv.Quote(start) + rest
}

func cut(s string) (start, rest string) {
	n := 0
	for i := range s {
		if n++; n > most {
			return s[:i], "..."
		}
	}
	return s, ""
}

var plain = regexp.MustCompile(`^[A-Za-z0-9_-]{1,60}$`)

// Plain reports whether a path can hold a key as it stands: it is short, is not
// read as a path itself and does not break the line.
func Plain(key string) bool { return plain.MatchString(key) }
