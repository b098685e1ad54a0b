package nodetool

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ringwright/ringwright/sidecar/volume"
)

// dumped is what sstabledump prints for the system.local of a joined member:
// an older insert, a younger one of the row's own time, a map.
const dumped = `[
  {
    "table kind" : "REGULAR",
    "partition" : {
      "key" : [ "local" ],
      "position" : 0
    },
    "rows" : [
      {
        "type" : "row",
        "position" : 14,
        "liveness_info" : { "tstamp" : "2026-11-22T17:00:09.000456Z" },
        "cells" : [
          { "name" : "bootstrapped", "value" : "COMPLETED" },
          { "name" : "broadcast_address", "value" : "10.1.0.4", "tstamp" : "2026-11-22T17:00:01.123Z" },
          { "name" : "broadcast_port", "value" : 7000, "tstamp" : "2026-11-22T17:00:01.123Z" },
          { "name" : "cluster_name", "value" : "customers", "tstamp" : "2026-11-22T17:00:01.123Z" },
          { "name" : "data_center", "value" : "dc-eastus", "tstamp" : "2026-11-22T17:00:01.123Z" },
          { "name" : "host_id", "value" : "3f1c0a52-7d1e-4b0a-9a55-0c4b7e2f9d10", "tstamp" : "2026-11-22T17:00:01Z" },
          { "name" : "rack", "value" : "rack-1", "tstamp" : "2026-11-22T17:00:01.123Z" },
          { "name" : "rpc_port", "value" : 9042, "tstamp" : "2026-11-22T17:00:01.123Z" },
          { "name" : "tokens", "deletion_info" : { "marked_deleted" : "2026-11-22T17:00:08.999Z", "local_delete_time" : "2026-11-22T17:00:08Z" } },
          { "name" : "tokens", "path" : [ "-9111111111111111111" ], "value" : "", "tstamp" : "2026-11-22T17:00:09Z" }
        ]
      }
    ]
  }
]
`

var joined = volume.Local{
	Bootstrapped: "COMPLETED", ClusterName: "customers", DataCenter: "dc-eastus", Rack: "rack-1",
	HostID: "3f1c0a52-7d1e-4b0a-9a55-0c4b7e2f9d10", BroadcastAddress: "10.1.0.4",
}

// part builds the dump of a file that holds some cells, all of one second.
func part(second int, cells ...string) string {
	return fmt.Sprintf(`[{"partition":{"key":["local"],"position":0},"rows":[{"type":"row","position":14,"liveness_info":{"tstamp":"2026-11-22T17:01:%02dZ"},"cells":[%s]}]}]`,
		second, strings.Join(cells, ","))
}

func set(name, value string) string { return fmt.Sprintf(`{"name":%q,"value":%q}`, name, value) }

func unset(name string) string {
	return fmt.Sprintf(`{"name":%q,"deletion_info":{"local_delete_time":"2026-11-22T17:00:08Z"}}`, name)
}

// merge reads dumps as Local does.
func merge(dumps ...string) (volume.Local, error) {
	table := &localTable{columns: map[string]cell{}}
	for _, dump := range dumps {
		if err := table.add([]byte(dump)); err != nil {
			return volume.Local{}, err
		}
	}
	return table.local(), nil
}

func TestDump(t *testing.T) {
	const deletion = `"deletion_info":{"marked_deleted":"2026-11-22T17:00:30Z","local_delete_time":"2026-11-22T17:00:30Z"},`
	restarted := part(1, set("rack", "rack-1"), set("data_center", "dc-eastus"))
	with := func(f func(*volume.Local)) volume.Local {
		l := joined
		f(&l)
		return l
	}
	tests := []struct {
		name  string
		dumps []string
		want  volume.Local
	}{
		{"one file", []string{dumped}, joined},
		{"no file", nil, volume.Local{}},
		{"no rows", []string{"[]"}, volume.Local{}},
		{"a first start", []string{part(1, set("rack", "rack-1"), set("data_center", "dc-eastus"), set("host_id", joined.HostID))},
			volume.Local{HostID: joined.HostID, DataCenter: "dc-eastus", Rack: "rack-1"}},
		{"a restart's file without bootstrapped", []string{dumped, restarted}, joined},
		{"the same in the other order", []string{restarted, dumped}, joined},
		{"in progress, then completed", []string{part(2, set("bootstrapped", "IN_PROGRESS")), part(3, set("bootstrapped", "COMPLETED")), dumped}, joined},
		{"decommissioned", []string{dumped, part(4, set("bootstrapped", "DECOMMISSIONED"))}, with(func(l *volume.Local) { l.Bootstrapped = "DECOMMISSIONED" })},
		{"in progress", []string{part(4, set("bootstrapped", "IN_PROGRESS"))}, volume.Local{Bootstrapped: "IN_PROGRESS"}},
		{"needs bootstrap", []string{part(4, set("bootstrapped", "NEEDS_BOOTSTRAP"))}, volume.Local{Bootstrapped: "NEEDS_BOOTSTRAP"}},
		{"another rack later", []string{part(4, set("rack", "rack-2")), dumped}, with(func(l *volume.Local) { l.Rack = "rack-2" })},
		{"a column deleted later", []string{part(4, unset("rack")), dumped}, with(func(l *volume.Local) { l.Rack = "" })},
		{"a column deleted before", []string{part(4, unset("rack")), part(5, set("rack", "rack-3")), dumped}, with(func(l *volume.Local) { l.Rack = "rack-3" })},
		{"deleted and set at once", []string{part(4, set("rack", "rack-3")), part(4, unset("rack")), dumped}, with(func(l *volume.Local) { l.Rack = "" })},
		{"two values at once", []string{part(4, set("rack", "rack-8")), part(4, set("rack", "rack-7")), dumped}, with(func(l *volume.Local) { l.Rack = "rack-8" })},
		{"the row deleted", []string{strings.Replace(part(4, set("rack", "rack-9")), `"liveness_info"`, deletion+`"liveness_info"`, 1), dumped}, volume.Local{Rack: "rack-9"}},
		{"the partition deleted", []string{dumped, strings.Replace(part(4, set("rack", "rack-9")), `"position":0`, deletion+`"position":0`, 1)}, volume.Local{Rack: "rack-9"}},
		{"an address of IPv6, as Java prints it", []string{part(1, set("broadcast_address", "fd00:0:0:0:0:0:0:1"))}, volume.Local{BroadcastAddress: "fd00::1"}},
		{"no address", []string{part(1, set("broadcast_address", "/10.1.0.4"))}, volume.Local{BroadcastAddress: "/10.1.0.4"}},
		{"a host id in capitals", []string{strings.ReplaceAll(dumped, "3f1c0a52", "3F1C0A52")}, joined},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := merge(tt.dumps...)
			wantResult(t, got, err, tt.want, "")
		})
	}
}

func TestDumpRefuses(t *testing.T) {
	tests := []struct {
		name, old, new string
		want           string
	}{
		{"nothing", dumped, "", "not the expected JSON"},
		{"torn", "]\n      }\n    ]", "", "not the expected JSON"},
		{"a warning before", "[\n  {\n    \"table", "WARN  12:00 x\n[\n  {\n    \"table", "not the expected JSON"},
		{"an object", dumped, "{}", "not the expected JSON"},
		{"another row", `[ "local" ]`, `[ "remote" ]`, `holds the row "remote"`},
		{"no key", `"key"`, `"keys"`, `holds the row ""`},
		{"a static block", `"type" : "row"`, `"type" : "static_block"`, `holds a "static_block"`},
		{"no time", `"liveness_info"`, `"other_info"`, "bootstrapped has no time"},
		{"a time of another form", `"2026-11-22T17:00:01.123Z" },
          { "name" : "rpc`, `"yesterday" }, { "name" : "rpc`, "not the expected JSON"},
		{"a number for a rack", `"rack-1"`, `1`, "column rack is no text"},
		{"no value", `"value" : "COMPLETED"`, `"other" : 1`, "column bootstrapped is no text"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			broken := strings.Replace(dumped, tt.old, tt.new, 1)
			if broken == dumped {
				t.Fatal("the test changes nothing")
			}
			got, err := merge(broken)
			wantResult(t, got, err, volume.Local{}, tt.want)
		})
	}
}
