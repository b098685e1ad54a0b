package config

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// MaxSeeds is the most seeds that are written: enough for every datacenter,
// and few enough that a gossip round among them stays small. The wiring takes
// the first of what it found.
const MaxSeeds = 20

// SetSeeds replaces the seeds in the cassandra.yaml that Write left in conf,
// 1 to MaxSeeds addresses, and leaves every other line as it is. Cassandra
// reads the whole file anew when it is told to reload its seeds, and finds it
// as it was or as it will be. Where the seeds are the same nothing is
// written. run calls it before nodetool reloadseeds; after an error the file
// is as it was.
func SetSeeds(conf string, addresses []netip.Addr) error {
	if err := checkSeeds(addresses); err != nil {
		return err
	}
	unlock, err := lock(conf)
	if err != nil {
		return err
	}
	defer unlock()
	path := filepath.Join(conf, yamlName)
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	edited, err := withSeeds(string(data), seedsText(addresses))
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if edited == string(data) {
		return nil
	}
	return replaceFile(path, []byte(edited), info.Mode())
}

// seedsLine is the one line of seeds, as Write writes it.
var seedsLine = regexp.MustCompile(`^( *- seeds: )"[0-9A-Fa-f:.,]+"(\r?\n?)$`)

// withSeeds replaces the seeds. Only the value that Cassandra reads counts: a
// like line elsewhere in the file is none.
func withSeeds(text, seeds string) (string, error) {
	root, err := parseRoot([]byte(text))
	if err != nil {
		return "", err
	}
	value, err := seedsNode(root)
	if err != nil {
		return "", err
	}
	number := value.Line // from 1
	lines := strings.SplitAfter(text, "\n")
	if number > len(lines) || !seedsLine.MatchString(lines[number-1]) {
		return "", fmt.Errorf("line %d: the seeds are not written as init writes them", number)
	}
	lines[number-1] = seedsLine.ReplaceAllString(lines[number-1], `${1}"`+seeds+`"${2}`)
	return strings.Join(lines, ""), nil
}

// seedsNode is the value of the only seed provider's seeds.
func seedsNode(root *yaml.Node) (*yaml.Node, error) {
	providers := child(root, "seed_provider")
	if providers != nil && providers.Kind == yaml.SequenceNode && len(providers.Content) == 1 {
		parameters := child(providers.Content[0], "parameters")
		if parameters != nil && parameters.Kind == yaml.SequenceNode && len(parameters.Content) == 1 {
			if seeds := child(parameters.Content[0], "seeds"); seeds != nil && seeds.Kind == yaml.ScalarNode {
				return seeds, nil
			}
		}
	}
	return nil, errors.New("has no seed_provider as init writes it")
}

// child is the value of a key, or nil.
func child(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// checkSeeds says what is wrong with a set of seeds.
func checkSeeds(seeds []netip.Addr) error {
	if len(seeds) == 0 {
		return errors.New("there are no seeds; Cassandra takes at least one")
	}
	if len(seeds) > MaxSeeds {
		return fmt.Errorf("there are %d seeds; a member takes at most %d", len(seeds), MaxSeeds)
	}
	var errs []error
	for _, seed := range seeds {
		if wrong := wrongAddress(seed); wrong != "" {
			errs = append(errs, fmt.Errorf("a seed %s", wrong))
		}
	}
	return errors.Join(errs...)
}

// wrongAddress says why an address cannot be a member's, or nothing.
func wrongAddress(a netip.Addr) string {
	switch {
	case !a.IsValid():
		return "is missing; it takes an IP address"
	case a.Zone() != "" || a.IsUnspecified() || a.IsMulticast():
		return fmt.Sprintf("is %s; it takes the IP address of one pod", a)
	}
	return ""
}

// seedsText is the value that SimpleSeedProvider cuts at commas.
func seedsText(seeds []netip.Addr) string {
	texts := make([]string, len(seeds))
	for i, seed := range seeds {
		texts[i] = seed.Unmap().String()
	}
	return strings.Join(texts, ",")
}
