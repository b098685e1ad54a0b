package ring

import "flag"

var (
	enabled = flag.Bool("ring", false, "run real rings: takes root, Java and Cassandra from Maven Central")
	keep    = flag.Bool("keep", false, "keep the logs and volumes of tests that pass, too")
	slow    = flag.Bool("own-delays", true, "run what keeps Cassandra's own delays, too")
)

// Enabled says whether real rings are asked for.
func Enabled() bool { return *enabled }
