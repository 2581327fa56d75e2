package aks

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	containerservice "github.com/pulumi/pulumi-azure-native-sdk/containerservice/v2/v20240901"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
)

// existing is what a look-up shows of the cluster.
type existing struct {
	// version is that of the control plane. Empty means that the cluster does not exist, or that it was not looked up.
	version string
	// pools are the versions of the pools by name.
	pools map[string]string
	// private is whether the API server has a private address only.
	private bool
	// network are the properties of the network profile that replace the cluster.
	network map[string]string
}

// preflight looks up the cluster. Properties of the control plane use the result, so that a problem stops the deployment
// before Azure changes anything, also in previews.
func (b *builder) preflight() error {
	if !value(b.args.Preflight) {
		b.found = pulumi.Any(existing{})
		return nil
	}
	b.found = b.args.ResourceGroupName.ToStringOutput().ApplyT(func(group string) (existing, error) {
		found, err := b.lookUp(group)
		if err != nil {
			return found, err
		}
		warnings, err := b.args.checkExisting(found, b.now)
		for _, text := range warnings {
			if err := b.ctx.Log.Warn(text, &pulumi.LogArgs{Resource: b.cluster}); err != nil {
				return found, err
			}
		}
		return found, err
	})
	return nil
}

// lookUp returns the cluster, or none.
func (b *builder) lookUp(group string) (existing, error) {
	found, err := containerservice.LookupManagedCluster(b.ctx, &containerservice.LookupManagedClusterArgs{
		ResourceGroupName: group, ResourceName: b.args.Name,
	}, b.cluster.Invoke())
	switch {
	case err != nil && isNotFound(err):
		return existing{}, nil
	case err != nil:
		return existing{}, fmt.Errorf("look up cluster %q (set preflight to false to skip): %w", b.args.Name, err)
	case found == nil || found.Id == "":
		return existing{}, nil
	}
	out := existing{
		version: found.CurrentKubernetesVersion, pools: map[string]string{}, network: map[string]string{},
		private: value(value(found.ApiServerAccessProfile).EnablePrivateCluster),
	}
	for _, p := range found.AgentPoolProfiles {
		out.pools[p.Name] = p.CurrentOrchestratorVersion
	}
	if n := found.NetworkProfile; n != nil {
		out.network["podCidr"], out.network["serviceCidr"] = value(n.PodCidr), value(n.ServiceCidr)
		out.network["outbound"] = value(n.OutboundType)
	}
	return out, nil
}

// isNotFound reports the error of a look-up of a cluster that does not exist, in a group that may not exist either. Source:
// "Troubleshoot common Azure deployment errors".
func isNotFound(err error) bool {
	return slices.ContainsFunc([]string{"ResourceNotFound", "ResourceGroupNotFound", "Status=404"},
		func(code string) bool { return strings.Contains(err.Error(), code) })
}

// checkExisting returns what to warn of, and reports what AKS rejects.
func (a *ClusterArgs) checkExisting(found existing, now time.Time) ([]string, error) {
	checks := config.Checks("the version and the existing cluster")
	report := checks.At()
	warning, problem := checkSupport(a.Version, now, a.LongTermSupport, found.version != "" && minor(found.version) == minor(a.Version))
	if problem != "" {
		report.Add([]string{"version"}, "%s", problem)
	}
	var warnings []string
	if warning != "" {
		warnings = append(warnings, warning)
	}
	if found.version == "" {
		return warnings, failed(checks.Err())
	}
	if !value(a.Upgrades).Channel.moves() {
		if problem := checkUpgrade(found.version, a.Version, a.LongTermSupport); problem != "" {
			report.Add([]string{"version"}, "%s", problem)
		}
		a.checkPoolSkew(report, found)
	}
	a.checkFixed(report, found)
	return warnings, failed(checks.Err())
}

// failed returns an error of the class of invalid arguments.
func failed(err error) error {
	if err == nil {
		return nil
	}
	return failure.Wrap(failure.Configuration, "check", "cluster", err)
}

// checkPoolSkew reports pools that are too old for the control plane.
func (a *ClusterArgs) checkPoolSkew(report *config.Report, found existing) {
	for _, name := range slices.Sorted(maps.Keys(found.pools)) {
		if version := found.pools[name]; version != "" && minor(version) < minor(a.Version)-maxSkew {
			report.Add([]string{"version"}, "pool %q has version %s, which is more than %d minor versions behind %s: upgrade the pool first",
				name, version, maxSkew, a.Version)
		}
	}
}

// checkFixed reports changes of what AKS does not change. The provider would replace the cluster for some of them.
func (a *ClusterArgs) checkFixed(report *config.Report, found existing) {
	wanted := map[string]string{"podCidr": a.PodCIDR, "serviceCidr": a.ServiceCIDR, "outbound": a.outboundType()}
	for _, key := range []string{"outbound", "podCidr", "serviceCidr"} {
		if before := found.network[key]; before != "" && before != wanted[key] {
			report.Add([]string{key}, "cannot change from %s to %s: restore it, or create another cluster", before, wanted[key])
		}
	}
	if found.private != a.private() {
		access := map[bool]string{true: "private", false: "public"}
		report.Add([]string{"api", "publicCidrs"}, "the API server is %s and cannot become %s: restore them, or create another cluster",
			access[found.private], access[a.private()])
	}
}
