package eks

import (
	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/clusters"
)

// Service returns the types and functions of EKS. Without control planes (nil), a cluster is its description only, and
// nothing answers at its endpoint.
func Service(run clusters.ControlPlanes) cloud.Service {
	out := cloud.Service{
		Types: []*cloud.Type{cluster(), nodeGroup(), addon(), accessEntry(), accessPolicy(), podIdentity(),
			fargateProfile()},
		Functions: map[string]cloud.Function{
			"aws:eks/getAddon:getAddon":                     getAddon,
			"aws:eks/getAddonVersion:getAddonVersion":       getAddonVersion,
			"aws:eks/getCluster:getCluster":                 getCluster,
			"aws:eks/getClusterVersions:getClusterVersions": getClusterVersions,
			"aws:eks/getClusters:getClusters":               getClusters,
			"aws:eks/getNodeGroup:getNodeGroup":             getNodeGroup,
			"aws:eks/getNodeGroups:getNodeGroups":           listNodeGroups,
		},
	}
	if run != nil {
		planes{run}.attach(out)
	}
	return out
}
