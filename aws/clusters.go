package aws

import (
	"maps"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/deployment"
)

// ClusterConfiguration describes a Kubernetes cluster to create.
type ClusterConfiguration struct {
	// Provider is the name of the provider. Default: that of the network.
	Provider string `pulumi:"provider"`
	// Network is the name of an entry of networks. Default: the only one, where there is one.
	Network string `pulumi:"network"`
	// AdministratorRoles are names of entries of roles, of the same provider, that may do everything in the cluster. Default: none.
	AdministratorRoles []string `pulumi:"administratorRoles"`
	eks.ClusterSettings
}

var _ config.Validator = (*ClusterConfiguration)(nil)

// Validate implements config.Validator.
func (c *ClusterConfiguration) Validate(report *config.Report) {
	// It hides the promoted method of the settings, which must know all administrators.
	s := c.ClusterSettings
	s.Administrators = c.administrators(func(string) pulumi.StringInput { return pulumi.String("").ToStringOutput() })
	s.Validate(report)
	for i, name := range c.AdministratorRoles {
		if _, taken := c.Administrators[name]; taken {
			report.Add([]string{"administratorRoles", strconv.Itoa(i)}, "administrators has an entry %q: give it another name", name)
		}
	}
}

// administrators returns all administrators, with the ARNs of roles under their names.
func (c *ClusterConfiguration) administrators(arn func(role string) pulumi.StringInput) config.Named[pulumi.StringInput] {
	out := config.Named[pulumi.StringInput]{}
	maps.Copy(out, c.Administrators)
	for _, name := range c.AdministratorRoles {
		out[name] = arn(name)
	}
	return out
}

// WorkloadIdentityConfiguration describes an identity of pods to create. Its provider is that of the cluster.
type WorkloadIdentityConfiguration struct {
	// Cluster is the name of an entry of clusters. Default: the only one, where there is one.
	Cluster string `pulumi:"cluster"`
	// Policies are names of entries of policies, of the same provider, that are attached to the role. Default: none.
	Policies []string `pulumi:"policies"`
	eks.WorkloadIdentitySettings
}

// clusterProvider returns the provider of a cluster, which its network may say.
func (c *Configuration) clusterProvider(e *ClusterConfiguration) string {
	return c.networkProvider(e.Provider, e.Network)
}

// identityProvider returns the provider of an identity of pods: that of the cluster.
func (c *Configuration) identityProvider(e *WorkloadIdentityConfiguration) string {
	cluster := c.Clusters[c.Clusters.Meant(e.Cluster)]
	if cluster == nil {
		return ""
	}
	return c.clusterProvider(cluster)
}

func (c *Configuration) checkCluster(report *config.Report, name string) {
	e := c.Clusters[name]
	own := c.clusterProvider(e)
	c.checkNetwork(report, []string{"clusters", name, "network"}, own, e.Network)
	for i, role := range e.AdministratorRoles {
		at := []string{"clusters", name, "administratorRoles", strconv.Itoa(i)}
		r, ok := c.Roles[role]
		if !ok {
			report.Add(at, "unknown role %q, %s", role, config.Suggest(role, c.Roles.Names()))
			continue
		}
		c.same(report, at, own, "role", role, r.Provider)
	}
}

func (c *Configuration) checkIdentity(report *config.Report, name string) {
	e := c.WorkloadIdentities[name]
	c.Clusters.CheckMeant(report, []string{"workloadIdentities", name, "cluster"}, "cluster", e.Cluster)
	c.checkPolicies(report, []string{"workloadIdentities", name}, c.identityProvider(e), e.Policies)
}

func (d *deployer) addClusters() error {
	all := d.config.Clusters
	return each(d, "clusters", all.Names(), func(name string) string { return d.config.clusterProvider(all[name]) },
		func(name string, on pulumi.ResourceOption) (pulumi.Map, error) {
			e := all[name]
			s := e.ClusterSettings
			s.Administrators = e.administrators(func(role string) pulumi.StringInput { return d.roles[role] })
			c, err := eks.NewCluster(d.ctx.Context, name, &eks.ClusterArgs{
				ClusterSettings: s, Network: d.networks[d.config.Networks.Meant(e.Network)],
			}, on)
			if err != nil {
				return nil, err
			}
			d.clusters[name] = c
			return pulumi.Map{"name": c.Name, "arn": c.ARN, "version": c.Version, "endpoint": c.Endpoint},
				deployment.Provide[core.Cluster](d.ctx, name, c)
		})
}

func (d *deployer) addWorkloadIdentities() error {
	all := d.config.WorkloadIdentities
	return each(d, "workloadIdentities", all.Names(), func(name string) string { return d.config.identityProvider(all[name]) },
		func(name string, on pulumi.ResourceOption) (pulumi.Map, error) {
			e := all[name]
			s := e.WorkloadIdentitySettings
			if len(e.Policies) > 0 {
				s.ManagedPolicies = d.attached(s.ManagedPolicies, e.Policies)
			}
			w, err := eks.NewWorkloadIdentity(d.ctx.Context, name, &eks.WorkloadIdentityArgs{
				WorkloadIdentitySettings: s, Target: d.clusters[d.config.Clusters.Meant(e.Cluster)].Target(),
			}, on)
			if err != nil {
				return nil, err
			}
			return pulumi.Map{"roleArn": w.RoleARN}, deployment.Provide[core.WorkloadIdentity](d.ctx, name, w)
		})
}
