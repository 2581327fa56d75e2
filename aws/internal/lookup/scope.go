// Package lookup tells where a component's resources are made: account, region and partition.
package lookup

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Scope is where resources are made.
type Scope struct {
	// Account is its id of 12 digits.
	Account string
	// Region is such as eu-west-1.
	Region string
	// Partition is such as aws or aws-cn.
	Partition string
	// DNSSuffix ends the names of services, such as amazonaws.com.
	DNSSuffix string
	// ReverseDNSPrefix begins the names of endpoint services, such as com.amazonaws.
	ReverseDNSPrefix string
}

// Of asks the provider that the options lead to. Components pass the result of component.Base.Invoke.
func Of(ctx *pulumi.Context, opts ...pulumi.InvokeOption) (Scope, error) {
	identity, err := aws.GetCallerIdentity(ctx, &aws.GetCallerIdentityArgs{}, opts...)
	if err != nil {
		return Scope{}, fmt.Errorf("look up the account: %w", err)
	}
	region, err := aws.GetRegion(ctx, &aws.GetRegionArgs{}, opts...)
	if err != nil {
		return Scope{}, fmt.Errorf("look up the region: %w", err)
	}
	partition, err := aws.GetPartition(ctx, &aws.GetPartitionArgs{}, opts...)
	if err != nil {
		return Scope{}, fmt.Errorf("look up the partition: %w", err)
	}
	return Scope{
		Account: identity.AccountId, Region: region.Name, Partition: partition.Partition,
		DNSSuffix: partition.DnsSuffix, ReverseDNSPrefix: partition.ReverseDnsPrefix,
	}, nil
}

// Root is the ARN of the account itself.
func (s Scope) Root() string { return fmt.Sprintf("arn:%s:iam::%s:root", s.Partition, s.Account) }

// ARN returns the ARN of what a service has in the account and the region.
func (s Scope) ARN(service, resource string) string {
	return fmt.Sprintf("arn:%s:%s:%s:%s:%s", s.Partition, service, s.Region, s.Account, resource)
}
