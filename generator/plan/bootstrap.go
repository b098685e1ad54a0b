package plan

import (
	"strconv"
	"strings"

	"github.com/ringwright/ringwright/generator/network"
)

const (
	controlPlaneRole = "controlplane"
	memberRole       = "member"
)

// Where a member's data disk is mounted, and the directory made on it that is
// the member's volume. A volume is never the mount point itself: with the disk
// away that would be an empty directory, and so an empty member.
const (
	dataMount     = "/var/lib/ringwright/disk"
	dataDirectory = dataMount + "/cassandra"
)

// NodeScriptVariable is the template variable that holds the node script, once
// for all machines.
const NodeScriptVariable = "nodeScript"

// secret is a parameter that the node script is handed. All of them travel as
// base64, so that no value can end the shell's quotes.
type secret struct{ variable, parameter, kind, description string }

// joinSecrets are what every machine needs to become a node.
var joinSecrets = []secret{
	{"JOIN_TOKEN_B64", "joinToken", "securestring", "kubeadm bootstrap token"},
	{"CLUSTER_CA_HASH_B64", "clusterCaHash", "string", "sha256 hash of the cluster CA's public key"},
}

// keySecrets are what a control plane is made from.
var keySecrets = []secret{
	{"CLUSTER_CA_CERTIFICATE_B64", "clusterCaCertificate", "string", "cluster CA, PEM"},
	{"CLUSTER_CA_KEY_B64", "clusterCaKey", "securestring", "cluster CA's key, PEM"},
	{"FRONT_PROXY_CA_CERTIFICATE_B64", "frontProxyCaCertificate", "string", "front proxy CA, PEM"},
	{"FRONT_PROXY_CA_KEY_B64", "frontProxyCaKey", "securestring", "front proxy CA's key, PEM"},
	{"ETCD_CA_CERTIFICATE_B64", "etcdCaCertificate", "string", "etcd CA, PEM"},
	{"ETCD_CA_KEY_B64", "etcdCaKey", "securestring", "etcd CA's key, PEM"},
	{"SERVICE_ACCOUNT_PUBLIC_KEY_B64", "serviceAccountPublicKey", "string", "service account public key, PEM"},
	{"SERVICE_ACCOUNT_KEY_B64", "serviceAccountKey", "securestring", "service account private key, PEM"},
}

// attemptParameter makes the machines run the node script again: an extension
// never runs the same settings twice.
const attemptParameter = "attempt"

// parameters are the template's parameters, in the order they are asked for.
func (s site) parameters(r *Region) []Parameter {
	all := []Parameter{{
		Name: attemptParameter, Type: "string", Default: []string{""},
		Description: "change it, to 2 and so on, to run the node script again on every machine",
	}}
	for _, k := range append(keySecrets, joinSecrets...) {
		all = append(all, Parameter{Name: k.parameter, Type: k.kind, Description: k.description})
	}
	if r.Secrets.MakeSSHKey {
		all = append(all, Parameter{Name: sshKeyParameter, Type: "string", Description: "public key of " + s.r.Cluster.AdminUsername})
	}
	return append(all, s.linkParameters(r)...)
}

// linkParameters are what the region's tunnels are made with.
func (s site) linkParameters(r *Region) []Parameter {
	var all []Parameter
	for _, t := range r.Network.Tunnels {
		all = append(all, Parameter{Name: sharedKeyParameter(t.To), Type: "securestring", Description: "VPN key shared with " + t.To})
		for _, name := range t.Parameter {
			all = append(all, Parameter{
				Name: name, Type: "string", Default: []string{""},
				Description: "public address of the gateway of " + t.To + "; empty: no connection to it yet",
			})
		}
	}
	return all
}

// script is the expression of what the extension runs: a prelude of shell
// variables, then the node script.
func (m machine) script(r *Region) string {
	var e expression
	e.text("#!/bin/sh\n")
	for _, v := range m.prelude(r) {
		e.text(v.name + "='" + v.value + "'\n")
	}
	secrets := joinSecrets
	if m.role == controlPlaneRole {
		secrets = append(append([]secret{}, keySecrets...), joinSecrets...)
	}
	for _, k := range secrets {
		e.text(k.variable + "='")
		e.call("base64(parameters(" + literal(k.parameter) + "))")
		e.text("'\n")
	}
	e.call("variables(" + literal(NodeScriptVariable) + ")")
	return "[base64(" + e.concat() + ")]"
}

type assignment struct{ name, value string }

// prelude is what the node script is told about its machine. None of the
// values can hold a quote: the spec's rules see to that.
func (m machine) prelude(r *Region) []assignment {
	pods := m.block.Pods()
	cidrs := append([]string{m.r.VNet}, r.Network.Outside...)
	var addresses []string
	for _, node := range r.Cluster.ControlPlanes {
		addresses = append(addresses, node.Address)
	}
	lun := ""
	if len(m.dataDisks) > 0 {
		lun = "0"
	}
	return []assignment{
		{"ROLE", m.role},
		{"INDEX", strconv.Itoa(m.index)},
		{"NODE_NAME", m.node.Name},
		{"LOCATION", m.r.Location},
		{"RACKS", m.r.Racks},
		{"NODE_ADDRESS", m.node.Address},
		{"NODE_SUBNET", m.r.NodeSubnet},
		{"POD_BLOCK", m.node.Block},
		{"POD_GATEWAY", m.block.Gateway().String()},
		{"POD_FIRST", pods[0].String()},
		{"POD_LAST", pods[len(pods)-1].String()},
		{"MAX_PODS", strconv.Itoa(len(pods))},
		{"RING_CIDRS", strings.Join(cidrs, " ")},
		{"SERVICE_CIDR", m.ring.Kubernetes.ServiceCIDR},
		{"DNS_ADDRESS", m.clusterDNS()},
		{"CLUSTER_NAME", m.prefix()},
		{"KUBERNETES_VERSION", m.ring.Kubernetes.Version},
		{"PACKAGE_MIRROR", m.r.Cluster.PackageMirror},
		{"API_HOST", r.Cluster.APIHost},
		{"API_ADDRESS", m.apiServer(r)},
		{"CONTROL_PLANE_ADDRESSES", strings.Join(addresses, " ")},
		{"API_FRONTEND", strings.Join(r.Cluster.APIFrontend, "")},
		{"DATA_DISK_LUN", lun},
		{"DATA_MOUNT", dataMount},
		{"DATA_DIRECTORY", dataDirectory},
	}
}

// apiServer is where the machine finds the API server until it has joined. A
// control plane cannot reach itself through a load balancer it is behind, so
// those ask the first one; members go through the balancer where there is one.
func (m machine) apiServer(r *Region) string {
	if m.role == memberRole && len(r.Cluster.APIFrontend) > 0 {
		return network.APIFrontend(m.blocks.Subnet).String()
	}
	return r.Cluster.ControlPlanes[0].Address
}

// expression puts literals and calls of an ARM expression together.
type expression struct {
	parts []string
	open  strings.Builder // the literal that is being written
}

func (e *expression) text(s string) { e.open.WriteString(s) }

func (e *expression) call(s string) {
	e.close()
	e.parts = append(e.parts, s)
}

func (e *expression) close() {
	if e.open.Len() > 0 {
		e.parts = append(e.parts, literal(e.open.String()))
		e.open.Reset()
	}
}

func (e *expression) concat() string {
	e.close()
	return "concat(" + strings.Join(e.parts, ", ") + ")"
}
