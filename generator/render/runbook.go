package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ringwright/ringwright/generator/plan"
	"github.com/ringwright/ringwright/sidecar/settings"
)

// Runbook is README.md: how this very ring is deployed and kept, with every
// command as it is typed in the directory of ring.yaml.
func Runbook(p *plan.Plan) ([]File, error) {
	book, err := newRunbook(p)
	if err != nil {
		return nil, err
	}
	text, err := plainText("runbook/README.md.tmpl", book)
	if err != nil {
		return nil, err
	}
	return []File{{Path: "README.md", Data: text}}, nil
}

// runbook is the plan in the words of the page. What may be absent is a slice
// of one or none: a section that does not apply has nothing to range over.
type runbook struct {
	*plan.Plan
	Regions             []*chapter
	Azure               []*chapter // those that are deployed
	VM                  []*chapter // those on machines that are planned one by one
	Machine             []*chapter // the first of these, if there is one
	AKS                 []*chapter // those whose cluster AKS runs
	Attached            []registryOf
	Exist               []*chapter // those whose cluster somebody else runs
	First               *chapter   // whose names stand where one region is enough
	Outside             []outside  // the tunnels that lead out of Azure
	Accounts            []string   // a flag for each subscription
	ManagedAccounts     []string   // likewise, of clusters that AKS runs
	Opening             []string   // lines that say what a region is
	Kubectl             string     // which one is needed
	OtherFirst          []string   // the first region with machines, where the first of all has none
	Counted             counts
	Kubernetes          kubernetes
	Image, SidecarImage string
	Request             string // what a member takes of its node
	Deployed            string // what a deployment is of
	Growth              string // what more members take first
	Gains               string // what a region gets by another one, where gateways join them
	Asked               string // where peers ask the DNS of a region that is deployed
	Hourly              string // what is paid by the hour
	Failures            []failure
	Codes               string // exit statuses of the node script and their steps

	Made           []bool       // some region is deployed
	Nowhere        []bool       // none is
	Several        []bool       // more than one is
	Section        []bool       // some cluster exists
	Leading        []bool       // tunnels lead out of Azure
	Unjoined       []bool       // all clusters exist, and there are several
	Metadata       []string     // the clusters that exist whose members ask Azure's metadata service
	Zoned          []bool       // in some of them racks are zones
	Unpeered       []bool       // no peering leads to them, as it does to the VNets
	Tunnelled      []bool       // some region is deployed, and gateways join such, one day if not now
	Untunnelled    []bool       // it is not so
	VPN            []bool       // regions are joined by VPN gateways, one day if not now
	Gateways       []bool       // there are some
	Named          []bool       // and find each other by name
	Peered         []bool       // some region is deployed, and peering joins such, one day if not now
	Peerings       []bool       // there are some
	AnyOrder       []bool       // regions deploy in any order
	Strayed        []bool       // a region is in another subscription than one it is peered with, which the spec does not name
	Managed        []bool       // AKS runs some cluster
	MachinesOf     []string     // the regions on machines, where others are not
	Together       []bool       // every region is deployed
	Apart          []bool       // only some are
	Provisioned    []string     // where volumes are made with their claims, as a sentence about one begins
	AllKeys        []bool       // every deployment takes a file of secrets
	SomeKeys       []bool       // only some do
	Names          []bool       // gateways find their peers by name
	SecondPass     []bool       // gateways are told their peers' addresses
	Founding       []*chapter   // the region that may found
	Founded        []bool       // none may
	PullSecrets    []pullSecret // of the sidecar's image
	PublicImage    []bool       // it needs none
	Authentication []bool       // Cassandra asks for passwords
	FaultDomains   []*chapter   // the first region whose racks are those of machines, if there is one
	LoneControl    []bool       // some region has one control plane
	SpareControl   []bool       // some region has several
	Costs          []string     // what is allowed and has its price
}

// counts are numbers with their nouns.
type counts struct{ Regions, Members, Joins, Tunnels, Peerings string }

// kubernetes is the clusters' version in the forms that commands want.
type kubernetes struct{ Minor, Pin, Oldest, Newest string }

// pullSecret is what an image is pulled with, and from where.
type pullSecret struct{ Name, Registry string }

func newRunbook(p *plan.Plan) (*runbook, error) {
	b := &runbook{Plan: p, Codes: exitCodes(), Kubernetes: kubernetesVersions(p.KubernetesVersion)}
	members := 0
	for i := range p.Regions {
		c := newChapter(&p.Regions[i])
		b.Regions = append(b.Regions, c)
		members += c.Members
		if p.Regions[i].ARM == nil {
			b.Exist = append(b.Exist, c)
			continue
		}
		b.deployed(c)
	}
	for _, c := range b.Regions {
		for _, peer := range c.Network.Peers {
			b.region(peer.Region).Answers = peer.DNS // every peer is told the same
		}
	}
	b.First = slices.Concat(b.Azure, b.Regions)[0]
	b.managed()
	b.Opening, b.Kubectl = b.opening(), b.kubectl()
	b.Outside = outsideTunnels(b.Azure)
	b.Counted = counts{
		Regions: count(len(p.Regions), "region"), Members: count(members, "member"),
		Tunnels: count(len(p.Pairs)+len(b.Outside), "tunnel"), Peerings: count(len(p.Pairs), "peering"), Joins: minutes(members),
	}
	set := &b.First.Datacenter.Sets[0]
	b.Request = set.CPU + " of CPU and " + set.Memory + " of memory"
	b.Image, b.SidecarImage = set.Image, set.SidecarImage
	for _, name := range set.PullSecrets {
		b.PullSecrets = append(b.PullSecrets, pullSecret{name, registry(set.SidecarImage)})
	}
	b.attach()
	auth, err := authentication(b.First.Region)
	if err != nil {
		return nil, err
	}
	b.Authentication = when(auth)
	b.sections()
	b.later()
	if err := b.existing(); err != nil {
		return nil, err
	}
	b.Failures = b.failures()
	b.Costs = costs(b, auth)
	return b, nil
}

func (b *runbook) region(name string) *chapter {
	return b.Regions[slices.IndexFunc(b.Regions, func(c *chapter) bool { return c.Name == name })]
}

// deployed sorts a region in that is deployed.
func (b *runbook) deployed(c *chapter) {
	b.Azure = append(b.Azure, c)
	if !slices.Contains(b.Accounts, c.Flag) {
		b.Accounts = append(b.Accounts, c.Flag)
	}
	if len(c.ARM.ManagedClusters) == 0 {
		b.VM = append(b.VM, c)
		return
	}
	b.AKS = append(b.AKS, c)
	if !slices.Contains(b.ManagedAccounts, c.Flag) {
		b.ManagedAccounts = append(b.ManagedAccounts, c.Flag)
	}
}

// sections decides which parts of the page apply.
func (b *runbook) sections() {
	some := func(is func(c *chapter) bool) []bool { return when(slices.ContainsFunc(b.Azure, is)) }
	b.Made, b.Nowhere, b.Several = when(len(b.Azure) > 0), when(len(b.Azure) == 0), when(len(b.Azure) > 1)
	b.Section = when(len(b.Exist) > 0)
	b.joined()
	b.SecondPass = some(func(c *chapter) bool { return len(c.Own) > 0 })
	b.Named = when(len(b.Tunnelled) > 0 && len(b.SecondPass) == 0)
	b.Names = when(len(b.Gateways) > 0 && len(b.Pairs) > 0 && len(b.SecondPass) == 0)
	for _, c := range b.Regions {
		if c.Name == b.Founder {
			b.Founding = []*chapter{c}
		}
	}
	b.Founded = when(len(b.Founding) == 0)
	b.PublicImage = when(len(b.PullSecrets) == 0)
	for _, c := range slices.Backward(b.VM) {
		if c.Cluster.RackKind == settings.RacksFaultDomain {
			b.FaultDomains = []*chapter{c}
		}
	}
	b.LoneControl = some(func(c *chapter) bool { return c.ControlPlanes == 1 })
	b.SpareControl = some(func(c *chapter) bool { return c.ControlPlanes > 1 })
}

// joined decides what the page says of the links.
func (b *runbook) joined() {
	b.VPN, b.Peered = when(!b.Peering), when(b.Peering && len(b.Azure) > 0)
	b.Tunnelled, b.Untunnelled = when(!b.Peering && len(b.Azure) > 0), when(b.Peering || len(b.Azure) == 0)
	b.Gateways = when(!b.Peering && len(b.Pairs)+len(b.Outside) > 0)
	b.Peerings, b.AnyOrder = when(b.Peering && len(b.Pairs) > 0), when(!b.Peering || len(b.Pairs) == 0)
	b.Leading = when(len(b.Outside) > 0)
	alone := len(b.Exist) > 0 && len(b.Outside) == 0
	b.Unjoined, b.Unpeered = when(len(b.Azure) == 0 && len(b.Exist) > 1), when(alone && len(b.Azure) > 0)
	b.Hourly = "Premium disks and machines"
	if len(b.Gateways) > 0 {
		b.Hourly = "Premium disks, gateways and machines"
	}
	if b.Strayed = when(slices.ContainsFunc(b.Azure, (*chapter).homeless)); len(b.Strayed) == 0 {
		return
	}
	for _, c := range b.Azure {
		c.findHome()
	}
}

// authentication reports whether Cassandra asks for passwords. Every region's
// settings say the same about that.
func authentication(r *plan.Region) (bool, error) {
	s, err := settings.Parse(r.Name, []byte(r.Datacenter.Settings))
	if err != nil {
		return false, fmt.Errorf("settings of %s: %w", r.Name, err)
	}
	value, ok := s.Config["authenticator"]
	return ok && !strings.Contains(fmt.Sprint(value), "AllowAll"), nil
}
