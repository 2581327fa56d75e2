package pulumitest

import (
	"context"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// getResource is the engine's own function: it returns what is known of a
// resource of the program.
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

// pending reports whether any of the resources is yet to be made, which is why
// the engine does not call functions that wait for them.
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

// ask records a call and lets the functions of the user answer it, the last one
// first.
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
	return nil, fmt.Errorf("call %s: the test has no answer: give one with pulumitest.%s", invocation.Token, option)
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
		return nil, fmt.Errorf("call %s: there is no resource %q", getResource, urn)
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

// transformInvoke runs the transforms for functions, in the order in which they
// were registered.
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
