package network

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/aws/internal/tags"
	"github.com/ashlar-iac/ashlar/core/component"
)

// FlowLogsToken is the type of the component [FlowLogs].
const FlowLogsToken = "ashlar-aws:network:FlowLogs"

// FlowLogs logs the traffic of a VPC.
type FlowLogs struct {
	pulumi.ResourceState
	component.Base

	// ID is the flow log's. It is empty when flow logs are not enabled, and so are the others.
	ID pulumi.StringOutput `pulumi:"id"`
	// Destination is the ARN of the log group or the bucket that records go to.
	Destination pulumi.StringOutput `pulumi:"destination"`
	// LogGroupName is the name of the log group. It is empty where records go to a bucket.
	LogGroupName pulumi.StringOutput `pulumi:"logGroupName"`
	// KeyARN is the key that encrypts the log group. It is empty where AWS owns the key, or records go to a bucket.
	KeyARN pulumi.StringOutput `pulumi:"keyArn"`
}

// NewFlowLogs makes flow logs of a VPC: all traffic, in a log group that a key of its own encrypts and that keeps records for 90 days, unless
// the arguments say otherwise.
func NewFlowLogs(ctx *pulumi.Context, name string, args *FlowLogsArgs, opts ...pulumi.ResourceOption) (*FlowLogs, error) {
	f := &FlowLogs{}
	args, err := component.Register(ctx, FlowLogsToken, name, f, args, opts...)
	if err != nil {
		return nil, err
	}
	none := pulumi.String("").ToStringOutput()
	f.ID, f.Destination, f.LogGroupName, f.KeyARN = none, none, none, none
	if !*args.Enabled {
		return component.Finish(ctx, f)
	}
	log := &ec2.FlowLogArgs{
		VpcId:                  args.VpcID.ToStringOutput().ToStringPtrOutput(),
		TrafficType:            pulumi.String(args.Traffic),
		MaxAggregationInterval: pulumi.Int(*args.IntervalSeconds),
		LogFormat:              args.format(),
		Tags:                   tags.Named(name, args.Tags),
	}
	var after []pulumi.Resource
	if args.Destination == "s3" {
		args.Bucket.receive(log)
	} else if after, err = f.receive(ctx, name, args, log); err != nil {
		return nil, err
	}
	// AWS refuses a second flow log that differs in nothing but its interval.
	flow, err := ec2.NewFlowLog(ctx, name, log, f.Main(pulumi.DependsOn(after), pulumi.DeleteBeforeReplace(true)))
	if err != nil {
		return nil, err
	}
	f.ID, f.Destination = flow.ID().ToStringOutput(), flow.LogDestination
	return component.Finish(ctx, f)
}

// receive sends the records to a log group, which is made together with the role that writes to it. The result is what has to be there before
// the flow log, and after it: a flow log that goes on without its group would find no role that may make one.
func (f *FlowLogs) receive(ctx *pulumi.Context, name string, args *FlowLogsArgs, log *ec2.FlowLogArgs) ([]pulumi.Resource, error) {
	where, err := lookup.Of(ctx, f.Invoke())
	if err != nil {
		return nil, err
	}
	folder, err := logFolder(name)
	if err != nil {
		return nil, err
	}
	groups := where.ARN("logs", "log-group:"+folder)
	key, err := f.key(ctx, name, args, groups+"*")
	if err != nil {
		return nil, err
	}
	group, err := f.logGroup(ctx, name, args, folder, key)
	if err != nil {
		return nil, err
	}
	role, permissions, err := f.role(ctx, name, args, where, pulumi.Sprintf("%s%s", groups, args.VpcID))
	if err != nil {
		return nil, err
	}
	log.LogDestinationType = pulumi.String("cloud-watch-logs")
	log.LogDestination = group.Arn.ToStringPtrOutput()
	log.IamRoleArn = role.Arn.ToStringPtrOutput()
	f.LogGroupName = group.Name
	return []pulumi.Resource{permissions}, nil
}

// receive sends the records to the bucket.
func (b *FlowLogBucket) receive(log *ec2.FlowLogArgs) {
	log.LogDestinationType = pulumi.String("s3")
	log.LogDestination = b.ARN.ToStringOutput().ToStringPtrOutput()
	log.DestinationOptions = &ec2.FlowLogDestinationOptionsArgs{
		FileFormat:               pulumi.String(b.FileFormat),
		HiveCompatiblePartitions: pulumi.Bool(*b.HivePartitions),
		PerHourPartition:         pulumi.Bool(*b.PerHour),
	}
}
