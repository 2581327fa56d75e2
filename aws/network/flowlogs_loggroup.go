package network

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/logicalname"
	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/aws/kms"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/metadata"
	"github.com/ashlar-iac/ashlar/core/naming"
)

// FlowLogGroup is the CloudWatch log group of flow logs. It is deleted with them, including its records.
type FlowLogGroup struct {
	// RetentionDays is the retention period in days, one of those that CloudWatch supports. 0 keeps records forever.
	// Changing it updates the log group in place, and older records are deleted.
	RetentionDays *int `pulumi:"retentionDays,optional" jsonschema:"default=90,enum=0,enum=1,enum=3,enum=5,enum=7,enum=14,enum=30,enum=60,enum=90,enum=120,enum=150,enum=180,enum=365,enum=400,enum=545,enum=731,enum=1096,enum=1827,enum=2192,enum=2557,enum=2922,enum=3288,enum=3653"` //nolint:lll // A tag is one line.
	// OwnKey is whether the log group has its own KMS key. If false and keyArn is unset, a key that AWS owns encrypts the
	// log group. Changing it updates the log group in place: existing records stay encrypted as they are.
	OwnKey *bool `pulumi:"ownKey,optional" jsonschema:"default=true"`
	// KeyARN is the ARN of an existing KMS key that encrypts the log group instead. Its policy must allow CloudWatch Logs
	// to use it. Default: see ownKey. Changing it updates the log group in place.
	KeyARN pulumi.StringInput `pulumi:"keyArn,optional" config:"plain"`
	// Class is the class of the log group. INFREQUENT_ACCESS costs half as much for ingestion, without metric filters and
	// subscriptions. Changing it replaces the log group, and its records are lost.
	Class LogGroupClass `pulumi:"class,optional" jsonschema:"default=STANDARD,enum=STANDARD,enum=INFREQUENT_ACCESS"`
}

// LogGroupClass is the class of a CloudWatch log group.
type LogGroupClass string

// Classes of log groups.
const (
	LogGroupStandard         LogGroupClass = "STANDARD"
	LogGroupInfrequentAccess LogGroupClass = "INFREQUENT_ACCESS"
)

// retentionDays returns the retention period, or its default.
func (g *FlowLogGroup) retentionDays() int {
	if g == nil || g.RetentionDays == nil {
		return 90
	}
	return *g.RetentionDays
}

// logGroupPrefix returns the prefix of the names of log groups of a component. The name of the log group ends with the
// ID of the VPC, so that the log group of another VPC can be created before this one is deleted, and the policies of
// key and role are limited to the prefix.
func logGroupPrefix(name string) (string, error) {
	const prefix, vpc = "/aws/vpc-flow-logs/", "/vpc-0123456789abcdef0"
	unique, err := naming.Name{Parts: []string{name}, Flat: true, Reserve: len(prefix) + len(vpc)}.
		For(naming.AWS()["aws:cloudwatch/logGroup:LogGroup"])
	return prefix + unique + "/", err
}

// key returns the ARN of the KMS key that encrypts the log group, or nil for a key that AWS owns.
func (f *FlowLogs) key(
	ctx *pulumi.Context, name string, args *FlowLogsArgs, groups string,
) (pulumi.StringInput, error) {
	if args.LogGroup.KeyARN != nil {
		f.KeyARN = args.LogGroup.KeyARN.ToStringOutput().ToStringPtrOutput()
		return args.LogGroup.KeyARN, nil
	}
	if !*args.LogGroup.OwnKey {
		return nil, nil
	}
	key, err := kms.NewKey(ctx, name, &kms.KeyArgs{
		Description: "Encrypts the flow logs " + name,
		Services:    []kms.Service{{Name: "logs", Resources: pulumi.StringArray{pulumi.String(groups)}}},
		Tags:        args.Tags,
	}, f.Child())
	if err != nil {
		return nil, err
	}
	f.KeyARN = key.ARN.ToStringPtrOutput()
	return key.ARN, nil
}

func (f *FlowLogs) logGroup(
	ctx *pulumi.Context, name string, args *FlowLogsArgs, prefix string, key pulumi.StringInput,
) (*cloudwatch.LogGroup, error) {
	return cloudwatch.NewLogGroup(ctx, name, &cloudwatch.LogGroupArgs{
		Name:            pulumi.Sprintf("%s%s", prefix, args.VpcID),
		RetentionInDays: pulumi.Int(*args.LogGroup.RetentionDays),
		KmsKeyId:        optional(key),
		LogGroupClass:   pulumi.String(args.LogGroup.Class),
		Tags:            metadata.MergeTags(args.Tags),
	}, f.Child(pulumi.DeleteBeforeReplace(true))) // Another class does not change the name.
}

// role returns the role of the flow log and its permissions. Source: "IAM role for publishing flow logs to CloudWatch
// Logs", Amazon VPC User Guide. group is the ARN of the log group. The role must not create log groups: late records
// would create the log group again after its deletion.
func (f *FlowLogs) role(
	ctx *pulumi.Context, name string, args *FlowLogsArgs, scope lookup.Scope, group pulumi.StringInput,
) (*iam.Role, *iam.RolePolicy, error) {
	trust, err := (&policy.Document{Statements: []policy.Statement{policy.TrustService("vpc-flow-logs.amazonaws.com",
		policy.SourceAccount(pulumi.String(scope.Account)),
		policy.SourceARN(pulumi.StringArray{pulumi.String(scope.ARN("ec2", "vpc-flow-log/*"))}),
	)}}).JSON(policy.Trust)
	if err != nil {
		return nil, nil, err
	}
	logical, err := logicalname.For(name, "aws:iam/role:Role")
	if err != nil {
		return nil, nil, err
	}
	role, err := iam.NewRole(ctx, logical, &iam.RoleArgs{
		AssumeRolePolicy: trust,
		Description:      pulumi.String("Writes the flow logs " + name),
		Tags:             metadata.MergeTags(args.Tags),
	}, f.Child())
	if err != nil {
		return nil, nil, err
	}
	write, err := (&policy.Document{Statements: []policy.Statement{
		{
			Effect:    policy.Allow,
			Actions:   []string{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"},
			Resources: pulumi.StringArray{group, pulumi.Sprintf("%s:*", group)},
		},
		{
			// The action does not support log groups.
			Effect: policy.Allow, Actions: []string{"logs:DescribeLogGroups"}, Resources: pulumi.StringArray{pulumi.String("*")},
		},
	}}).JSON(policy.Inline)
	if err != nil {
		return nil, nil, err
	}
	permissions, err := iam.NewRolePolicy(ctx, name, &iam.RolePolicyArgs{Role: role.Name, Policy: write}, f.Child())
	return role, permissions, err
}
