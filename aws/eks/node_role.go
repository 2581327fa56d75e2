package eks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/core/config"
)

// NodeRole says what nodes may do: find out about themselves, pull images, and hand out the identities of pods. Addresses of pods are the
// business of the VPC CNI, which has an identity of its own, and so have pods.
type NodeRole struct {
	// SessionManager lets people in through AWS Systems Manager. AWS's policy for it lets the nodes read parameters of the account, too.
	// Changing it attaches or detaches a policy. Default: false, as kubectl debug needs none of it.
	SessionManager bool `pulumi:"sessionManager"`
	iam.Permissions
}

var _ config.Validator = (*NodeRole)(nil)

// Validate implements config.Validator.
func (r *NodeRole) Validate(report *config.Report) {
	// It hides the promoted method of the permissions.
	r.Check(report, r.ownPolicies())
}

// ownPolicies returns the policies of AWS that every node needs. Source: "Amazon EKS node IAM role", Amazon EKS User Guide.
func (r *NodeRole) ownPolicies() map[string]string {
	out := map[string]string{"node": "AmazonEKSWorkerNodePolicy", "images": "AmazonEC2ContainerRegistryPullOnly"}
	if r.SessionManager {
		out["session-manager"] = "AmazonSSMManagedInstanceCore"
	}
	return out
}

// args returns the arguments of the role.
func (r *NodeRole) args(description string, tags map[string]string) *iam.RoleArgs {
	return r.Role(description, iam.Trust{Services: map[string]iam.ServiceTrust{"ec2.amazonaws.com": {}}}, r.ownPolicies(), pulumi.ToStringMap(tags))
}

// newNodeRole makes the role of nodes. A cluster has one for all its groups.
func newNodeRole(
	ctx *pulumi.Context, name string, role NodeRole, tags map[string]string, opts pulumi.ResourceOption,
) (*iam.Role, error) {
	return newRole(ctx, name+"-node", role.args("Nodes of "+name, tags), opts)
}
