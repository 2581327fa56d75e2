package ec2

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/tags"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
)

// sessionManager is AWS's policy for machines that Systems Manager manages.
const sessionManager = "AmazonSSMManagedInstanceCore"

// managedPolicy matches names of AWS's own policies, with their path, and ARNs of any.
var managedPolicy = regexp.MustCompile(`^(arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/)?([A-Za-z0-9_+=,.@-]+/)*[A-Za-z0-9_+=,.@-]{1,128}$`)

func (s *InstanceSettings) checkPolicies(report *config.Report) {
	seen := map[string]bool{}
	if *s.SessionManager {
		seen[sessionManager] = true
	}
	for i, p := range s.ManagedPolicies {
		at := []string{"managedPolicies", strconv.Itoa(i)}
		switch short := short(p); {
		case !managedPolicy.MatchString(p):
			report.Add(at, "found %q, expected the name of a policy of AWS, such as CloudWatchAgentServerPolicy, or an ARN", p)
		case p == sessionManager && seen[p]:
			report.Add(at, "sessionManager attaches it already: leave it out")
		case seen[short]:
			report.Add(at, "a policy of the name %q is there already", short)
		default:
			seen[short] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Policies)) {
		if !plainName(name) || len(name) > 128 {
			report.Add([]string{"policies", name}, "expected a name of up to 128 letters, digits, dashes and underscores")
		}
		document := s.Policies[name]
		document.Report(report, []string{"policies", name}, policy.Inline)
	}
}

// short returns the name of a policy without what stands before it.
func short(p string) string { return p[strings.LastIndex(p, "/")+1:] }

// identity is the role of a machine, and what the machine needs of it.
type identity struct {
	name, arn, profile pulumi.StringOutput
	policies           []pulumi.Resource
}

// role makes the role that programs on the machine have.
func (x *Instance) role(ctx *pulumi.Context, name string, args *InstanceArgs) (identity, error) {
	trust, err := (&policy.Document{Statements: []policy.Statement{{
		Actions: []string{"sts:AssumeRole"}, Principals: &policy.Principals{Services: []string{"ec2.amazonaws.com"}},
	}}}).JSON(policy.Trust)
	if err != nil {
		return identity{}, err
	}
	inputs := &iam.RoleArgs{
		AssumeRolePolicy: trust, Description: pulumi.String("Machine " + name), Tags: tags.Merge(args.Tags),
	}
	if args.PermissionsBoundary != nil {
		inputs.PermissionsBoundary = args.PermissionsBoundary.ToStringOutput().ToStringPtrOutput()
	}
	role, err := iam.NewRole(ctx, name, inputs, x.Child())
	if err != nil {
		return identity{}, err
	}
	profile, err := iam.NewInstanceProfile(ctx, name, &iam.InstanceProfileArgs{Role: role.Name, Tags: tags.Merge(args.Tags)}, x.Child())
	if err != nil {
		return identity{}, err
	}
	policies, err := x.policies(ctx, name, args, role)
	return identity{name: role.Name, arn: role.Arn, profile: profile.Name, policies: policies}, err
}

// policies gives the role its permissions.
func (x *Instance) policies(ctx *pulumi.Context, name string, args *InstanceArgs, role *iam.Role) ([]pulumi.Resource, error) {
	var out []pulumi.Resource
	for _, key := range slices.Sorted(maps.Keys(args.Policies)) {
		document := args.Policies[key]
		text, err := document.JSON(policy.Inline)
		if err != nil {
			return nil, err
		}
		inline, err := iam.NewRolePolicy(ctx, name+"-"+key, &iam.RolePolicyArgs{Role: role.Name, Name: pulumi.String(key), Policy: text}, x.Child())
		if err != nil {
			return nil, err
		}
		out = append(out, inline)
	}
	partition := aws.GetPartitionOutput(ctx, aws.GetPartitionOutputArgs{}, x.Invoke()).Partition()
	attached := maps.Clone(args.PolicyARNs)
	if attached == nil {
		attached = map[string]pulumi.StringInput{}
	}
	for _, p := range args.managedPolicies() {
		attached[short(p)] = pulumi.String(p)
		if !strings.HasPrefix(p, "arn:") {
			attached[short(p)] = pulumi.Sprintf("arn:%s:iam::aws:policy/%s", partition, p)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(attached)) {
		attachment, err := iam.NewRolePolicyAttachment(ctx, name+"-"+key, &iam.RolePolicyAttachmentArgs{
			Role: role.Name, PolicyArn: attached[key],
		}, x.Child())
		if err != nil {
			return nil, err
		}
		out = append(out, attachment)
	}
	return out, nil
}

func (s *InstanceSettings) managedPolicies() []string {
	if *s.SessionManager {
		return append([]string{sessionManager}, s.ManagedPolicies...)
	}
	return s.ManagedPolicies
}
