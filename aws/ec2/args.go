package ec2

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
)

// InstanceArgs describes an [Instance].
type InstanceArgs struct {
	InstanceSettings
	// Network is the network that the machine stands in: tier and zone choose the subnet. Required, unless SubnetID and VpcID
	// are given. Changing it replaces the machine and its security group.
	Network core.Network
	// SubnetID is the subnet, for networks that are no core.Network. Changing it replaces the machine.
	SubnetID pulumi.StringInput `pulumi:"subnetId"`
	// VpcID is the VPC of the subnet. Changing it replaces the machine and its security group.
	VpcID pulumi.StringInput `pulumi:"vpcId"`
}

var _ config.Validator = (*InstanceArgs)(nil)

// Validate implements config.Validator.
func (a *InstanceArgs) Validate(report *config.Report) {
	// It hides the promoted method of the settings.
	a.InstanceSettings.Validate(report)
	if a.Network == nil {
		a.checkSubnet(report)
		return
	}
	if a.SubnetID != nil || a.VpcID != nil {
		report.Add([]string{"subnetId"}, "the network has subnets: choose one by tier and zone, or leave out the network")
	}
	info := a.Network.NetworkInfo()
	if info.Platform != "aws" {
		report.Add([]string{"network"}, "%q is a network of %s: a machine of AWS stands in a VPC", info.Name, info.Platform)
		return
	}
	tier := info.Tier(a.Tier)
	if len(tier) == 0 {
		report.Add([]string{"tier"}, "the network %q has no tier %q, %s", info.Name, a.Tier, config.Suggest(a.Tier, info.Tiers()))
		return
	}
	if _, ok := subnetIn(tier, a.Zone); !ok {
		report.Add([]string{"zone"}, "the tier %q has no subnet in %q, %s", a.Tier, a.Zone, config.Suggest(a.Zone, zones(tier)))
	}
}

func (a *InstanceArgs) checkSubnet(report *config.Report) {
	if a.SubnetID == nil {
		report.Add([]string{"subnetId"}, "required, but missing: name a subnet and its VPC, or a network")
	}
	if a.VpcID == nil {
		report.Add([]string{"vpcId"}, "required, but missing: name the VPC of the subnet, or a network")
	}
	if len(a.Volumes) > 0 && a.Zone == "" {
		report.Add([]string{"zone"}, "required for volumes: name the zone of the subnet, such as eu-west-1a")
	}
}

// place is where a machine stands.
type place struct {
	network, subnet pulumi.StringInput
	zone            string
}

func (a *InstanceArgs) place() place {
	if a.Network == nil {
		return place{a.VpcID, a.SubnetID, a.Zone}
	}
	info := a.Network.NetworkInfo()
	subnet, _ := subnetIn(info.Tier(a.Tier), a.Zone)
	return place{info.ID, subnet.ID, subnet.Zone}
}

// subnetIn returns the first subnet in a zone, or in any when none is asked for.
func subnetIn(tier []core.Subnet, zone string) (core.Subnet, bool) {
	i := slices.IndexFunc(tier, func(s core.Subnet) bool { return zone == "" || s.Zone == zone })
	if i < 0 {
		return core.Subnet{}, false
	}
	return tier[i], true
}

func zones(tier []core.Subnet) []string {
	var out []string
	for _, s := range tier {
		out = append(out, s.Zone)
	}
	return out
}
