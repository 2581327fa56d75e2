package eks

import (
	"slices"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
)

// NodeGroupArgs describes a [NodeGroup].
type NodeGroupArgs struct {
	NodeGroupSettings
	// Target is the cluster that the nodes join. Required: its name and its version. Another name replaces the group, another version its
	// nodes.
	Target Target
	// Subnets are those that the nodes stand in, such as the private tier of a core.Network. Required. Changing them replaces the group.
	Subnets []core.Subnet
	// SecurityGroupIDs are the security groups of the nodes. Changing them replaces the nodes, as many at a time as update says. Default:
	// the one that EKS makes for the cluster.
	SecurityGroupIDs pulumi.StringArrayInput `pulumi:"securityGroupIds" config:"plain"`
	// RoleARN is the role of the nodes, for groups that share one. It excludes role. Changing it replaces the group. Default: a role of the
	// group's own.
	RoleARN pulumi.StringInput `pulumi:"roleArn" config:"plain"`
}

var _ config.Validator = (*NodeGroupArgs)(nil)

// Validate implements config.Validator.
func (a *NodeGroupArgs) Validate(report *config.Report) {
	// It hides the promoted method of the settings.
	a.NodeGroupSettings.Validate(report)
	a.checkVersion(report)
	checkPlace(report, a.Subnets, a.Zones)
	if a.RoleARN != nil && a.Role != nil {
		report.Add([]string{"role"}, "it excludes roleArn: leave out one of them")
	}
	if i := a.Image; i.Version != "" && a.Version == "" && a.Target.Version != "" {
		if problem := i.checkRelease(a.Target.Version, i.Version); problem != "" {
			report.Add([]string{"image", "version"}, "%s", problem)
		}
	}
}

// kubernetes returns the version of the nodes.
func (a *NodeGroupArgs) kubernetes() string {
	if a.Version != "" {
		return a.Version
	}
	return a.Target.Version
}

func (a *NodeGroupArgs) checkVersion(report *config.Report) {
	checkTarget(report, a.Target, podIdentity)
	switch {
	case !minorVersion.MatchString(a.Target.Version):
		report.Add([]string{"target"}, "found the version %q, expected that of the cluster's control plane, such as 1.34", a.Target.Version)
	case minorVersion.MatchString(a.Version):
		if err := checkSkew(a.Version, a.Target.Version); err != nil {
			report.Add([]string{"version"}, "%v", err)
		}
	}
}

// checkPlace reports subnets and zones in which nothing can stand.
func checkPlace(report *config.Report, subnets []core.Subnet, asked []string) {
	if len(subnets) == 0 {
		report.Add([]string{"subnets"}, "required, but missing: give some, such as the private tier of a network")
		return
	}
	var known []string
	for i, s := range subnets {
		if s.ID == nil {
			report.Add([]string{"subnets", strconv.Itoa(i), "id"}, "required, but missing")
		}
		if s.Zone != "" && !slices.Contains(known, s.Zone) {
			known = append(known, s.Zone)
		}
	}
	for i, zone := range asked {
		if !slices.Contains(known, zone) {
			report.Add([]string{"zones", strconv.Itoa(i)}, "no subnet is in %q, %s", zone, config.Suggest(zone, known))
		}
	}
}

// subnetIDs returns the subnets in some zones, or all when none are asked for.
func subnetIDs(subnets []core.Subnet, zones []string) pulumi.StringArray {
	var out pulumi.StringArray
	for _, s := range subnets {
		if len(zones) == 0 || slices.Contains(zones, s.Zone) {
			out = append(out, s.ID)
		}
	}
	return out
}
