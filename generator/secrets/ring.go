package secrets

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
)

// linksDir is the directory of the shared keys, so no region may have its name.
const linksDir = "links"

var (
	label = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)
	host  = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$`)
)

// pair is two ends of a tunnel, in alphabetical order. The order is that of
// the names and not that of the spec so that the key's file is found from the
// two names alone, from either end, whatever else the spec lists.
type pair struct{ a, b string }

func pairOf(x, y string) pair {
	if x > y {
		x, y = y, x
	}
	return pair{x, y}
}

func (p pair) name() string { return linksDir + "/" + p.a + "--" + p.b }
func (p pair) file() string { return p.name() + ".key" }

// SharedKeyFile is where the shared key of the tunnel between x and y is, below
// the directory of secrets: links/eastus--westus.key from either end.
func SharedKeyFile(x, y string) string { return pairOf(x, y).file() }

// pairs are the tunnels of the ring, sorted, each once.
func (r Ring) pairs() []pair {
	var all []pair
	for _, region := range r.Regions {
		for _, peer := range region.Peers {
			all = append(all, pairOf(region.Name, peer))
		}
	}
	slices.SortFunc(all, func(x, y pair) int { return slices.Compare([]string{x.a, x.b}, []string{y.a, y.b}) })
	return slices.Compact(all)
}

func (r Ring) has(region string) bool {
	return slices.ContainsFunc(r.Regions, func(x Region) bool { return x.Name == region })
}

// check refuses a ring whose names would lead to the wrong files. The spec's
// own rules are stricter; these are the ones that secrets would be lost by.
func (r Ring) check() error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if !label.MatchString(r.Name) {
		bad("ring %q: want lower-case letters, digits and hyphens", r.Name)
	}
	seen := map[string]bool{}
	for _, region := range r.Regions {
		switch {
		case !label.MatchString(region.Name):
			bad("region %q: want lower-case letters, digits and hyphens", region.Name)
		case region.Name == linksDir:
			bad("region %q: its directory is that of the shared keys; give the region another name", region.Name)
		case seen[region.Name]:
			bad("region %q: is there twice", region.Name)
		}
		seen[region.Name] = true
		if region.APIHost != "" && !host.MatchString(region.APIHost) {
			bad("region %q: API host %q: want a host name without scheme or port", region.Name, region.APIHost)
		}
		errs = append(errs, r.checkPeers(region)...)
	}
	files := map[string]pair{}
	for _, p := range r.pairs() {
		if other, taken := files[p.file()]; taken {
			bad("the links %s, %s and %s, %s share the file %s; give one of the regions another name", other.a, other.b, p.a, p.b, p.file())
		}
		files[p.file()] = p
	}
	return errors.Join(errs...)
}

func (r Ring) checkPeers(region Region) []error {
	var errs []error
	for i, peer := range region.Peers {
		other := slices.IndexFunc(r.Regions, func(x Region) bool { return x.Name == peer })
		switch {
		case !label.MatchString(peer):
			errs = append(errs, fmt.Errorf("region %q: peer %q: want lower-case letters, digits and hyphens", region.Name, peer))
		case peer == region.Name:
			errs = append(errs, fmt.Errorf("region %q: is its own peer", region.Name))
		case slices.Contains(region.Peers[:i], peer):
			errs = append(errs, fmt.Errorf("region %q: peer %q is there twice", region.Name, peer))
		case other >= 0 && !slices.Contains(r.Regions[other].Peers, region.Name):
			errs = append(errs, fmt.Errorf("region %q: has the peer %q, which does not have it", region.Name, peer))
		}
	}
	return errs
}
