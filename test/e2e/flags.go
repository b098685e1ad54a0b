package e2e

import "flag"

var (
	enabled = flag.Bool("e2e", false, "build the world of two Kubernetes clusters: takes root and packages")
	keep    = flag.Bool("keep", false, "keep the logs and volumes of tests that pass, too")
	out     = flag.String("out", "", "a compiled folder to apply, in place of what ring.yaml here compiles to")
	fault   = flag.String("fault", "", "spoil what was compiled in one place, to see SeedStory fail")
	secrets = flag.String("secrets", "", "the folder of secrets that goes with -out")
)
