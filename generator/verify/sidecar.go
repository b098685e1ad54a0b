package verify

import (
	"net/netip"
	"path"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/ringwright/ringwright/generator/plan"
	"github.com/ringwright/ringwright/sidecar/settings"
)

// readSettings reads the sidecar's settings with the sidecar's own parser.
func (g *region) readSettings() {
	for _, c := range g.objects.configMaps {
		for name, text := range c.value.Data {
			if name != plan.SettingsFile {
				g.add(c.file, c.where(name), "want %s only", plan.SettingsFile)
				continue
			}
			s, err := settings.Parse(name, []byte(text))
			if err != nil {
				for _, line := range strings.Split(err.Error(), "\n") {
					g.add(c.file, c.where(), "%s", line)
				}
				continue
			}
			g.settings = s
		}
	}
}

// settingsPlace is where problems of the settings are.
func (g *region) settingsPlace() (file, where string) {
	for _, c := range g.objects.configMaps {
		if _, ok := c.value.Data[plan.SettingsFile]; ok {
			return c.file, c.where(plan.SettingsFile)
		}
	}
	return g.file("*.yaml"), plan.SettingsFile
}

// checkSidecar holds the sidecar's settings and command lines against the pods
// that it runs in.
func (g *region) checkSidecar() {
	if g.settings == nil {
		return
	}
	for _, set := range g.objects.sets {
		verbs := map[string]int{}
		var flags []settings.Flags
		for _, c := range containers(&set.value.Spec.Template.Spec) {
			command := g.checkCommand(set, c)
			g.checkLifecycle(set, c, command.Verb)
			if verbs[command.Verb]++; command.Flags != (settings.Flags{}) {
				flags = append(flags, command.Flags)
			}
		}
		if len(flags) == 2 && flags[0] != flags[1] {
			g.add(set.file, set.where(), "init and run have different flags; want the same")
		}
		for _, verb := range []string{settings.VerbInstall, settings.VerbInit, settings.VerbRun} {
			if verbs[verb] != 1 {
				g.add(set.file, set.where(), "%d containers run %s; want one", verbs[verb], verb)
			}
		}
	}
	s := g.settings
	file, where := g.settingsPlace()
	for _, line := range []struct{ name, have, want string }{
		{"ring", s.Ring, g.ring.plan.Ring},
		{"region", s.Region, g.name},
		{"location", s.Location, g.plan.Location},
		{"datacenter", s.Datacenter, g.plan.Datacenter.Name},
		{"racks", s.Racks, g.plan.Cluster.RackKind},
		{"seedsService", s.SeedsService, g.seedsName()},
		{"dns", strings.Join(s.DNS, " "), g.ownDNS()},
	} {
		if line.have != line.want {
			g.add(file, where, "%s %q; want %q", line.name, line.have, line.want)
		}
	}
	replicas, founder := 0, s.Founder == settings.NoFounder
	for _, set := range g.objects.sets {
		if set.value.Spec.Replicas != nil {
			replicas += int(*set.value.Spec.Replicas)
			for i := range int(*set.value.Spec.Replicas) {
				founder = founder || s.Founder == set.name+"-"+itoa(i)
			}
		}
	}
	if s.Members != replicas {
		g.add(file, where, "members %d; want %d, the replicas of all StatefulSets", s.Members, replicas)
	}
	if !founder {
		g.add(file, where, "founder %s; there is no such pod", s.Founder)
	}
}

// ownDNS is where the region's members ask for names: the cluster's DNS or,
// where that exists, the servers that were asked for.
func (g *region) ownDNS() string {
	if !g.deploys() {
		return strings.Join(g.plan.Cluster.DNS, " ")
	}
	return g.clusterDNS() + ":53"
}

// clusterDomain ends the names of a cluster's services, as kubeadm has it
// (https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/).
const clusterDomain = "cluster.local"

// seedsName is the name of the service that governs the region's sets.
func (g *region) seedsName() string {
	for _, set := range g.objects.sets {
		return set.value.Spec.ServiceName + "." + set.namespace + ".svc." + clusterDomain
	}
	return ""
}

// samples are what Kubernetes would fill in for the first pod of a set.
func samples(set object[appsv1.StatefulSet], c *corev1.Container) *strings.Replacer {
	var pairs []string
	for _, e := range c.Env {
		if e.ValueFrom == nil || e.ValueFrom.FieldRef == nil {
			continue
		}
		switch e.ValueFrom.FieldRef.FieldPath {
		case "metadata.name":
			pairs = append(pairs, "$("+e.Name+")", set.name+"-0")
		case "status.podIP":
			pairs = append(pairs, "$("+e.Name+")", "192.0.2.1")
		}
	}
	return strings.NewReplacer(pairs...)
}

// checkCommand reads a container's command line with the sidecar's own parser.
// What cannot be read is the zero Command.
func (g *region) checkCommand(set object[appsv1.StatefulSet], c *corev1.Container) settings.Command {
	where := set.where("container "+c.Name, "command")
	if len(c.Command) == 0 || len(c.Args) > 0 {
		g.add(set.file, where, "want the command line of the sidecar in command, and no args")
		return settings.Command{}
	}
	fill := samples(set, c)
	var args []string
	for _, a := range c.Command[1:] {
		args = append(args, fill.Replace(a))
	}
	command, err := settings.ParseCommand(args)
	if err != nil {
		for _, line := range strings.Split(err.Error(), "\n") {
			g.add(set.file, where, "%s", line)
		}
		return settings.Command{}
	}
	m := mounts{set, c}
	if command.Verb == settings.VerbInstall {
		if v := m.over(command.Directory); v == nil || v.EmptyDir == nil || path.Dir(c.Command[0]) == command.Directory {
			g.add(set.file, where, "want to install into an emptyDir that is mounted")
		}
		return command
	}
	if v := m.over(c.Command[0]); v == nil || v.EmptyDir == nil {
		g.add(set.file, where, "%s is not where install puts it", c.Command[0])
	}
	if command.Verb == settings.VerbInit && (len(command.Exec) == 0 || !path.IsAbs(command.Exec[0]) || !slices.Contains(command.Exec, "-f")) {
		g.add(set.file, where, "init becomes %q; want Cassandra by its path, in the foreground with -f", command.Exec)
	}
	g.checkFlags(m, command)
	g.checkHeap(m, command)
	return command
}

// confEnv is what Cassandra's start scripts and nodetool go by
// (https://github.com/apache/cassandra/blob/cassandra-5.0/bin/cassandra.in.sh).
const confEnv = "CASSANDRA_CONF"

// checkFlags sees that each path of a command line is on the volume that it has to be on.
func (g *region) checkFlags(m mounts, command settings.Command) {
	f := command.Flags
	where := m.set.where("container "+m.c.Name, "command")
	v := m.over(f.Settings)
	var config *corev1.ConfigMap
	if v != nil && v.ConfigMap != nil {
		config = g.configMap(v.ConfigMap.Name)
	}
	inDirectory := func(p string) bool { mount := m.mount(p); return mount != nil && mount.MountPath == path.Dir(p) }
	if config == nil || config.Data[path.Base(f.Settings)] == "" || !inDirectory(f.Settings) {
		g.add(m.set.file, where, "--settings %s is no key of a mounted ConfigMap", f.Settings)
	}
	if v := m.over(f.Labels); v == nil || v.DownwardAPI == nil || !inDirectory(f.Labels) ||
		!slices.ContainsFunc(v.DownwardAPI.Items, func(i corev1.DownwardAPIVolumeFile) bool {
			return i.Path == path.Base(f.Labels) && i.FieldRef != nil && i.FieldRef.FieldPath == "metadata.labels"
		}) {
		g.add(m.set.file, where, "--labels %s is no file of the pod's labels", f.Labels)
	}
	if v := m.over(f.Conf); v == nil || v.EmptyDir == nil || m.mount(f.Conf).ReadOnly {
		g.add(m.set.file, where, "--conf %s is in no emptyDir that can be written", f.Conf)
	}
	if !m.claimed(f.Data) {
		g.add(m.set.file, where, "--data %s is not where the claim is mounted", f.Data)
	}
	if m.mount(f.ImageConf) != nil {
		g.add(m.set.file, where, "--image-conf %s is hidden by a volume", f.ImageConf)
	}
	if !slices.Contains(m.c.Env, corev1.EnvVar{Name: confEnv, Value: f.Conf}) {
		g.add(m.set.file, where, "--conf %s; want the same in env %s, where Cassandra and its tools look", f.Conf, confEnv)
	}
	listen, err := netip.ParseAddrPort("0.0.0.0" + f.Listen)
	if err != nil || listen.Port() != settings.AgentPort {
		g.add(m.set.file, where, "--listen %s; want :%d, which security rules and peers count on", f.Listen, settings.AgentPort)
		return
	}
	if command.Verb == settings.VerbRun && !listens(m.c, intstr.FromInt32(int32(listen.Port()))) {
		g.add(m.set.file, where, "--listen %s is no port of the container", f.Listen)
	}
}

// checkHeap leaves half of the container's memory to what Cassandra keeps
// outside the heap (https://cassandra.apache.org/doc/5.0/cassandra/managing/operating/hardware.html).
func (g *region) checkHeap(m mounts, command settings.Command) {
	if command.Verb != settings.VerbInit {
		return
	}
	heap, err := resource.ParseQuantity(g.settings.Heap)
	if limit := m.c.Resources.Limits.Memory(); err != nil || heap.Value()*2 > limit.Value() {
		g.add(m.set.file, m.set.where("container "+m.c.Name), "memory limit %s; want at least twice the heap of %s", limit, g.settings.Heap)
	}
}
