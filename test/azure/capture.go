package azure

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	azarm "github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	azfake "github.com/Azure/azure-sdk-for-go/sdk/azcore/fake"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/authorization/armauthorization/v2"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/compute/armcompute/v7"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/containerservice/armcontainerservice/v8"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/msi/armmsi"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v8"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/resources/armdeployments"

	"github.com/ringwright/ringwright/generator/arm"
)

// request is what a client sent.
type request struct {
	method, path, apiVersion string
	body                     []byte
}

// differences says where a client, asked to put the same resource, does not do
// what Azure does for the template.
func (q *request) differences(r *arm.EvaluatedResource) []string {
	var problems []string
	if q.method != http.MethodPut {
		problems = append(problems, fmt.Sprintf("the SDK's client puts it with %s", q.method))
	}
	if q.apiVersion != r.APIVersion {
		problems = append(problems, fmt.Sprintf("apiVersion: %s; the SDK's client speaks %s", r.APIVersion, q.apiVersion))
	}
	if !strings.EqualFold(q.path, r.ID) {
		problems = append(problems, fmt.Sprintf("type, name: its id is %s; the SDK's client puts it at %s", r.ID, q.path))
	}
	return problems
}

// recorder is a transport that keeps the last request and answers that it succeeded.
type recorder struct{ last *request }

// Do keeps the request.
func (t *recorder) Do(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	t.last = &request{method: r.Method, path: r.URL.Path, apiVersion: r.URL.Query().Get("api-version"), body: body}
	return answer(r, http.StatusOK, `{"properties":{"provisioningState":"Succeeded"}}`), nil
}

// answer is a response with a JSON body.
func answer(r *http.Request, status int, body string) *http.Response {
	return &http.Response{
		Request: r, StatusCode: status, Status: fmt.Sprintf("%d %s", status, http.StatusText(status)),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)),
	}
}

// put has the SDK's client put a model under the resource's name.
func put(kind resourceType, r *arm.EvaluatedResource, model any) (*request, error) {
	names := strings.Split(r.Name, "/")
	if want := strings.Count(r.Type, "/"); len(names) != want {
		return nil, fmt.Errorf("name: %q has %d segments; the type wants %d", r.Name, len(names), want)
	}
	t := &recorder{}
	c, err := newClients(t, r.ID)
	if err != nil {
		return nil, err
	}
	c.scope = strings.TrimPrefix(r.Scope, "/")
	if err := kind.put(c, names, model); err != nil {
		return nil, fmt.Errorf("the SDK's client refuses it: %w", err)
	}
	if t.last == nil {
		return nil, errors.New("the SDK's client sent nothing")
	}
	return t.last, nil
}

// options make a client talk to a transport, once.
func options(t policy.Transporter) *azarm.ClientOptions {
	return &azarm.ClientOptions{
		ClientOptions:         azcore.ClientOptions{Transport: t, Retry: policy.RetryOptions{MaxRetries: -1}},
		DisableRPRegistration: true,
	}
}

// newClients are those of the subscription and resource group that an id is in:
// what a nested deployment puts is elsewhere.
func newClients(t policy.Transporter, id string) (clients, error) {
	parsed, err := azarm.ParseResourceID(id)
	if err != nil {
		return clients{}, err
	}
	c := clients{ctx: context.Background(), group: parsed.ResourceGroupName}
	var errs [6]error
	c.network, errs[0] = armnetwork.NewClientFactory(parsed.SubscriptionID, &azfake.TokenCredential{}, options(t))
	c.compute, errs[1] = armcompute.NewClientFactory(parsed.SubscriptionID, &azfake.TokenCredential{}, options(t))
	c.deployments, errs[2] = armdeployments.NewDeploymentsClient(parsed.SubscriptionID, &azfake.TokenCredential{}, options(t))
	c.authorization, errs[3] = armauthorization.NewClientFactory(parsed.SubscriptionID, &azfake.TokenCredential{}, options(t))
	c.containers, errs[4] = armcontainerservice.NewClientFactory(parsed.SubscriptionID, &azfake.TokenCredential{}, options(t))
	c.identities, errs[5] = armmsi.NewClientFactory(parsed.SubscriptionID, &azfake.TokenCredential{}, options(t))
	return c, errors.Join(errs[:]...)
}
