package eks

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/metadata"
)

// AccessEntry gives a role or a user access to a cluster. EKS access policies and Kubernetes role bindings for its
// groups determine its permissions.
type AccessEntry struct {
	// PrincipalARN is the ARN of the role or user, which has to exist. Required. Changing it replaces the entry.
	PrincipalARN pulumi.StringInput `pulumi:"principalArn" jsonschema:"required,minLength=1" config:"plain"`
	// UserName is the name of the Kubernetes user. Default: the ARN of the user or of the role session. Changing it
	// updates the entry.
	UserName string `pulumi:"userName,optional"`
	// KubernetesGroups are the Kubernetes groups of the user, for role bindings. Default: none. Changing them updates
	// the entry.
	KubernetesGroups []string `pulumi:"kubernetesGroups,optional"`
	// Policies are EKS access policies, under names of your choice. Default: none. Adding, changing or removing one
	// does not affect the others.
	Policies config.Named[AccessPolicy] `pulumi:"policies,optional"`
}

// AccessPolicy is an EKS access policy, for the cluster or for some namespaces.
type AccessPolicy struct {
	// Policy is AmazonEKSClusterAdminPolicy, AmazonEKSAdminPolicy, AmazonEKSAdminViewPolicy, AmazonEKSEditPolicy or
	// AmazonEKSViewPolicy, or the ARN of another access policy. Required. Changing it replaces the association.
	Policy string `pulumi:"policy" jsonschema:"required,minLength=1"`
	// Namespaces are the namespaces that the policy applies to; * matches any characters. Default: all namespaces and
	// cluster-scoped objects. Changing them updates the association.
	Namespaces []string `pulumi:"namespaces,optional"`
}

// The access policies for users and roles. Source: "Review access policy permissions", Amazon EKS User Guide.
const (
	ClusterAdminPolicy = "AmazonEKSClusterAdminPolicy"
	AdminPolicy        = "AmazonEKSAdminPolicy"
	AdminViewPolicy    = "AmazonEKSAdminViewPolicy"
	EditPolicy         = "AmazonEKSEditPolicy"
	ViewPolicy         = "AmazonEKSViewPolicy"
)

func accessPolicies() []string {
	return []string{AdminPolicy, AdminViewPolicy, ClusterAdminPolicy, EditPolicy, ViewPolicy}
}

var (
	principalARN    = regexp.MustCompile(`^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/.+$`)
	sessionARN      = regexp.MustCompile(`^arn:(aws[a-z-]*):sts::([0-9]{12}):assumed-role/([^/]+)/`)
	accessPolicyARN = regexp.MustCompile(`^arn:aws[a-z-]*:eks::aws:cluster-access-policy/.+$`)
	// namespacePattern allows wildcards, as EKS does.
	namespacePattern = regexp.MustCompile(`^[a-z0-9*]([-a-z0-9*]{0,61}[a-z0-9*])?$`)
)

// checkAccess reports invalid and duplicate principals.
func (a *ClusterArgs) checkAccess(report *config.Report) {
	seen := map[string]string{}
	check := func(at []string, in pulumi.StringInput) {
		arn, known := in.(pulumi.String)
		if !known {
			return
		}
		checkPrincipal(report, at, string(arn))
		if first, twice := seen[string(arn)]; twice {
			report.Add(at, "duplicate principal, same as %s: omit one of them", first)
			return
		}
		seen[string(arn)] = config.Path(at...)
	}
	for _, name := range a.Administrators.Names() {
		check([]string{"administrators", name}, a.Administrators[name])
	}
	for _, name := range a.Access.Names() {
		check([]string{"access", name, "principalArn"}, a.Access[name].PrincipalARN)
		if _, both := a.Administrators[name]; both {
			report.Add([]string{"access", name}, "duplicate name %s, same as administrators.%s: use another one", name,
				name)
		}
	}
}

func checkPrincipal(report *config.Report, at []string, arn string) {
	if m := sessionARN.FindStringSubmatch(arn); m != nil {
		report.Add(at, "found a role session: use the role, arn:%s:iam::%s:role/%s, with its path if it has one", m[1],
			m[2], m[3])
	} else if !principalARN.MatchString(arn) {
		report.Add(at, "found %q, expected the ARN of a role or user, such as arn:aws:iam::111122223333:role/platform",
			arn)
	}
}

var _ config.Validator = (*AccessEntry)(nil)

// Validate implements config.Validator. Source: "CreateAccessEntry", Amazon EKS API Reference.
func (e *AccessEntry) Validate(report *config.Report) {
	reserved := func(name string) bool {
		return slices.ContainsFunc([]string{"system:", "eks:", "aws:", "amazon:", "iam:"}, func(p string) bool {
			return strings.HasPrefix(name, p)
		})
	}
	if reserved(e.UserName) {
		report.Add([]string{"userName"}, "the prefix %s: is reserved: use another name",
			strings.SplitN(e.UserName, ":", 2)[0])
	}
	for i, group := range e.KubernetesGroups {
		if at := []string{"kubernetesGroups", strconv.Itoa(i)}; group == "" {
			report.Add(at, "expected the name of a group, such as viewers")
		} else if reserved(group) {
			report.Add(at, "the prefix %s: is reserved: bind a role to another group, or use an access policy",
				strings.SplitN(group, ":", 2)[0])
		}
	}
	seen := map[string]string{}
	for _, name := range e.Policies.Names() {
		policy := e.Policies[name].Policy
		if first, twice := seen[policy]; twice {
			report.Add([]string{"policies", name, "policy"}, "duplicate policy, same as %s: merge their namespaces",
				first)
			continue
		}
		seen[policy] = name
	}
}

var _ config.Validator = (*AccessPolicy)(nil)

// Validate implements config.Validator.
func (p *AccessPolicy) Validate(report *config.Report) {
	if !slices.Contains(accessPolicies(), p.Policy) && !accessPolicyARN.MatchString(p.Policy) {
		report.Add([]string{"policy"},
			"unknown access policy %q, %s; specify others as arn:aws:eks::aws:cluster-access-policy/NAME",
			p.Policy, config.Suggest(p.Policy, accessPolicies()))
	}
	for i, n := range p.Namespaces {
		if !namespacePattern.MatchString(n) {
			report.Add([]string{"namespaces", strconv.Itoa(i)},
				"found %q, expected a namespace, in which * matches any characters", n)
		}
	}
}

// entries returns all access entries, including those of administrators.
func (a *ClusterArgs) entries() config.Named[AccessEntry] {
	out := config.Named[AccessEntry]{}
	for name, arn := range a.Administrators {
		out[name] = AccessEntry{PrincipalARN: arn,
			Policies: config.Named[AccessPolicy]{"admin": {Policy: ClusterAdminPolicy}}}
	}
	for name, entry := range a.Access {
		out[name] = entry
	}
	return out
}

// checkCreator reports an access entry of the principal that EKS creates one for. creator is the ARN of a user or of a
// role session.
func (a *ClusterArgs) checkCreator(creator string) error {
	is := func(arn string) bool { return arn == creator }
	if m := sessionARN.FindStringSubmatch(creator); m != nil {
		// The ARN of a session lacks the path of its role.
		is = func(arn string) bool {
			return strings.HasPrefix(arn, "arn:"+m[1]+":iam::"+m[2]+":role/") && strings.HasSuffix(arn, "/"+m[3])
		}
	}
	entries := a.entries()
	for _, name := range entries.Names() {
		if arn, known := entries[name].PrincipalARN.(pulumi.String); known && is(string(arn)) {
			return fmt.Errorf("creatorAdmin creates an access entry for the same principal as %s: omit one of them",
				name)
		}
	}
	return nil
}

// createAccess creates the access entries and their policies.
func (b *builder) createAccess() error {
	entries := b.args.entries()
	for _, name := range entries.Names() {
		e := entries[name]
		args := &eks.AccessEntryArgs{
			ClusterName: b.control.Name, PrincipalArn: e.PrincipalARN, Type: pulumi.String("STANDARD"),
			Tags: metadata.MergeTags(b.args.Tags),
		}
		if len(e.KubernetesGroups) > 0 {
			args.KubernetesGroups = pulumi.ToStringArray(e.KubernetesGroups)
		}
		if e.UserName != "" {
			args.UserName = pulumi.String(e.UserName)
		}
		entry, err := eks.NewAccessEntry(b.ctx, b.name+"-"+name, args, b.cluster.Child())
		if err != nil {
			return err
		}
		b.created(entry)
		for _, key := range e.Policies.Names() {
			if err := b.associate(b.name+"-"+name+"."+key, entry, e.Policies[key]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *builder) associate(name string, entry *eks.AccessEntry, p AccessPolicy) error {
	arn := p.Policy
	if !strings.HasPrefix(arn, "arn:") {
		arn = "arn:" + b.where.Partition + ":eks::aws:cluster-access-policy/" + arn
	}
	scope := &eks.AccessPolicyAssociationAccessScopeArgs{Type: pulumi.String("cluster")}
	if len(p.Namespaces) > 0 {
		scope.Type, scope.Namespaces = pulumi.String("namespace"), pulumi.ToStringArray(p.Namespaces)
	}
	associated, err := eks.NewAccessPolicyAssociation(b.ctx, name, &eks.AccessPolicyAssociationArgs{
		ClusterName: b.control.Name, PrincipalArn: entry.PrincipalArn, PolicyArn: pulumi.String(arn),
		AccessScope: scope,
	}, b.cluster.Child())
	if err == nil {
		b.created(associated)
	}
	return err
}
