package network

import (
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/aws/internal/tagging"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
)

// FlowLogsToken is the type of the component [FlowLogs].
const FlowLogsToken = "ashlar-aws:network:FlowLogs"

// FlowLogs are the flow logs of a VPC.
type FlowLogs struct {
	pulumi.ResourceState
	component.Base

	// ID is the ID of the flow log. It is nil if flow logs are disabled.
	ID pulumi.StringPtrOutput `pulumi:"id,optional"`
	// Destination is the ARN of the log group or bucket. It is nil if flow logs are disabled.
	Destination pulumi.StringPtrOutput `pulumi:"destination,optional"`
	// LogGroupName is the name of the log group. It is nil with the destination s3.
	LogGroupName pulumi.StringPtrOutput `pulumi:"logGroupName,optional"`
	// KeyARN is the ARN of the KMS key that encrypts the log group. It is nil with a key that AWS owns, and with the
	// destination s3.
	KeyARN pulumi.StringPtrOutput `pulumi:"keyArn,optional"`
}

// FlowLogsArgs are the arguments of [FlowLogs].
type FlowLogsArgs struct {
	// VpcID is the ID of the VPC. Required. Changing it replaces the flow log, the log group and the role.
	VpcID pulumi.StringInput `pulumi:"vpcId,optional" config:"program" jsonschema:"minLength=1"`
	// Enabled is whether flow logs are created.
	Enabled *bool `pulumi:"enabled,optional" jsonschema:"default=true"`
	// Traffic is the traffic that is logged: all, or only traffic that security groups and network ACLs accept or reject.
	// Changing it replaces the flow log.
	Traffic TrafficType `pulumi:"traffic,optional" jsonschema:"default=ALL,enum=ALL,enum=ACCEPT,enum=REJECT"`
	// IntervalSeconds is the maximum aggregation interval of a flow in seconds. With 60, there are up to ten times as many
	// records, which are charged by size. Nitro instances use 60 seconds or less in any case. Changing it replaces the
	// flow log.
	IntervalSeconds *int `pulumi:"intervalSeconds,optional" jsonschema:"default=600,enum=60,enum=600"`
	// Format is the fields of a record: the default fields of AWS (default), or all fields of versions 2 to 5 (extended),
	// such as instance ID, TCP flags, flow direction, AWS service and the addresses of packets behind NAT gateways.
	// Changing it replaces the flow log.
	Format LogFormat `pulumi:"format,optional" jsonschema:"default=default,enum=default,enum=extended"`
	// Destination is where records are delivered: to a new CloudWatch log group, or an existing S3 bucket. Changing it
	// replaces the flow log.
	Destination LogDestination `pulumi:"destination,optional" jsonschema:"default=cloudwatch,enum=cloudwatch,enum=s3"`
	// LogGroup is the log group of the destination cloudwatch.
	LogGroup *FlowLogGroup `pulumi:"logGroup,optional" config:"group"`
	// Bucket is the bucket of the destination s3. Required for s3. Default: none.
	Bucket *FlowLogBucket `pulumi:"bucket,optional"`
	// Tags are added to all taggable resources. Default: none. Changing them updates the resources in place.
	Tags pulumi.StringMapInput `pulumi:"tags,optional" config:"program"`
}

// FlowLogBucket is the existing bucket of flow logs. Its policy must allow delivery.logs.amazonaws.com to write. AWS
// adds that to the policy if the caller is allowed to change it.
type FlowLogBucket struct {
	// ARN is the ARN of the bucket, optionally with a folder: arn:aws:s3:::logs/flows/. Required. Changing it replaces the
	// flow log.
	ARN pulumi.StringInput `pulumi:"arn" jsonschema:"required,minLength=1" config:"plain"`
	// FileFormat is the format of the files: Parquet, for faster queries, or plain text. Changing it replaces the flow
	// log.
	FileFormat LogFileFormat `pulumi:"fileFormat,optional" jsonschema:"default=parquet,enum=parquet,enum=plain-text"`
	// HivePartitions is whether folders have Hive-compatible names, in which tools find partitions. Changing it replaces
	// the flow log.
	HivePartitions *bool `pulumi:"hivePartitions,optional" jsonschema:"default=true"`
	// PerHour creates a folder for each hour instead of each day. Changing it replaces the flow log.
	PerHour *bool `pulumi:"perHour,optional" jsonschema:"default=true"`
}

// TrafficType is the traffic that flow logs record.
type TrafficType string

// Traffic types of flow logs.
const (
	TrafficAll    TrafficType = "ALL"
	TrafficAccept TrafficType = "ACCEPT"
	TrafficReject TrafficType = "REJECT"
)

// LogFormat is the fields of a flow log record.
type LogFormat string

// Formats of flow log records.
const (
	LogFormatDefault  LogFormat = "default"
	LogFormatExtended LogFormat = "extended"
)

// LogDestination is where flow logs are delivered.
type LogDestination string

// Destinations of flow logs.
const (
	LogDestinationCloudWatch LogDestination = "cloudwatch"
	LogDestinationS3         LogDestination = "s3"
)

// LogFileFormat is the format of flow log files in a bucket.
type LogFileFormat string

// Formats of flow log files.
const (
	LogFileParquet   LogFileFormat = "parquet"
	LogFilePlainText LogFileFormat = "plain-text"
)

// NewFlowLogs creates flow logs of a VPC. By default, all traffic is logged to a CloudWatch log group with its own KMS
// key and a retention period of 90 days.
func NewFlowLogs(
	ctx *pulumi.Context, name string, args *FlowLogsArgs, opts ...pulumi.ResourceOption,
) (*FlowLogs, error) {
	f := &FlowLogs{}
	args, err := component.Register(ctx, FlowLogsToken, name, f, args, opts...)
	if err != nil {
		return nil, err
	}
	if !*args.Enabled {
		return component.Finish(ctx, f)
	}
	inputs := &ec2.FlowLogArgs{
		VpcId:                  optional(args.VpcID),
		TrafficType:            pulumi.String(args.Traffic),
		MaxAggregationInterval: pulumi.Int(*args.IntervalSeconds),
		LogFormat:              args.format(),
		Tags:                   tagging.Named(name, args.Tags),
	}
	var after []pulumi.Resource
	if args.Destination == LogDestinationS3 {
		args.Bucket.deliver(inputs)
	} else if after, err = f.deliver(ctx, name, args, inputs); err != nil {
		return nil, err
	}
	// AWS rejects a second flow log that differs only in its interval.
	flow, err := ec2.NewFlowLog(ctx, name, inputs, f.Main(pulumi.DependsOn(after), pulumi.DeleteBeforeReplace(true)))
	if err != nil {
		return nil, err
	}
	f.ID, f.Destination = flow.ID().ToStringPtrOutput(), flow.LogDestination.ToStringPtrOutput()
	return component.Finish(ctx, f)
}

// deliver sets the log group as destination and creates it, with its key and role. The result is what the flow log
// depends on, in addition to its inputs: it must be deleted before the permissions, so that AWS does not fail to
// deliver records.
func (f *FlowLogs) deliver(
	ctx *pulumi.Context, name string, args *FlowLogsArgs, inputs *ec2.FlowLogArgs,
) ([]pulumi.Resource, error) {
	scope, err := lookup.GetScope(ctx, f.Invoke())
	if err != nil {
		return nil, err
	}
	prefix, err := logGroupPrefix(name)
	if err != nil {
		return nil, err
	}
	groups := scope.ARN("logs", "log-group:"+prefix)
	key, err := f.key(ctx, name, args, groups+"*")
	if err != nil {
		return nil, err
	}
	group, err := f.logGroup(ctx, name, args, prefix, key)
	if err != nil {
		return nil, err
	}
	role, permissions, err := f.role(ctx, name, args, scope, pulumi.Sprintf("%s%s", groups, args.VpcID))
	if err != nil {
		return nil, err
	}
	inputs.LogDestinationType = pulumi.String("cloud-watch-logs")
	inputs.LogDestination = group.Arn.ToStringPtrOutput()
	inputs.IamRoleArn = role.Arn.ToStringPtrOutput()
	f.LogGroupName = group.Name.ToStringPtrOutput()
	return []pulumi.Resource{permissions}, nil
}

// deliver sets the bucket as destination.
func (b *FlowLogBucket) deliver(inputs *ec2.FlowLogArgs) {
	inputs.LogDestinationType = pulumi.String("s3")
	inputs.LogDestination = optional(b.ARN)
	inputs.DestinationOptions = &ec2.FlowLogDestinationOptionsArgs{
		FileFormat:               pulumi.String(b.FileFormat),
		HiveCompatiblePartitions: pulumi.Bool(*b.HivePartitions),
		PerHourPartition:         pulumi.Bool(*b.PerHour),
	}
}

// extendedFields returns the fields of versions 2 to 5. Those of later versions are about ECS and regional NAT
// gateways. Source: "Flow log records", Amazon VPC User Guide.
func extendedFields() []string {
	return []string{
		"version", "account-id", "interface-id", "srcaddr", "dstaddr", "srcport", "dstport", "protocol", "packets", "bytes",
		"start", "end", "action", "log-status",
		"vpc-id", "subnet-id", "instance-id", "tcp-flags", "type", "pkt-srcaddr", "pkt-dstaddr",
		"region", "az-id", "sublocation-type", "sublocation-id",
		"pkt-src-aws-service", "pkt-dst-aws-service", "flow-direction", "traffic-path",
	}
}

// format returns the format of records, or nil for the default one of AWS.
func (a *FlowLogsArgs) format() pulumi.StringPtrInput {
	if a.Format != LogFormatExtended {
		return nil
	}
	fields := extendedFields()
	for i, f := range fields {
		fields[i] = "${" + f + "}"
	}
	return pulumi.String(strings.Join(fields, " "))
}

var (
	_ config.Validator          = (*FlowLogsArgs)(nil)
	_ config.ArgumentsValidator = (*FlowLogsArgs)(nil)
	_ compliance.Declarer       = (*FlowLogsArgs)(nil)
)

// Validate implements config.Validator.
func (a *FlowLogsArgs) Validate(report *config.Report) {
	const bucketARN, keyARN = "arn:aws:s3:::logs", "arn:aws:kms:eu-west-1:111122223333:key/..."
	tagging.CheckWithRoles(report, []string{"tags"}, a.Tags)
	toBucket := a.Destination == LogDestinationS3
	switch {
	case toBucket && a.Bucket == nil:
		report.Add([]string{"bucket"}, "required with the destination s3: set bucket.arn, such as %s", bucketARN)
	case !toBucket && a.Bucket != nil:
		report.Add([]string{"bucket"}, "requires the destination s3: set it, or remove bucket")
	}
	if a.Bucket != nil {
		checkARN(report, []string{"bucket", "arn"}, a.Bucket.ARN, "s3", bucketARN)
	}
	if a.LogGroup != nil && a.LogGroup.KeyARN != nil {
		checkARN(report, []string{"logGroup", "keyArn"}, a.LogGroup.KeyARN, "kms", keyARN)
		if toBucket {
			report.Add([]string{"logGroup", "keyArn"},
				"not supported with the destination s3, where the bucket sets the encryption: remove it")
		}
	}
}

// ValidateArguments implements config.ArgumentsValidator.
func (a *FlowLogsArgs) ValidateArguments(report *config.Report) {
	if a.VpcID == nil {
		report.Add([]string{"vpcId"}, "required: set the ID of the VPC")
	}
}

// checkARN reports a known ARN that is invalid or of another service.
func checkARN(report *config.Report, path []string, in pulumi.StringInput, service, example string) {
	arn, ok := in.(pulumi.String)
	if !ok {
		return
	}
	parts := strings.SplitN(string(arn), ":", 6)
	if len(parts) < 6 || parts[0] != "arn" || parts[2] != service || parts[5] == "" {
		report.Add(path, "invalid ARN %q: expected one such as %s", string(arn), example)
	}
}

// Evidence implements compliance.Declarer. The KMS key and the bucket declare their own.
func (a *FlowLogsArgs) Evidence() []compliance.Evidence {
	on := enabled(a.Enabled)
	out := []compliance.Evidence{
		compliance.Check("enabled", on, on && a.Traffic != TrafficAccept, "true, with the traffic ALL",
			compliancecontrols.FlowLogs...),
	}
	if !on || a.Destination == LogDestinationS3 {
		return out
	}
	days := a.LogGroup.retentionDays()
	return append(out,
		compliance.Check("logGroup.retentionDays", days, days == 0 || days >= 90, "at least 90",
			compliancecontrols.LogRetention...),
		compliance.Always("logGroup", "encrypted", compliancecontrols.EncryptionAtRest...),
	)
}
