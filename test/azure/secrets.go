package azure

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/ringwright/ringwright/generator/arm"
)

// protected are the properties that Azure takes a secret in and never gives back.
var protected = []string{"properties.protectedSettings", "properties.sharedKey"}

// shows reports whether a text has a secret in it: as it is, as JSON writes it, or in base64.
func shows(text, secret string) bool {
	if secret == "" {
		return false
	}
	quoted, err := json.Marshal(secret)
	if err != nil {
		return false
	}
	return strings.Contains(text, secret) || strings.Contains(text, strings.Trim(string(quoted), `"`)) ||
		strings.Contains(text, base64.StdEncoding.EncodeToString([]byte(secret)))
}

// sighting is a place in a resource where the value of a parameter is seen.
type sighting struct {
	parameter, path string
	protected       bool
}

// sightings follows markers through a resource: those of the parameters of
// these names.
func sightings(r *arm.EvaluatedResource, parameters []string) ([]sighting, error) {
	text, err := body(r)
	if err != nil {
		return nil, err
	}
	document, err := decode(text)
	if err != nil {
		return nil, err
	}
	var all []sighting
	eachText("", document, func(path, value string) {
		inside := false
		for _, property := range protected {
			inside = inside || strings.HasPrefix(path+".", property+".")
		}
		if inside {
			if plain, err := base64.StdEncoding.DecodeString(value); err == nil {
				value = string(plain) // the script of an extension
			}
		}
		for _, name := range parameters {
			if shows(value, marker(name)) {
				all = append(all, sighting{name, path, inside})
			}
		}
	})
	return all, nil
}

// eachText visits every string of a JSON document, and every name.
func eachText(path string, value any, visit func(path, text string)) {
	switch v := value.(type) {
	case string:
		visit(path, v)
	case []any:
		for i := range v {
			eachText(fmt.Sprintf("%s[%d]", path, i), v[i], visit)
		}
	case map[string]any:
		for _, key := range sortedKeys(v) {
			below := strings.TrimPrefix(path+"."+key, ".")
			visit(below, key)
			eachText(below, v[key], visit)
		}
	}
}
