// Command standin is what the tests put into an image in place of the sidecar.
// It is small, and uses a module, so that its SBOM has one to list.
package main

import "golang.org/x/sys/cpu"

func main() { println(cpu.IsBigEndian) }
