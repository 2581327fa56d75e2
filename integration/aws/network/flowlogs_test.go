package network_test

import (
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/kms"
	"github.com/ashlar-iac/ashlar/aws/network"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
)

// Types of the resources of the component.
const (
	flowLog    = "aws:ec2/flowLog:FlowLog"
	logGroup   = "aws:cloudwatch/logGroup:LogGroup"
	role       = "aws:iam/role:Role"
	permission = "aws:iam/rolePolicy:RolePolicy"
	key        = "aws:kms/key:Key"
	alias      = "aws:kms/alias:Alias"
)

// flowLogProgram is a program with two VPCs, a bucket, a key, and the flow logs of one VPC.
type flowLogProgram struct {
	args  network.FlowLogsArgs
	group network.FlowLogGroup
	files network.FlowLogBucket
	// second uses the second VPC, bucket the bucket as destination, key the key for the log group.
	second, bucket, key bool
}

// in returns the program with a provider of an account.
func (n *flowLogProgram) in(a *cloudtest.Account) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		p, err := a.Provider(ctx, "primary", a.Region())
		if err != nil {
			return err
		}
		on := pulumi.Provider(p)
		var vpcs []*ec2.Vpc
		for _, name := range []string{"first", "second"} {
			vpc, err := ec2.NewVpc(ctx, name, &ec2.VpcArgs{CidrBlock: pulumi.String("10.0.0.0/24")}, on)
			if err != nil {
				return err
			}
			vpcs = append(vpcs, vpc)
		}
		bucket, err := s3.NewBucketV2(ctx, "logs", nil, on)
		if err != nil {
			return err
		}
		given, err := kms.NewKey(ctx, "given", &kms.KeyArgs{Services: []kms.Service{{
			Name: "logs", Resources: pulumi.StringArray{pulumi.String("arn:aws:logs:*:*:log-group:/aws/vpc-flow-logs/*")},
		}}}, on)
		if err != nil {
			return err
		}
		args, group, files := n.args, n.group, n.files
		args.VpcID, args.LogGroup = vpcs[0].ID(), &group
		if n.second {
			args.VpcID = vpcs[1].ID()
		}
		if n.bucket {
			args.Destination, args.Bucket = network.LogDestinationS3, &files
			files.ARN = bucket.Arn
		}
		if n.key {
			group.KeyARN = given.ARN
		}
		logs, err := network.NewFlowLogs(ctx, "main", &args, on)
		if err != nil {
			return err
		}
		ctx.Export("group", logs.LogGroupName)
		ctx.Export("vpc", args.VpcID)
		return nil
	}
}

// Each option is changed once, and no other resource changes.
func TestFlowLogOptions(t *testing.T) {
	t.Parallel()
	cloudtest.AWS(t, func(t *testing.T, a *cloudtest.Account) {
		n := &flowLogProgram{}
		life := a.Life(t, "flowlogs", n.in(a))
		up := life.Up()
		require.Equal(t, "/aws/vpc-flow-logs/main/"+up.Outputs["vpc"].Value.(string), up.Outputs["group"].Value)

		minute, year, off := 60, 365, false
		n.args.Traffic = "REJECT"
		life.Change("traffic", "replace "+flowLog+" main")
		n.args.IntervalSeconds = &minute
		life.Change("interval", "replace "+flowLog+" main")
		n.args.Format = "extended"
		life.Change("format", "replace "+flowLog+" main")
		n.group.RetentionDays = &year
		life.Change("retention", "update "+logGroup+" main")
		n.group.Class = "INFREQUENT_ACCESS"
		life.Change("class", "replace "+logGroup+" main", "replace "+flowLog+" main")
		n.args.Tags = pulumi.StringMap{"team": pulumi.String("network")}
		life.Change("tags", "update "+logGroup+" main", "update "+flowLog+" main", "update "+role+" main", "update "+key+" main")
		n.key = true
		life.Change("an existing key", "update "+logGroup+" main", "delete "+alias+" main", "delete "+key+" main")
		n.key, n.group.OwnKey = false, &off
		life.Change("a key that AWS owns", "update "+logGroup+" main")
		n.second = true
		life.Change("another VPC", "replace "+logGroup+" main", "replace "+flowLog+" main", "update "+permission+" main")
		n.args.Enabled = &off
		life.Change("disabled", "delete "+logGroup+" main", "delete "+flowLog+" main", "delete "+permission+" main", "delete "+role+" main")
		n.args.Enabled = nil
		life.Change("enabled", "create "+logGroup+" main", "create "+flowLog+" main", "create "+permission+" main", "create "+role+" main")
		life.Destroy()
	})
}

func TestFlowLogsToABucket(t *testing.T) {
	t.Parallel()
	cloudtest.AWS(t, func(t *testing.T, a *cloudtest.Account) {
		n := &flowLogProgram{}
		life := a.Life(t, "flowlogs-bucket", n.in(a))
		life.Up()
		n.bucket = true
		life.Change("the bucket replaces the log group", "replace "+flowLog+" main", "delete "+logGroup+" main", "delete "+permission+" main",
			"delete "+role+" main", "delete "+key+" main", "delete "+alias+" main")
		off := false
		n.files.FileFormat = "plain-text"
		life.Change("file format", "replace "+flowLog+" main")
		n.files.HivePartitions = &off
		life.Change("folder names", "replace "+flowLog+" main")
		n.files.PerHour = &off
		life.Change("daily folders", "replace "+flowLog+" main")
		life.Destroy()
	})
}

// Arguments that AWS rejects are reported before any change.
func TestInvalidFlowLogs(t *testing.T) {
	t.Parallel()
	var args network.FlowLogsArgs
	program := func(ctx *pulumi.Context) error {
		_, err := network.NewFlowLogs(ctx, "main", &args)
		return err
	}
	other, odd := 120, 61
	for name, tc := range map[string]struct {
		args network.FlowLogsArgs
		want string
	}{
		"interval":    {network.FlowLogsArgs{IntervalSeconds: &other}, "intervalSeconds: found the number 120"},
		"traffic":     {network.FlowLogsArgs{Traffic: "all"}, `traffic: unknown value "all"`},
		"destination": {network.FlowLogsArgs{Destination: "s3"}, "bucket: required with the destination s3"},
		"retention": {
			network.FlowLogsArgs{LogGroup: &network.FlowLogGroup{RetentionDays: &odd}}, "logGroup.retentionDays: found the number 61",
		},
		"class":        {network.FlowLogsArgs{LogGroup: &network.FlowLogGroup{Class: "CHEAP"}}, "logGroup.class: unknown value"},
		"key":          {network.FlowLogsArgs{LogGroup: &network.FlowLogGroup{KeyARN: pulumi.String("logs")}}, "logGroup.keyArn: invalid ARN"},
		"reserved tag": {network.FlowLogsArgs{Tags: pulumi.StringMap{"aws:x": pulumi.String("y")}}, "reserved"},
	} {
		args = tc.args
		args.VpcID = pulumi.String("vpc-0a1b2c3d4e5f60718")
		t.Run(name, func(t *testing.T) { cloudtest.RequireRefused(t, tc.want, program) })
	}
}
