package render

// failure is what Azure says of a deployment, and what to do.
type failure struct{ Says, Do string }

// failures are those that a deployment of this ring may meet, each once.
func (b *runbook) failures() []failure {
	var all []failure
	add := func(applies bool, says, do string) {
		if applies {
			all = append(all, failure{says, do})
		}
	}
	peered, onAKS := len(b.Peerings) > 0, len(b.AKS) > 0
	add(len(b.VM) > 0 || len(b.Gateways) > 0, "`DnsRecordInUse`", "the name is another's: write another `dnsSuffix`, generate, `ringwright secrets`, deploy")
	add(true, "`SkuNotAvailable`, `AllocationFailed`, `QuotaExceeded`", "another size or more quota; sizes of machines that are there cannot change this way")
	add(true, "`AnotherOperationInProgress`, `Conflict`", "wait until it is done, deploy again")
	add(peered, "`InvalidGlobalResourceReference`, `ParentResourceNotFound`, `ResourceGroupNotFound`", "a region before this one is not there: deploy that first")
	add(peered, "`ReferencedResourceNotProvisioned`", "a region before this one is still being deployed: wait, deploy again")
	add(onAKS, "`RoleAssignmentUpdateNotPermitted`", "the identity was made anew: delete the old role assignment on the VNet, deploy again")
	const denied = "`LinkedAuthorizationFailed`"
	switch {
	case peered && onAKS:
		add(true, denied+", `AuthorizationFailed`", "of a peering: you may not write to the group of a region before this one; of a cluster on AKS: its role may take minutes to count, deploy again")
	case peered:
		add(true, denied, "you may not write to the group of a region before this one")
	case onAKS:
		add(true, denied+", `AuthorizationFailed` for the cluster", "a role may take minutes to count; deploy again")
	}
	add(onAKS, "`K8sVersionNotSupported`", "`az aks get-versions -l LOCATION` shows what AKS has; write that `kubernetes.version`")
	add(len(b.VM) > 0, "`VMExtensionProvisioningError` ... `exit status N`", "the node script on that machine; see below")
	return all
}
