package kubernetes

import (
	"cmp"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/kubernetes/mesh"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
)

// MeshConfiguration is a service mesh to install in a cluster.
type MeshConfiguration struct {
	mesh.ServiceMeshArgs
	// Cluster is the name of the cluster. Default: the only cluster. Required with several clusters.
	Cluster string `pulumi:"cluster"`
	// DependsOn lists entries that are deployed before this one, and destroyed after it: the kind, a slash and the name, such
	// as namespaces/edge. Default: none. A change updates no object.
	DependsOn []string `pulumi:"dependsOn"`
}

func (e *MeshConfiguration) placement() placement {
	return placement{cluster: e.Cluster, dependsOn: e.DependsOn}
}

// deploy installs the mesh. A cluster of another module decides about the platform and the version of Kubernetes, unless
// the entry does.
func (e *MeshConfiguration) deploy(
	d *deployer, name string, on ...pulumi.ResourceOption,
) (pulumi.Resource, pulumi.Map, error) {
	args := e.ServiceMeshArgs
	if from := d.config.Clusters[d.config.Clusters.Resolve(e.Cluster)].From; from != "" {
		cluster, err := deployment.Lookup(d.ctx, from)
		if err != nil {
			return nil, nil, err
		}
		args.UseCluster(cluster.ClusterInfo())
	}
	m, err := mesh.NewServiceMesh(d.ctx.Context, name, &args, on...)
	if err != nil {
		return nil, nil, err
	}
	return m, pulumi.Map{"namespace": m.Namespace, "version": m.Version, "revision": m.Revision}, nil
}

// checkMeshes reports clusters with several meshes, and namespaces that cannot join that of their cluster, and declares
// the namespaces of meshes.
func (c *Configuration) checkMeshes(report *config.Report) {
	first := map[string]string{}
	for _, name := range c.Meshes.Names() {
		e := c.Meshes[name]
		scope := c.scope(e.Cluster)
		if other, taken := first[scope]; taken {
			report.Add([]string{"meshes", name}, "the cluster has the service mesh %q already: remove one of them", other)
			continue
		}
		first[scope] = name
		report.Claim([]string{"meshes", name},
			config.Claim{Kind: "namespace", Scope: scope, Name: cmp.Or(e.Namespace, "istio-system")})
	}
	for _, name := range c.Namespaces.Names() {
		e := c.Namespaces[name]
		m := c.Meshes[first[c.scope(e.Cluster)]]
		if e.Mesh == nil || m == nil {
			continue // The cluster may have a mesh that is installed otherwise.
		}
		if problem := m.CheckNamespace(mesh.Mode(e.Mesh.Mode), e.Mesh.Revision); problem != "" {
			report.Add([]string{"namespaces", name, "mesh"}, "%s", problem)
		}
	}
}

// isAmbient reports whether an entry of namespaces joins a mesh in ambient mode.
func (c *Configuration) isAmbient(name string) bool {
	e := c.Namespaces[name]
	return e != nil && e.Mesh != nil && e.Mesh.Mode == namespace.MeshModeAmbient
}
