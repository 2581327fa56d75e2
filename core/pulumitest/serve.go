package pulumitest

import (
	"context"
	"fmt"
	"net"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// maxMessage is the engine's own limit for one message, in bytes.
const maxMessage = 400 << 20

// serve offers the services of an engine on a free port of the loopback
// interface. Nothing is left of them once stop has returned.
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
		// It ends when it is stopped, and a program that loses it before that reports so.
		_ = server.Serve(listener)
	}()
	return listener.Addr().String(), func() {
		server.Stop()
		<-ended
	}, nil
}

// engine is the service for logs.
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

// RequirePulumiVersion implements pulumirpc.EngineServer: every version is fine.
func (*engine) RequirePulumiVersion(
	context.Context, *pulumirpc.RequirePulumiVersionRequest,
) (*pulumirpc.RequirePulumiVersionResponse, error) {
	return &pulumirpc.RequirePulumiVersionResponse{}, nil
}
