package ec2

import (
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
)

// Role says what programs on a machine may do. They get the credentials of a role that is the machine's own.
type Role struct {
	// SessionManager lets people in through AWS Systems Manager, who need neither keys nor open ports for it. The machine has
	// to reach the service: through a NAT gateway, or endpoints of ssm, ssmmessages and ec2messages. Changing it
	// attaches or detaches a policy.
	SessionManager *bool `pulumi:"sessionManager" jsonschema:"default=true"`
	// ManagedPolicies are further policies, under names of your choice: ARNs, or names of AWS's own, such as
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

// sessionManager is AWS's policy for machines that Systems Manager manages, and the name under which it is attached.
const (
	sessionManager       = "session-manager"
	sessionManagerPolicy = "AmazonSSMManagedInstanceCore"
)

var _ config.Validator = (*Role)(nil)

// Validate implements config.Validator.
func (r *Role) Validate(report *config.Report) {
	if _, taken := r.ManagedPolicies[sessionManager]; taken && *r.SessionManager {
		report.Add([]string{"managedPolicies", sessionManager}, "sessionManager attaches a policy under this name: choose another one")
		return
	}
	args, err := config.WithDefaults(r.args("", nil))
	if err != nil {
		report.Add(nil, "%v", err)
		return
	}
	// The options of the same names are those of a role, and their rules too.
	args.Validate(report)
}

// args returns the arguments of the role.
func (r *Role) args(description string, tags map[string]string) *iam.RoleArgs {
	managed := config.Named[pulumi.StringInput]{}
	maps.Copy(managed, r.ManagedPolicies)
	if *r.SessionManager {
		managed[sessionManager] = pulumi.String(sessionManagerPolicy)
	}
	return &iam.RoleArgs{
		Description:         description,
		Trust:               iam.Trust{Services: map[string]iam.ServiceTrust{"ec2.amazonaws.com": {}}},
		ManagedPolicies:     managed,
		InlinePolicies:      r.InlinePolicies,
		AllowBroadPolicies:  r.AllowBroadPolicies,
		PermissionsBoundary: r.PermissionsBoundary,
		InstanceProfile:     true,
		Tags:                tags,
	}
}
