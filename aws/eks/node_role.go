package eks

import (
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/internal/names"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
)

// NodeRole says what nodes may do: find out about themselves, pull images, and hand out the identities of pods. Addresses of pods are the
// business of the VPC CNI, which has an identity of its own, and so have pods.
type NodeRole struct {
	// SessionManager lets people in through AWS Systems Manager. AWS's policy for it lets the nodes read parameters of the account, too.
	// Changing it attaches or detaches a policy. Default: false, as kubectl debug needs none of it.
	SessionManager bool `pulumi:"sessionManager"`
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

var _ config.Validator = (*NodeRole)(nil)

// Validate implements config.Validator.
func (r *NodeRole) Validate(report *config.Report) {
	taken := false
	for name := range r.ownPolicies() {
		if _, ok := r.ManagedPolicies[name]; ok {
			report.Add([]string{"managedPolicies", name}, "the role has a policy under this name: choose another one")
			taken = true
		}
	}
	if taken {
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
	managed := config.Named[pulumi.StringInput]{}
	maps.Copy(managed, r.ManagedPolicies)
	for name, own := range r.ownPolicies() {
		managed[name] = pulumi.String(own)
	}
	return &iam.RoleArgs{
		Description:         description,
		Trust:               iam.Trust{Services: map[string]iam.ServiceTrust{"ec2.amazonaws.com": {}}},
		ManagedPolicies:     managed,
		InlinePolicies:      r.InlinePolicies,
		AllowBroadPolicies:  r.AllowBroadPolicies,
		PermissionsBoundary: r.PermissionsBoundary,
		Tags:                tags,
	}
}

// newNodeRole makes the role of nodes. A cluster has one for all its groups.
func newNodeRole(
	ctx *pulumi.Context, name string, role NodeRole, tags map[string]string, opts ...pulumi.ResourceOption,
) (*iam.Role, error) {
	logical, err := names.Logical(name+"-node", "aws:iam/role:Role")
	if err != nil {
		return nil, err
	}
	return iam.NewRole(ctx, logical, role.args("Nodes of "+name, tags), opts...)
}
