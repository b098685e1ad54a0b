package nodetool

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Mode is what the Cassandra of this pod does, as nodetool netstats prints it.
type Mode string

// The modes that decide something: a member that has left for good, one that is
// about to, and a joiner that will not join any more although its process lives.
// https://github.com/apache/cassandra/blob/cassandra-5.0/src/java/org/apache/cassandra/service/StorageService.java enum Mode
const (
	ModeDecommissioned Mode = "DECOMMISSIONED"
	ModeJoiningFailed  Mode = "JOINING_FAILED"
	ModeLeaving        Mode = "LEAVING"
	// ModeJoiningIdle is no mode of Cassandra's: it is JOINING while nothing is
	// streamed. 4.1 has no JOINING_FAILED; that is all its netstats tells of a
	// join that has failed, but also of one that has yet to begin.
	ModeJoiningIdle Mode = "JOINING_WITHOUT_STREAMS"
)

// Mode asks for the mode: nodetool netstats. run asks while the port 7199
// of a Cassandra that does not serve is open.
func (t *Tools) Mode(ctx context.Context) (Mode, error) {
	out, err := t.nodetool(ctx, "netstats")
	if err != nil {
		return "", err
	}
	mode, err := parseMode(string(out))
	if err != nil {
		return "", fmt.Errorf("nodetool netstats: %w", err)
	}
	return mode, nil
}

var modeForm = regexp.MustCompile(`^[A-Z][A-Z_]{1,39}$`)

// parseMode reads the first line of nodetool netstats, and the second where it
// says that there are no streams. A later one could belong to a stream, whose
// name is free text.
// https://github.com/apache/cassandra/blob/cassandra-5.0/src/java/org/apache/cassandra/tools/nodetool/NetStats.java
func parseMode(out string) (Mode, error) {
	line, rest, whole := strings.Cut(out, "\n")
	mode, ok := strings.CutPrefix(line, "Mode: ")
	if !whole || !ok || !modeForm.MatchString(mode) {
		return "", fmt.Errorf("it begins with %s, not with a mode such as Mode: NORMAL", shown(line))
	}
	if mode == "JOINING" && strings.HasPrefix(rest, "Not sending any streams.\n") {
		return ModeJoiningIdle, nil
	}
	return Mode(mode), nil
}

var versionForm = regexp.MustCompile(`^ReleaseVersion: (\d{1,3})\.\d`)

// KnowsFailedJoin says whether this Cassandra has the mode JOINING_FAILED:
// nodetool version. It came with 5.0; 4.1.10's StorageService.Mode lacks it.
func (t *Tools) KnowsFailedJoin(ctx context.Context) (bool, error) {
	out, err := t.nodetool(ctx, "version")
	if err != nil {
		return false, err
	}
	found := versionForm.FindSubmatch(out)
	if found == nil {
		line, _, _ := strings.Cut(string(out), "\n")
		return false, fmt.Errorf("nodetool version: it begins with %s, not with a version such as ReleaseVersion: 5.0.9", shown(line))
	}
	major, err := strconv.Atoi(string(found[1]))
	return major >= 5, err
}

// HostID asks for the own host id, a UUID in lower case: nodetool info. run
// asks once its Cassandra has joined and records it on the volume.
func (t *Tools) HostID(ctx context.Context) (string, error) {
	out, err := t.nodetool(ctx, "info")
	if err != nil {
		return "", err
	}
	id, err := parseHostID(string(out))
	if err != nil {
		return "", fmt.Errorf("nodetool info: %w", err)
	}
	return id, nil
}

// parseHostID reads the line ID of nodetool info.
// https://github.com/apache/cassandra/blob/cassandra-5.0/src/java/org/apache/cassandra/tools/nodetool/Info.java
func parseHostID(out string) (string, error) {
	id, found := "", 0
	for line := range strings.Lines(out) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimRight(key, " ") == "ID" {
			id, found = strings.ToLower(strings.TrimSpace(value)), found+1
		}
	}
	switch {
	case found != 1:
		return "", fmt.Errorf("it has %d lines ID, not one", found)
	case !uuidForm.MatchString(id):
		return "", fmt.Errorf("its ID is %s, not a UUID", shown(id))
	}
	return id, nil
}

// ReloadSeeds makes Cassandra read its seeds again: nodetool reloadseeds. run
// does so after it has rewritten the seeds line.
func (t *Tools) ReloadSeeds(ctx context.Context) error {
	out, err := t.nodetool(ctx, "reloadseeds")
	if err != nil {
		return err
	}
	// Cassandra keeps the old seeds and nodetool ends with 0 even when the
	// configuration could not be read.
	// https://github.com/apache/cassandra/blob/cassandra-5.0/src/java/org/apache/cassandra/tools/nodetool/ReloadSeeds.java
	if !strings.HasPrefix(string(out), "Updated seed node IP list") && !strings.HasPrefix(string(out), "Seed node list does not contain any remote node IPs") {
		return errors.New("nodetool reloadseeds: " + complaint(out))
	}
	return nil
}

// StopDaemon ends Cassandra: nodetool stopdaemon. run does so when a join has
// failed for good.
func (t *Tools) StopDaemon(ctx context.Context) error {
	_, err := t.nodetool(ctx, "stopdaemon")
	return err
}
