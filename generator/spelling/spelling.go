// Package spelling finds the word that a misspelled one was meant to be.
package spelling

import (
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
