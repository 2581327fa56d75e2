package kubernetes

import (
	"cmp"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
)

// GatewayConfiguration is a Gateway to create. Its options shadow arguments of the Gateway that are outputs of other
// resources.
type GatewayConfiguration struct {
	network.GatewayArgs
	// Cluster is the name of the cluster. Default: the only cluster. Required with several clusters.
	Cluster string `pulumi:"cluster"`
	// Namespace is the name of an entry of namespaces, in the same cluster. Required.
	Namespace string `pulumi:"namespace" jsonschema:"required"`
	// DependsOn lists entries that are deployed before this one, and destroyed after it: the kind, a slash and the name, such
	// as applications/api. Default: none. A change updates no object.
	DependsOn []string `pulumi:"dependsOn"`
}

// RouteConfiguration is an HTTPRoute to create. Its options shadow arguments of the HTTPRoute that are outputs of other
// resources.
type RouteConfiguration struct {
	network.RouteArgs
	// Cluster is the name of the cluster. Default: the only cluster. Required with several clusters.
	Cluster string `pulumi:"cluster"`
	// Namespace is the name of an entry of namespaces, in the same cluster. Required.
	Namespace string `pulumi:"namespace" jsonschema:"required"`
	// DependsOn lists entries that are deployed before this one, and destroyed after it: the kind, a slash and the name, such
	// as applications/api. Default: none. A change updates no object.
	DependsOn []string `pulumi:"dependsOn"`
}

func (e *GatewayConfiguration) placement() placement {
	return placement{cluster: e.Cluster, namespace: e.Namespace, dependsOn: e.DependsOn}
}

func (e *GatewayConfiguration) deploy(d *deployer, name string, on ...pulumi.ResourceOption) (pulumi.Resource, pulumi.Map, error) {
	args := e.GatewayArgs
	args.Namespace = d.namespaceOf(e, name)
	g, err := network.NewGateway(d.ctx.Context, name, &args, on...)
	if err != nil {
		return nil, nil, err
	}
	return g, pulumi.Map{"name": g.Name, "namespace": g.Namespace}, nil
}

func (e *RouteConfiguration) placement() placement {
	return placement{cluster: e.Cluster, namespace: e.Namespace, dependsOn: e.DependsOn}
}

func (e *RouteConfiguration) deploy(d *deployer, name string, on ...pulumi.ResourceOption) (pulumi.Resource, pulumi.Map, error) {
	args := e.RouteArgs
	args.Namespace = d.namespaceOf(e, name)
	r, err := network.NewRoute(d.ctx.Context, name, &args, on...)
	if err != nil {
		return nil, nil, err
	}
	return r, pulumi.Map{"name": r.Name, "namespace": args.Namespace}, nil
}

// checkRoutes reports host names and paths of two entries, and ports that the Services of applications do not have.
func (c *Configuration) checkRoutes(report *config.Report) {
	for _, name := range c.Routes.Names() {
		e := c.Routes[name]
		c.claimPaths(report, []string{"routes", name}, e.Cluster, e.Namespace, e.Gateway, e.Hostnames, e.Rules)
		network.CheckBackends(report, []string{"routes", name, "rules"}, e.Rules, c.servicePorts(e.Cluster, e.Namespace))
	}
	for _, name := range c.Applications.Names() {
		e := c.Applications[name]
		if r := e.Route; r != nil {
			c.claimPaths(report, []string{"applications", name, "route"}, e.Cluster, cmp.Or(e.Namespace, name), r.Gateway, r.Hostnames,
				[]network.RouteRule{{Path: r.Path}})
		}
	}
}

// claimPaths declares the requests of a listener that an entry in a namespace receives.
func (c *Configuration) claimPaths(
	report *config.Report, path []string, cluster, namespace string, gateway *network.GatewayReference,
	hostnames pulumi.StringArrayInput, rules []network.RouteRule,
) {
	if gateway == nil {
		return
	}
	in := gateway.Namespace
	if in == nil || in == pulumi.String("") {
		in = c.namespaceOf(namespace)
	}
	scope := fmt.Sprintf("Gateway %q of namespace %q of %s", gateway.Name, in, c.scope(cluster))
	if gateway.Listener != "" {
		scope = fmt.Sprintf("listener %q of ", gateway.Listener) + scope
	}
	network.ClaimPaths(report, path, scope, hostnames, rules)
}

// servicePorts returns the TCP ports of the Services of applications in a namespace, by the name of the Service.
func (c *Configuration) servicePorts(cluster, namespace string) map[string][]int {
	out := map[string][]int{}
	for name, e := range c.Applications {
		if cmp.Or(e.Namespace, name) == namespace && c.Clusters.Resolve(e.Cluster) == c.Clusters.Resolve(cluster) {
			out[name] = e.ServicePorts()
		}
	}
	return out
}
