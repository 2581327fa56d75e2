package main

import (
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/component"
)

// Notice is a text in a ConfigMap.
type Notice struct {
	pulumi.ResourceState
	component.Base

	// Name is the ConfigMap's name in the cluster.
	Name pulumi.StringOutput `pulumi:"name"`
}

// NoticeArgs describes a [Notice].
type NoticeArgs struct {
	// Namespace is the name of the namespace. Required.
	Namespace pulumi.StringInput `pulumi:"namespace" jsonschema:"required"`
	// Name is the ConfigMap's name in the cluster. Default: the name of the component.
	Name string `pulumi:"name,optional" config:"name"`
	// Text is the text of the notice. Required.
	Text string `pulumi:"text" jsonschema:"required"`
	// Contact is the address for questions. Default: none.
	Contact string `pulumi:"contact,optional"`
}

// Evidence implements compliance.Declarer.
func (a *NoticeArgs) Evidence() []compliance.Evidence {
	return []compliance.Evidence{
		compliance.Check("contact", a.Contact, a.Contact != "", "an address", compliance.Control{
			Framework: acme.ID, ID: "N-1", Title: "notices have a contact",
		}),
	}
}

// NewNotice creates a notice.
func NewNotice(ctx *pulumi.Context, name string, args *NoticeArgs, opts ...pulumi.ResourceOption) (*Notice, error) {
	n := &Notice{}
	args, err := component.Register(ctx, "acme:notices:Notice", name, n, args, opts...)
	if err != nil {
		return nil, err
	}
	object, err := corev1.NewConfigMap(ctx, name, &corev1.ConfigMapArgs{
		Metadata: &metav1.ObjectMetaArgs{Name: pulumi.String(args.Name), Namespace: args.Namespace.ToStringOutput()},
		Data:     pulumi.StringMap{"text": pulumi.String(args.Text), "contact": pulumi.String(args.Contact)},
	}, n.Main())
	if err != nil {
		return nil, err
	}
	n.Name = object.Metadata.Name().Elem()
	return component.Finish(ctx, n)
}
