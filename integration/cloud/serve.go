package cloud

import (
	"fmt"
	"net"
	"sync"

	provider "github.com/pulumi/pulumi-go-provider"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

// Server runs providers of a cloud in this process, without the start of a plugin. The engine connects to its port if
// PULUMI_DEBUG_PROVIDERS names it.
type Server struct {
	store    *Store
	version  string
	cloud    func() *Cloud
	listener net.Listener

	mu      sync.Mutex
	stopped bool
	servers map[*grpc.Server]bool
}

// Serve starts a server on a free port of the loopback interface. Each connection has its own provider of a new cloud,
// as the engine connects once for each provider of a program.
func Serve(store *Store, version string, cloud func() *Cloud) (*Server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("serve a simulated cloud: %w", err)
	}
	s := &Server{store: store, version: version, cloud: cloud, listener: listener, servers: map[*grpc.Server]bool{}}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return // The server has stopped.
			}
			go s.serve(conn)
		}
	}()
	return s, nil
}

// Port returns the port of the server.
func (s *Server) Port() int { return s.listener.Addr().(*net.TCPAddr).Port }

// Stop closes the server and all its connections.
func (s *Server) Stop() {
	_ = s.listener.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopped = true
	for server := range s.servers {
		server.Stop()
	}
}

// serve serves a connection until it is closed.
func (s *Server) serve(conn net.Conn) {
	defer conn.Close()
	c := s.cloud()
	raw, err := provider.RawServer(c.Name, s.version, c.Provider(s.store))(nil)
	if err != nil {
		return // The engine reports the lost connection.
	}
	server := grpc.NewServer(grpc.MaxRecvMsgSize(400 << 20))
	pulumirpc.RegisterResourceProviderServer(server, raw)
	s.mu.Lock()
	if s.stopped {
		s.mu.Unlock()
		return
	}
	s.servers[server] = true
	s.mu.Unlock()
	only := &connection{Conn: conn, closed: make(chan struct{})}
	_ = server.Serve(only)
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.servers, server)
}

// connection is a connection, and the listener that accepts only this connection until it is closed.
type connection struct {
	net.Conn

	accepted bool
	once     sync.Once
	closed   chan struct{}
}

// Accept implements net.Listener.
func (c *connection) Accept() (net.Conn, error) {
	if c.accepted {
		<-c.closed
		return nil, net.ErrClosed
	}
	c.accepted = true
	return c, nil
}

// Close implements net.Listener and net.Conn.
func (c *connection) Close() error {
	c.once.Do(func() { close(c.closed) })
	return c.Conn.Close()
}

// Addr implements net.Listener.
func (c *connection) Addr() net.Addr { return c.LocalAddr() }
