package aks

import (
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/internal/location"
	"github.com/ashlar-iac/ashlar/azure/internal/lookup"
	"github.com/ashlar-iac/ashlar/azure/internal/names"
	"github.com/ashlar-iac/ashlar/azure/internal/tagging"
	"github.com/ashlar-iac/ashlar/core/config"
)

const (
	// clusterType is the type of the control plane, without API version.
	clusterType = "azure-native:containerservice:ManagedCluster"
	// maxPublicCIDRs is a limit. Source: "Use API server authorized IP ranges in Azure Kubernetes Service (AKS)".
	maxPublicCIDRs = 200
	// largestPublic is the prefix length of the largest CIDR block that is accepted without allowInternet.
	largestPublic = 8
)

// The values of privateDnsZone. none needs another zone of the same name, and is not offered.
const systemZone = "system"

// zoneName matches the end of the resource ID of a zone of API servers in any cloud.
var zoneName = regexp.MustCompile(`(?i)/privateDnsZones/([a-z0-9-]+\.)?privatelink\.[a-z0-9]+\.(azmk8s\.io|cx\.aks\.containerservice\.azure\.us|cx\.prod\.service\.azk8s\.cn)$`) //nolint:lll // A pattern is one line.

var namespaceName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`)

var (
	_ config.Validator          = (*ClusterArgs)(nil)
	_ config.ArgumentsValidator = (*ClusterArgs)(nil)
	_ config.Validator          = (*KeyVaultSecrets)(nil)
)

// Validate implements config.Validator.
func (a *ClusterArgs) Validate(report *config.Report) {
	names.Check(report, []string{"name"}, clusterType, a.Name)
	location.Check(report, []string{"location"}, a.Location)
	checkMinor(report, []string{"version"}, a.Version)
	names.CheckID(report, []string{"subnetId"}, a.SubnetID, "Microsoft.Network/virtualNetworks", "subnet")
	names.CheckID(report, []string{"diskEncryptionSetId"}, a.DiskEncryptionSetID, "Microsoft.Compute/diskEncryptionSets",
		"disk encryption set")
	for _, name := range a.RegistryIDs.Names() {
		names.CheckID(report, []string{"registryIds", name}, a.RegistryIDs[name], "Microsoft.ContainerRegistry/registries",
			"container registry")
	}
	a.checkRanges(report)
	a.checkAPI(report)
	a.checkAccess(report)
	a.checkSupportPlan(report)
	a.checkPools(report)
	a.checkDiagnostics(report)
	a.checkKubeconfig(report)
	tagging.Check(report, []string{"tags"}, a.Tags, tagging.MaxKey)
}

// ValidateArguments implements config.ArgumentsValidator.
func (a *ClusterArgs) ValidateArguments(report *config.Report) {
	names.CheckGroup(report, a.ResourceGroupName)
	a.CheckAdministrators(report)
	if a.Diagnostics != nil && a.Diagnostics.WorkspaceID == nil {
		report.Add([]string{"diagnostics", "workspaceId"}, "required, but missing: add the resource ID of a Log Analytics workspace")
	}
	a.CheckLocation(report, a.Location)
	switch {
	case a.Network == nil && a.SubnetID == nil:
		report.Add([]string{"subnetId"}, "required, but missing: set it, or Network")
	case a.Network != nil && a.SubnetID != nil:
		report.Add([]string{"subnetId"}, "mutually exclusive with Network: select its subnet with tier, or omit Network")
	case a.Network != nil:
		a.CheckNetwork(report)
	}
}

// CheckLocation reports pools with zones in a location that has none. It is for sections, where the location can be that of
// the provider; locations that are not known are not checked.
func (a *ClusterArgs) CheckLocation(report *config.Report, name string) {
	if a.SystemPool != nil {
		a.SystemPool.checkLocation(report.At("systemPool"), name)
	}
	for _, pool := range a.NodePools.Names() {
		p := a.NodePools[pool]
		p.checkLocation(report.At("nodePools", pool), name)
	}
}

func (a *ClusterArgs) checkAPI(report *config.Report) {
	api := value(a.API)
	if len(api.PublicCIDRs) > maxPublicCIDRs {
		report.Add([]string{"api", "publicCidrs"}, "%d CIDR blocks: use at most %d", len(api.PublicCIDRs), maxPublicCIDRs)
	}
	if len(api.PublicCIDRs) > 0 && api.PrivateDNSZone != nil {
		report.Add([]string{"api", "privateDnsZone"}, "mutually exclusive with publicCidrs: omit one of them")
	}
	if len(api.PublicCIDRs) > 0 && api.PublicFQDN {
		report.Add([]string{"api", "publicFqdn"}, "a public API server always has a public name: omit publicFqdn")
	}
	if zone, known := api.PrivateDNSZone.(pulumi.String); known && zone != systemZone && !zoneName.MatchString(string(zone)) {
		report.Add([]string{"api", "privateDnsZone"},
			"found %q: use system, or the resource ID of a zone such as privatelink.westeurope.azmk8s.io", string(zone))
	}
	seen := map[netip.Prefix]bool{}
	for i, text := range api.PublicCIDRs {
		at := []string{"api", "publicCidrs", strconv.Itoa(i)}
		p, ok := checkCIDR(report, at, text)
		switch {
		case !ok:
		case seen[p]:
			report.Add(at, "duplicate CIDR block %s", p)
		case p.Addr().IsPrivate():
			report.Add(at, "%s is private: API servers with public access are accessible from public addresses only", p)
		case p.Bits() < largestPublic && !api.AllowInternet:
			report.Add(at, "%s is the internet: use narrower CIDR blocks, or set allowInternet to true", p)
		}
		seen[p] = true
	}
}

// CheckAdministrators reports a cluster without administrators. The constructor calls it; so do sections of stack files that
// have no administrators of their own.
func (a *ClusterArgs) CheckAdministrators(report *config.Report) {
	if len(a.Administrators) == 0 {
		report.Add([]string{"administrators"}, "required, but missing: add a group, and the principal that deploys applications")
	}
}

// checkAccess reports principals that are invalid or duplicate.
func (a *ClusterArgs) checkAccess(report *config.Report) {
	seen := map[string]string{}
	check := func(at []string, in pulumi.StringInput) {
		id, known := in.(pulumi.String)
		switch {
		case !known:
		case !lookup.IsGUID(string(id)):
			report.Add(at, "found %q: use the object ID of a principal, such as 11111111-2222-3333-4444-555555555555", string(id))
		case seen[string(id)] != "":
			report.Add(at, "duplicate principal, same as %s: omit one of them", seen[string(id)])
		default:
			seen[string(id)] = config.Path(at...)
		}
	}
	for _, name := range a.Administrators.Names() {
		check([]string{"administrators", name, "principalId"}, a.Administrators[name].PrincipalID)
	}
	for _, name := range a.Access.Names() {
		e := a.Access[name]
		check([]string{"access", name, "principalId"}, e.PrincipalID)
		if _, both := a.Administrators[name]; both {
			report.Add([]string{"access", name}, "duplicate name %s, same as administrators.%s: use another one", name, name)
		}
		for i, namespace := range e.Namespaces {
			at := []string{"access", name, "namespaces", strconv.Itoa(i)}
			if !namespaceName.MatchString(namespace) {
				report.Add(at, "found %q, expected a namespace: up to 63 lower case letters, digits and -", namespace)
			} else if slices.Contains(e.Namespaces[:i], namespace) {
				report.Add(at, "duplicate namespace %s", namespace)
			}
		}
	}
}

func (a *ClusterArgs) checkSupportPlan(report *config.Report) {
	if a.LongTermSupport && a.PricingTier != PricingPremium {
		report.Add([]string{"longTermSupport"}, "requires the tier Premium: set pricingTier to Premium, or omit longTermSupport")
	}
	if channel := value(a.Upgrades).Channel; a.LongTermSupport && channel.moves() {
		report.Add([]string{"upgrades", "channel"}, "%s leaves the version with long-term support: use patch or none", channel)
	}
}

// checkPools reports pools that do not work with the cluster or with one another.
func (a *ClusterArgs) checkPools(report *config.Report) {
	if p := a.SystemPool; p != nil {
		p.checkSystem(report.At("systemPool"))
		if p.Mode == ModeUser {
			report.Add([]string{"systemPool", "mode"}, "expected System: add a pool of the mode User under nodePools")
		}
		a.checkPoolVersion(report, []string{"systemPool", "version"}, p.Version)
	}
	if _, taken := a.NodePools[systemName]; taken {
		report.Add([]string{"nodePools", systemName}, "the name is that of systemPool: use another one")
	}
	bases := map[string]string{}
	for _, name := range a.NodePools.Names() {
		p := a.NodePools[name]
		a.checkPoolVersion(report, []string{"nodePools", name, "version"}, p.Version)
		base := p.Name
		if base == "" {
			base = baseName(name)
		}
		if other, taken := bases[base]; taken {
			report.Add([]string{"nodePools", name, "name"}, "names of pools begin with %q, as those of nodePools.%s do: set another name",
				base, other)
		}
		bases[base] = name
	}
	if value(a.DedicatedSystemPool) && !a.hasPool(ModeUser) {
		report.Add([]string{"dedicatedSystemPool"}, "there is no pool for applications: add one of the mode User under nodePools")
	}
}

func (a *ClusterArgs) checkPoolVersion(report *config.Report, at []string, version string) {
	if version == "" || !minorVersion.MatchString(version) || !minorVersion.MatchString(a.Version) {
		return
	}
	if problem := checkSkew(version, a.Version); problem != "" {
		report.Add(at, "%s", problem)
	}
	if channel := value(a.Upgrades).Channel; channel.moves() {
		report.Add(at, "the channel %s moves pools to other versions: omit version, or use the channel patch", channel)
	}
}

// hasPool reports whether nodePools has a pool of a mode.
func (a *ClusterArgs) hasPool(mode PoolMode) bool {
	for _, p := range a.NodePools {
		if p.Mode == mode || p.Mode == "" && mode == ModeUser {
			return true
		}
	}
	return false
}

func (a *ClusterArgs) checkDiagnostics(report *config.Report) {
	d := value(a.Diagnostics)
	names.CheckID(report, []string{"diagnostics", "workspaceId"}, d.WorkspaceID, "Microsoft.OperationalInsights/workspaces",
		"Log Analytics workspace")
	var known []string
	for _, c := range logCategories() {
		known = append(known, string(c))
	}
	for i, c := range d.Categories {
		at := []string{"diagnostics", "categories", strconv.Itoa(i)}
		if !slices.Contains(logCategories(), c) {
			report.Add(at, "unknown category %q, %s", c, config.Suggest(string(c), known))
		} else if slices.Contains(d.Categories[:i], c) {
			report.Add(at, "duplicate category %s", c)
		}
	}
	if slices.Contains(d.Categories, LogAudit) && slices.Contains(d.Categories, LogAuditAdmin) {
		report.Add([]string{"diagnostics", "categories"}, "kube-audit contains the records of kube-audit-admin: omit one of them")
	}
}

func (a *ClusterArgs) checkKubeconfig(report *config.Report) {
	k := value(a.Kubeconfig)
	if k.Admin && !a.LocalAccounts {
		report.Add([]string{"kubeconfig", "admin"}, "requires local accounts: set localAccounts to true, or omit admin")
	}
	if k.Login == LoginServicePrincipal && k.ClientID == nil {
		report.Add([]string{"kubeconfig", "clientId"}, "required with spn, but missing: add the client ID of the service principal")
	}
	if id, known := k.ClientID.(pulumi.String); known && !lookup.IsGUID(string(id)) {
		report.Add([]string{"kubeconfig", "clientId"}, "found %q: use a client ID such as 11111111-2222-3333-4444-555555555555", string(id))
	}
	if k.ClientID != nil && (k.Login == LoginAzureCLI || k.Login == LoginDeviceCode) {
		report.Add([]string{"kubeconfig", "clientId"}, "no effect with %s: omit it", k.Login)
	}
}

// Validate implements config.Validator.
func (k *KeyVaultSecrets) Validate(report *config.Report) {
	if d, err := time.ParseDuration(k.RotationInterval); k.RotationInterval != "" && (err != nil || d < time.Second) {
		report.Add([]string{"rotationInterval"}, "found %q, expected a duration of at least 1s, such as 2m", k.RotationInterval)
	}
}
