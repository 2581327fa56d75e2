package eks

import (
	"net/netip"
	"regexp"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/tags"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/naming"
)

const (
	clusterType = "aws:eks/cluster:Cluster"
	// minZones is in how many zones EKS wants subnets, at least. Source: "View Amazon EKS networking requirements for VPC and subnets".
	minZones = 2
	// maxPublicCIDRs is how many ranges EKS takes. Source: "Amazon EKS service quotas".
	maxPublicCIDRs = 40
	// largestRange is the prefix length of the largest range that is taken for a network.
	largestRange = 8
)

var (
	minorVersion = regexp.MustCompile(`^1\.[1-9][0-9]$`)
	zoneName     = regexp.MustCompile(`^[a-z]{2,4}(-[a-z0-9]+)+[a-z]$`)
	keyARN       = regexp.MustCompile(`^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/.+$`)
	iamRoleARN   = regexp.MustCompile(`^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$`)
)

var _ config.Validator = (*ClusterSettings)(nil)

// Validate implements config.Validator.
func (s *ClusterSettings) Validate(report *config.Report) {
	if s.Name != "" {
		if err := naming.AWS()[clusterType].Check(s.Name); err != nil {
			report.Add([]string{"name"}, "%v", err)
		}
	}
	checkMinor(report, []string{"version"}, s.Version)
	s.checkAPI(report)
	s.checkAccess(report)
	s.checkLogs(report)
	checkARN(report, []string{"encryption", "keyArn"}, s.Encryption.KeyARN, keyARN, "the ARN of a key: arn:aws:kms:eu-west-1:111122223333:key/ID")
	checkARN(report, []string{"role", "arn"}, s.Role.ARN, iamRoleARN, "the ARN of a role: arn:aws:iam::111122223333:role/NAME")
	checkARN(report, []string{"kubeconfig", "roleArn"}, s.Kubeconfig.RoleARN, iamRoleARN, "the ARN of a role: arn:aws:iam::111122223333:role/NAME")
	if s.Role.ARN != nil && s.Role.PermissionsBoundary != nil {
		report.Add([]string{"role", "permissionsBoundary"}, "no role is made, as arn names one: leave out one of them")
	}
	s.checkPorts(report)
	s.checkServices(report)
	s.checkParts(report)
	tags.Check(report, []string{"tags"}, s.Tags)
}

// checkMinor reports a version that is no minor version. YAML takes 1.30 without quotes for the number 1.3.
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

func (s *ClusterSettings) checkAPI(report *config.Report) {
	if !*s.API.Private && len(s.API.PublicCIDRs) == 0 {
		report.Add([]string{"api", "private"}, "nobody reaches the API server: set it to true, or name publicCidrs")
	}
	if len(s.API.PublicCIDRs) > maxPublicCIDRs {
		report.Add([]string{"api", "publicCidrs"}, "%d ranges, EKS takes %d", len(s.API.PublicCIDRs), maxPublicCIDRs)
	}
	if !*s.API.Private && len(s.API.PrivateCIDRs) > 0 {
		report.Add([]string{"api", "privateCidrs"}, "the API server is not reached within the network: set private to true, or leave them out")
	}
	seen := map[netip.Prefix]bool{}
	for i, text := range s.API.PublicCIDRs {
		at := []string{"api", "publicCidrs", strconv.Itoa(i)}
		p, ok := checkRange(report, at, text)
		switch {
		case !ok:
		case seen[p]:
			report.Add(at, "%s is there already", p)
		case p.Addr().IsPrivate():
			report.Add(at, "%s is private, and EKS takes public ranges alone: put it among privateCidrs", p)
		case p.Bits() < largestRange && !s.API.AllowInternet:
			report.Add(at, "%s is the internet: name the networks that may reach the API server, or set allowInternet if everybody is meant", p)
		}
		seen[p] = true
	}
	for i, text := range s.API.PrivateCIDRs {
		at := []string{"api", "privateCidrs", strconv.Itoa(i)}
		p, ok := checkRange(report, at, text)
		switch {
		case !ok:
		case slices.Contains(s.API.PrivateCIDRs[:i], text):
			report.Add(at, "%s is there already", p)
		case p.Bits() < largestRange:
			report.Add(at, "%s is larger than any private network: name the networks that may reach the API server", p)
		}
	}
}

func checkRange(report *config.Report, at []string, text string) (netip.Prefix, bool) {
	p, err := netip.ParsePrefix(text)
	switch {
	case err != nil:
		report.Add(at, "found %q, expected a range of addresses, such as 203.0.113.0/24", text)
	case p != p.Masked():
		report.Add(at, "the range of %s starts at %s: write that", text, p.Masked())
	default:
		return p, true
	}
	return p, false
}

func (s *ClusterSettings) checkLogs(report *config.Report) {
	for i, t := range s.Logs.Types {
		at := []string{"logs", "types", strconv.Itoa(i)}
		if !slices.Contains(logTypes(), t) {
			report.Add(at, "unknown type %q, %s", t, config.Suggest(t, logTypes()))
		} else if slices.Contains(s.Logs.Types[:i], t) {
			report.Add(at, "%s is there already", t)
		}
	}
	checkARN(report, []string{"logs", "keyArn"}, s.Logs.KeyARN, keyARN, "the ARN of a key: arn:aws:kms:eu-west-1:111122223333:key/ID")
}

func (s *ClusterSettings) checkPorts(report *config.Report) {
	for i, port := range s.WebhookPorts {
		at := []string{"webhookPorts", strconv.Itoa(i)}
		switch {
		case port < 1 || port > 65535:
			report.Add(at, "found %d, expected a port from 1 to 65535", port)
		case slices.Contains(ownPorts(), port) || slices.Contains(s.WebhookPorts[:i], port):
			report.Add(at, "%d is open already: leave it out", port)
		}
	}
}

// checkServices checks the addresses of services. Source: "KubernetesNetworkConfigRequest", Amazon EKS API Reference.
func (s *ClusterSettings) checkServices(report *config.Report) {
	const largest, smallest = 12, 24
	at := []string{"serviceCidr"}
	if s.ServiceCIDR == "" {
		return
	}
	p, ok := checkRange(report, at, s.ServiceCIDR)
	switch {
	case !ok:
	case s.IPFamily == "ipv6":
		report.Add(at, "services of a cluster for IPv6 have addresses that EKS chooses: leave it out")
	case !p.Addr().Is4() || !p.Addr().IsPrivate() || p.Bits() < largest || p.Bits() > smallest:
		report.Add(at, "found %s, expected a block of private IPv4 addresses from a /%d to a /%d, such as 172.20.0.0/16", p, smallest, largest)
	}
}

// checkServiceCIDR holds the addresses of services against those of the network.
func (a *ClusterArgs) checkServiceCIDR(report *config.Report, info core.NetworkInfo) {
	own, err := netip.ParsePrefix(a.ServiceCIDR)
	list, known := info.CIDRs.(pulumi.StringArray)
	if err != nil || !known {
		return
	}
	for _, in := range list {
		text, known := in.(pulumi.String)
		if other, err := netip.ParsePrefix(string(text)); known && err == nil && own.Overlaps(other) {
			report.Add([]string{"serviceCidr"}, "it overlaps with %s of the network %q: choose another block", other, info.Name)
		}
	}
}
