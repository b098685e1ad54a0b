package generator_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/generator"
	"github.com/ringwright/ringwright/sidecar/settings"
)

// TestRegionAtTheEnd adds a third region to a ring of two and lists every place
// in the files of the first that changes: what has to name the new region, and
// nothing else.
func TestRegionAtTheEnd(t *testing.T) {
	two, three := generate(t, bigSpec(2)), generate(t, bigSpec(3))
	var got []string
	for _, p := range two.Paths() {
		switch {
		case !strings.HasPrefix(p, "r0/"), string(two[p]) == string(three[p]):
		case strings.HasSuffix(p, "azuredeploy.json"):
			got = append(got, changedPlaces("template", decodeJSON(t, two[p]), decodeJSON(t, three[p]))...)
		case strings.HasSuffix(p, "30-settings.yaml"):
			got = append(got, changedPlaces("settings", settingsOf(t, two, p), settingsOf(t, three, p))...)
		default:
			got = append(got, p)
		}
	}
	slices.Sort(got)
	want := []string{
		"settings.order[2] added",
		"settings.peers[1] added",
		"template.parameters.r2SharedKey added",
		"template.resources.customers-r0-cp0/bootstrap.properties.protectedSettings.script: RING_CIDRS",
		"template.resources.customers-r0-m0/bootstrap.properties.protectedSettings.script: RING_CIDRS",
		"template.resources.customers-r0-m1/bootstrap.properties.protectedSettings.script: RING_CIDRS",
		"template.resources.customers-r0-m2/bootstrap.properties.protectedSettings.script: RING_CIDRS",
		"template.resources.customers-r0-nsg.properties.securityRules.peers-cassandra.properties: source",
		"template.resources.customers-r0-nsg.properties.securityRules.peers-dns-tcp.properties: source",
		"template.resources.customers-r0-nsg.properties.securityRules.peers-dns-udp.properties: source",
		"template.resources.customers-r0-nsg.properties.securityRules.peers-icmp.properties: source",
		"template.resources.customers-r0-to-r2 (connections) added",
		"template.resources.customers-r0-to-r2 (localNetworkGateways) added",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
}

// TestPeeredRegionAtTheEnd is the same for peered regions: the new one's own
// deployment makes the peerings, so those before it have none more.
func TestPeeredRegionAtTheEnd(t *testing.T) {
	two, three := generate(t, peeredSpec(2)), generate(t, peeredSpec(3))
	for _, region := range []string{"r0", "r1"} {
		file := region + "/azure/azuredeploy.json"
		for _, place := range changedPlaces("template", decodeJSON(t, two[file]), decodeJSON(t, three[file])) {
			if !strings.HasSuffix(place, "protectedSettings.script: RING_CIDRS") && !strings.HasSuffix(place, ".properties: source") {
				t.Errorf("%s: %s", region, place)
			}
		}
	}
	for i := range 3 {
		file := fmt.Sprintf("r%d/azure/azuredeploy.json", i)
		if got, want := strings.Count(string(three[file]), `/virtualNetworkPeerings",`), 2*i; got != want {
			t.Errorf("%s has %d halves of peerings, want %d", file, got, want)
		}
	}
}

// TestTwentyPeeredRegions holds both ends of what link: peering takes: all
// pairs of twenty regions, made by the later one of each. It bounds out/ and the
// memory that is allocated on the way, freed or not: they take 3 MiB and 100 MiB,
// and under the race detector three times the memory.
func TestTwentyPeeredRegions(t *testing.T) {
	const mostOutput, mostAllocated = 5 << 20, 400 << 20
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	files := generate(t, peeredSpec(20))
	runtime.ReadMemStats(&after)
	if n := size(files); n > mostOutput {
		t.Errorf("out/ has %d bytes; want at most %d", n, mostOutput)
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > mostAllocated {
		t.Errorf("%d bytes were allocated; want at most %d", n, mostAllocated)
	}
	for i := range 20 {
		text := string(files[fmt.Sprintf("r%d/azure/azuredeploy.json", i)])
		for j := range 20 {
			own, reverse := fmt.Sprintf(`"customers-r%d-vnet/customers-r%d-to-r%d"`, i, i, j), fmt.Sprintf(`"customers-r%d-vnet/customers-r%d-to-r%d"`, j, j, i)
			if has := strings.Contains(text, own) && strings.Contains(text, reverse); has != (j < i) {
				t.Errorf("the template of r%d has both halves with r%d: %t", i, j, has)
			}
		}
	}
}

func decodeJSON(t *testing.T, data []byte) any {
	t.Helper()
	var value any
	if err := json.Unmarshal(data, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

// settingsOf is the settings file of a region as a tree.
func settingsOf(t *testing.T, files generator.Files, p string) any {
	t.Helper()
	_, text, _ := strings.Cut(string(files[p]), "settings.yaml: |\n")
	s, err := settings.Parse(p, []byte(strings.ReplaceAll("\n"+text, "\n    ", "\n")))
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(map[string]any{"order": s.Order, "peers": s.Peers, "rest": rest(*s)})
	if err != nil {
		t.Fatal(err)
	}
	return decodeJSON(t, data)
}

func rest(s settings.Settings) string {
	s.Order, s.Peers = nil, nil
	return fmt.Sprintf("%+v", s)
}

// changedPlaces are the paths at which two trees differ. Elements of a list
// that have a name are told apart by it.
func changedPlaces(at string, a, b any) []string {
	if list, ok := a.([]any); ok {
		a = byName(list)
	}
	if list, ok := b.([]any); ok {
		b = byName(list)
	}
	from, ok := a.(map[string]any)
	to, both := b.(map[string]any)
	if !ok || !both {
		if reflect.DeepEqual(a, b) {
			return nil
		}
		return []string{at + ": " + whatChanged(a, b)}
	}
	var places []string
	for key, value := range from {
		other, there := to[key]
		switch {
		case strings.HasPrefix(key, "sourceAddressPrefix"):
			if !reflect.DeepEqual(value, other) {
				places = append(places, at+": source")
			}
		case !there:
			places = append(places, join(at, key)+" removed")
		default:
			places = append(places, changedPlaces(join(at, key), value, other)...)
		}
	}
	for key := range to {
		if _, there := from[key]; !there && !strings.HasPrefix(key, "sourceAddressPrefix") {
			places = append(places, join(at, key)+" added")
		}
	}
	return places
}

func join(at, key string) string {
	if strings.HasPrefix(key, "[") {
		return at + key
	}
	return at + "." + key
}

func byName(list []any) map[string]any {
	m := map[string]any{}
	for i, element := range list {
		key := fmt.Sprintf("[%d]", i)
		if object, ok := element.(map[string]any); ok {
			if name, ok := object["name"].(string); ok {
				key = name
			}
			if kind, ok := object["type"].(string); ok && strings.Contains(key, "-to-") {
				key += " (" + kind[strings.LastIndex(kind, "/")+1:] + ")"
			}
		}
		m[key] = element
	}
	return m
}

var shellLine = regexp.MustCompile(`([A-Z_0-9]+)=''[^']*''\n`)

// whatChanged names the shell variables that differ in two scripts, or says
// that two values are not the same.
func whatChanged(a, b any) string {
	from, to := fmt.Sprint(a), fmt.Sprint(b)
	var names []string
	lines := shellLine.FindAllStringSubmatch(to, -1)
	for i, m := range shellLine.FindAllStringSubmatch(from, -1) {
		if i >= len(lines) || lines[i][1] != m[1] {
			return "another script"
		}
		if lines[i][0] != m[0] {
			names = append(names, m[1])
		}
	}
	if len(names) == 0 || shellLine.ReplaceAllString(from, "") != shellLine.ReplaceAllString(to, "") {
		return fmt.Sprintf("%v became %v", a, b)
	}
	return strings.Join(names, ", ")
}
