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

// preflight checks the version, the zones and the subnets with AWS before any resource changes, and determines whether the
// cluster exists.
func (b *builder) preflight() error {
	if !value(b.args.Preflight) {
		return nil
	}
	checks := config.Checks(fmt.Sprintf("arguments of %s %q", ClusterToken, b.name))
	state, err := b.args.lookUp(b.ctx, checks.At(), b.cluster.Invoke())
	if err != nil {
		return err
	}
	if err := checks.Err(); err != nil {
		return err
	}
	b.absent = state.version == ""
	for _, warning := range state.warnings {
		if err := b.warn("%s", warning); err != nil {
			return err
		}
	}
	return nil
}

// state is what look-ups show of the cluster.
type state struct {
	// version is that of the existing cluster. Empty means that it does not exist.
	version  string
	warnings []string
}

func (s *state) warn(format string, args ...any) {
	s.warnings = append(s.warnings, fmt.Sprintf(format, args...))
}

// lookUp reports what EKS rejects, and returns the state of the cluster.
func (a *ClusterArgs) lookUp(ctx *pulumi.Context, report *config.Report, opts ...pulumi.InvokeOption) (state, error) {
	var s state
	if !value(a.Preflight) {
		return s, nil
	}
	versions, err := eks.GetClusterVersions(ctx, &eks.GetClusterVersionsArgs{IncludeAll: pulumi.BoolRef(true)}, opts...)
	if err != nil {
		return s, fmt.Errorf("look up the versions that EKS supports (set preflight to false to skip): %w", err)
	}
	clusters, err := eks.GetClusters(ctx, opts...)
	if err != nil {
		return s, fmt.Errorf("look up existing clusters (set preflight to false to skip): %w", err)
	}
	if slices.Contains(clusters.Names, a.Name) {
		found, err := eks.LookupCluster(ctx, &eks.LookupClusterArgs{Name: a.Name}, opts...)
		if err != nil {
			return s, fmt.Errorf("look up the version of the cluster (set preflight to false to skip): %w", err)
		}
		s.version = found.Version
		a.checkUpgrade(report, &s)
		if err := a.checkExistingZones(ctx, report, &s, found.VpcConfig.SubnetIds, opts...); err != nil {
			return s, err
		}
	} else if a.CreatorAdmin {
		identity, err := aws.GetCallerIdentity(ctx, &aws.GetCallerIdentityArgs{}, opts...)
		if err != nil {
			return s, fmt.Errorf("look up the creator of the cluster (set preflight to false to skip): %w", err)
		}
		if err := a.checkCreator(identity.Arn); err != nil {
			report.Add([]string{"creatorAdmin"}, "%v", err)
		}
	}
	warning, err := known(versions.ClusterVersions).check(a.Version, a.Support, s.version == a.Version)
	if err != nil {
		report.Add([]string{"version"}, "%v", err)
	}
	if warning != "" {
		s.warn("%s", warning)
	}
	return s, a.checkPlacement(ctx, report, opts...)
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
func (a *ClusterArgs) checkExistingZones(ctx *pulumi.Context, report *config.Report, s *state, ids []string,
	opts ...pulumi.InvokeOption) error {
	var before []core.Subnet
	for _, id := range ids {
		found, err := awsec2.LookupSubnet(ctx, &awsec2.LookupSubnetArgs{Id: &id}, opts...)
		if err != nil {
			return fmt.Errorf("look up the subnets of the cluster (set preflight to false to skip): %w", err)
		}
		before = append(before, core.Subnet{Zone: found.AvailabilityZone})
		if found.AvailableIpAddressCount < upgradeAddresses {
			s.warn("subnet %s in %s has %d free addresses, an upgrade uses up to %d", id, found.AvailabilityZone,
				found.AvailableIpAddressCount, upgradeAddresses)
		}
	}
	was, is := zones(before), zones(a.place().control)
	slices.Sort(was)
	slices.Sort(is)
	if len(was) > 0 && !slices.Equal(was, is) {
		report.Add([]string{"zones"},
			"the cluster is in %s, which cannot change, found subnets in %s: set zones to the former", config.List(was),
			config.List(is))
	}
	return nil
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

// rollbackDays is how long EKS can roll a cluster back to its previous version. Source: "Roll back a cluster to a previous
// Kubernetes version", Amazon EKS User Guide.
const rollbackDays = 7

// checkUpgrade reports a change of version that EKS rejects.
func (a *ClusterArgs) checkUpgrade(report *config.Report, s *state) {
	at, from, to := []string{"version"}, minor(s.version), minor(a.Version)
	switch {
	case to == from-1:
		s.warn("rollback from %s to %s: EKS accepts it within %d days of the upgrade, once all nodes have version %s or older",
			s.version, a.Version, rollbackDays, a.Version)
	case to < from:
		report.Add(at, "the cluster has version %s and cannot be downgraded to %s: use %s or later, or 1.%d within %d days of "+
			"the upgrade", s.version, a.Version, s.version, from-1, rollbackDays)
	case to > from+1:
		report.Add(at, "the cluster has version %s and is upgraded by one minor version at a time: deploy 1.%d first",
			s.version, from+1)
	}
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
