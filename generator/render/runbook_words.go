package render

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ringwright/ringwright/templates/node"
)

var codeOfStep = regexp.MustCompile(`(?m)^\s*step ([0-9]+) ('[^']+'|[a-z0-9-]+)`)

const codesInLine = 9

// exitCodes are the node script's own, read from its calls of step.
func exitCodes() string {
	var all []string
	for _, m := range codeOfStep.FindAllStringSubmatch(node.Script(), -1) {
		if code := m[1] + " " + strings.Trim(m[2], "'"); !slices.Contains(all, code) {
			all = append(all, code)
		}
	}
	slices.Sort(all)
	var lines []string
	for line := range slices.Chunk(all, codesInLine) {
		lines = append(lines, strings.Join(line, ", "))
	}
	return strings.Join(lines, ",\n")
}

// kubernetesVersions takes a minor (1.36) or a patch (1.36.3). kubectl may be
// one minor older or newer than the API server
// (https://kubernetes.io/releases/version-skew-policy/#kubectl).
func kubernetesVersions(version string) kubernetes {
	parts := strings.SplitN(version, ".", 3)
	minor, _ := strconv.Atoi(parts[1]) // the spec demands a number
	k := kubernetes{Minor: parts[0] + "." + parts[1], Pin: version + ".*"}
	if len(parts) == 3 {
		k.Pin = version + "-*"
	}
	k.Oldest, k.Newest = fmt.Sprintf("%s.%d", parts[0], minor-1), fmt.Sprintf("%s.%d", parts[0], minor+1)
	return k
}

// minutes is how long n members take: one minute the founder, one to two each
// that joins after it. With Cassandra's default delays a founder was measured
// at 66 s, and joiners of a ring of six, with shorter ones, at 49 to 53 s.
func minutes(n int) string {
	if n == 1 {
		return "about 1 minute"
	}
	return fmt.Sprintf("%d to %d minutes", n, 2*n-1)
}

// registry is the host that an image is pulled from
// (https://github.com/distribution/reference: without one it is docker.io).
func registry(image string) string {
	host, _, ok := strings.Cut(image, "/")
	if !ok || !strings.ContainsAny(host, ".:") {
		return "docker.io"
	}
	return host
}

func when(b bool) []bool {
	if b {
		return []bool{true}
	}
	return nil
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
