package network

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// FlowLogsArgs describes [FlowLogs].
type FlowLogsArgs struct {
	// VpcID is the VPC whose traffic is logged. Required. Changing it replaces the flow log, its group and its role.
	VpcID pulumi.StringInput `pulumi:"vpcId" jsonschema:"required,minLength=1"`
	FlowLogsSettings
	// Tags are added to everything that can carry them. Changing them updates it.
	Tags map[string]string `pulumi:"tags"`
}

// FlowLogsSettings says which traffic of a VPC is logged, where to and for how long.
type FlowLogsSettings struct {
	// Enabled makes flow logs. Without them, nothing is made.
	Enabled *bool `pulumi:"enabled" jsonschema:"default=true"`
	// Traffic is what is logged: everything, or only what security groups and network ACLs accept or reject. Changing it replaces
	// the flow log.
	Traffic string `pulumi:"traffic" jsonschema:"default=ALL,enum=ALL,enum=ACCEPT,enum=REJECT"`
	// IntervalSeconds is how long packets of a flow are added up to one record: 600 or 60. The shorter one makes up to ten times as many
	// records, which are paid for by their size. Instances on Nitro have one of 60 seconds or less in any case. Changing it replaces the
	// flow log.
	IntervalSeconds *int `pulumi:"intervalSeconds" jsonschema:"default=600,enum=60,enum=600"`
	// Format is what a record holds: the fields that AWS logs by default, or all of version 5, which tell instances, flags of TCP,
	// directions, services of AWS and the addresses of packets behind NAT gateways. Changing it replaces the flow log.
	Format string `pulumi:"format" jsonschema:"default=default,enum=default,enum=extended"`
	// Destination is where records go: a log group of CloudWatch that is made for them, or a bucket that exists. Changing it replaces
	// the flow log.
	Destination string `pulumi:"destination" jsonschema:"default=cloudwatch,enum=cloudwatch,enum=s3"`
	// LogGroup describes the log group, where the destination is cloudwatch.
	LogGroup FlowLogGroup `pulumi:"logGroup"`
	// Bucket describes the bucket, where the destination is s3.
	Bucket FlowLogBucket `pulumi:"bucket"`
}

// FlowLogGroup is the log group of CloudWatch that flow logs go to. It is deleted with them, and so is what is in it.
type FlowLogGroup struct {
	// RetentionDays is for how many days records are kept; 0 is for ever. CloudWatch has no other numbers than these. Changing it updates
	// the group; what is older is deleted.
	RetentionDays *int `pulumi:"retentionDays" jsonschema:"default=90,enum=0,enum=1,enum=3,enum=5,enum=7,enum=14,enum=30,enum=60,enum=90,enum=120,enum=150,enum=180,enum=365,enum=400,enum=545,enum=731,enum=1096,enum=1827,enum=2192,enum=2557,enum=2922,enum=3288,enum=3653"` //nolint:lll // A tag is one line.
	// OwnKey encrypts the group with a key of its own. Without one, and without keyArn, a key that AWS owns encrypts it. Changing it
	// updates the group: what was written before stays encrypted as it was.
	OwnKey *bool `pulumi:"ownKey" jsonschema:"default=true"`
	// KeyARN is the KMS key that encrypts the group instead. Its policy has to let CloudWatch Logs use it. Default: see ownKey.
	KeyARN pulumi.StringInput `pulumi:"keyArn" config:"plain"`
	// Class is what the group can do: INFREQUENT_ACCESS costs half as much to write to, and has neither metric filters nor
	// subscriptions. Changing it replaces the group, and what is in it is lost.
	Class string `pulumi:"class" jsonschema:"default=STANDARD,enum=STANDARD,enum=INFREQUENT_ACCESS"`
}

// FlowLogBucket is the bucket that flow logs go to. Its policy has to let delivery.logs.amazonaws.com write to it; AWS adds that to a policy
// that the deployment's identity may change.
type FlowLogBucket struct {
	// ARN is the bucket's, with a folder after it if there is one: arn:aws:s3:::logs/flows/. Required for the destination s3. Changing it
	// replaces the flow log.
	ARN pulumi.StringInput `pulumi:"arn" config:"plain"`
	// FileFormat is how records are written: as parquet, which queries read faster, or as plain text. Changing it replaces the flow log.
	FileFormat string `pulumi:"fileFormat" jsonschema:"default=parquet,enum=parquet,enum=plain-text"`
	// HivePartitions names folders so that tools find partitions in them. Changing it replaces the flow log.
	HivePartitions *bool `pulumi:"hivePartitions" jsonschema:"default=true"`
	// PerHour makes a folder an hour rather than a day. Changing it replaces the flow log.
	PerHour *bool `pulumi:"perHour" jsonschema:"default=true"`
}
