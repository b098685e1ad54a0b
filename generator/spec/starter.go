package spec

import (
	_ "embed"
	"strings"
)

//go:embed starter.yaml
var starter string

// Starter is a commented spec to start from, with that dnsSuffix. It parses but
// for what only its user knows: the sidecar's image and who may reach the API servers.
func Starter(dnsSuffix string) string {
	return strings.Replace(starter, "DNSSUFFIX", dnsSuffix, 1)
}
