package namespace_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
)

// A namespace that enforces the restricted standard.
func ExampleNewNamespace() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		_, err := namespace.NewNamespace(ctx, "payments", nil)
		return err
	})
}

// A namespace for agents that need access to the host, such as a log collector.
// Violations of the baseline standard still cause warnings.
func ExampleNewNamespace_privileged() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		ns, err := namespace.NewNamespace(ctx, "agents", &namespace.NamespaceArgs{
			PodSecurity: &namespace.PodSecurity{
				Enforce: namespace.PodSecurityPrivileged,
				Audit:   namespace.PodSecurityBaseline,
				Warn:    namespace.PodSecurityBaseline,
			},
			Labels: pulumi.StringMap{"team": pulumi.String("platform")},
		})
		if err != nil {
			return err
		}
		ctx.Export("namespace", ns.Name)
		return nil
	})
}

// A namespace for a team: a quota, defaults for containers that declare nothing, and no connections but those that
// network policies allow.
func ExampleNewNamespace_team() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		_, err := namespace.NewNamespace(ctx, "payments", &namespace.NamespaceArgs{
			Quota:       &namespace.Quota{CPU: "20", Memory: "40Gi", Pods: new(100), LoadBalancers: new(0)},
			Limits:      &namespace.Limits{MaxMemory: "8Gi"},
			DefaultDeny: true,
			Mesh:        &namespace.Mesh{Mode: namespace.MeshModeAmbient},
		})
		return err
	})
}
