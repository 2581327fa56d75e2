package configuration

import (
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/metadata"
)

// SecretToken is the type of the component [Secret].
const SecretToken = "ashlar-kubernetes:configuration:Secret"

// Secret is an immutable Secret. New content replaces it by one of another
// name. The name ends with random digits rather than with a hash: names can be
// read by many who may not read the content, and a hash would let them test
// guesses.
type Secret struct {
	pulumi.ResourceState
	component.Base

	// Name is the object's name in the cluster: it changes with the content.
	Name pulumi.StringOutput `pulumi:"name"`
}

// SecretArgs describes a [Secret].
type SecretArgs struct {
	// Namespace is the name of the namespace. Required. Changing it replaces the object.
	Namespace pulumi.StringInput `pulumi:"namespace" jsonschema:"required"`
	// Data is the content, by key, not base64-encoded. Required. It is stored as a secret whether or not it is
	// marked as one. Changing it replaces the object with one of another name.
	Data pulumi.StringMapInput `pulumi:"data" jsonschema:"required" config:"secret"`
	// Type is the type of the object, such as kubernetes.io/tls. Changing it replaces the object.
	Type string `pulumi:"type" jsonschema:"default=Opaque"`
	// Labels are added to the object. Changing them updates it.
	Labels map[string]string `pulumi:"labels"`
}

// NewSecret creates a Secret.
func NewSecret(ctx *pulumi.Context, name string, args *SecretArgs, opts ...pulumi.ResourceOption) (*Secret, error) {
	s := &Secret{}
	args, err := component.Register(ctx, SecretToken, name, s, args, opts...)
	if err != nil {
		return nil, err
	}
	resource, err := corev1.NewSecret(ctx, name, &corev1.SecretArgs{
		Metadata:   metadata.New(args.Namespace, nil, args.Labels, nil),
		Immutable:  pulumi.Bool(true),
		Type:       pulumi.String(args.Type),
		StringData: args.Data,
	}, s.Main())
	if err != nil {
		return nil, err
	}
	// The SDK marks whatever comes from a secret input as secret; the name does
	// not depend on the content.
	s.Name = pulumi.Unsecret(resource.Metadata.Name().Elem()).(pulumi.StringOutput)
	return component.Finish(ctx, s)
}
