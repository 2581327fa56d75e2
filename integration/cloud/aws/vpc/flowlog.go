package vpc

import (
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/iam"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

const flowLogToken = "aws:ec2/flowLog:FlowLog"

// flowLogSources are the inputs with the source of a flow log, and their types.
func flowLogSources() map[string]string {
	return map[string]string{
		"eniId": kernel.NetworkInterfaceToken, "subnetId": kernel.SubnetToken,
		"transitGatewayAttachmentId": kernel.TransitGatewayAttachmentToken,
		"transitGatewayId":           kernel.TransitGatewayToken,
		"vpcId":                      kernel.VPCToken,
	}
}

// flowLogFormat is the default format of records.
const flowLogFormat = "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} " +
	"${start} ${end} ${action} ${log-status}"

func flowLog() *cloud.Type {
	sources := []string{"eniId", "subnetId", "transitGatewayAttachmentId", "transitGatewayId", "vpcId"}
	return &cloud.Type{
		Token: flowLogToken, Args: ec2.FlowLogArgs{}, Resource: &ec2.FlowLog{},
		Replaces: append([]string{"deliverCrossAccountRole", "destinationOptions", "iamRoleArn", "logDestination",
			"logDestinationType",
			"logFormat", "logGroupName", "maxAggregationInterval", "trafficType"}, sources...),
		Defaults: map[string]any{"logDestinationType": "cloud-watch-logs", "maxAggregationInterval": 600.0},
		Check: func(c *cloud.Checker) {
			c.ExactlyOne(sources...)
			kernel.CheckARNs(c, "iamRoleArn", "logDestination")
			c.Conflict("logDestination", "logGroupName")
			c.OneOf("logDestinationType", "cloud-watch-logs", "kinesis-data-firehose", "s3")
			c.OneOf("trafficType", "ACCEPT", "ALL", "REJECT")
			if seconds, ok := c.Number("maxAggregationInterval"); ok && seconds != 60 && seconds != 600 {
				c.Add("maxAggregationInterval", "expected max_aggregation_interval to be one of [60 600], got %v",
					seconds)
			}
			options, _ := c.Value("destinationOptions").(map[string]any)
			c.OneOfValue("destinationOptions.fileFormat", options["fileFormat"], "parquet", "plain-text")
			if kind, _ := c.Text("logDestinationType"); kind == "kinesis-data-firehose" {
				c.Add("logDestinationType", "the simulated AWS does not cover delivery streams")
			}
		},
		Create: createFlowLog,
	}
}

var formatField = regexp.MustCompile(`\$\{([^}]*)\}`)

// unknownFields returns the fields of a format that do not exist. Sources: "Flow log records", Amazon VPC User Guide, and
// "Transit Gateway Flow Log records", which begin with tgw-.
func unknownFields(format string) []string {
	known := strings.Fields("version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start " +
		"end action log-status vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr region az-id " +
		"sublocation-type sublocation-id pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path " +
		"ecs-cluster-arn ecs-cluster-name ecs-container-instance-arn ecs-container-instance-id ecs-container-id " +
		"ecs-second-container-id ecs-service-name ecs-task-definition-arn ecs-task-arn ecs-task-id reject-reason " +
		"resource-id encryption-status resource-type packets-lost-no-route packets-lost-blackhole " +
		"packets-lost-mtu-exceeded packets-lost-ttl-expired")
	var out []string
	for _, field := range formatField.FindAllStringSubmatch(format, -1) {
		if !slices.Contains(known, field[1]) && !strings.HasPrefix(field[1], "tgw-") {
			out = append(out, field[1])
		}
	}
	return out
}

func createFlowLog(c *cloud.Call) error {
	transit := c.Text("transitGatewayId")+c.Text("transitGatewayAttachmentId") != ""
	for property, typ := range flowLogSources() {
		if id := c.Text(property); id != "" {
			if _, err := kernel.Existing(c, typ, id); err != nil {
				return err
			}
		}
	}
	switch {
	case transit && c.Text("trafficType") != "":
		return kernel.Refuse("InvalidParameter", "TrafficType is not supported for transit gateways")
	case transit && c.Object.Number("maxAggregationInterval") != 60:
		return kernel.Refuse("InvalidParameter", "MaxAggregationInterval must be 60 for transit gateways")
	case !transit && c.Text("trafficType") == "":
		return kernel.Refuse("MissingParameter", "The request must contain the parameter trafficType")
	}
	if err := checkDestination(c); err != nil {
		return err
	}
	if unknown := unknownFields(c.Text("logFormat")); len(unknown) > 0 {
		return kernel.Refuse("InvalidParameter", "Unknown fields provided: %s", strings.Join(unknown, ", "))
	}
	others, err := c.All(flowLogToken, func(o *cloud.Object) bool {
		for property := range flowLogSources() {
			if o.Text(property) != c.Text(property) {
				return false
			}
		}
		return o.Text("logDestination") == c.Text("logDestination") && o.Text("trafficType") == c.Text("trafficType") &&
			o.Text("logFormat") == c.Text("logFormat")
	})
	if err != nil {
		return err
	}
	if len(others) > 0 {
		return kernel.Refuse("FlowLogAlreadyExists",
			"Error. There is an existing Flow Log with the same configuration and log destination.")
	}
	if err := kernel.SetID(c, "fl-"); err != nil {
		return err
	}
	c.Set("arn", kernel.EC2ARN(c, "vpc-flow-log"))
	return nil
}

// checkDestination rejects a destination that does not exist, or that the role has no access to.
func checkDestination(c *cloud.Call) error {
	c.SetDefault("logFormat", flowLogFormat)
	role := c.Text("iamRoleArn")
	if c.Text("logDestinationType") == "s3" {
		if role != "" {
			return kernel.Refuse("InvalidParameter", "DeliverLogsPermissionArn is not applicable for s3 delivery")
		}
		return checkLogBucket(c)
	}
	group := strings.TrimSuffix(c.Text("logDestination"), ":*")
	if name := c.Text("logGroupName"); name != "" {
		group = kernel.ARN(c, "logs", "log-group:"+name)
		c.Set("logDestination", group)
	}
	if group == "" {
		return kernel.Refuse("InvalidParameter", "LogDestination can't be empty")
	}
	if role == "" {
		return kernel.Refuse("InvalidParameter",
			"DeliverLogsPermissionArn can't be empty if LogDestinationType is cloud-watch-logs")
	}
	ok, err := iam.MayAssume(c, "vpc-flow-logs.amazonaws.com", role)
	if err != nil {
		return err
	}
	if !ok {
		return kernel.Refuse("InvalidParameter", "Unable to assume given IAM role: '%s'", role)
	}
	groups, err := c.All(kernel.LogGroupToken, cloud.With("arn", group))
	if err != nil {
		return err
	}
	if len(groups) == 0 {
		// AWS would create the log group with the first record: unencrypted, without a retention period, and unmanaged.
		// No program means that.
		return kernel.Refuse("InvalidParameter", "LogDestination: %s does not exist", group)
	}
	c.Set("logGroupName", groups[0].Text("name"))
	return nil
}

func checkLogBucket(c *cloud.Call) error {
	destination := c.Text("logDestination")
	arn, _, _ := strings.Cut(destination, "/")
	all, err := c.List("")
	if err != nil {
		return err
	}
	bucket := func(o *cloud.Object) bool { return strings.HasPrefix(o.Type, "aws:s3/bucket") && o.Text("arn") == arn }
	if !slices.ContainsFunc(all, bucket) {
		return kernel.Refuse("InvalidParameter", "LogDestination: %s does not exist",
			strings.TrimPrefix(arn, "arn:aws:s3:::"))
	}
	return nil
}
