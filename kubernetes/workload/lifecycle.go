package workload

import (
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
)

// PreStop runs before a container is stopped, for example so that load balancers stop sending requests first. It is a
// pause or a command.
type PreStop struct {
	// SleepSeconds is the length of a pause, in seconds, which needs no program in the image. It must be shorter than the
	// termination grace period. Mutually exclusive with command. Default: none.
	SleepSeconds int `pulumi:"sleepSeconds,optional" jsonschema:"minimum=1,maximum=2147483647"`
	// Command is a command that is run in the container. Mutually exclusive with sleepSeconds. Default: none.
	Command []string `pulumi:"command,optional"`
}

var _ config.Validator = (*PreStop)(nil)

// Validate implements config.Validator.
func (p *PreStop) Validate(report *config.Report) {
	if p.SleepSeconds != 0 && len(p.Command) > 0 {
		report.Add(nil, "sleepSeconds and command are mutually exclusive: set one of them")
	}
}

// check reports a hook that the grace period interrupts, which includes it. A nil hook has no problem. Source: "Container
// Lifecycle Hooks", Kubernetes documentation.
func (p *PreStop) check(report *config.Report, gracePeriod *int) {
	if p == nil || gracePeriod == nil {
		return
	}
	switch grace := *gracePeriod; {
	case p.SleepSeconds != 0 && p.SleepSeconds >= grace:
		report.Add([]string{"preStop", "sleepSeconds"}, "%d is not less than terminationGracePeriodSeconds, which is %d: the "+
			"container would be killed: lower it, or raise terminationGracePeriodSeconds", p.SleepSeconds, grace)
	case len(p.Command) > 0 && grace == 0:
		report.Add([]string{"preStop"}, "terminationGracePeriodSeconds is 0, which leaves no time: raise it")
	}
}

// render renders the hook, or nil. The sleep action needs Kubernetes 1.30.
func (p *PreStop) render() corev1.LifecyclePtrInput {
	switch {
	case p == nil || p.SleepSeconds == 0 && len(p.Command) == 0:
		return nil
	case p.SleepSeconds != 0:
		return &corev1.LifecycleArgs{PreStop: &corev1.LifecycleHandlerArgs{
			Sleep: &corev1.SleepActionArgs{Seconds: pulumi.Int(p.SleepSeconds)},
		}}
	}
	return &corev1.LifecycleArgs{PreStop: &corev1.LifecycleHandlerArgs{
		Exec: &corev1.ExecActionArgs{Command: pulumi.ToStringArray(p.Command)},
	}}
}
