package network

import (
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/ashlar-iac/ashlar/core/config"
)

// Protocol is a transport protocol.
type Protocol string

// The protocols of Services and network policies. Source: "Protocols for Services", Kubernetes documentation.
const (
	// ProtocolTCP is TCP.
	ProtocolTCP Protocol = "TCP"
	// ProtocolUDP is UDP.
	ProtocolUDP Protocol = "UDP"
	// ProtocolSCTP is SCTP.
	ProtocolSCTP Protocol = "SCTP"
)

// ServicePort is a port of a [Service].
type ServicePort struct {
	// Port is the port of the Service. Required.
	Port int `pulumi:"port" jsonschema:"required,minimum=1,maximum=65535"`
	// TargetPort is the port of the pods. Default: port.
	TargetPort int `pulumi:"targetPort,optional" jsonschema:"minimum=1,maximum=65535"`
	// Protocol is the transport protocol.
	Protocol Protocol `pulumi:"protocol,optional" jsonschema:"enum=TCP,enum=UDP,enum=SCTP,default=TCP"`
	// AppProtocol is the application protocol, such as http, kubernetes.io/h2c or kubernetes.io/ws. Default: none.
	AppProtocol string `pulumi:"appProtocol,optional"`
}

// PortRange is a port, or a range of ports, of a connection.
type PortRange struct {
	// Port is the port, or the first one of the range. Default: all ports.
	Port int `pulumi:"port,optional" jsonschema:"minimum=1,maximum=65535"`
	// EndPort is the last port of the range. Default: port.
	EndPort int `pulumi:"endPort,optional" jsonschema:"minimum=1,maximum=65535"`
	// Protocol is the transport protocol.
	Protocol Protocol `pulumi:"protocol,optional" jsonschema:"enum=TCP,enum=UDP,enum=SCTP,default=TCP"`
}

var (
	_ config.Validator = (*ServicePort)(nil)
	_ config.Validator = (*PortRange)(nil)
)

// Validate implements config.Validator.
func (p *ServicePort) Validate(report *config.Report) {
	checkAppProtocol(report, p.AppProtocol)
}

func checkAppProtocol(report *config.Report, protocol string) {
	if protocol != "" && len(validation.IsQualifiedName(protocol)) > 0 {
		report.Add([]string{"appProtocol"},
			"found the string %q, expected a name of the IANA registry of services or one with a domain, such as kubernetes.io/h2c", protocol)
	}
}

// Validate implements config.Validator.
func (r *PortRange) Validate(report *config.Report) {
	switch {
	case r.EndPort == 0:
	case r.Port == 0:
		report.Add([]string{"port"}, "a range requires its first port: set port")
	case r.EndPort < r.Port:
		report.Add([]string{"endPort"}, "the range ends at %d, before its first port %d: swap them", r.EndPort, r.Port)
	}
}
