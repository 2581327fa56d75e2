package integration_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/logging"
	"github.com/ashlar-iac/ashlar/core/metadata"
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
// registers the same resources with the SDK alone. Both run alternately in this process with the echo provider. It
// reports the ratios of the medians.
func BenchmarkOverhead(b *testing.B) {
	server := testenv.Echo(b)
	for _, count := range []int{100, 1000} {
		b.Run(fmt.Sprintf("resources=%d", count), func(b *testing.B) {
			raw := benchmarkStack(b, server, "raw", rawProgram(count))
			ours := benchmarkStack(b, server, "ashlar", ashlarProgram(count))
			b.Run("preview", func(b *testing.B) { compare(b, nil, raw.Preview, ours.Preview) })
			b.Run("first up", func(b *testing.B) {
				compare(b, func() { destroy(b, raw, ours) }, raw.Up, ours.Up)
			})
			b.Run("second up", func(b *testing.B) { compare(b, nil, raw.Up, ours.Up) })
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

func destroy(b *testing.B, stacks ...*engine.Stack) {
	b.Helper()
	for _, s := range stacks {
		r, err := s.Destroy(b.Context())
		require.NoError(b, err, "%v", r)
	}
}

// cost is the cost of an operation.
type cost struct{ time, allocations, bytes float64 }

func measure(b *testing.B, o operation) cost {
	b.Helper()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := time.Now()
	r, err := o(b.Context())
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	require.NoError(b, err, "%v", r)
	return cost{took.Seconds(), float64(after.Mallocs - before.Mallocs), float64(after.TotalAlloc - before.TotalAlloc)}
}

// compare reports the ratio of the costs of two operations. The function before runs before each measurement and is not
// measured.
func compare(b *testing.B, before func(), raw, ours operation) {
	b.Helper()
	var rawCosts, ourCosts []cost
	for b.Loop() {
		if before != nil {
			before()
		}
		rawCosts = append(rawCosts, measure(b, raw))
		ourCosts = append(ourCosts, measure(b, ours))
	}
	ratio := func(of func(cost) float64) float64 { return median(ourCosts, of) / median(rawCosts, of) }
	b.ReportMetric(ratio(func(c cost) float64 { return c.time }), "time-ratio")
	b.ReportMetric(ratio(func(c cost) float64 { return c.allocations }), "allocs-ratio")
	b.ReportMetric(ratio(func(c cost) float64 { return c.bytes }), "bytes-ratio")
	b.ReportMetric(median(ourCosts, func(c cost) float64 { return c.time }), "s")
	b.ReportMetric(0, "ns/op")
}

func median(costs []cost, of func(cost) float64) float64 {
	var values []float64
	for _, c := range costs {
		values = append(values, of(c))
	}
	slices.Sort(values)
	return values[len(values)/2]
}
