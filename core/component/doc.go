// Package component is the base of every component.
//
// A component embeds pulumi.ResourceState and [Base]. Its constructor registers the component, which checks the
// arguments, creates the children, assigns the outputs, and finishes.
//
//	type Site struct {
//		pulumi.ResourceState
//		component.Base
//
//		// URL is the address of the site.
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
// Register records the arguments as the component's inputs, so that diffs show them, and Finish registers every field
// with a pulumi tag as an output.
package component
