package sqs

import (
	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// Service returns the types and functions of SQS.
func Service() cloud.Service {
	return cloud.Service{
		Types:     []*cloud.Type{queue(), queuePolicy()},
		Functions: map[string]cloud.Function{"aws:sqs/getQueue:getQueue": getQueue},
	}
}
