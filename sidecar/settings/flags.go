package settings

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"path"
	"strconv"
	"strings"

	"github.com/spf13/pflag"
)

// Flags are the flags that init and run share. Files and directories are
// absolute paths inside the pod.
type Flags struct {
	// Settings is the settings file.
	Settings string
	// ImageConf is the image's own configuration, which is only read.
	// Default: /etc/cassandra.
	ImageConf string
	// Conf is the directory the configuration is written to, on a volume that
	// lives and dies with the pod.
	Conf string
	// Data is the mount of the volume that outlives the pod.
	Data string
	// Rack is the rack of the pod's StatefulSet, such as rack-0.
	Rack string
	// PodName is the pod's name, such as cassandra-0-0.
	PodName string
	// PodIP is the pod's address.
	PodIP string
	// Labels is the file of the pod's labels, as the downward API writes it.
	Labels string
	// Listen is where the agent listens, as host:port or :port.
	// Default: :8089.
	Listen string
}

// AddTo declares the flags in fs with their defaults and binds them to f. A
// flag given twice is an error: the second would win in silence.
func (f *Flags) AddTo(fs *pflag.FlagSet) {
	f.ImageConf, f.Listen = "/etc/cassandra", fmt.Sprintf(":%d", AgentPort)
	for _, flag := range f.table() {
		fs.Var(&onceValue{target: flag.target}, flag.name, flag.takes)
	}
}

// Check says everything that is wrong with the flags' values, one line each.
// It looks at no file.
func (f *Flags) Check() error {
	var errs []error
	for _, flag := range f.table() {
		if wrong := flag.wrong(); wrong != "" {
			errs = append(errs, fmt.Errorf("--%s %s; it takes %s", flag.name, wrong, flag.takes))
		}
	}
	for _, other := range []struct{ name, dir string }{{"image-conf", f.ImageConf}, {"data", f.Data}} {
		if f.Conf != "" && other.dir != "" && within(f.Conf, other.dir) {
			errs = append(errs, fmt.Errorf("--conf is %s, within --%s %s; it takes a directory of its own that a new pod finds empty", f.Conf, other.name, other.dir))
		}
	}
	pod, rack := podNames.FindStringSubmatch(f.PodName), rackNames.FindStringSubmatch(f.Rack)
	if pod != nil && rack != nil && pod[1] != rack[1] {
		errs = append(errs, fmt.Errorf("--rack is %s, but pod %s is of rack-%s; it takes the rack of the pod's StatefulSet", f.Rack, f.PodName, pod[1]))
	}
	return errors.Join(errs...)
}

// flag is one row of the table that declaring, checking and writing share.
type flag struct {
	name   string
	target *string
	takes  string
	ok     func(string) bool
}

func (f *Flags) table() []flag {
	return []flag{
		{"settings", &f.Settings, "the absolute path of the settings file", isPath},
		{"image-conf", &f.ImageConf, "the absolute path of the image's configuration", isPath},
		{"conf", &f.Conf, "the absolute path of the directory to write the configuration to", isPath},
		{"data", &f.Data, "the absolute path of the mounted volume", isPath},
		{"rack", &f.Rack, "the rack of the pod's StatefulSet, such as rack-0", rackNames.MatchString},
		{"pod-name", &f.PodName, "the pod's name, such as cassandra-0-0", podNames.MatchString},
		{"pod-ip", &f.PodIP, "the pod's IP address", isPodIP},
		{"labels", &f.Labels, "the absolute path of the file of the pod's labels", isPath},
		{"listen", &f.Listen, "an address and a port, such as :8089", isListen},
	}
}

// wrong says what is wrong with the flag's value, or nothing.
func (f flag) wrong() string {
	value := *f.target
	switch {
	case value == "":
		return "is missing"
	case strings.Contains(value, "$("):
		return "is " + shown(value) + ", which Kubernetes fills in only where the container's env declares it"
	case !f.ok(value):
		return "is " + shown(value)
	}
	return ""
}

// isPath takes paths in their shortest form, so that two that are the same
// look the same.
func isPath(s string) bool { return path.IsAbs(s) && path.Clean(s) == s && s != "/" }

// within says whether the path is the directory or lies below it.
func within(p, dir string) bool { return p == dir || strings.HasPrefix(p, dir+"/") }

func isPodIP(s string) bool {
	a, err := netip.ParseAddr(s)
	return err == nil && a.Zone() == "" && !a.IsUnspecified() && !a.IsMulticast()
}

func isListen(s string) bool {
	host, port, err := net.SplitHostPort(s)
	if err != nil || !isPort(port) {
		return false
	}
	_, err = netip.ParseAddr(host)
	return host == "" || err == nil
}

// isPort takes 1 to 65535 without leading zeros.
func isPort(s string) bool {
	n, err := strconv.ParseUint(s, 10, 16)
	return err == nil && n > 0 && strconv.FormatUint(n, 10) == s
}

// onceValue is a string flag that may be given once.
type onceValue struct {
	target *string
	given  bool
}

func (v *onceValue) String() string { return *v.target }
func (v *onceValue) Type() string   { return "string" }

func (v *onceValue) Set(s string) error {
	if v.given {
		return errors.New("given twice")
	}
	v.given, *v.target = true, s
	return nil
}
