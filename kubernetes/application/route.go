package application

import (
	"maps"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
)

// Route makes an application accessible through a Gateway, by an HTTPRoute of the Gateway API. The listener of the Gateway
// terminates TLS.
type Route struct {
	// Gateway is the Gateway that receives the requests. Required. A change updates the HTTPRoute.
	Gateway *network.GatewayReference `pulumi:"gateway" jsonschema:"required"`
	// Hostnames lists the host names of requests, such as shop.example.com or *.example.com. Default: those of the
	// listener. A change updates the HTTPRoute.
	Hostnames pulumi.StringArrayInput `pulumi:"hostnames,optional" config:"plain"`
	// Path is the path of requests, which includes all paths below it. A change updates the HTTPRoute.
	Path string `pulumi:"path,optional" jsonschema:"default=/,pattern=^/"`
	// Port is the port of the Service that receives the requests. Default: service.port. A change updates the HTTPRoute.
	Port int `pulumi:"port,optional" jsonschema:"minimum=1,maximum=65535"`
	// RedirectListener is the name of the listener of the Gateway for HTTP, whose requests are redirected to HTTPS. It
	// requires the listener for HTTPS in gateway.listener. Default: none. A change creates, updates or deletes the HTTPRoute
	// for it.
	RedirectListener string `pulumi:"redirectListener,optional"`
	// From lists the pods of the Gateway, which can connect to the application. Default: all pods in the namespace of the
	// Gateway. A change updates the network policy.
	From []network.Peer `pulumi:"from,optional"`
}

var _ config.Validator = (*Route)(nil)

// Validate implements config.Validator.
func (r *Route) Validate(report *config.Report) {
	if r.RedirectListener == "" || r.Gateway == nil {
		return
	}
	switch r.Gateway.Listener {
	case "":
		report.Add([]string{"gateway", "listener"}, "required with redirectListener: set the name of the listener for HTTPS")
	case r.RedirectListener:
		report.Add([]string{"redirectListener"}, "the listener of the application, too: set the name of the listener for HTTP")
	}
}

// checkRoute reports a route to a port that the Service does not have.
func (a *ApplicationArgs) checkRoute(report *config.Report) {
	switch {
	case a.Route == nil:
	case !a.hasService():
		report.Add([]string{"route"}, "a route requires a Service: set port")
	case a.routeTarget() == 0:
		report.Add([]string{"route", "port"}, "the Service has no TCP port %d, expected one of: %s", a.routePort(),
			config.List(numbers(a.ServicePorts())))
	}
}

// routePort returns the port of the Service that receives the requests.
func (a *ApplicationArgs) routePort() int {
	if a.Route.Port != 0 {
		return a.Route.Port
	}
	return a.servicePort()
}

// routeTarget returns the port of the pods that receives the requests, or 0.
func (a *ApplicationArgs) routeTarget() int {
	if a.Port != 0 && a.routePort() == a.servicePort() {
		return a.Port
	}
	for _, p := range a.moreServicePorts() {
		if p.Port == a.routePort() && isTCP(p.Protocol) {
			return targetPort(p)
		}
	}
	return 0
}

// ServicePorts returns the TCP ports of the Service.
func (a *ApplicationArgs) ServicePorts() []int {
	var out []int
	if a.Port != 0 {
		out = append(out, a.servicePort())
	}
	ports := a.moreServicePorts()
	for _, name := range slices.Sorted(maps.Keys(ports)) {
		if isTCP(ports[name].Protocol) {
			out = append(out, ports[name].Port)
		}
	}
	return out
}

// numbers returns ports as text.
func numbers(list []int) []string {
	var out []string
	for _, n := range list {
		out = append(out, strconv.Itoa(n))
	}
	return out
}

// routePeers returns the peers that send the requests of the route.
func (a *ApplicationArgs) routePeers() []network.Peer {
	if a.Route == nil {
		return nil
	}
	peers := slices.Clone(a.Route.From)
	if len(peers) == 0 {
		namespace := a.Route.Gateway.Namespace
		if namespace == nil || namespace == pulumi.String("") {
			namespace = a.Namespace
		}
		peers = []network.Peer{{Namespace: namespace}}
	}
	for i := range peers {
		if len(peers[i].Ports) == 0 && len(peers[i].PortRanges) == 0 {
			peers[i].Ports = []int{a.routeTarget()}
		}
	}
	return peers
}

// addRoute creates the HTTPRoutes.
func (app *Application) addRoute(ctx *pulumi.Context, name string, args *ApplicationArgs) error {
	r := args.Route
	if r == nil {
		return nil
	}
	route := network.RouteArgs{
		Namespace: args.Namespace,
		Name:      args.Name,
		Gateway:   r.Gateway,
		Hostnames: r.Hostnames,
		Rules: []network.RouteRule{{
			Path:     r.Path,
			Backends: []network.Backend{{Service: pulumi.String(args.Name), Port: args.routePort()}},
		}},
		Labels: args.labels(),
		Adopt:  args.Adopt,
	}
	if _, err := network.NewRoute(ctx, name, &route, app.Child()); err != nil || r.RedirectListener == "" {
		return err
	}
	redirect := route
	redirect.Name += "-redirect"
	gateway := *r.Gateway
	gateway.Listener = r.RedirectListener
	redirect.Gateway = &gateway
	redirect.Rules = []network.RouteRule{{Path: r.Path, Redirect: &network.Redirect{HTTPS: true}}}
	_, err := network.NewRoute(ctx, name+"-redirect", &redirect, app.Child())
	return err
}
