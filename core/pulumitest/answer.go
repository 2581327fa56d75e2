package pulumitest

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"
)

// answer sets the ID and the outputs of a resource, and returns the outputs for the program.
func (m *monitor) answer(r *Registration) (*structpb.Struct, error) {
	if !r.Custom && !r.Remote {
		return nil, nil
	}
	m.answering.Lock()
	defer m.answering.Unlock()
	for _, fails := range m.failures {
		if err := fails(*r); err != nil {
			return nil, err
		}
	}
	known := !m.preview || r.Read
	id, outputs := m.outputsOf(*r, known)
	for _, key := range r.AdditionalSecretOutputs {
		if value, ok := outputs[resource.PropertyKey(key)]; ok {
			outputs[resource.PropertyKey(key)] = secret(value)
		}
	}
	m.mu.Lock()
	r.ID, r.Outputs = id, outputs
	m.mu.Unlock()
	return encode(outputs)
}

// outputsOf returns the ID and the outputs that a provider would return.
func (m *monitor) outputsOf(r Registration, known bool) (id string, outputs resource.PropertyMap) {
	outputs = r.Inputs.Copy()
	for _, f := range m.defaults {
		outputs = overlay(outputs, f(r), true)
	}
	for _, f := range m.outputs {
		outputs = overlay(outputs, f(r), known)
	}
	if given, ok := outputs["id"]; ok && given.IsString() {
		id = given.StringValue()
		delete(outputs, "id")
	}
	if r.Custom && known {
		id = cmp.Or(r.ID, r.Import, id, r.Name+"-id")
	}
	if known {
		m.mu.Lock()
		typ := m.types[r.Type]
		m.mu.Unlock()
		for _, key := range textOutputs(typ) {
			if _, supplied := outputs[key]; !supplied {
				outputs[key] = resource.NewProperty(r.Name + "-" + string(key))
			}
		}
	}
	return id, outputs
}

// overlay merges the values in above into those in below, object by object, and
// returns the result. If known is false, values that are not in below become unknown.
// A value that replaces a secret is secret.
func overlay(below, above resource.PropertyMap, known bool) resource.PropertyMap {
	out := below.Copy()
	for key, value := range above {
		under, exists := out[key]
		out[key] = lay(under, value, exists, known)
	}
	return out
}

func lay(below, above resource.PropertyValue, exists, known bool) resource.PropertyValue {
	switch {
	case exists && below.IsSecret():
		return secret(lay(below.SecretValue().Element, above, true, known))
	case exists && below.IsObject() && above.IsObject():
		return resource.NewProperty(overlay(below.ObjectValue(), above.ObjectValue(), known))
	case exists && !known && !below.IsNull():
		// Inputs are known in a preview.
		return below
	case known:
		return above
	case above.IsObject():
		return resource.NewProperty(overlay(resource.PropertyMap{}, above.ObjectValue(), known))
	case above.IsSecret():
		return secret(lay(below, above.SecretValue().Element, false, known))
	default:
		return resource.MakeComputed(resource.NewProperty(""))
	}
}

func secret(value resource.PropertyValue) resource.PropertyValue {
	if value.IsSecret() {
		return value
	}
	return resource.MakeSecret(value)
}

// textOutputs returns the keys of the outputs of a resource type that are strings.
func textOutputs(typ reflect.Type) []resource.PropertyKey {
	if typ == nil || typ.Kind() != reflect.Pointer || typ.Elem().Kind() != reflect.Struct {
		return nil
	}
	var out []resource.PropertyKey
	for field := range typ.Elem().Fields() {
		key, _, _ := strings.Cut(field.Tag.Get("pulumi"), ",")
		if key != "" && field.Type == reflect.TypeFor[pulumi.StringOutput]() {
			out = append(out, resource.PropertyKey(key))
		}
	}
	return out
}

// getResource is a function of the engine: it returns a resource of the program.
const getResource = "pulumi:pulumi:getResource"

// Invoke implements pulumirpc.ResourceMonitorServer.
func (m *monitor) Invoke(
	ctx context.Context, req *pulumirpc.ResourceInvokeRequest,
) (*pulumirpc.ResourceInvokeResponse, error) {
	args, err := decode(req.GetArgs())
	if err != nil {
		return nil, err
	}
	if req.GetTok() == getResource {
		return m.getResource(args)
	}
	options := &pulumirpc.TransformInvokeOptions{
		Provider: req.GetProvider(), Version: req.GetVersion(), PluginDownloadUrl: req.GetPluginDownloadURL(),
	}
	args, options, err = m.transformInvoke(ctx, req.GetTok(), args, options)
	if err != nil {
		return nil, err
	}
	invocation := &Invocation{
		Token:             req.GetTok(),
		Args:              args,
		ProviderReference: options.GetProvider(),
		Dependencies:      urns(req.GetDependsOn()),
		Version:           options.GetVersion(),
	}
	if m.pending(invocation.Dependencies) {
		return &pulumirpc.ResourceInvokeResponse{Unknown: true}, nil
	}
	result, err := m.ask(invocation, m.invokes, "WithInvoke")
	if err != nil {
		return nil, err
	}
	answered, err := encode(result)
	if err != nil {
		return nil, err
	}
	return &pulumirpc.ResourceInvokeResponse{Return: answered}, nil
}

// Call implements pulumirpc.ResourceMonitorServer.
func (m *monitor) Call(_ context.Context, req *pulumirpc.ResourceCallRequest) (*pulumirpc.CallResponse, error) {
	args, err := decode(req.GetArgs())
	if err != nil {
		return nil, err
	}
	invocation := &Invocation{
		Token: req.GetTok(), Args: args, ProviderReference: req.GetProvider(), Method: true, Version: req.GetVersion(),
	}
	for _, dependencies := range req.GetArgDependencies() {
		invocation.Dependencies = append(invocation.Dependencies, urns(dependencies.GetUrns())...)
	}
	result, err := m.ask(invocation, m.calls, "WithCall")
	if err != nil {
		return nil, err
	}
	answered, err := encode(result)
	if err != nil {
		return nil, err
	}
	return &pulumirpc.CallResponse{Return: answered}, nil
}

// pending reports whether any of the resources does not exist yet. The engine does
// not call functions that depend on such resources.
func (m *monitor) pending(dependencies []resource.URN) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, urn := range dependencies {
		if r, ok := m.resources[urn]; ok && m.preview && r.Custom && !r.Read {
			return true
		}
	}
	return false
}

// stackResources is the builtin function of the engine that returns the resources of a stack. A recording has none before.
const stackResources = "pulumi:pulumi:readStackResourceOutputs"

// ask records a call and returns the result of the functions of the test, the last
// one first.
func (m *monitor) ask(
	invocation *Invocation, functions []func(Invocation) (resource.PropertyMap, error), option string,
) (resource.PropertyMap, error) {
	m.mu.Lock()
	invocation.Provider = m.provider(invocation.ProviderReference)
	m.recorded = append(m.recorded, invocation)
	m.mu.Unlock()

	m.answering.Lock()
	defer m.answering.Unlock()
	if m.listener != nil {
		m.listener(invocation)
	}
	for i := len(functions) - 1; i >= 0; i-- {
		result, err := functions[i](*invocation)
		if err != nil {
			return nil, fmt.Errorf("call %s: %w", invocation.Token, err)
		}
		if result != nil {
			return result, nil
		}
	}
	if invocation.Token == stackResources {
		return resource.PropertyMap{"outputs": resource.NewProperty(resource.PropertyMap{})}, nil
	}
	return nil, fmt.Errorf("call %s: the test returns no result: add one with pulumitest.%s", invocation.Token, option)
}

func (m *monitor) getResource(args resource.PropertyMap) (*pulumirpc.ResourceInvokeResponse, error) {
	urn := resource.URN("")
	if value, ok := args["urn"]; ok && value.IsString() {
		urn = resource.URN(value.StringValue())
	}
	m.mu.Lock()
	r, ok := m.resources[urn]
	if !ok {
		m.mu.Unlock()
		return nil, fmt.Errorf("call %s: no such resource %q", getResource, urn)
	}
	state := r.Outputs
	if n := len(r.RegisteredOutputs); n > 0 {
		state = r.RegisteredOutputs[n-1]
	}
	id := r.ID
	m.mu.Unlock()
	answered, err := encode(resource.PropertyMap{
		"urn":   resource.NewProperty(string(urn)),
		"id":    resource.NewProperty(id),
		"state": resource.NewProperty(state.Copy()),
	})
	if err != nil {
		return nil, err
	}
	return &pulumirpc.ResourceInvokeResponse{Return: answered}, nil
}

// transformInvoke runs the transforms of function calls, in the order of their
// registration.
func (m *monitor) transformInvoke(
	ctx context.Context, token string, args resource.PropertyMap, options *pulumirpc.TransformInvokeOptions,
) (resource.PropertyMap, *pulumirpc.TransformInvokeOptions, error) {
	m.mu.Lock()
	transforms := append([]*pulumirpc.Callback(nil), m.invokeTransforms...)
	m.mu.Unlock()
	for _, callback := range transforms {
		properties, err := encode(args)
		if err != nil {
			return nil, nil, err
		}
		var answer pulumirpc.TransformInvokeResponse
		request := &pulumirpc.TransformInvokeRequest{Token: token, Args: properties, Options: options}
		if err := m.callbacks.call(ctx, callback, request, &answer); err != nil {
			return nil, nil, fmt.Errorf("transform call of %s: %w", token, err)
		}
		if answer.GetOptions() != nil {
			options = answer.GetOptions()
		}
		if answer.GetArgs() == nil {
			continue
		}
		if args, err = decode(answer.GetArgs()); err != nil {
			return nil, nil, err
		}
	}
	return args, options, nil
}
