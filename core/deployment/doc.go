// Package deployment deploys what a stack's configuration asks for.
//
// The whole program of a configuration-driven project is:
//
//	func main() {
//		pulumi.Run(func(ctx *pulumi.Context) error {
//			return deployment.Run(ctx, kubernetes.Module())
//		})
//	}
//
// Run reads and validates the configuration of all modules before it registers
// the first resource, deploys the modules that are enabled, and exports what
// they publish.
package deployment
