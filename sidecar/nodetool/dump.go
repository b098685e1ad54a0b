package nodetool

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/ringwright/ringwright/sidecar/volume"
)

// The form in which sstabledump prints a table, as far as it is of use.
// https://github.com/apache/cassandra/blob/cassandra-5.0/src/java/org/apache/cassandra/tools/JsonTransformer.java
type (
	dumpPartition struct {
		Partition struct {
			Key      []string      `json:"key"`
			Deletion *dumpDeletion `json:"deletion_info"`
		} `json:"partition"`
		Rows []dumpRow `json:"rows"`
	}
	dumpRow struct {
		Type     string `json:"type"`
		Liveness *struct {
			Time time.Time `json:"tstamp"`
		} `json:"liveness_info"`
		Deletion *dumpDeletion `json:"deletion_info"`
		Cells    []dumpCell    `json:"cells"`
	}
	dumpCell struct {
		Name  string          `json:"name"`
		Value json.RawMessage `json:"value"`
		// Time is missing where it is the row's.
		Time     *time.Time    `json:"tstamp"`
		Deletion *dumpDeletion `json:"deletion_info"`
	}
	dumpDeletion struct {
		// Time is missing in the deletion of one cell, which has it beside.
		Time time.Time `json:"marked_deleted"`
	}
)

// wanted are the columns that Local is made of.
var wanted = []string{"bootstrapped", "broadcast_address", "cluster_name", "data_center", "host_id", "rack"}

// localTable is the one row of system.local, put together from its files.
type localTable struct {
	columns map[string]cell
	// deleted is when the row was last deleted, which Cassandra never does.
	deleted time.Time
}

// cell is one column's value, or its deletion, at a time.
type cell struct {
	at      time.Time
	deleted bool
	value   string
}

// add merges what one file holds.
func (t *localTable) add(out []byte) error {
	var partitions []dumpPartition
	if err := json.Unmarshal(out, &partitions); err != nil {
		return fmt.Errorf("what it prints is not the expected JSON: %s", shown(err.Error()))
	}
	for _, p := range partitions {
		if !slices.Equal(p.Partition.Key, []string{"local"}) {
			return fmt.Errorf("it holds the row %s; system.local has the row local alone", shown(strings.Join(p.Partition.Key, ",")))
		}
		t.delete(p.Partition.Deletion)
		for _, row := range p.Rows {
			t.delete(row.Deletion)
			if row.Type != "row" {
				return fmt.Errorf("it holds a %s; system.local has plain rows", shown(row.Type))
			}
			if err := t.row(row); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *localTable) delete(d *dumpDeletion) {
	if d != nil && d.Time.After(t.deleted) {
		t.deleted = d.Time
	}
}

// row merges the cells of one row.
func (t *localTable) row(row dumpRow) error {
	for _, c := range row.Cells {
		if !slices.Contains(wanted, c.Name) {
			continue
		}
		next := cell{deleted: c.Deletion != nil}
		switch {
		case c.Time != nil:
			next.at = *c.Time
		case row.Liveness != nil:
			next.at = row.Liveness.Time
		default:
			return fmt.Errorf("column %s has no time", c.Name)
		}
		if !next.deleted {
			if err := json.Unmarshal(c.Value, &next.value); err != nil {
				return fmt.Errorf("column %s is no text: %s", c.Name, shown(err.Error()))
			}
		}
		if old, ok := t.columns[c.Name]; !ok || next.beats(old) {
			t.columns[c.Name] = next
		}
	}
	return nil
}

// beats says which of two cells Cassandra would keep: the younger, of two of
// the same age the deletion, else the greater value.
// https://github.com/apache/cassandra/blob/cassandra-5.0/src/java/org/apache/cassandra/db/rows/Cells.java reconcile
func (c cell) beats(old cell) bool {
	switch {
	case !c.at.Equal(old.at):
		return c.at.After(old.at)
	case c.deleted != old.deleted:
		return c.deleted
	}
	return c.value > old.value
}

// local is what the merged row says. Whether it makes sense is for Recover to
// judge, which knows what else the volume holds.
func (t *localTable) local() volume.Local {
	values := map[string]string{}
	for name, c := range t.columns {
		if !c.deleted && c.at.After(t.deleted) {
			values[name] = c.value
		}
	}
	return volume.Local{
		Bootstrapped:     values["bootstrapped"],
		ClusterName:      values["cluster_name"],
		DataCenter:       values["data_center"],
		Rack:             values["rack"],
		HostID:           strings.ToLower(values["host_id"]),
		BroadcastAddress: plainAddress(values["broadcast_address"]),
	}
}

// plainAddress writes an address as everything else here does: Java prints
// all eight groups of one of IPv6. What is none stays as it is.
// https://github.com/apache/cassandra/blob/cassandra-5.0/src/java/org/apache/cassandra/serializers/InetAddressSerializer.java
func plainAddress(text string) string {
	address, err := netip.ParseAddr(text)
	if err != nil {
		return text
	}
	return address.Unmap().String()
}
