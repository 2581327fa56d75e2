package pulumitest

import (
	"context"
	"fmt"
	"maps"
	"net"
	"reflect"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"
)

// monitor is the resource monitor of the engine: it records every request and
// responds as the engine does for an empty stack.
type monitor struct {
	pulumirpc.UnimplementedResourceMonitorServer
	settings
	callbacks *callbacks
	// answering is held while a function of the test runs, so that it needs no lock.
	answering sync.Mutex

	mu        sync.Mutex
	stackURN  resource.URN
	resources map[resource.URN]*Registration
	recorded  []*Invocation
	logs      []Log
	exports   resource.PropertyMap
	// types are the Go types of resources by token.
	types map[string]reflect.Type
	// transforms are the transforms of components by URN, and those of the stack under "".
	transforms       map[resource.URN][]*pulumirpc.Callback
	invokeTransforms []*pulumirpc.Callback
}

var _ pulumirpc.ResourceMonitorServer = (*monitor)(nil)

func newMonitor(s settings) *monitor {
	return &monitor{
		settings:   s,
		callbacks:  newCallbacks(),
		resources:  map[resource.URN]*Registration{},
		exports:    resource.PropertyMap{},
		types:      map[string]reflect.Type{},
		transforms: map[resource.URN][]*pulumirpc.Callback{},
	}
}

// finish returns the recording, after the program has ended.
func (m *monitor) finish() *Recording {
	m.mu.Lock()
	defer m.mu.Unlock()
	return &Recording{
		Resources: inOrder(m.resources, m.stackURN),
		Invokes:   m.recorded,
		Logs:      m.logs,
		Exports:   m.exports,
		Stack:     m.stackURN,
		Preview:   m.preview,
	}
}

// GetDeploymentInfo implements pulumirpc.ResourceMonitorServer. The features are
// those of the engine that the Go SDK uses.
func (m *monitor) GetDeploymentInfo(context.Context, *emptypb.Empty) (*pulumirpc.DeploymentInfo, error) {
	return &pulumirpc.DeploymentInfo{
		Organization:     m.organization,
		Project:          m.project,
		Stack:            m.stack,
		Config:           m.config,
		ConfigSecretKeys: m.secretKeys,
		DryRun:           m.preview,
		SupportedFeatures: []pulumirpc.ResourceMonitorFeature{
			pulumirpc.ResourceMonitorFeature_RESOURCE_MONITOR_FEATURE_SECRETS,
			pulumirpc.ResourceMonitorFeature_RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
			pulumirpc.ResourceMonitorFeature_RESOURCE_MONITOR_FEATURE_OUTPUT_VALUES,
			pulumirpc.ResourceMonitorFeature_RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
			pulumirpc.ResourceMonitorFeature_RESOURCE_MONITOR_FEATURE_REPLACEMENT_TRIGGER,
			pulumirpc.ResourceMonitorFeature_RESOURCE_MONITOR_FEATURE_DELETED_WITH,
			pulumirpc.ResourceMonitorFeature_RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
			pulumirpc.ResourceMonitorFeature_RESOURCE_MONITOR_FEATURE_TRANSFORMS,
			pulumirpc.ResourceMonitorFeature_RESOURCE_MONITOR_FEATURE_INVOKE_TRANSFORMS,
			pulumirpc.ResourceMonitorFeature_RESOURCE_MONITOR_FEATURE_PARAMETERIZATION,
			pulumirpc.ResourceMonitorFeature_RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS,
			pulumirpc.ResourceMonitorFeature_RESOURCE_MONITOR_FEATURE_ERROR_HOOKS,
			pulumirpc.ResourceMonitorFeature_RESOURCE_MONITOR_FEATURE_BYTE_STRING,
			pulumirpc.ResourceMonitorFeature_RESOURCE_MONITOR_FEATURE_INVOKE_DEPENDS_ON,
		},
	}, nil
}

// RegisterResource implements pulumirpc.ResourceMonitorServer.
func (m *monitor) RegisterResource(
	ctx context.Context, req *pulumirpc.RegisterResourceRequest,
) (*pulumirpc.RegisterResourceResponse, error) {
	if req.GetType() == string(resource.RootStackType) && req.GetParent() == "" {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.stackURN = m.urn("", req.GetType(), req.GetName())
		return &pulumirpc.RegisterResourceResponse{Urn: string(m.stackURN)}, nil
	}
	inputs, err := decode(req.GetObject())
	if err != nil {
		return nil, err
	}
	options := optionsOf(req)
	inputs, options, err = m.transform(ctx, req, inputs, options)
	if err != nil {
		return nil, err
	}
	r := registrationOf(req, inputs, options)
	if err := m.add(r, options, req.GetTransforms()); err != nil {
		return nil, err
	}
	answered, err := m.answer(r)
	if err != nil {
		return nil, err
	}
	return &pulumirpc.RegisterResourceResponse{Urn: string(r.URN), Id: r.ID, Object: answered}, nil
}

// ReadResource implements pulumirpc.ResourceMonitorServer. A read resource exists
// in a preview, too.
func (m *monitor) ReadResource(
	_ context.Context, req *pulumirpc.ReadResourceRequest,
) (*pulumirpc.ReadResourceResponse, error) {
	inputs, err := decode(req.GetProperties())
	if err != nil {
		return nil, err
	}
	r := &Registration{
		Type:                    req.GetType(),
		Name:                    req.GetName(),
		Parent:                  resource.URN(req.GetParent()),
		Custom:                  true,
		Read:                    true,
		ProviderReference:       req.GetProvider(),
		Inputs:                  inputs,
		ID:                      req.GetId(),
		Dependencies:            urns(req.GetDependencies()),
		AdditionalSecretOutputs: req.GetAdditionalSecretOutputs(),
		Version:                 req.GetVersion(),
		PluginDownloadURL:       req.GetPluginDownloadURL(),
	}
	if err := m.add(r, nil, nil); err != nil {
		return nil, err
	}
	answered, err := m.answer(r)
	if err != nil {
		return nil, err
	}
	return &pulumirpc.ReadResourceResponse{Urn: string(r.URN), Properties: answered}, nil
}

// RegisterResourceOutputs implements pulumirpc.ResourceMonitorServer.
func (m *monitor) RegisterResourceOutputs(
	_ context.Context, req *pulumirpc.RegisterResourceOutputsRequest,
) (*emptypb.Empty, error) {
	outputs, err := decode(req.GetOutputs())
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	urn := resource.URN(req.GetUrn())
	if urn == m.stackURN {
		m.exports = outputs
		return &emptypb.Empty{}, nil
	}
	r, ok := m.resources[urn]
	if !ok {
		return nil, fmt.Errorf("register outputs of %s: no such resource", urn)
	}
	r.RegisteredOutputs = append(r.RegisteredOutputs, outputs)
	return &emptypb.Empty{}, nil
}

// RegisterPackage implements pulumirpc.ResourceMonitorServer: every package exists.
func (m *monitor) RegisterPackage(
	_ context.Context, req *pulumirpc.RegisterPackageRequest,
) (*pulumirpc.RegisterPackageResponse, error) {
	ref := fmt.Sprintf("%s@%s %s", req.GetName(), req.GetVersion(), req.GetParameterization().GetName())
	return &pulumirpc.RegisterPackageResponse{Ref: ref}, nil
}

// RegisterResourceHook implements pulumirpc.ResourceMonitorServer. Hooks do not run.
func (*monitor) RegisterResourceHook(
	context.Context, *pulumirpc.RegisterResourceHookRequest,
) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// RegisterErrorHook implements pulumirpc.ResourceMonitorServer. Hooks do not run.
func (*monitor) RegisterErrorHook(context.Context, *pulumirpc.RegisterErrorHookRequest) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// SignalAndWaitForShutdown implements pulumirpc.ResourceMonitorServer.
func (*monitor) SignalAndWaitForShutdown(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// add records a resource and resolves its providers.
func (m *monitor) add(
	r *Registration, options *pulumirpc.TransformResourceOptions, transforms []*pulumirpc.Callback,
) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	r.URN = m.urn(r.Parent, r.Type, r.Name)
	if _, exists := m.resources[r.URN]; exists {
		return fmt.Errorf("duplicate resource URN %q: give resources of the same type and parent different names",
			r.URN)
	}
	inherited := map[string]*Registration{}
	if parent := m.resources[r.Parent]; parent != nil {
		inherited = parent.Providers
	}
	if !r.Custom {
		r.Providers = maps.Clone(inherited)
		for name, reference := range options.GetProviders() {
			if r.Providers == nil {
				r.Providers = map[string]*Registration{}
			}
			r.Providers[name] = m.provider(reference)
		}
	}
	r.Provider = m.provider(r.ProviderReference)
	if r.ProviderReference == "" && r.Custom {
		// As in the engine.
		r.Provider = inherited[r.Package()]
	}
	m.transforms[r.URN] = transforms
	m.resources[r.URN] = r
	return nil
}

// provider returns the provider of a reference, URN::id. A provider that the program
// did not register is derived from its URN.
func (m *monitor) provider(reference string) *Registration {
	end := strings.LastIndex(reference, "::")
	if end < 0 {
		return nil
	}
	urn := resource.URN(reference[:end])
	if r, ok := m.resources[urn]; ok {
		return r
	}
	return &Registration{URN: urn, Type: string(urn.Type()), Name: urn.Name(), Custom: true}
}

// urn returns the URN of a new resource.
func (m *monitor) urn(parent resource.URN, typ, name string) resource.URN {
	var parentType tokens.Type
	if parent != "" && parent.QualifiedType() != resource.RootStackType {
		parentType = parent.QualifiedType()
	}
	return resource.NewURN(tokens.QName(m.stack), tokens.PackageName(m.project), parentType, tokens.Type(typ), name)
}

// marshalling keeps unknown values, secrets and references.
func marshalling() plugin.MarshalOptions {
	return plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true, KeepResources: true, KeepByteString: true}
}

func decode(values *structpb.Struct) (resource.PropertyMap, error) {
	return plugin.UnmarshalProperties(values, marshalling())
}

func encode(values resource.PropertyMap) (*structpb.Struct, error) {
	return plugin.MarshalProperties(values, marshalling())
}

func urns(texts []string) []resource.URN {
	var out []resource.URN
	for _, text := range texts {
		out = append(out, resource.URN(text))
	}
	return out
}

// maxMessage is the engine's own limit for one message, in bytes.
const maxMessage = 400 << 20

// serve runs the services of the engine on a free port of the loopback interface
// until stop is called.
func serve(m *monitor, e *engine) (address string, stop func(), err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, fmt.Errorf("listen on the loopback interface: %w", err)
	}
	server := grpc.NewServer(grpc.MaxRecvMsgSize(maxMessage))
	pulumirpc.RegisterResourceMonitorServer(server, m)
	pulumirpc.RegisterEngineServer(server, e)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		// A program that loses the connection before stop reports an error.
		_ = server.Serve(listener)
	}()
	return listener.Addr().String(), func() {
		server.Stop()
		<-ended
	}, nil
}

// engine is the engine service, which receives logs.
type engine struct {
	pulumirpc.UnimplementedEngineServer
	monitor *monitor
}

// Log implements pulumirpc.EngineServer.
func (e *engine) Log(_ context.Context, req *pulumirpc.LogRequest) (*emptypb.Empty, error) {
	e.monitor.mu.Lock()
	defer e.monitor.mu.Unlock()
	e.monitor.logs = append(e.monitor.logs, Log{
		Severity: strings.ToLower(req.GetSeverity().String()),
		Message:  req.GetMessage(),
		URN:      resource.URN(req.GetUrn()),
	})
	return &emptypb.Empty{}, nil
}

// GetRootResource implements pulumirpc.EngineServer.
func (e *engine) GetRootResource(
	context.Context, *pulumirpc.GetRootResourceRequest,
) (*pulumirpc.GetRootResourceResponse, error) {
	e.monitor.mu.Lock()
	defer e.monitor.mu.Unlock()
	return &pulumirpc.GetRootResourceResponse{Urn: string(e.monitor.stackURN)}, nil
}

// SetRootResource implements pulumirpc.EngineServer.
func (*engine) SetRootResource(
	context.Context, *pulumirpc.SetRootResourceRequest,
) (*pulumirpc.SetRootResourceResponse, error) {
	return &pulumirpc.SetRootResourceResponse{}, nil
}

// RequirePulumiVersion implements pulumirpc.EngineServer and accepts every version.
func (*engine) RequirePulumiVersion(
	context.Context, *pulumirpc.RequirePulumiVersionRequest,
) (*pulumirpc.RequirePulumiVersionResponse, error) {
	return &pulumirpc.RequirePulumiVersionResponse{}, nil
}
