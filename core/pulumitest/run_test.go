package pulumitest_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

func TestRecording(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		p, err := newProvider(ctx, "aws", "west")
		if err != nil {
			return err
		}
		all := &outer{}
		err = ctx.RegisterComponentResourceV2("test:index:Outer", "all", pulumi.Map{"size": pulumi.Int(3)}, all,
			pulumi.Providers(p))
		if err != nil {
			return err
		}
		first, err := newBucket(ctx, "first", pulumi.Map{"acl": pulumi.String("private")}, pulumi.Parent(all))
		if err != nil {
			return err
		}
		_, err = newPolicy(ctx, "rest", pulumi.Map{"bucket": first.ID(),
			"list": pulumi.Array{pulumi.Int(1), pulumi.Bool(true)}}, pulumi.Parent(all),
			pulumi.Protect(true), pulumi.RetainOnDelete(true), pulumi.DeleteBeforeReplace(true),
			pulumi.IgnoreChanges([]string{"a"}),
			pulumi.ReplaceOnChanges([]string{"b"}), pulumi.AdditionalSecretOutputs([]string{"list"}),
			pulumi.DeletedWith(first),
			pulumi.Timeouts(&pulumi.CustomTimeouts{Create: "7m"}), pulumi.Import(pulumi.ID("exists")),
			pulumi.Version("1.2.3"),
			pulumi.Aliases([]pulumi.Alias{{Name: pulumi.String("old")}}), pulumi.DependsOn([]pulumi.Resource{first}))
		if err != nil {
			return err
		}
		if err := ctx.RegisterResourceOutputs(all, pulumi.Map{"name": first.Name}); err != nil {
			return err
		}
		ctx.Export("arn", first.ARN)
		return ctx.Log.Warn("mind the gap", &pulumi.LogArgs{Resource: first})
	})
	var order []string
	for _, res := range r.Resources {
		order = append(order, res.Type+" "+res.Name)
	}
	require.Equal(t, []string{
		"pulumi:providers:aws west", "test:index:Outer all", "aws:s3/bucket:Bucket first",
		"aws:s3/bucketPolicy:BucketPolicy rest",
	}, order, "parents come before their children")

	all, first, rest := r.One(t, ":Outer"), r.One(t, ":Bucket"), r.One(t, ":BucketPolicy")
	require.Equal(t, []*pulumitest.Registration{first, rest}, r.Children(all.URN))
	require.Equal(t, []*pulumitest.Registration{first, rest}, r.Descendants(all.URN))
	require.Len(t, r.Children(r.Stack), 2)
	got, ok := r.Get(first.URN)
	require.True(t, ok)
	require.Same(t, first, got)
	_, ok = r.Get("urn:none")
	require.False(t, ok)
	_, ok = r.Find(":Bucket", "second")
	require.False(t, ok)
	require.Equal(t, all.URN, first.Parent)
	require.Equal(t, r.Stack, all.Parent)
	require.Equal(t, "west", first.Provider.Name)
	require.Equal(t, "west", all.Providers["aws"].Name)
	require.Equal(t, "aws", first.Package())
	require.Equal(t, "first-id", first.ID)
	require.Equal(t, "first-arn", first.Outputs["arn"].StringValue(), "string outputs are generated")
	require.Equal(t, "first-arn", r.Exports["arn"].StringValue())
	require.True(t, rest.Protect && rest.RetainOnDelete && rest.DeleteBeforeReplace)
	require.Equal(t, []string{"a"}, rest.IgnoreChanges)
	require.Equal(t, []string{"b"}, rest.ReplaceOnChanges)
	require.Equal(t, first.URN, rest.DeletedWith)
	require.Equal(t, "7m", rest.CustomTimeouts.Create)
	require.Equal(t, "exists", rest.ID)
	require.Equal(t, "1.2.3", rest.Version)
	require.Equal(t, "old", rest.Aliases[0].Name)
	require.Contains(t, rest.Dependencies, first.URN)
	require.Equal(t, []resource.URN{first.URN}, rest.PropertyDependencies["bucket"])
	require.True(t, rest.Outputs["list"].IsSecret())
	name, ok := all.Output("name")
	require.True(t, ok)
	require.Equal(t, all.RegisteredOutputs[0]["name"], name)
	value, ok := rest.Input("list[1]")
	require.True(t, ok && value.BoolValue())
	_, ok = rest.Input("list[7]")
	require.False(t, ok)
	_, ok = rest.Input("[")
	require.False(t, ok)
	require.Equal(t, []pulumitest.Log{{Severity: "warning", Message: "mind the gap", URN: first.URN}}, r.Logs)

	require.Contains(t, r.String(), "west")
	for _, want := range []string{"protect: true", "name old", "mind the gap", "customTimeouts"} {
		require.Contains(t, r.String(), want)
	}
}

// outer is a component.
type outer struct{ pulumi.ResourceState }

func TestStackAndConfiguration(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		c := config.New(ctx, "aws")
		ctx.Export("region", pulumi.String(c.Require("region")))
		ctx.Export("key", c.RequireSecret("key"))
		ctx.Export("stack", pulumi.String(ctx.Organization()+"/"+ctx.Project()+"/"+ctx.Stack()))
		return nil
	}, pulumitest.WithStack("acme", "shop", "prod"),
		pulumitest.WithConfig(map[string]string{"aws:region": "x", "aws:key": canary}, "aws:key"),
		pulumitest.WithConfig(map[string]string{"aws:region": "eu-west-1"}))
	require.Equal(t, "eu-west-1", r.Exports["region"].StringValue())
	require.True(t, r.Exports["key"].IsSecret())
	require.Equal(t, "acme/shop/prod", r.Exports["stack"].StringValue())
	require.Empty(t, r.Leaks(canary))
}

func TestWithOutputs(t *testing.T) {
	t.Parallel()
	program := func(ctx *pulumi.Context) error {
		b, err := newBucket(ctx, "b", pulumi.Map{
			"tags": pulumi.StringMap{"a": pulumi.String("1")}, "hidden": pulumi.ToSecret(pulumi.String(canary)),
		})
		ctx.Export("region", b.Region)
		return err
	}
	outputs := pulumitest.WithOutputs(func(r pulumitest.Registration) resource.PropertyMap {
		return resource.PropertyMap{
			"id":     resource.NewProperty("i-" + r.Name),
			"region": resource.NewProperty("eu-west-1"),
			"hidden": resource.NewProperty("computed"),
			"tags":   resource.NewProperty(resource.PropertyMap{"b": resource.NewProperty("2")}),
			"more":   resource.MakeSecret(resource.NewProperty(resource.PropertyMap{"x": resource.NewProperty("y")})),
		}
	})
	defaults := pulumitest.WithDefaults(func(pulumitest.Registration) resource.PropertyMap {
		return resource.PropertyMap{"bucketName": resource.NewProperty("made-up")}
	})
	r := pulumitest.Run(t, program, outputs, defaults)
	b := r.One(t, ":Bucket")
	require.Equal(t, "i-b", b.ID)
	require.Equal(t, map[string]any{"a": "1", "b": "2"}, b.Outputs["tags"].Mappable(), "objects are merged")
	require.True(t, b.Outputs["hidden"].IsSecret() && b.Outputs["more"].IsSecret())
	require.Equal(t, "eu-west-1", r.Exports["region"].StringValue())

	r = pulumitest.Run(t, program, outputs, defaults, pulumitest.Preview())
	b = r.One(t, ":Bucket")
	require.True(t, r.Preview)
	require.Empty(t, b.ID)
	require.Equal(t, "made-up", b.Outputs["bucketName"].StringValue(), "defaults are known in a preview")
	require.True(t, r.Exports["region"].IsComputed() || r.Exports["region"].IsOutput(), "computed outputs are unknown")
	require.Equal(t, "1", b.Outputs["tags"].ObjectValue()["a"].StringValue(), "inputs are known")
}

func TestReadResource(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		b := &bucket{}
		return ctx.ReadResource("aws:s3/bucket:Bucket", "there", pulumi.ID("it"), pulumi.Map{}, b)
	}, pulumitest.Preview())
	there := r.One(t, ":Bucket")
	require.True(t, there.Read)
	require.Equal(t, "it", there.ID, "the ID of a read resource is known in a preview")
}

func TestWithInvoke(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		p, err := newProvider(ctx, "aws", "west")
		if err != nil {
			return err
		}
		_, err = region(ctx, pulumi.Provider(p))
		return err
	}, pulumitest.WithInvoke(regions))
	require.Len(t, r.Invokes, 1)
	require.Equal(t, "west", r.Invokes[0].Provider.Name)
	require.Equal(t, "aws", r.Invokes[0].Package())

	_, err := pulumitest.Record(func(ctx *pulumi.Context) error {
		_, err := region(ctx)
		return err
	}, pulumitest.WithInvoke(func(pulumitest.Invocation) (resource.PropertyMap, error) { return nil, nil }))
	require.ErrorContains(t, err,
		"call aws:index/getRegion:getRegion: the test returns no result: add one with pulumitest.WithInvoke")

	later := pulumitest.WithInvoke(func(pulumitest.Invocation) (resource.PropertyMap, error) {
		return nil,
			errors.New("denied")
	})
	_, err = pulumitest.Record(func(ctx *pulumi.Context) error {
		_, err := region(ctx)
		return err
	}, pulumitest.WithInvoke(regions), later)
	require.ErrorContains(t, err, "denied", "the later function takes precedence")
}

func TestWithCall(t *testing.T) {
	t.Parallel()
	call := func(ctx *pulumi.Context) error {
		b, err := newBucket(ctx, "b", nil)
		if err != nil {
			return err
		}
		out, err := ctx.Call("aws:s3/bucket:Bucket/sign", pulumi.Map{"path": pulumi.String("/x")}, pulumi.AnyOutput{},
			b)
		if err != nil {
			return err
		}
		ctx.Export("signed", out)
		return nil
	}
	r := pulumitest.Run(t, call, pulumitest.WithCall(func(i pulumitest.Invocation) (resource.PropertyMap, error) {
		require.True(t, i.Method)
		return resource.PropertyMap{"url": i.Args["path"]}, nil
	}))
	require.True(t, r.Invokes[0].Method)
	_, err := pulumitest.Record(call)
	require.ErrorContains(t, err, "pulumitest.WithCall")
}

func TestRecordReturnsErrors(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	tests := map[string]struct {
		reason  string
		program pulumi.RunFunc
		opts    []pulumitest.Option
	}{
		"Program": {
			reason:  "the program's own error",
			program: func(*pulumi.Context) error { return boom },
		},
		"Apply": {
			reason: "an error of asynchronous work",
			program: func(ctx *pulumi.Context) error {
				ctx.Export("x", pulumi.String("").ToStringOutput().ApplyT(func(string) (string, error) {
					return "",
						boom
				}))
				return nil
			},
		},
		"Refused": {
			reason: "a resource that the provider rejects",
			program: func(ctx *pulumi.Context) error {
				_, err := newBucket(ctx, "b", nil)
				return err
			},
			opts: []pulumitest.Option{pulumitest.WithFailure(func(pulumitest.Registration) error { return boom })},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := pulumitest.Record(tc.program, tc.opts...)
			require.ErrorContains(t, err, "boom", tc.reason)
			require.NotNil(t, r)
		})
	}
	_, err := pulumitest.Record(func(ctx *pulumi.Context) error {
		if _, err := newBucket(ctx, "b", nil); err != nil {
			return err
		}
		_, err := newBucket(ctx, "b", nil)
		return err
	})
	require.ErrorContains(t, err, "b", "duplicate name")
}

func TestTransforms(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		err := ctx.RegisterResourceTransform(func(_ context.Context,
			args *pulumi.ResourceTransformArgs) *pulumi.ResourceTransformResult {
			args.Props["stack"] = pulumi.Bool(true)
			args.Opts.Protect = true
			return &pulumi.ResourceTransformResult{Props: args.Props, Opts: args.Opts}
		})
		if err != nil {
			return err
		}
		err = ctx.RegisterInvokeTransform(func(_ context.Context,
			args *pulumi.InvokeTransformArgs) *pulumi.InvokeTransformResult {
			args.Args["stack"] = pulumi.Bool(true)
			return &pulumi.InvokeTransformResult{Args: args.Args, Opts: args.Opts}
		})
		if err != nil {
			return err
		}
		if _, err := region(ctx); err != nil {
			return err
		}
		own := func(_ context.Context, args *pulumi.ResourceTransformArgs) *pulumi.ResourceTransformResult {
			args.Props["own"] = pulumi.String(args.Name)
			return &pulumi.ResourceTransformResult{Props: args.Props, Opts: args.Opts}
		}
		_, err = newBucket(ctx, "b", pulumi.Map{}, pulumi.Transforms([]pulumi.ResourceTransform{own}))
		return err
	}, pulumitest.WithInvoke(regions))
	b := r.One(t, ":Bucket")
	require.Equal(t, map[string]any{"own": "b", "stack": true}, b.Inputs.Mappable())
	require.True(t, b.Protect)
	require.True(t, r.Invokes[0].Args["stack"].BoolValue())
}

// failer remembers whether a test failed.
type failer struct {
	testing.TB
	failed string
}

func (f *failer) Helper() {}
func (f *failer) Errorf(format string, _ ...any) {
	f.failed = format
}

func (f *failer) Fatalf(format string, _ ...any) {
	f.failed = format
	runtime.Goexit()
}

// fails checks that f fails its test.
func fails(t *testing.T, f func(tb *failer)) {
	t.Helper()
	tb := &failer{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		f(tb)
	}()
	<-done
	require.NotEmpty(t, tb.failed, "the test must fail")
}

func TestHelpersFailTheTest(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(*pulumi.Context) error { return nil })
	fails(t, func(tb *failer) { r.One(tb, ":Bucket") })
	fails(t, func(tb *failer) { pulumitest.Run(tb, func(*pulumi.Context) error { return errors.New("x") }) })
	fails(t, func(tb *failer) { pulumitest.Await[string](tb, pulumitest.Unknown[pulumi.StringOutput]()) })
	fails(t, func(tb *failer) { pulumitest.Await[int](tb, pulumi.String("x").ToStringOutput()) })
	fails(t, func(tb *failer) {
		pulumitest.Await[string](tb, pulumi.String("").ToStringOutput().ApplyT(func(string) (string,
			error) {
			return "", errors.New("x")
		}))
	})
	fails(t, func(tb *failer) {
		pulumitest.DecodeProperties[struct{}](tb, resource.PropertyMap{"x": resource.NewProperty("y")})
	})
}

func TestOutputs(t *testing.T) {
	t.Parallel()
	require.Equal(t, "x", pulumitest.Await[string](t, pulumi.String("x").ToStringOutput()))
	v := pulumitest.Inspect[string](t, pulumi.ToSecret(pulumi.String("x")).(pulumi.StringOutput))
	require.Equal(t, pulumitest.Value[string]{Value: "x", Known: true, Secret: true}, v)
	require.False(t, pulumitest.Inspect[[]string](t, pulumitest.Unknown[pulumi.StringArrayOutput]()).Known)
}

func TestDecode(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := newBucket(ctx, "b", pulumi.Map{"acl": pulumi.ToSecret(pulumi.String("private")), "n": pulumi.Int(3)})
		return err
	})
	type inputs struct {
		ACL string `json:"acl"`
		N   int    `json:"n"`
	}
	require.Equal(t, inputs{"private", 3}, pulumitest.Decode[inputs](t, r.One(t, ":Bucket")))
}

func TestGolden(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "testdata", "it.yaml")
	record := func(acl string) *pulumitest.Recording {
		return pulumitest.Run(t, func(ctx *pulumi.Context) error {
			_, err := newBucket(ctx, "b", pulumi.Map{"acl": pulumi.String(acl),
				"key": pulumi.ToSecret(pulumi.String(canary))})
			return err
		})
	}
	fails(t, func(tb *failer) { record("private").Golden(tb, path) })
	record("private").Golden(t, path)
	fails(t, func(tb *failer) { record("public").Golden(tb, path) })
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NotContains(t, string(text), canary)
	fails(t, func(tb *failer) { record("private").Golden(tb, filepath.Join(path, "below", "a", "file")) })
}

func TestLeaks(t *testing.T) {
	t.Parallel()
	const base64 = "Y2FuYXJ5LTVkNDE0MDJhYmM0YjJhNzY="
	tests := map[string]struct {
		reason string
		inputs pulumi.Map
		want   []string
	}{
		"Plain": {"a text of its own", pulumi.Map{"x": pulumi.String(canary)},
			[]string{`aws:s3/bucket:Bucket "b": input x`, `aws:s3/bucket:Bucket "b": output x`}},
		"Within": {"within another", pulumi.Map{"x": pulumi.String("<" + canary + ">")},
			[]string{`aws:s3/bucket:Bucket "b": input x`, `aws:s3/bucket:Bucket "b": output x`}},
		"Base64": {"encoded", pulumi.Map{"x": pulumi.String(base64)},
			[]string{`aws:s3/bucket:Bucket "b": input x`, `aws:s3/bucket:Bucket "b": output x`}},
		"List": {"in a list", pulumi.Map{"x": pulumi.StringArray{pulumi.String(canary)}},
			[]string{`aws:s3/bucket:Bucket "b": input x[0]`, `aws:s3/bucket:Bucket "b": output x[0]`}},
		"Secret": {"as a secret", pulumi.Map{"x": pulumi.ToSecret(pulumi.String(canary))}, nil},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
				_, err := newBucket(ctx, "b", tc.inputs)
				return err
			})
			require.Equal(t, tc.want, r.Leaks(canary), tc.reason)
		})
	}
}

func TestRunStopsItsGoroutines(t *testing.T) {
	run := func() {
		pulumitest.Run(t, func(ctx *pulumi.Context) error {
			_, err := newBucket(ctx, "b", nil)
			return err
		})
	}
	run()
	before := runtime.NumGoroutine()
	for range 20 {
		run()
	}
	require.Eventually(t, func() bool { return runtime.NumGoroutine() <= before+10 }, 10*time.Second,
		10*time.Millisecond,
		"goroutines after 20 runs")
}

func TestRecordPropagatesPanics(t *testing.T) {
	t.Parallel()
	require.PanicsWithValue(t, "boom", func() {
		_, _ = pulumitest.Record(func(*pulumi.Context) error { panic("boom") })
	})
}

func BenchmarkRun(b *testing.B) {
	for b.Loop() {
		_, err := pulumitest.Record(func(ctx *pulumi.Context) error {
			for i := range 100 {
				if _, err := newBucket(ctx, "b"+string(rune('0'+i)),
					pulumi.Map{"acl": pulumi.String("private")}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

func TestGetResourceByURN(t *testing.T) {
	t.Parallel()
	get := func(ctx *pulumi.Context, urn string) (*bucket, error) {
		return newBucket(ctx, "again", nil, pulumi.URN_(urn))
	}
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		first, err := newBucket(ctx, "first", pulumi.Map{"acl": pulumi.String("private")})
		if err != nil {
			return err
		}
		urn := make(chan string, 1)
		first.URN().ApplyT(func(u pulumi.URN) string {
			urn <- string(u)
			return ""
		})
		again, err := get(ctx, <-urn)
		if err != nil {
			return err
		}
		ctx.Export("arn", again.ARN)
		return nil
	}, pulumitest.WithOutputs(func(pulumitest.Registration) resource.PropertyMap {
		return resource.PropertyMap{"arn": resource.NewProperty("arn:aws:s3:::first")}
	}))
	require.Len(t, r.Resources, 1, "the resource is registered once")
	require.Equal(t, "arn:aws:s3:::first", r.Exports["arn"].StringValue())

	_, err := pulumitest.Record(func(ctx *pulumi.Context) error {
		_, err := get(ctx, "urn:pulumi:dev::test::aws:s3/bucket:Bucket::missing")
		return err
	})
	require.ErrorContains(t, err, `no such resource "urn:pulumi:dev::test::aws:s3/bucket:Bucket::missing"`)
}
