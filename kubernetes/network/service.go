package network

import (
	"cmp"
	"maps"
	"slices"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/apirules"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/existing"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/objectmeta"
)

// ServiceToken is the type of the component [Service].
const ServiceToken = "ashlar-kubernetes:network:Service"

// Service is a stable address for a set of pods.
type Service struct {
	pulumi.ResourceState
	component.Base

	// Name is the name of the Service in the cluster.
	Name pulumi.StringOutput `pulumi:"name"`
	// Host is the host name of the Service within the cluster, such as web.shop.svc.
	Host pulumi.StringOutput `pulumi:"host"`
	// Port is the port of the Service: that of targetPort, or the first one of ports in alphabetical order.
	Port pulumi.IntOutput `pulumi:"port"`
}

// ServiceType says where a [Service] is accessible from.
type ServiceType string

// The types of Services. Source: "Service", Kubernetes documentation.
const (
	// ServiceTypeClusterIP makes a Service accessible from within the cluster.
	ServiceTypeClusterIP ServiceType = "ClusterIP"
	// ServiceTypeNodePort makes it accessible at a port of every node as well.
	ServiceTypeNodePort ServiceType = "NodePort"
	// ServiceTypeLoadBalancer creates a load balancer of the cloud as well.
	ServiceTypeLoadBalancer ServiceType = "LoadBalancer"
)

// ExternalTrafficPolicy says which pods receive traffic from outside the cluster. Source: "Virtual IPs and Service
// Proxies", Kubernetes documentation.
type ExternalTrafficPolicy string

// The external traffic policies.
const (
	// ExternalTrafficPolicyCluster distributes traffic over the pods of all nodes.
	ExternalTrafficPolicyCluster ExternalTrafficPolicy = "Cluster"
	// ExternalTrafficPolicyLocal keeps traffic on the node that receives it.
	ExternalTrafficPolicyLocal ExternalTrafficPolicy = "Local"
)

// SessionAffinity says whether the connections of a client go to the same pod.
type SessionAffinity string

// The session affinities.
const (
	// SessionAffinityNone distributes the connections of a client.
	SessionAffinityNone SessionAffinity = "None"
	// SessionAffinityClientIP sends them to the same pod.
	SessionAffinityClientIP SessionAffinity = "ClientIP"
)

// ServiceArgs are the arguments of a [Service]. Those of plain Go types are validated before the deployment.
type ServiceArgs struct {
	// Namespace is the name of the namespace. Required. A change replaces the Service.
	Namespace pulumi.StringInput `pulumi:"namespace" jsonschema:"required"`
	// Name is the name of the Service in the cluster. Default: the name of the component. A change replaces the
	// Service.
	Name string `pulumi:"name,optional" config:"name" jsonschema:"pattern=^[a-z]([-a-z0-9]{0\\,61}[a-z0-9])?$"`
	// Selector holds the labels of the pods that receive the traffic, at least one. Required. A change updates the
	// Service.
	Selector map[string]string `pulumi:"selector" jsonschema:"required"`
	// TargetPort is the port of the pods for the port named main, which uses TCP. Default: none. Required without ports.
	// A change updates the Service.
	TargetPort int `pulumi:"targetPort,optional" jsonschema:"minimum=1,maximum=65535"`
	// Type is where the Service is accessible from: ClusterIP (within the cluster), NodePort (also at a port of every
	// node) or LoadBalancer (also through a load balancer of the cloud). A change updates the Service.
	Type ServiceType `pulumi:"type,optional" jsonschema:"enum=ClusterIP,enum=NodePort,enum=LoadBalancer,default=ClusterIP"`
	// Port is the port of the Service that leads to targetPort. A change updates the Service.
	Port *int `pulumi:"port,optional" jsonschema:"default=80,minimum=1,maximum=65535"`
	// AppProtocol is the application protocol of that port, such as http or kubernetes.io/h2c. Default: none. A change
	// updates the Service.
	AppProtocol string `pulumi:"appProtocol,optional"`
	// Ports holds ports by name, in addition to that of targetPort. Default: none. A change updates the Service.
	Ports map[string]ServicePort `pulumi:"ports,optional"`
	// Headless gives the Service no address: its host name resolves to the addresses of the pods. It requires the type
	// ClusterIP. Default: false. A change replaces the Service.
	Headless bool `pulumi:"headless,optional"`
	// PublishNotReadyAddresses resolves host names of pods that are not ready, as the pods of a StatefulSet need to find
	// each other. Default: false. A change updates the Service.
	PublishNotReadyAddresses bool `pulumi:"publishNotReadyAddresses,optional"`
	// Platform is the platform of the cluster, whose annotations a load balancer gets: eks, aks, gke or none. Default:
	// unknown, without annotations. A change updates the Service.
	Platform Platform `pulumi:"platform,optional" jsonschema:"enum=eks,enum=aks,enum=gke,enum=none"`
	// Exposure is where a load balancer is accessible from: internal (the network of the cluster) or public (the
	// internet). It requires the platform. Default: with a platform, internal. A change updates the Service, and the
	// cloud may replace its load balancer.
	Exposure Exposure `pulumi:"exposure,optional" jsonschema:"enum=internal,enum=public"`
	// AllowedRanges lists the CIDR blocks that can connect to the load balancer. Default: all. A change updates the
	// Service.
	AllowedRanges pulumi.StringArrayInput `pulumi:"allowedRanges,optional" config:"plain"`
	// ExternalTrafficPolicy is Cluster, or Local to keep the addresses of clients and to use only nodes with a pod. It
	// requires the type NodePort or LoadBalancer. Default: Cluster. A change updates the Service.
	ExternalTrafficPolicy ExternalTrafficPolicy `pulumi:"externalTrafficPolicy,optional" jsonschema:"enum=Cluster,enum=Local"`
	// SessionAffinity is None, or ClientIP to send all connections of a client to the same pod. Default: None. A change
	// updates the Service.
	SessionAffinity SessionAffinity `pulumi:"sessionAffinity,optional" jsonschema:"enum=None,enum=ClientIP"`
	// Annotations are added to the Service, such as those that configure load balancers of a cloud. Default: none. A
	// change updates the Service.
	Annotations pulumi.StringMapInput `pulumi:"annotations,optional" config:"plain"`
	// SkipAwait completes the deployment before a pod is ready to receive traffic, for workloads that may have no pods.
	// Default: false.
	SkipAwait bool `pulumi:"skipAwait,optional"`
	// Labels are added to the Service. Default: none. A change updates the Service.
	Labels pulumi.StringMapInput `pulumi:"labels,optional" config:"plain"`
	// Adopt manages an object that exists already, and keeps it when it is destroyed. Without it, an object that exists
	// is an error. Default: false. A change updates the object.
	Adopt bool `pulumi:"adopt,optional"`
}

var _ config.Validator = (*ServiceArgs)(nil)

// Validate implements config.Validator.
func (a *ServiceArgs) Validate(report *config.Report) {
	checkSelector(report, a.Selector)
	apirules.Namespace.Check(report, []string{"namespace"}, a.Namespace)
	apirules.CheckLabels(report, []string{"labels"}, a.Labels, nil)
	apirules.CheckAnnotations(report, []string{"annotations"}, a.Annotations)
	checkAppProtocol(report, a.AppProtocol)
	cidrBlock.CheckList(report, []string{"allowedRanges"}, a.AllowedRanges)
	a.checkPorts(report)
	a.checkType(report)
}

// checkPorts reports a Service without ports, and ports that the API server rejects or that hide each other.
func (a *ServiceArgs) checkPorts(report *config.Report) {
	if a.TargetPort == 0 {
		if len(a.Ports) == 0 {
			report.Add([]string{"targetPort"}, "no port: set targetPort or ports")
		}
		if a.AppProtocol != "" {
			report.Add([]string{"appProtocol"}, "is that of targetPort: set targetPort, or appProtocol of a port in ports")
		}
	}
	type address struct {
		port     int
		protocol Protocol
	}
	taken := map[address]string{}
	if a.TargetPort != 0 {
		taken[address{*cmp.Or(a.Port, new(80)), ProtocolTCP}] = mainPort
	}
	for _, name := range slices.Sorted(maps.Keys(a.Ports)) {
		at, p := []string{"ports", name}, a.Ports[name]
		switch {
		case len(validation.IsDNS1123Label(name)) > 0:
			report.Add(at, "found the name %q: use at most 63 lower case letters, digits and dashes, with a letter or digit at both ends", name)
		case name == mainPort && a.TargetPort != 0:
			report.Add(at, "it is the name of the port of targetPort: use another name, or leave targetPort unset")
		}
		key := address{p.Port, cmp.Or(p.Protocol, ProtocolTCP)}
		if other, duplicate := taken[key]; duplicate && p.Port != 0 {
			report.Add(append(at, "port"), "duplicate %s port %d, same as port %q: use another port", key.protocol, key.port, other)
		}
		taken[key] = name
	}
}

// checkType reports options that the type of the Service does not have.
func (a *ServiceArgs) checkType(report *config.Report) {
	requires := func(path, types string) {
		report.Add([]string{path}, "requires the type %s: set type, or leave it unset", types)
	}
	outside := a.Type == ServiceTypeNodePort || a.Type == ServiceTypeLoadBalancer
	if a.Headless && outside {
		requires("headless", "ClusterIP")
	}
	if a.ExternalTrafficPolicy != "" && !outside {
		requires("externalTrafficPolicy", "NodePort or LoadBalancer")
	}
	if a.Type == ServiceTypeLoadBalancer {
		checkLoadBalancer(report, a.Platform, a.Exposure, "annotations", a.Annotations)
		return
	}
	if a.Exposure != "" {
		requires("exposure", "LoadBalancer")
	}
	if known, ok := a.AllowedRanges.(pulumi.StringArray); a.AllowedRanges != nil && (!ok || len(known) > 0) {
		requires("allowedRanges", "LoadBalancer")
	}
}

// mainPort is the name of the port that leads to targetPort.
const mainPort = "main"

// NewService creates a Service.
func NewService(ctx *pulumi.Context, name string, args *ServiceArgs, opts ...pulumi.ResourceOption) (*Service, error) {
	s := &Service{}
	args, err := component.Register(ctx, ServiceToken, name, s, args, opts...)
	if err != nil {
		return nil, err
	}
	ports := args.ports()
	resource, err := corev1.NewService(ctx, name, &corev1.ServiceArgs{
		Metadata: objectmeta.New(args.Namespace, pulumi.String(args.Name), args.Labels, args.annotations()),
		Spec:     args.spec(ports),
	}, s.Main(existing.Options(s, args.Adopt)))
	if err != nil {
		return nil, err
	}
	s.Name = resource.Metadata.Name().Elem()
	s.Host = pulumi.Sprintf("%s.%s.svc", s.Name, resource.Metadata.Namespace().Elem())
	s.Port = pulumi.Int(ports[0].port).ToIntOutput()
	return component.Finish(ctx, s)
}

func (a *ServiceArgs) annotations() pulumi.StringMapInput {
	annotations := existing.Annotations(a.Annotations, a.Adopt)
	if a.Type == ServiceTypeLoadBalancer {
		if own := loadBalancer(a.Platform, a.Exposure); len(own) > 0 {
			annotations = objectmeta.Merge(pulumi.ToStringMap(own), annotations)
		}
	}
	if a.SkipAwait {
		annotations = objectmeta.Merge(annotations, skipAwait())
	}
	return annotations
}

// skipAwait returns the annotation that tells the provider not to wait for an object.
func skipAwait() pulumi.StringMap {
	return pulumi.StringMap{"pulumi.com/skipAwait": pulumi.String("true")}
}

// namedPort is a port of a Service with its defaults.
type namedPort struct {
	name, appProtocol string
	port, target      int
	protocol          Protocol
}

// ports returns the ports of the Service, that of targetPort first.
func (a *ServiceArgs) ports() []namedPort {
	var out []namedPort
	if a.TargetPort != 0 {
		out = append(out, namedPort{mainPort, a.AppProtocol, *cmp.Or(a.Port, new(80)), a.TargetPort, ProtocolTCP})
	}
	for _, name := range slices.Sorted(maps.Keys(a.Ports)) {
		p := a.Ports[name]
		out = append(out, namedPort{name, p.AppProtocol, p.Port, cmp.Or(p.TargetPort, p.Port), p.Protocol})
	}
	return out
}

func (a *ServiceArgs) spec(ports []namedPort) *corev1.ServiceSpecArgs {
	spec := &corev1.ServiceSpecArgs{
		Type:     pulumi.String(a.Type),
		Selector: pulumi.ToStringMap(a.Selector),
	}
	var list corev1.ServicePortArray
	for _, p := range ports {
		port := &corev1.ServicePortArgs{
			Name:       pulumi.String(p.name),
			Port:       pulumi.Int(p.port),
			TargetPort: pulumi.Int(p.target),
			Protocol:   pulumi.String(p.protocol),
		}
		if p.appProtocol != "" {
			port.AppProtocol = pulumi.String(p.appProtocol)
		}
		list = append(list, port)
	}
	spec.Ports = list
	if a.Headless {
		spec.ClusterIP = pulumi.String("None")
	}
	if a.PublishNotReadyAddresses {
		spec.PublishNotReadyAddresses = pulumi.Bool(true)
	}
	if known, ok := a.AllowedRanges.(pulumi.StringArray); a.AllowedRanges != nil && (!ok || len(known) > 0) {
		spec.LoadBalancerSourceRanges = cidrBlock.ResolvedList("allowedRanges", a.AllowedRanges)
	}
	if a.ExternalTrafficPolicy != "" {
		spec.ExternalTrafficPolicy = pulumi.String(a.ExternalTrafficPolicy)
	}
	if a.SessionAffinity != "" {
		spec.SessionAffinity = pulumi.String(a.SessionAffinity)
	}
	return spec
}
