package render

import (
	"slices"
	"strings"
)

// unheeded is what API models say that the ring does not follow: an entry for
// the models that say the same in vain, with a line for each reason.
func unheeded(b *runbook) []string {
	var lists []string
	regions, files := map[string][]string{}, map[string][]string{}
	for _, r := range b.Regions {
		for _, m := range r.Models {
			lines := ""
			for _, c := range m.Carried {
				lines += "\n  * `" + strings.Join(c.Keys, "`, `") + "`: " + c.Why + "."
			}
			if lines == "" {
				continue
			}
			if !slices.Contains(lists, lines) {
				lists = append(lists, lines)
			}
			regions[lines] = append(regions[lines], r.Name)
			if file := "`" + m.File + "`"; !slices.Contains(files[lines], file) {
				files[lines] = append(files[lines], file)
			}
		}
	}
	all := make([]string, 0, len(lists))
	for _, lines := range lists {
		all = append(all, "**"+strings.Join(regions[lines], ", ")+"**: what API models ("+strings.Join(files[lines], ", ")+
			") say here may stay and has no effect:"+lines)
	}
	return all
}
