package config_test

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/sidecar/config"
)

// many are n addresses, the longest that there are.
func many(n int) []netip.Addr {
	var as []netip.Addr
	for i := range n {
		as = append(as, netip.MustParseAddr(fmt.Sprintf("fd00:1111:2222:3333:4444:5555:6666:%x", 0x1000+i)))
	}
	return as
}

func TestSetSeeds(t *testing.T) {
	files := image()
	files["cassandra.yaml"] = strings.ReplaceAll(shippedYAML, "\n", "\r\n")
	for _, s := range []config.Start{start(t, image()), start(t, files)} {
		s.Settings.Config["seeds_of_another_kind"] = []any{map[string]any{"seeds": "10.9.9.9"}}
		if err := config.Write(s); err != nil {
			t.Fatal(err)
		}
		want := content(t, s.Conf)
		for _, tt := range []struct {
			seeds []netip.Addr
			want  string
		}{
			{addresses("10.1.0.5"), "10.1.0.5"},
			{addresses("10.1.0.5", "::ffff:10.1.0.6", "fd00::1"), "10.1.0.5,10.1.0.6,fd00::1"},
			{many(config.MaxSeeds), strings.Trim(strings.ReplaceAll(fmt.Sprint(many(config.MaxSeeds)), " ", ","), "[]")},
			{addresses("10.1.0.4", "10.2.0.4"), "10.1.0.4,10.2.0.4"},
		} {
			if err := config.SetSeeds(s.Conf, tt.seeds); err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(want["cassandra.yaml"], "\n")
			at := slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(line, "      - seeds: ") })
			_, end, _ := strings.Cut(lines[at], `"`+"\r")
			lines[at] = `      - seeds: "` + tt.want + `"` + end
			if strings.HasSuffix(lines[0], "\r") {
				lines[at] += "\r"
			}
			want["cassandra.yaml"] = strings.Join(lines, "\n")
			wantContent(t, s.Conf, want)
		}
	}
}

// TestSetSeedsKeeps holds that the same seeds do not touch the file,
// and that other ones leave it to its owner.
func TestSetSeedsKeeps(t *testing.T) {
	s := start(t, image())
	if err := os.Chmod(filepath.Join(s.ImageConf, "cassandra.yaml"), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := config.Write(s); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(s.Conf, "cassandra.yaml")
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, same := range []bool{true, false} {
		seeds := s.Seeds
		if !same {
			seeds = seeds[:1]
		}
		if err := config.SetSeeds(s.Conf, seeds); err != nil {
			t.Fatal(err)
		}
		after, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := os.SameFile(before, after); got != same || after.Mode() != 0o600 {
			t.Errorf("same seeds %t: same file %t, mode %v; want mode 0600", same, got, after.Mode())
		}
	}
}

func TestSetSeedsRefuses(t *testing.T) {
	const form = "PATH: has no seed_provider as init writes it"
	good := addresses("10.0.0.1")
	tests := []struct {
		name, file string
		seeds      []netip.Addr
		want       string
	}{
		{"none", writtenYAML, nil, "there are no seeds; Cassandra takes at least one"},
		{"too many", writtenYAML, many(config.MaxSeeds + 1), "there are 21 seeds; a member takes at most 20"},
		{"no address", writtenYAML, []netip.Addr{{}}, "a seed is missing; it takes an IP address"},
		{"every address", writtenYAML, addresses("::"), "a seed is ::; it takes the IP address of one pod"},
		{"empty file", "", good, form},
		{"no YAML", "a: [", good, "PATH: yaml: line 1: did not find expected node content"},
		{"no provider", "a: 1\n", good, form},
		{"two providers", "seed_provider:\n  - parameters:\n      - seeds: \"1\"\n  - parameters:\n      - seeds: \"1\"\n", good, form},
		{"no seeds", "seed_provider:\n  - parameters:\n      - seed: \"1\"\n", good, form},
		{"other form", "seed_provider: [{parameters: [{seeds: \"127.0.0.1\"}]}]\n", good, "PATH: line 1: the seeds are not written as init writes them"},
		{"names", "seed_provider:\n  - parameters:\n      - seeds: \"seeds.test\"\n", good, "PATH: line 3: the seeds are not written as init writes them"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "cassandra.yaml")
			fill(t, dir, map[string]string{"cassandra.yaml": tt.file})
			wantLines(t, config.SetSeeds(dir, tt.seeds), []string{strings.Replace(tt.want, "PATH", path, 1)})
			wantContent(t, dir, map[string]string{"cassandra.yaml": tt.file})
		})
	}
	t.Run("no file", func(t *testing.T) {
		dir := t.TempDir()
		wantLines(t, config.SetSeeds(dir, good), []string{"stat " + filepath.Join(dir, "cassandra.yaml") + ": no such file or directory"})
		wantContent(t, dir, map[string]string{})
	})
}

// TestReaderSeesWholeFiles reads while init and run write: every reading is
// one of the files as a whole, and what run writes never brings back an
// earlier start.
func TestReaderSeesWholeFiles(t *testing.T) {
	s := start(t, image())
	s.Settings.Config["concurrent_reads"] = 0
	if err := config.Write(s); err != nil {
		t.Fatal(err)
	}
	yamlPath := filepath.Join(s.Conf, "cassandra.yaml")
	first, err := os.ReadFile(yamlPath)
	if err != nil {
		t.Fatal(err)
	}
	const rounds = 25
	known := map[string]bool{}
	for round := range rounds + 1 {
		text := strings.Replace(string(first), "concurrent_reads: 0", fmt.Sprintf("concurrent_reads: %d", round), 1)
		known[text] = true
		known[strings.Replace(text, "10.1.0.4,10.2.0.4", "10.7.7.7", 1)] = true
	}
	stop := make(chan struct{})
	var writer, others sync.WaitGroup
	others.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			if err := config.SetSeeds(s.Conf, addresses("10.7.7.7")); err != nil {
				t.Errorf("SetSeeds: %v", err)
				return
			}
		}
	})
	others.Go(func() {
		last := 0
		for {
			select {
			case <-stop:
				return
			default:
			}
			data, err := os.ReadFile(yamlPath)
			if err != nil || !known[string(data)] {
				t.Errorf("reading: %v, %d bytes that were never written", err, len(data))
				return
			}
			round := 0
			_, rest, _ := strings.Cut(string(data), "concurrent_reads: ")
			if _, err := fmt.Sscan(rest, &round); err != nil || round < last {
				t.Errorf("start %d after start %d: %v", round, last, err)
				return
			}
			last = round
		}
	})
	writer.Go(func() {
		for round := range rounds {
			s.Settings.Config["concurrent_reads"] = round + 1
			if err := config.Write(s); err != nil {
				t.Errorf("Write: %v", err)
				return
			}
		}
	})
	writer.Wait()
	close(stop)
	others.Wait()
	if diff := cmp.Diff(len(written()), len(content(t, s.Conf))); diff != "" {
		t.Errorf("files in the end (-want +got):\n%s", diff)
	}
}
