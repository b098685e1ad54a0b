package config

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/ringwright/ringwright/sidecar/cql"
)

// maxWritten is the largest cassandra.yaml in bytes that is read back, far
// above what any version ships.
const maxWritten = 1 << 20

// Written is what run wants to know of the cassandra.yaml that Write left.
type Written struct {
	// Security is how the port for clients is protected.
	Security cql.Security
	// Seeds are the addresses on the line of the seeds, nil where they are
	// not as Write and SetSeeds write them.
	Seeds []netip.Addr
}

// WrittenFile is the file that ReadWritten reads, so that run can see that
// it has changed.
func WrittenFile(conf string) string { return filepath.Join(conf, yamlName) }

// ReadWritten reads the cassandra.yaml that Write left in conf. Where there is
// none yet the error has fs.ErrNotExist in its chain.
func ReadWritten(conf string) (Written, error) {
	path := WrittenFile(conf)
	f, err := os.Open(path)
	if err != nil {
		return Written{}, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxWritten+1))
	switch {
	case err != nil:
		return Written{}, err
	case len(data) > maxWritten:
		return Written{}, fmt.Errorf("%s: has more than %d bytes", path, maxWritten)
	}
	root, err := parseRoot(data)
	if err != nil {
		return Written{}, fmt.Errorf("%s: %w", path, err)
	}
	w := Written{Seeds: writtenSeeds(root)}
	if w.Security, err = clientSecurity(root); err != nil {
		return Written{}, fmt.Errorf("%s: %w", path, err)
	}
	return w, nil
}

// clientSecurity reads client_encryption_options as Cassandra does: a port on
// which encryption is optional takes plain connections too, and a certificate
// is asked of clients where require_client_auth is true. Without `optional` a
// port that is not encrypted takes plain connections in any case.
// https://github.com/apache/cassandra/blob/cassandra-5.0/src/java/org/apache/cassandra/config/EncryptionOptions.java tlsEncryptionPolicy
func clientSecurity(root *yaml.Node) (cql.Security, error) {
	options := child(root, "client_encryption_options")
	enabled, err1 := truth(options, "enabled")
	optional, err2 := truth(options, "optional")
	if err := errors.Join(err1, err2); err != nil {
		return cql.Plain, err
	}
	switch {
	case !enabled || optional:
		return cql.Plain, nil
	// Later versions take "optional" here as well, which turns nobody away.
	case strings.EqualFold(scalar(options, "require_client_auth"), "true"):
		return cql.MutualTLS, nil
	}
	return cql.TLS, nil
}

// truth reads a key that is true or false; a missing one is false.
func truth(n *yaml.Node, key string) (bool, error) {
	switch value := scalar(n, key); strings.ToLower(value) {
	case "true", "yes", "on":
		return true, nil
	case "", "~", "null", "false", "no", "off":
		return false, nil
	default:
		return false, fmt.Errorf("line %d: client_encryption_options.%s is %q; it takes true or false", child(n, key).Line, key, value)
	}
}

// scalar is the value of a key as it is written, or nothing.
func scalar(n *yaml.Node, key string) string {
	value := child(n, key)
	if value == nil {
		return ""
	}
	if value.Kind == yaml.AliasNode {
		value = value.Alias
	}
	return value.Value
}

// writtenSeeds are the addresses of the seeds' line.
func writtenSeeds(root *yaml.Node) []netip.Addr {
	value, err := seedsNode(root)
	if err != nil {
		return nil
	}
	var seeds []netip.Addr
	for part := range strings.SplitSeq(value.Value, ",") {
		seed, err := netip.ParseAddr(part)
		if err != nil {
			return nil
		}
		seeds = append(seeds, seed)
	}
	return seeds
}
