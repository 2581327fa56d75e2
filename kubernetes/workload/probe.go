package workload

import (
	"cmp"
	"strings"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
)

// Probes are the probes of a container.
type Probes struct {
	// Startup is the startup probe. The other probes start when it succeeds. Default: with a port, a TCP connection
	// within five minutes.
	Startup *Probe `pulumi:"startup,optional"`
	// Readiness is the readiness probe. The pod receives traffic while it succeeds. Default: with a port, a TCP
	// connection.
	Readiness *Probe `pulumi:"readiness,optional"`
	// Liveness is the liveness probe. The container is restarted when it fails. Default: none, because restarting a
	// slow container rarely helps.
	Liveness *Probe `pulumi:"liveness,optional"`
	// Disabled turns the default probes off. Default: false.
	Disabled bool `pulumi:"disabled,optional"`
}

// Probe is an HTTP request, a gRPC health check, a command or, with none of them, a TCP connection.
type Probe struct {
	// Path is the path of an HTTP request. A status code from 200 to 399 is a success. Mutually exclusive with command and
	// grpc. Default: none.
	Path string `pulumi:"path,optional" jsonschema:"pattern=^/"`
	// Scheme is the scheme of the HTTP request: HTTP or HTTPS, for which the certificate is not verified. Default: HTTP.
	Scheme Scheme `pulumi:"scheme,optional" jsonschema:"enum=HTTP,enum=HTTPS"`
	// GRPC makes the probe a call of the gRPC health checking protocol. Mutually exclusive with path and command.
	// Default: false.
	GRPC bool `pulumi:"grpc,optional"`
	// GRPCService is the name of the service in the gRPC call. Default: that of the whole server.
	GRPCService string `pulumi:"grpcService,optional"`
	// Command is a command that is run in the container. Exit code 0 is a success. Mutually exclusive with path and grpc.
	// Default: none.
	Command []string `pulumi:"command,optional"`
	// Port is the port of the request or connection. Default: the port of the container.
	Port int `pulumi:"port,optional" jsonschema:"minimum=1,maximum=65535"`
	// PeriodSeconds is the time between two probes, in seconds.
	PeriodSeconds *int `pulumi:"periodSeconds,optional" jsonschema:"default=10,minimum=1,maximum=2147483647"`
	// TimeoutSeconds is the timeout of a probe, in seconds.
	TimeoutSeconds *int `pulumi:"timeoutSeconds,optional" jsonschema:"default=1,minimum=1,maximum=2147483647"`
	// FailureThreshold is the number of consecutive failures after which the probe fails.
	FailureThreshold *int `pulumi:"failureThreshold,optional" jsonschema:"default=3,minimum=1,maximum=2147483647"`
}

// Scheme is the scheme of an HTTP request.
type Scheme string

// The schemes.
const (
	SchemeHTTP  Scheme = "HTTP"
	SchemeHTTPS Scheme = "HTTPS"
)

var _ config.Validator = (*Probe)(nil)

// Validate implements config.Validator.
func (p *Probe) Validate(report *config.Report) {
	var given []string
	for _, way := range []struct {
		key string
		set bool
	}{{"path", p.Path != ""}, {"command", len(p.Command) > 0}, {"grpc", p.GRPC}} {
		if way.set {
			given = append(given, way.key)
		}
	}
	switch {
	case len(given) > 1:
		report.Add(nil, "%s are mutually exclusive: set one of them", strings.Join(given, " and "))
	case p.Scheme != "" && p.Path == "":
		report.Add([]string{"scheme"}, "no effect without path: set path as well")
	case p.GRPCService != "" && !p.GRPC:
		report.Add([]string{"grpcService"}, "no effect without grpc: set grpc as well")
	}
}

// check reports probes without a port. Nil probes have no problem.
func (p *Probes) check(report *config.Report, containerPort int) {
	if p == nil || containerPort != 0 {
		return
	}
	for key, probe := range map[string]*Probe{"startup": p.Startup, "readiness": p.Readiness, "liveness": p.Liveness} {
		if probe != nil && len(probe.Command) == 0 && probe.Port == 0 {
			report.Add([]string{"probes", key}, "no port to probe: set the port of the probe or of the container")
		}
	}
}

// withDefaults returns the probes with the default ones for the main port, which is 0 for containers without one.
func (p *Probes) withDefaults(port int) *Probes {
	if port == 0 || p != nil && p.Disabled {
		return p
	}
	out := Probes{}
	if p != nil {
		out = *p
	}
	if out.Startup == nil {
		out.Startup = tcpProbe(10, 30)
	}
	if out.Readiness == nil {
		out.Readiness = tcpProbe(10, 3)
	}
	return &out
}

func tcpProbe(periodSeconds, failureThreshold int) *Probe {
	timeout := 1
	return &Probe{PeriodSeconds: &periodSeconds, TimeoutSeconds: &timeout, FailureThreshold: &failureThreshold}
}

// render renders a probe, or nil.
func (p *Probe) render(containerPort int) corev1.ProbePtrInput {
	if p == nil {
		return nil
	}
	port := pulumi.Int(cmp.Or(p.Port, containerPort))
	out := &corev1.ProbeArgs{
		PeriodSeconds:    pulumi.Int(*p.PeriodSeconds),
		TimeoutSeconds:   pulumi.Int(*p.TimeoutSeconds),
		FailureThreshold: pulumi.Int(*p.FailureThreshold),
	}
	switch {
	case len(p.Command) > 0:
		out.Exec = &corev1.ExecActionArgs{Command: pulumi.ToStringArray(p.Command)}
	case p.Path != "":
		request := &corev1.HTTPGetActionArgs{Path: pulumi.String(p.Path), Port: port}
		if p.Scheme != "" {
			request.Scheme = pulumi.String(p.Scheme)
		}
		out.HttpGet = request
	case p.GRPC:
		call := &corev1.GRPCActionArgs{Port: port}
		if p.GRPCService != "" {
			call.Service = pulumi.String(p.GRPCService)
		}
		out.Grpc = call
	default:
		out.TcpSocket = &corev1.TCPSocketActionArgs{Port: port}
	}
	return out
}
