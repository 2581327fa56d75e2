package eks

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	awsec2 "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
)

// preflight checks the version and the subnets with EKS before any resource changes, and determines whether
// the cluster exists.
func (b *builder) preflight() error {
	if !value(b.args.Preflight) {
		return nil
	}
	invoke := b.cluster.Invoke()
	versions, err := eks.GetClusterVersions(b.ctx, &eks.GetClusterVersionsArgs{IncludeAll: pulumi.BoolRef(true)},
		invoke)
	if err != nil {
		return fmt.Errorf("look up the versions that EKS supports (set preflight to false to skip): %w", err)
	}
	clusters, err := eks.GetClusters(b.ctx, invoke)
	if err != nil {
		return fmt.Errorf("look up existing clusters (set preflight to false to skip): %w", err)
	}
	wanted, current := b.args.Version, ""
	invalid := &config.Error{Subject: fmt.Sprintf("arguments of cluster %q", b.name)}
	add := func(path string, problem error) {
		if problem != nil {
			invalid.Findings = append(invalid.Findings, config.Finding{Path: path, Message: problem.Error()})
		}
	}
	if slices.Contains(clusters.Names, b.args.Name) {
		found, err := eks.LookupCluster(b.ctx, &eks.LookupClusterArgs{Name: b.args.Name}, invoke)
		if err != nil {
			return fmt.Errorf("look up the version of the cluster (set preflight to false to skip): %w", err)
		}
		current = found.Version
		moved, err := b.checkExistingZones(found.VpcConfig.SubnetIds)
		if err != nil {
			return err
		}
		add("version", checkUpgrade(current, wanted))
		add("zones", moved)
	}
	b.absent = current == ""
	if b.absent && b.args.CreatorAdmin {
		identity, err := aws.GetCallerIdentity(b.ctx, &aws.GetCallerIdentityArgs{}, invoke)
		if err != nil {
			return fmt.Errorf("look up the creator of the cluster (set preflight to false to skip): %w", err)
		}
		add("creatorAdmin", b.args.checkCreator(identity.Arn))
	}
	warning, err := known(versions.ClusterVersions).check(wanted, b.args.Support, current == wanted)
	add("version", err)
	if len(invalid.Findings) > 0 {
		return invalid
	}
	if warning != "" {
		return b.warn("%s", warning)
	}
	return nil
}

func (b *builder) warn(format string, args ...any) error {
	return b.ctx.Log.Warn(fmt.Sprintf(format, args...), &pulumi.LogArgs{Resource: b.cluster})
}

// The number of free addresses that EKS requires and recommends in each subnet, and that an upgrade uses. Source: "View
// Amazon EKS networking requirements for VPC and subnets", Amazon EKS User Guide.
const (
	minAddresses         = 6
	recommendedAddresses = 16
	upgradeAddresses     = 5
)

// checkExistingZones compares the zones of the cluster's subnets, which cannot change, with those of its arguments.
// wrong is the difference.
func (b *builder) checkExistingZones(ids []string) (wrong, err error) {
	var before []core.Subnet
	for _, id := range ids {
		found, err := awsec2.LookupSubnet(b.ctx, &awsec2.LookupSubnetArgs{Id: &id}, b.cluster.Invoke())
		if err != nil {
			return nil, fmt.Errorf("look up the subnets of the cluster (set preflight to false to skip): %w", err)
		}
		before = append(before, core.Subnet{Zone: found.AvailabilityZone})
		if found.AvailableIpAddressCount < upgradeAddresses {
			if err := b.warn("subnet %s in %s has %d free addresses, an upgrade uses up to %d", id,
				found.AvailabilityZone,
				found.AvailableIpAddressCount, upgradeAddresses); err != nil {
				return nil, err
			}
		}
	}
	was, is := zones(before), zones(b.place.control)
	slices.Sort(was)
	slices.Sort(is)
	if len(was) > 0 && !slices.Equal(was, is) {
		return fmt.Errorf("the cluster is in %s, which cannot change, found subnets in %s: set zones to the former",
			config.List(was), config.List(is)), nil
	}
	return nil, nil
}

// subnets returns the subnets of the control plane. Those of a new cluster need free addresses, and a network with DNS.
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
		found := awsec2.LookupSubnetOutput(b.ctx, awsec2.LookupSubnetOutputArgs{Id: id.ToStringPtrOutput()},
			b.cluster.Invoke())
		out = append(out,
			pulumi.All(id, found.AvailableIpAddressCount(), resolves).ApplyT(func(all []any) (string, error) {
				return all[0].(string), b.checkRoom(s.Zone, all[0].(string), all[1].(int))
			}).(pulumi.StringOutput))
	}
	return out
}

// resolves fails if the network does not resolve the name of a private API server. Source: "Cluster API server
// endpoint", Amazon EKS User Guide.
func (b *builder) resolves() pulumi.BoolOutput {
	if !value(value(b.args.API).Private) {
		return pulumi.Bool(true).ToBoolOutput()
	}
	found := awsec2.LookupVpcOutput(b.ctx, awsec2.LookupVpcOutputArgs{
		Id: b.place.vpc.ToStringOutput().ToStringPtrOutput(),
	}, b.cluster.Invoke())
	return found.ApplyT(func(v awsec2.LookupVpcResult) (bool, error) {
		if v.EnableDnsHostnames && v.EnableDnsSupport {
			return true, nil
		}
		return false, failure.New(failure.Configuration, "check", fmt.Sprintf("network of cluster %q", b.name),
			"%s does not resolve the name of the API server: turn on DNS support and DNS hostnames, or set api.private to false", v.Id)
	}).(pulumi.BoolOutput)
}

// checkRoom reports a subnet with too few free addresses for the network interfaces of the control plane.
func (b *builder) checkRoom(zone, id string, free int) error {
	switch {
	case free < minAddresses:
		return failure.New(failure.Configuration, "check", fmt.Sprintf("subnets of cluster %q", b.name),
			"%s in %s has %d free addresses, EKS requires %d: use larger subnets, or release addresses", id, zone, free, minAddresses)
	case free < recommendedAddresses:
		return b.warn("subnet %s in %s has %d free addresses, EKS recommends %d: an upgrade uses up to %d", id, zone,
			free,
			recommendedAddresses, upgradeAddresses)
	}
	return nil
}

// The support statuses of versions. Source: "DescribeClusterVersions", Amazon EKS API Reference.
const (
	standardSupport = "STANDARD_SUPPORT"
	extendedSupport = "EXTENDED_SUPPORT"
)

// maxSkew is how many minor versions nodes can be behind the control plane. Source: "Version Skew Policy", Kubernetes.
const maxSkew = 3

// minor returns the number after the dot of a version.
func minor(version string) int {
	_, text, _ := strings.Cut(version, ".")
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}

// checkUpgrade reports a change of version that EKS rejects.
func checkUpgrade(current, wanted string) error {
	from, to := minor(current), minor(wanted)
	switch {
	case to < from:
		return fmt.Errorf("the cluster has version %s and cannot be downgraded: use %s or later", current, current)
	case to > from+1:
		return fmt.Errorf("the cluster has version %s and is upgraded by one minor version at a time: deploy 1.%d first", current, from+1)
	}
	return nil
}

// checkSkew reports nodes of a version that does not work with that of the control plane.
func checkSkew(nodes, control string) error {
	n, c := minor(nodes), minor(control)
	switch {
	case n > c:
		return fmt.Errorf("nodes of version %s cannot join a cluster of version %s: upgrade the cluster first, or use %s",
			nodes, control, control)
	case n < c-maxSkew:
		return fmt.Errorf("nodes of version %s are more than %d minor versions behind a cluster of version %s: "+
			"deploy 1.%d or later first, then upgrade the cluster", nodes, maxSkew, control, c-maxSkew)
	}
	return nil
}

// known are the versions that EKS knows.
type known []eks.GetClusterVersionsClusterVersion

// check reports a version that EKS rejects or charges more for. exists is true for the version of an existing cluster.
func (k known) check(version string, support SupportPolicy, exists bool) (warning string, err error) {
	i := slices.IndexFunc(k, func(v eks.GetClusterVersionsClusterVersion) bool { return v.ClusterVersion == version })
	if i < 0 {
		var names []string
		for _, v := range k {
			if v.VersionStatus == standardSupport || v.VersionStatus == extendedSupport {
				names = append(names, v.ClusterVersion)
			}
		}
		return "",
			fmt.Errorf("version %s is not available in this region, expected one of: %s", version, config.List(names))
	}
	v := k[i]
	switch v.VersionStatus {
	case standardSupport:
		return "", nil
	case extendedSupport:
		if support == SupportStandard {
			return "",
				fmt.Errorf("standard support of version %s ended on %s: use a later version, or set support to extended",
					version, day(v.EndOfStandardSupportDate))
		}
		return fmt.Sprintf("standard support of Kubernetes %s ended on %s: EKS charges more for the cluster, and upgrades it "+
			"automatically after %s", version, day(v.EndOfStandardSupportDate), day(v.EndOfExtendedSupportDate)), nil
	}
	if exists {
		return fmt.Sprintf("Kubernetes %s is no longer supported, EKS upgrades the cluster automatically: use a later version",
			version), nil
	}
	return "", fmt.Errorf("version %s is no longer supported: use a later version", version)
}

// day returns the date of a time.
func day(at string) string {
	out, _, _ := strings.Cut(at, "T")
	return out
}
