package metadata

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Pauses between two tries grow from 2 s to 16 s, each half as long to half as
// long again. None is below a second: that is how long the service counts.
const (
	firstPause = 2 * time.Second
	lastPause  = 16 * time.Second
	leastPause = time.Second
)

// pause is how long to wait after the given number of tries, 1 or more, for a
// random number from 0 to below 1.
func pause(tries int, random float64) time.Duration {
	mean := lastPause
	if tries < 4 {
		mean = firstPause << (tries - 1)
	}
	return time.Duration((0.5 + random) * float64(mean))
}

// retryAfter reads the header Retry-After, seconds or a date, as the time from
// now; 0 where it says nothing that can be understood.
// https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
func retryAfter(value string, now time.Time) time.Duration {
	value = strings.TrimSpace(value)
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if date, err := http.ParseTime(value); err == nil {
		return max(0, date.Sub(now))
	}
	return 0
}
