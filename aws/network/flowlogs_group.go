package network

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/aws/internal/names"
	"github.com/ashlar-iac/ashlar/aws/internal/tags"
	"github.com/ashlar-iac/ashlar/aws/kms"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/naming"
)

// logFolder is what the names of a component's log groups begin with. The group of a VPC is named after it within the folder, so that
// that of another VPC can be made before this one is deleted, and the policies of key and role need not name more.
func logFolder(name string) (string, error) {
	const prefix, vpc = "/aws/vpc-flow-logs/", "/vpc-0123456789abcdef0"
	made, err := naming.Name{Parts: []string{name}, Flat: true, Reserve: len(prefix) + len(vpc)}.
		For(naming.AWS()["aws:cloudwatch/logGroup:LogGroup"])
	return prefix + made + "/", err
}

// key returns the key that encrypts the log group, and nil where AWS owns it.
func (f *FlowLogs) key(ctx *pulumi.Context, name string, args *FlowLogsArgs, groups string) (pulumi.StringInput, error) {
	if args.LogGroup.KeyARN != nil {
		f.KeyARN = args.LogGroup.KeyARN.ToStringOutput()
		return args.LogGroup.KeyARN, nil
	}
	if !*args.LogGroup.OwnKey {
		return nil, nil
	}
	key, err := kms.NewKey(ctx, name, &kms.KeyArgs{
		Description: "Encrypts the flow logs " + name,
		Services:    []kms.Service{{Name: "logs", Resources: pulumi.StringArray{pulumi.String(groups)}}},
		Tags:        tags.Input(args.Tags),
	}, f.Child())
	if err != nil {
		return nil, err
	}
	f.KeyARN = key.ARN
	return key.ARN, nil
}

func (f *FlowLogs) logGroup(
	ctx *pulumi.Context, name string, args *FlowLogsArgs, folder string, key pulumi.StringInput,
) (*cloudwatch.LogGroup, error) {
	var keyARN pulumi.StringPtrInput
	if key != nil {
		keyARN = key.ToStringOutput().ToStringPtrOutput()
	}
	return cloudwatch.NewLogGroup(ctx, name, &cloudwatch.LogGroupArgs{
		Name:            pulumi.Sprintf("%s%s", folder, args.VpcID),
		RetentionInDays: pulumi.Int(*args.LogGroup.RetentionDays),
		KmsKeyId:        keyARN,
		LogGroupClass:   pulumi.String(args.LogGroup.Class),
		Tags:            tags.Merge(args.Tags),
	}, f.Child(pulumi.DeleteBeforeReplace(true))) // Its name is the same when the class changes.
}

// role returns the role that the flow log writes with, and its permissions. Source: "IAM role for publishing flow logs to CloudWatch
// Logs". group is the ARN of the log group. The role may not make a group, so that none comes back after the flow log has ended.
func (f *FlowLogs) role(
	ctx *pulumi.Context, name string, args *FlowLogsArgs, where lookup.Scope, group pulumi.StringInput,
) (*iam.Role, *iam.RolePolicy, error) {
	trust, err := (&policy.Document{Statements: []policy.Statement{policy.TrustService("vpc-flow-logs.amazonaws.com",
		policy.SourceAccount(pulumi.String(where.Account)),
		policy.SourceARN(pulumi.StringArray{pulumi.String(where.ARN("ec2", "vpc-flow-log/*"))}),
	)}}).JSON(policy.Trust)
	if err != nil {
		return nil, nil, err
	}
	logical, err := names.Logical(name, "aws:iam/role:Role")
	if err != nil {
		return nil, nil, err
	}
	role, err := iam.NewRole(ctx, logical, &iam.RoleArgs{
		AssumeRolePolicy: trust,
		Description:      pulumi.String("Writes the flow logs " + name),
		Tags:             tags.Merge(args.Tags),
	}, f.Child())
	if err != nil {
		return nil, nil, err
	}
	write, err := (&policy.Document{Statements: []policy.Statement{{
		Actions:   []string{"logs:CreateLogStream", "logs:DescribeLogGroups", "logs:DescribeLogStreams", "logs:PutLogEvents"},
		Resources: pulumi.StringArray{group, pulumi.Sprintf("%s:*", group)},
	}}}).JSON(policy.Inline)
	if err != nil {
		return nil, nil, err
	}
	permissions, err := iam.NewRolePolicy(ctx, name, &iam.RolePolicyArgs{Role: role.Name, Policy: write}, f.Child())
	return role, permissions, err
}
