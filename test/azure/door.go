package azure

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/resources/armdeployments"

	"github.com/ringwright/ringwright/generator/arm"
)

// The limits of a template
// (https://learn.microsoft.com/azure/azure-resource-manager/templates/best-practices#template-limits).
const (
	maxTemplateBytes = 4 << 20 // as sent, and with every expression evaluated
	maxResourceBytes = 1 << 20 // likewise
	maxParameters    = 256
	maxVariables     = 256
	maxOutputs       = 64
	maxResources     = 800
)

// The codes of Azure's refusals
// (https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors).
const (
	codeInvalidRequest   = "InvalidRequestContent"
	codeInvalidTemplate  = "InvalidTemplate"
	codeLocationRequired = "LocationRequired"
)

func refuse(code, format string, args ...any) error {
	return &refusal{http.StatusBadRequest, code, fmt.Sprintf(format, args...)}
}

// admit judges a deployment as Azure does before it deploys anything, and
// evaluates its template.
func admit(subscription, group string, p *armdeployments.DeploymentProperties) (*arm.Evaluated, error) {
	switch {
	case p == nil || p.Template == nil:
		return nil, refuse(codeInvalidRequest, "the deployment has no template")
	case p.Mode == nil || *p.Mode != armdeployments.DeploymentModeIncremental:
		return nil, refuse(codeInvalidRequest, "the mode is not Incremental; another one would delete what the template does not name")
	}
	text, err := json.Marshal(p.Template)
	if err != nil {
		return nil, refuse(codeInvalidRequest, "%v", err)
	}
	template, err := arm.Parse(text)
	if err != nil {
		return nil, refuse(codeInvalidTemplate, "Deployment template validation failed: %v", err)
	}
	if err := limits(template, len(text)); err != nil {
		return nil, refuse(codeInvalidTemplate, "Deployment template validation failed: %v", err)
	}
	d := arm.Deployment{SubscriptionID: subscription, TenantID: tenant, ResourceGroup: group, Location: "eastus", Parameters: map[string]any{}}
	for name, value := range p.Parameters {
		d.Parameters[name] = value.Value
	}
	// Twice: what reference may read is known once the resources have ids.
	evaluated, err := template.Evaluate(d)
	if err != nil {
		return nil, refuse(codeInvalidTemplate, "Deployment template validation failed: %v", err)
	}
	resources, err := graph(evaluated)
	if err != nil {
		return nil, refuse(codeInvalidTemplate, "Deployment template validation failed: %v", err)
	}
	if err := sizes(evaluated); err != nil {
		return nil, refuse(codeInvalidTemplate, "Deployment template validation failed: %v", err)
	}
	if err := located(evaluated); err != nil {
		return nil, refuse(codeLocationRequired, "%v", err)
	}
	d.Reference = provider{resources}.reference
	if evaluated, err = template.Evaluate(d); err != nil {
		return nil, refuse(codeInvalidTemplate, "Deployment template validation failed: %v", err)
	}
	if err := secretOutputs(template, evaluated, d.Parameters); err != nil {
		return nil, refuse(codeInvalidTemplate, "%v", err)
	}
	return evaluated, nil
}

func limits(t *arm.Template, size int) error {
	for _, limit := range []struct {
		what     string
		has, may int
	}{
		{"bytes", size, maxTemplateBytes},
		{"parameters", len(t.Parameters), maxParameters},
		{"variables", len(t.Variables), maxVariables},
		{"outputs", len(t.Outputs), maxOutputs},
		{"resources", len(t.Resources), maxResources},
	} {
		if limit.has > limit.may {
			return fmt.Errorf("the template has %d %s; at most %d are allowed", limit.has, limit.what, limit.may)
		}
	}
	return nil
}

// sizes applies the limits to the resources as they are deployed: a variable
// that is used in each of them counts each time.
func sizes(e *arm.Evaluated) error {
	total := 0
	for r := range e.All() {
		text, err := body(r)
		if err != nil {
			return err
		}
		if len(text) > maxResourceBytes {
			return fmt.Errorf("the resource '%s' has %d bytes; at most %d are allowed", r.ID, len(text), maxResourceBytes)
		}
		total += len(text)
	}
	if total > maxTemplateBytes {
		return fmt.Errorf("the template has %d bytes once it is evaluated; at most %d are allowed", total, maxTemplateBytes)
	}
	return nil
}

// located demands a location of every resource whose model has one.
func located(e *arm.Evaluated) error {
	var missing []string
	for r := range e.All() {
		kind, err := typeOf(r.Type)
		if err != nil {
			return err
		}
		if r.Nested != nil {
			continue // to a resource group, which has one
		}
		if _, has := reflect.TypeOf(kind.model()).Elem().FieldByName("Location"); has && r.Location == "" {
			missing = append(missing, r.ID)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("the location property is required: %s", strings.Join(missing, ", "))
	}
	return nil
}

// secretOutputs refuses outputs that show a secure parameter: anyone who may
// read the deployment reads its outputs.
func secretOutputs(t *arm.Template, e *arm.Evaluated, values map[string]any) error {
	var problems []error
	for _, o := range e.Outputs {
		text, err := arm.Object{{Name: "value", Value: o.Value}}.MarshalJSON()
		if err != nil {
			return err
		}
		for _, name := range secureParameters(t) {
			if secret, ok := values[name].(string); ok && shows(string(text), secret) {
				problems = append(problems, fmt.Errorf("the output %s shows the secure parameter %s", o.Name, name))
			}
		}
	}
	return errors.Join(problems...)
}

func secureParameters(t *arm.Template) []string {
	var names []string
	for _, p := range t.Parameters {
		if strings.HasPrefix(strings.ToLower(p.Type), "secure") {
			names = append(names, p.Name)
		}
	}
	return names
}
