package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/ringwright/ringwright/generator/network"
	"github.com/ringwright/ringwright/sidecar/settings"
)

// Where things are in a member's pod.
const (
	dataPath     = "/var/lib/cassandra"
	confPath     = "/etc/ringwright/cassandra"
	settingsPath = "/etc/ringwright/settings"
	labelsPath   = "/etc/ringwright/pod"
	agentPath    = "/agent"
	agentBinary  = agentPath + "/ringwright-sidecar"
	imageBinary  = "/ringwright-sidecar" // in the sidecar's image
	imageConf    = "/etc/cassandra"      // where the official image keeps its configuration

)

// SettingsFile is the name of the sidecar's settings in their ConfigMap.
const SettingsFile = "settings.yaml"

// imdsAddress is Azure's metadata service
// (https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service);
// it asks for patience of up to 70 s after a 410.
const (
	imdsAddress = "http://169.254.169.254"
	imdsTimeout = 70 * time.Second
)

// dnsPort is where DNS servers listen (https://www.rfc-editor.org/rfc/rfc1035#section-4.2).
const dnsPort = 53

// clusterDNSOffset is which address of the service range is the cluster's DNS, as kubeadm has it.
const clusterDNSOffset = 10

func (s site) clusterDNS() string {
	services := netip.MustParsePrefix(s.ring.Kubernetes.ServiceCIDR)
	return network.Add(services.Addr(), clusterDNSOffset).String()
}

func (s site) datacenter(all []site, r *Region) (Datacenter, error) {
	file, err := settings.Marshal(s.settings(all, r))
	if err != nil {
		return Datacenter{}, fmt.Errorf("settings of %s: %w", s.r.Name, err)
	}
	sum, err := s.checksum()
	if err != nil {
		return Datacenter{}, fmt.Errorf("checksum of %s: %w", s.r.Name, err)
	}
	d := Datacenter{
		Name: s.r.Datacenter, Ring: s.ring.Name, Namespace: s.prefix(),
		Settings: strings.TrimSuffix(string(file), "\n"), SeedsService: seedsService,
		StoragePort: settings.StoragePort, NativePort: settings.NativePort, AgentPort: settings.AgentPort,
	}
	s.kind().provide(&d, r)
	for i, rack := range r.Cluster.Racks {
		set := s.statefulSet(rack, sum)
		if len(r.Cluster.Pools) > 0 {
			set.Pools = []string{r.Cluster.Pools[i].Name}
		}
		d.Sets = append(d.Sets, set)
	}
	return d, nil
}

func (s site) settings(all []site, r *Region) *settings.Settings {
	k := &s.ring.Cassandra
	out := &settings.Settings{
		Ring: s.ring.Name, Region: s.r.Name, Location: s.r.Location, Datacenter: s.r.Datacenter,
		Racks: s.r.Racks, Founder: s.founder(), Members: s.r.Members, Replace: s.r.Replace,
		SeedsService: s.seeds(), DNS: s.kind().ownDNS(),
		IMDS: s.kind().imds(), IMDSTimeout: imdsTimeout,
		Heap: k.Heap, NumTokens: k.NumTokens, AllocationReplicationFactor: s.allocation(r),
		Config: k.Config, JVMOptions: k.JVMOptions,
	}
	for _, other := range all {
		out.Order = append(out.Order, other.r.Datacenter)
	}
	for _, p := range r.Network.Peers {
		out.Peers = append(out.Peers, settings.Peer{
			Region: p.Region, Datacenter: p.Datacenter,
			SeedsService: seedsService + "." + p.Namespace + ".svc." + clusterDomain, DNS: p.DNS,
		})
	}
	return out
}

// allocation is allocate_tokens_for_local_replication_factor: Cassandra cannot
// allocate for more replicas than racks, unless there is one rack.
func (s site) allocation(r *Region) int {
	racks := len(r.Cluster.Racks)
	if racks == 1 || racks >= s.ring.Cassandra.ReplicationFactor {
		return s.ring.Cassandra.ReplicationFactor
	}
	return racks
}

// checksum changes with what a member reads at its start only, so that
// restart.sh sees who runs with an old configuration. Peers, members, founder
// and replace are not in it: the sidecar reads those while it runs. Writing an
// empty config changes nothing.
func (s site) checksum() (string, error) {
	k := &s.ring.Cassandra
	data, err := json.Marshal(struct {
		Config     map[string]any `json:",omitempty"`
		JVMOptions []string       `json:",omitempty"`
		Heap       string
	}{k.Config, k.JVMOptions, k.Heap})
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8]), nil
}

func (s site) statefulSet(rack Rack, checksum string) StatefulSet {
	set := StatefulSet{
		Rack: rack, Ring: s.ring.Name, Datacenter: s.r.Datacenter, Namespace: s.prefix(),
		Image: s.ring.Cassandra.Image, SidecarImage: s.ring.Sidecar.Image,
		CPU: s.ring.Cassandra.CPU, Memory: s.ring.Cassandra.Memory, Storage: s.ring.Cassandra.Storage,
		StorageClass: s.kind().storageClass(), Checksum: checksum, SeedsService: seedsService,
		AgentPort: settings.AgentPort, StoragePort: settings.StoragePort,
		TLSStoragePort: settings.TLSStoragePort, NativePort: settings.NativePort,
		Data: dataPath, Conf: confPath, SettingsPath: settingsPath, LabelsPath: labelsPath, AgentPath: agentPath,
	}
	if s.ring.Sidecar.PullSecret != "" {
		set.PullSecrets = []string{s.ring.Sidecar.PullSecret}
	}
	flags := settings.Flags{
		Settings: settingsPath + "/" + SettingsFile, ImageConf: imageConf, Conf: confPath, Data: dataPath,
		Rack: rack.Name, PodName: "$(POD_NAME)", PodIP: "$(POD_IP)", Labels: labelsPath + "/labels",
		Listen: fmt.Sprintf(":%d", settings.AgentPort),
	}
	set.Install = command(imageBinary, settings.Command{Verb: settings.VerbInstall, Directory: agentPath})
	set.Run = command(agentBinary, settings.Command{Verb: settings.VerbRun, Flags: flags})
	set.Init = command(agentBinary, settings.Command{Verb: settings.VerbInit, Flags: flags, Exec: []string{"/opt/cassandra/bin/cassandra", "-f"}})
	return set
}

func command(binary string, c settings.Command) []string {
	return append([]string{binary}, c.Args()...)
}

// String names the racks of a cluster for people: rack-0, rack-1.
func (c Cluster) String() string {
	var all []string
	for _, rack := range c.Racks {
		all = append(all, rack.Name)
	}
	return strings.Join(all, ", ")
}
