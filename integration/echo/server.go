package echo

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

// Operation is an operation of the engine.
type Operation struct {
	// Kind is create, update or delete.
	Kind string
	// URN is the URN of the resource.
	URN resource.URN
	// Timeout is the custom timeout in seconds, or 0.
	Timeout float64
}

// Server is a provider for any package.
type Server struct {
	pulumirpc.UnimplementedResourceProviderServer

	server *grpc.Server
	port   int

	mu         sync.Mutex
	operations []Operation
	count      int
}

// Serve starts a provider on a free port of the loopback interface.
func Serve() (*Server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("serve echo provider: %w", err)
	}
	s := &Server{server: grpc.NewServer(grpc.MaxRecvMsgSize(400 << 20)), port: listener.Addr().(*net.TCPAddr).Port}
	pulumirpc.RegisterResourceProviderServer(s.server, s)
	// The engine reports a lost connection.
	go func() { _ = s.server.Serve(listener) }()
	return s, nil
}

// Port returns the port of the provider.
func (s *Server) Port() int { return s.port }

// Stop stops the provider.
func (s *Server) Stop() { s.server.Stop() }

// Operations returns the operations since the last call, in order.
func (s *Server) Operations() []Operation {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.operations
	s.operations = nil
	return out
}

func (s *Server) record(kind, urn string, timeout float64) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.operations = append(s.operations, Operation{Kind: kind, URN: resource.URN(urn), Timeout: timeout})
	s.count++
	return s.count
}

// Attach implements pulumirpc.ResourceProviderServer.
func (*Server) Attach(context.Context, *pulumirpc.PluginAttach) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// GetPluginInfo implements pulumirpc.ResourceProviderServer.
func (*Server) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: "1.0.0"}, nil
}

// CheckConfig implements pulumirpc.ResourceProviderServer.
func (*Server) CheckConfig(_ context.Context, r *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	return &pulumirpc.CheckResponse{Inputs: r.GetNews()}, nil
}

// DiffConfig implements pulumirpc.ResourceProviderServer.
func (*Server) DiffConfig(_ context.Context, r *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	return diff(r)
}

// Configure implements pulumirpc.ResourceProviderServer.
func (*Server) Configure(context.Context, *pulumirpc.ConfigureRequest) (*pulumirpc.ConfigureResponse, error) {
	return &pulumirpc.ConfigureResponse{AcceptSecrets: true, SupportsPreview: true, AcceptResources: true,
		AcceptOutputs: true}, nil
}

// Check implements pulumirpc.ResourceProviderServer.
func (*Server) Check(_ context.Context, r *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	return &pulumirpc.CheckResponse{Inputs: r.GetNews()}, nil
}

// Diff implements pulumirpc.ResourceProviderServer.
func (*Server) Diff(_ context.Context, r *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	return diff(r)
}

// Create implements pulumirpc.ResourceProviderServer.
func (s *Server) Create(_ context.Context, r *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error) {
	if r.GetPreview() {
		return &pulumirpc.CreateResponse{Properties: r.GetProperties()}, nil
	}
	n := s.record("create", r.GetUrn(), r.GetTimeout())
	return &pulumirpc.CreateResponse{Id: fmt.Sprintf("id-%d", n), Properties: r.GetProperties()}, nil
}

// Read implements pulumirpc.ResourceProviderServer.
func (*Server) Read(_ context.Context, r *pulumirpc.ReadRequest) (*pulumirpc.ReadResponse, error) {
	return &pulumirpc.ReadResponse{Id: r.GetId(), Properties: r.GetProperties(), Inputs: r.GetInputs()}, nil
}

// Update implements pulumirpc.ResourceProviderServer.
func (s *Server) Update(_ context.Context, r *pulumirpc.UpdateRequest) (*pulumirpc.UpdateResponse, error) {
	if !r.GetPreview() {
		s.record("update", r.GetUrn(), r.GetTimeout())
	}
	return &pulumirpc.UpdateResponse{Properties: r.GetNews()}, nil
}

// Delete implements pulumirpc.ResourceProviderServer.
func (s *Server) Delete(_ context.Context, r *pulumirpc.DeleteRequest) (*emptypb.Empty, error) {
	s.record("delete", r.GetUrn(), r.GetTimeout())
	return &emptypb.Empty{}, nil
}

// Invoke implements pulumirpc.ResourceProviderServer.
func (*Server) Invoke(_ context.Context, r *pulumirpc.InvokeRequest) (*pulumirpc.InvokeResponse, error) {
	return &pulumirpc.InvokeResponse{Return: r.GetArgs()}, nil
}

// Cancel implements pulumirpc.ResourceProviderServer.
func (*Server) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// diff compares the inputs. A change of one that begins with "fixed" replaces the resource.
func diff(r *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	opts := plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true, KeepResources: true, KeepOutputValues: true}
	olds, err := plugin.UnmarshalProperties(r.GetOldInputs(), opts)
	if err != nil {
		return nil, err
	}
	news, err := plugin.UnmarshalProperties(r.GetNews(), opts)
	if err != nil {
		return nil, err
	}
	out := &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_NONE}
	d := olds.Diff(news)
	if d == nil {
		return out, nil
	}
	for _, key := range d.ChangedKeys() {
		if slices.Contains(r.GetIgnoreChanges(), string(key)) {
			continue
		}
		out.Changes = pulumirpc.DiffResponse_DIFF_SOME
		out.Diffs = append(out.Diffs, string(key))
		if strings.HasPrefix(string(key), "fixed") {
			out.Replaces = append(out.Replaces, string(key))
		}
	}
	slices.Sort(out.Diffs)
	return out, nil
}
