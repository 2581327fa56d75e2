package eks

import (
	"maps"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/core/config"
)

// AddonIdentity says as whom an add-on uses AWS.
type AddonIdentity struct {
	// Method is how the add-on's pods get their credentials: by EKS Pod Identity, whose agent has to be there before, by an IAM role for service
	// accounts, or as the role of their nodes, which is not given the policies. Changing it updates the add-on and the trust of its role.
	Method string `pulumi:"method" jsonschema:"default=podIdentity,enum=podIdentity,enum=irsa,enum=none"`
	// SuggestedPolicies attaches the policies that AWS suggests for the add-on. Changing it updates the role.
	SuggestedPolicies *bool `pulumi:"suggestedPolicies" jsonschema:"default=true"`
	iam.Permissions
	// ServiceAccounts are the names of the add-on's service accounts. Required with policies, for an add-on that is not known. Default: those of
	// the add-on that use AWS. Changing them updates the add-on and the trust of its role.
	ServiceAccounts []string `pulumi:"serviceAccounts"`
	// Namespace is the namespace of the add-on. Default: that of the add-on, where it is known, and else kube-system. Changing it updates the
	// trust of the role.
	Namespace string `pulumi:"namespace"`
	// RoleARN is a role that exists already, and trusts the service accounts. It excludes policies and the boundary. Default: a role is made.
	// Changing it updates the add-on.
	RoleARN pulumi.StringInput `pulumi:"roleArn" config:"plain"`
}

var _ config.Validator = (*AddonIdentity)(nil)

// Validate implements config.Validator.
func (i *AddonIdentity) Validate(report *config.Report) {
	// It hides the promoted method of the permissions.
	i.Permissions.Validate(report)
	checkNamespace(report, []string{"namespace"}, i.Namespace)
	for n, name := range i.ServiceAccounts {
		checkServiceAccount(report, []string{"serviceAccounts", strconv.Itoa(n)}, name)
	}
	checkRoleARN(report, []string{"roleArn"}, i.RoleARN, &i.Permissions)
	if i.Method == "none" && (i.Given() || i.RoleARN != nil) {
		report.Add([]string{"method"}, "the add-on is to have no role of its own: leave out policies and role, or the method")
	}
}

// check reports what an add-on of this name lacks.
func (i *AddonIdentity) check(report *config.Report, at []string, addon string) {
	if who := i.of(addon); who.wanted && len(who.accounts) == 0 {
		report.Add(append(at, "serviceAccounts"), "required, but missing: it is not known which service accounts of %s use AWS", addon)
	}
}

// identity is as whom an add-on uses AWS.
type identity struct {
	method, namespace string
	accounts          []string
	permissions       iam.Permissions
	// wanted says that there is something that the add-on may do, and so an identity of its own.
	wanted bool
}

// of returns the identity of an add-on of this name.
func (i *AddonIdentity) of(addon string) identity {
	known := knownAddons()[addon]
	out := identity{method: i.Method, namespace: i.Namespace, accounts: i.ServiceAccounts, permissions: i.Permissions}
	if out.namespace == "" {
		out.namespace = known.namespace
	}
	if out.namespace == "" {
		out.namespace = "kube-system"
	}
	if len(out.accounts) == 0 {
		out.accounts = known.accounts
	}
	if i.SuggestedPolicies != nil && *i.SuggestedPolicies && i.RoleARN == nil {
		out.permissions.ManagedPolicies = config.Named[pulumi.StringInput]{}
		for name, policy := range known.policies {
			out.permissions.ManagedPolicies[name] = pulumi.String(policy)
		}
		maps.Copy(out.permissions.ManagedPolicies, i.ManagedPolicies)
	}
	out.wanted = i.Method != "none" && (i.RoleARN != nil || len(out.permissions.ManagedPolicies) > 0 || len(out.permissions.InlinePolicies) > 0)
	return out
}
