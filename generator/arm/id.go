package arm

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// SameID tells whether two resource ids name one resource: Azure does not look at their case.
func SameID(a, b string) bool { return strings.EqualFold(a, b) }

// ParentID returns the id of the resource that holds the one of the given id, and whether there is one: a virtual
// network for its subnet, the extended resource for an extension such as a role assignment. What stands directly in a
// resource group or subscription has none.
func ParentID(id string) (string, bool) {
	parts := strings.Split(id, "/")
	if len(parts) < 5 || parts[0] != "" {
		return "", false
	}
	parts = parts[:len(parts)-2]
	if strings.EqualFold(parts[len(parts)-2], "providers") {
		parts = parts[:len(parts)-2]
	}
	if !slices.ContainsFunc(parts, func(part string) bool { return strings.EqualFold(part, "providers") }) {
		return "", false
	}
	return strings.Join(parts, "/"), true
}

// guidPattern is what a subscription or tenant id looks like.
var guidPattern = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)

func isGUID(s string) bool { return len(s) == 36 && guidPattern.MatchString(s) }

// checkSegment refuses what would change the shape of the id that it becomes a part of.
func checkSegment(what, text string) error {
	if text == "" || strings.Contains(text, "/") {
		return fmt.Errorf("%s %q is empty or holds a slash", what, text)
	}
	return nil
}

// checkType holds a resource type against the shape namespace/type[/type...].
func checkType(name string) error {
	parts := strings.Split(name, "/")
	if len(parts) < 2 || slices.Contains(parts, "") {
		return fmt.Errorf("resource type %q is not of the form Microsoft.Network/virtualNetworks[/subnets]", name)
	}
	return nil
}

func subscriptionScope(subscription string) string { return "/subscriptions/" + subscription }

func resourceGroupScope(subscription, group string) string {
	return subscriptionScope(subscription) + "/resourceGroups/" + group
}

// resourceID is the id of a resource under a scope, with one name for each segment of its type after the namespace.
func resourceID(scope, resourceType string, names []string) (string, error) {
	if err := checkType(resourceType); err != nil {
		return "", err
	}
	parts := strings.Split(resourceType, "/")
	if want := len(parts) - 1; len(names) != want {
		return "", fmt.Errorf("type %s needs %d %s, not %d", resourceType, want, plural("name", want), len(names))
	}
	var id strings.Builder
	id.Grow(len(scope) + len(resourceType) + 64)
	id.WriteString(scope + "/providers/" + parts[0])
	for i, name := range names {
		if err := checkSegment("name", name); err != nil {
			return "", err
		}
		id.WriteString("/" + parts[i+1] + "/" + name)
	}
	return id.String(), nil
}

// relativeID completes an id that starts at its namespace, such as Microsoft.Network/virtualNetworks/v.
func relativeID(scope, text string) (string, bool) {
	parts := strings.Split(text, "/")
	if len(parts) < 3 || len(parts)%2 == 0 || !strings.Contains(parts[0], ".") || slices.Contains(parts, "") {
		return "", false
	}
	return scope + "/providers/" + text, true
}

// callResourceID is resourceId([subscription], [resource group], type, name, ...)
// (https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-resource#resourceid).
func callResourceID(s *site, arguments []any) (any, error) {
	texts, err := stringArguments("resourceId", arguments)
	if err != nil {
		return nil, err
	}
	at, err := typeArgument("resourceId", texts, 2)
	if err != nil {
		return nil, err
	}
	scope := s.scope.id
	switch at {
	case 1:
		if isGUID(texts[0]) {
			return nil, errors.New("resourceId with a subscription takes the resource group before the type, too")
		}
		scope = resourceGroupScope(s.scope.deployment.SubscriptionID, texts[0])
	case 2:
		if !isGUID(texts[0]) {
			return nil, fmt.Errorf("the subscription %q of resourceId is not a GUID", texts[0])
		}
		scope = resourceGroupScope(texts[0], texts[1])
	}
	if at > 0 {
		if err := checkSegment("the resource group", texts[at-1]); err != nil {
			return nil, err
		}
	}
	return s.touch(scope, texts[at:])
}

// callSubscriptionResourceID is subscriptionResourceId([subscription], type, name, ...)
// (https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-resource#subscriptionresourceid).
func callSubscriptionResourceID(s *site, arguments []any) (any, error) {
	texts, err := stringArguments("subscriptionResourceId", arguments)
	if err != nil {
		return nil, err
	}
	at, err := typeArgument("subscriptionResourceId", texts, 1)
	if err != nil {
		return nil, err
	}
	subscription := s.scope.deployment.SubscriptionID
	if at == 1 {
		if subscription = texts[0]; !isGUID(subscription) {
			return nil, fmt.Errorf("the subscription %q of subscriptionResourceId is not a GUID", subscription)
		}
	}
	return s.touch(subscriptionScope(subscription), texts[at:])
}

// typeArgument finds the resource type among the arguments: the one with slashes, as in Azure.
func typeArgument(function string, texts []string, most int) (int, error) {
	at := slices.IndexFunc(texts, func(text string) bool { return strings.Contains(text, "/") })
	if at < 0 || at > most {
		return 0, fmt.Errorf("none of the first %d arguments of %s is a resource type such as Microsoft.Network/virtualNetworks", most+1, function)
	}
	return at, nil
}

// touch makes the id of type and names and notes that the expression used it.
func (s *site) touch(scope string, typeAndNames []string) (any, error) {
	id, err := resourceID(scope, typeAndNames[0], typeAndNames[1:])
	if err != nil {
		return nil, err
	}
	s.use(id, false)
	return id, nil
}

var apiVersionPattern = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}(-[a-z]+)?$`)

// callReference is reference(name or id, [API version]): the properties of a resource once it is there
// (https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-resource#reference).
func callReference(s *site, arguments []any) (any, error) {
	if !s.kind.runtime() {
		return nil, errors.New("reference is a run-time function: only properties and outputs can call it")
	}
	texts, err := stringArguments("reference", arguments)
	if err != nil {
		return nil, err
	}
	if len(texts) == 3 {
		return nil, errors.New("reference with a third argument, 'Full', is not supported")
	}
	id, err := s.scope.target(texts[0])
	if err != nil {
		return nil, err
	}
	version := s.scope.apiVersion(id)
	if len(texts) == 2 {
		version = texts[1]
	}
	switch {
	case version == "":
		return nil, fmt.Errorf("reference to %s, which is not in this template, needs an API version", id)
	case !apiVersionPattern.MatchString(version):
		return nil, fmt.Errorf("API version %q is not of the form 2025-03-01", version)
	}
	s.use(id, true)
	if s.scope.deployment.Reference == nil {
		return functions["reference"].later([]any{id, version}), nil
	}
	value, err := s.scope.deployment.Reference(id, version)
	if err == nil {
		value, err = normal(value)
	}
	if err != nil {
		return nil, fmt.Errorf("reference to %s: %w", id, err)
	}
	return value, nil
}
