package logs

import (
	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// Service returns the types of log groups.
func Service() cloud.Service {
	return cloud.Service{Types: []*cloud.Type{logGroup(), logPolicy()}}
}
