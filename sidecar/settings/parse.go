package settings

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// Parse reads a settings file. It is strict: one document, each key once and
// spelled as it should be, every value of its kind and within its rules, no
// anchors, aliases, tags or merge keys. The error is a *Problems that holds
// everything that is wrong; name is the file's name in it. Defaults are
// filled in.
func Parse(name string, data []byte) (*Settings, error) {
	r := &reader{refused: map[*yaml.Node]bool{}}
	s := r.file(data)
	if len(r.problems) > 0 {
		return nil, &Problems{Name: name, List: sorted(r.problems)}
	}
	return s, nil
}

// file reads the one document that data must be. What it returns is of use
// only when no problem was reported.
func (r *reader) file(data []byte) *Settings {
	if len(data) > MaxSize {
		r.report(1, "", "has %d bytes; at most %d fit a ConfigMap", len(data), MaxSize)
		return nil
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var document yaml.Node
	if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
		r.report(1, "", "is empty; it takes the settings of one datacenter")
		return nil
	} else if err != nil {
		r.syntax(err)
		return nil
	}
	var second yaml.Node
	if err := decoder.Decode(&second); err == nil {
		r.report(second.Line, "", "a second document begins; a settings file is one document")
	} else if !errors.Is(err, io.EOF) {
		r.syntax(err)
	}
	root := document.Content[0]
	r.structure(root, "", 1)
	return r.settings(root)
}

var (
	// yamlError is the form of the yaml package's errors; the line is missing
	// where it is the first, and where the package does not know it.
	yamlError = regexp.MustCompile(`^yaml: (?:line ([0-9]+): )?(.*)$`)
	// fromZero is an error of its parser, which counts lines from 0, while
	// its scanner counts from 1.
	fromZero = regexp.MustCompile(`^did not find expected (<|'-'|',' or|key$|node content)`)
)

// syntax reports what the yaml package refused.
func (r *reader) syntax(err error) {
	line, message := 1, err.Error()
	if m := yamlError.FindStringSubmatch(message); m != nil {
		message = m[2]
		if n, err := strconv.Atoi(m[1]); err == nil {
			line = n
			if fromZero.MatchString(message) {
				line++
			}
		}
	}
	r.report(line, "", "is not YAML: %s", message)
}

// settings reads the keys of the file in the order of the struct, then what
// holds between them.
func (r *reader) settings(root *yaml.Node) *Settings {
	m := r.mapping(root, "", "the settings of one datacenter")
	s := &Settings{}
	s.Ring = m.text("ring", ringName)
	s.Region = m.text("region", plainName)
	s.Location = m.text("location", location)
	s.Datacenter = m.text("datacenter", plainName)
	s.Racks = m.text("racks", racks)
	s.Founder = m.text("founder", founder)
	s.Members = m.number("members", 1, maxInt32)
	s.Order = m.texts("order", plainName)
	s.Replace = s.readReplace(m)
	s.SeedsService = m.text("seedsService", dnsName)
	s.DNS = m.servers("dns")
	s.Peers = s.readPeers(m)
	s.IMDS = m.text("imds", metadataURL)
	s.IMDSTimeout = m.duration("imdsTimeout")
	s.Heap = m.text("heap", heapSize)
	s.NumTokens = m.number("numTokens", 1, MaxNumTokens)
	s.AllocationReplicationFactor = m.number("allocationReplicationFactor", 1, maxInt32)
	s.Config = m.config("config")
	s.JVMOptions = m.jvmOptions("jvmOptions")
	m.rest()
	s.checkFounder(m)
	s.checkOrder(m)
	return s
}
