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
