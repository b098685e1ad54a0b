package generator_test

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// cluster is one datacenter as kubectl and nodetool show it. Its clock goes on
// by what restart.sh sleeps.
type cluster struct {
	Namespace string
	Sets      []statefulSet
	Pods      []pod
	Clock     int // seconds

	Away      int                 // seconds from a pod's deletion to its end
	Gap       int                 // seconds from there to its next incarnation
	Starting  int                 // seconds from there to Ready
	Stuck     []string            // pods that never become Ready again
	Unseen    map[string][]string // by witness, the pods that it shows as DN
	Blind     int                 // until when Unseen holds; 0 is for ever
	Unsettled int                 // until when the StatefulSets are not observed as they are; 0 is for ever
	Failing   map[string]int      // by call, as logged, how often it works before it fails for ever

	Calls   []string            // what was called, without the flags of the connection
	Flags   []string            // these flags, each combination once
	Views   map[string][]string // by witness, the addresses it showed as UN since the last sleep or delete
	Unsafe  []string            // why a delete endangered the datacenter
	Deleted []string            // pods, in order

	out strings.Builder // what the call in hand prints
}

type statefulSet struct {
	Name, Revision       string
	Replicas             int
	Generation, Observed int
	Labels               map[string]string
}

type pod struct {
	Name, Revision, UID, IP string
	Ready, Deleting, Gone   bool
	At                      int // when the next thing happens to it
	Labels                  map[string]string
}

// settle lets happen what is due: deleted pods are replaced, new ones get Ready.
func (c *cluster) settle() {
	if c.Unsettled > 0 && c.Clock >= c.Unsettled {
		for i := range c.Sets {
			c.Sets[i].Observed = c.Sets[i].Generation
		}
	}
	for i := range c.Pods {
		p := &c.Pods[i]
		if p.Deleting && !p.Gone && c.Clock >= p.At {
			p.Gone, p.Ready, p.At = true, false, p.At+c.Gap
		}
		if p.Gone && c.Clock >= p.At {
			*p = pod{Name: p.Name, UID: p.UID + "'", IP: p.IP + "0", Revision: c.set(p.Name).Revision, Labels: p.Labels, At: c.Clock + c.Starting}
		}
		if !p.Deleting && !p.Ready && p.At > 0 && c.Clock >= p.At && !slices.Contains(c.Stuck, p.Name) {
			p.Ready = true
		}
	}
}

func (c *cluster) set(pod string) *statefulSet {
	i := slices.IndexFunc(c.Sets, func(s statefulSet) bool { return s.Name == pod[:strings.LastIndex(pod, "-")] })
	return &c.Sets[i]
}

func (c *cluster) pod(name string) *pod {
	if i := slices.IndexFunc(c.Pods, func(p pod) bool { return p.Name == name && !p.Gone }); i >= 0 {
		return &c.Pods[i]
	}
	return nil
}

// call is one kubectl or sleep; it prints to out.
func (c *cluster) call(name string, args []string) error {
	c.out.Reset()
	c.settle()
	if name == "sleep" {
		seconds, err := strconv.Atoi(args[0])
		c.Clock += seconds
		c.Views = nil
		return err
	}
	flags, rest := connection(args)
	if !slices.Contains(c.Flags, flags) {
		c.Flags = append(c.Flags, flags)
	}
	what := strings.Join(rest[:min(2, len(rest))], " ")
	c.Calls = append(c.Calls, what)
	if works, ok := c.Failing[what]; ok {
		if works == 0 {
			return fmt.Errorf("the server is not reachable")
		}
		c.Failing[what]--
	}
	switch {
	case !strings.HasSuffix(flags, "-n "+c.Namespace):
		return nil // an empty namespace lists nothing
	case rest[0] == "get":
		return c.get(rest[1:])
	case rest[0] == "exec":
		return c.exec(rest[1:])
	case rest[0] == "delete":
		return c.delete(rest[1:])
	}
	return fmt.Errorf("unexpected call %q", args)
}

// connection parts the flags before the command from the rest.
func connection(args []string) (flags string, rest []string) {
	n := 0
	for n < len(args) && strings.HasPrefix(args[n], "-") {
		n += 2
	}
	return strings.Join(args[:n], " "), args[n:]
}

// get prints the objects with a selector as a JSONPath template asks.
func (c *cluster) get(args []string) error {
	if len(args) != 5 || args[1] != "-l" || args[3] != "-o" {
		return fmt.Errorf("unexpected get %q", args)
	}
	key, value, _ := strings.Cut(args[2], "=")
	var objects []map[string]string
	for _, s := range c.Sets {
		if args[0] == "statefulsets" && s.Labels[key] == value {
			objects = append(objects, map[string]string{
				".metadata.name": s.Name, ".spec.replicas": strconv.Itoa(s.Replicas), ".metadata.generation": strconv.Itoa(s.Generation),
				".status.observedGeneration": strconv.Itoa(s.Observed), ".status.updateRevision": s.Revision,
			})
		}
	}
	for _, p := range c.Pods {
		if args[0] == "pods" && !p.Gone && p.Labels[key] == value {
			objects = append(objects, p.fields())
		}
	}
	return c.printEach(args[4], objects)
}

func (p pod) fields() map[string]string {
	fields := map[string]string{
		".metadata.name": p.Name, ".metadata.labels.controller-revision-hash": p.Revision, ".metadata.uid": p.UID, ".status.podIP": p.IP,
		`.status.conditions[?(@.type=="Ready")].status`: "False", ".metadata.deletionTimestamp": "",
	}
	if p.Ready {
		fields[`.status.conditions[?(@.type=="Ready")].status`] = "True"
	}
	if p.Deleting {
		fields[".metadata.deletionTimestamp"] = "2026-01-02T03:04:05Z"
	}
	return fields
}

var (
	rangeOverItems = regexp.MustCompile(`^jsonpath=\{range \.items\[\*\]\}(.*)\{end\}$`)
	expression     = regexp.MustCompile(`\{[^}]*\}`)
)

// printEach prints the one form of template that restart.sh uses.
func (c *cluster) printEach(template string, objects []map[string]string) error {
	each := rangeOverItems.FindStringSubmatch(template)
	if each == nil {
		return fmt.Errorf("unexpected template %s", template)
	}
	var unknown error
	for _, object := range objects {
		c.out.WriteString(expression.ReplaceAllStringFunc(each[1], func(e string) string {
			if e == `{"\n"}` {
				return "\n"
			}
			value, ok := object[strings.Trim(e, "{}")]
			if !ok {
				unknown = fmt.Errorf("no field %s", e)
			}
			return value
		}))
	}
	return unknown
}

// exec prints what nodetool status shows of this datacenter and of another one.
func (c *cluster) exec(args []string) error {
	if !slices.Equal(args[1:], []string{"-c", "cassandra", "--", "nodetool", "status"}) {
		return fmt.Errorf("unexpected exec %q", args)
	}
	witness := c.pod(args[0])
	if witness == nil || !witness.Ready {
		return fmt.Errorf("nodetool: Connection refused")
	}
	if c.Views == nil {
		c.Views = map[string][]string{}
	}
	c.Views[witness.Name] = []string{}
	heading := "Datacenter: %s\n=======================\nStatus=Up/Down\n|/ State=Normal/Leaving/Joining/Moving\n--  Address    Load       Tokens  Owns   Host ID  Rack\n"
	fmt.Fprintf(&c.out, heading, "dc-eastus")
	for _, p := range c.Pods {
		state := "UN"
		if unseen := slices.Contains(c.Unseen[witness.Name], p.Name) && (c.Blind == 0 || c.Clock < c.Blind); unseen || !p.Ready {
			state = "DN"
		} else {
			c.Views[witness.Name] = append(c.Views[witness.Name], p.IP)
		}
		fmt.Fprintf(&c.out, "%s  %-9s  104.2 KiB  16      100%%   %s      rack-0\n", state, p.IP, p.UID)
	}
	fmt.Fprintf(&c.out, "\n"+heading, "dc-southcentralus")
	for _, address := range []string{"10.2.0.34", "10.2.0.66"} {
		fmt.Fprintf(&c.out, "UN  %-9s  104.2 KiB  16      100%%   remote  rack-1\n", address)
	}
	return nil
}

// delete starts a pod's end and notes whether the datacenter could bear it.
func (c *cluster) delete(args []string) error {
	if len(args) != 3 || args[0] != "pod" || args[2] != "--wait=false" {
		return fmt.Errorf("unexpected delete %q", args)
	}
	p := c.pod(args[1])
	if p == nil {
		return fmt.Errorf("pods %q not found", args[1])
	}
	var others []string
	for _, other := range c.Pods {
		if other.Name == p.Name {
			continue
		}
		others = append(others, other.IP)
		if !other.Ready || other.Deleting {
			c.Unsafe = append(c.Unsafe, p.Name+" deleted while "+other.Name+" is away")
		}
	}
	witnesses := 0
	for name, seen := range c.Views {
		if name != p.Name && !slices.ContainsFunc(others, func(ip string) bool { return !slices.Contains(seen, ip) }) {
			witnesses++
		}
	}
	if want := min(2, len(others)); witnesses < want {
		c.Unsafe = append(c.Unsafe, fmt.Sprintf("%s deleted with %d of %d witnesses", p.Name, witnesses, want))
	}
	if !p.Deleting {
		p.Deleting, p.At = true, c.Clock+c.Away
	}
	c.Views = nil
	c.Deleted = append(c.Deleted, p.Name)
	return nil
}
