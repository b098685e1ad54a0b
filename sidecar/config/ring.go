package config

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"

	"go.yaml.in/yaml/v3"

	"github.com/ringwright/ringwright/sidecar/settings"
)

// heartbeatName is the file, beside Cassandra's directories and not within
// them, where a running member notes the time: a volume on which nothing but
// this was ever written holds no data.
const heartbeatName = "cassandra-heartbeat"

// editYAML lays the ring's defaults, then the spec's config, then what the
// ring owns over the image's cassandra.yaml.
func (s Start) editYAML(files tree) error {
	shipped, err := files.shipped(s.ImageConf, yamlName)
	if err != nil {
		return err
	}
	path := filepath.Join(s.ImageConf, yamlName)
	doc, err := parseDocument(shipped.data)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	values := s.values(doc)
	if err := checkShipped(doc, values); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if shipped.data, err = doc.overlay(values); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	files[yamlName] = shipped
	return nil
}

// values are all keys that are laid over the shipped file.
func (s Start) values(doc *document) map[string]any {
	values := map[string]any{
		// A member that cannot write must not look alive; Cassandra's own
		// default, stop, leaves the process running without its ports.
		"disk_failure_policy":   "die",
		"commit_failure_policy": "die",
	}
	maps.Copy(values, s.Settings.Config)
	maps.Copy(values, map[string]any{
		"cluster_name": s.Settings.Ring,
		"num_tokens":   s.Settings.NumTokens,
		"allocate_tokens_for_local_replication_factor": s.Settings.AllocationReplicationFactor,
		"seed_provider": []any{map[string]any{
			"class_name": "org.apache.cassandra.locator.SimpleSeedProvider",
			"parameters": []any{map[string]any{"seeds": seedsText(s.Seeds)}},
		}},
		"listen_address":         s.Address.Unmap().String(),
		"rpc_address":            s.Address.Unmap().String(),
		"endpoint_snitch":        "GossipingPropertyFileSnitch",
		"data_file_directories":  []any{filepath.Join(s.Data, "data")},
		"commitlog_directory":    filepath.Join(s.Data, "commitlog"),
		"hints_directory":        filepath.Join(s.Data, "hints"),
		"saved_caches_directory": filepath.Join(s.Data, "saved_caches"),
		"cdc_raw_directory":      filepath.Join(s.Data, "cdc_raw"),
	})
	// Cassandra refuses to start with a key that it does not know, and the
	// file it ships names this one, commented out, from 4.1 on.
	// https://github.com/apache/cassandra/blob/cassandra-4.1/src/java/org/apache/cassandra/service/DataResurrectionCheck.java
	if doc.mentions("startup_checks") {
		values["startup_checks"] = map[string]any{"check_data_resurrection": map[string]any{
			"enabled":        true,
			"heartbeat_file": filepath.Join(s.Data, heartbeatName),
		}}
	}
	return values
}

// harmless holds, of the keys that the ring owns and does not write, the
// values with which Cassandra ships or would go on without them.
var harmless = map[string]string{
	"auto_bootstrap":         "true",
	"native_transport_port":  "9042",
	"partitioner":            "org.apache.cassandra.dht.Murmur3Partitioner",
	"ssl_storage_port":       "7001",
	"start_native_transport": "true",
	"storage_port":           "7000",
}

// checkShipped refuses an image whose own file sets what the ring guards:
// config may not, and a changed image must not bring it in either.
func checkShipped(doc *document, values map[string]any) error {
	var errs []error
	for _, e := range doc.entries {
		reason, owned := settings.OwnedConfigKey(e.key)
		if _, set := values[e.key]; set || !owned || e.value.ShortTag() == "!!null" {
			continue
		}
		if want, ok := harmless[e.key]; ok && e.value.Kind == yaml.ScalarNode && e.value.Value == want {
			continue
		}
		errs = append(errs, fmt.Errorf("line %d: the image sets %s, which belongs to the ring: %s", e.first+1, e.key, reason))
	}
	return errors.Join(errs...)
}
