// Package pulumitest runs Pulumi programs in unit tests, without an engine, a network
// or an account, and records what they register. It tests the components of this library
// and any other Pulumi program in Go.
//
//	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
//		_, err := site.New(ctx, "web", &site.Args{Domain: pulumi.String("example.com")})
//		return err
//	})
//	bucket := r.One(t, ":Bucket")
//	acl, _ := bucket.Input("acl")
//
// [Run] returns a [Recording] of all resources, with parent, provider, aliases,
// options, inputs, outputs and the outputs that components register; of all
// function calls; and of logs and exports. Values are known, as in an update, or
// unknown, as in a preview: see [Preview].
//
// [WithOutputs] and [WithInvoke] supply what providers compute. Inputs that a provider
// would reject are not detected: that requires the real engine.
//
// # Conformance
//
// [Conform] checks the rules for every component: it registers its token, all its
// resources are its descendants and use explicit providers, inputs are recorded,
// outputs are assigned and registered, secrets stay secret, arguments are not
// modified, a preview works with unknown values, and more. See [Suite.Checks].
//
//	func TestSiteConforms(t *testing.T) {
//		pulumitest.Conform(t, pulumitest.Suite[site.Args, *site.Site]{
//			Token: "ashlar-example:site:Site",
//			New:   site.New,
//			Args:  func(*pulumi.Context) *site.Args { return &site.Args{Domain: pulumi.String("example.com")} },
//		})
//	}
package pulumitest
