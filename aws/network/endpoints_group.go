package network

import (
	"net/netip"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/names"
	"github.com/ashlar-iac/ashlar/aws/internal/tags"
)

// securityGroup returns the security group of the interface endpoints. It admits HTTPS from the blocks of addresses, and lets nothing out:
// answers need no rule, and endpoints ask for nothing.
func (e *Endpoints) securityGroup(ctx *pulumi.Context, name string, args *EndpointsArgs) (*ec2.SecurityGroup, error) {
	logical, err := names.Logical(name, "aws:ec2/securityGroup:SecurityGroup")
	if err != nil {
		return nil, err
	}
	return ec2.NewSecurityGroup(ctx, logical, &ec2.SecurityGroupArgs{
		Description: pulumi.String("HTTPS to the endpoints of AWS services"),
		VpcId:       args.VpcID.ToStringOutput().ToStringPtrOutput(),
		Ingress: ec2.SecurityGroupIngressArray{&ec2.SecurityGroupIngressArgs{
			Description:    pulumi.String("HTTPS"),
			Protocol:       pulumi.String("tcp"),
			FromPort:       pulumi.Int(443),
			ToPort:         pulumi.Int(443),
			CidrBlocks:     family(args.CIDRs, netip.Addr.Is4),
			Ipv6CidrBlocks: family(args.CIDRs, netip.Addr.Is6),
		}},
		Tags: tags.Named(name, args.Tags),
	}, e.Child())
}

// family returns the blocks of addresses of one family. What is no block goes to IPv4, where AWS refuses it.
func family(in pulumi.StringArrayInput, is func(netip.Addr) bool) pulumi.StringArrayOutput {
	return in.ToStringArrayOutput().ApplyT(func(cidrs []string) []string {
		out := []string{}
		for _, cidr := range cidrs {
			p, err := netip.ParsePrefix(cidr)
			if err != nil {
				p = netip.PrefixFrom(netip.IPv4Unspecified(), 0)
			}
			if is(p.Addr()) {
				out = append(out, cidr)
			}
		}
		return out
	}).(pulumi.StringArrayOutput)
}
