package settings

import (
	"net/netip"
	"net/url"
	"regexp"
	"strings"
)

// textRule is what a string must be, in words and as a test.
type textRule struct {
	takes string
	ok    func(string) bool
}

// names is the alphabet of datacenters and racks: java.util.Properties, in
// which Cassandra reads them, escapes nothing of it.
// https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/util/Properties.html#load(java.io.Reader)
var (
	names     = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
	ringNames = regexp.MustCompile(`^[a-z][a-z0-9-]+$`)
	locations = regexp.MustCompile(`^[a-z0-9_-]+$`)
	heapSizes = regexp.MustCompile(`^[1-9][0-9]{0,6}(Mi|Gi)$`)
	hostIDs   = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	dnsLabels = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)
)

// upTo is a form of at most so many bytes: counted out in a regular expression,
// the length makes it slow to compile.
func upTo(most int, form *regexp.Regexp) func(string) bool {
	return func(s string) bool { return len(s) <= most && form.MatchString(s) }
}

var (
	plainName = textRule{"1-48 characters of A-Z, a-z, 0-9, _ and -", upTo(48, names)}
	ringName  = textRule{"2-20 characters of a-z, 0-9 and -, a letter first", upTo(20, ringNames)}
	location  = textRule{"a location in lower case without blanks, such as eastus", upTo(48, locations)}
	racks     = textRule{"faultDomain or zone", func(s string) bool { return s == RacksFaultDomain || s == RacksZone }}
	founder   = textRule{"none or a pod cassandra-RACK-ORDINAL, such as cassandra-0-0", func(s string) bool { return s == NoFounder || podNames.MatchString(s) }}
	hostID    = textRule{"a host id as nodetool status prints it, a UUID in lower case", hostIDs.MatchString}
	heapSize  = textRule{"a whole number of Mi or Gi, such as 4Gi or 512Mi", heapSizes.MatchString}

	dnsName = textRule{"a DNS name in lower case without a final dot, such as cassandra-seeds.customers-eastus.svc.cluster.local", isDNSName}

	metadataURL = textRule{`"" or http://HOST or http://HOST:PORT without a path, such as http://169.254.169.254`, isMetadataURL}

	server = textRule{"an IP address and a port, such as 10.0.0.10:53", isServer}
)

// isDNSName follows RFC 1123: labels of at most 63 characters, 253 in all.
// An address is none: it could never hold the records of several pods.
// https://www.rfc-editor.org/rfc/rfc1123#page-13
func isDNSName(s string) bool {
	_, err := netip.ParseAddr(s)
	if err == nil || len(s) > 253 {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if len(label) > 63 || !dnsLabels.MatchString(label) {
			return false
		}
	}
	return true
}

// isMetadataURL takes a base to which a path can be appended as it stands.
func isMetadataURL(s string) bool {
	if s == "" {
		return true
	}
	host, isHTTP := strings.CutPrefix(s, "http://")
	u, err := url.Parse(s)
	if !isHTTP || err != nil || u.Host != host || u.Hostname() == "" {
		return false
	}
	return u.Port() == "" && !strings.HasSuffix(host, ":") || isPort(u.Port())
}

func isServer(s string) bool {
	a, err := netip.ParseAddrPort(s)
	return err == nil && a.Port() != 0 && a.Addr().Zone() == "" && !a.Addr().IsUnspecified()
}
