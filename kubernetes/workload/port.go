package workload

import (
	"cmp"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/ashlar-iac/ashlar/core/config"
)

// mainPort is the name of the port of the option port.
const mainPort = "main"

// Port is a port that a container listens on.
type Port struct {
	// Port is the number of the port. Required.
	Port int `pulumi:"port" jsonschema:"required,minimum=1,maximum=65535"`
	// Protocol is the protocol of the port: TCP, UDP or SCTP.
	Protocol Protocol `pulumi:"protocol,optional" jsonschema:"enum=TCP,enum=UDP,enum=SCTP,default=TCP"`
}

// Protocol is the protocol of a [Port].
type Protocol string

// The protocols.
const (
	ProtocolTCP  Protocol = "TCP"
	ProtocolUDP  Protocol = "UDP"
	ProtocolSCTP Protocol = "SCTP"
)

// portChecker finds ports of a pod that clash.
type portChecker struct {
	// names has the places of the names, which are unique in a pod. Source: "Pod v1 core, Container", Kubernetes API
	// reference.
	names map[string]string
}

// check reports ports of a container that the API server rejects, or of which it would keep one only.
func (c *portChecker) check(report *config.Report, main int, ports config.Named[Port]) {
	numbers := map[Port]string{}
	if main != 0 {
		numbers[Port{main, ProtocolTCP}] = "port"
	}
	for _, name := range ports.Names() {
		path := []string{"ports", name}
		other, taken := c.names[name]
		switch {
		case len(validation.IsValidPortName(name)) > 0:
			report.Add(path, "invalid name: use at most 15 lower case letters, digits and single dashes, with at least one letter")
		case name == mainPort:
			report.Add(path, "the name main is that of the option port: use another name")
		case taken:
			report.Add(path, "%s has the same name: use another one", other)
		}
		c.names[name] = report.Locate(path...)
		number := Port{ports[name].Port, cmp.Or(ports[name].Protocol, ProtocolTCP)}
		if other, ok := numbers[number]; ok {
			report.Add(path, "the same port as %s: remove one of them", other)
		}
		numbers[number] = "ports." + name
	}
}
