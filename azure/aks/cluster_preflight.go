package aks

import (
	"fmt"
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
	// unknown is true if the cluster was not looked up.
	unknown bool
	// pools are the versions of the pools by name.
	pools map[string]string
	// private is whether the API server has a private address only.
	private bool
	// network are the properties of the network profile that replace the cluster.
	network map[string]string
}

// exists reports whether the cluster exists. One that was not looked up does.
func (e existing) exists() bool { return e.unknown || e.version != "" }

// preflight looks up the cluster. Properties of the control plane use the result, so that a problem stops the deployment
// before Azure changes anything, also in previews.
func (b *builder) preflight() error {
	if !value(b.args.Preflight) {
		b.found = pulumi.Any(existing{unknown: true})
		return nil
	}
	b.found = b.args.ResourceGroupName.ToStringOutput().ApplyT(func(group string) (existing, error) {
		found, err := b.lookUp(group)
		if err != nil {
			return found, err
		}
		warnings, err := b.args.checkExisting(found, b.systemName(), b.now)
		for _, text := range warnings {
			if err := b.ctx.Log.Warn(text, &pulumi.LogArgs{Resource: b.cluster}); err != nil {
				return found, err
			}
		}
		return found, err
	})
	return nil
}

// systemName returns the name of the first pool.
func (b *builder) systemName() string {
	_, s := b.system()
	return s.name
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

// checkExisting returns what to warn of, and reports what AKS rejects. first is the name of the first pool.
func (a *ClusterArgs) checkExisting(found existing, first string, now time.Time) ([]string, error) {
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
		warnings = append(warnings, a.checkPoolSkew(report, found)...)
	}
	_, kept := found.pools[first]
	switch {
	case a.SystemPoolRetired && kept && len(found.pools) > 1:
		warnings = append(warnings, fmt.Sprintf("systemPool is retired: once the other pool of the mode System is ready, drain and delete it: "+
			"az aks nodepool delete --resource-group GROUP --cluster-name %s --name %s", a.Name, first))
	case !a.SystemPoolRetired && !kept && len(found.pools) > 0:
		report.Add([]string{"systemPool"}, "size, zones, regional, subnet, os, disk, encryptionAtHost, maxPods, name and generation of the "+
			"first pool cannot change: restore them, add a pool of the mode System under nodePools, and set systemPoolRetired")
	}
	return append(warnings, a.checkReplacement(found)...), failed(checks.Err())
}

// failed returns an error of the class of invalid arguments.
func failed(err error) error {
	if err == nil {
		return nil
	}
	return failure.Wrap(failure.Configuration, "check", "cluster", err)
}

// checkPoolSkew reports pools that would be too old for the control plane, and that this program does not upgrade.
func (a *ClusterArgs) checkPoolSkew(report *config.Report, found existing) []string {
	var warnings []string
	for name, version := range found.pools {
		if version == "" || minor(version) >= minor(a.Version)-maxSkew {
			continue
		}
		report.Add([]string{"version"}, "pool %q has version %s, which is more than %d minor versions behind %s: upgrade the pool first",
			name, version, maxSkew, a.Version)
	}
	return warnings
}

// checkReplacement returns warnings of changes that replace the cluster.
func (a *ClusterArgs) checkReplacement(found existing) []string {
	var out []string
	warn := func(key, before, after string) {
		out = append(out, fmt.Sprintf("%s changes from %s to %s, which replaces the cluster and everything that runs on it", key, before, after))
	}
	wanted := map[string]string{"podCidr": a.PodCIDR, "serviceCidr": a.ServiceCIDR, "outbound": a.outboundType()}
	for _, key := range []string{"outbound", "podCidr", "serviceCidr"} {
		if before := found.network[key]; before != "" && before != wanted[key] {
			warn(key, before, wanted[key])
		}
	}
	if found.private != a.private() {
		access := map[bool]string{true: "private", false: "public"}
		warn("access to the API server", access[found.private], access[a.private()])
	}
	return out
}
