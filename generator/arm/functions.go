package arm

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// function is a function of the template language.
type function struct {
	name string
	// least and most bound the number of arguments. A negative most is no bound.
	least, most int
	call        func(s *site, arguments []any) (any, error)
}

// functions are all that a template may call, by lower-case name: Azure does not look at the case of a function
// (https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions).
var functions = make(map[string]*function)

func init() {
	for _, f := range []function{
		{"base64", 1, 1, callBase64},
		{"concat", 1, -1, callConcat},
		{"empty", 1, 1, callEmpty},
		{"guid", 1, -1, callGUID},
		{"not", 1, 1, callNot},
		{"parameters", 1, 1, callParameters},
		{"reference", 1, 3, callReference},
		{"resourceGroup", 0, 0, callResourceGroup},
		{"resourceId", 2, -1, callResourceID},
		{"subscription", 0, 0, callSubscription},
		{"subscriptionResourceId", 2, -1, callSubscriptionResourceID},
		{"variables", 1, 1, callVariables},
	} {
		functions[strings.ToLower(f.name)] = &f
	}
}

// lookup finds the function of that name and holds the number of arguments against it.
func lookup(name string, arguments int) (*function, error) {
	f := functions[strings.ToLower(name)]
	if f == nil {
		var names []string
		for _, f := range functions {
			names = append(names, f.name)
		}
		slices.Sort(names)
		return nil, fmt.Errorf("unknown function %s; known: %s", name, strings.Join(names, ", "))
	}
	if arguments >= f.least && (f.most < 0 || arguments <= f.most) {
		return f, nil
	}
	want := strconv.Itoa(f.least)
	switch {
	case f.most < 0:
		want = "at least " + want
	case f.most > f.least:
		want += " to " + strconv.Itoa(f.most)
	}
	return nil, fmt.Errorf("%s takes %s %s, not %d", f.name, want, plural("argument", max(f.least, f.most)), arguments)
}

func plural(word string, n int) string {
	if n == 1 {
		return word
	}
	return word + "s"
}

// evaluate runs the function on its evaluated arguments. One argument that only the deployment knows makes the result
// one, too.
func (n call) evaluate(s *site) (any, error) {
	values := make([]any, len(n.arguments))
	runtime := false
	for i, argument := range n.arguments {
		value, err := argument.evaluate(s)
		if err != nil {
			return nil, err
		}
		_, unknown := value.(Runtime)
		values[i], runtime = value, runtime || unknown
	}
	if runtime {
		return n.function.later(values), nil
	}
	return n.function.call(s, values)
}

// later is the call as the deployment will make it.
func (f *function) later(arguments []any) Runtime {
	texts := make([]string, len(arguments))
	for i, argument := range arguments {
		texts[i] = describe(argument)
	}
	return Runtime{f.name + "(" + strings.Join(texts, ", ") + ")"}
}

// stringArguments are the arguments of a function that takes nothing but strings.
func stringArguments(name string, arguments []any) ([]string, error) {
	texts := make([]string, len(arguments))
	for i, argument := range arguments {
		text, ok := argument.(string)
		if !ok {
			return nil, fmt.Errorf("argument %d of %s is %s; it takes strings", i+1, name, typeName(argument))
		}
		texts[i] = text
	}
	return texts, nil
}

func callBase64(_ *site, arguments []any) (any, error) {
	texts, err := stringArguments("base64", arguments)
	if err != nil {
		return nil, err
	}
	// A machine's script is long and there are many: it is not to be held twice.
	var b strings.Builder
	b.Grow(base64.StdEncoding.EncodedLen(len(texts[0])))
	encoder := base64.NewEncoder(base64.StdEncoding, &b)
	if _, err := io.WriteString(encoder, texts[0]); err != nil {
		return nil, err
	}
	if err := encoder.Close(); err != nil {
		return nil, err
	}
	return b.String(), nil
}

// callConcat joins strings, and integers as their digits, or arrays.
// https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-string#concat
func callConcat(_ *site, arguments []any) (any, error) {
	if _, ok := arguments[0].([]any); ok {
		joined := []any{}
		for i, argument := range arguments {
			array, ok := argument.([]any)
			if !ok {
				return nil, fmt.Errorf("argument %d of concat is %s, the first an array; it joins strings or arrays", i+1, typeName(argument))
			}
			joined = append(joined, array...)
		}
		return joined, nil
	}
	var joined strings.Builder
	for i, argument := range arguments {
		switch v := argument.(type) {
		case string:
			joined.WriteString(v)
		case int64:
			joined.WriteString(strconv.FormatInt(v, 10))
		default:
			return nil, fmt.Errorf("argument %d of concat is %s; it joins strings or arrays", i+1, typeName(argument))
		}
	}
	return joined.String(), nil
}

// callEmpty follows https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-array#empty.
func callEmpty(_ *site, arguments []any) (any, error) {
	switch v := arguments[0].(type) {
	case nil:
		return true, nil
	case string:
		return v == "", nil
	case []any:
		return len(v) == 0, nil
	case Object:
		return len(v) == 0, nil
	}
	return nil, fmt.Errorf("the argument of empty is %s; it takes a string, an array or an object", typeName(arguments[0]))
}

func callNot(_ *site, arguments []any) (any, error) {
	value, ok := arguments[0].(bool)
	if !ok {
		return nil, fmt.Errorf("the argument of not is %s; it takes a boolean", typeName(arguments[0]))
	}
	return !value, nil
}

func callGUID(_ *site, arguments []any) (any, error) {
	texts, err := stringArguments("guid", arguments)
	if err != nil {
		return nil, err
	}
	return GUID(texts...), nil
}

// guidNamespace is the namespace of the template function guid, 11fb06fb-712d-4ddd-98c7-e71bbd588830.
var guidNamespace = [16]byte{0x11, 0xfb, 0x06, 0xfb, 0x71, 0x2d, 0x4d, 0xdd, 0x98, 0xc7, 0xe7, 0x1b, 0xbd, 0x58, 0x88, 0x30}

// GUID is the template function guid: the RFC 4122 UUID, version 5, of the texts joined by hyphens, in a namespace of
// Azure's own. That it is RFC 4122 section 4.3 is documented
// (https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-string#guid, quoted in
// https://github.com/MicrosoftDocs/azure-docs/issues/121776). The namespace is proven by the answer of Azure's engine for
// one argument (https://github.com/Azure/bicep, src/Bicep.Core.Samples/Files/baselines_bicepparam/Expressions). The
// hyphen is what public reimplementations agree on; no answer of the engine for several arguments was found.
func GUID(texts ...string) string {
	sum := sha1.Sum(append(guidNamespace[:], strings.Join(texts, "-")...))
	id := sum[:16]
	id[6] = id[6]&0x0f | 0x50
	id[8] = id[8]&0x3f | 0x80
	digits := hex.EncodeToString(id)
	return digits[:8] + "-" + digits[8:12] + "-" + digits[12:16] + "-" + digits[16:20] + "-" + digits[20:]
}

// callSubscription follows
// https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-resource#subscription.
func callSubscription(s *site, _ []any) (any, error) { return s.scope.subscription, nil }

// callResourceGroup follows
// https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-resource#resourcegroup.
func callResourceGroup(s *site, _ []any) (any, error) { return s.scope.resourceGroup, nil }

func callParameters(s *site, arguments []any) (any, error) {
	return s.named("parameter", s.scope.parameters, arguments[0])
}

func callVariables(s *site, arguments []any) (any, error) {
	if s.kind == inParameter {
		return nil, errors.New("the default value of a parameter cannot use variables")
	}
	return s.named("variable", s.scope.variables, arguments[0])
}

func (n literal) evaluate(*site) (any, error) { return n.value, nil }
