package config

import (
	"errors"
	"fmt"
	"net/netip"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/ringwright/ringwright/sidecar/settings"
)

// Names of the files that are more than copied.
const (
	yamlName     = "cassandra.yaml"
	rackName     = "cassandra-rackdc.properties"
	optionsName  = "jvm-server.options"
	topologyName = "cassandra-topology.properties"
)

// Start is what one start of Cassandra is configured with. init fills it in
// once it has decided that the start may go on.
type Start struct {
	// ImageConf is the image's configuration directory, which is only read.
	ImageConf string
	// Conf is the directory to write, which is created where it is missing.
	Conf string
	// Data is the mount of the volume that holds Cassandra's directories.
	Data string
	// Address is the pod's address.
	Address netip.Addr
	// Rack is the saved rack: 1-48 characters of A-Z, a-z, 0-9, _ and -.
	Rack string
	// Seeds are the members to start from, 1 to MaxSeeds.
	Seeds []netip.Addr
	// Flags are the options that this very start needs beside those of the
	// settings, such as -Dcassandra.reset_bootstrap_progress=true.
	Flags []string
	// Settings are the settings of the datacenter, as settings.Parse gave them.
	Settings *settings.Settings
}

// Write makes Conf the image's configuration with the ring's and the
// settings' values laid over it. What an earlier start left in Conf and the
// image does not have is removed; only the file that says what the pod is
// doing stays. The error says all that is wrong with the start, or names the
// file that could not be read or written; nothing is written before all is
// read and found right. init calls it before it becomes Cassandra, and exits
// 1 where it fails.
func Write(s Start) error {
	if err := s.check(); err != nil {
		return err
	}
	files, err := readTree(s.ImageConf)
	if err != nil {
		return fmt.Errorf("image configuration: %w", err)
	}
	var errs []error
	for _, edit := range []func(tree) error{s.editYAML, s.editOptions} {
		errs = append(errs, edit(files))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	files[rackName] = file{mode: files.modeOf(rackName), data: s.rackProperties()}
	// GossipingPropertyFileSnitch would take other members' places from it
	// before they have gossiped theirs.
	delete(files, topologyName)
	return files.write(s.Conf)
}

// placeName is the form of a datacenter's or rack's name. The properties
// file needs no escaping for these characters.
var placeName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,48}$`)

// check says everything that is wrong with the start, one line each.
func (s Start) check() error {
	var errs []error
	for _, dir := range []struct{ name, path string }{{"the image's configuration", s.ImageConf}, {"the configuration", s.Conf}, {"the data", s.Data}} {
		if !filepath.IsAbs(dir.path) {
			errs = append(errs, fmt.Errorf("the directory of %s is %q; it takes an absolute path", dir.name, dir.path))
		}
	}
	if s.Settings == nil {
		return errors.Join(append(errs, errors.New("the settings are missing"))...)
	}
	for _, place := range []struct{ name, value string }{{"datacenter", s.Settings.Datacenter}, {"rack", s.Rack}} {
		if !placeName.MatchString(place.value) {
			errs = append(errs, fmt.Errorf("%s is %q; it takes 1-48 characters of A-Z, a-z, 0-9, _ and -", place.name, place.value))
		}
	}
	if wrong := wrongAddress(s.Address); wrong != "" {
		errs = append(errs, fmt.Errorf("the pod's address %s", wrong))
	}
	errs = append(errs, checkSeeds(s.Seeds), s.checkConfig(), s.checkOptions())
	return errors.Join(errs...)
}

// checkConfig refuses keys that the ring sets or guards: laid over the ring's
// own they would win.
func (s Start) checkConfig() error {
	var errs []error
	for _, key := range sortedKeys(s.Settings.Config) {
		if err := settings.CheckConfigKey(key); err != nil {
			errs = append(errs, fmt.Errorf("config: %w", err))
		} else if reason, owned := settings.OwnedConfigKey(key); owned {
			errs = append(errs, fmt.Errorf("config: %s belongs to the ring: %s", key, reason))
		}
	}
	return errors.Join(errs...)
}

// checkOptions holds what becomes a line of jvm-server.options against the
// form of one, and the spec's part against what the ring owns. The flags of
// this start are the ring's own.
func (s Start) checkOptions() error {
	var errs []error
	if _, err := javaSize(s.Settings.Heap); err != nil {
		errs = append(errs, err)
	}
	for _, option := range slices.Concat(s.Settings.JVMOptions, s.Flags) {
		if err := settings.CheckJVMOption(option); err != nil {
			errs = append(errs, fmt.Errorf("JVM options: %w", err))
		}
	}
	for _, option := range s.Settings.JVMOptions {
		if reason, owned := settings.OwnedJVMOption(option); owned {
			errs = append(errs, fmt.Errorf("jvmOptions: %s belongs to the ring: %s", option, reason))
		}
	}
	return errors.Join(errs...)
}

// rackProperties is the file in which GossipingPropertyFileSnitch looks up
// the member's own place.
// https://github.com/apache/cassandra/blob/cassandra-5.0/src/java/org/apache/cassandra/locator/GossipingPropertyFileSnitch.java
func (s Start) rackProperties() []byte {
	return fmt.Appendf(nil, "# Written by ringwright-sidecar before every start.\ndc=%s\nrack=%s\n", s.Settings.Datacenter, s.Rack)
}
