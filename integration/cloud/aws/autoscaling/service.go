package autoscaling

import (
	"github.com/ashlar-iac/ashlar/integration/cloud"
)

const (
	attachmentToken   = "aws:autoscaling/attachment:Attachment"
	hookToken         = "aws:autoscaling/lifecycleHook:LifecycleHook"
	launchConfigToken = "aws:ec2/launchConfiguration:LaunchConfiguration"
	policyToken       = "aws:autoscaling/policy:Policy"
	scheduleToken     = "aws:autoscaling/schedule:Schedule"
)

// Service returns the types of EC2 Auto Scaling.
func Service() cloud.Service {
	return cloud.Service{Types: []*cloud.Type{group(), scalingPolicy(), schedule(), hook(), attachment(), launchConfiguration()}}
}
