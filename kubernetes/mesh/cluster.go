package mesh

import (
	"cmp"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core"
)

// platforms are the platforms of clusters for which a mesh has settings.
var platforms = []Platform{
	PlatformEKS, PlatformAKS, PlatformGKE, PlatformOpenShift, PlatformK3d, PlatformK3s, PlatformMicroK8s, PlatformMinikube,
}

// UseCluster sets the platform and the version of Kubernetes to those of a cluster, as far as they are not set, and are
// known before the deployment.
func (a *ServiceMeshArgs) UseCluster(cluster core.ClusterInfo) {
	if p := Platform(cluster.Platform); slices.Contains(platforms, p) {
		a.Platform = cmp.Or(a.Platform, p)
	}
	if version, ok := cluster.Version.(pulumi.String); ok {
		a.KubernetesVersion = cmp.Or(a.KubernetesVersion, string(version))
	}
}
