package iam

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/tagging"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/aws/policy/reference"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
)

// RoleArgs are the arguments of a [Role].
type RoleArgs struct {
	// Name is the name of the role. Default: the name of the component with random characters, so that a replacement can
	// be created before the old role is deleted. Changing it replaces the role. It is checked before the deployment
	// starts, so it cannot be an output.
	Name string `pulumi:"name,optional"`
	// Path groups roles, such as /teams/shop/. Changing it replaces the role.
	Path string `pulumi:"path,optional" jsonschema:"default=/"`
	// Description describes the role. Default: none. Changing it updates the role.
	Description string `pulumi:"description,optional"`
	// Trust is the trust policy: the principals that can assume the role. Required. Changing it updates the role.
	Trust Trust `pulumi:"trust" jsonschema:"required"`
	// ManagedPolicies are the managed policies of the role, by names of your choice: ARNs, or names of AWS managed
	// policies such as AmazonSSMManagedInstanceCore. Default: none. Changing an entry updates only that attachment.
	ManagedPolicies config.Named[pulumi.StringInput] `pulumi:"managedPolicies,optional" config:"plain"`
	// MaxManagedPolicies is the quota of the account for managed policies per role. Request an increase from AWS before
	// raising it.
	MaxManagedPolicies *int `pulumi:"maxManagedPolicies,optional" jsonschema:"default=10,minimum=1,maximum=25"`
	// InlinePolicies are the inline policies of the role, by name, with at most 10,240 characters in total. Default: none.
	// Changing an entry updates only that policy.
	InlinePolicies config.Named[policy.Document] `pulumi:"inlinePolicies,optional"`
	// AllowBroadPolicies permits AWS managed policies that allow, on all resources and without conditions, all actions of
	// a service, all but some actions, or passing all roles, such as AdministratorAccess, AmazonS3FullAccess and
	// SecretsManagerReadWrite. Default: false.
	AllowBroadPolicies bool `pulumi:"allowBroadPolicies,optional"`
	// PermissionsBoundary is the policy that limits the permissions of the role: an ARN, or the name of an AWS managed
	// policy. Default: none. Changing it updates the role.
	PermissionsBoundary pulumi.StringInput `pulumi:"permissionsBoundary,optional" config:"plain"`
	// MaxSessionDuration is the maximum duration of a session, from 1h to 12h. Changing it updates the role.
	MaxSessionDuration string `pulumi:"maxSessionDuration,optional" jsonschema:"default=1h"`
	// InstanceProfile creates an instance profile for EC2 instances. The trust policy must include the service
	// ec2.amazonaws.com. Default: false.
	InstanceProfile bool `pulumi:"instanceProfile,optional"`
	// Tags are added to the role and the instance profile. Default: none. Changing them updates both.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`
}

var _ config.Validator = (*RoleArgs)(nil)

// Validate implements config.Validator. If the name of the component is known, it also checks names derived from it.
func (a *RoleArgs) Validate(report *config.Report) {
	checkName(report, roleType, a.Name)
	checkPath(report, a.Path)
	checkDescription(report, a.Description)
	if _, ok := seconds(a.MaxSessionDuration); !ok {
		report.Add([]string{"maxSessionDuration"}, "invalid duration %q: use a duration from 1h to 12h, such as 4h or 1h30m",
			a.MaxSessionDuration)
	}
	p := &Permissions{a.ManagedPolicies, a.InlinePolicies, a.AllowBroadPolicies, a.PermissionsBoundary}
	p.check(report, a.MaxManagedPolicies)
	if component := report.Component(); component != "" {
		for _, key := range slices.Sorted(maps.Keys(a.InlinePolicies)) {
			// The limit of the AWS provider.
			if n := len(component) + len("-"+key+suffix); n > 128 {
				report.Add([]string{"inlinePolicies", key}, "the name of the policy has %d characters, the maximum is 128: "+
					"use a shorter name", n)
			}
		}
	}
	if a.InstanceProfile && !a.Trust.includesEC2() {
		report.Add([]string{"trust", "services"}, "instanceProfile requires the service ec2.amazonaws.com: add it")
	}
	tagging.CheckRole(report, []string{"tags"}, a.Tags)
}

// seconds returns the duration of a session in seconds, and whether it is supported.
func seconds(duration string) (int, bool) {
	d, err := time.ParseDuration(duration)
	return int(d / time.Second), err == nil && d >= time.Hour && d <= 12*time.Hour && d%time.Second == 0
}

// Permissions are the policies of a role that a component creates for another resource, such as an instance or pods.
// Arguments of such components have the same options as [RoleArgs], and the same checks.
type Permissions struct {
	// ManagedPolicies are the managed policies of the role, by name. Default: none.
	ManagedPolicies config.Named[pulumi.StringInput]
	// InlinePolicies are the inline policies of the role, by name. Default: none.
	InlinePolicies config.Named[policy.Document]
	// AllowBroadPolicies permits broad AWS managed policies. Default: false.
	AllowBroadPolicies bool
	// PermissionsBoundary is the policy that limits the permissions of the role. Default: none.
	PermissionsBoundary pulumi.StringInput
}

// IsSet reports whether any of the fields is set.
func (p *Permissions) IsSet() bool {
	return len(p.ManagedPolicies) > 0 || len(p.InlinePolicies) > 0 || p.AllowBroadPolicies || p.PermissionsBoundary != nil
}

// Validate reports problems of the permissions.
func (p *Permissions) Validate(report *config.Report) { p.check(report, nil) }

// Check reports problems of the permissions of a role that always has the managed policies own, by name.
func (p *Permissions) Check(report *config.Report, own map[string]string) {
	taken := false
	for _, name := range slices.Sorted(maps.Keys(own)) {
		if _, ok := p.ManagedPolicies[name]; ok {
			report.Add([]string{"managedPolicies", name}, "the name is used by a policy of the component: use another name")
			taken = true
		}
	}
	if !taken {
		all := *p
		all.ManagedPolicies = p.with(own)
		all.check(report, nil)
	}
}

// Role returns the arguments of the role. own are managed policies that it always has, by name.
func (p *Permissions) Role(description string, trust Trust, own map[string]string,
	tags pulumi.StringMapInput) *RoleArgs {
	return &RoleArgs{
		Description:         description,
		Trust:               trust,
		ManagedPolicies:     p.with(own),
		InlinePolicies:      p.InlinePolicies,
		AllowBroadPolicies:  p.AllowBroadPolicies,
		PermissionsBoundary: p.PermissionsBoundary,
		Tags:                tags,
	}
}

func (p *Permissions) with(own map[string]string) config.Named[pulumi.StringInput] {
	out := config.Named[pulumi.StringInput]{}
	maps.Copy(out, p.ManagedPolicies)
	for name, id := range own {
		out[name] = pulumi.String(id)
	}
	return out
}

// defaultQuota and maxInline are quotas of a role. Source: "IAM and AWS STS quotas".
const (
	defaultQuota = 10
	maxInline    = 10240
)

// check reports problems of the policies. quota is the maximum number of managed policies. Default: 10.
func (p *Permissions) check(report *config.Report, quota *int) {
	most := defaultQuota
	if quota != nil {
		most = *quota
	}
	if n := len(p.ManagedPolicies); n > most {
		report.Add([]string{"managedPolicies"},
			"%d policies, the quota is %d: combine policies, or request a higher quota from "+
				"AWS and set maxManagedPolicies", n, most)
	}
	p.checkManaged(report)
	p.checkInline(report)
	if b, ok := p.PermissionsBoundary.(pulumi.String); ok {
		// A boundary grants no permissions, so it can be broad.
		reportManaged(report, []string{"permissionsBoundary"}, string(b), true)
	}
}

func (p *Permissions) checkManaged(report *config.Report) {
	const key = "managedPolicies"
	attached := map[string]string{}
	inOrder(p.ManagedPolicies, func(name string, in pulumi.StringInput) {
		s, ok := in.(pulumi.String)
		if !ok {
			return
		}
		reportManaged(report, []string{key, name}, string(s), p.AllowBroadPolicies)
		id := string(s)
		if own, ok := awsManaged(id); ok {
			id = own
		}
		if first, twice := attached[id]; twice {
			report.Add([]string{key, name}, "duplicate of the policy %s: remove one of them", first)
			return
		}
		attached[id] = name
	})
}

func (p *Permissions) checkInline(report *config.Report) {
	size, wrong := 0, false
	inOrder(p.InlinePolicies, func(name string, d policy.Document) {
		text, ok := d.Report(report, []string{"inlinePolicies", name}, policy.Inline)
		size += utf8.RuneCountInString(text)
		wrong = wrong || !ok
	})
	if size > maxInline && !wrong {
		report.Add([]string{"inlinePolicies"},
			"too long: %d characters, the maximum of all inline policies of a role is %d: use managed policies", size, maxInline)
	}
}

var (
	policyARN  = regexp.MustCompile(`^arn:aws[a-z-]*:iam::(aws|[0-9]{12}):policy/([\x21-\x7E]+/)?[A-Za-z0-9_+=,.@-]{1,128}$`)
	policyName = regexp.MustCompile(`^([a-z-]+/)?[A-Za-z0-9_+=,.@-]{1,128}$`)
)

// reportManaged reports the problem of a managed policy, or warns of an AWS managed policy that is not known.
func reportManaged(report *config.Report, path []string, value string, broad bool) {
	name, own := awsManaged(value)
	if problem := checkManaged(value, broad); problem != "" {
		report.Add(path, "%s", problem)
	} else if _, known := reference.FindManaged(name); own && !known {
		report.Warn(path, "unknown AWS managed policy %s: AWS had none on %s", name, reference.ManagedDate())
	}
}

// checkManaged returns the problem of a managed policy, given by its ARN or by the name of an AWS managed policy, or
// "".
func checkManaged(value string, broad bool) string {
	name, own := awsManaged(value)
	policy, known := reference.FindManaged(name)
	switch {
	case strings.HasPrefix(value, "arn:") && !policyARN.MatchString(value):
		return fmt.Sprintf("invalid policy ARN %q: use arn:aws:iam::ACCOUNT:policy/NAME", value)
	case !strings.HasPrefix(value, "arn:") && !policyName.MatchString(value):
		return fmt.Sprintf("invalid policy %q: use an ARN, or the name of an AWS managed policy such as "+
			"AmazonSSMManagedInstanceCore", value)
	case own && known && name != policy.Name:
		return fmt.Sprintf("unknown AWS managed policy %q: use %q, its name with its path", name, policy.Name)
	case own && !known:
		if meant, ok := reference.SimilarManaged(name); ok {
			return fmt.Sprintf("unknown AWS managed policy %q: did you mean %q?", name, meant)
		}
	case own && !broad && policy.Broad:
		return name + " allows all actions, or all actions of a service, on all resources: use a narrower policy, or set " +
			"allowBroadPolicies"
	}
	return ""
}

// awsManaged returns the name of an AWS managed policy with its path, and whether the policy is one.
func awsManaged(value string) (name string, ok bool) {
	if !strings.HasPrefix(value, "arn:") {
		return value, true
	}
	_, name, ok = strings.Cut(value, ":iam::aws:policy/")
	return name, ok
}

// managed returns the ARN of a managed policy. An output is checked when it is known.
func managed(in pulumi.StringInput, broad bool, p place) pulumi.StringInput {
	if s, ok := in.(pulumi.String); ok {
		if !strings.HasPrefix(string(s), "arn:") {
			return format("arn:%s:iam::aws:policy/%s", p.partition(), s)
		}
		return s
	}
	return in.ToStringOutput().ApplyT(func(value string) (string, error) {
		problem := checkManaged(value, broad)
		if problem == "" && !strings.HasPrefix(value, "arn:") {
			problem = fmt.Sprintf("invalid policy %q: use the ARN of a managed policy", value)
		}
		if problem != "" {
			return "", failure.Wrap(failure.Configuration, "attach", "policy", errors.New(problem))
		}
		return value, nil
	}).(pulumi.StringOutput)
}
