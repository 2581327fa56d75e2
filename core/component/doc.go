// Package component is the base of every component.
//
// A component embeds pulumi.ResourceState and [Base], and has a constructor of one shape: check the
// arguments, register, create the children, assign the outputs, finish.
//
//	type Site struct {
//		pulumi.ResourceState
//		component.Base
//
//		// URL is where the site answers.
//		URL pulumi.StringOutput `pulumi:"url"`
//	}
//
//	func NewSite(ctx *pulumi.Context, name string, args *SiteArgs, opts ...pulumi.ResourceOption) (*Site, error) {
//		site := &Site{}
//		args, err := component.Register(ctx, Token, name, site, args, opts...)
//		if err != nil {
//			return nil, err
//		}
//		bucket, err := s3.NewBucket(ctx, name+"-content", &s3.BucketArgs{...}, site.Child())
//		if err != nil {
//			return nil, err
//		}
//		site.URL = bucket.WebsiteEndpoint
//		return component.Finish(ctx, site)
//	}
//
// Register records the arguments as the component's inputs, so that they show
// in diffs, and Finish registers every field with a pulumi tag as an output.
package component
