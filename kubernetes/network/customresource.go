package network

import (
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apiextensions"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// gatewayAPI is the API version of Gateways and HTTPRoutes.
const gatewayAPI = "gateway.networking.k8s.io/v1"

func newGatewayResource(
	ctx *pulumi.Context, kind, name string, metadata *metav1.ObjectMetaArgs, spec pulumi.Map, opts ...pulumi.ResourceOption,
) (*apiextensions.CustomResource, error) {
	return apiextensions.NewCustomResource(ctx, name, &apiextensions.CustomResourceArgs{
		ApiVersion: pulumi.String(gatewayAPI), Kind: pulumi.String(kind), Metadata: metadata,
		OtherFields: kubernetes.UntypedArgs{"spec": spec},
	}, opts...)
}
