package render_test

import (
	"encoding/xml"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/generator/plan"
	"github.com/ringwright/ringwright/generator/render"
	"github.com/ringwright/ringwright/generator/spec"
)

func planOf(t *testing.T, src string) *plan.Plan {
	t.Helper()
	ring, err := spec.Parse("ring.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.New(ring)
	if err != nil {
		t.Fatal(err)
	}
	return &p
}

// ringOf is a spec of n regions; format gets a region's number and makes its name.
func ringOf(n int, ring, format, region string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "apiVersion: ringwright/v1\nkind: Ring\nname: %s\ndnsSuffix: 3f9a1c\ngateway: { sku: VpnGw5AZ }\n"+
		"kubernetes: { serviceCidr: 172.16.0.0/16 }\nsidecar: { image: \"registry.example.com/sidecar:1\" }\nregions:\n", ring)
	for i := range n {
		fmt.Fprintf(&b, "- { location: southcentralus, name: %s, vnet: 10.%d.0.0/16, cluster: { apiServerCIDRs: [203.0.113.0/24], controlPlanes: 3 }%s }\n",
			fmt.Sprintf(format, i), 100+i, region)
	}
	return b.String()
}

// peeredRing is a ring of n regions whose VNets are peered.
func peeredRing(n int) string {
	return strings.Replace(ringOf(n, "customers", "r%d", ""), "gateway: { sku: VpnGw5AZ }", "link: peering", 1)
}

// element is any XML element.
type element struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Children []element  `xml:",any"`
	Text     string     `xml:",chardata"`
}

func (e *element) attr(name string) string {
	for _, a := range e.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (e *element) number(t *testing.T, name string) int {
	t.Helper()
	if e.attr(name) == "" {
		return 0
	}
	n, err := strconv.Atoi(e.attr(name))
	if err != nil {
		t.Fatalf("%s of %s: %v", name, e.XMLName.Local, err)
	}
	return n
}

// area is a rectangle and the texts and rectangles in it.
type area struct {
	x, y, w, h int
	class      string
	texts      []*element
	inner      []area
}

// areaOf reads a group: its own rectangle first, then texts and groups.
func areaOf(t *testing.T, g *element) area {
	var a area
	for i := range g.Children {
		switch c := &g.Children[i]; c.XMLName.Local {
		case "rect":
			a.x, a.y, a.w, a.h = c.number(t, "x"), c.number(t, "y"), c.number(t, "width"), c.number(t, "height")
			a.class = c.attr("class")
		case "text":
			a.texts = append(a.texts, c)
		case "g":
			a.inner = append(a.inner, areaOf(t, c))
		}
	}
	return a
}

func (a area) contains(b area) bool {
	return b.x >= a.x && b.y >= a.y && b.x+b.w <= a.x+a.w && b.y+b.h <= a.y+a.h
}

func (a area) overlaps(b area) bool {
	return a.x < b.x+b.w && b.x < a.x+a.w && a.y < b.y+b.h && b.y < a.y+a.h
}

// check demands that what is in an area stays in it and apart.
func (a area) check(t *testing.T) {
	t.Helper()
	for i, b := range a.inner {
		if !a.contains(b) {
			t.Errorf("%s %v leaves %s %v", b.class, b.place(), a.class, a.place())
		}
		for _, other := range a.inner[:i] {
			if b.overlaps(other) {
				t.Errorf("%s %v overlaps %s %v", b.class, b.place(), other.class, other.place())
			}
		}
		b.check(t)
	}
	for _, text := range a.texts {
		x, y, wide := text.number(t, "x"), text.number(t, "y"), width(text)
		if strings.Contains(text.attr("class"), "end") {
			x -= wide
		}
		line := area{x: x, y: y - 9, w: wide, h: 11}
		if !a.contains(line) {
			t.Errorf("text %q %v leaves %s %v", text.Text, line.place(), a.class, a.place())
		}
		for _, b := range a.inner {
			if b.overlaps(line) {
				t.Errorf("text %q runs into %s %v", text.Text, b.class, b.place())
			}
		}
	}
}

func (a area) place() [4]int { return [4]int{a.x, a.y, a.w, a.h} }

// width is about what a text takes in DejaVu, a wide font, per class.
func width(text *element) int {
	each := 6.4
	for class, w := range map[string]float64{"mono": 6.63, "name": 9.6, "ring": 14, "strong": 6.8} {
		if strings.Contains(text.attr("class"), class) {
			each = w
		}
	}
	return int(each * float64(len([]rune(text.Text))))
}

func pictureOf(t *testing.T, p *plan.Plan) (string, *element) {
	t.Helper()
	files, err := render.Picture(p)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 1 || files[0].Path != "topology.svg" {
		t.Fatalf("files %v, want topology.svg", files)
	}
	root := &element{}
	if err := xml.Unmarshal(files[0].Data, root); err != nil {
		t.Fatal(err)
	}
	return string(files[0].Data), root
}

// mixedOf has n more regions in Azure than mixed.
func mixedOf(n int) string {
	var b strings.Builder
	b.WriteString(mixed)
	for i := range n {
		fmt.Fprintf(&b, "- { location: westeurope, name: w%d, vnet: 10.%d.0.0/16, racks: zone, cluster: { apiServerCIDRs: [203.0.113.0/24] } }\n", i, 50+i)
	}
	return b.String()
}

var pictures = map[string]string{
	"1":     ringOf(1, "customers", "r%d", ""),
	"2":     ringOf(2, "customers", "r%d", ""),
	"3":     ringOf(3, "customers", "r%d", ", racks: zone"),
	"4":     ringOf(4, "customers", "r%d", ", members: 6"),
	"5":     ringOf(5, "customers", "r%d", ", members: 48"),
	"6":     ringOf(6, "customers", "r%d", ""),
	"7":     ringOf(7, "customers", "r%d", ""),
	"8":     ringOf(8, "customers", "r%d", ", members: 9"),
	"50":    ringOf(50, "customers", "r%d", ""),
	"mixed": mixed, "elsewhere": elsewhere,
	"mixed7":               mixedOf(5),
	"long2":                ringOf(2, "customers-everywhere", "a-region-with-a-longnam%d", ", members: 48"),
	"long8":                ringOf(8, "customers-everywhere", "a-region-with-a-longnam%d", ", racks: zone"),
	"peered1":              peeredRing(1),
	"peered2":              peeredRing(2),
	"peered3":              peeredRing(3),
	"peered6":              peeredRing(6),
	"peered20":             peeredRing(20),
	"peered and existing":  peeredAndExisting,
	"peered7 and existing": peeredRing(7) + existingRegion,
	"aks":                  managed,
	"aks8":                 strings.ReplaceAll(ringOf(8, "customers-everywhere", "a-region-with-a-longnam%d", ", members: 48"), "controlPlanes: 3", "type: aks"),
}

func TestPictureIsInOrder(t *testing.T) {
	for name, src := range pictures {
		t.Run(name, func(t *testing.T) {
			_, root := pictureOf(t, planOf(t, src))
			page := areaOf(t, root)
			want := fmt.Sprintf("0 0 %d %d", page.w, page.h)
			if diff := cmp.Diff(want, root.attr("viewBox")); diff != "" {
				t.Errorf("view box (-paper +box):\n%s", diff)
			}
			page.check(t)
			for i := range root.Children {
				if c := &root.Children[i]; c.XMLName.Local == "path" {
					crossings(t, c.attr("d"), page)
				}
			}
		})
	}
}

func TestPictureNamesEverything(t *testing.T) {
	for name, src := range pictures {
		p := planOf(t, src)
		text, root := pictureOf(t, p)
		if strings.Contains(text, "<script") || strings.Contains(text, "href") || strings.Contains(text, "url(") {
			t.Errorf("%s: the picture loads or runs something", name)
		}
		for _, r := range p.Regions {
			names := []string{r.Datacenter.Name, r.Network.VNet, r.Cluster.APIHost, strings.Join(r.Cluster.DNS, " "), strings.Join(r.Network.Ranges, " ")}
			names = append(names, r.Network.GatewayFQDN...)
			for _, n := range append(r.Cluster.Members, r.Cluster.ControlPlanes...) {
				names = append(names, n.Name+" "+n.Address)
			}
			for _, want := range names {
				if !strings.Contains(text, want) {
					t.Errorf("%s: %s is not in the picture", name, want)
				}
			}
		}
		paths, pairs, cards := 0, len(p.Pairs), len(p.Regions)
		for _, l := range p.Links {
			for _, want := range []string{"link " + l.Name, l.Address} {
				if !strings.Contains(text, want) {
					t.Errorf("%s: %s is not in the picture", name, want)
				}
			}
			if len(l.Leads) == 0 {
				cards++
			}
			for i := range p.Regions {
				if p.Regions[i].ARM != nil {
					pairs++
				}
			}
		}
		for _, c := range root.Children {
			if c.XMLName.Local == "path" {
				paths++
			}
		}
		want := pairs + 1 // and the key
		kind, other := "tunnel", "peering"
		if p.Peering {
			kind, other = other, kind
		}
		if strings.Contains(text, other) || strings.Contains(text, kind) != (pairs > 0) {
			t.Errorf("%s: the picture says %s, or no %s", name, other, kind)
		}
		switch mesh := fmt.Sprintf("full mesh: %d %ss", pairs, kind); {
		case pairs == 0:
			want = 0
		case cards > 6:
			want = 2
			if !strings.Contains(text, mesh) {
				t.Errorf("%s: does not say %q", name, mesh)
			}
		}
		if paths != want {
			t.Errorf("%s: %d lines, want %d", name, paths, want)
		}
	}
}

func TestPictureMarksTheFounder(t *testing.T) {
	for founder, want := range map[string]int{"": 1, "founder: r1\n": 1, "founder: none\n": 0} {
		text, _ := pictureOf(t, planOf(t, founder+ringOf(3, "customers", "r%d", "")))
		if got := strings.Count(text, "may found the ring"); got != want {
			t.Errorf("%q: %d pods may found, want %d", founder, got, want)
		}
		if got := strings.Count(text, "★ founder"); got != want {
			t.Errorf("%q: %d regions are marked, want %d", founder, got, want)
		}
	}
}

var pathStep = regexp.MustCompile(`([MLHVCh])([-0-9 ]+)`)

// crossings samples a path: it may end at a section and pass through none.
func crossings(t *testing.T, d string, page area) {
	t.Helper()
	var x, y float64
	for _, m := range pathStep.FindAllStringSubmatch(d, -1) {
		var n []float64
		for _, word := range strings.Fields(m[2]) {
			v, err := strconv.Atoi(word)
			if err != nil {
				t.Fatalf("path %s: %v", d, err)
			}
			n = append(n, float64(v))
		}
		p := [8]float64{x, y, x, y}
		switch m[1] {
		case "M", "L":
			p[4], p[5], p[6], p[7] = n[0], n[1], n[0], n[1]
		case "H", "h":
			p[4], p[5], p[6], p[7] = n[0], y, n[0], y
			if m[1] == "h" {
				p[4], p[6] = x+n[0], x+n[0]
			}
		case "V":
			p[4], p[5], p[6], p[7] = x, n[0], x, n[0]
		case "C":
			copy(p[2:], n)
		}
		x, y = p[6], p[7]
		if m[1] == "M" {
			continue
		}
		for i := 1.0; i < 100; i++ {
			u, v := bezier(p[0], p[2], p[4], p[6], i/100), bezier(p[1], p[3], p[5], p[7], i/100)
			for _, card := range page.inner {
				for _, s := range card.inner {
					if u > float64(s.x)+1 && u < float64(s.x+s.w)-1 && v > float64(s.y)+1 && v < float64(s.y+s.h)-1 {
						t.Fatalf("line %s crosses %s %v at %.0f, %.0f", d, s.class, s.place(), u, v)
					}
				}
			}
			if u < 0 || v < 0 || u > float64(page.w) || v > float64(page.h) || math.IsNaN(u) {
				t.Fatalf("line %s leaves the picture", d)
			}
		}
	}
}

func bezier(a, b, c, d, s float64) float64 {
	r := 1 - s
	return r*r*r*a + 3*r*r*s*b + 3*r*s*s*c + s*s*s*d
}
