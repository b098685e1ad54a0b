package verify

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"github.com/ringwright/ringwright/generator/arm"
	"github.com/ringwright/ringwright/generator/secrets"
)

// checkParameters sees that every parameter is used and gets a value, and that
// secrets go nowhere but where Azure keeps them.
func (g *region) checkParameters() {
	d := g.deployment
	for _, p := range d.source.Parameters {
		where := "parameter " + p.Name
		if len(d.usage.Parameters[p.Name]) == 0 {
			g.add(g.template(), where, "is used nowhere")
		}
		if !isSecure(p) {
			if isSecret(p.Name) {
				g.add(g.template(), where, "has the type %s; want securestring, as its value is a secret", p.Type)
			}
			continue
		}
		if p.DefaultValue != nil {
			g.add(g.template(), where, "is a %s with a default, which everyone can read; want none", p.Type)
		}
		for _, path := range g.leaks(d.usage.Parameters[p.Name]) {
			g.add(g.template(), where, "is a secret and goes to %s; want it in protectedSettings and sharedKey only", path)
		}
	}
	for _, v := range d.source.Variables {
		if len(d.usage.Variables[v.Name]) == 0 {
			g.add(g.template(), "variable "+v.Name, "is used nowhere")
		}
	}
	g.checkValues()
}

func isSecure(p arm.Parameter) bool {
	return strings.EqualFold(p.Type, "securestring") || strings.EqualFold(p.Type, "secureobject")
}

// isSecret reports whether what `ringwright secrets` gives to the parameter is
// for nobody's eyes: private keys, the join token, keys that two gateways share.
func isSecret(name string) bool {
	for _, variable := range slices.Concat(joinSecrets, keySecrets) {
		if camel(variable) == name {
			return strings.HasSuffix(variable, "_TOKEN") || strings.HasSuffix(variable, "_KEY") && !strings.HasSuffix(variable, "_PUBLIC_KEY")
		}
	}
	return strings.HasSuffix(name, sharedKeySuffix)
}

// secretPlaces are the properties that Azure never shows again
// (https://learn.microsoft.com/azure/azure-resource-manager/templates/best-practices#security-recommendations-for-parameters).
var secretPlaces = regexp.MustCompile(`^resources\[[0-9]+\]\.properties\.(protectedSettings\..+|sharedKey|osProfile\.adminPassword)$`)

// leaks are the paths, out of those that refer to a secret, where it can be
// read. What refers to it through a variable or a parameter's default is followed.
func (g *region) leaks(paths []string) []string {
	var open []string
	seen := map[string]bool{}
	for len(paths) > 0 {
		path := paths[0]
		paths = paths[1:]
		if seen[path] || secretPlaces.MatchString(path) {
			continue
		}
		seen[path] = true
		if rest, ok := strings.CutPrefix(path, "variables."); ok {
			name, _, _ := strings.Cut(rest, ".")
			name, _, _ = strings.Cut(name, "[")
			paths = append(slices.Clone(g.deployment.usage.Variables[name]), paths...)
			continue
		}
		open = append(open, g.readable(path))
	}
	return open
}

// resourcePath begins the path of a value in a resource.
var resourcePath = regexp.MustCompile(`^resources\[([0-9]+)\]\.`)

// readable is a path with the resource's name in place of its number.
func (g *region) readable(path string) string {
	for i := range g.deployment.Resources {
		prefix := resourcePath.FindString(path)
		if prefix != "" && prefix == "resources["+itoa(i)+"]." {
			return place(&g.deployment.Resources[i], path[len(prefix):])
		}
	}
	return path
}

// checkValues holds what gives parameters their values, the committed file and
// `ringwright secrets`, against what the template declares.
func (g *region) checkValues() {
	file := g.file(parametersFile)
	data, ok := g.files[parametersFile]
	if !ok {
		g.add(file, "", "is missing")
		return
	}
	committed, err := arm.ParseParameters(data)
	if err != nil {
		g.errors(file, "", err)
		return
	}
	made := secrets.ParameterNames(secrets.Region{
		Name: g.name, APIHost: g.plan.Cluster.APIHost, Peers: g.plan.Secrets.Peers, MakeSSHKey: g.plan.Secrets.MakeSSHKey,
	})
	declared := map[string]bool{}
	for _, p := range g.deployment.source.Parameters {
		declared[p.Name] = true
		_, here := committed[p.Name]
		there := slices.Contains(made, p.Name)
		where := "parameter " + p.Name
		switch {
		case here && there:
			g.add(file, where, "is given here and by `ringwright secrets`; want each in one place")
		case here && isSecure(p):
			g.add(file, where, "is a secret; no secret is in out/")
		case !here && !there && p.DefaultValue == nil:
			g.add(file, where, "is given neither here nor by `ringwright secrets` and has no default")
		}
	}
	for name := range committed {
		if !declared[name] {
			g.add(file, "parameter "+name, "is not declared by the template")
		}
	}
	for _, name := range made {
		if !declared[name] {
			g.add(g.template(), "parameter "+name, "is given by `ringwright secrets` but not declared")
		}
	}
}

// privateKeys are what a private key begins with as PEM
// (https://www.rfc-editor.org/rfc/rfc7468), as PEM in base64, and in PuTTY's form.
var privateKeys = [][]byte{[]byte(" PRIVATE KEY-----"), []byte("-----BEGIN PRIVATE KEY"), []byte("LS0tLS1CRUdJTi"), []byte("PuTTY-User-Key-File-")}

// keys looks for private keys: no file of out/ holds one, whatever kind it is.
func (r *ring) keys(file string, data []byte) {
	for _, form := range privateKeys {
		if bytes.Contains(data, form) {
			r.add(file, "", "holds what looks like a private key, %s; no secret is in out/", bytes.TrimSpace(form))
			return
		}
	}
}
