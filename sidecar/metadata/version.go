package metadata

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// apiVersion is the version that is asked for: documented, served everywhere,
// and old enough for every host.
const apiVersion = "2021-12-13"

// Versions from oldestVersion on have every field that is needed (zone came
// last); newestVersion is the newest whose fields are documented. What a later
// one holds is not known, so it is not asked for.
// https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service#supported-api-versions
const (
	oldestVersion = "2017-12-01"
	newestVersion = "2025-04-07"
)

var versionDate = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)

// offered reads the versions that a reply of status 400 names where it does
// not know the version asked for, in its order; none where it means something
// else.
func offered(body []byte) []string {
	reply, err := object(body)
	if err != nil {
		return nil
	}
	var versions []string
	if json.Unmarshal(reply["newest-versions"], &versions) != nil {
		return nil
	}
	var dates []string
	for _, version := range versions {
		if versionDate.MatchString(version) {
			dates = append(dates, version)
		}
	}
	return dates
}

// usable is the newest of the versions that is known to have every field that
// is needed, if one is.
func usable(versions []string) (string, bool) {
	best := ""
	for _, version := range versions {
		if version >= oldestVersion && version <= newestVersion && version != apiVersion {
			best = max(best, version)
		}
	}
	return best, best != ""
}

// versionError says that the service does not know the version asked for.
type versionError struct {
	asked   string
	offered []string
}

func (e *versionError) Error() string {
	return fmt.Sprintf("it does not know api-version %s, only %s; those from %s to %s are understood here",
		e.asked, shortened(strings.Join(e.offered, ", ")), oldestVersion, newestVersion)
}
