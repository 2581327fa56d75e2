// Package cloudtest runs the programs of tests in a simulated account and, if configured, in a real one.
//
//	func TestNetwork(t *testing.T) {
//		t.Parallel()
//		cloudtest.AWS(t, func(t *testing.T, a *cloudtest.Account) {
//			zones := 2
//			life := a.Life(t, "network", func(ctx *pulumi.Context) error {
//				primary, err := a.Provider(ctx, "primary", a.Region())
//				...
//			})
//			life.Up() // up, a second up without changes, refresh without drift
//			zones = 3
//			life.Change("a third zone", "create aws:ec2/subnet:Subnet main-public-eu-west-1c", ...)
//			life.Destroy() // the stack is settled; nothing is left in the state and the account
//		})
//	}
//
// # Clusters
//
// Clusters of a simulated account have no control planes, and its providers run in the process of the test. With
// [Account.WithControlPlanes], each cluster has a Kubernetes control plane, and the engine starts the providers as
// plugins.
//
// # Real accounts
//
// ASHLAR_LIVE=aws also runs the tests in the account of the credentials in the environment. This costs money, and a
// warning is logged. All resources have a tag for clean-up. ASHLAR_AWS_ENDPOINT is the endpoint of an emulator instead.
// ASHLAR_AWS_REGION is the region, by default eu-west-1. The real provider must be installed, or the engine downloads
// it. Without these variables, tests of real accounts are skipped.
//
// ASHLAR_LIVE=azure does the same in a real Azure subscription, in the location ASHLAR_AZURE_LOCATION, by default westeurope.
// Providers have no default tags: programs set the tags of [Account.Tags].
package cloudtest
