package secrets_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ringwright/ringwright/generator/secrets"
)

func TestRotate(t *testing.T) {
	const link, crt, config, pars = "links/eastus--westus.key", "eastus/admin.crt", "eastus/kubeconfig", "eastus/parameters.json"
	tests := []struct {
		name      string
		rotated   []string
		rewritten []string
		next      string // what the sentence must hold besides the name
	}{
		{"eastus/cluster-ca", []string{crt, "eastus/admin.key", "eastus/cluster-ca.crt", "eastus/cluster-ca.key"}, []string{config, pars}, "every control plane and kubelet"},
		{"eastus/front-proxy-ca", []string{"eastus/front-proxy-ca.crt", "eastus/front-proxy-ca.key"}, []string{pars}, "old front-proxy-ca"},
		{"eastus/etcd-ca", []string{"eastus/etcd-ca.crt", "eastus/etcd-ca.key"}, []string{pars}, "old etcd-ca"},
		{"eastus/service-account", []string{"eastus/service-account.key", "eastus/service-account.pub"}, []string{pars}, "sa.pub"},
		{"eastus/admin", []string{crt, "eastus/admin.key"}, []string{config}, "until it expires"},
		{"eastus/join-token", []string{"eastus/join-token"}, []string{pars}, "token create --ttl 0"},
		{"eastus/ssh", []string{"eastus/ssh/id_ed25519", "eastus/ssh/id_ed25519.pub"}, []string{pars}, "az vm user update"},
		{"links/eastus--westus", []string{link}, []string{pars, "westus/parameters.json"}, "deploy eastus and westus again"},
	}
	ring := ringOf("westus", "eastus")
	var covered []string
	for _, tt := range tests {
		covered = append(covered, strings.Replace(tt.name, "eastus/", "westus/", 1))
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			mustWrite(t, dir, ring)
			before := contents(t, dir)
			result := mustWrite(t, dir, ring, tt.name, tt.name)
			after := contents(t, dir)
			if diff := cmp.Diff(tt.rotated, result.Rotated); diff != "" {
				t.Errorf("rotated (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.rewritten, result.Rewritten); diff != "" {
				t.Errorf("rewritten (-want +got):\n%s", diff)
			}
			changed := slices.Concat(tt.rotated, tt.rewritten)
			for name := range before {
				if (before[name] != after[name]) != slices.Contains(changed, name) {
					t.Errorf("%s: changed = %v", name, before[name] != after[name])
				}
			}
			if !slices.ContainsFunc(result.Next, func(s string) bool { return strings.HasPrefix(s, tt.name+": ") && strings.Contains(s, tt.next) }) {
				t.Errorf("next = %q, want %q in the sentence of %s", result.Next, tt.next, tt.name)
			}
			// What has been rotated is whole: the next run finds nothing to say or do.
			if again := mustWrite(t, dir, ring); len(again.Kept) != len(after) || again.Next != nil {
				t.Errorf("the run after it: %+v", again)
			}
		})
	}
	t.Run("names", func(t *testing.T) {
		var own []string
		for _, name := range ring.RotateNames() {
			if !strings.HasPrefix(name, "eastus/") {
				own = append(own, name)
			}
		}
		slices.Sort(own)
		slices.Sort(covered)
		if diff := cmp.Diff(own, covered); diff != "" {
			t.Errorf("a name is not tested (-names +tested):\n%s", diff)
		}
	})
}

func TestRotateUnknown(t *testing.T) {
	ring := ringOf("eastus", "westus")
	tests := []struct{ name, near string }{
		{"eastus/admn", "eastus/admin"},
		{"westus/cluster_ca", "westus/cluster-ca"},
		{"admin", "eastus/admin"},
		{"Join-Token", "eastus/join-token"},
		{"links/westus--eastus", "links/eastus--westus"},
		{"westus--eastus", "links/eastus--westus"},
		{"eastus/cluster-ca.key", "eastus/cluster-ca"},
		{"", ""},
		{"zzz", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			_, err := secrets.Write(dir, ring, []string{"eastus/admin", tt.name}, source(noon))
			if err == nil {
				t.Fatal("taken")
			}
			first, second, _ := strings.Cut(err.Error(), "\n")
			want := `--rotate "` + tt.name + `": no such value in this ring`
			if tt.near != "" {
				want += "; did you mean " + tt.near + "?"
			}
			if diff := cmp.Diff(want, first); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff("want one of "+strings.Join(ring.RotateNames(), ", "), second); diff != "" {
				t.Errorf("names (-want +got):\n%s", diff)
			}
			if files := contents(t, dir); len(files) > 0 {
				t.Errorf("files were written: %d", len(files))
			}
		})
	}
	_, err := secrets.Write(t.TempDir(), ring, []string{"one", "two"}, source(noon))
	if err == nil || !strings.Contains(err.Error(), `"one"`) || !strings.Contains(err.Error(), `"two"`) {
		t.Errorf("error = %v, want both names", err)
	}
}

func TestRingIsRefused(t *testing.T) {
	tests := []struct {
		name string
		ring secrets.Ring
		want string
	}{
		{"ring", secrets.Ring{Name: "../x"}, `ring "../x": want lower-case letters, digits and hyphens`},
		{"region", secrets.Ring{Name: "r", Regions: []secrets.Region{{Name: "a/b"}}}, `region "a/b": want lower-case letters, digits and hyphens`},
		{"links", secrets.Ring{Name: "r", Regions: []secrets.Region{{Name: "links"}}}, `region "links": its directory is that of the shared keys; give the region another name`},
		{"twice", secrets.Ring{Name: "r", Regions: []secrets.Region{{Name: "a"}, {Name: "a"}}}, `region "a": is there twice`},
		{"host", secrets.Ring{Name: "r", Regions: []secrets.Region{{Name: "a", APIHost: "https://a"}}}, `region "a": API host "https://a": want a host name without scheme or port`},
		{"own peer", secrets.Ring{Name: "r", Regions: []secrets.Region{{Name: "a", Peers: []string{"a"}}}}, `region "a": is its own peer`},
		{"peer twice", secrets.Ring{Name: "r", Regions: []secrets.Region{{Name: "a", Peers: []string{"b", "b"}}}}, `region "a": peer "b" is there twice`},
		{"peer's form", secrets.Ring{Name: "r", Regions: []secrets.Region{{Name: "a", Peers: []string{"../b"}}}}, `region "a": peer "../b": want lower-case letters, digits and hyphens`},
		{"one way", secrets.Ring{Name: "r", Regions: []secrets.Region{{Name: "a", Peers: []string{"b"}}, {Name: "b"}}}, `region "a": has the peer "b", which does not have it`},
		{"one file", secrets.Ring{Name: "r", Regions: []secrets.Region{{Name: "a", Peers: []string{"b--c"}}, {Name: "a--b", Peers: []string{"c"}}}},
			"the links a, b--c and a--b, c share the file links/a--b--c.key; give one of the regions another name"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := secrets.Write(t.TempDir(), tt.ring, nil, source(noon))
			if err == nil {
				t.Fatal("taken")
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}
