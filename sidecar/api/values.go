package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/ringwright/ringwright/sidecar/decide"
	"github.com/ringwright/ringwright/sidecar/form"
	"github.com/ringwright/ringwright/sidecar/object"
)

// parseAddress reads an address as it is written, or nothing.
func parseAddress(key, text string) (netip.Addr, error) {
	if text == "" {
		return netip.Addr{}, nil
	}
	a, ok := form.Address(text)
	if !ok {
		return netip.Addr{}, fmt.Errorf("%s is %s; it takes an IP address or nothing", key, object.Shown(text))
	}
	return a, nil
}

// maxAge keeps the arithmetic with ages within what a Duration holds.
const maxAge = 10 * 365 * 24 * time.Hour

// milliseconds rounds an age up, so that it is never too little.
func milliseconds(age time.Duration) int64 {
	return int64((age + time.Millisecond - 1) / time.Millisecond)
}

func parseAge(key string, age int64) (time.Duration, error) {
	if age < 0 || age > int64(maxAge/time.Millisecond) {
		return 0, fmt.Errorf("%s is %d; it takes milliseconds, 0 or more", key, age)
	}
	return time.Duration(age) * time.Millisecond, nil
}

// addresses reads a list of addresses; null is none.
type addresses []netip.Addr

func (a *addresses) UnmarshalJSON(data []byte) error {
	var texts []string
	if err := json.Unmarshal(data, &texts); err != nil {
		return errors.New("is no list of texts")
	}
	for i, text := range texts {
		address, err := parseAddress("", text)
		if err != nil || text == "" {
			return fmt.Errorf("has %s as entry %d; it takes an IP address", object.Shown(text), i)
		}
		*a = append(*a, address)
	}
	return nil
}

// knownPods reads a list of pods and the members that they are.
type knownPods []decide.KnownPod

func (k *knownPods) UnmarshalJSON(data []byte) error {
	var entries []json.RawMessage
	if err := json.Unmarshal(data, &entries); err != nil {
		return errors.New("is no list")
	}
	for i, entry := range entries {
		var pod decide.KnownPod
		var address string
		if err := object.DecodeSome(entry, []object.Field{
			object.At("datacenter", &pod.Datacenter), object.At("pod", &pod.Pod), object.At("hostId", &pod.HostID), object.At("address", &address),
		}); err != nil {
			return fmt.Errorf("entry %d %w", i, err)
		}
		var err error
		pod.Address, err = parseAddress("address", address)
		if err != nil || !form.Place.MatchString(pod.Datacenter) || !form.Pod.MatchString(pod.Pod) || !form.HostID.MatchString(pod.HostID) {
			return fmt.Errorf("entry %d is no pod of a ring", i)
		}
		*k = append(*k, pod)
	}
	return nil
}

type askerJSON struct {
	Address string `json:"address"`
	Ago     int64  `json:"ago"`
}

// askers reads a list of those who asked, each once.
type askers []decide.Asker

func (a *askers) UnmarshalJSON(data []byte) error {
	var entries []json.RawMessage
	if err := json.Unmarshal(data, &entries); err != nil {
		return errors.New("is no list")
	}
	seen := map[netip.Addr]bool{}
	for i, entry := range entries {
		asker, err := parseAsker(entry)
		if err == nil && seen[asker.Address] {
			err = fmt.Errorf("is %s, as another one is", asker.Address)
		}
		if err != nil {
			return fmt.Errorf("entry %d %w", i, err)
		}
		seen[asker.Address] = true
		*a = append(*a, asker)
	}
	return nil
}

func parseAsker(data []byte) (decide.Asker, error) {
	var text string
	var ago int64
	if err := object.DecodeSome(data, []object.Field{object.At("address", &text), object.At("ago", &ago)}); err != nil {
		return decide.Asker{}, err
	}
	address, err := parseAddress("address", text)
	if err == nil && text == "" {
		err = errors.New("has no address")
	}
	if err != nil {
		return decide.Asker{}, err
	}
	age, err := parseAge("ago", ago)
	return decide.Asker{Address: address, Ago: age}, err
}
