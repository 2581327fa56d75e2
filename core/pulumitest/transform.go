package pulumitest

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
)

// RegisterStackTransform implements pulumirpc.ResourceMonitorServer.
func (m *monitor) RegisterStackTransform(_ context.Context, callback *pulumirpc.Callback) (*emptypb.Empty, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.transforms[""] = append(m.transforms[""], callback)
	return &emptypb.Empty{}, nil
}

// RegisterStackInvokeTransform implements pulumirpc.ResourceMonitorServer.
func (m *monitor) RegisterStackInvokeTransform(
	_ context.Context, callback *pulumirpc.Callback,
) (*emptypb.Empty, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.invokeTransforms = append(m.invokeTransforms, callback)
	return &emptypb.Empty{}, nil
}

// transform runs the transforms of a resource in the order of the engine: its own,
// those of its parents, the nearest first, and those of the stack.
func (m *monitor) transform(
	ctx context.Context, req *pulumirpc.RegisterResourceRequest,
	inputs resource.PropertyMap, options *pulumirpc.TransformResourceOptions,
) (resource.PropertyMap, *pulumirpc.TransformResourceOptions, error) {
	for _, callback := range m.transformsOf(req) {
		properties, err := encode(inputs)
		if err != nil {
			return nil, nil, err
		}
		var answer pulumirpc.TransformResponse
		err = m.callbacks.call(ctx, callback, &pulumirpc.TransformRequest{
			Type:       req.GetType(),
			Name:       req.GetName(),
			Custom:     req.GetCustom(),
			Parent:     req.GetParent(),
			Properties: properties,
			Options:    options,
		}, &answer)
		if err != nil {
			return nil, nil, fmt.Errorf("transform %s %q: %w", req.GetType(), req.GetName(), err)
		}
		if answer.GetOptions() != nil {
			options = answer.GetOptions()
		}
		if answer.GetProperties() == nil {
			continue
		}
		if inputs, err = decode(answer.GetProperties()); err != nil {
			return nil, nil, err
		}
	}
	return inputs, options, nil
}

func (m *monitor) transformsOf(req *pulumirpc.RegisterResourceRequest) []*pulumirpc.Callback {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := append([]*pulumirpc.Callback(nil), req.GetTransforms()...)
	for parent := m.resources[resource.URN(req.GetParent())]; parent != nil; parent = m.resources[parent.Parent] {
		out = append(out, m.transforms[parent.URN]...)
	}
	return append(out, m.transforms[""]...)
}

// optionsOf returns the options that transforms receive.
func optionsOf(req *pulumirpc.RegisterResourceRequest) *pulumirpc.TransformResourceOptions {
	options := &pulumirpc.TransformResourceOptions{
		DependsOn:               req.GetDependencies(),
		Protect:                 req.Protect,
		IgnoreChanges:           req.GetIgnoreChanges(),
		ReplaceOnChanges:        req.GetReplaceOnChanges(),
		ReplacementTrigger:      req.GetReplacementTrigger(),
		Version:                 req.GetVersion(),
		Aliases:                 req.GetAliases(),
		Provider:                req.GetProvider(),
		Providers:               req.GetProviders(),
		HideDiff:                req.GetHideDiffs(),
		CustomTimeouts:          req.GetCustomTimeouts(),
		PluginDownloadUrl:       req.GetPluginDownloadURL(),
		RetainOnDelete:          req.RetainOnDelete,
		DeletedWith:             req.GetDeletedWith(),
		ReplaceWith:             req.GetReplaceWith(),
		AdditionalSecretOutputs: req.GetAdditionalSecretOutputs(),
		Hooks:                   req.GetHooks(),
		Import:                  req.GetImportId(),
	}
	if req.GetDeleteBeforeReplaceDefined() {
		value := req.GetDeleteBeforeReplace()
		options.DeleteBeforeReplace = &value
	}
	return options
}

// registrationOf returns the resource of a request with its transformed inputs and
// options.
func registrationOf(
	req *pulumirpc.RegisterResourceRequest, inputs resource.PropertyMap, options *pulumirpc.TransformResourceOptions,
) *Registration {
	r := &Registration{
		Type:                    req.GetType(),
		Name:                    req.GetName(),
		Parent:                  resource.URN(req.GetParent()),
		Custom:                  req.GetCustom(),
		Remote:                  req.GetRemote(),
		ProviderReference:       options.GetProvider(),
		Inputs:                  inputs,
		Dependencies:            urns(options.GetDependsOn()),
		PropertyDependencies:    map[string][]resource.URN{},
		Protect:                 options.GetProtect(),
		RetainOnDelete:          options.GetRetainOnDelete(),
		DeleteBeforeReplace:     options.GetDeleteBeforeReplace(),
		IgnoreChanges:           options.GetIgnoreChanges(),
		ReplaceOnChanges:        options.GetReplaceOnChanges(),
		HideDiffs:               options.GetHideDiff(),
		AdditionalSecretOutputs: options.GetAdditionalSecretOutputs(),
		DeletedWith:             resource.URN(options.GetDeletedWith()),
		ReplaceWith:             urns(options.GetReplaceWith()),
		Import:                  options.GetImport(),
		Version:                 options.GetVersion(),
		PluginDownloadURL:       options.GetPluginDownloadUrl(),
	}
	for key, dependencies := range req.GetPropertyDependencies() {
		if len(dependencies.GetUrns()) > 0 {
			r.PropertyDependencies[key] = urns(dependencies.GetUrns())
		}
	}
	for _, alias := range options.GetAliases() {
		spec := alias.GetSpec()
		r.Aliases = append(r.Aliases, resource.Alias{
			URN: resource.URN(alias.GetUrn()), Name: spec.GetName(), Type: spec.GetType(),
			Project: spec.GetProject(), Stack: spec.GetStack(),
			Parent: resource.URN(spec.GetParentUrn()), NoParent: spec.GetNoParent(),
		})
	}
	timeouts := pulumi.CustomTimeouts{
		Create: options.GetCustomTimeouts().GetCreate(),
		Update: options.GetCustomTimeouts().GetUpdate(),
		Delete: options.GetCustomTimeouts().GetDelete(),
		Read:   options.GetCustomTimeouts().GetRead(),
	}
	if timeouts != (pulumi.CustomTimeouts{}) {
		r.CustomTimeouts = &timeouts
	}
	return r
}

// callbacks are the connections to the program, which runs its transforms.
type callbacks struct {
	mu          sync.Mutex
	connections map[string]*grpc.ClientConn
}

func newCallbacks() *callbacks { return &callbacks{connections: map[string]*grpc.ClientConn{}} }

func (c *callbacks) call(ctx context.Context, callback *pulumirpc.Callback, request, answer proto.Message) error {
	connection, err := c.connection(callback.GetTarget())
	if err != nil {
		return fmt.Errorf("connect to the program: %w", err)
	}
	text, err := proto.Marshal(request)
	if err != nil {
		return err
	}
	response, err := pulumirpc.NewCallbacksClient(connection).Invoke(ctx, &pulumirpc.CallbackInvokeRequest{
		Token:   callback.GetToken(),
		Request: text,
	})
	if err != nil {
		return err
	}
	return proto.Unmarshal(response.GetResponse(), answer)
}

func (c *callbacks) connection(target string) (*grpc.ClientConn, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if connection, ok := c.connections[target]; ok {
		return connection, nil
	}
	connection, err := grpc.NewClient(target,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage), grpc.MaxCallSendMsgSize(maxMessage)))
	if err != nil {
		return nil, err
	}
	c.connections[target] = connection
	return connection, nil
}

func (c *callbacks) close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	var errs []error
	for _, connection := range c.connections {
		errs = append(errs, connection.Close())
	}
	return errors.Join(errs...)
}
