package sns

import (
	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// Service returns the types and functions of SNS.
func Service() cloud.Service {
	return cloud.Service{
		Types:     []*cloud.Type{topic(), topicPolicy(), subscription()},
		Functions: map[string]cloud.Function{"aws:sns/getTopic:getTopic": getTopic},
	}
}
