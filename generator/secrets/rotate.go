package secrets

import (
	"fmt"
	"path"
	"strings"

	"github.com/agnivade/levenshtein"
)

// RotateNames are the names that Write takes for rotation, in the order of the
// ring's values: <region>/cluster-ca, front-proxy-ca, etcd-ca,
// service-account, admin, join-token and ssh, and links/<a>--<b> with the two
// ends of the link in alphabetical order. Rotating cluster-ca issues the admin
// certificate anew as well.
func (r Ring) RotateNames() []string {
	var names []string
	for _, v := range r.values() {
		names = append(names, v.name)
	}
	return names
}

// choose refuses names that are not those of values, all at once.
func choose(rotate []string, values []value) (map[string]bool, error) {
	chosen := map[string]bool{}
	names := make([]string, 0, len(values))
	known := map[string]bool{}
	for _, v := range values {
		names = append(names, v.name)
		known[v.name] = true
	}
	var unknown []string
	for _, name := range rotate {
		chosen[name] = true
		if known[name] {
			continue
		}
		line := fmt.Sprintf("--rotate %q: no such value in this ring", name)
		if near := nearest(name, names); near != "" {
			line += "; did you mean " + near + "?"
		}
		unknown = append(unknown, line)
	}
	if len(unknown) > 0 {
		return nil, fmt.Errorf("%s\nwant one of %s", strings.Join(unknown, "\n"), strings.Join(names, ", "))
	}
	return chosen, nil
}

// nearest is the name that was probably meant. A name without a region is held
// against the last parts of the known ones, and a link given the other way
// round against the same link.
func nearest(name string, names []string) string {
	whole := strings.Contains(name, "/")
	best, distance := "", len(name)/2+1
	for _, known := range names {
		against := known
		if !whole {
			against = path.Base(known)
		}
		if a, b, ok := strings.Cut(path.Base(name), "--"); ok && path.Base(known) == b+"--"+a {
			return known
		}
		if n := levenshtein.ComputeDistance(strings.ToLower(name), against); n < distance {
			best, distance = known, n
		}
	}
	return best
}
