package secrets

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
)

// derived is a file that follows from the values and the ring.
type derived struct {
	file   string
	region Region
	derive func(r *run, region Region) ([]byte, error)
}

// derived are the files that are made anew on every run. A region without
// parameters has none.
func (r Ring) derived() []derived {
	var all []derived
	for _, region := range r.Regions {
		if region.APIHost != "" {
			all = append(all, derived{region.Name + "/kubeconfig", region, (*run).kubeconfig})
		}
		if len(region.parameters()) > 0 {
			all = append(all, derived{region.Name + "/parameters.json", region, (*run).parameterFile})
		}
	}
	return all
}

// readDerived reads what is there so that an unchanged file is not touched.
// One that cannot be read is written anew.
func (r *run) readDerived() {
	for _, d := range r.ring.derived() {
		_, _ = r.read(d.file) // what stands in the way is recorded
	}
}

func (r *run) derive() error {
	for _, d := range r.ring.derived() {
		data, err := d.derive(r, d.region)
		if err != nil {
			return err
		}
		r.files[d.file] = data
		old, there := r.old[d.file]
		switch {
		case there && bytes.Equal(old, data):
			r.result.Kept = append(r.result.Kept, d.file)
			continue
		case there || r.store.exists(d.file):
			r.result.Rewritten = append(r.result.Rewritten, d.file)
		default:
			r.result.Made = append(r.result.Made, d.file)
		}
		r.changed[d.file] = data
	}
	return nil
}

// parameter is one entry of a region's parameter file.
type parameter struct {
	name    string
	file    string
	convert func(data []byte) (string, error)
}

// ParameterNames are the parameters that the region's parameters.json gives a
// value, sorted: together with the committed parameter file those that its
// template declares without a default. Where it is empty there is no file.
func ParameterNames(region Region) []string {
	var names []string
	for _, p := range region.parameters() {
		names = append(names, p.name)
	}
	slices.Sort(names)
	return names
}

func (r Region) parameters() []parameter {
	var all []parameter
	add := func(name, file string, convert func([]byte) (string, error)) {
		all = append(all, parameter{name, file, convert})
	}
	if r.APIHost != "" {
		add("clusterCaCertificate", r.Name+"/cluster-ca.crt", verbatim)
		add("clusterCaKey", r.Name+"/cluster-ca.key", verbatim)
		add("frontProxyCaCertificate", r.Name+"/front-proxy-ca.crt", verbatim)
		add("frontProxyCaKey", r.Name+"/front-proxy-ca.key", verbatim)
		add("etcdCaCertificate", r.Name+"/etcd-ca.crt", verbatim)
		add("etcdCaKey", r.Name+"/etcd-ca.key", verbatim)
		add("serviceAccountPublicKey", r.Name+"/service-account.pub", verbatim)
		add("serviceAccountKey", r.Name+"/service-account.key", verbatim)
		add("joinToken", r.Name+"/join-token", oneLine)
		add("clusterCaHash", r.Name+"/cluster-ca.crt", publicKeyHash)
	}
	if r.MakeSSHKey {
		add("sshPublicKey", r.Name+"/ssh/id_ed25519.pub", oneLine)
	}
	for _, peer := range r.Peers {
		add(strings.ReplaceAll(peer, "-", "_")+"SharedKey", SharedKeyFile(r.Name, peer), oneLine)
	}
	return all
}

func verbatim(data []byte) (string, error) { return string(data), nil }
func oneLine(data []byte) (string, error)  { return strings.TrimSpace(string(data)), nil }

// publicKeyHash is what kubeadm join --discovery-token-ca-cert-hash takes.
// https://kubernetes.io/docs/reference/setup-tools/kubeadm/kubeadm-join/#token-based-discovery-with-ca-pinning
func publicKeyHash(data []byte) (string, error) {
	cert, err := parseCertificate(data)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(cert.RawSubjectPublicKeyInfo)
	return "sha256:" + hex.EncodeToString(sum[:]), nil
}

// parameterFile is a deployment parameter file.
// https://learn.microsoft.com/azure/azure-resource-manager/templates/parameter-files
func (r *run) parameterFile(region Region) ([]byte, error) {
	type entry struct {
		Value string `json:"value"`
	}
	file := struct {
		Schema         string           `json:"$schema"`
		ContentVersion string           `json:"contentVersion"`
		Parameters     map[string]entry `json:"parameters"`
	}{
		"https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#", "1.0.0.0", map[string]entry{},
	}
	for _, p := range region.parameters() {
		text, err := p.convert(r.files[p.file])
		if err != nil {
			return nil, err
		}
		file.Parameters[p.name] = entry{text}
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(file)
	return out.Bytes(), err
}
