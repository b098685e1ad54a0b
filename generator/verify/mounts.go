package verify

import (
	"path"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

// mounts are what a container sees of its pod's volumes.
type mounts struct {
	set object[appsv1.StatefulSet]
	c   *corev1.Container
}

// mount is the innermost mount that the path is in, or nil.
func (m mounts) mount(p string) *corev1.VolumeMount {
	var found *corev1.VolumeMount
	for i := range m.c.VolumeMounts {
		v := &m.c.VolumeMounts[i]
		if v.MountPath != "" && (p == v.MountPath || strings.HasPrefix(p, v.MountPath+"/")) && (found == nil || len(v.MountPath) > len(found.MountPath)) {
			found = v
		}
	}
	return found
}

// over is the volume that the path is on; nil where it is on none or on a claim.
func (m mounts) over(p string) *corev1.Volume {
	mount := m.mount(p)
	if mount == nil {
		return nil
	}
	for i := range m.set.value.Spec.Template.Spec.Volumes {
		if v := &m.set.value.Spec.Template.Spec.Volumes[i]; v.Name == mount.Name {
			return v
		}
	}
	return nil
}

// claimed reports whether the path is where a claim is mounted.
func (m mounts) claimed(p string) bool {
	mount := m.mount(p)
	return mount != nil && mount.MountPath == p && !mount.ReadOnly && slices.ContainsFunc(m.set.value.Spec.VolumeClaimTemplates,
		func(c corev1.PersistentVolumeClaim) bool { return c.Name == mount.Name })
}

// checkMounts sees that every mount has its volume and every volume its mount,
// and that ConfigMaps are there.
func (g *region) checkMounts(set object[appsv1.StatefulSet]) {
	spec := &set.value.Spec.Template.Spec
	used := map[string]bool{}
	for _, v := range spec.Volumes {
		if _, twice := used[v.Name]; twice {
			g.add(set.file, set.where("volume "+v.Name), "is there twice")
		}
		used[v.Name] = false
		if v.ConfigMap != nil && g.configMap(v.ConfigMap.Name) == nil {
			g.add(set.file, set.where("volume "+v.Name), "there is no ConfigMap %s", v.ConfigMap.Name)
		}
	}
	for _, claim := range set.value.Spec.VolumeClaimTemplates {
		used[claim.Name] = false
	}
	for _, c := range containers(spec) {
		paths := map[string]bool{}
		for _, m := range c.VolumeMounts {
			where := set.where("container "+c.Name, "volumeMount "+m.Name)
			if _, known := used[m.Name]; !known {
				g.add(set.file, where, "there is no such volume")
			}
			used[m.Name] = true
			if m.SubPath != "" || m.SubPathExpr != "" {
				g.add(set.file, where, "subPath; a file mounted so is never updated: mount the directory")
			}
			if !path.IsAbs(m.MountPath) {
				g.add(set.file, where, "mountPath %q; want an absolute path", m.MountPath)
			}
			if paths[m.MountPath] {
				g.add(set.file, where, "%s is mounted twice", m.MountPath)
			}
			paths[m.MountPath] = true
		}
	}
	for name, mounted := range used {
		if !mounted {
			g.add(set.file, set.where("volume "+name), "is mounted nowhere")
		}
	}
}

// configMap is the one of that name in the region's namespace, or nil.
func (g *region) configMap(name string) *corev1.ConfigMap {
	for _, c := range g.objects.configMaps {
		if c.name == name && c.namespace == g.namespace() {
			return c.value
		}
	}
	return nil
}
