package azure

import (
	"errors"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"

	"github.com/ringwright/ringwright/test/rings"
)

// peeredRegion is where a region of the spec peering.yaml is deployed to.
type peeredRegion struct{ name, subscription, group string }

var peeredRegions = []peeredRegion{
	{"eastus", subscription, "shared"},
	{"southcentralus", "aaaaaaaa-0000-0000-0000-000000000001", "customers-southcentralus"},
	{"eastus-b", subscription, "shared"},
	{"northcentralus", "aaaaaaaa-0000-0000-0000-000000000002", "customers-northcentralus"},
}

// deployPeered deploys a region into the world, as the runbook does: those in a
// subscription of their own are told the default one.
func deployPeered(t *testing.T, w *world, ring *rings.Ring, r peeredRegion, tell bool) error {
	t.Helper()
	template, parameters := ring.Template(r.name)
	parsed, values := mustComplete(t, template, parameters)
	for _, p := range parsed.Parameters {
		if p.Name == "defaultSubscription" && tell {
			values[p.Name] = subscription
		}
	}
	_, _, err := deployTo(t, deployments{r.subscription, w}, r.group, template, values)
	return err
}

// TestPeeredRegionsDeployInOrder deploys a ring over three subscriptions: in the
// spec's order every pair is joined, and a second time nothing changes.
func TestPeeredRegionsDeployInOrder(t *testing.T) {
	ring := rings.Compile(t, rings.Spec(t, "peering.yaml"))
	w := newWorld()
	for range 2 {
		for i, r := range peeredRegions {
			if err := deployPeered(t, w, &ring, r, true); err != nil {
				t.Fatalf("%s: %v", r.name, err)
			}
			n := max(i+1, len(w.vnets))
			if pairs, lone := w.connected(); pairs != n*(n-1)/2 || len(lone) > 0 || len(w.peerings) != n*(n-1) {
				t.Errorf("after %s: %d pairs, %d halves, lone %q; want %d pairs", r.name, pairs, len(w.peerings), lone, n*(n-1)/2)
			}
		}
	}
}

// TestPeeredRegionsOutOfOrder: what the service refuses, so that the test before
// this one could fail.
func TestPeeredRegionsOutOfOrder(t *testing.T) {
	ring := rings.Compile(t, rings.Spec(t, "peering.yaml"))
	tests := []struct {
		name  string
		there []int // regions that are deployed before
		then  int
		tell  bool
		want  string // in the answer; empty: it is not refused
	}{
		{"the first alone", nil, 0, true, ""},
		{"the second before the first", nil, 1, true, "InvalidGlobalResourceReference"},
		{"the third without the second", []int{0}, 2, true, "InvalidGlobalResourceReference"},
		{"the second without the default subscription", []int{0}, 1, false, "InvalidGlobalResourceReference"},
		{"the third without it, which is there", []int{0, 1}, 2, false, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld()
			for _, i := range tt.there {
				if err := deployPeered(t, w, &ring, peeredRegions[i], true); err != nil {
					t.Fatal(err)
				}
			}
			err := deployPeered(t, w, &ring, peeredRegions[tt.then], tt.tell)
			var refused *azcore.ResponseError
			if got := errors.As(err, &refused); got != (tt.want != "") || got && refused.ErrorCode != tt.want {
				t.Errorf("error %v; want %q", err, tt.want)
			}
		})
	}
}

// TestReverseHalfElsewhere holds where the nested deployments go.
func TestReverseHalfElsewhere(t *testing.T) {
	ring := rings.Compile(t, rings.Spec(t, "peering.yaml"))
	template, parameters := ring.Template("northcentralus")
	_, evaluated := mustEvaluate(t, template, parameters)
	var got []string
	for _, r := range evaluated.Resources {
		if r.Nested != nil {
			id, _, _ := strings.Cut(strings.TrimPrefix(r.Nested.Resources[0].ID, "/subscriptions/"), "/providers/")
			got = append(got, id)
		}
	}
	want := subscription + "/resourceGroups/shared, " + "aaaaaaaa-0000-0000-0000-000000000001/resourceGroups/customers-southcentralus, " +
		subscription + "/resourceGroups/shared"
	if strings.Join(got, ", ") != want {
		t.Errorf("%s; want %s", strings.Join(got, ", "), want)
	}
}
