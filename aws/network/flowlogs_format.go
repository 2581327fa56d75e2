package network

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// extended are the fields of versions 2 to 5. Those of later versions are about containers and networks that few have. Source: "Flow log
// records", Amazon VPC User Guide.
func extended() []string {
	return []string{
		"version", "account-id", "interface-id", "srcaddr", "dstaddr", "srcport", "dstport", "protocol", "packets", "bytes", "start", "end",
		"action", "log-status",
		"vpc-id", "subnet-id", "instance-id", "tcp-flags", "type", "pkt-srcaddr", "pkt-dstaddr",
		"region", "az-id", "sublocation-type", "sublocation-id",
		"pkt-src-aws-service", "pkt-dst-aws-service", "flow-direction", "traffic-path",
	}
}

// format returns the format of records, or nil for the default one of AWS.
func (s *FlowLogsSettings) format() pulumi.StringPtrInput {
	if s.Format != "extended" {
		return nil
	}
	fields := extended()
	for i, f := range fields {
		fields[i] = "${" + f + "}"
	}
	return pulumi.String(strings.Join(fields, " "))
}
