// Package node holds the script that makes a virtual machine a node of a
// self-managed Kubernetes cluster (`cluster.type: vm`). It is POSIX sh in files
// of one idea each; an ARM template carries their concatenation as one literal
// variable, behind `#!/bin/sh` and a prelude of NAME='value' lines, to the
// CustomScript extension of every machine.
package node

import (
	"embed"
	"io/fs"
	"strings"
	"sync"
)

//go:embed *.sh
var files embed.FS

// run is the one file that does anything when it is read: it calls main.
const run = "99-run.sh"

// MaxScript is the most characters Script may have. The limits of an ARM
// template (4 MB raw, https://learn.microsoft.com/azure/azure-resource-manager/templates/best-practices)
// are taken after evaluation, which repeats the script once per machine.
const MaxScript = 30000

// Script returns the whole script: every file in the order of the names,
// without a shebang and without the prelude. It is ASCII.
func Script() string { return script() }

var script = sync.OnceValue(func() string { return Functions() + read(run) })

// Functions returns Script without its last file, the call of main. Sourcing it
// defines functions and a few variables and does nothing else, so a program
// that sets the prelude and ROOT (the directory every path is put under) can
// call the steps one by one: open_log first, as every command's output goes
// there; check_prelude, which decodes the token and the CA's hash, and
// set_labels before init_configuration or join_configuration.
func Functions() string {
	names, err := fs.Glob(files, "*.sh") // sorted, as embed.FS reads directories sorted
	if err != nil {
		panic("internal: node: " + err.Error())
	}
	var b strings.Builder
	for _, name := range names {
		if name != run {
			b.WriteString(read(name))
		}
	}
	return b.String()
}

func read(name string) string {
	text, err := files.ReadFile(name)
	if err != nil {
		panic("internal: node: " + err.Error())
	}
	return string(text)
}
