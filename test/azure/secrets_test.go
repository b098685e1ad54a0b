package azure

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSecretsAreProtected: the value of a secure parameter is seen nowhere but
// in properties that Azure never gives back, and it does get there.
func TestSecretsAreProtected(t *testing.T) {
	eachTemplate(t, func(t *testing.T, template, parameters []byte) {
		parsed, evaluated := mustEvaluate(t, template, parameters)
		names, used := secureParameters(parsed), map[string]bool{}
		for r := range evaluated.All() {
			seen, err := sightings(r, names)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range seen {
				used[s.parameter] = true
				if !s.protected {
					t.Errorf("%s %s shows the secure parameter %s at %s", r.Type, r.Name, s.parameter, s.path)
				}
			}
		}
		for _, name := range names {
			if !used[name] {
				t.Errorf("the secure parameter %s gets to no resource", name)
			}
		}
	})
}

func TestSecretsInTheOpen(t *testing.T) {
	template, parameters := goodTemplate(t)
	broken := edit(t, template, "Microsoft.Compute/virtualMachines/extensions", func(_, r map[string]any) {
		in(r, "properties", "settings")["token"] = "[base64(parameters('joinToken'))]"
	})
	_, evaluated := mustEvaluate(t, broken, parameters)
	var found []string
	for r := range evaluated.All() {
		seen, err := sightings(r, []string{"joinToken"})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range seen {
			if !s.protected {
				found = append(found, s.path)
			}
		}
	}
	if diff := cmp.Diff([]string{"properties.settings.token"}, found); diff != "" {
		t.Errorf("in the open (-want +got):\n%s", diff)
	}
}
