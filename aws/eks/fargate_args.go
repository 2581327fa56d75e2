package eks

import (
	"maps"
	"regexp"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/internal/tags"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
)

// fargatePods is the service that runs pods on Fargate.
const fargatePods = "eks-fargate-pods.amazonaws.com"

// FargateProfileSettings are the choices that people make about a Fargate profile. EKS changes no profile: changing anything but tags replaces it,
// the new one first. Pods that run stay until they are deleted.
type FargateProfileSettings struct {
	// Selectors say which pods run on Fargate, one to five. A pod that one of them matches does. Required.
	Selectors []FargateSelector `pulumi:"selectors" jsonschema:"required,minItems=1"`
	// Zones are the availability zones that the pods stand in, such as eu-west-1a. Default: all of the subnets.
	Zones []string `pulumi:"zones"`
	// Role is what Fargate may do besides pulling images, such as writing logs to CloudWatch. Programs in pods have identities of their own.
	Role FargateRole `pulumi:"role"`
	// Tags are added to the profile and its role. Changing them updates both.
	Tags map[string]string `pulumi:"tags"`
}

// FargateSelector matches pods. All that it says has to hold.
type FargateSelector struct {
	// Namespace is the pods' namespace; * stands for any characters, and ? for one. Required.
	Namespace string `pulumi:"namespace" jsonschema:"required,minLength=1"`
	// Labels are those that the pods have, up to five; * stands for any characters, and ? for one. Default: any.
	Labels map[string]string `pulumi:"labels"`
}

// FargateRole is the role by which Fargate acts.
type FargateRole struct {
	iam.Permissions
}

// FargateProfileArgs describes a [FargateProfile].
type FargateProfileArgs struct {
	FargateProfileSettings
	// Target is the cluster. Required. Another one replaces the profile.
	Target Target
	// Subnets are those that the pods stand in. Required: private ones, which EKS insists on.
	Subnets []core.Subnet
	// RoleARN is the role by which Fargate acts, for profiles that share one. It excludes role. Default: one of the profile's own.
	RoleARN pulumi.StringInput `pulumi:"roleArn" config:"plain"`
}

// The limits of EKS. Source: "Define which Pods use AWS Fargate when launched", Amazon EKS User Guide.
const (
	maxSelectors      = 5
	maxSelectorLabels = 5
)

var (
	_ config.Validator = (*FargateProfileSettings)(nil)
	_ config.Validator = (*FargateProfileArgs)(nil)
	_ config.Validator = (*FargateRole)(nil)
)

// Validate implements config.Validator.
func (a *FargateProfileArgs) Validate(report *config.Report) {
	// It hides the promoted method of the settings.
	a.FargateProfileSettings.Validate(report)
	checkTarget(report, a.Target, podIdentity)
	checkPlace(report, a.Subnets, a.Zones)
	if a.RoleARN != nil && a.Role.Given() {
		report.Add([]string{"role"}, "it excludes roleArn: leave out one of them")
	}
}

var selectorNamespace = regexp.MustCompile(`^[a-z0-9*?]([-a-z0-9*?]{0,61}[a-z0-9*?])?$`)

// Validate implements config.Validator.
func (s *FargateProfileSettings) Validate(report *config.Report) {
	if len(s.Selectors) > maxSelectors {
		report.Add([]string{"selectors"}, "%d selectors, EKS takes at most %d: make another profile", len(s.Selectors), maxSelectors)
	}
	for i, one := range s.Selectors {
		at := []string{"selectors", strconv.Itoa(i)}
		if !selectorNamespace.MatchString(one.Namespace) {
			report.Add(append(at, "namespace"), "found %q, expected the name of a namespace, in which * and ? stand for other characters", one.Namespace)
		}
		if len(one.Labels) > maxSelectorLabels {
			report.Add(append(at, "labels"), "%d labels, EKS takes at most %d", len(one.Labels), maxSelectorLabels)
		}
		if slices.ContainsFunc(s.Selectors[:i], func(o FargateSelector) bool { return o.Namespace == one.Namespace && maps.Equal(o.Labels, one.Labels) }) {
			report.Add(at, "it stands here twice")
		}
	}
	tags.Check(report, []string{"tags"}, s.Tags)
}

// ownPolicies returns the policy of AWS that the role has in any case.
func (r *FargateRole) ownPolicies() map[string]string {
	return map[string]string{"pods": "AmazonEKSFargatePodExecutionRolePolicy"}
}

// Validate implements config.Validator.
func (r *FargateRole) Validate(report *config.Report) {
	// It hides the promoted method of the permissions.
	r.Check(report, r.ownPolicies())
}

// execution returns the arguments of the role.
func (r *FargateRole) execution(description string, trust iam.Trust, tags map[string]string) *iam.RoleArgs {
	return r.Role(description, trust, r.ownPolicies(), pulumi.ToStringMap(tags))
}
