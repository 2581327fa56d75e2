package instancetype

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
)

// Offerings returns the zones of the region in which each of the instance types is available: see [lookup.Offerings].
func Offerings(ctx *pulumi.Context, types []string, opts ...pulumi.InvokeOption) (map[string][]string, error) {
	return lookup.Offerings(ctx, types, func(patterns []string) (types, zones []string, err error) {
		found, err := ec2.GetInstanceTypeOfferings(ctx, &ec2.GetInstanceTypeOfferingsArgs{
			LocationType: pulumi.StringRef("availability-zone"),
			Filters:      []ec2.GetInstanceTypeOfferingsFilter{{Name: "instance-type", Values: patterns}},
		}, opts...)
		if err != nil {
			return nil, nil, err
		}
		return found.InstanceTypes, found.Locations, nil
	}, opts...)
}
