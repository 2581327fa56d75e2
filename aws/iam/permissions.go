package iam

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
)

// Permissions say what a role may do that is made for something else, such as a machine or pods. Components embed them in their arguments.
type Permissions struct {
	// ManagedPolicies are policies that are attached, under names of your choice: ARNs, or names of AWS's own, such as
	// CloudWatchAgentServerPolicy. Default: none. Adding, changing or removing one touches no other.
	ManagedPolicies config.Named[pulumi.StringInput] `pulumi:"managedPolicies" config:"plain"`
	// InlinePolicies are policies that belong to the role alone, by name. Default: none. Changing one updates it.
	InlinePolicies config.Named[policy.Document] `pulumi:"inlinePolicies"`
	// AllowBroadPolicies admits AWS's own policies that allow every action of everything, or of a service. Default: false.
	AllowBroadPolicies bool `pulumi:"allowBroadPolicies"`
	// PermissionsBoundary is the policy that says what the role can be allowed at most: an ARN, or the name of one of AWS's own.
	// Default: none. Changing it updates the role.
	PermissionsBoundary pulumi.StringInput `pulumi:"permissionsBoundary" config:"plain"`
}

var _ config.Validator = (*Permissions)(nil)

// Given reports whether anything is said about the role.
func (p *Permissions) Given() bool {
	return len(p.ManagedPolicies) > 0 || len(p.InlinePolicies) > 0 || p.AllowBroadPolicies || p.PermissionsBoundary != nil
}

// Validate implements config.Validator.
func (p *Permissions) Validate(report *config.Report) { p.Check(report, nil) }

// Check reports what is wrong with the permissions of a role that has policies of its own in any case, by the names under which they are attached. The options
// of the same names are those of [RoleArgs], and so are their rules.
func (p *Permissions) Check(report *config.Report, own map[string]string) {
	taken := false
	for _, name := range slices.Sorted(maps.Keys(own)) {
		if _, ok := p.ManagedPolicies[name]; ok {
			report.Add([]string{"managedPolicies", name}, "the role has a policy under this name: choose another one")
			taken = true
		}
	}
	if taken {
		return
	}
	args, err := config.WithDefaults(p.Role("", Trust{Services: map[string]ServiceTrust{"ec2.amazonaws.com": {}}}, own, nil))
	if err != nil {
		report.Add(nil, "%v", err)
		return
	}
	args.Validate(report)
}

// Role returns the arguments of the role. own are policies that it has in any case, by the names under which they are attached.
func (p *Permissions) Role(description string, trust Trust, own, tags map[string]string) *RoleArgs {
	managed := config.Named[pulumi.StringInput]{}
	maps.Copy(managed, p.ManagedPolicies)
	for name, id := range own {
		managed[name] = pulumi.String(id)
	}
	return &RoleArgs{
		Description:         description,
		Trust:               trust,
		ManagedPolicies:     managed,
		InlinePolicies:      p.InlinePolicies,
		AllowBroadPolicies:  p.AllowBroadPolicies,
		PermissionsBoundary: p.PermissionsBoundary,
		Tags:                tags,
	}
}
