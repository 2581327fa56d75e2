package eks

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/tags"
	"github.com/ashlar-iac/ashlar/core/config"
)

// AccessEntry lets a role or a user use a cluster. What it may do say access policies of EKS, and roles of Kubernetes that are bound to its
// groups.
type AccessEntry struct {
	// PrincipalARN is the role or the user. It has to exist. Required. Changing it replaces the entry.
	PrincipalARN pulumi.StringInput `pulumi:"principalArn" jsonschema:"required,minLength=1" config:"plain"`
	// UserName is how Kubernetes calls it. Default: the ARN of the user, or of the role's session. Changing it updates the entry.
	UserName string `pulumi:"userName"`
	// KubernetesGroups are the groups of Kubernetes that it belongs to, for role bindings. Default: none. Changing them updates the entry.
	KubernetesGroups []string `pulumi:"kubernetesGroups"`
	// Policies are access policies of EKS, under names of your choice. Default: none. Adding, changing or removing one touches no other.
	Policies config.Named[AccessPolicy] `pulumi:"policies"`
}

// AccessPolicy is an access policy of EKS, in all namespaces or in some.
type AccessPolicy struct {
	// Policy is AmazonEKSClusterAdminPolicy, AmazonEKSAdminPolicy, AmazonEKSAdminViewPolicy, AmazonEKSEditPolicy or AmazonEKSViewPolicy, or the
	// ARN of another one. Required. Changing it replaces the association.
	Policy string `pulumi:"policy" jsonschema:"required,minLength=1"`
	// Namespaces are those in which it counts. Default: all, and what belongs to none. Changing them updates the association.
	Namespaces []string `pulumi:"namespaces"`
}

// administratorPolicy lets administrators do everything.
const administratorPolicy = "AmazonEKSClusterAdminPolicy"

// accessPolicies returns the access policies for people. Source: "Review access policy permissions", Amazon EKS User Guide.
func accessPolicies() []string {
	return []string{
		"AmazonEKSAdminPolicy", "AmazonEKSAdminViewPolicy", administratorPolicy, "AmazonEKSEditPolicy", "AmazonEKSViewPolicy",
	}
}

var (
	principalARN    = regexp.MustCompile(`^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/.+$`)
	sessionARN      = regexp.MustCompile(`^arn:(aws[a-z-]*):sts::([0-9]{12}):assumed-role/([^/]+)/`)
	accessPolicyARN = regexp.MustCompile(`^arn:aws[a-z-]*:eks::aws:cluster-access-policy/.+$`)
	// namespacePattern admits wildcards, as EKS does.
	namespacePattern = regexp.MustCompile(`^[a-z0-9*]([-a-z0-9*]{0,61}[a-z0-9*])?$`)
)

// checkAccess reports what is wrong with who may use the cluster.
func (s *ClusterSettings) checkAccess(report *config.Report) {
	if len(s.Administrators) == 0 && !s.CreatorAdmin {
		report.Add([]string{"administrators"}, "missing: nobody could use the cluster; name a role, such as "+
			"platform: arn:aws:iam::111122223333:role/platform, or set creatorAdmin to true")
	}
	seen := map[string]string{}
	check := func(at []string, in pulumi.StringInput) {
		arn, known := in.(pulumi.String)
		if !known {
			return
		}
		checkPrincipal(report, at, string(arn))
		if first, twice := seen[string(arn)]; twice {
			report.Add(at, "%s has the same one, and EKS takes one entry for each: leave out one of them", first)
			return
		}
		seen[string(arn)] = config.Path(at...)
	}
	for _, name := range s.Administrators.Names() {
		check([]string{"administrators", name}, s.Administrators[name])
	}
	for _, name := range s.Access.Names() {
		check([]string{"access", name, "principalArn"}, s.Access[name].PrincipalARN)
		if _, both := s.Administrators[name]; both {
			report.Add([]string{"access", name}, "administrators has an entry of this name: choose another one")
		}
	}
}

func checkPrincipal(report *config.Report, at []string, arn string) {
	if m := sessionARN.FindStringSubmatch(arn); m != nil {
		report.Add(at, "that is a session of a role: write the role, arn:%s:iam::%s:role/%s, with its path where it has one", m[1], m[2], m[3])
	} else if !principalARN.MatchString(arn) {
		report.Add(at, "found %q, expected a role or a user, such as arn:aws:iam::111122223333:role/platform", arn)
	}
}

var _ config.Validator = (*AccessEntry)(nil)

// Validate implements config.Validator. Source: "CreateAccessEntry", Amazon EKS API Reference.
func (e *AccessEntry) Validate(report *config.Report) {
	reserved := func(name string) bool {
		return slices.ContainsFunc([]string{"system:", "eks:", "aws:", "amazon:", "iam:"}, func(p string) bool { return strings.HasPrefix(name, p) })
	}
	if reserved(e.UserName) {
		report.Add([]string{"userName"}, "names that begin with %s: are reserved: choose another one", strings.SplitN(e.UserName, ":", 2)[0])
	}
	for i, group := range e.KubernetesGroups {
		if at := []string{"kubernetesGroups", strconv.Itoa(i)}; group == "" {
			report.Add(at, "expected the name of a group, such as viewers")
		} else if reserved(group) {
			report.Add(at, "groups that begin with %s: are reserved: bind a role to a group of another name, or use a policy",
				strings.SplitN(group, ":", 2)[0])
		}
	}
	seen := map[string]string{}
	for _, name := range e.Policies.Names() {
		policy := e.Policies[name].Policy
		if first, twice := seen[policy]; twice {
			report.Add([]string{"policies", name, "policy"}, "it is the same policy as %s, and EKS takes it once: put the namespaces together", first)
			continue
		}
		seen[policy] = name
	}
}

var _ config.Validator = (*AccessPolicy)(nil)

// Validate implements config.Validator.
func (p *AccessPolicy) Validate(report *config.Report) {
	if !slices.Contains(accessPolicies(), p.Policy) && !accessPolicyARN.MatchString(p.Policy) {
		report.Add([]string{"policy"}, "unknown access policy %q, %s; write another one as arn:aws:eks::aws:cluster-access-policy/NAME", p.Policy,
			config.Suggest(p.Policy, accessPolicies()))
	}
	for i, n := range p.Namespaces {
		if !namespacePattern.MatchString(n) {
			report.Add([]string{"namespaces", strconv.Itoa(i)}, "found %q, expected the name of a namespace, in which * stands for any characters", n)
		}
	}
}

// entries returns all access entries, administrators among them.
func (s *ClusterSettings) entries() config.Named[AccessEntry] {
	out := config.Named[AccessEntry]{}
	for name, arn := range s.Administrators {
		out[name] = AccessEntry{PrincipalARN: arn, Policies: config.Named[AccessPolicy]{"admin": {Policy: administratorPolicy}}}
	}
	for name, entry := range s.Access {
		out[name] = entry
	}
	return out
}

// checkCreator says whose entry EKS makes when the cluster is made by somebody who is to have another one. creator is an ARN of IAM, or of a session.
func (s *ClusterSettings) checkCreator(creator string) error {
	is := func(arn string) bool { return arn == creator }
	if m := sessionARN.FindStringSubmatch(creator); m != nil {
		// A session does not tell the path of its role.
		is = func(arn string) bool {
			return strings.HasPrefix(arn, "arn:"+m[1]+":iam::"+m[2]+":role/") && strings.HasSuffix(arn, "/"+m[3])
		}
	}
	entries := s.entries()
	for _, name := range entries.Names() {
		if arn, known := entries[name].PrincipalARN.(pulumi.String); known && is(string(arn)) {
			return fmt.Errorf("creatorAdmin gives an access entry to whoever creates the cluster, which is the one of %s: leave out one of them", name)
		}
	}
	return nil
}

// makeAccess lets people in.
func (b *builder) makeAccess() error {
	entries := b.args.entries()
	for _, name := range entries.Names() {
		e := entries[name]
		args := &eks.AccessEntryArgs{
			ClusterName: b.control.Name, PrincipalArn: e.PrincipalARN, Type: pulumi.String("STANDARD"), Tags: tags.Merge(b.args.Tags),
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
		b.wait(entry)
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
		ClusterName: b.control.Name, PrincipalArn: entry.PrincipalArn, PolicyArn: pulumi.String(arn), AccessScope: scope,
	}, b.cluster.Child())
	if err == nil {
		b.wait(associated)
	}
	return err
}
