package pulumitest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"
)

// patience is the time limit for an output that is never resolved.
const patience = 30 * time.Second

// Value is a resolved output.
type Value[T any] struct {
	// Value is the zero value when Known is false.
	Value T
	// Known is false for a value that is unknown in a preview.
	Known bool
	// Secret reports whether the value is secret.
	Secret bool
	// Dependencies are the URNs of the resources that the value depends on.
	Dependencies []resource.URN
}

// Await returns the value of an output. The test fails if the output failed, is
// unknown, or has another type. Await may be called in the program and after it.
func Await[T any](tb testing.TB, output pulumi.Output) T {
	tb.Helper()
	v := Inspect[T](tb, output)
	if !v.Known {
		tb.Fatalf("await %T: the value is unknown: use pulumitest.Inspect in a preview", output)
	}
	return v.Value
}

// Inspect is [Await] for outputs that may be unknown. It also returns whether they
// are secret, and their dependencies.
func Inspect[T any](tb testing.TB, output pulumi.Output) Value[T] {
	tb.Helper()
	v, err := await[T](output)
	if err != nil {
		tb.Fatalf("await %T: %v", output, err)
	}
	return v
}

// Unknown returns an unknown output, for programs that run with [Preview]:
//
//	args.Cluster = pulumitest.Unknown[pulumi.StringOutput]()
//
// It panics if the type is not registered with the SDK, as all types of the SDK and of
// generated packages are.
func Unknown[O pulumi.Output]() O {
	var o O
	return unknownOf(o.ElementType()).(O)
}

// unknownOf returns an unknown output whose values have the type.
func unknownOf(typ reflect.Type) pulumi.Output {
	f := reflect.MakeFunc(
		reflect.FuncOf([]reflect.Type{reflect.TypeFor[any]()}, []reflect.Type{typ}, false),
		func([]reflect.Value) []reflect.Value { return []reflect.Value{reflect.Zero(typ)} })
	return pulumi.UnsafeUnknownOutput(nil).ApplyT(f.Interface())
}

func await[T any](output pulumi.Output) (Value[T], error) {
	v, err := awaitAny(output)
	if err != nil {
		return Value[T]{}, err
	}
	out := Value[T]{Known: v.Known, Secret: v.Secret, Dependencies: v.Dependencies}
	if !v.Known || v.Value == nil {
		return out, nil
	}
	value, ok := v.Value.(T)
	if !ok {
		return Value[T]{}, fmt.Errorf("the value is a %T, not a %v", v.Value, reflect.TypeFor[T]())
	}
	out.Value = value
	return out, nil
}

func awaitAny(output pulumi.Output) (Value[any], error) {
	if output == nil || reflect.ValueOf(output).IsZero() {
		return Value[any]{}, errors.New("the output was never assigned")
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	result, err := internals.UnsafeAwaitOutput(ctx, output)
	if err != nil {
		return Value[any]{}, err
	}
	v := Value[any]{Known: result.Known, Secret: result.Secret}
	if result.Known {
		v.Value = result.Value
	}
	for _, dependency := range result.Dependencies {
		urn, err := internals.UnsafeAwaitOutput(ctx, dependency.URN())
		if err != nil {
			return Value[any]{}, err
		}
		v.Dependencies = append(v.Dependencies, resource.URN(fmt.Sprint(urn.Value)))
	}
	return v, nil
}
