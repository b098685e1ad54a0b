package acsengine

// fate is what becomes of a key.
type fate int

const (
	acts    fate = iota // it says something about the ring
	carried             // it may stay in the model and has no effect
	refused             // the ring cannot be what it asks for
)

// key is one that a model may hold.
type key struct {
	name string
	kind kind
	keys []key // of an object or of each object in a list
	fate fate
	why  string // why a key has no effect or is refused
}

func say(k kind, names ...string) []key {
	var keys []key
	for _, name := range names {
		keys = append(keys, key{name: name, kind: k})
	}
	return keys
}

func hold(k kind, name string, parts ...[]key) []key {
	return []key{{name: name, kind: k, keys: join(parts...)}}
}

func carry(why string, names ...string) []key {
	keys := say(anything, names...)
	for i := range keys {
		keys[i].fate, keys[i].why = carried, why
	}
	return keys
}

func refuse(why string, names ...string) []key {
	keys := say(anything, names...)
	for i := range keys {
		keys[i].fate, keys[i].why = refused, why
	}
	return keys
}

func join(parts ...[]key) []key {
	var keys []key
	for _, part := range parts {
		keys = append(keys, part...)
	}
	return keys
}

// Why keys have no effect, each a sentence for the runbook.
const (
	whyKubeadm     = "kubeadm makes the clusters, with its own settings"
	whyVersion     = "`kubernetes.version` says what the clusters run"
	whyNoCloud     = "the clusters use no Azure plug-in, so nothing in them needs rights or load balancers of Azure; take a secret that is not needed any more out of the model"
	whyEtcd        = "etcd is kubeadm's, on the control planes' OS disks and not encrypted beyond what Azure does"
	whyImage       = "the machines run the image and have the OS disk that every ring's have"
	whyLabels      = "nodes get the labels of their region and rack only"
	whyNetwork     = "the ring makes a VNet of its own from `vnet` and `nodeSubnet`; pods keep their address to every VNet of the ring"
	whyPlugin      = "pods get addresses of the VNet, as with `networkPlugin: azure`; acs-engine made kubenet of a model without one up to v0.9, Azure CNI later"
	whyPolicy      = "nothing in the clusters enforces a NetworkPolicy"
	whyDisks       = "every disk is managed, and a member has one data disk, of `cassandra.storage`"
	whyScaleSet    = "the members are machines of their own, in an availability set or in zones"
	whyMeta        = "it describes the old cluster or its deployment"
	whyTags        = "`tags` of the spec stands on every resource"
	whyAltNames    = "the API server's certificate names its DNS name and addresses"
	whyDNS         = "the machines ask Azure's DNS"
	whyServiceDNS  = "the cluster's DNS is address 10 of the service range"
	whyCerts       = "`ringwright secrets` makes the certificates; keep a model with private keys out of git"
	whyAccelerated = "accelerated networking is on wherever the size can have it"
	whyStatic      = "acs-engine itself ignored it in a model without vnetSubnetID"
	whyOverridden  = "the spec says otherwise, and it goes first"
)

// Why keys are refused, each the end of a message.
const (
	noOther       = "not Kubernetes; leave it out"
	noWindows     = "Windows runs no member; leave it out"
	noScaleSets   = "control planes are no scale set, as their addresses are fixed; leave it out"
	noExtension   = "the machines run one extension, which is the ring's own; leave it out"
	noFiles       = "files of the machine that runs the command would reach the control planes; leave it out"
	noVault       = "nothing installs certificates from a key vault; leave it out"
	noAAD         = "the API server knows the admin's certificate only; leave it out"
	noKMS         = "nothing encrypts with an external KMS; leave it out"
	noPrivate     = "the API server has a public address and apiServerCIDRs say who reaches it; leave it out"
	noPublicPorts = "no public address reaches a member; leave it out"
	noHosted      = "a model of agents only; want one with masterProfile"
)

// model is every key of vlabs in any release of acs-engine since v0.6, and two
// that aks-engine added for fault domains (pkg/api/vlabs/types.go of
// https://github.com/Azure/acs-engine and https://github.com/Azure/aks-engine).
var model = join(
	say(text, "apiVersion", "location"),
	carry(whyMeta, "id", "name", "type", "plan"),
	carry(whyTags, "tags"),
	hold(object, "properties",
		hold(object, "orchestratorProfile",
			say(text, "orchestratorType", "orchestratorRelease", "orchestratorVersion"),
			hold(object, "kubernetesConfig", kubernetesConfig),
			refuse(noOther, "openshiftConfig", "dcosConfig"),
		),
		hold(object, "masterProfile", masterProfile),
		hold(objects, "agentPoolProfiles", agentPoolProfile),
		hold(object, "linuxProfile",
			say(text, "adminUsername"),
			hold(object, "ssh", hold(objects, "publicKeys", say(text, "keyData"))),
			refuse(noVault, "secrets"),
			carry(whyDNS, "customSearchDomain", "customNodesDNS"),
			carry(whyMeta, "scriptroot"),
		),
		hold(object, "servicePrincipalProfile",
			say(text, "clientId", "secret", "objectId"),
			hold(object, "keyvaultSecretRef", say(text, "vaultID", "secretName", "version")),
		),
		carry(whyCerts, "certificateProfile"),
		carry(whyMeta, "provisioningState", "featureFlags"),
		refuse(noExtension, "extensionProfiles"),
		refuse(noWindows, "windowsProfile"),
		refuse(noAAD, "aadProfile"),
		refuse(noOther, "azProfile"),
		refuse(noHosted, "hostedMasterProfile"),
	),
)

var kubernetesConfig = join(
	say(text, "networkPolicy", "networkPlugin", "clusterSubnet", "serviceCidr", "dnsServiceIP"),
	say(number, "maxPods"),
	say(dictionary, "kubeletConfig"),
	hold(object, "privateCluster", refuse(noPrivate, "enabled"), carry(whyMeta, "jumpboxProfile")),
	refuse(noKMS, "enableEncryptionWithExternalKms"),
	carry(whyNetwork, "nonMasqueradeCidr", "dockerBridgeSubnet", "azureCNIVersion", "azureCNIURLLinux"),
	carry(whyMeta, "azureCNIURLWindows", "customWindowsPackageURL", "windowsNodeBinariesURL"),
	carry(whyEtcd, "etcdVersion", "etcdDiskSizeGB", "etcdEncryptionKey", "enableDataEncryptionAtRest"),
	carry(whyNoCloud, "useManagedIdentity", "userAssignedID", "userAssignedClientID", "useCloudControllerManager",
		"customCcmImage", "cloudControllerManagerConfig", "useInstanceMetadata", "loadBalancerSku", "excludeMasterFromStandardLB",
		"cloudProviderBackoff", "cloudProviderBackoffRetries", "cloudProviderBackoffJitter", "cloudProviderBackoffDuration",
		"cloudProviderBackoffExponent", "cloudProviderRateLimit", "cloudProviderRateLimitQPS", "cloudProviderRateLimitBucket"),
	carry(whyKubeadm, "kubernetesImageBase", "customHyperkubeImage", "containerRuntime", "dockerEngineVersion",
		"enableRbac", "enableSecureKubelet", "enableAggregatedAPIs", "enablePodSecurityPolicy", "podSecurityPolicyConfig",
		"gchighthreshold", "gclowthreshold", "addons", "disabledAddons", "controllerManagerConfig", "apiServerConfig",
		"schedulerConfig", "nodeStatusUpdateFrequency", "hardEvictionThreshold", "ctrlMgrNodeMonitorGracePeriod",
		"ctrlMgrPodEvictionTimeout", "ctrlMgrRouteReconciliationPeriod",
		"tillerCPURequests", "tillerCPULimit", "tillerMemoryRequests", "tillerMemoryLimit"),
)

// machines are the keys that control planes and pools share.
var machines = join(
	say(number, "count", "osDiskSizeGB", "ipAddressCount", "platformFaultDomainCount"),
	say(text, "vmSize", "vnetSubnetID", "storageProfile", "availabilityProfile"),
	say(texts, "availabilityZones"),
	hold(object, "kubernetesConfig", ofMachines(kubernetesConfig)),
	refuse(noExtension, "preProvisionExtension", "extensions"),
	carry(whyImage, "distro", "imageReference"),
	carry(whyScaleSet, "singlePlacementGroup", "platformUpdateDomainCount"),
	carry(whyMeta, "fqdn", "subnet"),
)

// ofMachines is what is left of kubernetesConfig where it stands in a profile:
// acs-engine takes nothing but the kubelet's settings from there.
func ofMachines(config []key) []key {
	keys := append([]key(nil), config...)
	for i, k := range keys {
		if k.fate == acts && k.kind != dictionary && k.kind != object {
			keys[i] = carry(whyKubeadm, k.name)[0]
		}
	}
	return keys
}

var masterProfile = join(
	machines,
	say(text, "dnsPrefix", "vnetCidr", "firstConsecutiveStaticIP"),
	carry(whyAltNames, "subjectAltNames"),
	carry(whyMeta, "HTTPSourceAddressPrefix", "oauthEnabled", "agentSubnet"),
	refuse(noScaleSets, "agentVnetSubnetID"),
	refuse(noFiles, "customFiles"),
)

var agentPoolProfile = join(
	machines,
	say(text, "name", "osType", "scaleSetPriority"),
	say(numbers, "diskSizesGB"),
	say(dictionary, "customNodeLabels"),
	carry(whyScaleSet, "scaleSetEvictionPolicy"),
	carry(whyAccelerated, "acceleratedNetworkingEnabled"),
	carry(whyMeta, "acceleratedNetworkingEnabledWindows"),
	refuse(noPublicPorts, "dnsPrefix", "ports"),
	refuse(noOther, "role"),
)
