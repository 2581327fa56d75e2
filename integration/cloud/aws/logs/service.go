package logs

import (
	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// Service returns the types of CloudWatch Logs.
func Service() cloud.Service {
	return cloud.Service{Types: []*cloud.Type{logGroup(), logPolicy(), logStream(), metricFilter(), subscriptionFilter()}}
}
