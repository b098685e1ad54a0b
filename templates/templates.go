// Package templates holds the text/template files of everything in out/, and
// the node script. It is data: the generator decides, these only print.
package templates

import "embed"

// FS holds the template files: arm (one YAML fragment for each kind of Azure
// resource), manifests (one file for each file of a region) and runbook.
//
//go:embed arm/*.tmpl manifests/*.tmpl runbook/*.tmpl
var FS embed.FS
