package eks

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/internal/logicalname"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
)

// Platform is the platform of clusters and workload identities, as in core.ClusterInfo.
const Platform = "eks"

// details are what node groups, add-ons and other parts of a cluster need to know of it.
type details struct {
	// component is the name of the cluster in the program, as core.ClusterInfo has it. Empty means unknown.
	component string
	// known is the name of the cluster in the account, if it is known before the update.
	known string
	// name is the same name for inputs of resources. Resources that use it wait for the cluster.
	name pulumi.StringInput
	// version is the minor version of the control plane. Empty means unknown.
	version string
	// arn, issuer and issuerARN are nil if they are unknown.
	arn, issuer, issuerARN pulumi.StringInput
	// subnets and securityGroups are those of nodes.
	subnets        []core.Subnet
	securityGroups pulumi.StringArrayInput
}

// detailed is a cluster with details. A [Cluster] is one.
type detailed interface {
	core.Cluster
	clusterDetails() details
}

// detailsOf returns the details of a cluster, or the given ones without it.
func detailsOf(cluster core.Cluster, given details) details {
	if c, ok := cluster.(detailed); ok {
		return c.clusterDetails()
	}
	if name, ok := given.name.(pulumi.String); ok {
		given.known = string(name)
	}
	return given
}

// after returns the details for parts that wait for other resources. Known values stay known in a preview.
func (d details) after(ctx *pulumi.Context, resources ...pulumi.Resource) details {
	all := component.Resources(resources...)
	d.name = pulumi.OutputWithDependencies(ctx.Context(), d.name.ToStringOutput(), all...).(pulumi.StringOutput)
	return d
}

// text returns a text with the name of the cluster in place of %s. It is known if the name is.
func (d details) text(format string) pulumi.StringInput {
	if d.known != "" {
		return pulumi.String(fmt.Sprintf(format, d.known))
	}
	return pulumi.Sprintf(format, d.name)
}

// describe returns a description with the name of the cluster after it, if it is known.
func (d details) describe(description, join string) string {
	if d.known == "" {
		return description
	}
	return description + join + d.known
}

// inputs are arguments that replace those of a cluster, by their keys.
type inputs map[string]bool

// checkCluster reports a part without a cluster or with two. name is clusterName; others tells which other inputs about
// the cluster are set.
func checkCluster(report *config.Report, cluster core.Cluster, name pulumi.StringInput, others inputs) {
	if cluster == nil {
		if name == nil {
			report.Add([]string{"clusterName"}, "required, but missing: set it, or Cluster")
		}
		return
	}
	if c, ok := cluster.(detailed); !ok {
		report.Add([]string{"cluster"}, "%q is not a cluster of this package: set clusterName instead",
			cluster.ClusterInfo().Name)
	} else if c.clusterDetails().name == nil {
		report.Add([]string{"cluster"}, "the cluster has not been created: use the result of NewCluster")
	}
	for key, given := range others {
		if given {
			report.Add([]string{key}, "mutually exclusive with Cluster: omit one of them")
		}
	}
	if name != nil {
		report.Add([]string{"clusterName"}, "mutually exclusive with Cluster: omit one of them")
	}
}

// checkPlace reports missing subnets, and zones without subnets.
func checkPlace(report *config.Report, subnets []core.Subnet, asked []string) {
	if len(subnets) == 0 {
		report.Add([]string{"subnetIds"}, "required, but missing: add subnets by zone, such as eu-west-1a")
		return
	}
	known := zones(subnets)
	for _, s := range subnets {
		checkZoneName(report, []string{"subnetIds", s.Zone}, s.Zone)
	}
	for i, zone := range asked {
		if !slices.Contains(known, zone) {
			report.Add([]string{"zones", strconv.Itoa(i)}, "no subnet in %q, %s", zone, config.Suggest(zone, known))
		}
	}
}

// subnetIDs returns the IDs of the subnets in some zones, or of all subnets.
func subnetIDs(subnets []core.Subnet, zones []string) pulumi.StringArray {
	var out pulumi.StringArray
	for _, s := range subnets {
		if len(zones) == 0 || slices.Contains(zones, s.Zone) {
			out = append(out, s.ID)
		}
	}
	return out
}

// IdentityMethod is how pods get the credentials of a role.
type IdentityMethod string

// The methods. MethodNone is for add-ons only: their pods use the role of their nodes.
const (
	MethodPodIdentity IdentityMethod = "podIdentity"
	MethodIRSA        IdentityMethod = "irsa"
	MethodNone        IdentityMethod = "none"
)

// checkOIDC reports a cluster whose OIDC provider is unknown, although roles have to trust it.
func checkOIDC(report *config.Report, method IdentityMethod, cluster core.Cluster, d details) {
	if method != MethodIRSA || d.name == nil || d.issuer != nil && d.issuerARN != nil {
		return
	}
	if cluster != nil {
		report.Add([]string{"cluster"},
			"IRSA requires the OIDC provider of the cluster: set identityProvider to true, or use podIdentity")
		return
	}
	report.Add([]string{"oidcProviderArn"},
		"required for IRSA, but missing: set oidcIssuer and oidcProviderArn, or use podIdentity")
}

// serviceAccounts are service accounts in one namespace of a cluster.
type serviceAccounts struct {
	cluster   details
	namespace string
	names     []string
}

// trust returns the trust policy that allows only the pods of the service accounts to assume a role.
func (a serviceAccounts) trust(method IdentityMethod) iam.Trust {
	if method == MethodIRSA {
		var subjects []string
		for _, name := range a.names {
			subjects = append(subjects, a.namespace+"/"+name)
		}
		return iam.Trust{IRSA: config.Named[iam.IRSATrust]{
			"cluster": {Issuer: a.cluster.issuer, ServiceAccounts: subjects, Provider: a.cluster.issuerARN},
		}}
	}
	pods := &iam.PodIdentityTrust{Namespaces: []string{a.namespace}, ServiceAccounts: a.names}
	if a.cluster.arn != nil {
		pods.Clusters = pulumi.StringArray{a.cluster.arn}
	}
	return iam.Trust{PodIdentity: pods}
}

// newRole creates a role. Its name is shortened if it is too long, as names consist of those of a cluster and its
// parts.
func newRole(ctx *pulumi.Context, name string, args *iam.RoleArgs, opts pulumi.ResourceOption) (*iam.Role, error) {
	short, err := logicalname.For(name, "aws:iam/role:Role")
	if err != nil {
		return nil, err
	}
	return iam.NewRole(ctx, short, args, opts)
}

// checkRoleARN reports an invalid ARN of an existing role, and permissions for it.
func checkRoleARN(report *config.Report, at []string, arn pulumi.StringInput, p *iam.Permissions) {
	checkARN(report, at, arn, roleARN, expectedRole)
	if arn != nil && p.IsSet() {
		report.Add(at, "mutually exclusive with policies and permissionsBoundary: omit one of them")
	}
}

var (
	label     = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
	subdomain = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$`)
)

// checkNamespace reports an invalid name of a namespace. Source: "Object Names and IDs", Kubernetes.
func checkNamespace(report *config.Report, at []string, name string) {
	if name != "" && !label.MatchString(name) {
		report.Add(at, "found %q, expected a namespace: up to 63 lower case letters, digits and -", name)
	}
}

// checkServiceAccount reports an invalid name of a service account.
func checkServiceAccount(report *config.Report, at []string, name string) {
	if name != "" && (len(name) > 253 || !subdomain.MatchString(name)) {
		report.Add(at, "found %q, expected a service account: lower case letters, digits, - and .", name)
	}
}

// value returns what a pointer points to, or the zero value. Arguments have their defaults when core/config calls their
// methods, but not when others do.
func value[T any](p *T) T {
	if p == nil {
		var none T
		return none
	}
	return *p
}

// texts returns typed constants as strings.
func texts[T ~string](values []T) []string {
	var out []string
	for _, v := range values {
		out = append(out, string(v))
	}
	return out
}
