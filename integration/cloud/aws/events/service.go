package events

import (
	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// Service returns the types of EventBridge.
func Service() cloud.Service {
	return cloud.Service{Types: []*cloud.Type{eventRule(), eventTarget()}}
}
