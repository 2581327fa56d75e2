package iam

import (
	"maps"
	"slices"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/tags"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
)

// RoleArgs describes a [Role].
type RoleArgs struct {
	// Name is the role's name in the account. Default: the name of the component and random digits, so that a role which is replaced
	// is there before the old one goes. Changing it replaces the role.
	Name string `pulumi:"name"`
	// Path groups roles, such as /teams/shop/. Changing it replaces the role.
	Path string `pulumi:"path" jsonschema:"default=/"`
	// Description says what the role is for. Default: none. Changing it updates the role.
	Description string `pulumi:"description"`
	// Trust says who may assume the role. Required.
	Trust Trust `pulumi:"trust" jsonschema:"required"`
	// ManagedPolicies are the policies that are attached, under names of your choice: ARNs, or names of AWS's own, such as
	// AmazonSSMManagedInstanceCore. Default: none. Adding, changing or removing one touches no other.
	ManagedPolicies config.Named[pulumi.StringInput] `pulumi:"managedPolicies" config:"plain"`
	// MaxManagedPolicies is how many policies the account's quota admits. Ask AWS for more before you raise it.
	MaxManagedPolicies *int `pulumi:"maxManagedPolicies" jsonschema:"default=10,minimum=1,maximum=25"`
	// InlinePolicies are policies that belong to the role alone. Together they may have 10,240 characters. Default: none. Changing
	// one updates it.
	InlinePolicies config.Named[policy.Document] `pulumi:"inlinePolicies"`
	// AllowBroadPolicies admits AWS's own policies that allow every action of everything, or of a service, such as AdministratorAccess
	// and AmazonS3FullAccess. Default: false.
	AllowBroadPolicies bool `pulumi:"allowBroadPolicies"`
	// PermissionsBoundary is the policy that says what the role can be allowed at most: an ARN, or the name of one of AWS's own.
	// Default: none. Changing it updates the role.
	PermissionsBoundary pulumi.StringInput `pulumi:"permissionsBoundary" config:"plain"`
	// MaxSessionDuration is how long a session of the role can last, from 1h to 12h. Changing it updates the role.
	MaxSessionDuration string `pulumi:"maxSessionDuration" jsonschema:"default=1h"`
	// InstanceProfile makes an instance profile, by which EC2 instances use the role. The trust has to name ec2.amazonaws.com.
	// Default: false.
	InstanceProfile bool `pulumi:"instanceProfile"`
	// Tags are added to the role and the instance profile. Default: none. Changing them updates both.
	Tags map[string]string `pulumi:"tags"`
}

var _ config.Validator = (*RoleArgs)(nil)

// Validate implements config.Validator.
func (a *RoleArgs) Validate(report *config.Report) {
	if a.Name != "" {
		checkName(report, roleType, a.Name, "")
	}
	checkPath(report, a.Path)
	checkDescription(report, a.Description)
	if _, ok := seconds(a.MaxSessionDuration); !ok {
		report.Add([]string{"maxSessionDuration"}, "found %q, expected a duration from 1h to 12h, such as 4h or 1h30m", a.MaxSessionDuration)
	}
	a.Trust.check(report, []string{"trust"})
	a.checkManaged(report)
	a.checkInline(report)
	if b, ok := a.PermissionsBoundary.(pulumi.String); ok {
		// A boundary allows nothing by itself.
		if problem := checkManaged(string(b), true); problem != "" {
			report.Add([]string{"permissionsBoundary"}, "%s", problem)
		}
	}
	if a.InstanceProfile && !a.Trust.machines() {
		report.Add([]string{"trust", "services"}, "EC2 could not assume the role for the instance profile: add ec2.amazonaws.com")
	}
	tags.Check(report, []string{"tags"}, a.Tags)
}

func (a *RoleArgs) checkManaged(report *config.Report) {
	const key = "managedPolicies"
	if n := len(a.ManagedPolicies); a.MaxManagedPolicies != nil && n > *a.MaxManagedPolicies {
		report.Add([]string{key}, "%d policies, a role may have %d: put some together, or ask AWS for more and set maxManagedPolicies",
			n, *a.MaxManagedPolicies)
	}
	attached := map[string]string{}
	inOrder(a.ManagedPolicies, func(name string, in pulumi.StringInput) {
		s, ok := in.(pulumi.String)
		if !ok {
			return
		}
		if problem := checkManaged(string(s), a.AllowBroadPolicies); problem != "" {
			report.Add([]string{key, name}, "%s", problem)
		}
		id := string(s)
		if own, ok := awsManaged(id); ok {
			id = own
		}
		if first, twice := attached[id]; twice {
			report.Add([]string{key, name}, "it is the same policy as %s: leave out one of them", first)
			return
		}
		attached[id] = name
	})
}

// maxInline is how long the inline policies of a role may be together. Source: "IAM and AWS STS quotas".
const maxInline = 10240

func (a *RoleArgs) checkInline(report *config.Report) {
	size, wrong := 0, false
	inOrder(a.InlinePolicies, func(name string, d policy.Document) {
		text, err := d.JSON(policy.Inline)
		if err != nil {
			d.Report(report, []string{"inlinePolicies", name}, policy.Inline)
			wrong = true
			return
		}
		if s, ok := text.(pulumi.String); ok {
			size += len([]rune(string(s)))
		}
	})
	if size > maxInline && !wrong {
		report.Add([]string{"inlinePolicies"}, "they have %d characters together, those of a role may have %d: "+
			"put some into managed policies", size, maxInline)
	}
}

// seconds returns how long a session lasts, and whether a session can last that long.
func seconds(duration string) (int, bool) {
	d, err := time.ParseDuration(duration)
	return int(d / time.Second), err == nil && d >= time.Hour && d <= 12*time.Hour && d%time.Second == 0
}

// roleInputs are the arguments of a role, and what is known of it besides.
type roleInputs struct {
	RoleArgs

	component string
}

// Validate implements config.Validator. The name of the component is part of names, and so it has to be short enough.
func (r *roleInputs) Validate(report *config.Report) {
	r.RoleArgs.Validate(report)
	if r.Name == "" {
		checkName(report, roleType, "", r.component)
	}
	for _, key := range slices.Sorted(maps.Keys(r.InlinePolicies)) {
		// The provider's own rule.
		if n := len(r.component) + len("-"+key+suffix); n > 128 {
			report.Add([]string{"inlinePolicies", key}, "the name of the policy would have %d characters, which is more than 128: take a shorter one", n)
		}
	}
}

// machines reports whether EC2 may assume the role, or statements of its own may say so. In China, its principal has another end.
func (t *Trust) machines() bool {
	_, ok := t.Services["ec2.amazonaws.com"]
	_, china := t.Services["ec2.amazonaws.com.cn"]
	return ok || china || len(t.Statements) > 0
}
