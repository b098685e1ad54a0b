package ring

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Saved is what the volume's state file holds, as far as tests look at it.
type Saved struct {
	RingID         string `json:"ringId"`
	Rack           string `json:"rack"`
	HostID         string `json:"hostId"`
	Joined         bool   `json:"joined"`
	Joining        bool   `json:"joining"`
	Founding       bool   `json:"founding"`
	Removed        bool   `json:"removed"`
	Decommissioned bool   `json:"decommissioned"`
	FailedStarts   int    `json:"failedStarts"`
}

// Saved reads the volume's state file, all zero where there is none.
func (p *Pod) Saved() Saved {
	var s Saved
	data, err := os.ReadFile(filepath.Join(p.Volume(), ".ringwright", "state.json"))
	if err == nil {
		p.Region.rig.must(json.Unmarshal(data, &s))
	}
	return s
}

// SavedHostIDs are the host ids that the volumes of the pods record, sorted.
func SavedHostIDs(pods []*Pod) []string {
	var ids []string
	for _, p := range pods {
		ids = append(ids, p.Saved().HostID)
	}
	slices.Sort(ids)
	return ids
}

// WantHostIDs holds that the ring has exactly the members with these host ids.
func (r *Rig) WantHostIDs(from *Pod, want []string) {
	r.Helper()
	members, err := from.Status()
	r.must(err)
	var got []string
	for _, m := range members {
		got = append(got, m.HostID)
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		r.Fatalf("the members are %v; want %v", got, want)
	}
}

// agentLogged says whether the pod's agent logged some words.
func (p *Pod) agentLogged(words string) bool {
	data, _ := os.ReadFile(filepath.Join(p.logDir(), "agent.log"))
	return strings.Contains(string(data), words)
}

// Logged says whether the pod's Cassandra logged some words.
func (p *Pod) Logged(words string) bool {
	data, _ := os.ReadFile(filepath.Join(p.logDir(), "system.log"))
	return strings.Contains(string(data), words)
}
