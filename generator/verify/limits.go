package verify

import (
	"compress/gzip"
	"errors"
	"io"

	"github.com/ringwright/ringwright/generator/plan"
	"github.com/ringwright/ringwright/templates/node"
)

// What Azure takes of one template
// (https://learn.microsoft.com/azure/azure-resource-manager/templates/best-practices#template-limits);
// the sizes count after evaluation, too.
const (
	maxTemplate   = 4 << 20 // bytes
	maxCompressed = 1 << 20 // bytes, by gzip
	maxParameters = 256
	maxVariables  = 256
	maxResources  = 800
	maxOutputs    = 64
)

// maxScript is what the CustomScript extension takes, in characters of the
// base64 (https://github.com/Azure/custom-script-extension-linux#1-extension-schema).
const maxScript = 256 * 1024

func (g *region) checkLimits() {
	d := g.deployment
	resources := 0
	for range d.All() {
		resources++
	}
	for _, count := range []struct {
		what       string
		have, most int
	}{
		{"parameters", len(d.source.Parameters), maxParameters},
		{"variables", len(d.source.Variables), maxVariables},
		{"resources", resources, maxResources},
		{"outputs", len(d.source.Outputs), maxOutputs},
	} {
		if count.have > count.most {
			g.add(g.template(), "", "%d %s; Azure takes %d", count.have, count.what, count.most)
		}
	}
	for _, v := range d.source.Variables {
		if text, _ := v.Value.(string); v.Name == plan.NodeScriptVariable && len(text) > node.MaxScript {
			g.add(g.template(), "variable "+v.Name, "has %d characters; want at most %d, as every machine repeats it", len(text), node.MaxScript)
		}
	}
	for _, r := range d.of(extensions) {
		if script := textAt(r.Properties, "protectedSettings", "script"); len(script) > maxScript {
			g.add(g.template(), place(r, "properties.protectedSettings.script"), "has %d characters; CustomScript takes %d", len(script), maxScript)
		}
	}
	g.checkSize("as written", func(w io.Writer) error {
		_, err := w.Write(g.files[templateFile])
		return err
	})
	g.checkSize("evaluated", d.WriteJSON)
}

func (g *region) checkSize(what string, write func(io.Writer) error) {
	size := written(write)
	if size > maxTemplate {
		g.add(g.template(), "", "has %d bytes %s; Azure takes %d", size, what, maxTemplate)
	}
	if size <= maxCompressed { // gzip adds a few bytes at worst, and none to text
		return
	}
	compressed := written(func(w io.Writer) error {
		z := gzip.NewWriter(w)
		return errors.Join(write(z), z.Close())
	})
	if compressed > maxCompressed {
		g.add(g.template(), "", "has %d bytes %s and compressed; Azure takes %d", compressed, what, maxCompressed)
	}
}

// written is how much write writes. It cannot fail: a counter takes everything.
func written(write func(io.Writer) error) int {
	var n counter
	if err := write(&n); err != nil {
		panic("verify: " + err.Error())
	}
	return int(n)
}

type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
