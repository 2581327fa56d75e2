package network_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/network"
)

// Flow logs of a VPC that was made elsewhere.
func ExampleNewFlowLogs() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		days := 365
		logs, err := network.NewFlowLogs(ctx, "main", &network.FlowLogsArgs{
			VpcID: pulumi.String("vpc-0a1b2c3d4e5f60718"),
			FlowLogsSettings: network.FlowLogsSettings{
				LogGroup: network.FlowLogGroup{RetentionDays: &days},
			},
		})
		if err != nil {
			return err
		}
		ctx.Export("flowLogs", logs.LogGroupName)
		return nil
	})
}
