package network

import (
	"maps"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/metadata"
)

// ServiceToken is the type of the component [Service].
const ServiceToken = "ashlar-kubernetes:network:Service"

// Service gives pods one stable address.
type Service struct {
	pulumi.ResourceState
	component.Base

	// Name is the Service's name in the cluster.
	Name pulumi.StringOutput `pulumi:"name"`
	// Host is the Service's host name within the cluster, such as web.shop.svc.
	Host pulumi.StringOutput `pulumi:"host"`
	// Port is the port that the Service listens on.
	Port pulumi.IntOutput `pulumi:"port"`
}

// ServiceArgs describes a [Service].
type ServiceArgs struct {
	// Namespace is the name of the namespace. Required. Changing it replaces the Service.
	Namespace pulumi.StringInput `pulumi:"namespace" jsonschema:"required"`
	// Name is the Service's name in the cluster. Default: the name of the component. Changing it replaces the Service.
	Name string `pulumi:"name" config:"name" jsonschema:"pattern=^[a-z]([-a-z0-9]{0\\,61}[a-z0-9])?$"`
	// Selector holds the labels of the pods that the Service sends traffic to. Required. Changing it updates it.
	Selector map[string]string `pulumi:"selector" jsonschema:"required"`
	// TargetPort is the port of the pods. Required. Changing it updates the Service.
	TargetPort int `pulumi:"targetPort" jsonschema:"required,minimum=1,maximum=65535"`
	// ServiceSettings are the settings that an application passes on.
	ServiceSettings
	// SkipAwait makes a deployment not wait until a pod is ready behind the Service. Default: false. It is for
	// workloads that may have no pods.
	SkipAwait bool `pulumi:"skipAwait"`
	// Labels are added to the Service. Changing them updates it.
	Labels map[string]string `pulumi:"labels"`
}

// ServiceSettings are the choices that people make about a [Service].
type ServiceSettings struct {
	// Type says who can reach the Service: ClusterIP, the cluster alone; NodePort or LoadBalancer, also others.
	// Changing it updates the Service.
	Type string `pulumi:"type" jsonschema:"enum=ClusterIP,enum=NodePort,enum=LoadBalancer,default=ClusterIP"`
	// Port is the port that the Service listens on. Changing it updates the Service.
	Port *int `pulumi:"port" jsonschema:"default=80,minimum=1,maximum=65535"`
	// Annotations are added to the Service: cloud load balancers are set up by them. Changing them updates it.
	Annotations map[string]string `pulumi:"annotations"`
}

// NewService creates a Service.
func NewService(ctx *pulumi.Context, name string, args *ServiceArgs, opts ...pulumi.ResourceOption) (*Service, error) {
	s := &Service{}
	args, err := component.Register(ctx, ServiceToken, name, s, args, opts...)
	if err != nil {
		return nil, err
	}
	annotations := maps.Clone(args.Annotations)
	if args.SkipAwait {
		if annotations == nil {
			annotations = map[string]string{}
		}
		annotations["pulumi.com/skipAwait"] = "true"
	}
	resource, err := corev1.NewService(ctx, name, &corev1.ServiceArgs{
		Metadata: metadata.New(args.Namespace, pulumi.String(args.Name), args.Labels, annotations),
		Spec: &corev1.ServiceSpecArgs{
			Type:     pulumi.String(args.Type),
			Selector: pulumi.ToStringMap(args.Selector),
			Ports: corev1.ServicePortArray{&corev1.ServicePortArgs{
				Name:       pulumi.String("main"),
				Port:       pulumi.Int(*args.Port),
				TargetPort: pulumi.Int(args.TargetPort),
				Protocol:   pulumi.String("TCP"),
			}},
		},
	}, s.Main())
	if err != nil {
		return nil, err
	}
	s.Name = resource.Metadata.Name().Elem()
	s.Host = pulumi.Sprintf("%s.%s.svc", s.Name, resource.Metadata.Namespace().Elem())
	s.Port = pulumi.Int(*args.Port).ToIntOutput()
	return component.Finish(ctx, s)
}
