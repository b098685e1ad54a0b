package azure

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/resources/armdeployments"
	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/generator/arm"
	"github.com/ringwright/ringwright/test/rings"
)

// deploy deploys a template to the service, through the SDK's client, and
// reports how often it was polled.
func deploy(t *testing.T, template []byte, values map[string]any) (*armdeployments.DeploymentPropertiesExtended, int, error) {
	t.Helper()
	return deployTo(t, deployments{}, resourceGroup, template, values)
}

func deployTo(t *testing.T, service deployments, group string, template []byte, values map[string]any) (*armdeployments.DeploymentPropertiesExtended, int, error) {
	t.Helper()
	client, err := service.client()
	if err != nil {
		t.Fatal(err)
	}
	request := armdeployments.Deployment{Properties: &armdeployments.DeploymentProperties{
		Mode: to.Ptr(armdeployments.DeploymentModeIncremental), Template: json.RawMessage(template),
		Parameters: map[string]*armdeployments.DeploymentParameter{},
	}}
	for name, value := range values {
		request.Properties.Parameters[name] = &armdeployments.DeploymentParameter{Value: value}
	}
	poller, err := client.BeginCreateOrUpdate(context.Background(), group, "ring", request, nil)
	if err != nil {
		return nil, 0, err
	}
	polled := 0
	for !poller.Done() {
		polled++
		if _, err := poller.Poll(context.Background()); err != nil {
			return nil, polled, err
		}
	}
	made, err := poller.Result(context.Background())
	if err != nil {
		return nil, polled, err
	}
	return made.Properties, polled, nil
}

func mustComplete(t *testing.T, template, parameters []byte) (*arm.Template, map[string]any) {
	t.Helper()
	parsed, err := arm.Parse(template)
	if err != nil {
		t.Fatal(err)
	}
	values, err := complete(parsed, parameters)
	if err != nil {
		t.Fatal(err)
	}
	return parsed, values
}

// outputs are the texts of a deployment's outputs.
func outputs(t *testing.T, made *armdeployments.DeploymentPropertiesExtended) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for name, output := range made.Outputs.(map[string]any) {
		text, ok := output.(map[string]any)["value"].(string)
		if !ok {
			t.Errorf("output %s is no string", name)
		}
		texts[name] = text
	}
	return texts
}

func TestTemplatesDeploy(t *testing.T) {
	eachTemplate(t, func(t *testing.T, template, parameters []byte) {
		parsed, values := mustComplete(t, template, parameters)
		made, polled, err := deploy(t, template, values)
		if err != nil {
			t.Fatal(err)
		}
		if polled < polls {
			t.Errorf("polled %d times; the service was running for %d", polled, polls)
		}
		if got := *made.ProvisioningState; got != armdeployments.ProvisioningStateSucceeded {
			t.Errorf("the deployment is %s", got)
		}
		texts := outputs(t, made)
		var declared []string
		for _, o := range parsed.Outputs {
			declared = append(declared, o.Name)
		}
		slices.Sort(declared)
		if diff := cmp.Diff(declared, sortedKeys(texts)); diff != "" {
			t.Errorf("outputs (-declared +made):\n%s", diff)
		}
		if address, is := texts["gatewayIp"]; is && address != publicAddress {
			t.Errorf("gatewayIp is %q; the gateway's address is %s", address, publicAddress)
		}
	})
}

// TestSecondDeploymentJoinsPeers: where peers are found by an address, the first
// deployment leaves out what needs one and the second makes it and nothing else.
func TestSecondDeploymentJoinsPeers(t *testing.T) {
	ring := rings.Compile(t, rings.Spec(t, "peer-address-parameter.yaml"))
	template, parameters := ring.Template("eastus")
	_, values := mustComplete(t, template, parameters)
	resources := func() []string {
		made, _, err := deploy(t, template, values)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, r := range made.OutputResources {
			_, name, _ := strings.Cut(*r.ID, "/providers/")
			names = append(names, name)
		}
		return names
	}
	before := resources()
	for _, peer := range []string{"southcentralus", "uksouth"} {
		values[peer+"GatewayIp"] = publicAddress
	}
	var added []string
	for _, name := range resources() {
		if !slices.Contains(before, name) {
			added = append(added, name)
		}
	}
	slices.Sort(added)
	want := []string{
		"Microsoft.Network/connections/customers-eastus-to-southcentralus",
		"Microsoft.Network/connections/customers-eastus-to-uksouth",
		"Microsoft.Network/localNetworkGateways/customers-eastus-to-southcentralus",
		"Microsoft.Network/localNetworkGateways/customers-eastus-to-uksouth",
	}
	if diff := cmp.Diff(want, added); diff != "" {
		t.Errorf("added (-want +got):\n%s", diff)
	}
}
