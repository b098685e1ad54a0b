package arm

// Usage tells where a template refers to its parameters and variables, by name, each with the paths of the values whose
// expressions do, in document order. A value that refers to one twice is listed once. Only names that stand in the
// expression as literals can be told; so the templates of this project must write them.
type Usage struct {
	Parameters map[string][]string
	Variables  map[string][]string
}

// Usage looks at every expression of the template, and at the parameters it gives to nested templates. What a nested
// template does with its own parameters is the Usage of that one (Resource.Nested).
func (t *Template) Usage() Usage {
	usage := Usage{make(map[string][]string), make(map[string][]string)}
	note := func(to map[string][]string, name, place string) {
		if paths := to[name]; len(paths) == 0 || paths[len(paths)-1] != place {
			to[name] = append(paths, place)
		}
	}
	look := func(at *path, text string) {
		if !IsExpression(text) {
			return
		}
		e, err := t.expression(text)
		if err != nil { // only in a template that was changed after Parse, and Evaluate says so
			return
		}
		literalNames(e.root, func(function, name string) {
			switch function {
			case "parameters":
				note(usage.Parameters, name, at.String())
			case "variables":
				note(usage.Variables, name, at.String())
			}
		})
	}
	var at path
	t.walk(&at, func(at *path, value any) { eachString(at, value, look) })
	return usage
}

// literalNames calls do for every call in the expression whose only argument is a literal string.
func literalNames(n node, do func(function, name string)) {
	switch v := n.(type) {
	case call:
		if len(v.arguments) == 1 {
			if l, ok := v.arguments[0].(literal); ok {
				if name, ok := l.value.(string); ok {
					do(v.function.name, name)
				}
			}
		}
		for _, argument := range v.arguments {
			literalNames(argument, do)
		}
	case property:
		literalNames(v.target, do)
	case index:
		literalNames(v.target, do)
		literalNames(v.of, do)
	}
}

// visit is called with each value that Azure would look for expressions in, with every value inside still to be walked.
type visit func(at *path, value any)

// walk calls visit for every evaluated value of the template itself, in document order, with the path where it stands.
// What is inside a nested template belongs to that one, but not the parameters it is given.
func (t *Template) walk(at *path, visit visit) {
	step := func(value any, names ...string) {
		for _, name := range names {
			at.member(name)
		}
		visit(at, value)
		for range names {
			at.pop()
		}
	}
	for _, p := range t.Parameters {
		if p.DefaultValue != nil {
			step(*p.DefaultValue, "parameters", p.Name, "defaultValue")
		}
	}
	for _, v := range t.Variables {
		step(v.Value, "variables", v.Name)
	}
	at.member("resources")
	for i := range t.Resources {
		at.element(i)
		t.Resources[i].walk(step)
		at.pop()
	}
	at.pop()
	for _, o := range t.Outputs {
		step(o.Value, "outputs", o.Name, "value")
	}
}

func (r *Resource) walk(step func(value any, names ...string)) {
	step(r.Name, "name")
	step(r.Location, "location")
	step(r.Condition, "condition")
	step(r.Scope, "scope")
	dependsOn := make([]any, len(r.DependsOn))
	for i, text := range r.DependsOn {
		dependsOn[i] = text
	}
	step(dependsOn, "dependsOn")
	step(r.SKU, "sku")
	step(r.Zones, "zones")
	step(r.Identity, "identity")
	step(r.Tags, "tags")
	step(r.Subscription, "subscriptionId")
	step(r.ResourceGroup, "resourceGroup")
	if r.Nested == nil {
		step(r.Properties, "properties")
	} else {
		step(r.arguments(), "properties", "parameters")
	}
}

// eachString calls do for every string inside the value, names of members included.
func eachString(at *path, value any, do func(at *path, text string)) {
	switch v := value.(type) {
	case string:
		do(at, v)
	case []any:
		for i, element := range v {
			at.element(i)
			eachString(at, element, do)
			at.pop()
		}
	case Object:
		for _, m := range v {
			at.member(m.Name)
			do(at, m.Name)
			eachString(at, m.Value, do)
			at.pop()
		}
	}
}
