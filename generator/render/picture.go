package render

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ringwright/ringwright/generator/plan"
)

// Picture is topology.svg: every region with its gateway or peering, control
// planes, racks and machines, and the links between them. It has no script and asks
// for no font; its colours follow the reader's light or dark scheme.
func Picture(p *plan.Plan) ([]File, error) {
	text, err := plainText("runbook/topology.svg.tmpl", newScene(p))
	if err != nil {
		return nil, err
	}
	return []File{{Path: "topology.svg", Data: text}}, nil
}

// Lengths are in pixels, which are the units of the view box.
const (
	pictureWidth = 1000
	margin       = 28
	headHeight   = 84  // above the first row: name and versions
	footHeight   = 44  // below the last: the key
	rowGap       = 28  // between rows that no line crosses
	corridor     = 150 // between the two rows of a mesh
	arcHeight    = 40  // above a single row of three
	busHeight    = 40  // above every row of a bus
	maxMesh      = 6   // regions whose every tunnel can still be told from the others
	widestCard   = 640
)

// scene is the whole picture.
type scene struct {
	Width, Height int
	Title         string
	Labels        []label
	Links         []link
	Regions       []card
}

// label is one line of text. X is its left end, or its right end for the class end.
type label struct {
	X, Y        int
	Class, Text string
}

// link is a line as an SVG path.
type link struct{ Path, Title string }

// box is a rectangle with its texts. Title is what a pointer shows, whole where the texts are cut.
type box struct {
	X, Y, W, H   int
	Class, Title string
	Labels       []label
}

// layout is how many cards each row has, and what that leaves for them.
type layout struct {
	rows      []int
	card, gap int
	mesh      bool // two rows with their gateways face to face
	bus       bool // too many tunnels to draw
}

// newLayout puts n regions into rows.
func newLayout(n int) layout {
	l := layout{rows: []int{n}, gap: 32}
	switch {
	case n == 2:
		l.gap = 72
	case n > 3 && n <= maxMesh:
		l.rows, l.mesh = []int{(n + 1) / 2, n / 2}, true
	case n > maxMesh:
		l.rows, l.bus, l.gap = nil, true, 20
		for ; n > 0; n -= 4 {
			l.rows = append(l.rows, min(4, n))
		}
	}
	l.card = min(widestCard, (pictureWidth-2*margin-(l.rows[0]-1)*l.gap)/l.rows[0])
	return l
}

// above is the room over row i.
func (l layout) above(i int) int {
	switch {
	case l.bus:
		return busHeight
	case l.mesh && i == 1:
		return corridor
	case len(l.rows) == 1 && l.rows[0] == 3:
		return arcHeight
	case i > 0:
		return rowGap
	}
	return 0
}

func newScene(p *plan.Plan) *scene {
	s := &scene{Width: pictureWidth, Title: "The ring " + p.Ring}
	s.Labels = []label{
		{margin, 38, "ring", p.Ring},
		{margin, 62, "muted", fmt.Sprintf("Cassandra %s · Kubernetes %s · replication factor %d in each datacenter · services in %s",
			p.CassandraVersion, p.KubernetesVersion, p.ReplicationFactor, p.ServiceCIDR)},
	}
	cards := cardsOf(p)
	l, y, next := newLayout(len(cards)), headHeight, 0
	var rows [][]card
	for i, n := range l.rows {
		y += l.above(i)
		row := l.row(cards[next:next+n], y, l.mesh && i == 0)
		next += n
		y += row[0].H
		rows = append(rows, row)
		s.Regions = append(s.Regions, row...)
	}
	s.Height = y + footHeight
	s.connect(p, l, rows)
	return s
}

// maker lays a card out in a frame.
type maker func(frame box, gatewayLast bool) card

// cardsOf are the regions, then the networks outside Azure that hold no member.
func cardsOf(p *plan.Plan) []maker {
	var all []maker
	for i := range p.Regions {
		all = append(all, func(frame box, gatewayLast bool) card { return newCard(p, &p.Regions[i], frame, gatewayLast) })
	}
	for i := range p.Links {
		if l := &p.Links[i]; len(l.Leads) == 0 {
			all = append(all, func(frame box, gatewayLast bool) card { return newOutside(l, frame, gatewayLast) })
		}
	}
	return all
}

// lines are the tunnels between two cards: those of the regions and, of each
// region with a gateway, those to where the links lead.
func lines(p *plan.Plan) []plan.Pair {
	all := slices.Clone(p.Pairs)
	for i := range p.Regions {
		r := &p.Regions[i]
		if r.ARM == nil || len(r.ARM.Gateways) == 0 {
			continue
		}
		for j := range p.Links {
			leads := p.Links[j].Leads
			if len(leads) == 0 {
				leads = []string{outsideName(&p.Links[j])}
			}
			for _, name := range leads {
				if pair := (plan.Pair{A: r.Name, B: name}); !slices.Contains(all, pair) {
					all = append(all, pair)
				}
			}
		}
	}
	return all
}

// row lays out cards of one height side by side.
func (l layout) row(cards []maker, y int, gatewayLast bool) []card {
	width := len(cards)*l.card + (len(cards)-1)*l.gap
	x := (pictureWidth - width) / 2
	if l.bus {
		x = margin
	}
	height := 0
	for _, c := range cards {
		height = max(height, c(box{W: l.card}, gatewayLast).H)
	}
	var row []card
	for _, c := range cards {
		row = append(row, c(box{X: x, Y: y, W: l.card, H: height}, gatewayLast))
		x += l.card + l.gap
	}
	return row
}

// linkKind is what the picture calls links of a kind and what is at their ends.
type linkKind struct{ name, ends, key string }

var (
	tunnels  = linkKind{"tunnel", "gateways", "IPsec tunnel between two gateways"}
	peerings = linkKind{"peering", "VNets", "global VNet peering, one half in each VNet"}
)

// connect draws the links: each one or, where they are too many, a bus.
func (s *scene) connect(p *plan.Plan, l layout, rows [][]card) {
	pairs := lines(p)
	if len(pairs) == 0 {
		return
	}
	foot := s.Height - 16
	kind := tunnels
	if p.Peering {
		kind = peerings
	}
	s.Links = append(s.Links, link{fmt.Sprintf("M%d %dh36", margin, foot-4), kind.name})
	s.Labels = append(s.Labels, label{margin + 46, foot, "muted", kind.key})
	if l.bus {
		s.Labels = append(s.Labels, label{margin, headHeight + busHeight - 24, "strong",
			"full mesh: " + strconv.Itoa(len(pairs)) + " " + kind.name + "s, one for each pair of " + kind.ends})
		s.bus(rows)
		return
	}
	places := map[string]place{}
	for i, row := range rows {
		for j := range row {
			places[row[j].Name] = place{row[j].gateway(), i, j, l.mesh && i == 0}
		}
	}
	for _, pair := range pairs {
		a, b := places[pair.A], places[pair.B]
		if cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.column, b.column)) > 0 {
			a, b = b, a
		}
		s.Links = append(s.Links, link{line(a, b), pair.A + " to " + pair.B})
	}
}

// place is where a gateway is: its box, row and column, and which edge its lines leave from.
type place struct {
	box
	row, column int
	down        bool
}

// end is the point in the middle of the edge that looks at the others.
func (p place) end() (x, y int) {
	if p.down {
		return p.X + p.W/2, p.Y + p.H
	}
	return p.X + p.W/2, p.Y
}

// line is the path of a link: straight across to a neighbour or to the other row, and an
// arc over a neighbour.
func line(a, b place) string {
	ax, ay := a.end()
	bx, by := b.end()
	switch {
	case a.row != b.row:
		return fmt.Sprintf("M%d %dL%d %d", ax, ay, bx, by)
	case b.column-a.column == 1:
		y := a.Y + a.H/2
		return fmt.Sprintf("M%d %dH%d", a.X+a.W, y, b.X)
	}
	bend := -arcHeight - 24
	if a.down || a.row > 0 {
		bend = corridor / 3
	}
	if a.row > 0 {
		bend = -bend
	}
	return fmt.Sprintf("M%d %dC%d %d %d %d %d %d", ax, ay, ax+40, ay+bend, bx-40, by+bend, bx, by)
}

// bus joins every gateway to a line over its row, and the lines to each other.
func (s *scene) bus(rows [][]card) {
	var path strings.Builder
	var levels []int
	for _, row := range rows {
		y, end := row[0].Y-busHeight/2+8, 0
		for i := range row {
			if row[i].linked() {
				g := row[i].gateway()
				end = g.X + g.W/2
				fmt.Fprintf(&path, "M%d %dV%d", end, y, g.Y)
			}
		}
		if end > 0 {
			fmt.Fprintf(&path, "M%d %dH%d", margin/2, y, end)
			levels = append(levels, y)
		}
	}
	fmt.Fprintf(&path, "M%d %dV%d", margin/2, levels[0], levels[len(levels)-1])
	s.Links = append(s.Links, link{path.String(), "full mesh"})
}
