package pulumitest

import (
	"reflect"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Overhead measures what a program of components costs in addition to the SDK. It compares the program, as [Compare] does,
// with one that registers the same resources with the same inputs, types, parents and aliases through the SDK alone.
func Overhead(b *testing.B, limit float64, program pulumi.RunFunc, opts ...Option) {
	b.Helper()
	var seen registrations
	run := func(program pulumi.RunFunc) func() error {
		return func() error {
			_, err := Record(program, opts...)
			return err
		}
	}
	if err := run(func(ctx *pulumi.Context) error {
		if err := ctx.RegisterStackTransformation(seen.add); err != nil {
			return err
		}
		return program(ctx)
	})(); err != nil {
		b.Fatal(err)
	}
	Compare(b, limit, nil, run(seen.repeat), run(program))
	b.ReportMetric(float64(len(seen.made)), "resources")
}

// Compare measures two operations of this process, a base and what is compared with it, alternately, and reports the ratios
// of the medians of processor time ("time-ratio"), allocations ("allocs-ratio") and allocated bytes ("bytes-ratio"). The
// benchmark fails when the ratio of allocations, which does not depend on the speed of the machine, is above a limit. The
// function prepare, which may be nil, runs before both and is not measured.
func Compare(b *testing.B, limit float64, prepare, base, own func() error) {
	b.Helper()
	var baseCosts, ownCosts []cost
	for b.Loop() {
		if prepare != nil {
			if err := prepare(); err != nil {
				b.Fatal(err)
			}
		}
		baseCosts = append(baseCosts, spent(b, base))
		ownCosts = append(ownCosts, spent(b, own))
	}
	seconds := func(c cost) float64 { return c.processor.Seconds() }
	ratio := func(of func(cost) float64) float64 { return median(ownCosts, of) / median(baseCosts, of) }
	allocations := ratio(func(c cost) float64 { return c.allocations })
	b.ReportMetric(ratio(seconds), "time-ratio")
	b.ReportMetric(allocations, "allocs-ratio")
	b.ReportMetric(ratio(func(c cost) float64 { return c.bytes }), "bytes-ratio")
	b.ReportMetric(median(ownCosts, seconds), "s")
	b.ReportMetric(0, "ns/op")
	if allocations > limit {
		b.Errorf("%.3f times the allocations, expected at most %.2f", allocations, limit)
	}
}

// cost is what an operation costs.
type cost struct {
	processor          time.Duration
	allocations, bytes float64
}

func spent(b *testing.B, operation func() error) cost {
	b.Helper()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := processorTime()
	err := operation()
	took := processorTime() - start
	runtime.ReadMemStats(&after)
	if err != nil {
		b.Fatal(err)
	}
	return cost{took, float64(after.Mallocs - before.Mallocs), float64(after.TotalAlloc - before.TotalAlloc)}
}

func median(costs []cost, of func(cost) float64) float64 {
	values := make([]float64, len(costs))
	for i, c := range costs {
		values[i] = of(c)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// registrations are the resources of a program, in the order of their registration.
type registrations struct {
	mu   sync.Mutex
	made []pulumi.ResourceTransformationArgs
}

func (r *registrations) add(args *pulumi.ResourceTransformationArgs) *pulumi.ResourceTransformationResult {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.made = append(r.made, *args)
	return nil
}

// repeat registers the resources again.
func (r *registrations) repeat(ctx *pulumi.Context) error {
	again := map[pulumi.Resource]pulumi.Resource{}
	for _, m := range r.made {
		given, err := pulumi.NewResourceOptions(m.Opts...)
		if err != nil {
			return err
		}
		var opts []pulumi.ResourceOption
		if parent := again[given.Parent]; parent != nil {
			opts = append(opts, pulumi.Parent(parent))
		}
		for _, p := range given.Providers {
			if provider, ok := again[p].(pulumi.ProviderResource); ok {
				opts = append(opts, pulumi.Provider(provider))
			}
		}
		if len(given.Aliases) > 0 {
			opts = append(opts, pulumi.Aliases(given.Aliases))
		}
		for _, d := range given.DependsOn {
			if dependency := again[d]; dependency != nil {
				opts = append(opts, pulumi.DependsOn([]pulumi.Resource{dependency}))
			}
		}
		one := reflect.New(reflect.TypeOf(m.Resource).Elem()).Interface().(pulumi.Resource)
		again[m.Resource] = one
		if custom, ok := one.(pulumi.CustomResource); ok {
			err = ctx.RegisterResource(m.Type, m.Name, m.Props, custom, opts...)
		} else {
			inputs, _ := m.Props.(pulumi.Map)
			component := one.(pulumi.ComponentResource)
			if err = ctx.RegisterComponentResourceV2(m.Type, m.Name, inputs, component, opts...); err == nil {
				err = ctx.RegisterResourceOutputs(component, outputsIn(m.Resource))
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// outputsIn returns the outputs of a component.
func outputsIn(r pulumi.Resource) pulumi.Map {
	out := pulumi.Map{}
	v := reflect.ValueOf(r).Elem()
	for i := range v.NumField() {
		if key := keyOf(v.Type().Field(i)); key != "" && v.Type().Field(i).IsExported() {
			if o, ok := v.Field(i).Interface().(pulumi.Output); ok {
				out[key] = o
			}
		}
	}
	return out
}
