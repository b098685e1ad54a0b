package azure

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	azfake "github.com/Azure/azure-sdk-for-go/sdk/azcore/fake"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/resources/armdeployments"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/resources/armdeployments/fake"

	"github.com/ringwright/ringwright/generator/arm"
)

// polls is how often the service says that a deployment is still running.
const polls = 3

// deployments is Azure's deployments service as far as a template can be
// judged without Azure: it refuses at the door what Azure refuses there, runs
// for a few polls and answers with the outputs and the resources that a
// condition did not leave out. It is the SDK's fake server and keeps nothing but,
// where it is given a world, its VNets and peerings.
type deployments struct {
	subscription string // whose service it is; empty: that of most tests
	world        *world
}

func (d deployments) own() string {
	if d.subscription != "" {
		return d.subscription
	}
	return subscription
}

// client is the SDK's client, talking to the service.
func (d deployments) client() (*armdeployments.DeploymentsClient, error) {
	server := &fake.DeploymentsServer{BeginCreateOrUpdate: d.createOrUpdate}
	t := &transport{fake.NewDeploymentsServerTransport(server)}
	return armdeployments.NewDeploymentsClient(d.own(), &azfake.TokenCredential{}, options(t))
}

// refusal is an error as Azure answers with one.
type refusal struct {
	status        int
	code, message string
}

func (r *refusal) Error() string { return r.code + ": " + r.message }

// transport turns a refusal into the response that Azure would send: the fake
// server itself has no way to send a message along.
type transport struct {
	server *fake.DeploymentsServerTransport
}

// Do answers a request.
func (t *transport) Do(r *http.Request) (*http.Response, error) {
	response, err := t.server.Do(r)
	var refused *refusal
	if !errors.As(err, &refused) {
		return response, err
	}
	text, err := json.Marshal(map[string]any{"error": map[string]string{"code": refused.code, "message": refused.message}})
	if err != nil {
		return nil, err
	}
	return answer(r, refused.status, string(text)), nil
}

type (
	deployed = azfake.PollerResponder[armdeployments.DeploymentsClientCreateOrUpdateResponse]
	result   = armdeployments.DeploymentsClientCreateOrUpdateResponse
)

// createOrUpdate answers a PUT of a deployment.
func (d deployments) createOrUpdate(
	_ context.Context, group, name string, request armdeployments.Deployment, _ *armdeployments.DeploymentsClientBeginCreateOrUpdateOptions,
) (answer deployed, refused azfake.ErrorResponder) {
	properties, err := d.deploy(group, request.Properties)
	if err != nil {
		refused.SetError(err)
		return answer, refused
	}
	for range polls {
		answer.AddNonTerminalResponse(http.StatusCreated, nil)
	}
	id := d.groupID(group) + "/providers/Microsoft.Resources/deployments/" + name
	answer.SetTerminalResponse(http.StatusOK, result{DeploymentExtended: armdeployments.DeploymentExtended{
		ID: &id, Name: &name, Type: to.Ptr("Microsoft.Resources/deployments"), Properties: properties,
	}}, nil)
	return answer, refused
}

func (d deployments) groupID(group string) string {
	return "/subscriptions/" + d.own() + "/resourceGroups/" + group
}

// deploy judges the request and says what came of it.
func (d deployments) deploy(group string, p *armdeployments.DeploymentProperties) (*armdeployments.DeploymentPropertiesExtended, error) {
	evaluated, err := admit(d.own(), group, p)
	if err != nil {
		return nil, err
	}
	if d.world != nil {
		if err := d.world.put(evaluated); err != nil {
			return nil, err
		}
	}
	outputs := map[string]any{}
	for _, o := range evaluated.Outputs {
		outputs[o.Name] = map[string]any{"type": o.Type, "value": o.Value}
	}
	made := &armdeployments.DeploymentPropertiesExtended{
		ProvisioningState: to.Ptr(armdeployments.ProvisioningStateSucceeded), Mode: p.Mode, Outputs: outputs,
	}
	for r := range evaluated.All() {
		if r.Condition {
			made.OutputResources = append(made.OutputResources, &armdeployments.ResourceReference{ID: to.Ptr(r.ID)})
		}
	}
	return made, nil
}

// provider answers reference with what a resource provider knows once the
// resource is there.
type provider struct {
	resources map[string]*arm.EvaluatedResource
}

// reference is the runtime state of a resource of the template; another one is
// not there.
func (p provider) reference(id, _ string) (any, error) {
	r := p.resources[strings.ToLower(id)]
	switch {
	case r == nil || !r.Condition:
		return nil, fmt.Errorf("the resource %s is not there", id)
	case r.Type == "Microsoft.Network/publicIPAddresses":
		return map[string]any{"ipAddress": publicAddress, "provisioningState": "Succeeded"}, nil
	case r.Type == "Microsoft.ManagedIdentity/userAssignedIdentities":
		return map[string]any{"principalId": principal, "clientId": principal, "tenantId": tenant}, nil
	case r.Type == "Microsoft.ContainerService/managedClusters":
		return map[string]any{"fqdn": clusterName, "provisioningState": "Succeeded"}, nil
	}
	return map[string]any{"provisioningState": "Succeeded"}, nil
}

// publicAddress is the address that every public IP address is given.
const publicAddress = "203.0.113.7"

// principal is who every identity is, clusterName the API server of every cluster.
const (
	principal   = "77777777-6666-5555-4444-333333333333"
	clusterName = "customers-1a2b3c4d.hcp.eastus.azmk8s.io"
)
