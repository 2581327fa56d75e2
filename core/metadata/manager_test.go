package metadata_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/metadata"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// bucketArgs are the arguments of a resource, as a generated SDK has them.
type bucketArgs struct {
	Tags pulumi.StringMapInput
	Name pulumi.StringInput
}

func (*bucketArgs) ElementType() reflectType { return bucketType }

const bucketToken = "aws:s3/bucketV2:BucketV2"

func newBucket(ctx *pulumi.Context, name string, args pulumi.Input, opts ...pulumi.ResourceOption) error {
	return ctx.RegisterResource(bucketToken, name, args, &pulumi.CustomResourceState{}, opts...)
}

// site is a component with a bucket, and another site in it.
type site struct {
	pulumi.ResourceState
	component.Base
}

func newSite(ctx *pulumi.Context, name string, inner func(*site) error, opts ...pulumi.ResourceOption) error {
	s := &site{}
	if _, err := component.Register[struct{}](ctx, "ashlar-test:index:Site", name, s, nil, opts...); err != nil {
		return err
	}
	if err := newBucket(ctx, name, &bucketArgs{}, s.Child()); err != nil {
		return err
	}
	if inner != nil {
		if err := inner(s); err != nil {
			return err
		}
	}
	_, err := component.Finish(ctx, s)
	return err
}

func table() metadata.Table {
	return metadata.Table{bucketToken: metadata.TagProperty("tags", metadata.AWS())}
}

// install returns a manager that tags every resource.
func install(ctx *pulumi.Context, deployment metadata.Metadata, types ...metadata.TaggableTypes) (*metadata.Manager, error) {
	m, err := metadata.New(deployment, types...)
	if err != nil {
		return nil, err
	}
	err = m.Install(ctx)
	return m, err
}

func tagsOf(t *testing.T, r *pulumitest.Recording, name string) map[string]string {
	t.Helper()
	res, ok := r.Find(bucketToken, name)
	require.True(t, ok, name)
	return table()[bucketToken].Read(res.Inputs)
}

func TestEveryTaggableResourceGetsMetadata(t *testing.T) {
	t.Parallel()
	own := pulumi.StringMap{"owner": pulumi.String("me"), "x": pulumi.String("y")}
	args := &bucketArgs{Tags: own, Name: pulumi.String("n")}
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		if err := newBucket(ctx, "before", &bucketArgs{}); err != nil {
			return err
		}
		m, err := install(ctx, metadata.Metadata{Owner: "platform", Project: "shop"}, table(), table())
		if err != nil {
			return err
		}
		// Twice changes nothing.
		if _, err := install(ctx, metadata.Metadata{Owner: "other"}, table()); err != nil {
			return err
		}
		resource := metadata.Metadata{DataClassification: "secret"}
		for name, make := range map[string]func() error{
			"empty": func() error { return newBucket(ctx, "empty", &bucketArgs{}) },
			"nil":   func() error { return newBucket(ctx, "nil", (*bucketArgs)(nil)) },
			"none":  func() error { return newBucket(ctx, "none", nil) },
			"own":   func() error { return newBucket(ctx, "own", args) },
			"map": func() error {
				return newBucket(ctx, "map", pulumi.Map{"tags": pulumi.Map{"owner": pulumi.String("map")}})
			},
			"any": func() error {
				return newBucket(ctx, "any", pulumi.Map{"tags": pulumi.Any(map[string]any{"owner": "any", "n": 7})})
			},
			"late": func() error {
				return newBucket(ctx, "late", pulumi.Map{"tags": pulumi.Map{"owner": pulumi.Any("late"), "n": pulumi.Int(7)}})
			},
			"output": func() error { return newBucket(ctx, "output", &bucketArgs{Tags: own.ToStringMapOutput()}) },
			"site": func() error {
				return newSite(ctx, "site", func(s *site) error {
					return newSite(ctx, "inner", func(s *site) error {
						return newBucket(ctx, "deep", &bucketArgs{}, s.Child(m.Option(resource)))
					}, s.Child(m.Option(metadata.Metadata{Owner: "inner", CostCenter: "7"})))
				}, m.Option(metadata.Metadata{Owner: "site", CostCenter: "4711", Environment: "dev"}))
			},
		} {
			if err := make(); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		require.Equal(t, "platform", m.Metadata().Owner)
		require.NoError(t, m.Err())
		return nil
	})
	want := map[string]map[string]string{
		"before": {},
		"empty":  {"owner": "platform", "project": "shop"},
		"nil":    {"owner": "platform", "project": "shop"},
		"none":   {"owner": "platform", "project": "shop"},
		"own":    {"owner": "me", "project": "shop", "x": "y"},
		"map":    {"owner": "map", "project": "shop"},
		"any":    {"owner": "any", "project": "shop", "n": "7"},
		"late":   {"owner": "late", "project": "shop", "n": "7"},
		"output": {"owner": "me", "project": "shop", "x": "y"},
		"site":   {"owner": "site", "project": "shop", "cost-center": "4711", "environment": "dev"},
		"inner":  {"owner": "inner", "project": "shop", "cost-center": "7", "environment": "dev"},
		"deep":   {"owner": "inner", "project": "shop", "cost-center": "7", "environment": "dev", "data-classification": "secret"},
	}
	got := map[string]map[string]string{}
	for name := range want {
		got[name] = tagsOf(t, r, name)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
	require.Len(t, own, 2, "the caller's map is not changed")
	require.Equal(t, own, args.Tags, "nor are the arguments")
}

func TestValuesStaySecretAndUnknown(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		if _, err := install(ctx, metadata.Metadata{Owner: "platform"}, table()); err != nil {
			return err
		}
		other := &pulumi.CustomResourceState{}
		if err := ctx.RegisterResource("aws:index:Other", "other", nil, other); err != nil {
			return err
		}
		return newBucket(ctx, "bucket", &bucketArgs{Tags: pulumi.StringMap{
			"secret": pulumi.ToSecret(pulumi.String("canary")).(pulumi.StringOutput), "unknown": other.ID().ToStringOutput(),
		}})
	}, pulumitest.Preview())
	require.Empty(t, r.Leaks("canary"))
	tags := r.One(t, bucketToken).Inputs["tags"].ObjectValue()
	require.True(t, tags["secret"].IsSecret())
	require.True(t, tags["unknown"].IsComputed() || tags["unknown"].IsOutput())
	require.Equal(t, "platform", tags["owner"].StringValue(), "what is known shows in a preview")
}

func manyTags() pulumi.StringMap {
	out := pulumi.StringMap{}
	for i := range 50 {
		out[fmt.Sprint(i)] = pulumi.String("")
	}
	return out
}

func TestResourcesWithInvalidMetadataFail(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		args   pulumi.Input
		option metadata.Metadata
		want   string
	}{
		"TooMany": {
			reason: "a resource has tags of its own, and there is no room left",
			args:   &bucketArgs{Tags: manyTags()},
			want:   `add metadata to aws:s3/bucketV2:BucketV2 "bucket": render AWS metadata: 51 tags: at most 50 allowed`,
		},
		"Reserved": {
			reason: "an option can be as wrong as a stack",
			args:   &bucketArgs{},
			option: metadata.Metadata{Tags: map[string]string{"aws:x": ""}},
			want:   `tags["aws:x"]: keys that begin with "aws:" are reserved by AWS`,
		},
		"Property": {
			reason: "an invalid table is reported",
			args:   &bareArgs{},
			want:   `has no property "tags": correct the table of taggable types`,
		},
		"Text": {
			reason: "tags are a map",
			args:   pulumi.Map{"tags": pulumi.Any("text")},
			want:   "tags are a string, expected a map of strings",
		},
		"Type": {
			reason: "so is a property of another type",
			args:   &wrongArgs{},
			want:   "which cannot hold a pulumi.StringMap",
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var m *metadata.Manager
			r, err := pulumitest.Record(func(ctx *pulumi.Context) (err error) {
				if m, err = install(ctx, metadata.Metadata{Owner: "x"}, table()); err != nil {
					return err
				}
				return newBucket(ctx, "bucket", tc.args, m.Option(tc.option))
			})
			require.Error(t, err, tc.reason)
			if name == "Text" {
				require.ErrorContains(t, err, tc.want, tc.reason)
			} else {
				// What is known late fails by itself.
				require.ErrorIs(t, m.Err(), failure.Component)
				require.ErrorContains(t, m.Err(), tc.want, tc.reason)
			}
			require.Empty(t, r.OfType(bucketToken), "nothing is registered without its metadata")
		})
	}
}

func TestTooManyTagsInOutputsFail(t *testing.T) {
	t.Parallel()
	_, err := pulumitest.Record(func(ctx *pulumi.Context) error {
		if _, err := install(ctx, metadata.Metadata{Owner: "x"}, table()); err != nil {
			return err
		}
		return newBucket(ctx, "bucket", &bucketArgs{Tags: manyTags().ToStringMapOutput()})
	})
	require.ErrorContains(t, err, "51 tags: at most 50 allowed")
}

func TestNewRejects(t *testing.T) {
	t.Parallel()
	pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := metadata.New(metadata.Metadata{Tags: map[string]string{"aws:x": "", "a<b": ""}},
			table(), metadata.Table{"a:b:C": metadata.TagProperty("tags", metadata.AWS()), "a:b:D": metadata.TagProperty("tags", metadata.Azure())})
		require.ErrorIs(t, err, failure.Configuration)
		require.ErrorContains(t, err, `tags["aws:x"]`)
		require.ErrorContains(t, err, `tags["a<b"]`)
		require.ErrorContains(t, err, `render Azure metadata tags["a<b"]`)
		return nil
	})
}

func TestInstallInEngineAddsMetadata(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		m, err := install(ctx, metadata.Metadata{Owner: "platform"}, table())
		if err != nil {
			return err
		}
		if err := m.InstallInEngine(ctx); err != nil {
			return err
		}
		return newBucket(ctx, "bucket", &bucketArgs{Tags: pulumi.StringMap{"x": pulumi.String("y")}})
	})
	require.Equal(t, map[string]string{"owner": "platform", "x": "y"}, tagsOf(t, r, "bucket"))
}

func TestResourcesWithInvalidMetadataFailInTheEngine(t *testing.T) {
	t.Parallel()
	var m *metadata.Manager
	r, err := pulumitest.Record(func(ctx *pulumi.Context) (err error) {
		if m, err = metadata.New(metadata.Metadata{Owner: "x"}, table()); err != nil {
			return err
		}
		if err := m.InstallInEngine(ctx); err != nil {
			return err
		}
		return newBucket(ctx, "bucket", &bucketArgs{Tags: manyTags()})
	})
	require.ErrorContains(t, err, "51 tags: at most 50 allowed")
	require.ErrorContains(t, m.Err(), `add metadata to aws:s3/bucketV2:BucketV2 "bucket"`)
	require.Empty(t, r.OfType(bucketToken))
}

func TestOverlayRejectsOtherInputs(t *testing.T) {
	t.Parallel()
	_, err := metadata.Overlay(pulumi.StringArray{}, "tags", func(i pulumi.Input) (pulumi.Input, error) { return i, nil })
	require.ErrorContains(t, err, "inputs are a pulumi.StringArray, expected a pointer to a struct, or a map")
}

var errNever = errors.New("never")

func TestOutputThatFails(t *testing.T) {
	t.Parallel()
	_, err := pulumitest.Record(func(ctx *pulumi.Context) error {
		if _, err := install(ctx, metadata.Metadata{Owner: "x"}, table()); err != nil {
			return err
		}
		return newBucket(ctx, "bucket", &bucketArgs{Tags: pulumi.String("").ToStringOutput().ApplyT(
			func(string) (map[string]string, error) { return nil, errNever }).(pulumi.StringMapOutput)})
	})
	require.ErrorContains(t, err, errNever.Error())
}
