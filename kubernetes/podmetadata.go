package kubernetes

import (
	"go/token"
	"reflect"
	"strings"

	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/metadata"
)

// stable returns the metadata without what can change while nothing of the pods does.
func stable(m metadata.Metadata) metadata.Metadata {
	m.Repository, m.Commit, m.Frameworks, m.Controls = "", "", nil, nil
	return m
}

// addToTemplate adds to the metadata of a pod template, which is at a path of inputs. An object without one is left to the
// API server.
func addToTemplate(inputs pulumi.Input, path []string, m metadata.Metadata) (pulumi.Input, error) {
	if len(path) == 0 {
		return addTo(addressable(inputs), m)
	}
	return metadata.Overlay(addressable(inputs), path[0], func(existing pulumi.Input) (pulumi.Input, error) {
		switch existing := existing.(type) {
		case nil:
			return nil, nil
		case pulumi.Output:
			return addToTemplateOutput(existing, path[1:], m)
		}
		if output := outputOf(existing); output != nil {
			return addToTemplateOutput(output, path[1:], m)
		}
		return addToTemplate(existing, path[1:], m)
	})
}

// outputOf returns the output of a value that a function of the SDK has made of a pointer, such as
// appsv1.DeploymentSpecPtr, whose type is unexported. Of other values, it returns nil.
func outputOf(value pulumi.Input) pulumi.Output {
	v := reflect.ValueOf(value)
	if v.Kind() != reflect.Pointer || token.IsExported(v.Type().Elem().Name()) {
		return nil
	}
	method := v.MethodByName("To" + value.ElementType().Elem().Name() + "PtrOutput")
	if !method.IsValid() {
		return nil
	}
	output, _ := method.Call(nil)[0].Interface().(pulumi.Output)
	return output
}

// addressable returns a pointer to arguments that are a struct.
func addressable(inputs pulumi.Input) pulumi.Input {
	v := reflect.ValueOf(inputs)
	if v.Kind() != reflect.Struct {
		return inputs
	}
	out := reflect.New(v.Type())
	out.Elem().Set(v)
	return out.Interface().(pulumi.Input)
}

// addToTemplateOutput is [addToTemplate] for an output of a type of the SDK. Others are not changed.
func addToTemplateOutput(existing pulumi.Output, path []string, m metadata.Metadata) (pulumi.Input, error) {
	add, err := adder(m)
	if err != nil {
		return nil, err
	}
	of := existing.ElementType()
	signature := reflect.FuncOf([]reflect.Type{of}, []reflect.Type{of}, false)
	return existing.ApplyT(reflect.MakeFunc(signature, func(args []reflect.Value) []reflect.Value {
		return []reflect.Value{addToResolved(args[0], path, add)}
	}).Interface()), nil
}

// addToResolved returns a copy of a resolved value in which the metadata of the pod template at a path is changed.
func addToResolved(v reflect.Value, path []string, add func(metav1.ObjectMeta) metav1.ObjectMeta) reflect.Value {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return v
		}
		out := reflect.New(v.Type().Elem())
		out.Elem().Set(addToResolved(v.Elem(), path, add))
		return out
	}
	if v.Kind() != reflect.Struct {
		return v
	}
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	if len(path) == 0 {
		if meta, ok := out.FieldByName("Metadata").Addr().Interface().(**metav1.ObjectMeta); ok {
			if *meta == nil {
				*meta = &metav1.ObjectMeta{}
			}
			added := add(**meta)
			*meta = &added
		}
		return out
	}
	for i := range v.NumField() {
		if key, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("pulumi"), ","); key == path[0] {
			out.Field(i).Set(addToResolved(v.Field(i), path[1:], add))
		}
	}
	return out
}
