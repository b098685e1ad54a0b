package spec

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ringwright/ringwright/generator/spelling"
)

// tags applies Azure's limits, counted in characters
// (https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations).
const maxTags, maxTagName, maxTagValue = 50, 512, 256

func (c *checker) tags() {
	if len(c.ring.Tags) > maxTags {
		c.errorf("tags", "%d; Azure takes %d at most", len(c.ring.Tags), maxTags)
	}
	first := map[string]string{}
	for _, key := range sortedKeys(c.ring.Tags) {
		where, value, folded := entry("tags", key), c.ring.Tags[key], strings.ToLower(key)
		switch n := utf8.RuneCountInString(key); {
		case n == 0 || n > maxTagName || strings.ContainsAny(key, `<>%&\?/`) || strings.ContainsFunc(key, unicode.IsControl):
			c.errorf(where, `want a name of 1 to %d characters without < > %% & \ ? / and control characters`, maxTagName)
		case strings.HasPrefix(folded, "azure") || strings.HasPrefix(folded, "microsoft") || strings.HasPrefix(folded, "windows"):
			c.errorf(where, "names that begin with azure, microsoft or windows are Azure's own; want another")
		case first[folded] != "":
			c.errorf(where, "Azure takes it for the same as %s; leave one out", first[folded])
		case bracketed(key):
			c.errorf(where, "a template takes what stands in [ ] for an expression; leave the brackets out")
		}
		first[folded] = key
		if n := utf8.RuneCountInString(value); n > maxTagValue {
			c.errorf(where, "%d characters; want at most %d", n, maxTagValue)
		}
		if bracketed(value) {
			c.errorf(where, "%s: a template takes what stands in [ ] for an expression; leave the brackets out", spelling.Quoted(value))
		}
	}
}

// bracketed reports what the template language does not take as it stands
// (https://learn.microsoft.com/azure/azure-resource-manager/templates/template-expressions#escape-characters).
func bracketed(s string) bool { return strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") }
