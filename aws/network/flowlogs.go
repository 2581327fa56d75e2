package network

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/component"
)

// FlowLogsToken is the type of the component [FlowLogs].
const FlowLogsToken = "ashlar-aws:network:FlowLogs"

// FlowLogs logs the traffic of a VPC.
type FlowLogs struct {
	pulumi.ResourceState
	component.Base

	// ID is the flow log's. It is empty when flow logs are not enabled.
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
	if _, err := component.Register(ctx, FlowLogsToken, name, f, args, opts...); err != nil {
		return nil, err
	}
	none := pulumi.String("").ToStringOutput()
	f.ID, f.Destination, f.LogGroupName, f.KeyARN = none, none, none, none
	return component.Finish(ctx, f)
}
