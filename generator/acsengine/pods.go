package acsengine

import "strconv"

// minPods is the fewest pods that acs-engine let a node have.
const minPods = 5

// maxAddresses is how many addresses a machine of a ring has at most.
const maxAddresses = 256

// pods reads how many pods a node may have, in any of the ways in which that
// can be said, and keeps the most that any machine needs.
func (d *document) pods(m *Model) {
	profiles := []string{orchestrator, master}
	if n := d.values[pools]; n != nil {
		for i := range n.items {
			profiles = append(profiles, item(pools, i))
		}
	}
	for _, profile := range profiles {
		pods := d.kubelet(profile + ".kubernetesConfig.kubeletConfig")
		if profile == orchestrator && !pods.Given() {
			pods = d.number(config + ".maxPods")
		}
		if pods.Given() && pods.Value < minPods {
			d.errorf(pods.Path, "%d; want at least %d", pods.Value, minPods)
			continue
		}
		addresses := d.number(profile + ".ipAddressCount") // the machine's own and its pods'
		addresses.Value--
		for _, f := range []Field[int]{pods, addresses} {
			if f.Given() && !d.spoiled[f.Path] {
				d.addresses(m, f)
			}
		}
	}
}

// addresses makes room for so many pods beside the machine and its gateway.
func (d *document) addresses(m *Model, pods Field[int]) {
	n := 8
	for n < pods.Value+2 && n <= maxAddresses {
		n *= 2
	}
	if n > maxAddresses {
		d.errorf(pods.Path, "%d pods on a node; want at most %d", pods.Value, maxAddresses-2)
		return
	}
	if n > m.AddressesEach.Value {
		m.AddressesEach = Field[int]{n, pods.Place}
	}
}

// kubelet reads the one setting of the kubelet that acts.
func (d *document) kubelet(path string) Field[int] {
	var pods Field[int]
	n := d.values[path]
	if n == nil {
		return pods
	}
	for _, m := range n.members {
		if m.name != "--max-pods" {
			d.note(whyKubeadm, path)
			continue
		}
		i, err := strconv.Atoi(m.value.text)
		if err != nil {
			d.report(m.value.line, path+".--max-pods", "want a whole number in quotes")
			continue
		}
		pods = Field[int]{i, Place{m.value.line, path + ".--max-pods"}}
	}
	return pods
}
