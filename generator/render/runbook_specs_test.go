package render_test

import "strings"

const example = `
apiVersion: ringwright/v1
kind: Ring
name: customers
dnsSuffix: 3f9a1c
sidecar: { image: "registry.example.com/ringwright-sidecar:1" }
regions:
- location: eastus
  vnet: 10.1.0.0/16
  cluster: { apiServerCIDRs: [203.0.113.0/24] }
- location: southcentralus
  vnet: 10.2.0.0/16
  cluster: { apiServerCIDRs: [203.0.113.0/24] }
`

// everySection has what the example has not: subscriptions, a group that the
// shell would misread, peers' addresses, a pull secret, passwords, zones.
const everySection = `
apiVersion: ringwright/v1
kind: Ring
name: every-section
dnsSuffix: 3f9a1c
gateway: { peerAddress: parameter }
kubernetes: { version: 1.36.3 }
cassandra: { config: { authenticator: PasswordAuthenticator } }
sidecar: { image: "registry.example.com:5000/ringwright-sidecar:1", pullSecret: registry }
regions:
- location: eastus
  resourceGroup: ring(prod)
  vnet: 10.1.0.0/16
  subscription: 00000000-0000-0000-0000-000000000001
  members: 6
  cluster: { controlPlanes: 3, apiServerCIDRs: [0.0.0.0/0] }
- location: westeurope
  name: far-west
  vnet: 10.2.0.0/16
  racks: zone
  subscription: 00000000-0000-0000-0000-000000000002
  cluster: { apiServerCIDRs: [203.0.113.0/24] }
- location: westeurope
  name: near-west
  vnet: 10.3.0.0/16
  racks: zone
  zones: ["1", "2"]
  cluster: { apiServerCIDRs: [203.0.113.0/24], memberSize: Standard_E8ds_v5 }
`

const alone = `
apiVersion: ringwright/v1
kind: Ring
name: alone
dnsSuffix: 3f9a1c
founder: none
cassandra: { replicationFactor: 1 }
sidecar: { image: sidecar }
regions:
- location: eastus
  vnet: 10.1.0.0/16
  members: 1
  cluster: { apiServerCIDRs: [203.0.113.0/24] }
`

const thrifty = `
apiVersion: ringwright/v1
kind: Ring
name: thrifty
dnsSuffix: 3f9a1c
founder: westus
cassandra: { replicationFactor: 2 }
sidecar: { image: "registry.example.com/ringwright-sidecar:1" }
regions:
- location: eastus
  vnet: 10.1.0.0/16
  members: 2
  faultDomains: 1
  cluster: { apiServerCIDRs: [203.0.113.0/24], dataDiskSku: Standard_LRS }
- location: westus
  vnet: 10.2.0.0/16
  members: 2
  cluster: { apiServerCIDRs: [203.0.113.0/24] }
`

// mixed has a cluster that exists behind a link, and a link without one.
const mixed = `
apiVersion: ringwright/v1
kind: Ring
name: mixed
dnsSuffix: 3f9a1c
founder: frankfurt
links:
- { name: frankfurt, gatewayIp: 203.0.113.7, prefixes: [10.30.0.0/16] }
- { name: office, fqdn: vpn.example.com, prefixes: [10.40.0.0/16] }
sidecar: { image: "registry.example.com/ringwright-sidecar:1" }
regions:
- location: frankfurt
  zones: [a, b, c]
  cluster: { type: existing, dns: ["10.30.0.53:53"], podCIDRs: [10.30.64.0/18], storageClass: fast-local }
- location: eastus
  vnet: 10.1.0.0/16
  racks: zone
  cluster: { apiServerCIDRs: [203.0.113.0/24] }
`

// elsewhere has nothing in Azure.
const elsewhere = `
apiVersion: ringwright/v1
kind: Ring
name: elsewhere
dnsSuffix: 3f9a1c
sidecar: { image: "registry.example.com/ringwright-sidecar:1", pullSecret: registry }
regions:
- location: frankfurt
  zones: [a, b, c]
  cluster: { type: existing, dns: ["10.30.0.53:53", "10.30.1.53:53"], podCIDRs: [10.30.64.0/18], storageClass: fast-local }
- location: eu-west-1
  racks: faultDomain
  faultDomains: 1
  cluster: { type: existing, dns: ["10.31.0.53:53", "10.31.1.53:53"], podCIDRs: [10.31.64.0/18], storageClass: gp3 }
`

// peered has regions of the default subscription before and after one of another.
const peered = `
apiVersion: ringwright/v1
kind: Ring
name: peered
dnsSuffix: 3f9a1c
link: peering
sidecar: { image: "registry.example.com/ringwright-sidecar:1" }
regions:
- location: eastus
  resourceGroup: ring(prod)
  vnet: 10.1.0.0/16
  cluster: { apiServerCIDRs: [203.0.113.0/24] }
- location: westeurope
  vnet: 10.2.0.0/16
  subscription: 00000000-0000-0000-0000-000000000002
  cluster: { apiServerCIDRs: [203.0.113.0/24] }
- location: uksouth
  vnet: 10.3.0.0/16
  racks: zone
  cluster: { apiServerCIDRs: [203.0.113.0/24] }
`

// existingRegion is a cluster that exists, in an Azure location.
const existingRegion = `- location: northeurope
  name: theirs
  cluster: { type: existing, dns: ["10.30.0.53:53", "10.30.1.53:53"], podCIDRs: [10.30.64.0/18], storageClass: fast-local }
`

// peeredAndExisting has a cluster that exists between its peered regions.
var peeredAndExisting = strings.Replace(peered, "- location: westeurope\n", existingRegion+"- location: westeurope\n", 1)

// managed is a ring on AKS and, in one region, on machines: a region that needs
// a key for its tunnel, an API server for everybody, a registry of Azure's.
const managed = `
apiVersion: ringwright/v1
kind: Ring
name: managed
dnsSuffix: 3f9a1c
sidecar: { image: myregistry.azurecr.io/ringwright-sidecar:1 }
regions:
- location: eastus
  resourceGroup: ring(prod)
  vnet: 10.1.0.0/16
  subscription: 00000000-0000-0000-0000-000000000001
  cluster: { type: aks, apiServerCIDRs: [0.0.0.0/0] }
- location: westeurope
  name: far-west
  vnet: 10.2.0.0/16
  racks: zone
  cluster: { apiServerCIDRs: [203.0.113.0/24] }
`

// managedAlone has no key at all.
const managedAlone = `
apiVersion: ringwright/v1
kind: Ring
name: managed
dnsSuffix: 3f9a1c
sidecar: { image: myregistry.azurecr.io/ringwright-sidecar:1, pullSecret: registry }
regions:
- location: eastus
  vnet: 10.1.0.0/16
  members: 6
  cluster: { type: aks, apiServerCIDRs: [203.0.113.0/24], storageSku: PremiumV2_LRS }
`

var runbooks = map[string]string{
	"managed": managed, "managed alone": managedAlone,
	"mixed": mixed, "elsewhere": elsewhere,
	"peered": peered, "peered alone": strings.Replace(alone, "founder: none", "founder: none\nlink: peering", 1),
	"peered many": peeredRing(20), "peered and existing": peeredAndExisting,

	"example": example, "every section": everySection, "alone": alone, "thrifty": thrifty, "many": ringOf(8, "customers", "region-%d", ""),
}
