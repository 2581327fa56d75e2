package eks

import (
	"regexp"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/internal/names"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
)

// The ways in which pods get the credentials of a role.
const (
	podIdentity = "podIdentity"
	irsa        = "irsa"
)

// Permissions says what a role may do.
type Permissions struct {
	// ManagedPolicies are the policies that are attached, under names of your choice: ARNs, or names of AWS's own. Default: none. Adding,
	// changing or removing one touches no other.
	ManagedPolicies config.Named[pulumi.StringInput] `pulumi:"managedPolicies" config:"plain"`
	// InlinePolicies are policies that belong to the role alone, by name. Default: none. Changing one updates it.
	InlinePolicies config.Named[policy.Document] `pulumi:"inlinePolicies"`
	// AllowBroadPolicies admits AWS's own policies that allow every action of everything, or of a service. Default: false.
	AllowBroadPolicies bool `pulumi:"allowBroadPolicies"`
	// PermissionsBoundary is the policy that says what the role can be allowed at most: an ARN, or the name of one of AWS's own.
	// Default: none. Changing it updates the role.
	PermissionsBoundary pulumi.StringInput `pulumi:"permissionsBoundary" config:"plain"`
}

// given reports whether anything is said about the role.
func (p *Permissions) given() bool {
	return len(p.ManagedPolicies) > 0 || len(p.InlinePolicies) > 0 || p.AllowBroadPolicies || p.PermissionsBoundary != nil
}

var _ config.Validator = (*Permissions)(nil)

// Validate implements config.Validator. The options are those of a role, and so are their rules.
func (p *Permissions) Validate(report *config.Report) {
	args, err := config.WithDefaults(p.role("", iam.Trust{PodIdentity: &iam.PodIdentityTrust{}}, nil))
	if err != nil {
		report.Add(nil, "%v", err)
		return
	}
	args.Validate(report)
}

// role returns the arguments of the role.
func (p *Permissions) role(description string, trust iam.Trust, tags map[string]string) *iam.RoleArgs {
	return &iam.RoleArgs{
		Description:         description,
		Trust:               trust,
		ManagedPolicies:     p.ManagedPolicies,
		InlinePolicies:      p.InlinePolicies,
		AllowBroadPolicies:  p.AllowBroadPolicies,
		PermissionsBoundary: p.PermissionsBoundary,
		Tags:                tags,
	}
}

// newRole makes a role whose name has room for that of a cluster and of a part of it.
func newRole(ctx *pulumi.Context, name string, args *iam.RoleArgs, opts pulumi.ResourceOption) (*iam.Role, error) {
	short, err := names.Logical(name, "aws:iam/role:Role")
	if err != nil {
		return nil, err
	}
	return iam.NewRole(ctx, short, args, opts)
}

// accounts are service accounts of one namespace of a cluster.
type accounts struct {
	target    Target
	namespace string
	names     []string
}

// trust returns the trust policy that lets the pods of the service accounts have a role, and nobody else.
func (a accounts) trust(method string) iam.Trust {
	if method == irsa {
		var subjects []string
		for _, name := range a.names {
			subjects = append(subjects, a.namespace+"/"+name)
		}
		return iam.Trust{IRSA: config.Named[iam.IRSATrust]{
			"cluster": {Issuer: a.target.Issuer, ServiceAccounts: subjects, Provider: a.target.IssuerARN},
		}}
	}
	pods := &iam.PodIdentityTrust{Namespaces: []string{a.namespace}, ServiceAccounts: a.names}
	if a.target.ARN != nil {
		pods.Clusters = pulumi.StringArray{a.target.ARN}
	}
	return iam.Trust{PodIdentity: pods}
}

// checkTarget reports what a target lacks.
func checkTarget(report *config.Report, t Target, method string) {
	if t.Name == "" {
		report.Add([]string{"target"}, "it names no cluster: take Cluster.Target, or set Name")
	}
	if method == irsa && (t.Issuer == nil || t.IssuerARN == nil) {
		report.Add([]string{"target"}, "IAM roles for service accounts need the cluster's identity provider: set Issuer and IssuerARN")
	}
}

var roleARN = regexp.MustCompile(`^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$`)

// checkRoleARN reports what is wrong with a role that exists already.
func checkRoleARN(report *config.Report, at []string, arn pulumi.StringInput, p *Permissions) {
	if arn == nil {
		return
	}
	if s, ok := arn.(pulumi.String); ok && !roleARN.MatchString(string(s)) {
		report.Add(at, "found %q, expected the ARN of a role: arn:aws:iam::ACCOUNT:role/NAME", s)
	}
	if p.given() {
		report.Add(at, "the role exists already, with policies of its own: leave out the role or the policies")
	}
}

var (
	label     = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
	subdomain = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$`)
)

// checkNamespace reports a name that no namespace can have. Source: "Object Names and IDs", Kubernetes.
func checkNamespace(report *config.Report, at []string, name string) {
	if name != "" && !label.MatchString(name) {
		report.Add(at, "found %q, expected the name of a namespace: lower case letters, digits and -, at most 63", name)
	}
}

// checkServiceAccount reports a name that no service account can have.
func checkServiceAccount(report *config.Report, at []string, name string) {
	if name != "" && (len(name) > 253 || !subdomain.MatchString(name)) {
		report.Add(at, "found %q, expected the name of a service account: lower case letters, digits, - and .", name)
	}
}
