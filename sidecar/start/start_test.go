package start

import (
	"context"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringwright/ringwright/sidecar/api"
	"github.com/ringwright/ringwright/sidecar/decide"
	"github.com/ringwright/ringwright/sidecar/dns"
	"github.com/ringwright/ringwright/sidecar/settings"
	"github.com/ringwright/ringwright/sidecar/volume"
)

// long is more than any wait that ends by itself.
const long = 6 * time.Minute

// TestStarts leads to Cassandra: what is on the volume, in the configuration
// and published then.
func TestStarts(t *testing.T) {
	tests := []struct {
		name   string
		change func(s *scene)
		state  volume.InitKeys
		seeds  string
		flags  []string // ringwright's own, in jvm-server.options
		warns  []string
	}{
		{"the founder, all pods empty", func(s *scene) { s.empty() },
			volume.InitKeys{Founding: true}, me, nil, nil},
		{"the founder, killed before it served", func(s *scene) {
			s.empty()
			s.record(s.starterVolume(), func(own *volume.InitKeys) {
				own.Ring, own.Datacenter, own.Rack, own.RingID, own.Founding = "customers", "dc-eastus", "rack-0", ringID, true
			})
			s.must(s.starterPhase().Write(volume.Phase{Phase: volume.PhaseStarting, Since: time.Now(), Renewed: time.Now()}))
		}, volume.InitKeys{RingID: ringID, Founding: true, FailedStarts: 1}, me, nil, []string{}},
		{"a newcomer beside a member", func(s *scene) { s.empty(); s.serving() },
			volume.InitKeys{RingID: ringID, Joining: true}, other, nil, nil},
		{"a newcomer whose first start failed", func(s *scene) {
			s.empty()
			s.serving()
			s.write(filepath.Join(s.flags.Data, "data", "system", "local-1", "nb-1-big-Data.db"), "")
			s.dumped = volume.Local{Bootstrapped: "IN_PROGRESS", ClusterName: "customers", DataCenter: "dc-eastus", Rack: "rack-0"}
			s.record(s.starterVolume(), func(own *volume.InitKeys) {
				own.Ring, own.Datacenter, own.Rack, own.RingID, own.Joining = "customers", "dc-eastus", "rack-0", ringID, true
			})
			s.must(s.starterPhase().Write(volume.Phase{Phase: volume.PhaseStarting, Since: time.Now(), Renewed: time.Now()}))
		}, volume.InitKeys{RingID: ringID, Joining: true, FailedStarts: 1}, other, []string{"-Dcassandra.reset_bootstrap_progress=true"}, []string{}},
		{"in the place of a lost member", func(s *scene) {
			s.empty()
			s.serving()
			s.ring = append(s.ring, decide.Member{Address: netip.MustParseAddr("10.1.0.99"), HostID: lostID, Datacenter: "dc-eastus", Rack: "rack-0", State: decide.Normal})
			s.settings(func(set *settings.Settings) { set.Replace = map[string]string{"cassandra-0-0": lostID} })
		}, volume.InitKeys{RingID: ringID, Joining: true, Replacing: lostID}, other, []string{"-Dcassandra.replace_address_first_boot=10.1.0.99"}, nil},
		{"a member, another one live", func(s *scene) { s.joined(); s.empty(); s.serving() },
			volume.InitKeys{RingID: ringID}, other + "," + third, nil, nil},
		{"a member, everybody dark", func(s *scene) {
			s.joined()
			s.listed = dns.Answer{Err: errRefused}
		}, volume.InitKeys{RingID: ringID}, other + "," + me, nil, nil},
		{"a member on a machine that has moved", func(s *scene) {
			s.joined()
			s.listed = dns.Answer{Err: errRefused}
			s.write(s.flags.Labels, `topology.kubernetes.io/zone="eastus-fd2"`)
		}, volume.InitKeys{RingID: ringID}, other + "," + me, nil, []string{"rack-drift"}},
		{"a member, nobody says where the machine is", func(s *scene) {
			s.joined()
			s.listed = dns.Answer{Err: errRefused}
			s.must(os.Remove(s.flags.Labels))
		}, volume.InitKeys{RingID: ringID}, other + "," + me, nil, []string{"no-rack"}},
		{"a member, the settings broken", func(s *scene) {
			s.joined()
			s.listed = dns.Answer{Err: errRefused}
			s.must(s.starterVolume().KeepSettings(s.t.Context(), []byte(s.read("settings.yaml"))))
			s.write(s.flags.Settings, "ring: [")
		}, volume.InitKeys{RingID: ringID}, other + "," + me, nil, nil},
		{"a member whose state was lost", func(s *scene) {
			s.write(filepath.Join(s.flags.Data, "data", "system", "local-1", "nb-1-big-Data.db"), "")
			s.dumped = volume.Local{Bootstrapped: "COMPLETED", HostID: hostID, ClusterName: "customers", DataCenter: "dc-eastus", Rack: "rack-0"}
			s.listed = dns.Answer{Err: errRefused}
		}, volume.InitKeys{}, me, nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScene(t)
				tt.change(s)
				if err := s.runFor(long); err != nil {
					t.Fatalf("%v\n%s", err, s.log.String())
				}
				if s.execs != 1 {
					t.Fatalf("Cassandra was started %d times", s.execs)
				}
				got := s.state().InitKeys
				if tt.state.Founding && tt.state.RingID == "" {
					if !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(got.RingID) {
						t.Errorf("the ring's id is %q, not a random UUID", got.RingID)
					}
					got.RingID = ""
				}
				tt.state.Ring, tt.state.Datacenter, tt.state.Rack = "customers", "dc-eastus", "rack-0"
				if diff := cmp.Diff(tt.state, got); diff != "" {
					t.Errorf("state (-want +got):\n%s", diff)
				}
				if _, err := os.Stat(filepath.Join(s.flags.Data, "data")); tt.state.Joining && err == nil {
					t.Error("what an earlier attempt left is still there")
				}
				if yaml := s.read("conf", "cassandra.yaml"); !strings.Contains(yaml, `- seeds: "`+tt.seeds+`"`) {
					t.Errorf("want seeds %s in\n%s", tt.seeds, yaml)
				}
				if rack := s.read("conf", "cassandra-rackdc.properties"); !strings.Contains(rack, "dc=dc-eastus\nrack=rack-0\n") {
					t.Errorf("want the saved place in\n%s", rack)
				}
				options := s.read("conf", "jvm-server.options")
				var flags []string
				for line := range strings.Lines(options) {
					if strings.HasPrefix(line, "-Dcassandra.") {
						flags = append(flags, strings.TrimSpace(line))
					}
				}
				if diff := cmp.Diff(tt.flags, flags); diff != "" {
					t.Errorf("flags (-want +got):\n%s", diff)
				}
				p := s.phase()
				if p.Phase != volume.PhaseStarting || p.Condition != "" {
					t.Errorf("published %s, condition %q; want starting", p.Phase, p.Condition)
				}
				if diff := cmp.Diff(append([]string{}, tt.warns...), append([]string{}, p.Warnings...)); diff != "" {
					t.Errorf("warnings (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func (s *scene) starterVolume() *volume.Directory {
	return &volume.Directory{Root: s.flags.Data, Files: volume.OS{}}
}
func (s *scene) starterPhase() volume.PhaseFile {
	return volume.PhaseFile{Dir: s.flags.Conf, Files: volume.OS{}}
}

// TestRefuses ends with exit 1: nothing starts, and the text says why.
func TestRefuses(t *testing.T) {
	tests := []struct {
		name   string
		change func(s *scene)
		want   string
		is     decide.Condition
	}{
		{"the machine is in another rack", func(s *scene) { s.write(s.flags.Labels, `topology.kubernetes.io/zone="eastus-fd1"`) },
			"says rack-1, but the pod's StatefulSet is of rack-0", decide.OtherRack},
		{"nobody says where it is", func(s *scene) { s.must(os.Remove(s.flags.Labels)) }, "a rack is never made up", decide.NoRack},
		{"a zone that is another one", func(s *scene) {
			s.joined()
			s.settings(func(set *settings.Settings) { set.Racks = settings.RacksZone })
			s.write(s.flags.Labels, `topology.kubernetes.io/zone="eastus-2"`)
		}, "says rack-2, and a member's rack cannot change", decide.RackDrift},
		{"settings that are broken", func(s *scene) { s.write(s.flags.Settings, "ring: [") }, "settings.yaml:", settingsBroken},
		{"settings that are not there", func(s *scene) { s.must(os.Remove(s.flags.Settings)) }, "mount the settings' ConfigMap there", settingsBroken},
		{"a member that was removed", func(s *scene) {
			s.joined()
			s.empty()
			s.serving()
			s.node(other, func(n *api.Node) { n.Gone = []string{lostID} })
		}, "starting it would take its tokens back", decide.Gone},
		{"a volume of another ring", func(s *scene) {
			s.joined()
			s.settings(func(set *settings.Settings) { set.Ring = "orders" })
		}, "belongs to ring customers, the settings are of ring orders", decide.OtherRing},
		{"a member that has left", func(s *scene) {
			s.write(filepath.Join(s.flags.Data, "data", "system", "local-1", "nb-1-big-Data.db"), "")
			s.dumped = volume.Local{Bootstrapped: "DECOMMISSIONED", ClusterName: "customers", DataCenter: "dc-eastus", Rack: "rack-0"}
		}, "move its data and .ringwright away to join anew", decide.IsDecommissioned},
		{"data that nobody can tell anything of", func(s *scene) { s.write(filepath.Join(s.flags.Data, "commitlog", "CommitLog-7-1.log"), "x") },
			"nothing says what they are", volumeUnclear},
		{"an image without Cassandra's configuration", func(s *scene) {
			s.empty()
			s.must(os.Remove(filepath.Join(s.flags.ImageConf, "cassandra.yaml")))
		}, "cassandra.yaml is missing", cannotWrite},
		{"files that appear while it waits", func(s *scene) {
			log := filepath.Join(s.flags.Data, "commitlog", "CommitLog-7-1.log")
			s.onLook = func() { s.write(log, "x") }
		}, "records no start and system.local is not there; put both back from a copy", volumeUnclear},
		{"a volume that is not mounted", func(s *scene) { s.must(os.Remove(s.flags.Data)) }, "mount the volume there", volumeUnclear},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScene(t)
				tt.change(s)
				err := s.runFor(long)
				if err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Fatalf("%v; want %q in it", err, tt.want)
				}
				if s.execs != 0 {
					t.Error("Cassandra was started")
				}
				if p := s.phase(); p.Phase != volume.PhaseWaiting || !strings.Contains(p.Reason, tt.want) {
					t.Errorf("published %s, %q; want the reason", p.Phase, p.Reason)
				} else if p.Condition != string(tt.is) {
					t.Errorf("metrics are told %q, want %q", p.Condition, tt.is)
				}
			})
		})
	}
}

func TestRemovedIsForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t)
		s.joined()
		s.empty()
		s.serving()
		s.node(other, func(n *api.Node) { n.Gone = []string{lostID} })
		if err := s.runFor(long); err == nil || !s.state().Removed {
			t.Fatalf("%v, removed %v", err, s.state().Removed)
		}
		s.listed = dns.Answer{Err: errRefused} // nobody is there to say so any more
		if err := s.runFor(long); err == nil || s.execs != 0 {
			t.Errorf("%v, started %d times; want it refused for ever", err, s.execs)
		}
	})
}

// TestLeftUnseen holds that a member which was decommissioned and stopped
// before its agent saw that is told from one that the others removed.
func TestLeftUnseen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t)
		s.joined()
		s.empty()
		s.serving()
		s.node(other, func(n *api.Node) { n.Gone = []string{lostID} })
		s.dumped = volume.Local{Bootstrapped: "DECOMMISSIONED"}
		err := s.runFor(long)
		if err == nil || !strings.Contains(err.Error(), "was decommissioned") {
			t.Errorf("%v; want that it was decommissioned", err)
		}
		if st := s.state(); !st.Decommissioned || st.Removed {
			t.Errorf("decommissioned %v, removed %v", st.Decommissioned, st.Removed)
		}
	})
}

// TestPutBack holds that a member's data which somebody puts back while init
// waits, for a volume on which it had found an attempt's, is a member's.
func TestPutBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t)
		s.empty()
		s.settings(func(set *settings.Settings) { set.Founder = settings.NoFounder })
		table := filepath.Join(s.flags.Data, "data", "system", "local-1", "nb-1-big-Data.db")
		s.write(table, "")
		s.record(&volume.Directory{Root: s.flags.Data, Files: volume.OS{}}, func(own *volume.InitKeys) { own.Joining, own.RingID = true, ringID })
		time.AfterFunc(time.Minute, func() {
			s.write(table, "longer")
			s.mu.Lock()
			defer s.mu.Unlock()
			s.dumped = volume.Local{Bootstrapped: "COMPLETED", HostID: hostID, ClusterName: "customers", DataCenter: "dc-eastus", Rack: "rack-0"}
		})
		if err := s.runFor(long); err != nil || s.execs != 1 {
			t.Fatalf("%v, started %d times", err, s.execs)
		}
		if _, err := os.Stat(table); err != nil || !s.state().Joined {
			t.Errorf("%v, joined %v", err, s.state().Joined)
		}
	})
}

// TestTakesOverWhoIsGone holds that a joiner knows from its start on who is
// gone: however quick it is, its agent may be later.
func TestTakesOverWhoIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t)
		s.empty()
		s.serving()
		s.node(other, func(n *api.Node) { n.Gone = []string{lostID} })
		if err := s.runFor(long); err != nil || s.execs != 1 {
			t.Fatalf("%v, started %d times", err, s.execs)
		}
		if diff := cmp.Diff([]string{lostID}, s.state().Gone); diff != "" {
			t.Errorf("gone (-want +got):\n%s", diff)
		}
	})
}

// TestWaits never ends by itself, and says in words what it waits for.
func TestWaits(t *testing.T) {
	tests := []struct {
		name   string
		change func(s *scene)
		phase  volume.PhaseName
		want   string
	}{
		{"the founder, one pod missing", func(s *scene) { s.empty(); s.list(me, other) }, volume.PhaseWaiting, "gives 2 of 3 pods"},
		{"the founder, one pod silent", func(s *scene) { s.empty(); delete(s.nodes, third) }, volume.PhaseWaiting, third + ", which the DNS of dc-eastus gives, does not answer"},
		{"nobody may found", func(s *scene) {
			s.empty()
			s.settings(func(set *settings.Settings) { set.Founder = settings.NoFounder })
		}, volume.PhaseWaiting, "this pod may not found a ring because founder is none"},
		{"another one starts", func(s *scene) {
			s.empty()
			s.serving()
			s.node(third, func(n *api.Node) { n.Phase, n.Volume, n.RingID = decide.Starting, decide.Joining, ringID })
		}, volume.PhaseWaiting, "cassandra-2-0 (10.1.0.12) is starting"},
		{"another one goes first", func(s *scene) {
			s.empty()
			s.serving()
			s.node(third, func(n *api.Node) {
				n.Phase, n.Position = decide.Turn, decide.Position{Pod: "cassandra-0"}
			})
		}, volume.PhaseTurn, "cassandra-2-0 (10.1.0.12) goes first"},
		{"its address is a member's", func(s *scene) {
			s.joined()
			s.empty()
			s.serving()
			s.ring = append(s.ring, decide.Member{Address: netip.MustParseAddr(me), HostID: "00000000-0000-4000-8000-00000000000c", Datacenter: "dc-eastus", Rack: "rack-2", State: decide.Normal})
		}, volume.PhaseWaiting, "delete this pod to get another address"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScene(t)
				tt.change(s)
				ctx, cancel := context.WithCancel(t.Context())
				ended := make(chan error)
				go func() { ended <- s.run(ctx) }()
				time.Sleep(long)
				p := s.phase().At(time.Now())
				if p.Phase != tt.phase || !strings.Contains(p.Reason, tt.want) {
					t.Errorf("published %s, %q; want %s, %q", p.Phase, p.Reason, tt.phase, tt.want)
				}
				if lines := strings.Count(s.log.String(), tt.want); lines != 1 {
					t.Errorf("%d lines say so, want one:\n%s", lines, s.log.String())
				}
				told := time.Now()
				cancel()
				err := <-ended
				if took := time.Since(told); !errors.Is(err, context.Canceled) || took > time.Second {
					t.Errorf("ended %v after it was told to, with %v", took, err)
				}
				if p := s.phase(); p.Phase != volume.PhaseWaiting || s.execs != 0 {
					t.Errorf("left behind %s, started %d times", p.Phase, s.execs)
				}
			})
		})
	}
}

// TestClaims holds what others can see of a claim against what they say.
func TestClaims(t *testing.T) {
	rival := decide.Position{RackMembers: 0, Datacenter: 0, Ordinal: 0, Pod: "cassandra-2-0"}
	tests := []struct {
		name   string
		change func(s *scene)
		starts bool
		phase  volume.PhaseName
	}{
		{"nobody else claims", func(*scene) {}, true, volume.PhaseStarting},
		{"its own agent does not answer", func(s *scene) { s.mute = true }, false, volume.PhaseWaiting},
		{"a larger claim is held out", func(s *scene) {
			s.node(third, func(n *api.Node) { n.Phase, n.Position = decide.Claiming, rival })
		}, false, volume.PhaseWaiting},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScene(t)
				s.empty()
				s.serving()
				tt.change(s)
				err := s.runFor(long)
				if (err == nil) != tt.starts || (s.execs == 1) != tt.starts {
					t.Errorf("%v, started %d times; want started: %v", err, s.execs, tt.starts)
				}
				if p := s.phase(); p.Phase != tt.phase {
					t.Errorf("published %s, want %s", p.Phase, tt.phase)
				}
			})
		})
	}
}

// A process that was stopped for so long that its agent has dropped the claim
// must not start on it.
func TestLapsedClaim(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t)
		p, _, err := newPublisher(s.starterPhase())
		s.must(err)
		defer p.Close()
		var offset time.Duration
		p.mu.Lock()
		p.now = func() time.Time { return time.Now().Add(offset) }
		p.mu.Unlock()
		position := decide.Position{Pod: "cassandra-0-0"}
		s.must(p.Publish(decide.Action{Phase: decide.Claiming, Position: position}))
		var r readBack
		r.read(t.Context(), s, netip.MustParseAddr(me), p)
		if r.at(p).IsZero() {
			t.Fatal("the claim was not read back")
		}
		time.Sleep(time.Minute) // it is renewed
		if r.at(p).IsZero() {
			t.Error("a claim that was renewed in time has lapsed")
		}
		p.mu.Lock() // a renewal may be under way at this very moment
		offset = volume.ClaimLife
		p.mu.Unlock()
		p.renewOnce()
		if !r.at(p).IsZero() {
			t.Error("a claim that was renewed too late counts as read back")
		}
	})
}

// Waiting reads the settings anew.
func TestSettingsReachAWaitingPod(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t)
		s.empty()
		s.settings(func(set *settings.Settings) { set.Founder = settings.NoFounder })
		ended := make(chan error)
		go func() { ended <- s.run(t.Context()) }()
		time.Sleep(time.Minute)
		if s.execs != 0 {
			t.Fatal("it founded, though nobody may")
		}
		s.settings(nil)
		if err := <-ended; err != nil || s.execs != 1 {
			t.Errorf("%v, started %d times", err, s.execs)
		}
	})
}

// A start is counted as failed once, whatever is waited for afterwards.
func TestFailedStartsAreCountedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t)
		s.empty()
		s.serving()
		for want := range 3 {
			if err := s.runFor(long); err != nil {
				t.Fatalf("%v\n%s", err, s.log.String())
			}
			if got := s.state().FailedStarts; got != want {
				t.Errorf("start %d: %d failed starts", want, got)
			}
		}
		s.list() // nobody: waits
		_ = s.runFor(time.Minute)
		_ = s.runFor(time.Minute)
		if got := s.state().FailedStarts; got != 3 {
			t.Errorf("%d failed starts after three, then waits", got)
		}
	})
}
