package ec2

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/core/config"
)

// Role says what programs on a machine may do. They get the credentials of a role that is the machine's own.
type Role struct {
	// SessionManager lets people in through AWS Systems Manager, who need neither keys nor open ports for it. The machine has
	// to reach the service: through a NAT gateway, or endpoints of ssm, ssmmessages and ec2messages. Changing it
	// attaches or detaches a policy.
	SessionManager *bool `pulumi:"sessionManager" jsonschema:"default=true"`
	iam.Permissions
}

var _ config.Validator = (*Role)(nil)

// Validate implements config.Validator.
func (r *Role) Validate(report *config.Report) {
	// It hides the promoted method of the permissions.
	r.Check(report, r.own())
}

// own returns the policies that the role has in any case: AWS's for machines that Systems Manager manages.
func (r *Role) own() map[string]string {
	if !*r.SessionManager {
		return nil
	}
	return map[string]string{"session-manager": "AmazonSSMManagedInstanceCore"}
}

// args returns the arguments of the role.
func (r *Role) args(description string, tags map[string]string) *iam.RoleArgs {
	out := r.Role(description, iam.Trust{Services: map[string]iam.ServiceTrust{"ec2.amazonaws.com": {}}}, r.own(), pulumi.ToStringMap(tags))
	out.InstanceProfile = true
	return out
}
