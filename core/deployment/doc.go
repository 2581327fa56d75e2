// Package deployment deploys the modules that a stack's configuration enables.
//
// The whole program of a configuration-driven project is:
//
//	func main() {
//		deployment.Main(func(ctx *pulumi.Context) error {
//			return deployment.Run(ctx, kubernetes.Module())
//		})
//	}
//
// Run reads and validates the configuration of all modules before it registers the first resource, deploys the enabled
// modules, and exports the outputs that they publish.
package deployment
