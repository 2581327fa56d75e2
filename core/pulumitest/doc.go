// Package pulumitest runs Pulumi programs in a test, without an engine, a network
// or an account, and records what they register. It is for this library's
// components and for anybody's programs.
//
//	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
//		_, err := site.New(ctx, "web", &site.Args{Domain: pulumi.String("example.com")})
//		return err
//	})
//	bucket := r.One(t, ":Bucket")
//	acl, _ := bucket.Input("acl")
//
// [Run] returns a [Recording] of all resources, with parent, provider, aliases,
// options, inputs, outputs and what the components registered as outputs; of all
// calls of functions; and of logs and exports. Values are known, as in an update, or
// unknown, as in a preview: [Preview].
//
// What providers compute is supplied by [WithOutputs] and [WithInvoke]. What they would
// refuse, they do not: that takes the real engine.
//
// # Conformance
//
// [Conform] checks what every component promises: its token, that everything in it
// descends from it, that explicit providers reach all of it, that inputs are recorded
// and outputs assigned and registered, that secrets stay secret, that arguments are not
// modified, that a preview works with values that are unknown, and more. See
// [Suite.Checks].
//
//	func TestSiteConforms(t *testing.T) {
//		pulumitest.Conform(t, pulumitest.Suite[site.Args, *site.Site]{
//			Token: "ashlar-example:site:Site",
//			New:   site.New,
//			Args:  func(*pulumi.Context) *site.Args { return &site.Args{Domain: pulumi.String("example.com")} },
//		})
//	}
package pulumitest
