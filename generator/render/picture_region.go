package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ringwright/ringwright/generator/plan"
	"github.com/ringwright/ringwright/sidecar/settings"
)

const (
	padding    = 12 // inside a card
	inset      = 8  // inside a section
	sectionGap = 10
	chipHeight = 24
	chipGap    = 6
	lineHeight = 16  // of a section's own texts
	founderTag = 84  // at the right of the region's name
	narrowRack = 126 // so that a pod's name fits
	maxRows    = 4   // of chips in a section; where they are more, the first and the last are shown

	headingHeight = 64 // a region's name, datacenter and ranges
)

// How wide a character is at most on average, in tenths of a pixel, in the
// widest of the fonts that a reader is likely to have.
const (
	monoWidth   = 67  // 11px
	textWidth   = 70  // 12px
	strongWidth = 76  // 12px, semi-bold
	nameWidth   = 110 // 16px, bold
)

// card is a region.
type card struct {
	box
	Name     string
	Sections []section
}

// section is a part of a region with its machines or pods.
type section struct {
	box
	Chips []box
}

// linked reports whether a link leads to the card.
func (c *card) linked() bool {
	return slices.ContainsFunc(c.Sections, func(s section) bool { return s.Class == "gateway" })
}

// gateway is the box that links lead to; there is one wherever there are links.
func (c *card) gateway() box {
	for _, s := range c.Sections {
		if s.Class == "gateway" {
			return s.box
		}
	}
	return c.box
}

// newCard lays a region out in the frame. Its height is that of what is in it,
// or more. What links lead to is at the edge that they come from.
func newCard(p *plan.Plan, r *plan.Region, frame box, gatewayLast bool) card {
	c := card{box: frame, Name: r.Name}
	c.Class, c.Title = "region", r.Name+", "+r.Location+", "+r.Datacenter.Name+", "+strings.Join(r.Network.Ranges, " ")
	x, y, w := frame.X+padding, frame.Y+padding, frame.W-2*padding
	gateway := gatewaySection(p, r, w)
	if !gatewayLast {
		y = c.stack(x, y, gateway)
	}
	founds := r.Name == p.Founder
	y = c.heading(r, x, y, w, founds)
	y = c.stack(x, y, controlPlaneSection(r, w))
	y = c.racks(r, x, y, w, founds)
	y = c.stack(x, y, machineSection(r, w))
	if gatewayLast && len(gateway) > 0 {
		y = max(y, frame.Y+frame.H-padding-gateway[0].H)
		y = c.stack(x, y, gateway)
	}
	c.H = max(frame.H, y-sectionGap+padding-frame.Y)
	return c
}

// heading names the region and returns where its sections begin.
func (c *card) heading(r *plan.Region, x, y, w int, founds bool) int {
	name := w
	if founds {
		name -= founderTag
		c.Labels = append(c.Labels, label{x + w, y + 16, "founder end", "★ founder"})
	}
	where := r.Datacenter.Name
	if r.Location != r.Name {
		where += " in " + r.Location
	}
	c.Labels = append(c.Labels,
		label{x, y + 16, "name", cut(r.Name, name, nameWidth)},
		label{x, y + 35, "muted", fit(w, textWidth, where, r.Datacenter.Name)},
		label{x, y + 52, "mono", fit(w, monoWidth, networkTexts(r)...)},
	)
	return y + headingHeight
}

// networkTexts say where a region's members are, the longest first.
func networkTexts(r *plan.Region) []string {
	if r.ARM == nil {
		return []string{"pods " + strings.Join(r.Network.Ranges, " ")}
	}
	return []string{"VNet " + r.Network.VNet + "  nodes " + r.Network.Nodes, "VNet " + r.Network.VNet}
}

// stack puts sections under each other and returns where the next one goes.
func (c *card) stack(x, y int, sections []section) int {
	for _, s := range sections {
		c.Sections = append(c.Sections, s.at(x, y))
		y += s.H + sectionGap
	}
	return y
}

// at is the section moved there from where it was made, at 0, 0.
func (s section) at(x, y int) section {
	s.box = s.box.at(x, y)
	chips := make([]box, 0, len(s.Chips))
	for _, chip := range s.Chips {
		chips = append(chips, chip.at(x, y))
	}
	s.Chips = chips
	return s
}

func (b box) at(x, y int) box {
	b.X, b.Y = b.X+x, b.Y+y
	labels := make([]label, 0, len(b.Labels))
	for _, l := range b.Labels {
		labels = append(labels, label{l.X + x, l.Y + y, l.Class, l.Text})
	}
	b.Labels = labels
	return b
}

// newSection is a box with a heading, a line below it and chips, at 0, 0.
func newSection(class, heading, line string, w int, chips []box) section {
	s := section{box: box{W: w, Class: class, Title: strings.TrimSpace(heading + " " + line)}}
	s.Labels = []label{{inset, 18, "strong", cut(heading, w-2*inset, strongWidth)}}
	y := 18
	if line != "" {
		y += lineHeight
		s.Labels = append(s.Labels, label{inset, y, "mono", cut(line, w-2*inset, monoWidth)})
	}
	y += inset
	cells := chipGrid(chips, w-2*inset)
	if len(cells) > 0 && cells[len(cells)-1].row >= maxRows {
		chips = ends(chips)
		cells = chipGrid(chips, w-2*inset)
	}
	rows := 0
	for i, cell := range cells {
		chip := chips[i].at(inset+cell.x, y+cell.row*(chipHeight+chipGap))
		chip.W, rows = cell.w, cell.row+1
		s.Chips = append(s.Chips, chip)
	}
	if rows > 0 {
		y += rows*(chipHeight+chipGap) - chipGap + inset
	}
	s.H = y
	return s
}

// chipGrid is where chips go.
func chipGrid(chips []box, room int) []cell {
	widest := 0
	for _, chip := range chips {
		widest = max(widest, chip.W)
	}
	return grid(len(chips), room, widest, chipGap)
}

// ends are the first of many chips and the last, both with the titles of all.
func ends(chips []box) []box {
	var titles []string
	for _, chip := range chips {
		titles = append(titles, chip.Title)
	}
	first, last := chips[0], chips[len(chips)-1].at(0, 0)
	last.Labels[0].Text = "…" + last.Labels[0].Text
	last.W += (monoWidth + 9) / 10
	first.Title = strings.Join(titles, "\n")
	last.Title = first.Title
	return []box{first, last}
}

// cell is a place in a row of a grid.
type cell struct{ x, w, row int }

// grid is where things of at least that width go, in rows that are full: the
// last row's are wider where it has fewer.
func grid(things, room, width, gap int) []cell {
	columns := max(1, min(things, (room+gap)/(max(1, width)+gap)))
	var cells []cell
	for i := range things {
		inRow := min(columns, things-i/columns*columns)
		w := (room - (inRow-1)*gap) / inRow
		cells = append(cells, cell{i % columns * (w + gap), w, i / columns})
	}
	return cells
}

// newChip is a small box with one text, as wide as it needs to be.
func newChip(class, text, title string, room int) box {
	w := min(room-2*inset, 14+(len([]rune(text))*monoWidth+9)/10)
	return box{W: w, H: chipHeight, Class: class, Title: title, Labels: []label{{7, 16, "mono", cut(text, w-12, monoWidth)}}}
}

// gatewaySection is where links end: the region's gateway or, with peering, its
// VNet; where a cluster exists, the links that lead to it.
func gatewaySection(p *plan.Plan, r *plan.Region, w int) []section {
	var all []section
	if r.ARM == nil {
		for _, l := range p.Links {
			if slices.Contains(l.Leads, r.Name) {
				all = append(all, linkSection(&l, w))
			}
		}
		return all
	}
	if joined := p.Joined(r.Name); p.Peering && len(joined) > 0 {
		all = append(all, newSection("gateway", "VNet peering", "with "+strings.Join(joined, ", "), w, nil))
	}
	for i, g := range r.ARM.Gateways {
		all = append(all, newSection("gateway", "VPN gateway "+g.SKU, r.Network.GatewayFQDN[i], w, nil))
	}
	return all
}

func linkSection(l *plan.Link, w int) section {
	return newSection("gateway", "link "+l.Name, l.Address, w, nil)
}

// newOutside is a card for a network outside Azure without a member.
func newOutside(l *plan.Link, frame box, gatewayLast bool) card {
	c := card{box: frame, Name: outsideName(l)}
	c.Class, c.Title = "region", l.Name+", outside Azure, "+strings.Join(l.Ranges, " ")
	x, y, w := frame.X+padding, frame.Y+padding, frame.W-2*padding
	gateway := []section{linkSection(l, w)}
	if !gatewayLast {
		y = c.stack(x, y, gateway)
	}
	c.Labels = append(c.Labels,
		label{x, y + 16, "name", cut(l.Name, w, nameWidth)},
		label{x, y + 35, "muted", fit(w, textWidth, "a network outside Azure", "outside Azure")},
		label{x, y + 52, "mono", cut(strings.Join(l.Ranges, " "), w, monoWidth)},
	)
	y += headingHeight
	if gatewayLast {
		y = max(y, frame.Y+frame.H-padding-gateway[0].H)
		y = c.stack(x, y, gateway)
	}
	c.H = max(frame.H, y-sectionGap+padding-frame.Y)
	return c
}

// outsideName tells the card of a link from that of a region of the same name.
func outsideName(l *plan.Link) string { return "link " + l.Name }

func controlPlaneSection(r *plan.Region, w int) []section {
	if r.ARM == nil {
		return []section{newSection("control", "existing cluster", "DNS "+strings.Join(r.Cluster.DNS, " "), w, nil)}
	}
	if len(r.Cluster.System) > 0 {
		return managedSection(r, w)
	}
	return []section{newSection("control", count(len(r.Cluster.ControlPlanes), "control plane"), r.Cluster.APIHost, w,
		machineChips(r, r.Cluster.ControlPlanes, w))}
}

func machineSection(r *plan.Region, w int) []section {
	if len(r.Cluster.Pools) > 0 {
		return poolSection(r, w)
	}
	if len(r.Cluster.Members) == 0 {
		return nil
	}
	number, how := count(len(r.Cluster.Members), "machine"), "zones in turn"
	if r.Cluster.RackKind == settings.RacksFaultDomain {
		how = "availability set"
	}
	heading := fit(w-2*inset, strongWidth, number+" · "+how, number)
	return []section{newSection("machines", heading, "", w, machineChips(r, r.Cluster.Members, w))}
}

// managedSection is the cluster that AKS runs, with the nodes of its own pods and
// the address at which peers ask its DNS.
func managedSection(r *plan.Region, w int) []section {
	dns := "DNS for peers " + r.Datacenter.PeerDNSBalancers[0].Address
	return []section{newSection("control", "AKS "+r.Cluster.Name, dns, w, poolChips(r.Cluster.System, w))}
}

func poolSection(r *plan.Region, w int) []section {
	pools := count(len(r.Cluster.Pools), "node pool")
	heading := fit(w-2*inset, strongWidth, pools+" · a node for each member", pools)
	return []section{newSection("machines", heading, "pods in "+r.Network.Pods[0], w, poolChips(r.Cluster.Pools, w))}
}

// poolChips are pools with the number of their nodes and their zones.
func poolChips(pools []plan.NodePool, w int) []box {
	var chips []box
	for _, p := range pools {
		text := p.Name + " · " + count(p.Nodes, "node") + " · z" + strings.Join(p.Zones, ",")
		title := fmt.Sprintf("%s: %s of %s, zone %s", p.Name, count(p.Nodes, "node"), p.Size, strings.Join(p.Zones, ", "))
		chips = append(chips, newChip("chip", text, title, w))
	}
	return chips
}

// machineChips are machines with their addresses, and zones where those are chosen.
func machineChips(r *plan.Region, nodes []plan.Node, w int) []box {
	var chips []box
	for _, n := range nodes {
		text := strings.TrimPrefix(n.Name, r.Datacenter.Namespace+"-") + " " + n.Address
		title := n.Name + " " + n.Address + ", pods in " + n.Block
		for _, zone := range n.Zone {
			text, title = text+" z"+zone, title+", zone "+zone
		}
		chips = append(chips, newChip("chip", text, title, w))
	}
	return chips
}

// racks puts the racks side by side where they fit.
func (c *card) racks(r *plan.Region, x, y, w int, founds bool) int {
	cells := grid(len(r.Cluster.Racks), w, narrowRack, sectionGap)
	sections := make([]section, len(cells))
	heights := map[int]int{} // of rows
	for i, cell := range cells {
		sections[i] = rackSection(r.Cluster.Racks[i], cell.w, founds && i == 0)
		heights[cell.row] = max(heights[cell.row], sections[i].H)
	}
	for i, cell := range cells {
		if i > 0 && cell.row > cells[i-1].row {
			y += heights[cell.row-1] + sectionGap
		}
		sections[i].H = heights[cell.row]
		c.Sections = append(c.Sections, sections[i].at(x+cell.x, y))
	}
	return y + heights[cells[len(cells)-1].row] + sectionGap
}

// rackSection is a rack with its pods; the first pod of the founder's first
// rack is the one that may found.
func rackSection(rack plan.Rack, w int, founds bool) section {
	var chips []box
	for i := range rack.Members {
		pod := fmt.Sprintf("%s-%d", rack.StatefulSet, i)
		if founds && i == 0 {
			chips = append(chips, newChip("chip first", "★"+pod, pod+", which may found the ring", w))
			continue
		}
		chips = append(chips, newChip("chip", pod, pod, w))
	}
	return newSection("rack", rack.Name, rack.Zone, w, chips)
}

// fit is the first text that fits, else the last one cut.
func fit(room, tenths int, texts ...string) string {
	for _, s := range texts {
		if cut(s, room, tenths) == s {
			return s
		}
	}
	return cut(texts[len(texts)-1], room, tenths)
}

// cut leaves out the middle of what does not fit.
func cut(s string, room, tenths int) string {
	runes := []rune(s)
	fits := room * 10 / tenths
	if len(runes) <= fits {
		return s
	}
	tail := max(0, (fits-1)/3)
	head := max(0, fits-1-tail)
	return string(runes[:head]) + "…" + string(runes[len(runes)-tail:])
}
