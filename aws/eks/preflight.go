package eks

import (
	"errors"
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	awsec2 "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
)

// preflight asks EKS whether it takes the version and the subnets, before anything is changed. It notes whether the cluster is there.
func (b *builder) preflight() error {
	if !*b.args.Preflight {
		return nil
	}
	invoke := b.cluster.Invoke()
	versions, err := eks.GetClusterVersions(b.ctx, &eks.GetClusterVersionsArgs{IncludeAll: pulumi.BoolRef(true)}, invoke)
	if err != nil {
		return fmt.Errorf("look up the versions that EKS supports, unless preflight is false: %w", err)
	}
	clusters, err := eks.GetClusters(b.ctx, invoke)
	if err != nil {
		return fmt.Errorf("look up whether the cluster is there, unless preflight is false: %w", err)
	}
	wanted, current := b.args.Version, ""
	var problems []error
	if slices.Contains(clusters.Names, b.args.Name) {
		found, err := eks.LookupCluster(b.ctx, &eks.LookupClusterArgs{Name: b.args.Name}, invoke)
		if err != nil {
			return fmt.Errorf("look up the version of the cluster, unless preflight is false: %w", err)
		}
		current = found.Version
		moved, err := b.checkPlace(found.VpcConfig.SubnetIds)
		if err != nil {
			return err
		}
		problems = append(problems, checkUpgrade(current, wanted), moved)
	}
	b.absent = current == ""
	if b.absent && b.args.CreatorAdmin {
		identity, err := aws.GetCallerIdentity(b.ctx, &aws.GetCallerIdentityArgs{}, invoke)
		if err != nil {
			return fmt.Errorf("look up who creates the cluster, unless preflight is false: %w", err)
		}
		problems = append(problems, b.args.checkCreator(identity.Arn))
	}
	warning, err := known(versions.ClusterVersions).check(wanted, b.args.Support, current == wanted)
	problems = append(problems, err)
	if err := errors.Join(problems...); err != nil {
		return failure.Wrap(failure.Configuration, "check", fmt.Sprintf("cluster %q", b.name), err)
	}
	if warning != "" {
		return b.warn("%s", warning)
	}
	return nil
}

func (b *builder) warn(format string, args ...any) error {
	return b.ctx.Log.Warn(fmt.Sprintf(format, args...), &pulumi.LogArgs{Resource: b.cluster})
}

// How many free addresses EKS asks for in a subnet, how many it advises, and how many an upgrade takes. Source: "View Amazon EKS networking
// requirements for VPC and subnets", Amazon EKS User Guide.
const (
	minAddresses     = 6
	advisedAddresses = 16
	upgradeAddresses = 5
)

// checkPlace holds the subnets that a cluster stands in against those that it is to have. EKS keeps the zones of a cluster. wrong is what is the
// matter with these.
func (b *builder) checkPlace(ids []string) (wrong, err error) {
	var before []core.Subnet
	for _, id := range ids {
		found, err := awsec2.LookupSubnet(b.ctx, &awsec2.LookupSubnetArgs{Id: &id}, b.cluster.Invoke())
		if err != nil {
			return nil, fmt.Errorf("look up the subnets of the cluster, unless preflight is false: %w", err)
		}
		before = append(before, core.Subnet{Zone: found.AvailabilityZone})
		if found.AvailableIpAddressCount < upgradeAddresses {
			if err := b.warn("subnet %s in %s has %d free addresses, and an upgrade takes up to %d", id, found.AvailabilityZone,
				found.AvailableIpAddressCount, upgradeAddresses); err != nil {
				return nil, err
			}
		}
	}
	was, is := zones(before), zones(b.place.control)
	slices.Sort(was)
	slices.Sort(is)
	if len(was) > 0 && !slices.Equal(was, is) {
		return fmt.Errorf("the cluster stands in %s for as long as it exists, and its subnets are in %s: name the former in zones", config.List(was),
			config.List(is)), nil
	}
	return nil, nil
}

// subnets returns the subnets of a control plane. Those of a new one have to have room for it, and their network has to resolve names.
func (b *builder) subnets() pulumi.StringArrayInput {
	var out pulumi.StringArray
	if !b.absent {
		for _, s := range b.place.control {
			out = append(out, s.ID)
		}
		return out
	}
	resolves := b.resolves()
	for _, s := range b.place.control {
		id := s.ID.ToStringOutput()
		found := awsec2.LookupSubnetOutput(b.ctx, awsec2.LookupSubnetOutputArgs{Id: id.ToStringPtrOutput()}, b.cluster.Invoke())
		out = append(out, pulumi.All(id, found.AvailableIpAddressCount(), resolves).ApplyT(func(all []any) (string, error) {
			return all[0].(string), b.checkRoom(s.Zone, all[0].(string), all[1].(int))
		}).(pulumi.StringOutput))
	}
	return out
}

// resolves fails when the network does not resolve the name of an API server that is reached within it. Source: "Cluster API server endpoint",
// Amazon EKS User Guide.
func (b *builder) resolves() pulumi.BoolOutput {
	if !*b.args.API.Private {
		return pulumi.Bool(true).ToBoolOutput()
	}
	found := awsec2.LookupVpcOutput(b.ctx, awsec2.LookupVpcOutputArgs{Id: b.place.vpc.ToStringOutput().ToStringPtrOutput()}, b.cluster.Invoke())
	return found.ApplyT(func(v awsec2.LookupVpcResult) (bool, error) {
		if v.EnableDnsHostnames && v.EnableDnsSupport {
			return true, nil
		}
		return false, failure.New(failure.Configuration, "check", fmt.Sprintf("network of cluster %q", b.name),
			"%s resolves no name for the API server: turn on its DNS support and DNS hostnames, or set api.private to false", v.Id)
	}).(pulumi.BoolOutput)
}

// checkRoom says when a subnet has too little room for the interfaces of a control plane.
func (b *builder) checkRoom(zone, id string, free int) error {
	switch {
	case free < minAddresses:
		return failure.New(failure.Configuration, "check", fmt.Sprintf("subnets of cluster %q", b.name),
			"%s in %s has %d free addresses, and EKS wants %d: choose larger subnets, or free some", id, zone, free, minAddresses)
	case free < advisedAddresses:
		return b.warn("subnet %s in %s has %d free addresses, and EKS advises %d: an upgrade takes up to %d", id, zone, free, advisedAddresses,
			upgradeAddresses)
	}
	return nil
}
