// Package dns asks named DNS servers for the IPv4 addresses of one name.
//
// The Go resolver will not do: it takes its servers from the pod, where a
// cache may stand between, and it does not tell "nobody is there" from "nobody
// answers" for one server of many. On that difference hangs whether a ring may
// be founded. So an answer is one of three things, and whatever is not beyond
// doubt one of the first two is the third.
package dns
