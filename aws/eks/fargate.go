package eks

import (
	"reflect"
	"regexp"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/internal/logicalname"
	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/aws/internal/tagging"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
)

// FargateProfileToken is the type of the component [FargateProfile].
const FargateProfileToken = "ashlar-aws:eks:FargateProfile"

// FargateProfile selects the pods of a cluster that run on AWS Fargate instead of nodes.
type FargateProfile struct {
	pulumi.ResourceState
	component.Base

	// Name is the name of the profile in the cluster. A replacement has another name.
	Name pulumi.StringOutput `pulumi:"name"`
	// ARN is the ARN of the profile.
	ARN pulumi.StringOutput `pulumi:"arn"`
	// RoleARN is the ARN of the pod execution role, with which Fargate pulls images and writes logs. Pods have
	// identities of their own.
	RoleARN pulumi.StringOutput `pulumi:"roleArn"`
}

// FargateProfileArgs describes a [FargateProfile]. EKS does not update profiles: changing anything except tags replaces
// the profile; the new one is created first. Running pods remain until they are deleted.
type FargateProfileArgs struct {
	// Cluster is the cluster, such as a [Cluster]. Required, unless ClusterName and SubnetIDs are set.
	Cluster core.Cluster `config:"program"`
	// ClusterName is the name of the cluster, instead of Cluster.
	ClusterName pulumi.StringInput `pulumi:"clusterName,optional" config:"program,plain"`
	// SubnetIDs are the IDs of the subnets of the pods by availability zone. EKS requires private subnets. Default: the
	// subnets of nodes of Cluster. Required with clusterName.
	SubnetIDs map[string]pulumi.StringInput `pulumi:"subnetIds,optional" config:"program,plain"`
	// RoleARN is the ARN of an existing pod execution role. It is mutually exclusive with role. Default: a role is
	// created.
	RoleARN pulumi.StringInput `pulumi:"roleArn,optional" config:"program,plain"`
	// Selectors select the pods that run on Fargate, one to five. A pod has to match one of them. Required.
	Selectors []FargateSelector `pulumi:"selectors" jsonschema:"required,minItems=1"`
	// Zones are the availability zones of the pods, such as eu-west-1a. Default: the zones of all subnets.
	Zones []string `pulumi:"zones,optional"`
	// Role has additional permissions of the pod execution role, such as for writing logs to CloudWatch. Containers do
	// not get them: pods have identities of their own.
	Role *FargateRole `pulumi:"role,optional"`
	// Tags are added to the profile and its role. Default: none. Changing them updates both.
	Tags pulumi.StringMapInput `pulumi:"tags,optional" config:"plain"`
}

// FargateSelector matches pods. Both the namespace and all labels have to match.
type FargateSelector struct {
	// Namespace is the namespace of the pods; * matches any characters, and ? matches one. Required.
	Namespace string `pulumi:"namespace" jsonschema:"required,minLength=1"`
	// Labels are labels of the pods, up to five; * matches any characters, and ? matches one. Default: any labels.
	Labels pulumi.StringMapInput `pulumi:"labels,optional" config:"plain"`
}

// FargateRole has additional permissions of a pod execution role.
type FargateRole struct {
	// ManagedPolicies are additional policies, under names of your choice: ARNs, or names of AWS managed policies, such
	// as CloudWatchAgentServerPolicy. Default: none. Adding, changing or removing one does not affect the others.
	ManagedPolicies config.Named[pulumi.StringInput] `pulumi:"managedPolicies,optional" config:"plain"`
	// InlinePolicies are inline policies of the role by name. Default: none. Changing one updates it.
	InlinePolicies config.Named[policy.Document] `pulumi:"inlinePolicies,optional"`
	// AllowBroadPolicies allows AWS managed policies that allow every action of a service, or of all services. Default:
	// false.
	AllowBroadPolicies bool `pulumi:"allowBroadPolicies,optional"`
	// PermissionsBoundary is the permissions boundary of the role: the ARN of a policy, or the name of an AWS managed
	// policy. Default: none. Changing it updates the role.
	PermissionsBoundary pulumi.StringInput `pulumi:"permissionsBoundary,optional" config:"plain"`
}

func (r *FargateRole) permissions() *iam.Permissions {
	return &iam.Permissions{
		ManagedPolicies: r.ManagedPolicies, InlinePolicies: r.InlinePolicies,
		AllowBroadPolicies: r.AllowBroadPolicies, PermissionsBoundary: r.PermissionsBoundary,
	}
}

// fargatePolicies are the AWS managed policies of pod execution roles. Source: "Amazon EKS Pod execution IAM role",
// Amazon EKS User Guide.
func fargatePolicies() map[string]string {
	return map[string]string{"pods": "AmazonEKSFargatePodExecutionRolePolicy"}
}

// Limits of EKS. Source: "Define which Pods use AWS Fargate when launched", Amazon EKS User Guide.
const (
	maxSelectors      = 5
	maxSelectorLabels = 5
)

var (
	_ config.Validator          = (*FargateProfileArgs)(nil)
	_ config.ArgumentsValidator = (*FargateProfileArgs)(nil)
	_ config.Validator          = (*FargateRole)(nil)
)

var selectorNamespace = regexp.MustCompile(`^[a-z0-9*?]([-a-z0-9*?]{0,61}[a-z0-9*?])?$`)

// Validate implements config.Validator.
func (a *FargateProfileArgs) Validate(report *config.Report) {
	if len(a.Selectors) > maxSelectors {
		report.Add([]string{"selectors"}, "%d selectors: use at most %d, or another profile", len(a.Selectors),
			maxSelectors)
	}
	for i, s := range a.Selectors {
		at := []string{"selectors", strconv.Itoa(i)}
		if !selectorNamespace.MatchString(s.Namespace) {
			report.Add(append(at, "namespace"),
				"found %q, expected a namespace, in which * and ? match other characters", s.Namespace)
		}
		if labels, _ := s.Labels.(pulumi.StringMap); len(labels) > maxSelectorLabels {
			report.Add(append(at, "labels"), "%d labels: use at most %d", len(labels), maxSelectorLabels)
		}
		if slices.ContainsFunc(a.Selectors[:i], func(o FargateSelector) bool { return reflect.DeepEqual(o, s) }) {
			report.Add(at, "duplicate selector")
		}
	}
	tagging.CheckWithRoles(report, []string{"tags"}, a.Tags)
}

// ValidateArguments implements config.ArgumentsValidator.
func (a *FargateProfileArgs) ValidateArguments(report *config.Report) {
	checkCluster(report, a.Cluster, a.ClusterName, nil)
	if cluster := a.cluster(); cluster.name != nil {
		checkPlace(report, cluster.subnets, a.Zones)
	}
	if role := value(a.Role); a.RoleARN != nil && role.permissions().IsSet() {
		report.Add([]string{"role"}, "mutually exclusive with roleArn: omit one of them")
	}
}

// Validate implements config.Validator.
func (r *FargateRole) Validate(report *config.Report) {
	r.permissions().Check(report, fargatePolicies())
}

// cluster returns the details of the cluster. The arguments take precedence over those of Cluster.
func (a *FargateProfileArgs) cluster() details {
	d := detailsOf(a.Cluster, details{name: a.ClusterName})
	if len(a.SubnetIDs) > 0 {
		d.subnets = byZone(a.SubnetIDs)
	}
	return d
}

// NewFargateProfile creates a Fargate profile. A cluster is required. EKS creates and deletes the profiles of a cluster
// in sequence.
func NewFargateProfile(ctx *pulumi.Context, name string, args *FargateProfileArgs,
	opts ...pulumi.ResourceOption) (*FargateProfile, error) {
	p := &FargateProfile{}
	args, err := component.Register(ctx, FargateProfileToken, name, p, args, opts...)
	if err != nil {
		return nil, err
	}
	role, err := p.role(ctx, name, args)
	if err != nil {
		return nil, err
	}
	logical, err := logicalname.For(name, "aws:eks/fargateProfile:FargateProfile")
	if err != nil {
		return nil, err
	}
	cluster := args.cluster()
	profile, err := eks.NewFargateProfile(ctx, logical, &eks.FargateProfileArgs{
		ClusterName:         cluster.name,
		PodExecutionRoleArn: role,
		Selectors:           args.selectors(),
		SubnetIds:           subnetIDs(cluster.subnets, args.Zones),
		Tags:                tagging.Named(name, args.Tags),
	}, p.Main())
	if err != nil {
		return nil, err
	}
	p.AddChildren(profile)
	p.Name, p.ARN, p.RoleARN = profile.FargateProfileName, profile.Arn, profile.PodExecutionRoleArn
	return component.Finish(ctx, p)
}

// role returns the existing pod execution role, or creates one. Dependents of its ARN wait for its policies.
func (p *FargateProfile) role(ctx *pulumi.Context, name string, args *FargateProfileArgs) (pulumi.StringInput, error) {
	if args.RoleARN != nil {
		return args.RoleARN, nil
	}
	where, err := lookup.GetScope(ctx, p.Invoke())
	if err != nil {
		return nil, err
	}
	trust := iam.Trust{Services: map[string]iam.ServiceTrust{
		// The profiles of other clusters and accounts cannot use the role.
		"eks-fargate-pods.amazonaws.com": {SourceARNs: pulumi.StringArray{args.cluster().text(where.ARN("eks",
			"fargateprofile/%s/*"))}},
	}}
	given := value(args.Role)
	role, err := newRole(ctx, name+"-pods",
		given.permissions().Role("Pods of "+name+" on Fargate", trust, fargatePolicies(), args.Tags), p.Child())
	if err != nil {
		return nil, err
	}
	return role.ARN, nil
}

// selectors returns the selectors as EKS names them.
func (a *FargateProfileArgs) selectors() eks.FargateProfileSelectorArray {
	var out eks.FargateProfileSelectorArray
	for _, s := range a.Selectors {
		out = append(out, &eks.FargateProfileSelectorArgs{Namespace: pulumi.String(s.Namespace), Labels: s.Labels})
	}
	return out
}
