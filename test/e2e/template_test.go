package e2e

import (
	"crypto/rand"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/generator"
	generated "github.com/ringwright/ringwright/generator/secrets"
)

// compiled is a world with nothing but the files of ring.yaml and its secrets.
func compiled(t *testing.T) *World {
	t.Helper()
	w := &World{TB: t, Dir: t.TempDir()}
	w.Out, w.Secrets = filepath.Join(w.Dir, "out"), filepath.Join(w.Dir, "secrets")
	text, err := os.ReadFile("ring.yaml")
	w.must(err)
	files, err := generator.Generate("ring.yaml", text)
	w.must(err)
	for name, data := range files {
		path := filepath.Join(w.Out, name)
		w.must(os.MkdirAll(filepath.Dir(path), 0o755))
		w.must(os.WriteFile(path, data, 0o644))
	}
	plan, err := generator.Plan("ring.yaml", text)
	w.must(err)
	ring := generated.Ring{Name: plan.Ring}
	for _, r := range plan.Regions {
		ring.Regions = append(ring.Regions, generated.Region{Name: r.Name, APIHost: r.Cluster.APIHost, Peers: r.Secrets.Peers, MakeSSHKey: r.Secrets.MakeSSHKey})
	}
	_, err = generated.Write(w.Secrets, ring, nil, generated.Source{Rand: rand.Reader, Now: time.Now})
	w.must(err)
	return w
}

func (w *World) readSites() []*site {
	w.Helper()
	var all []*site
	for _, region := range w.regions() {
		s, err := readSite(w.Out, w.Secrets, region)
		w.must(err)
		all = append(all, s)
	}
	return all
}

// TestSite holds what is read of the example's template against the plan that
// README shows.
func TestSite(t *testing.T) {
	s := compiled(t).readSites()[0]
	type machine struct {
		Primary     string
		Addresses   int
		FaultDomain string
		Disks       []diskModel
		Role        string
	}
	got := map[string]machine{}
	for _, m := range s.Machines {
		got[m.Name] = machine{m.Primary.String(), len(m.Addresses), m.FaultDomain, m.Disks, m.Prelude["ROLE"]}
		if errs := m.check(); len(errs) > 0 {
			t.Error(errs)
		}
		if !strings.HasSuffix(strings.TrimSpace(m.Script), "\nmain") {
			t.Errorf("%s: its script ends otherwise than with a call of main", m.Name)
		}
	}
	disk := func(name string) []diskModel { return []diskModel{{Name: name, Size: 4}} }
	want := map[string]machine{
		"customers-eastus-cp0": {"10.1.127.250", 31, "0", nil, "controlplane"},
		"customers-eastus-m0":  {"10.1.0.32", 31, "0", disk("customers-eastus-m0-data"), "member"},
		"customers-eastus-m1":  {"10.1.0.64", 31, "1", disk("customers-eastus-m1-data"), "member"},
		"customers-eastus-m2":  {"10.1.0.96", 31, "2", disk("customers-eastus-m2-data"), "member"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("machines (-want +got):\n%s", diff)
	}
	if got := s.pool(s.Balancers[0].Pool); !slices.Equal(got, []netip.Addr{netip.MustParseAddr("10.1.127.250")}) || s.Balancers[0].Port != 6443 {
		t.Errorf("the API server's balancer is %+v with backends %v", s.Balancers[0], got)
	}
}

// TestModelTells holds that the models of links and machines find, without a
// network, the faults that are in them; a packet has to find the others.
func TestModelTells(t *testing.T) {
	packets := []string{"rule-gone", "api-server-closed"}
	said := func(w *World) string {
		sites := w.readSites()
		text := joined(sites[0], sites[1], sites)
		for _, s := range sites {
			for i := range s.Machines {
				for _, err := range s.Machines[i].check() {
					text = append(text, err.Error())
				}
			}
		}
		return strings.Join(text, "\n")
	}
	if text := said(compiled(t)); text != "" {
		t.Errorf("without a fault: %s", text)
	}
	for name, f := range faults {
		if f.late || slices.Contains(packets, name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			w := compiled(t)
			f.carryOut(w)
			if text := said(w); !regexp.MustCompile(f.says).MatchString(text) {
				t.Errorf("said %q; want %s", text, f.says)
			}
		})
	}
}

// TestSubnetRules holds the security group of the example in iptables' words.
func TestSubnetRules(t *testing.T) {
	s := compiled(t).readSites()[0]
	got, err := subnetRules(s.Subnets[0], s.Prefixes, []netip.Prefix{netip.MustParsePrefix("10.2.0.0/16")})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"-s 10.1.0.0/16 -d 0.0.0.0/0 -j ACCEPT",
		"-s 10.2.0.0/16 -d 0.0.0.0/0 -p tcp --dport 7000 -j ACCEPT",
		"-s 10.2.0.0/16 -d 0.0.0.0/0 -p tcp --dport 7001 -j ACCEPT",
		"-s 10.2.0.0/16 -d 0.0.0.0/0 -p tcp --dport 9042 -j ACCEPT",
		"-s 10.2.0.0/16 -d 0.0.0.0/0 -p tcp --dport 8089 -j ACCEPT",
		"-s 10.2.0.0/16 -d 0.0.0.0/0 -p tcp --dport 30053 -j ACCEPT",
		"-s 10.2.0.0/16 -d 0.0.0.0/0 -p udp --dport 30053 -j ACCEPT",
		"-s 10.2.0.0/16 -d 0.0.0.0/0 -p icmp -j ACCEPT",
		"-s 168.63.129.16/32 -d 0.0.0.0/0 -j ACCEPT",
		"-s 203.0.113.0/24 -d 0.0.0.0/0 -p tcp --dport 6443 -j ACCEPT",
		"-s 0.0.0.0/0 -d 0.0.0.0/0 -j DROP",
		"-s 10.1.0.0/16 -d 0.0.0.0/0 -j ACCEPT",
		"-s 10.2.0.0/16 -d 0.0.0.0/0 -j ACCEPT",
		"-s 168.63.129.16/32 -d 0.0.0.0/0 -j ACCEPT",
		"-s 0.0.0.0/0 -d 0.0.0.0/0 -j DROP",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got, err := subnetRules(s.Subnets[1], nil, nil); err != nil || !slices.Equal(got, []string{"-j ACCEPT"}) {
		t.Errorf("a subnet without a security group has %q, %v", got, err)
	}
}
