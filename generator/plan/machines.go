package plan

import (
	"slices"
	"strings"

	"github.com/ringwright/ringwright/generator/network"
	"github.com/ringwright/ringwright/generator/spec"
)

// machines adds every virtual machine with what it is made of.
func (s site) machines(r *Region, a *ARM) {
	pools := []string{s.balancerPart("backendAddressPools", s.api())}
	balancers := []string{id(typeLoadBalancer, s.api())}
	if s.r.Cluster.ControlPlanes > 1 {
		pools = append(pools, s.balancerPart("backendAddressPools", s.apiInternal()))
		balancers = append(balancers, id(typeLoadBalancer, s.apiInternal()))
	}
	for j, node := range r.Cluster.ControlPlanes {
		m := machine{site: s, node: node, role: controlPlaneRole, index: j, size: s.r.Cluster.ControlPlaneSize,
			set: s.controlPlaneSet(), block: s.blocks.ControlPlane(j), pools: pools, balancers: balancers}
		if j > 0 {
			m.after = r.Cluster.ControlPlanes[j-1].Name
		}
		m.add(r, a)
	}
	for i, node := range r.Cluster.Members {
		m := machine{site: s, node: node, role: memberRole, index: i, size: s.r.Cluster.MemberSize,
			set: s.memberSet(), block: s.blocks.Member(i), after: r.Cluster.ControlPlanes[0].Name}
		a.Disks = append(a.Disks, Disk{
			Resource: s.resource(m.disk()), SKU: s.r.Cluster.DataDiskSku, GiB: s.ring.Cassandra.StorageGiB(), Zones: node.Zone,
		})
		m.dataDisks = []string{id(typeDisk, m.disk())}
		m.add(r, a)
	}
}

// machine is a virtual machine while it is planned.
type machine struct {
	site
	node      Node
	role      string
	index     int
	size, set string
	block     network.Block
	pools     []string // ids
	balancers []string // ids
	dataDisks []string // ids
	after     string   // the machine whose node script runs before this one's
}

func (m machine) nic() string  { return m.node.Name + "-nic" }
func (m machine) disk() string { return m.node.Name + "-data" }

// extensionName is the name of the extension on every machine. A machine has
// one custom script only.
const extensionName = "bootstrap"

func (m machine) add(r *Region, a *ARM) {
	nic := id(typeNIC, m.nic())
	after := slices.Concat([]string{id(typeVNet, m.vnet())}, a.lastPeering(), m.balancers)
	a.NICs = append(a.NICs, NIC{
		Resource:    m.resource(m.nic(), after...),
		Accelerated: spec.AcceleratedNetworking(m.size),
		Subnet:      id(typeSubnet, m.vnet(), nodesSubnet),
		Host:        m.node.Address,
		Pools:       m.pools,
		Pods:        m.pods(),
	})
	image, osDisk := "server", "Premium_LRS"
	if spec.FirstGeneration(m.size) {
		image = "server-gen1"
	}
	if !spec.PremiumDisks(m.size) {
		osDisk = "StandardSSD_LRS"
	}
	vm := Machine{
		Resource: m.resource(m.node.Name, append([]string{nic}, m.dataDisks...)...),
		Size:     m.size, Image: image, OSDisk: osDisk,
		AdminUsername: m.r.Cluster.AdminUsername, SSHKey: m.sshKey(),
		AuthorizedKeys: "/home/" + m.r.Cluster.AdminUsername + "/.ssh/authorized_keys",
		NIC:            nic, Zones: m.node.Zone, DataDisks: m.dataDisks,
	}
	if len(m.node.Zone) == 0 {
		set := id(typeAvailabilitySet, m.set)
		vm.AvailabilitySet = []string{set}
		vm.DependsOn = append(vm.DependsOn, set)
	}
	a.Machines = append(a.Machines, vm)
	a.Extensions = append(a.Extensions, Extension{Resource: m.extension(), Attempt: parameter(attemptParameter), Script: m.script(r)})
}

// pods are the machine's secondary addresses, named by their place in the block.
func (m machine) pods() []PodAddress {
	addresses := m.block.Pods()
	pods := make([]PodAddress, 0, len(addresses))
	for _, a := range addresses {
		pods = append(pods, PodAddress{Name: "pod-" + strings.ReplaceAll(a.String(), ".", "-"), Address: a.String()})
	}
	return pods
}

// sshKeyParameter takes the public key where the spec gives none.
const sshKeyParameter = "sshPublicKey"

func (m machine) sshKey() string {
	if key := m.r.Cluster.SSHPublicKey; key != "" {
		return key
	}
	return parameter(sshKeyParameter)
}

// extension comes after its machine and after the one that has to be ready
// before: the control plane before it or, for a member, the first.
func (m machine) extension() Resource {
	dependsOn := []string{id(typeMachine, m.node.Name)}
	if m.after != "" {
		dependsOn = append(dependsOn, id(typeExtension, m.after, extensionName))
	}
	return m.resource(m.node.Name+"/"+extensionName, dependsOn...)
}
