package secrets

import (
	"bytes"
	"encoding/base64"

	"go.yaml.in/yaml/v3"
)

// apiPort is where kubeadm's API servers listen.
const apiPort = "6443"

// kubeconfig is the part of a kubectl configuration that is used here.
// https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
type kubeconfig struct {
	APIVersion     string         `yaml:"apiVersion"`
	Kind           string         `yaml:"kind"`
	CurrentContext string         `yaml:"current-context"`
	Clusters       []namedCluster `yaml:"clusters"`
	Users          []namedUser    `yaml:"users"`
	Contexts       []namedContext `yaml:"contexts"`
}

type namedCluster struct {
	Name    string `yaml:"name"`
	Cluster struct {
		Server                   string `yaml:"server"`
		CertificateAuthorityData string `yaml:"certificate-authority-data"`
	} `yaml:"cluster"`
}

type namedUser struct {
	Name string `yaml:"name"`
	User struct {
		ClientCertificateData string `yaml:"client-certificate-data"`
		ClientKeyData         string `yaml:"client-key-data"`
	} `yaml:"user"`
}

type namedContext struct {
	Name    string `yaml:"name"`
	Context struct {
		Cluster string `yaml:"cluster"`
		User    string `yaml:"user"`
	} `yaml:"context"`
}

func (r *run) kubeconfig(region Region) ([]byte, error) {
	name := r.ring.Name + "-" + region.Name
	server := "https://" + region.APIHost + ":" + apiPort
	embed := func(file string) string { return base64.StdEncoding.EncodeToString(r.files[region.Name+"/"+file]) }

	cluster, user, context := namedCluster{Name: name}, namedUser{Name: name}, namedContext{Name: name}
	cluster.Cluster.Server = server
	cluster.Cluster.CertificateAuthorityData = embed("cluster-ca.crt")
	user.User.ClientCertificateData = embed("admin.crt")
	user.User.ClientKeyData = embed("admin.key")
	context.Context.Cluster, context.Context.User = name, name

	r.followHost(region, server)
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	err := enc.Encode(kubeconfig{
		APIVersion: "v1", Kind: "Config", CurrentContext: name,
		Clusters: []namedCluster{cluster}, Users: []namedUser{user}, Contexts: []namedContext{context},
	})
	return out.Bytes(), err
}

// followHost says what a running cluster needs if the kubeconfig that is there
// is for another API host: the certificates of its API servers hold the old name.
func (r *run) followHost(region Region, server string) {
	var old kubeconfig
	if err := yaml.Unmarshal(r.old[region.Name+"/kubeconfig"], &old); err != nil || len(old.Clusters) != 1 {
		return
	}
	if was := old.Clusters[0].Cluster.Server; was != "" && was != server {
		r.result.Next = append(r.result.Next, region.Name+"/kubeconfig: the API server was "+was+" and is "+server+
			"; the control planes of a running cluster hold certificates for the old name only: add the new one to certSANs in the cluster's "+
			"kubeadm-config, remove /etc/kubernetes/pki/apiserver.crt and .key, run kubeadm init phase certs apiserver with it and restart the API server, "+
			"on each of them; or set the old dnsPrefix again")
	}
}
