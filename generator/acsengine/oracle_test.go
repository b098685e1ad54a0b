package acsengine_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ringwright/ringwright/generator/spec"
)

// oracle is a folder with verdicts of two releases of acs-engine on models. It
// is not part of the repository.
const oracle = "../../../shared/acs-engine"

// differences are all cases in which a ring takes a model that a release
// refused, or refuses one that it took, by the reason. A file of its examples
// stands for itself; "filled" is the same with dnsPrefix, keyData, clientId and
// secret filled in, which most leave empty.
var differences = map[string][]string{
	"what the deployment scripts filled in may be empty": {
		"ssh key empty", "sp clientId empty", "firstIP empty w/ vnet",
		"azure-cni/k8s-vnet-scaledown.json", "azure-cni/k8s-vnet-scaleup.json", "disks-managed/kubernetes-preAttachedDisks-vmas.json",
		"disks-managed/kubernetes-vmas.json", "disks-storageaccount/kubernetes.json", "kubernetes-config/kubernetes-clustersubnet.json",
		"kubernetes-config/kubernetes-dockerbridgesubnet.json", "kubernetes-config/kubernetes-etcd-storage-size.json",
		"kubernetes-config/kubernetes-maxpods.json", "kubernetes-labels/kubernetes.json", "kubernetes-vmss/kubernetes.json", "kubernetes.json",
		"multiple-masters/kubernetes-3-masters.json", "multiple-masters/kubernetes-5-masters.json", "networkplugin/kubernetes-azure.json",
		"networkpolicy/kubernetes-calico.json", "v0.9.4/networkpolicy/kubernetes-azure.json", "vnet/kubernetesvnet-azure-cni.json",
		"vnet/kubernetesvnet-customsearchdomain.json",
	},
	"the keys of every release are known, and v0.9.4 did not have some": {
		"unknown nested in map (kubeletConfig key)", "networkPlugin azure only", "azure-cni/k8s-vnet-scaledown.json filled",
		"azure-cni/k8s-vnet-scaleup.json filled", "kubernetes-config/kubernetes-maxpods.json filled", "networkplugin/kubernetes-azure.json filled",
		"vnet/kubernetesvnet-customsearchdomain.json filled",
	},
	"keys that the last release had given up are read too": {"nonMasqueradeCidr"},
	"the version has no effect, so no list of versions is kept": {
		"orchestratorVersion 1.10.9", "orchestratorRelease 1.99", "kubernetes-vmss/kubernetes.json filled",
	},
	"certificates have no effect, so nothing parses them":                       {"certificateProfile ca only junk", "keyvault-params/kubernetes.json"},
	"the pods' range has no effect, as pods get addresses of the nodes' subnet": {"clusterSubnet /24 + policy azure"},
	"members are machines of their own, whatever their pools were":              {"mixed availability", "kubernetes.json filled"},
	"Azure compares ids in any case":                                            {"agent rg differing case"},
	"v0.9.4 did not check what it did not understand": {
		"agent in other vnet", "vnetSubnetId trailing slash", "osType junk",
	},
	"the addresses do not exist or are not free, which no release saw": {"firstIP outside vnetCidr", "master 5, .253", "svc overlaps vnet"},
	"pods have no addresses that other regions reach": {
		"networkPolicy none", "networkpolicy/kubernetes-cilium.json filled", "vnet/kubernetesvnet.json filled",
	},
	"a ring is Kubernetes on Linux":                        {"dcos.json filled", "windows/kubernetes-hybrid.json filled"},
	"control planes are no scale set":                      {"vnet/kubernetes-master-vmss.json filled"},
	"a machine has one extension, which is the ring's own": {"vnet/kubernetesvnet-customnodesdns.json filled"},
	"a region has 48 members at most":                      {"largeclusters/kubernetes.json filled"},
}

// verdicts are who took a model: release by release.
type verdicts map[string]bool

// TestOracle holds what is taken and refused against the real program, case by
// case: every difference is in the table, and nothing else is.
func TestOracle(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(oracle, "oracle.json"))
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("the verdicts of acs-engine are not here; testdata has models that are always read")
	}
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]string{}
	for why, cases := range differences {
		for _, name := range cases {
			if listed[name] != "" {
				t.Errorf("%s is listed twice", name)
			}
			listed[name] = why
		}
	}
	theirs, ours := map[string]verdicts{}, map[string]error{}
	mutations(t, data, theirs, ours)
	examples(t, data, theirs, ours)
	if len(ours) < 100 {
		t.Errorf("%d cases", len(ours))
	}
	for _, name := range slices.Sorted(maps.Keys(ours)) {
		differs := false
		for _, taken := range theirs[name] {
			differs = differs || taken != (ours[name] == nil)
		}
		switch why := listed[name]; {
		case differs && why == "":
			t.Errorf("%s: acs-engine %v, the ring: %v", name, theirs[name], ours[name])
		case !differs && why != "":
			t.Errorf("%s is listed (%s) and is no difference", name, why)
		}
		delete(listed, name)
	}
	for name, why := range listed {
		t.Errorf("%s is listed (%s) and is no case", name, why)
	}
}

// publicKey stands where the oracle's models have something that is no key.
const publicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJC test"

// mutations parses a ring with each small change of the oracle's model.
func mutations(t *testing.T, data []byte, theirs map[string]verdicts, ours map[string]error) {
	t.Helper()
	var file struct {
		Base  json.RawMessage `json:"base_model"`
		Cases []struct {
			Case    string
			Changes []struct {
				Path, Op string
				Value    any
			}
			Verdict map[string]struct{ Accepted bool }
		}
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	for _, c := range file.Cases {
		var model any
		if err := json.Unmarshal(file.Base, &model); err != nil {
			t.Fatal(err)
		}
		change(t, model, "/properties/linuxProfile/ssh/publicKeys/0/keyData", "replace", publicKey)
		for _, m := range c.Changes {
			model = change(t, model, m.Path, m.Op, m.Value)
		}
		text, err := json.MarshalIndent(model, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		ring := "apiVersion: ringwright/v1\nkind: Ring\nname: customers\ndnsSuffix: 3f9a1c\nsidecar: { image: \"r/s:1\" }\nregions:\n" +
			"- location: eastus\n  vnet: 10.1.0.0/16\n  cluster: { apiServerCIDRs: [203.0.113.0/24], apiModel: kubernetes.json }\n"
		_, ours[c.Case] = spec.Parse("ring.yaml", []byte(ring), spec.Model{Path: "kubernetes.json", Data: text})
		theirs[c.Case] = verdicts{}
		for release, v := range c.Verdict {
			theirs[c.Case][release] = v.Accepted
		}
	}
}

// change applies one operation of JSON Patch (https://www.rfc-editor.org/rfc/rfc6902).
func change(t *testing.T, tree any, path, op string, value any) any {
	t.Helper()
	name, rest, more := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	switch at := tree.(type) {
	case map[string]any:
		switch {
		case more:
			at[name] = change(t, at[name], rest, op, value)
		case op == "remove":
			delete(at, name)
		default:
			at[name] = value
		}
	case []any:
		i, err := strconv.Atoi(name)
		if err != nil || !more {
			t.Fatalf("%s %s", op, path)
		}
		at[i] = change(t, at[i], rest, op, value)
	default:
		t.Fatalf("%s %s: nothing there", op, path)
	}
	return tree
}

var emptyKeys = regexp.MustCompile(`("(?:dnsPrefix|keyData|clientId|secret)"): *""`)

// examples imports acs-engine's own examples, as they are and filled in, and
// parses what comes out.
func examples(t *testing.T, data []byte, theirs map[string]verdicts, ours map[string]error) {
	t.Helper()
	var file struct{ Examples []map[string]string }
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	for _, e := range file.Examples {
		name := e["file"]
		src, err := os.ReadFile(filepath.Join(oracle, "examples", filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		filled := emptyKeys.ReplaceAllFunc(src, func(key []byte) []byte {
			value := "filled"
			if strings.HasPrefix(string(key), `"keyData"`) {
				value = publicKey
			}
			return fmt.Appendf(nil, "%s: %q", emptyKeys.FindSubmatch(key)[1], value)
		})
		ours[name], ours[name+" filled"] = imports(src), imports(filled)
		theirs[name], theirs[name+" filled"] = verdicts{}, verdicts{}
		for key, verdict := range e {
			if release, ok := strings.CutSuffix(key, "/asis"); ok {
				theirs[name][release] = strings.HasPrefix(verdict, "OK")
			}
			if release, ok := strings.CutSuffix(key, "/filled"); ok {
				theirs[name+" filled"][release] = strings.HasPrefix(verdict, "OK")
			}
		}
	}
}

// imports reports whether a model becomes a ring once its user has filled in
// what nobody else can know.
func imports(models ...[]byte) error {
	var files []spec.Model
	for i, src := range models {
		files = append(files, spec.Model{Path: fmt.Sprintf("%d.json", i), Data: src})
	}
	text, err := spec.Import("3f9a1c", files...)
	if err != nil {
		return err
	}
	_, err = spec.Parse("ring.yaml", []byte(fillIn(text)))
	return err
}

// fillIn fills in what an imported spec marks: the image, who may reach the API
// servers and, where the models do not say it, locations and ranges.
func fillIn(text string) string {
	text = strings.Replace(text, `image: "" `, "image: registry.example.com/ringwright-sidecar:1 ", 1)
	text = strings.ReplaceAll(text, "apiServerCIDRs: [] ", "apiServerCIDRs: [203.0.113.0/24] ")
	for i, location := range []string{"eastus", "southcentralus", "westeurope", "northeurope"} {
		text = strings.Replace(text, `location: "" `, "location: "+location+" ", 1)
		text = strings.Replace(text, `vnet: "" `, fmt.Sprintf("vnet: 10.%d.0.0/16 ", 101+i), 1)
	}
	return text
}
