package azure

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/generator/arm"
	"github.com/ringwright/ringwright/test/rings"
)

// managedTemplate is that of a region on AKS.
func managedTemplate(t *testing.T) (template, parameters []byte) {
	t.Helper()
	ring := rings.Compile(t, rings.Spec(t, "aks.yaml"))
	return ring.Template("eastus")
}

const (
	cluster = "Microsoft.ContainerService/managedClusters"
	pool    = "Microsoft.ContainerService/managedClusters/agentPools"
	role    = "Microsoft.Authorization/roleAssignments"
)

// subnets before and after AKS has joined the VNet.
func subnets(t *testing.T, template, parameters []byte) (before, after string) {
	t.Helper()
	_, evaluated := mustEvaluate(t, template, parameters)
	declared, _ := subnetsOf(evaluated)
	found, err := joined(evaluated)
	if err != nil {
		t.Fatal(err)
	}
	list := make([]any, 0, len(declared))
	for _, s := range declared {
		list = append(list, s)
	}
	encode := func(values []any) string {
		text, err := arm.Object{{Name: "subnets", Value: values}}.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	return encode(list), encode(found)
}

// TestSecondDeploymentChangesNothing: what AKS adds to the VNet is what the
// template says already, so putting it again takes nothing away; and a role
// assignment has the name that it had.
func TestSecondDeploymentChangesNothing(t *testing.T) {
	template, parameters := managedTemplate(t)
	before, after := subnets(t, template, parameters)
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("subnets (-declared +after AKS has joined):\n%s", diff)
	}
	_, first := mustEvaluate(t, template, parameters)
	_, second := mustEvaluate(t, template, parameters)
	if diff := cmp.Diff(ids(first), ids(second)); diff != "" {
		t.Errorf("resources (-first +second):\n%s", diff)
	}
	broken := edit(t, template, vnet, func(_, r map[string]any) {
		delete(in(r, "properties", "subnets", "0", "properties"), "delegations")
	})
	if before, after := subnets(t, broken, parameters); before == after {
		t.Error("a delegation that is left to AKS goes unseen")
	}
}

func ids(e *arm.Evaluated) []string {
	var all []string
	for r := range e.All() {
		all = append(all, r.ID)
	}
	return all
}

// TestManagedDeployment deploys a region on AKS: its role is given to the
// identity that it made, and the API server's name is known at the end.
func TestManagedDeployment(t *testing.T) {
	template, parameters := managedTemplate(t)
	_, values := mustComplete(t, template, parameters)
	made, polled, err := deploy(t, template, values)
	if err != nil {
		t.Fatal(err)
	}
	if polled < polls {
		t.Errorf("polled %d times, want %d at least", polled, polls)
	}
	want := map[string]any{"type": "string", "value": "https://" + clusterName}
	if diff := cmp.Diff(want, made.Outputs.(map[string]any)["apiServer"]); diff != "" {
		t.Errorf("apiServer (-want +got):\n%s", diff)
	}
	parsed, err := arm.Parse(template)
	if err != nil {
		t.Fatal(err)
	}
	d := arm.Deployment{SubscriptionID: subscription, TenantID: tenant, ResourceGroup: resourceGroup, Location: "eastus", Parameters: values}
	evaluated, err := parsed.Evaluate(d)
	if err != nil {
		t.Fatal(err)
	}
	resources, err := graph(evaluated)
	if err != nil {
		t.Fatal(err)
	}
	d.Reference = provider{resources}.reference
	if evaluated, err = parsed.Evaluate(d); err != nil {
		t.Fatal(err)
	}
	for r := range evaluated.All() {
		if r.Type == role {
			if got, _ := r.Properties.Get("principalId"); got != principal {
				t.Errorf("the role is given to %v, want %s", got, principal)
			}
		}
	}
}

// managedFaults are faults in a region on AKS.
var managedFaults = []fault{
	{"mode in another case", cluster, func(r map[string]any) {
		in(r, "properties", "agentPoolProfiles", "0")["mode"] = "system"
	}, `Properties.AgentPoolProfiles[0].Mode: "system"; want one of`},
	{"pool without a name", cluster, func(r map[string]any) {
		delete(in(r, "properties", "agentPoolProfiles", "0"), "name")
	}, "Properties.AgentPoolProfiles[0].Name: required and absent"},
	{"zones as zones", pool, func(r map[string]any) {
		r["zones"] = in(r, "properties")["availabilityZones"]
	}, "zones: the model drops it"},
	{"surge as a number", pool, func(r map[string]any) {
		in(r, "properties", "upgradeSettings")["maxSurge"] = 1
	}, "cannot unmarshal number"},
	{"no such mode of DNS", pool, func(r map[string]any) {
		in(r, "properties", "localDNSProfile")["mode"] = "Off"
	}, `Properties.LocalDNSProfile.Mode: "Off"; want one of`},
	{"no such day", "Microsoft.ContainerService/managedClusters/maintenanceConfigurations", func(r map[string]any) {
		in(r, "properties", "maintenanceWindow", "schedule", "weekly")["dayOfWeek"] = "Tues"
	}, `DayOfWeek: "Tues"; want one of`},
	{"read-only name of the API server", cluster, func(r map[string]any) { in(r, "properties")["fqdn"] = "x" }, "Properties.Fqdn: read-only"},
	{"another API version", cluster, func(r map[string]any) { r["apiVersion"] = "2025-10-01" }, "the SDK's client speaks 2025-09-01"},
	{"role without a principal", role, func(r map[string]any) { delete(in(r, "properties"), "principalId") }, "Properties.PrincipalID: required and absent"},
}

func TestFaultsInManagedResources(t *testing.T) {
	template, parameters := managedTemplate(t)
	finds(t, template, parameters, managedFaults)
}
