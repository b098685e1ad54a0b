// Package arm is the part of the Azure Resource Manager template language that compiled templates are written in: it
// reads a template strictly, parses its expressions and evaluates them as a deployment would, without Azure.
//
// It exists so that a template can be proof-read (every expression evaluates, every resource id a resource touches is
// known, the evaluated size is known) and so that a test can build what the template describes. It knows nothing of
// resource providers: whether a property is spelled right inside properties, whether dependsOn names something that
// exists and whether two resources are the same one are questions for its callers.
//
// The language is a subset by intent. Copy loops, symbolic names (language version 2.0), user-defined functions, linked
// templates, child resources inside a resource, nested templates of outer scope and every function that is not in the
// table of functions.go are refused, never passed through. Names of parameters, variables and properties are compared
// with their case, where Azure would forgive a difference; names of functions and resource ids without, as in Azure.
//
// The language is described at
// https://learn.microsoft.com/azure/azure-resource-manager/templates/syntax and
// https://learn.microsoft.com/azure/azure-resource-manager/templates/template-expressions.
package arm
