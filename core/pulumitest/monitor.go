package pulumitest

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"
)

// monitor stands in for the engine: it records what it is asked for and answers
// as an engine would that has nothing yet.
type monitor struct {
	pulumirpc.UnimplementedResourceMonitorServer
	settings
	callbacks *callbacks
	// answering is held while a function of the user runs, so that it needs no lock of its own.
	answering sync.Mutex

	mu        sync.Mutex
	stackURN  resource.URN
	resources map[resource.URN]*Registration
	recorded  []*Invocation
	logs      []Log
	exports   resource.PropertyMap
	// types are the Go types of resources by token.
	types map[string]reflect.Type
	// transforms are those of the stack (with the empty URN) and of components.
	transforms       map[resource.URN][]*pulumirpc.Callback
	invokeTransforms []*pulumirpc.Callback
	packages         map[string]*pulumirpc.RegisterPackageRequest
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
		packages:   map[string]*pulumirpc.RegisterPackageRequest{},
	}
}

// finish returns the recording. Nothing may be served any more.
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
// those of the engine of the SDK's version, but for hooks that see options and
// parents of invokes, which the Go SDK does not use.
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

// ReadResource implements pulumirpc.ResourceMonitorServer. What is read exists,
// in a preview as well.
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
		return nil, fmt.Errorf("register outputs of %s: there is no such resource", urn)
	}
	r.RegisteredOutputs = append(r.RegisteredOutputs, outputs)
	return &emptypb.Empty{}, nil
}

// RegisterPackage implements pulumirpc.ResourceMonitorServer.
func (m *monitor) RegisterPackage(
	_ context.Context, req *pulumirpc.RegisterPackageRequest,
) (*pulumirpc.RegisterPackageResponse, error) {
	ref := fmt.Sprintf("%s@%s %s", req.GetName(), req.GetVersion(), req.GetParameterization().GetName())
	m.mu.Lock()
	defer m.mu.Unlock()
	m.packages[ref] = req
	return &pulumirpc.RegisterPackageResponse{Ref: ref}, nil
}

// RegisterResourceHook implements pulumirpc.ResourceMonitorServer. Hooks do not
// run.
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

// add records a resource, and finds its providers.
func (m *monitor) add(
	r *Registration, options *pulumirpc.TransformResourceOptions, transforms []*pulumirpc.Callback,
) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	r.URN = m.urn(r.Parent, r.Type, r.Name)
	if _, exists := m.resources[r.URN]; exists {
		return fmt.Errorf("duplicate resource URN %q: two resources of one parent have the same type and name", r.URN)
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
		// As the engine does; the Go SDK has done it before.
		r.Provider = inherited[r.Package()]
	}
	m.transforms[r.URN] = transforms
	m.resources[r.URN] = r
	return nil
}

// provider returns the resource that a reference, URN::id, stands for. One that
// is not part of the program is made up from its URN.
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

// marshalling keeps all that Pulumi knows of a value.
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
