package spec

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/ringwright/ringwright/generator/spelling"
	"github.com/ringwright/ringwright/sidecar/settings"
)

// sized is a form and how long it may be: counted out in a regular expression,
// the length would take most of the time a run has.
type sized struct {
	min, max int
	form     *regexp.Regexp
}

func (s sized) MatchString(text string) bool {
	return s.min <= len(text) && len(text) <= s.max && s.form.MatchString(text)
}

var (
	// ringName ends in no - because it is a label's value in Kubernetes
	// (https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set).
	ringName  = sized{2, 20, regexp.MustCompile(`^[a-z][a-z0-9-]*[a-z0-9]$`)}
	dnsSuffix = regexp.MustCompile(`^[a-z0-9]{4,10}$`)
	// regionNames end up in DNS labels of at most 63 characters and in parameter
	// names, where - becomes _: 24 leaves room for the longest ring and suffix.
	regionNames = sized{1, 24, regexp.MustCompile(`^[a-z](-?[a-z0-9])*$`)}
	// datacenterNames are what java.util.Properties and Cassandra's tools take
	// without escaping and Kubernetes takes as a label's value.
	datacenterNames = sized{1, 48, regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?$`)}
	zoneNames       = regexp.MustCompile(`^[0-9a-z]{1,8}$`)
	// faultDomainLabels are how the sidecar tells the racks of fault domains from those of zones.
	faultDomainLabels = regexp.MustCompile(`^fd[0-9]+$`)
	uuid              = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	// resourceGroups: https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
	resourceGroups = sized{1, 90, regexp.MustCompile(`^[A-Za-z0-9_.()-]*[A-Za-z0-9_()-]$`)}
	dnsSubdomain   = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$`)
)

// checker applies every rule to a ring whose defaults are set. A rule that
// needs a value which is wrong already stays silent.
type checker struct {
	*document
	ring *Ring
}

// check adds a problem for everything in the spec that cannot be compiled.
func check(ring *Ring, d *document) {
	c := &checker{document: d, ring: ring}
	if !c.regionCount() {
		return
	}
	c.header()
	c.links()
	c.cassandra()
	c.tags()
	for i := range ring.Regions {
		c.region(item("regions", i), &ring.Regions[i])
	}
	c.unique()
	c.aksGroups()
	c.networks()
}

// origin is the path that the value of a region's field came from: itself or,
// where it is a default, the region's name or the location that gave the name.
func (c *checker) origin(region, key string) string {
	for _, k := range []string{key, "name"} {
		if c.written(at(region, k)) {
			return at(region, k)
		}
	}
	return at(region, "location")
}

// choice demands one of a few words. Like between and match it spoils the path
// where it fails, so that no later rule looks at the value.
func (c *checker) choice(path, value string, words ...string) bool {
	if slices.Contains(words, value) {
		return true
	}
	c.errorf(path, "%s is not known%s", spelling.Quoted(value), nearest(value, words))
	c.spoiled[path] = true
	return false
}

// between demands a number in a range.
func (c *checker) between(path string, value, low, high int) bool {
	if value >= low && value <= high {
		return true
	}
	c.errorf(path, "%d; want %d to %d", value, low, high)
	c.spoiled[path] = true
	return false
}

// match demands a form, which want describes with an example.
func (c *checker) match(path, value string, form interface{ MatchString(string) bool }, want string) bool {
	if form.MatchString(value) {
		return true
	}
	if c.written(path) {
		c.errorf(path, "%s; want %s", spelling.Quoted(value), want)
	} else {
		c.errorf(path, "missing; want %s", want)
	}
	c.spoiled[path] = true
	return false
}

func (c *checker) header() {
	r := c.ring
	c.required("apiVersion", r.APIVersion, "ringwright/v1")
	c.required("kind", r.Kind, "Ring")
	c.match("name", r.Name, ringName, "2 to 20 of a-z, 0-9 and -, a letter first and no - last, such as customers")
	if strings.HasPrefix(r.Name+"-", "kube-") {
		c.errorf("name", "namespaces begin with the ring's name, and those that begin with kube- are Kubernetes' own; want another")
	}
	c.match("dnsSuffix", r.DNSSuffix, dnsSuffix, "4 to 10 of a-z and 0-9, such as 3f9a1c; `ringwright init` draws one")
	if len(r.Regions) == 0 {
		c.errorf("regions", "none; want at least one")
	}
	names := []string{None}
	for i := range r.Regions {
		names = append(names, r.Regions[i].Name)
	}
	if c.written("founder") && len(r.Regions) > 0 {
		c.choice("founder", r.Founder, names...)
	}
	c.match("kubernetes.version", r.Kubernetes.Version, kubernetesVersions,
		`1.35, 1.36 or 1.37, or one patch of these, such as "1.36.3"`)
	if r.Sidecar.Image == "" {
		c.errorf("sidecar.image", "missing; want the image in your registry, such as myregistry.azurecr.io/ringwright-sidecar:1")
	} else {
		c.match("sidecar.image", r.Sidecar.Image, imageReference, "an image such as myregistry.azurecr.io/ringwright-sidecar:1")
	}
	if r.Sidecar.PullSecret != "" {
		c.name("sidecar.pullSecret", r.Sidecar.PullSecret, 253, "the name of a Secret")
	}
}

// kubernetesVersions is the window of minors that the Kubernetes community and
// AKS both serve in November 2026 (https://kubernetes.io/releases/).
var kubernetesVersions = regexp.MustCompile(`^1\.(35|36|37)(\.(0|[1-9][0-9]*))?$`)

// imageReference is the form of a container image: registry, path, tag and digest
// (https://github.com/distribution/reference).
var imageReference = regexp.MustCompile(`^([a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(:[0-9]+)?/)?` +
	`[a-z0-9]+((\.|__?|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|__?|-+)[a-z0-9]+)*)*` +
	`(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?$`)

func (c *checker) required(path, value, want string) {
	switch value {
	case want:
	case "":
		c.errorf(path, "missing; want %s", want)
	default:
		c.errorf(path, "%s; want %s", spelling.Quoted(value), want)
	}
}

// name demands a DNS subdomain, which is what Kubernetes calls most things by.
func (c *checker) name(path, value string, length int, what string) {
	if len(value) > length || !dnsSubdomain.MatchString(value) {
		c.errorf(path, "%s; want %s: at most %d of a-z, 0-9, - and ., a letter or digit at both ends", spelling.Quoted(value), what, length)
	}
}

func (c *checker) cassandra() {
	k := &c.ring.Cassandra
	c.match("cassandra.version", k.Version, cassandraVersions, "5.0.x or 4.1.x, such as 5.0.9")
	if c.written("cassandra.image") {
		c.match("cassandra.image", k.Image, imageReference, "an image such as cassandra:5.0.9")
	}
	c.sizes(k)
	c.between("cassandra.numTokens", k.NumTokens, 1, settings.MaxNumTokens)
	c.between("cassandra.replicationFactor", k.ReplicationFactor, 1, maxMembers)
	c.configSize(k)
	for _, key := range sortedKeys(k.Config) {
		path := entry("cassandra.config", key)
		if err := settings.CheckConfigKey(key); err != nil {
			c.errorf(path, "%v", err)
		} else if reason, owned := settings.OwnedConfigKey(key); owned {
			c.errorf(path, "the ring owns this key: %s", reason)
		}
	}
	for i, option := range k.JVMOptions {
		path := item("cassandra.jvmOptions", i)
		if err := settings.CheckJVMOption(option); err != nil {
			c.errorf(path, "%v", err)
		} else if reason, owned := settings.OwnedJVMOption(option); owned {
			c.errorf(path, "the ring owns this option: %s", reason)
		}
	}
}

// maxConfig bounds config and jvmOptions, in bytes of JSON. The file that
// Cassandra ships takes a quarter of it. Both go into a ConfigMap, whose 1 MiB
// (https://kubernetes.io/docs/concepts/configuration/configmap/) they cannot fill then.
const maxConfig = 32 << 10

func (c *checker) configSize(k *Cassandra) {
	data, err := json.Marshal([]any{k.Config, k.JVMOptions}) // an error is a value of config that was refused already
	if err == nil && len(data) > maxConfig {
		c.errorf("cassandra.config", "%d bytes with jvmOptions; want at most %d", len(data), maxConfig)
	}
}

var cassandraVersions = regexp.MustCompile(`^(5\.0|4\.1)\.(0|[1-9][0-9]?)$`)

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
