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

// Overhead measures what a program of components costs in addition to the SDK. It runs the program, and a program that
// registers the same resources with the same inputs, types and parents through the SDK alone, alternately, and reports
// the ratios of the medians of processor time ("time-ratio"), allocations ("allocs-ratio") and allocated bytes
// ("bytes-ratio").
func Overhead(b *testing.B, program pulumi.RunFunc, opts ...Option) {
	b.Helper()
	var seen registrations
	if _, err := Record(func(ctx *pulumi.Context) error {
		if err := ctx.RegisterStackTransformation(seen.add); err != nil {
			return err
		}
		return program(ctx)
	}, opts...); err != nil {
		b.Fatal(err)
	}
	var raw, own []cost
	for b.Loop() {
		raw = append(raw, spent(b, seen.repeat, opts))
		own = append(own, spent(b, program, opts))
	}
	for unit, of := range map[string]func(cost) float64{
		"time-ratio":   func(c cost) float64 { return c.processor.Seconds() },
		"allocs-ratio": func(c cost) float64 { return c.allocations },
		"bytes-ratio":  func(c cost) float64 { return c.bytes },
	} {
		b.ReportMetric(median(own, of)/median(raw, of), unit)
	}
	b.ReportMetric(median(own, func(c cost) float64 { return c.processor.Seconds() }), "s")
	b.ReportMetric(float64(len(seen.made)), "resources")
	b.ReportMetric(0, "ns/op")
}

// cost is what a run of a program costs.
type cost struct {
	processor          time.Duration
	allocations, bytes float64
}

func spent(b *testing.B, program pulumi.RunFunc, opts []Option) cost {
	b.Helper()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := processorTime()
	_, err := Record(program, opts...)
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
