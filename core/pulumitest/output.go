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

// patience is how long an output may take. Nothing in a test takes that long;
// an output that nobody resolves does.
const patience = 30 * time.Second

// Value is an output that has come in.
type Value[T any] struct {
	// Value is the zero value when Known is false.
	Value T
	// Known is false for what only an update will tell.
	Known bool
	// Secret is true when the value must not be shown.
	Secret bool
	// Dependencies are the URNs of the resources that the value comes from.
	Dependencies []resource.URN
}

// Await returns the value of an output. An output that failed, is unknown, or is
// of another type ends the test. It may be called within the program and after
// it has ended.
func Await[T any](tb testing.TB, output pulumi.Output) T {
	tb.Helper()
	v := Inspect[T](tb, output)
	if !v.Known {
		tb.Fatalf("await %T: the value is unknown, as it is in a preview; pulumitest.Inspect accepts that", output)
	}
	return v.Value
}

// Inspect is [Await] for outputs that may be unknown, and tells whether they are
// secret.
func Inspect[T any](tb testing.TB, output pulumi.Output) Value[T] {
	tb.Helper()
	v, err := await[T](output)
	if err != nil {
		tb.Fatalf("await %T: %v", output, err)
	}
	return v
}

// Unknown returns an output that a preview does not know, for programs that are
// run with [Preview]:
//
//	args.Cluster = pulumitest.Unknown[pulumi.StringOutput]()
//
// The type is one of the SDK's or of a package that registers it, as generated
// ones do; another panics.
func Unknown[O pulumi.Output]() O {
	var o O
	return unknownOf(o.ElementType()).(O)
}

// unknownOf returns an unknown output of the type that the SDK has for values of
// a type.
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
		return Value[T]{}, fmt.Errorf("its value is a %T, not a %v", v.Value, reflect.TypeFor[T]())
	}
	out.Value = value
	return out, nil
}

func awaitAny(output pulumi.Output) (Value[any], error) {
	if output == nil || reflect.ValueOf(output).IsZero() {
		return Value[any]{}, errors.New("it was never assigned")
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
