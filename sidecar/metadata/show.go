package metadata

import (
	"strconv"
	"strings"
)

// shownLength is how much of a foreign text an error repeats, in bytes: enough
// to recognise it, and too little to fill the log.
const shownLength = 120

// shortened is the beginning of a foreign text, on one line.
func shortened(s string) string {
	if len(s) > shownLength {
		s = strings.ToValidUTF8(s[:shownLength], "") + "..."
	}
	return strings.Join(strings.Fields(s), " ")
}

// quoted is the beginning of a foreign value in quotes, so that what is wrong
// with it (a line break, a blank, nothing at all) can be seen.
func quoted(s string) string {
	if len(s) > shownLength {
		return strconv.Quote(strings.ToValidUTF8(s[:shownLength], "")) + "..."
	}
	return strconv.Quote(s)
}
