package settings

import "strings"

// nearest finds the known key that a misspelt one was most likely meant to
// be: at most two edits away, case aside. It is empty where none is.
func nearest(key string, known []string) string {
	const most = 2
	best, meant := most+1, ""
	if len(key) > 60 { // longer than any key, and not worth the arithmetic
		return ""
	}
	for _, k := range known {
		if d := edits(strings.ToLower(key), strings.ToLower(k)); d < best {
			best, meant = d, k
		}
	}
	return meant
}

// edits is the Levenshtein distance in bytes: how many insertions, deletions
// and substitutions turn a into b.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			substituted := diagonal
			if a[i] != b[j] {
				substituted++
			}
			diagonal = row[j+1]
			row[j+1] = min(substituted, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
