package metadata

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/ringwright/ringwright/sidecar/settings"
)

// Source says who told where the pod is.
type Source string

// The two sources, as logs and messages name them.
const (
	FromService Source = "the metadata service"
	FromLabel   Source = "the pod's label " + ZoneLabel
)

// Place is where the pod is.
type Place struct {
	// Rack is Cassandra's rack, such as rack-0.
	Rack string
	// Source is who said so.
	Source Source
}

// Site is what the settings say of the place of all pods of the datacenter.
type Site struct {
	// Location is the settings' location, in lower case and without blanks.
	Location string
	// Racks is settings.RacksFaultDomain or settings.RacksZone: which value
	// names the rack. The other one never does.
	Racks string
}

// LocationError says that the pod is not where the settings say. It is never
// overruled: neither by another source nor by a rack that the volume has.
type LocationError struct {
	// Source is who named the other location.
	Source Source
	// Seen is the location as the source names it, and Want the settings'.
	Seen, Want string
}

func (e *LocationError) Error() string {
	return fmt.Sprintf("%s says location %s, but the settings say %s: these settings are another region's, or the pod runs in the wrong cluster", e.Source, e.Seen, e.Want)
}

// RackError says that the pod is in another rack than its StatefulSet's.
type RackError struct {
	// Source is who named the other rack.
	Source Source
	// Seen is the rack of the machine, Want the StatefulSet's.
	Seen, Want string
}

func (e *RackError) Error() string {
	return fmt.Sprintf("%s says %s, but the pod's StatefulSet is of %s: correct the label %s of the node, by which pods are placed, and delete the pod", e.Source, e.Seen, e.Want, ZoneLabel)
}

var (
	// valid is what may become part of cassandra-rackdc.properties: nothing of
	// it means anything to java.util.Properties.
	// https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/util/Properties.html#load(java.io.Reader)
	valid = regexp.MustCompile(`^[A-Za-z0-9_-]{1,48}$`)

	labelDomain = regexp.MustCompile(`^-fd([0-9]{1,48})$`)
	labelZone   = regexp.MustCompile(`^-?([0-9a-z]{1,8})$`)
	likeDomain  = regexp.MustCompile(`^fd[0-9]+$`)
)

// OfInstance is the place that the metadata service's answer means. An answer
// with another location is a *LocationError.
func (s Site) OfInstance(instance Instance) (Place, error) {
	for _, field := range []struct{ name, value string }{
		{"location", strings.ReplaceAll(instance.Location, " ", "")},
		{"zone", instance.Zone},
		{"platformFaultDomain", instance.FaultDomain},
	} {
		if field.value != "" && !valid.MatchString(field.value) {
			return Place{}, fmt.Errorf("%s says %s %s; it takes 1-48 characters of A-Z, a-z, 0-9, _ and -", FromService, field.name, quoted(field.value))
		}
	}
	location := strings.ToLower(strings.ReplaceAll(instance.Location, " ", ""))
	switch {
	case location == "":
		return Place{}, fmt.Errorf("%s names no location", FromService)
	case location != s.Location:
		return Place{}, &LocationError{Source: FromService, Seen: location, Want: s.Location}
	}
	return s.place(instance)
}

// place takes the value that racks asks for; an instance without it has no
// place, even where it has the other one.
func (s Site) place(instance Instance) (Place, error) {
	switch s.Racks {
	case settings.RacksFaultDomain:
		if instance.FaultDomain == "" {
			return Place{}, fmt.Errorf("%s names no fault domain, and racks is %s", FromService, s.Racks)
		}
		return Place{Rack: "rack-" + instance.FaultDomain, Source: FromService}, nil
	case settings.RacksZone:
		if instance.Zone == "" {
			return Place{}, fmt.Errorf("%s names no zone, and racks is %s: the machine is in none", FromService, s.Racks)
		}
		return Place{Rack: "rack-" + instance.Zone, Source: FromService}, nil
	}
	return Place{}, s.unknownRacks()
}

// OfLabels is the place that the pod's zone label means: LOCATION-fdN for a
// fault domain, LOCATION-ZONE or LOCATIONZONE for a zone.
func (s Site) OfLabels(labels map[string]string) (Place, error) {
	value, ok := labels[ZoneLabel]
	if !ok {
		return Place{}, errors.New("the pod has no label " + ZoneLabel)
	}
	rest, here := strings.CutPrefix(value, s.Location)
	switch s.Racks {
	case settings.RacksFaultDomain:
		if domain := labelDomain.FindStringSubmatch(rest); here && domain != nil {
			return Place{Rack: "rack-" + domain[1], Source: FromLabel}, nil
		}
		return Place{}, fmt.Errorf("%s is %s; with racks: %s it takes %s-fd and a number, such as %[4]s-fd0", FromLabel, quoted(value), s.Racks, s.Location)
	case settings.RacksZone:
		if zone := labelZone.FindStringSubmatch(rest); here && zone != nil && !likeDomain.MatchString(zone[1]) {
			return Place{Rack: "rack-" + zone[1], Source: FromLabel}, nil
		}
		return Place{}, fmt.Errorf("%s is %s; with racks: %s it takes %s- and a zone, such as %[4]s-1", FromLabel, quoted(value), s.Racks, s.Location)
	}
	return Place{}, s.unknownRacks()
}

func (s Site) unknownRacks() error {
	return fmt.Errorf("racks is %s; it takes %s or %s", quoted(s.Racks), settings.RacksFaultDomain, settings.RacksZone)
}
