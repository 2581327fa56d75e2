package eks

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/aws/internal/names"
	"github.com/ashlar-iac/ashlar/aws/internal/tags"
	"github.com/ashlar-iac/ashlar/core/component"
)

// FargateProfileToken is the type of the component [FargateProfile].
const FargateProfileToken = "ashlar-aws:eks:FargateProfile"

// FargateProfile says which pods of a cluster run on Fargate: each on a machine of its own that nobody has to look after.
type FargateProfile struct {
	pulumi.ResourceState
	component.Base

	// Name is the profile's name in the cluster. A profile that takes the place of another one has another name.
	Name pulumi.StringOutput `pulumi:"name"`
	// ARN is the profile's.
	ARN pulumi.StringOutput `pulumi:"arn"`
	// RoleARN is the role by which Fargate pulls images and writes logs. The pods have identities of their own.
	RoleARN pulumi.StringOutput `pulumi:"roleArn"`
}

// NewFargateProfile creates a Fargate profile. All of EKS's profiles of a cluster are made and deleted one after the other.
func NewFargateProfile(ctx *pulumi.Context, name string, args *FargateProfileArgs, opts ...pulumi.ResourceOption) (*FargateProfile, error) {
	p := &FargateProfile{}
	args, err := component.Register(ctx, FargateProfileToken, name, p, args, opts...)
	if err != nil {
		return nil, err
	}
	role, err := p.role(ctx, name, args)
	if err != nil {
		return nil, err
	}
	logical, err := names.Logical(name, "aws:eks/fargateProfile:FargateProfile")
	if err != nil {
		return nil, err
	}
	profile, err := eks.NewFargateProfile(ctx, logical, &eks.FargateProfileArgs{
		ClusterName:         args.Target.clusterName(),
		PodExecutionRoleArn: role,
		Selectors:           args.selectors(),
		SubnetIds:           subnetIDs(args.Subnets, args.Zones),
		Tags:                tags.Named(name, args.Tags),
	}, p.Main())
	if err != nil {
		return nil, err
	}
	p.Made(profile)
	p.Name, p.ARN, p.RoleARN = profile.FargateProfileName, profile.Arn, profile.PodExecutionRoleArn
	return component.Finish(ctx, p)
}

// role returns the role by which Fargate acts: the one that is given, or one of the profile's own. Source: "Amazon EKS Pod execution IAM role",
// Amazon EKS User Guide.
func (p *FargateProfile) role(ctx *pulumi.Context, name string, args *FargateProfileArgs) (pulumi.StringInput, error) {
	if args.RoleARN != nil {
		return args.RoleARN, nil
	}
	where, err := lookup.Of(ctx, p.Invoke())
	if err != nil {
		return nil, err
	}
	profiles := where.ARN("eks", "fargateprofile/"+args.Target.Name+"/*")
	role, err := newRole(ctx, name+"-pods", args.Role.execution("Pods of "+name+" on Fargate", iam.Trust{Services: map[string]iam.ServiceTrust{
		// Profiles of other clusters, and of other accounts, do not get the role.
		fargatePods: {SourceARNs: pulumi.StringArray{pulumi.String(profiles)}},
	}}, args.Tags), p.Child())
	if err != nil {
		return nil, err
	}
	// Who uses it waits for its policies.
	return role.ARN, nil
}

// selectors returns the selectors as EKS calls them.
func (s *FargateProfileSettings) selectors() eks.FargateProfileSelectorArray {
	var out eks.FargateProfileSelectorArray
	for _, one := range s.Selectors {
		selector := &eks.FargateProfileSelectorArgs{Namespace: pulumi.String(one.Namespace)}
		if len(one.Labels) > 0 {
			selector.Labels = pulumi.ToStringMap(one.Labels)
		}
		out = append(out, selector)
	}
	return out
}
