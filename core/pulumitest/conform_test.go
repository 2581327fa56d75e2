package pulumitest_test

import (
	"context"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

const canary = "canary-5d41402abc4b2a76"

// regions answers the only function of the small SDK.
func regions(i pulumitest.Invocation) (resource.PropertyMap, error) {
	if i.Token != getRegion {
		return nil, nil
	}
	return resource.PropertyMap{"name": resource.NewProperty("eu-west-1")}, nil
}

// newArgs returns arguments with every field set, from another resource where
// that is possible.
func newArgs(ctx *pulumi.Context) *siteArgs {
	zone, err := newRecord(ctx, "zone", nil)
	if err != nil {
		panic(err)
	}
	return &siteArgs{
		Domain:   zone.ID().ToStringOutput(),
		Password: pulumi.ToSecret(pulumi.String(canary)).(pulumi.StringOutput),
		Headers:  pulumi.StringMap{"x-frame": pulumi.String("deny")},
		Labels:   map[string]string{"team": "shop"},
		Origins:  []string{"a", "b"},
	}
}

// suite is that of a component of the small SDK.
func suite(construct func(*pulumi.Context, string, *siteArgs, ...pulumi.ResourceOption) (*site, error),
) pulumitest.Suite[siteArgs, *site] {
	return pulumitest.Suite[siteArgs, *site]{
		Token:      siteToken,
		New:        construct,
		Args:       newArgs,
		RefusesNil: failure.Configuration,
		Defaults:   []string{"replicas"},
		Secrets:    []string{canary},
		Metadata: &pulumitest.Metadata{
			Install: tagBuckets,
			Read:    readTags,
			Want:    func(string) map[string]string { return map[string]string{"owner": "platform"} },
		},
		Options: []pulumitest.Option{pulumitest.WithInvoke(regions)},
	}
}

// tagBuckets adds tags to every bucket by a transform.
func tagBuckets(ctx *pulumi.Context) error {
	return ctx.RegisterResourceTransform(func(
		_ context.Context, args *pulumi.ResourceTransformArgs,
	) *pulumi.ResourceTransformResult {
		if args.Type != "aws:s3/bucket:Bucket" {
			return nil
		}
		if args.Props["tags"] == nil {
			args.Props["tags"] = pulumi.StringMap{"owner": pulumi.String("platform")}
		}
		return &pulumi.ResourceTransformResult{Props: args.Props, Opts: args.Opts}
	})
}

func readTags(token string, inputs resource.PropertyMap) (map[string]string, bool) {
	if token != "aws:s3/bucket:Bucket" {
		return nil, false
	}
	out := map[string]string{}
	if tags, ok := inputs["tags"]; ok && tags.IsObject() {
		for key, value := range tags.ObjectValue() {
			out[string(key)] = value.StringValue()
		}
	}
	return out, true
}

func TestConformingComponentPasses(t *testing.T) {
	t.Parallel()
	for _, check := range suite(newSite).Checks() {
		findings, skipped := check.Find()
		for _, finding := range findings {
			t.Errorf("%s: %s", check.Name, finding)
		}
		if skipped != "" {
			t.Errorf("%s is skipped: %s", check.Name, skipped)
		}
	}
}

func TestConform(t *testing.T) {
	t.Parallel()
	pulumitest.Conform(t, suite(newSite))
}
