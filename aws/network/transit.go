package network

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2transitgateway"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// attach attaches the VPC to transit gateways. Routes to them wait for it.
func (b *builder) attach() error {
	ids := pulumi.StringMap{}
	for _, key := range b.args.TransitGateways.Names() {
		gateway := b.args.TransitGateways[key]
		name := b.name + "-" + key
		subnets, six := pulumi.StringArray{}, true
		for _, s := range b.subnets {
			if s.tier.name == gateway.Tier {
				subnets = append(subnets, s.made.ID())
				six = six && s.six.IsValid()
			}
		}
		made, err := ec2transitgateway.NewVpcAttachment(b.ctx, name, &ec2transitgateway.VpcAttachmentArgs{
			TransitGatewayId:     gateway.ID,
			VpcId:                b.network.ID,
			SubnetIds:            subnets,
			ApplianceModeSupport: enabled(gateway.ApplianceMode),
			DnsSupport:           enabled(true),
			Ipv6Support:          enabled(six),
			TransitGatewayDefaultRouteTableAssociation: pulumi.Bool(*gateway.Association),
			TransitGatewayDefaultRouteTablePropagation: pulumi.Bool(*gateway.Propagation),
			Tags: b.tags(name),
		}, b.vpc.Child())
		if err != nil {
			return err
		}
		b.attachments[key] = []pulumi.Resource{made}
		ids[key] = made.ID().ToStringOutput()
	}
	b.vpc.TransitGatewayAttachmentIDs = ids.ToStringMapOutput()
	return nil
}

func enabled(on bool) pulumi.String {
	if on {
		return "enable"
	}
	return "disable"
}
