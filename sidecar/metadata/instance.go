package metadata

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// Instance is what the metadata service says of the machine, word for word:
// every value is a string, and empty where it does not apply.
type Instance struct {
	// Location is the machine's region. Its spelling varies: eastus, EastUS
	// and "East US" are the same place.
	Location string
	// Zone is the subscription's name of the availability zone, such as 1.
	Zone string
	// FaultDomain is the platform fault domain, such as 0. Where a scale set
	// spreads as far as it can, every machine says 0.
	FaultDomain string
}

// errSyntax marks a body that is no JSON, which a service that is starting or
// a broken transfer may send once; anything else that is wrong with a body
// will be wrong the next time, too.
var errSyntax = errors.New("is no JSON")

// ParseInstance reads the reply to GET /metadata/instance. Keys are matched
// exactly and may stand there once; keys that it does not need may hold
// anything. A missing value is as good as an empty one, as old versions of the
// service lack some, but a value that is no string is an error.
func ParseInstance(body []byte) (Instance, error) {
	reply, err := object(body)
	if err != nil {
		return Instance{}, fmt.Errorf("the reply %w", err)
	}
	raw, ok := reply["compute"]
	if !ok {
		return Instance{}, errors.New("the reply has no compute")
	}
	compute, err := object(raw)
	if err != nil {
		return Instance{}, fmt.Errorf("compute in the reply %w", err)
	}
	var instance Instance
	for _, field := range []struct {
		key    string
		target *string
	}{
		{"location", &instance.Location},
		{"zone", &instance.Zone},
		{"platformFaultDomain", &instance.FaultDomain},
	} {
		if raw, ok := compute[field.key]; ok {
			value, err := text(raw)
			if err != nil {
				return Instance{}, fmt.Errorf("compute.%s in the reply %w", field.key, err)
			}
			*field.target = value
		}
	}
	return instance, nil
}

// object reads one JSON object. encoding/json's own decoding into structs
// would take keys in any case and the last of several.
func object(data []byte) (map[string]json.RawMessage, error) {
	if !json.Valid(data) {
		return nil, errSyntax
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	if opening, err := dec.Token(); err != nil || opening != json.Delim('{') {
		return nil, errors.New("is no object")
	}
	members := map[string]json.RawMessage{}
	for dec.More() {
		token, err := dec.Token()
		key, isKey := token.(string)
		if err != nil || !isKey {
			return nil, errSyntax
		}
		if _, twice := members[key]; twice {
			return nil, fmt.Errorf("has the key %s twice", quoted(key))
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return nil, errSyntax
		}
		members[key] = value
	}
	return members, nil
}

// text reads one JSON string; null, which json.Unmarshal would take for an
// empty one, is none.
func text(raw json.RawMessage) (string, error) {
	token, err := json.NewDecoder(bytes.NewReader(raw)).Token()
	value, ok := token.(string)
	if err != nil || !ok {
		return "", fmt.Errorf("is %s, not a string", shortened(string(raw)))
	}
	return value, nil
}
