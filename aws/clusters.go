package aws

import (
	"maps"
	"slices"
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
	Provider string `pulumi:"provider,optional"`
	// Network is the name of an entry of networks. Default: the only entry, if there is one.
	Network string `pulumi:"network,optional"`
	// AdministratorRoles are names of entries of roles, of the same provider, with full access to the cluster. Default:
	// none.
	AdministratorRoles []string `pulumi:"administratorRoles,optional"`
	eks.ClusterArgs
}

var _ config.Validator = (*ClusterConfiguration)(nil)

// Validate implements config.Validator.
func (c *ClusterConfiguration) Validate(report *config.Report) {
	if len(c.AdministratorRoles) == 0 {
		c.CheckAdministrators(report)
	}
	for i, name := range c.AdministratorRoles {
		at := []string{"administratorRoles", strconv.Itoa(i)}
		if _, taken := c.Administrators[name]; taken {
			report.Add(at, "duplicate name %s, same as administrators.%s: use another one there", name, name)
		}
		if _, taken := c.Access[name]; taken {
			report.Add(at, "duplicate name %s, same as access.%s: use another one there", name, name)
		}
		if slices.Contains(c.AdministratorRoles[:i], name) {
			report.Add(at, "duplicate role %s", name)
		}
	}
}

// WorkloadIdentityConfiguration describes a workload identity to create. Its provider is that of the cluster.
type WorkloadIdentityConfiguration struct {
	// Cluster is the name of an entry of clusters. Default: the only entry, if there is one.
	Cluster string `pulumi:"cluster,optional"`
	// Policies are names of entries of policies, of the same provider, that are attached to the role. Default: none.
	Policies []string `pulumi:"policies,optional"`
	eks.WorkloadIdentityArgs
}

// clusterProvider returns the provider of a cluster, by default that of its network.
func (c *Configuration) clusterProvider(e *ClusterConfiguration) string {
	if e == nil {
		return ""
	}
	return c.networkProvider(e.Provider, e.Network)
}

// identityProvider returns the provider of a workload identity: that of its cluster.
func (c *Configuration) identityProvider(e *WorkloadIdentityConfiguration) string {
	return c.clusterProvider(c.Clusters[c.Clusters.Resolve(e.Cluster)])
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
	c.checkPlace(report.At("clusters", name), e)
}

// checkPlace runs the checks of a cluster's constructor with what is known of its network.
func (c *Configuration) checkPlace(report *config.Report, e *ClusterConfiguration) {
	planned := c.planned(e.Network)
	if planned == nil {
		return
	}
	args := e.ClusterArgs
	args.Network = planned
	if !planned.KnowsZones {
		// Zones are checked when those of the region are looked up.
		args.Zones, args.NodeGroups, args.FargateProfiles = nil, nil, nil
	}
	if len(e.AdministratorRoles) > 0 {
		args.CreatorAdmin = true // It has administrators.
	}
	args.ValidateArguments(report)
	n := c.Networks[c.Networks.Resolve(e.Network)]
	e.checkTiers(report, n)
	if private := e.API == nil || !off(e.API.Private); private && (off(n.DNSSupport) || off(n.DNSHostnames)) {
		report.Add([]string{"network"}, "network %q does not resolve the name of the private API server: "+
			"set its dnsSupport and dnsHostnames to true, or api.private of the cluster to false", c.Networks.Resolve(e.Network))
	}
}

// checkTiers reports tiers of the network that do not fit the cluster: without IPv6 addresses, or public ones for Fargate
// profiles, or for nodes that would get no public address, and so no access to EKS. Sources: "Learn about IPv6 addresses to
// clusters, pods, and services", the health issue Ec2SubnetInvalidConfiguration of EKS, and
// https://github.com/aws/containers-roadmap/issues/607.
func (c *ClusterConfiguration) checkTiers(report *config.Report, n *NetworkConfiguration) {
	key, nodes := "nodeTier", c.NodeTier
	if nodes == "" {
		key, nodes = "tier", c.Tier
	}
	for _, name := range slices.Compact([]string{c.Tier, nodes}) {
		if t, known := n.PlannedTier(name); known && c.IPFamily == eks.IPv6 && !t.IPv6 {
			report.Add([]string{"ipFamily"}, "tier %q has no IPv6 addresses: set ipv6 of the network and the tier", name)
			break
		}
	}
	t, _ := n.PlannedTier(nodes)
	if !t.Public {
		return
	}
	for _, profile := range c.FargateProfiles.Names() {
		report.Add([]string{"fargateProfiles", profile},
			"Fargate runs pods in private subnets only, and the tier %q of nodes is public: set nodeTier to another tier", nodes)
	}
	if len(c.NodeGroups) > 0 && !t.PublicAddresses {
		report.Add([]string{key}, "nodes in the public tier %q get no public addresses, and so have no access to EKS: "+
			"use a private tier, or set publicAddresses of the tier", nodes)
	}
}

func off(option *bool) bool { return option != nil && !*option }

func (c *Configuration) checkIdentity(report *config.Report, name string) {
	e := c.WorkloadIdentities[name]
	c.Clusters.CheckReference(report, []string{"workloadIdentities", name, "cluster"}, "cluster", e.Cluster)
	c.checkPolicies(report, []string{"workloadIdentities", name}, c.identityProvider(e), e.Policies)
	if cluster := c.Clusters[c.Clusters.Resolve(e.Cluster)]; e.Method == eks.MethodIRSA && cluster != nil && off(cluster.IdentityProvider) {
		report.Add([]string{"workloadIdentities", name, "method"}, "IRSA requires the OIDC provider of cluster %q: "+
			"set its identityProvider to true, or use podIdentity", c.Clusters.Resolve(e.Cluster))
	}
}

// described is a cluster or a workload identity as its entry describes it.
type described struct {
	cluster  core.ClusterInfo
	identity core.WorkloadIdentityInfo
}

func (d described) ClusterInfo() core.ClusterInfo                   { return d.cluster }
func (d described) WorkloadIdentityInfo() core.WorkloadIdentityInfo { return d.identity }

func (c *Configuration) describeCluster(name string) core.Cluster {
	return described{cluster: core.ClusterInfo{Name: name, Platform: eks.Platform}}
}

func (c *Configuration) describeIdentity(name string) core.WorkloadIdentity {
	e := c.WorkloadIdentities[name]
	return described{identity: core.WorkloadIdentityInfo{
		Name: name, Platform: eks.Platform, Cluster: c.Clusters.Resolve(e.Cluster),
		Namespace: pulumi.String(e.Namespace), ServiceAccount: pulumi.String(e.ServiceAccount),
	}}
}

func (d *deployer) addClusters() error {
	all := d.config.Clusters
	return each(d, "clusters", all.Names(), func(name string) string { return d.config.clusterProvider(all[name]) },
		func(name string, on pulumi.ResourceOption) (pulumi.Map, error) {
			e := all[name]
			args := e.ClusterArgs
			args.Network = d.networks[d.config.Networks.Resolve(e.Network)]
			if len(e.AdministratorRoles) > 0 {
				args.Administrators = maps.Clone(args.Administrators)
				if args.Administrators == nil {
					args.Administrators = config.Named[pulumi.StringInput]{}
				}
				for _, role := range e.AdministratorRoles {
					args.Administrators[role] = d.roles[role]
				}
			}
			c, err := eks.NewCluster(d.ctx.Context, name, &args, on)
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
	return each(d, "workloadIdentities", all.Names(),
		func(name string) string { return d.config.identityProvider(all[name]) },
		func(name string, on pulumi.ResourceOption) (pulumi.Map, error) {
			e := all[name]
			args := &e.WorkloadIdentityArgs
			if len(e.Policies) > 0 {
				changed := e.WorkloadIdentityArgs
				changed.ManagedPolicies = d.attached(changed.ManagedPolicies, e.Policies)
				args = &changed
			}
			args.Cluster = d.clusters[d.config.Clusters.Resolve(e.Cluster)]
			w, err := eks.NewWorkloadIdentity(d.ctx.Context, name, args, on)
			if err != nil {
				return nil, err
			}
			return pulumi.Map{"roleArn": w.RoleARN}, deployment.Provide[core.WorkloadIdentity](d.ctx, name, w)
		})
}
