package azure

import (
	"strings"

	"github.com/ringwright/ringwright/generator/arm"
)

// world is what deployments before have left, as far as peerings need it: the
// ids of VNets, and of each peering that of the VNet it leads to. All of them
// are in lower case. Both are kept by id, so a second deployment puts nothing anew.
type world struct {
	vnets    map[string]bool
	peerings map[string]string
}

func newWorld() *world { return &world{vnets: map[string]bool{}, peerings: map[string]string{}} }

// put deploys the VNets and peerings of a template. A peering needs both VNets:
// Azure's answers without one are in
// https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-parent-resource
// and https://github.com/FreddyAyala/AzureAIServicesLandingZone/issues/2.
func (w *world) put(e *arm.Evaluated) error {
	for r := range e.All() {
		switch id := strings.ToLower(r.ID); r.Type {
		case "Microsoft.Network/virtualNetworks":
			w.vnets[id] = true
		case "Microsoft.Network/virtualNetworks/virtualNetworkPeerings":
			holder, _ := arm.ParentID(id)
			if !w.vnets[holder] {
				return refuse("ParentResourceNotFound", "Can not perform requested operation on nested resource. Parent resource '%s' not found", holder)
			}
			value, _ := r.Properties.Get("remoteVirtualNetwork", "id")
			remote, _ := value.(string)
			if remote = strings.ToLower(remote); !w.vnets[remote] {
				return refuse("InvalidGlobalResourceReference", "Resource %s referenced by resource %s was not found", remote, r.ID)
			}
			w.peerings[id] = remote
		}
	}
	return nil
}

// connected are the pairs of VNets that are peered both ways, the halves each
// once; lone are halves without another.
func (w *world) connected() (pairs int, lone []string) {
	halves := map[[2]string]bool{}
	for id, remote := range w.peerings {
		holder, _ := arm.ParentID(id)
		halves[[2]string{holder, remote}] = true
	}
	for half := range halves {
		switch back := [2]string{half[1], half[0]}; {
		case !halves[back]:
			lone = append(lone, half[0]+" to "+half[1])
		case half[0] < half[1]:
			pairs++
		}
	}
	return pairs, lone
}
