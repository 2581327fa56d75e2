package eks

import (
	"regexp"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/internal/names"
	"github.com/ashlar-iac/ashlar/core/config"
)

// The ways in which pods get the credentials of a role.
const (
	podIdentity = "podIdentity"
	irsa        = "irsa"
)

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
func checkRoleARN(report *config.Report, at []string, arn pulumi.StringInput, p *iam.Permissions) {
	if arn == nil {
		return
	}
	if s, ok := arn.(pulumi.String); ok && !roleARN.MatchString(string(s)) {
		report.Add(at, "found %q, expected the ARN of a role: arn:aws:iam::ACCOUNT:role/NAME", s)
	}
	if p.Given() {
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
