package plan

import "strings"

// apiVersions pins one API version for each type of resource, those that the
// Azure SDK for Go models the tests hold the templates against. A provider's
// newer versions change behaviour (from 2025-07-01 a new VNet's subnets are
// private), so a change here is a change of every ring.
var apiVersions = map[string]string{
	"Microsoft.Network":               "2025-03-01",
	"Microsoft.Compute":               "2025-04-01",
	"Microsoft.Compute/disks":         "2025-01-02",
	"Microsoft.ContainerService":      "2025-09-01",
	"Microsoft.Resources/deployments": "2025-04-01",
	"Microsoft.Authorization":         "2022-04-01",
	"Microsoft.ManagedIdentity":       "2024-11-30",
}

// APIVersion is the version of a type of resource, such as
// Microsoft.Network/virtualNetworks; empty where the type is not pinned.
func APIVersion(kind string) string {
	if v, ok := apiVersions[kind]; ok {
		return v
	}
	provider, _, _ := strings.Cut(kind, "/")
	return apiVersions[provider]
}
