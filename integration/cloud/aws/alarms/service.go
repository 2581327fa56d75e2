package alarms

import (
	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// Service returns the types of CloudWatch's alarms and dashboards.
func Service() cloud.Service { return cloud.Service{Types: []*cloud.Type{alarm(), dashboard()}} }
