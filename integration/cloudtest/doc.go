// Package cloudtest runs the programs of tests in a simulated account and, on request, in a real one.
//
//	func TestANetwork(t *testing.T) {
//		t.Parallel()
//		cloudtest.AWS(t, func(t *testing.T, a *cloudtest.Account) {
//			zones := 2
//			life := a.Life(t, "network", func(ctx *pulumi.Context) error {
//				primary, err := a.Provider(ctx, "primary", a.Region())
//				...
//			})
//			life.Up() // up, up again, refresh
//			zones = 3
//			life.Change("a third zone", "create aws:ec2/subnet:Subnet main-public-eu-west-1c", ...)
//			life.Destroy() // nothing is left to change; nothing is left in the state and the account
//		})
//	}
//
// # Clusters
//
// Each cluster of a simulated account is a Kubernetes control plane on this machine: it takes four seconds and 700 MB.
// [Account.WithoutControlPlanes] is for tests that do not need it. It stops with the cluster, with the test and with the
// test's process, whichever is first.
//
// # Real accounts
//
// ASHLAR_LIVE=aws runs the tests in the account of the credentials in the environment, too. That costs money, which a
// warning says. All resources get a tag for the clean-up. ASHLAR_AWS_ENDPOINT is the endpoint of an emulator instead.
// ASHLAR_AWS_REGION is the region, by default eu-west-1. The real provider must be installed, or the engine downloads
// it. Without these variables, tests of real accounts are skipped.
package cloudtest
