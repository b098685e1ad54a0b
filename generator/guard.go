package generator

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/ringwright/ringwright/generator/plan"
	"github.com/ringwright/ringwright/sidecar/settings"
)

// Guard holds new files against those that dir has and refuses what would cost
// members or make a second ring: fewer replicas of a StatefulSet than before,
// unless its region is in decommissioned, and a founder where there was another
// one or none. A folder that is not there has nothing to guard.
func (f Files) Guard(dir string, decommissioned []string) error {
	if len(decommissioned) == 0 && f.manifestsAreIn(dir) {
		return nil // the usual case, without reading what they say
	}
	had, err := inFolder(dir)
	if err != nil {
		return err
	}
	if len(had.sets) == 0 && len(decommissioned) == 0 {
		return nil // nothing that could be lost
	}
	have, err := inFiles(f)
	if err != nil {
		return err
	}
	var errs []error
	for _, region := range decommissioned {
		if !had.regions[region] && !have.regions[region] {
			errs = append(errs, fmt.Errorf("--decommissioned %s: there is no such region in %s or in the spec", region, dir))
		}
	}
	errs = append(errs, had.lowered(have, decommissioned)...)
	if len(had.sets) > 0 && had.founder != have.founder && have.founder != settings.NoFounder {
		errs = append(errs, had.founding(have.founder, dir))
	}
	return errors.Join(errs...)
}

// manifestsAreIn reports whether dir holds the manifests as they are here, and no others.
func (f Files) manifestsAreIn(dir string) bool {
	root := os.DirFS(dir)
	there, err := fs.Glob(root, manifest)
	if err != nil {
		return false
	}
	n := 0
	for _, p := range f.Paths() {
		if ok, err := path.Match(manifest, p); err != nil || !ok {
			continue
		}
		if n >= len(there) || there[n] != p {
			return false
		}
		n++
		if data, err := fs.ReadFile(root, p); err != nil || !bytes.Equal(data, f[p]) {
			return false
		}
	}
	return n == len(there)
}

// deployed is what a compiled folder says about members and founder.
type deployed struct {
	regions map[string]bool
	sets    []stateful // by region, then name
	founder string     // a region's name, or none
}

type stateful struct {
	region, name, namespace string
	replicas                int32
	deployed                bool // the region's cluster was made here, and its kubeconfig
}

// lowered is an error for each StatefulSet that loses members.
func (d deployed) lowered(now deployed, decommissioned []string) []error {
	var errs []error
	for _, set := range d.sets {
		after := int32(0)
		for _, s := range now.sets {
			if s.region == set.region && s.name == set.name {
				after = s.replicas
			}
		}
		if after < set.replicas && !slices.Contains(decommissioned, set.region) {
			errs = append(errs, set.refusal(after))
		}
	}
	return errs
}

// founding refuses another founder.
func (d deployed) founding(founder, dir string) error {
	if d.founder == settings.NoFounder {
		return fmt.Errorf("founder: %s, but it is none in %s, as the ring exists, and stays none: a second founder is a second ring; write founder: none", founder, dir)
	}
	return fmt.Errorf("founder: %s, but it is %s in %s and may only become none: a second founder is a second ring; write founder: %s, or founder: none once the ring exists",
		founder, d.founder, dir, d.founder)
}

// refusal says what has to happen before the set may have only that many members.
func (s stateful) refusal(after int32) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s would go from %d to %d members, and their data with them; decommission them first, one at a time, the last first:",
		s.region, s.name, s.replicas, after)
	kubectl := "kubectl"
	if s.deployed {
		kubectl += " --kubeconfig secrets/" + s.region + "/kubeconfig"
	}
	for n := s.replicas - 1; n >= after; n-- {
		fmt.Fprintf(&b, "\n  %s -n %s exec %s-%d -c cassandra -- nodetool decommission", kubectl, s.namespace, s.name, n)
	}
	fmt.Fprintf(&b, "\nthen run this again with --decommissioned %s", s.region)
	return errors.New(b.String())
}

// manifest is the path of a Kubernetes object's file in a compiled folder.
const manifest = "*/[0-9][0-9]-*.yaml"

// What a manifest is, however its lines end.
var (
	isStatefulSet = regexp.MustCompile(`(?m)^kind: StatefulSet\s*$`)
	isConfigMap   = regexp.MustCompile(`(?m)^kind: ConfigMap\s*$`)
)

// inFolder reads what an earlier run wrote into a folder about members and
// founder; other files there are not the ring's.
func inFolder(dir string) (deployed, error) {
	root := os.DirFS(dir)
	_, known, err := readRecord(root)
	if err != nil {
		return deployed{}, fmt.Errorf("%s: %w", path.Join(dir, record), cause(err))
	}
	return read(dir, known, func(p string) ([]byte, error) { return fs.ReadFile(root, p) })
}

// inFiles reads what compiled files say about members and founder.
func inFiles(f Files) (deployed, error) {
	return read("", f.Paths(), func(p string) ([]byte, error) { return f[p], nil })
}

// read takes dir only to name a file in an error.
func read(dir string, paths []string, file func(p string) ([]byte, error)) (deployed, error) {
	d := deployed{regions: map[string]bool{}, founder: settings.NoFounder}
	made := map[string]bool{}
	for _, p := range paths {
		if dir, _, ok := strings.Cut(p, "/azure/"); ok {
			made[dir] = true
		}
	}
	for _, p := range paths {
		if ok, err := path.Match(manifest, p); err != nil || !ok {
			continue
		}
		data, err := file(p)
		if errors.Is(err, fs.ErrNotExist) {
			continue // the record of a run that was interrupted is ahead of its files
		}
		if err != nil {
			return d, fmt.Errorf("%s: %w", path.Join(dir, p), cause(err))
		}
		d.regions[path.Dir(p)] = true
		switch {
		case isStatefulSet.Match(data):
			err = d.addSet(path.Dir(p), data, made[path.Dir(p)])
		case isConfigMap.Match(data):
			err = d.addFounder(path.Dir(p), data)
		}
		if err != nil {
			return d, fmt.Errorf("%s: %w; restore it from version control", path.Join(dir, p), err)
		}
	}
	return d, nil
}

func (d *deployed) addSet(region string, data []byte, made bool) error {
	var set appsv1.StatefulSet
	if err := yaml.Unmarshal(data, &set); err != nil {
		return err
	}
	if set.Spec.Replicas == nil {
		return errors.New("no spec.replicas")
	}
	d.sets = append(d.sets, stateful{region, set.Name, set.Namespace, *set.Spec.Replicas, made})
	return nil
}

// addFounder reads one key only: an older version's settings may lack others.
func (d *deployed) addFounder(region string, data []byte) error {
	var config corev1.ConfigMap
	if err := yaml.Unmarshal(data, &config); err != nil {
		return err
	}
	var s struct {
		Founder string `json:"founder"`
	}
	if err := yaml.Unmarshal([]byte(config.Data[plan.SettingsFile]), &s); err != nil {
		return err
	}
	if s.Founder != "" && s.Founder != settings.NoFounder {
		d.founder = region
	}
	return nil
}
