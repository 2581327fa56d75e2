package pulumitest_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/component"
)

// A small SDK of two packages, as generated ones are.

// bucket is a taggable resource.
type bucket struct {
	pulumi.CustomResourceState

	ARN    pulumi.StringOutput    `pulumi:"arn"`
	Name   pulumi.StringPtrOutput `pulumi:"bucketName"`
	Region pulumi.StringOutput    `pulumi:"region"`
	Tags   pulumi.StringMapOutput `pulumi:"tags"`
}

func newBucket(ctx *pulumi.Context, name string, inputs pulumi.Map, opts ...pulumi.ResourceOption) (*bucket, error) {
	b := &bucket{}
	return b, ctx.RegisterResource("aws:s3/bucket:Bucket", name, inputs, b, opts...)
}

// policy is a resource without tags.
type policy struct{ pulumi.CustomResourceState }

func newPolicy(ctx *pulumi.Context, name string, inputs pulumi.Map, opts ...pulumi.ResourceOption) (*policy, error) {
	p := &policy{}
	return p, ctx.RegisterResource("aws:s3/bucketPolicy:BucketPolicy", name, inputs, p, opts...)
}

// record is a resource of another package.
type record struct{ pulumi.CustomResourceState }

func newRecord(ctx *pulumi.Context, name string, inputs pulumi.Map, opts ...pulumi.ResourceOption) (*record, error) {
	r := &record{}
	return r, ctx.RegisterResource("dns:index:Record", name, inputs, r, opts...)
}

// provider is a provider of any package.
type provider struct{ pulumi.ProviderResourceState }

func newProvider(ctx *pulumi.Context, pkg, name string) (*provider, error) {
	p := &provider{}
	return p, ctx.RegisterResource("pulumi:providers:"+pkg, name, pulumi.Map{"region": pulumi.String("eu-west-1")}, p)
}

const getRegion = "aws:index/getRegion:getRegion"

func region(ctx *pulumi.Context, opts ...pulumi.InvokeOption) (string, error) {
	var result struct {
		Name string `pulumi:"name"`
	}
	err := ctx.Invoke(getRegion, nil, &result, opts...)
	return result.Name, err
}

// A component with everything that the suite checks.

const siteToken = "ashlar-test:site:Site"

type siteArgs struct {
	Domain   pulumi.StringInput    `pulumi:"domain" jsonschema:"required"`
	Password pulumi.StringInput    `pulumi:"password" config:"secret"`
	Headers  pulumi.StringMapInput `pulumi:"headers"`
	Labels   map[string]string     `pulumi:"labels"`
	Origins  []string              `pulumi:"origins"`
	Replicas *int                  `pulumi:"replicas" jsonschema:"default=2"`
}

type site struct {
	pulumi.ResourceState
	component.Base

	URL    pulumi.StringOutput `pulumi:"url"`
	Region pulumi.StringOutput `pulumi:"region"`
}

func (*site) ProviderPackages() []string { return []string{"aws", "dns"} }

func newSite(ctx *pulumi.Context, name string, args *siteArgs, opts ...pulumi.ResourceOption) (*site, error) {
	s := &site{}
	args, err := component.Register(ctx, siteToken, name, s, args, opts...)
	if err != nil {
		return nil, err
	}
	region, err := region(ctx, pulumi.Parent(s))
	if err != nil {
		return nil, err
	}
	b, err := newBucket(ctx, name+"-content", pulumi.Map{
		"labels": pulumi.ToStringMap(args.Labels), "headers": args.Headers,
	}, s.Child())
	if err != nil {
		return nil, err
	}
	_, err = newPolicy(ctx, name+"-policy", pulumi.Map{"bucket": b.ID(), "password": args.Password}, s.Child())
	if err != nil {
		return nil, err
	}
	_, err = newRecord(ctx, name+"-record", pulumi.Map{"name": args.Domain, "target": b.ARN}, s.Child())
	if err != nil {
		return nil, err
	}
	s.URL = pulumi.Sprintf("https://%s", args.Domain)
	s.Region = pulumi.String(region).ToStringOutput()
	return component.Finish(ctx, s)
}
