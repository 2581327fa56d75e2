package flowlogs_test

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

// The types that the component makes.
const (
	flowLog    = "aws:ec2/flowLog:FlowLog"
	logGroup   = "aws:cloudwatch/logGroup:LogGroup"
	role       = "aws:iam/role:Role"
	permission = "aws:iam/rolePolicy:RolePolicy"
	key        = "aws:kms/key:Key"
	alias      = "aws:kms/alias:Alias"
)

// program is a program with two VPCs, a bucket and a key that others made, and the flow logs of one VPC.
type program struct {
	settings network.FlowLogsSettings
	tags     map[string]string
	// second takes the second VPC, bucket the bucket as destination, and key the key.
	second, bucket, key bool
}

// in returns the program, on a provider of an account.
func (n *program) in(a *cloudtest.Account) pulumi.RunFunc {
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
		args := &network.FlowLogsArgs{VpcID: vpcs[0].ID(), FlowLogsSettings: n.settings, Tags: n.tags}
		if n.second {
			args.VpcID = vpcs[1].ID()
		}
		if n.bucket {
			args.Destination, args.Bucket.ARN = "s3", bucket.Arn
		}
		if n.key {
			args.LogGroup.KeyARN = given.ARN
		}
		logs, err := network.NewFlowLogs(ctx, "main", args, on)
		if err != nil {
			return err
		}
		ctx.Export("group", logs.LogGroupName)
		ctx.Export("vpc", args.VpcID)
		return nil
	}
}

// Each option is changed once, and only what it is about changes.
func TestFlowLogs(t *testing.T) {
	t.Parallel()
	cloudtest.AWS(t, func(t *testing.T, a *cloudtest.Account) {
		n := &program{}
		life := a.Life(t, "flowlogs", n.in(a))
		up := life.Up()
		require.Equal(t, "/aws/vpc-flow-logs/main/"+up.Outputs["vpc"].Value.(string), up.Outputs["group"].Value)

		minute, year, off := 60, 365, false
		n.settings.Traffic = "REJECT"
		life.Change("traffic", "replace "+flowLog+" main")
		n.settings.IntervalSeconds = &minute
		life.Change("interval", "replace "+flowLog+" main")
		n.settings.Format = "extended"
		life.Change("format", "replace "+flowLog+" main")
		n.settings.LogGroup.RetentionDays = &year
		life.Change("retention", "update "+logGroup+" main")
		n.settings.LogGroup.Class = "INFREQUENT_ACCESS"
		life.Change("class", "replace "+logGroup+" main", "replace "+flowLog+" main")
		n.tags = map[string]string{"team": "network"}
		life.Change("tags", "update "+logGroup+" main", "update "+flowLog+" main", "update "+role+" main", "update "+key+" main")
		n.key = true
		life.Change("a given key", "update "+logGroup+" main", "delete "+alias+" main", "delete "+key+" main")
		n.key, n.settings.LogGroup.OwnKey = false, &off
		life.Change("a key of AWS", "update "+logGroup+" main")
		n.second = true
		life.Change("another VPC", "replace "+logGroup+" main", "replace "+flowLog+" main", "update "+permission+" main")
		n.settings.Enabled = &off
		life.Change("off", "delete "+logGroup+" main", "delete "+flowLog+" main", "delete "+permission+" main", "delete "+role+" main")
		n.settings.Enabled = nil
		life.Change("on", "create "+logGroup+" main", "create "+flowLog+" main", "create "+permission+" main", "create "+role+" main")
		life.Destroy()
	})
}

func TestFlowLogsInABucket(t *testing.T) {
	t.Parallel()
	cloudtest.AWS(t, func(t *testing.T, a *cloudtest.Account) {
		n := &program{}
		life := a.Life(t, "flowlogs-bucket", n.in(a))
		life.Up()
		n.bucket = true
		life.Change("what only the log group needs goes", "replace "+flowLog+" main", "delete "+logGroup+" main", "delete "+permission+" main",
			"delete "+role+" main", "delete "+key+" main", "delete "+alias+" main")
		off := false
		n.settings.Bucket.FileFormat = "plain-text"
		life.Change("format of files", "replace "+flowLog+" main")
		n.settings.Bucket.HivePartitions = &off
		life.Change("names of folders", "replace "+flowLog+" main")
		n.settings.Bucket.PerHour = &off
		life.Change("folders a day", "replace "+flowLog+" main")
		life.Destroy()
	})
}

// What AWS would refuse is reported before the engine does anything.
func TestFlowLogsThatAWSWouldRefuse(t *testing.T) {
	t.Parallel()
	a := cloudtest.Simulated(t)
	var args network.FlowLogsArgs
	life := a.Life(t, "refused", func(ctx *pulumi.Context) error {
		_, err := network.NewFlowLogs(ctx, "main", &args)
		return err
	})
	other, odd := 120, 61
	for refusal, tc := range map[string]struct {
		settings network.FlowLogsSettings
		tags     map[string]string
		want     string
	}{
		"interval":    {network.FlowLogsSettings{IntervalSeconds: &other}, nil, "intervalSeconds: found the number 120"},
		"traffic":     {network.FlowLogsSettings{Traffic: "all"}, nil, `traffic: unknown value "all"`},
		"destination": {network.FlowLogsSettings{Destination: "s3"}, nil, "bucket.arn: missing"},
		"retention": {
			network.FlowLogsSettings{LogGroup: network.FlowLogGroup{RetentionDays: &odd}}, nil, "logGroup.retentionDays: found the number 61",
		},
		"class":        {network.FlowLogsSettings{LogGroup: network.FlowLogGroup{Class: "CHEAP"}}, nil, "logGroup.class: unknown value"},
		"key":          {network.FlowLogsSettings{LogGroup: network.FlowLogGroup{KeyARN: pulumi.String("logs")}}, nil, "logGroup.keyArn: found"},
		"reserved tag": {network.FlowLogsSettings{}, map[string]string{"aws:x": "y"}, "reserved"},
	} {
		args = network.FlowLogsArgs{VpcID: pulumi.String("vpc-0a1b2c3d4e5f60718"), FlowLogsSettings: tc.settings, Tags: tc.tags}
		r := life.Refused(tc.want)
		require.NotContains(t, r.Output, "api error", refusal)
	}
}
