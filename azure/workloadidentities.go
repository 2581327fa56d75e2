package azure

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/identity"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/deployment"
)

// WorkloadIdentityConfiguration describes the identity of the pods of a service account.
type WorkloadIdentityConfiguration struct {
	// Provider is the name of an entry of providers. Default: that of the resource group.
	Provider string `pulumi:"provider,optional"`
	// ResourceGroup is the name of an entry of resourceGroups. Mutually exclusive with resourceGroupName. Default: the only
	// one.
	ResourceGroup string `pulumi:"resourceGroup,optional"`
	// Cluster is the name of an entry of clusters with the pods. Mutually exclusive with oidcIssuer. Default: the only one.
	Cluster string `pulumi:"cluster,optional"`
	identity.WorkloadIdentityArgs
}

func (c *Configuration) workloadProvider(e *WorkloadIdentityConfiguration) (string, bool) {
	return c.inGroup(e.Provider, e.ResourceGroup, e.ResourceGroupName)
}

// inCluster reports whether the pods are in an entry of clusters.
func (c *Configuration) inCluster(e *WorkloadIdentityConfiguration) bool {
	return e.Cluster != "" || e.OIDCIssuer == nil && len(c.Clusters) > 0
}

// checkWorkloadIdentity checks the cluster of an identity, and runs the checks of its constructor.
func (c *Configuration) checkWorkloadIdentity(report *config.Report, name string) {
	e := c.WorkloadIdentities[name]
	args := e.WorkloadIdentityArgs
	args.ResourceGroupName = checked
	if c.inCluster(e) {
		at := []string{"workloadIdentities", name, "cluster"}
		if e.OIDCIssuer != nil {
			report.Add(at, "cluster and oidcIssuer are mutually exclusive: remove one of them")
			return
		}
		c.Clusters.CheckReference(report, at, "cluster", e.Cluster)
		args.OIDCIssuer = checked
	}
	args.ValidateArguments(report.At("workloadIdentities", name))
}

func (d *deployer) addWorkloadIdentities() error {
	return each(d, "workloadIdentities", d.config.WorkloadIdentities, d.config.workloadProvider,
		func(name string, e *WorkloadIdentityConfiguration, on pulumi.ResourceOption) (pulumi.Map, error) {
			args := e.WorkloadIdentityArgs
			args.ResourceGroupName = d.group(e.ResourceGroup, e.ResourceGroupName)
			if d.config.inCluster(e) {
				args.Cluster = d.clusters[d.config.Clusters.Resolve(e.Cluster)]
			}
			w, err := identity.NewWorkloadIdentity(d.ctx.Context, name, &args, on)
			if err != nil {
				return nil, err
			}
			d.workloads[name] = w
			return pulumi.Map{"id": w.ID, "clientId": w.ClientID, "principalId": w.PrincipalID},
				deployment.Provide[core.WorkloadIdentity](d.ctx, name, w)
		})
}

// describedIdentity is a workload identity as its entry describes it.
type describedIdentity core.WorkloadIdentityInfo

func (i describedIdentity) WorkloadIdentityInfo() core.WorkloadIdentityInfo {
	return core.WorkloadIdentityInfo(i)
}

func (c *Configuration) describeIdentity(name string) core.WorkloadIdentity {
	e := c.WorkloadIdentities[name]
	out := describedIdentity{
		Name: name, Platform: identity.PlatformAKS, Namespace: pulumi.String(e.Namespace),
		ServiceAccount: pulumi.String(e.ServiceAccount),
	}
	if c.inCluster(e) {
		out.Cluster = c.Clusters.Resolve(e.Cluster)
	}
	return out
}
