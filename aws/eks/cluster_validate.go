package eks

import (
	"maps"
	"net/netip"
	"regexp"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/tagging"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/naming"
)

const (
	clusterType = "aws:eks/cluster:Cluster"
	// minZones is the number of zones that EKS requires. Source: "View Amazon EKS networking requirements for VPC and
	// subnets", Amazon EKS User Guide.
	minZones = 2
	// maxPublicCIDRs is a quota. Source: "View and manage Amazon EKS and Fargate service quotas", Amazon EKS User
	// Guide.
	maxPublicCIDRs = 40
	// largestCIDR is the prefix length of the largest CIDR block that is accepted as a private network.
	largestCIDR = 8
)

var (
	minorVersion = regexp.MustCompile(`^1\.[1-9][0-9]{1,2}$`)
	zoneName     = regexp.MustCompile(`^[a-z]{2,4}(-[a-z0-9]+)+([a-z]|-wlz-[0-9]+)$`)
	keyARN       = regexp.MustCompile(`^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/.+$`)
	roleARN      = regexp.MustCompile(`^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$`)
)

const (
	expectedKey  = "the ARN of a key: arn:aws:kms:eu-west-1:111122223333:key/ID"
	expectedRole = "the ARN of a role: arn:aws:iam::111122223333:role/NAME"
)

var (
	_ config.Validator          = (*ClusterArgs)(nil)
	_ config.ArgumentsValidator = (*ClusterArgs)(nil)
)

// Validate implements config.Validator.
func (a *ClusterArgs) Validate(report *config.Report) {
	if a.Name != "" {
		if err := naming.AWS()[clusterType].Check(a.Name); err != nil {
			report.Add([]string{"name"}, "%v", err)
		}
	}
	checkMinor(report, []string{"version"}, a.Version)
	a.checkAPI(report)
	a.checkAccess(report)
	a.checkLogs(report)
	role := value(a.Role)
	checkARN(report, []string{"encryption", "keyArn"}, value(a.Encryption).KeyARN, keyARN, expectedKey)
	checkARN(report, []string{"role", "arn"}, role.ARN, roleARN, expectedRole)
	checkARN(report, []string{"kubeconfig", "roleArn"}, value(a.Kubeconfig).RoleARN, roleARN, expectedRole)
	if role.ARN != nil && role.PermissionsBoundary != nil {
		report.Add([]string{"role", "permissionsBoundary"}, "mutually exclusive with arn: omit one of them")
	}
	a.checkPorts(report)
	a.checkServices(report)
	value(a.Addons).checkFor(report, []string{"addons"}, a.conditions())
	for _, name := range a.NodeGroups.Names() {
		if version := a.NodeGroups[name].Version; version != "" && minorVersion.MatchString(a.Version) {
			if err := checkSkew(version, a.Version); err != nil {
				report.Add([]string{"nodeGroups", name, "version"}, "%v", err)
			}
		}
	}
	tagging.CheckWithRoles(report, []string{"tags"}, a.Tags)
}

// ValidateArguments implements config.ArgumentsValidator.
func (a *ClusterArgs) ValidateArguments(report *config.Report) {
	a.CheckAdministrators(report)
	if a.Network == nil {
		a.checkSubnets(report)
		return
	}
	given := inputs{
		"vpcId": a.VpcID != nil, "subnetIds": len(a.SubnetIDs) > 0, "nodeSubnetIds": len(a.NodeSubnetIDs) > 0,
	}
	for key, set := range given {
		if set {
			report.Add([]string{key},
				"mutually exclusive with Network: select its subnets with tier and nodeTier, or omit Network")
		}
	}
	a.CheckNetwork(report)
}

// CheckNetwork reports a network without the tiers and zones that the cluster needs. The constructor calls it; so do
// sections of stack files, with a network that has no IDs yet.
func (a *ClusterArgs) CheckNetwork(report *config.Report) {
	info := a.Network.NetworkInfo()
	if info.Platform != "aws" {
		report.Add([]string{"network"}, "%q is a network on %s: use a VPC", info.Name, info.Platform)
		return
	}
	for key, tier := range map[string]string{"tier": a.Tier, "nodeTier": a.NodeTier} {
		if tier != "" && len(info.Tier(tier)) == 0 {
			report.Add([]string{key}, "unknown tier %q of network %q, %s", tier, info.Name,
				config.Suggest(tier, info.Tiers()))
		}
	}
	a.checkTierZones(report, zones(info.Tier(a.Tier)))
	a.checkServiceCIDR(report, info)
	a.checkZones(report)
}

// CheckAdministrators reports a cluster without administrators. The constructor calls it; so do sections of stack files
// that have no administrators of their own.
func (a *ClusterArgs) CheckAdministrators(report *config.Report) {
	if len(a.Administrators) == 0 && !a.CreatorAdmin {
		report.Add([]string{"administrators"}, "required, but missing: add a role, such as "+
			"platform: arn:aws:iam::111122223333:role/platform, or set creatorAdmin to true")
	}
}

// checkMinor reports a version that is not a minor version. YAML reads 1.30 without quotes as the number 1.3.
func checkMinor(report *config.Report, path []string, version string) {
	if version != "" && !minorVersion.MatchString(version) {
		report.Add(path, "found %q, expected a minor version in quotes, such as \"1.36\"", version)
	}
}

func checkARN(report *config.Report, path []string, in pulumi.StringInput, pattern *regexp.Regexp, expected string) {
	if arn, known := in.(pulumi.String); known && !pattern.MatchString(string(arn)) {
		report.Add(path, "found %q, expected %s", string(arn), expected)
	}
}

func (a *ClusterArgs) checkAPI(report *config.Report) {
	api := value(a.API)
	private := value(api.Private)
	if !private && len(api.PublicCIDRs) == 0 {
		report.Add([]string{"api", "private"},
			"the API server is not accessible: set private to true, or add publicCidrs")
	}
	if len(api.PublicCIDRs) > maxPublicCIDRs {
		report.Add([]string{"api", "publicCidrs"}, "%d CIDR blocks: use at most %d", len(api.PublicCIDRs),
			maxPublicCIDRs)
	}
	if !private && len(api.PrivateCIDRs) > 0 {
		report.Add([]string{"api", "privateCidrs"},
			"the API server is not accessible within the network: set private to true, or omit them")
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
			report.Add(at, "%s is private: move it to privateCidrs", p)
		case p.Bits() < largestCIDR && !api.AllowInternet:
			report.Add(at, "%s is the internet: use narrower CIDR blocks, or set allowInternet to true", p)
		}
		seen[p] = true
	}
	for i, text := range api.PrivateCIDRs {
		at := []string{"api", "privateCidrs", strconv.Itoa(i)}
		p, ok := checkCIDR(report, at, text)
		switch {
		case !ok:
		case slices.Contains(api.PrivateCIDRs[:i], text):
			report.Add(at, "duplicate CIDR block %s", p)
		case p.Bits() < largestCIDR:
			report.Add(at, "%s is larger than any private network: use narrower CIDR blocks", p)
		}
	}
}

func checkCIDR(report *config.Report, at []string, text string) (netip.Prefix, bool) {
	p, err := netip.ParsePrefix(text)
	switch {
	case err != nil:
		report.Add(at, "found %q, expected a CIDR block, such as 203.0.113.0/24", text)
	case p != p.Masked():
		report.Add(at, "%s has host bits set: use %s", text, p.Masked())
	default:
		return p, true
	}
	return p, false
}

func (a *ClusterArgs) checkLogs(report *config.Report) {
	logs := value(a.Logs)
	if logs.Enabled != nil && !*logs.Enabled && len(logs.Types) > 0 {
		report.Add([]string{"logs", "types"}, "logs are not enabled: set enabled to true, or omit types")
	}
	var known []string
	for _, t := range logTypes() {
		known = append(known, string(t))
	}
	for i, t := range logs.Types {
		at := []string{"logs", "types", strconv.Itoa(i)}
		if !slices.Contains(logTypes(), t) {
			report.Add(at, "unknown log type %q, %s", t, config.Suggest(string(t), known))
		} else if slices.Contains(logs.Types[:i], t) {
			report.Add(at, "duplicate log type %s", t)
		}
	}
	checkARN(report, []string{"logs", "keyArn"}, logs.KeyARN, keyARN, expectedKey)
}

func (a *ClusterArgs) checkPorts(report *config.Report) {
	switch {
	case a.WebhookAccess == WebhooksCustom && len(a.WebhookPorts) == 0:
		report.Add([]string{"webhookPorts"},
			"required with webhookAccess custom, but missing: add ports, or set webhookAccess to none")
	case a.WebhookAccess != "" && a.WebhookAccess != WebhooksCustom && len(a.WebhookPorts) > 0:
		report.Add([]string{"webhookPorts"}, "mutually exclusive with webhookAccess %s: omit one of them",
			a.WebhookAccess)
	}
	for i, port := range a.WebhookPorts {
		at := []string{"webhookPorts", strconv.Itoa(i)}
		switch {
		case port < 1 || port > 65535:
			report.Add(at, "found %d, expected a port from 1 to 65535", port)
		case slices.Contains(ownPorts(), port) || slices.Contains(a.WebhookPorts[:i], port):
			report.Add(at, "port %d is already allowed: omit it", port)
		}
	}
}

// checkServices checks the CIDR block of services. Source: "KubernetesNetworkConfigRequest", Amazon EKS API Reference.
func (a *ClusterArgs) checkServices(report *config.Report) {
	const largest, smallest = 12, 24
	at := []string{"serviceCidr"}
	if a.ServiceCIDR == "" {
		return
	}
	p, ok := checkCIDR(report, at, a.ServiceCIDR)
	switch {
	case !ok:
	case a.IPFamily == IPv6:
		report.Add(at, "EKS assigns the service addresses of IPv6 clusters: omit it")
	case !p.Addr().Is4() || !p.Addr().IsPrivate() || p.Bits() < largest || p.Bits() > smallest:
		report.Add(at, "found %s, expected a private IPv4 CIDR block from /%d to /%d, such as 172.20.0.0/16", p,
			smallest, largest)
	}
}

// checkServiceCIDR reports a CIDR block of services that overlaps with the network.
func (a *ClusterArgs) checkServiceCIDR(report *config.Report, info core.NetworkInfo) {
	own, err := netip.ParsePrefix(a.ServiceCIDR)
	list, known := info.CIDRs.(pulumi.StringArray)
	if err != nil || !known {
		return
	}
	for _, in := range list {
		text, known := in.(pulumi.String)
		if other, err := netip.ParsePrefix(string(text)); known && err == nil && own.Overlaps(other) {
			report.Add([]string{"serviceCidr"}, "overlaps with %s of network %q: use another CIDR block", other,
				info.Name)
		}
	}
}

// checkTierZones compares the zones of the control plane with those of its tier.
func (a *ClusterArgs) checkTierZones(report *config.Report, found []string) {
	for i, zone := range a.Zones {
		at := []string{"zones", strconv.Itoa(i)}
		if slices.Contains(a.Zones[:i], zone) {
			report.Add(at, "duplicate zone %s", zone)
		} else if !slices.Contains(found, zone) {
			report.Add(at, "tier %q has no subnet in %q, %s", a.Tier, zone, config.Suggest(zone, found))
		}
	}
	switch {
	case len(found) == 1:
		report.Add([]string{"tier"},
			"tier %q has subnets in one zone only, EKS requires two zones: add one to the network, or use another tier",
			a.Tier)
	case len(a.Zones) > 0 && len(a.Zones) < minZones:
		report.Add([]string{"zones"}, "found %s only, EKS requires two zones: add another one", config.List(a.Zones))
	}
}

func (a *ClusterArgs) checkSubnets(report *config.Report) {
	a.checkZones(report)
	if len(a.Zones) > 0 {
		report.Add([]string{"zones"}, "requires a Network: omit it, and set subnetIds in these zones only")
	}
	if a.VpcID == nil {
		report.Add([]string{"vpcId"}, "required, but missing: set it, or Network")
	}
	if len(a.SubnetIDs) < minZones {
		report.Add([]string{"subnetIds"},
			"found %d subnets, EKS requires subnets in at least two zones: add them by zone, or set Network",
			len(a.SubnetIDs))
	}
	for key, subnets := range map[string]map[string]pulumi.StringInput{"subnetIds": a.SubnetIDs,
		"nodeSubnetIds": a.NodeSubnetIDs} {
		for _, zone := range slices.Sorted(maps.Keys(subnets)) {
			checkZoneName(report, []string{key, zone}, zone)
		}
	}
}

// checkZoneName reports a text that is not the name of an availability zone.
func checkZoneName(report *config.Report, at []string, zone string) {
	if !zoneName.MatchString(zone) {
		report.Add(at, "not an availability zone: use keys such as eu-west-1a")
	}
}

// checkZones reports node groups and Fargate profiles in zones without subnets for nodes.
func (a *ClusterArgs) checkZones(report *config.Report) {
	known := zones(a.place().nodes)
	if len(known) == 0 {
		return // It is reported.
	}
	check := func(kind, name string, asked []string) {
		for i, zone := range asked {
			if !slices.Contains(known, zone) {
				report.Add([]string{kind, name, "zones", strconv.Itoa(i)}, "no subnet for nodes in %q, %s", zone,
					config.Suggest(zone, known))
			}
		}
	}
	for _, name := range a.NodeGroups.Names() {
		check("nodeGroups", name, a.NodeGroups[name].Zones)
	}
	for _, name := range a.FargateProfiles.Names() {
		check("fargateProfiles", name, a.FargateProfiles[name].Zones)
	}
}
