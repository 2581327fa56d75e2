package integration_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/logging"
	"github.com/ashlar-iac/ashlar/core/metadata"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/integration/echo"
	"github.com/ashlar-iac/ashlar/integration/engine"
	"github.com/ashlar-iac/ashlar/integration/testenv"
	"github.com/ashlar-iac/ashlar/kubernetes"
)

// perGroup is how many resources a component of the benchmark has.
const perGroup = 10

// settingsArgs are the arguments of a group of settings, in both programs.
type settingsArgs struct {
	Namespace pulumi.StringInput `pulumi:"namespace" jsonschema:"required"`
	Count     int                `pulumi:"count" jsonschema:"required,minimum=1"`
}

const settingsToken = "ashlar-benchmark:index:Settings"

// configMap creates the resource that both programs use.
func configMap(ctx *pulumi.Context, name string, namespace pulumi.StringInput, labels pulumi.StringMap,
	opts ...pulumi.ResourceOption) (*corev1.ConfigMap, error) {
	return corev1.NewConfigMap(ctx, name, &corev1.ConfigMapArgs{
		Metadata: &metav1.ObjectMetaArgs{Name: pulumi.String(name), Namespace: namespace.ToStringOutput(),
			Labels: labels},
		Data: pulumi.StringMap{"mode": pulumi.String("fast"), "name": pulumi.String(name)},
	}, opts...)
}

// rawSettings is the component written with the SDK alone.
type rawSettings struct {
	pulumi.ResourceState

	Name pulumi.StringOutput `pulumi:"name"`
}

func newRawSettings(ctx *pulumi.Context, name string, args *settingsArgs, opts ...pulumi.ResourceOption) (*rawSettings,
	error) {
	s := &rawSettings{}
	inputs := pulumi.Map{"namespace": args.Namespace, "count": pulumi.Int(args.Count)}
	if err := ctx.RegisterComponentResourceV2(settingsToken, name, inputs, s, opts...); err != nil {
		return nil, err
	}
	for i := range args.Count {
		c, err := configMap(ctx, fmt.Sprintf("%s-%d", name, i), args.Namespace, rawLabels(), pulumi.Parent(s))
		if err != nil {
			return nil, err
		}
		s.Name = c.Metadata.Name().Elem()
	}
	return s, ctx.RegisterResourceOutputs(s, pulumi.Map{"name": s.Name})
}

// rawLabels returns the labels that the other program gets from its metadata.
func rawLabels() pulumi.StringMap {
	const prefix = metadata.DefaultLabelPrefix + "/"
	return pulumi.StringMap{
		prefix + "project":     pulumi.String("benchmark"),
		prefix + "environment": pulumi.String("dev"),
		prefix + "owner":       pulumi.String("platform"),
		prefix + "cost-center": pulumi.String("4711"),
	}
}

// settings is the component written with core.
type settings struct {
	pulumi.ResourceState
	component.Base

	Name pulumi.StringOutput `pulumi:"name"`
}

func newSettings(ctx *pulumi.Context, name string, args *settingsArgs, opts ...pulumi.ResourceOption) (*settings,
	error) {
	s := &settings{}
	args, err := component.Register(ctx, settingsToken, name, s, args, opts...)
	if err != nil {
		return nil, err
	}
	for i := range args.Count {
		c, err := configMap(ctx, fmt.Sprintf("%s-%d", name, i), args.Namespace, nil, s.Child())
		if err != nil {
			return nil, err
		}
		s.Name = c.Metadata.Name().Elem()
	}
	return component.Finish(ctx, s)
}

func rawProgram(count int) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		for i := range count / perGroup {
			if _, err := newRawSettings(ctx, fmt.Sprintf("s%d", i),
				&settingsArgs{pulumi.String("shop"), perGroup}); err != nil {
				return err
			}
		}
		return nil
	}
}

func ashlarProgram(count int) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		marks, err := metadata.New(metadata.Metadata{
			Project: "benchmark", Environment: "dev", Owner: "platform", CostCenter: "4711",
		}, kubernetes.TaggableTypes())
		if err != nil {
			return err
		}
		if err := marks.Install(ctx); err != nil {
			return err
		}
		logs, err := logging.NewManager(ctx.Log, logging.Configuration{})
		if err != nil {
			return err
		}
		logger := logs.Module("benchmark")
		for i := range count / perGroup {
			name := fmt.Sprintf("s%d", i)
			s, err := newSettings(ctx, name, &settingsArgs{pulumi.String("shop"), perGroup})
			if err != nil {
				return err
			}
			logger.Debug("made", "count", perGroup, logging.Resource(s))
		}
		return nil
	}
}

// BenchmarkOverhead compares a program on the engine that uses component.Base, metadata and logging with a program that
// registers the same resources with the SDK alone. Both run alternately in this process with the echo provider.
func BenchmarkOverhead(b *testing.B) {
	server := testenv.Echo(b)
	for _, count := range []int{100, 1000} {
		b.Run(fmt.Sprintf("resources=%d", count), func(b *testing.B) {
			raw := benchmarkStack(b, server, "raw", rawProgram(count))
			ours := benchmarkStack(b, server, "ashlar", ashlarProgram(count))
			destroy := func() error { return errors.Join(run(b, raw.Destroy)(), run(b, ours.Destroy)()) }
			for _, tc := range []struct {
				name      string
				prepare   func() error
				raw, ours operation
			}{
				{"preview", nil, raw.Preview, ours.Preview},
				{"first up", destroy, raw.Up, ours.Up},
				{"second up", nil, raw.Up, ours.Up},
			} {
				b.Run(tc.name, func(b *testing.B) { pulumitest.Compare(b, 1.3, tc.prepare, run(b, tc.raw), run(b, tc.ours)) })
			}
		})
	}
}

// benchmarkStack returns a stack whose state is written only at the end. Writing it after every step would take most of
// the time.
func benchmarkStack(b *testing.B, server *echo.Server, name string, program pulumi.RunFunc) *engine.Stack {
	b.Helper()
	stack, err := testenv.Engine(b).Inline(b.Context(), "benchmark-"+name, "dev", program)
	require.NoError(b, err)
	require.NoError(b, stack.Attach(map[string]int{"kubernetes": server.Port()}))
	for key, value := range map[string]string{"PULUMI_EXPERIMENTAL": "1", "PULUMI_SKIP_CHECKPOINTS": "1"} {
		stack.Workspace().SetEnvVar(key, value)
	}
	return stack
}

type operation func(context.Context) (*engine.Result, error)

// run returns an operation with its output in the error.
func run(b *testing.B, o operation) func() error {
	b.Helper()
	return func() error {
		r, err := o(b.Context())
		if err != nil {
			return fmt.Errorf("%w: %v", err, r)
		}
		return nil
	}
}
