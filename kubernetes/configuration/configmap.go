package configuration

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/metadata"
)

// ConfigMapToken is the type of the component [ConfigMap].
const ConfigMapToken = "ashlar-kubernetes:configuration:ConfigMap"

// ConfigMap is an immutable ConfigMap whose name ends with a hash of its
// content.
type ConfigMap struct {
	pulumi.ResourceState
	component.Base

	// Name is the object's name in the cluster: it changes with the content.
	Name pulumi.StringOutput `pulumi:"name"`
}

// ConfigMapArgs describes a [ConfigMap].
type ConfigMapArgs struct {
	// Namespace is the name of the namespace. Required. Changing it replaces the object.
	Namespace pulumi.StringInput `pulumi:"namespace" jsonschema:"required"`
	// Name is what the object's name starts with. Default: the name of the component. Changing it replaces the object.
	Name string `pulumi:"name" config:"name" jsonschema:"pattern=^[a-z0-9]([-.a-z0-9]{0\\,240}[a-z0-9])?$"`
	// Data is the content, by key. Required. Changing it replaces the object with one of another name. It is not
	// for secrets.
	Data pulumi.StringMapInput `pulumi:"data" jsonschema:"required"`
	// Labels are added to the object. Changing them updates it.
	Labels map[string]string `pulumi:"labels"`
}

// NewConfigMap creates a ConfigMap.
func NewConfigMap(
	ctx *pulumi.Context, name string, args *ConfigMapArgs, opts ...pulumi.ResourceOption,
) (*ConfigMap, error) {
	c := &ConfigMap{}
	args, err := component.Register(ctx, ConfigMapToken, name, c, args, opts...)
	if err != nil {
		return nil, err
	}
	data := args.Data.ToStringMapOutput()
	physical := data.ApplyT(func(data map[string]string) (string, error) {
		sum, err := contentHash(data)
		if err != nil {
			return "", fmt.Errorf("name of config map %q: %w", name, err)
		}
		return args.Name + "-" + sum, nil
	}).(pulumi.StringOutput)
	resource, err := corev1.NewConfigMap(ctx, name, &corev1.ConfigMapArgs{
		Metadata:  metadata.New(args.Namespace, physical, args.Labels, nil),
		Immutable: pulumi.Bool(true),
		Data:      data,
	}, c.Main())
	if err != nil {
		return nil, err
	}
	c.Name = resource.Metadata.Name().Elem()
	return component.Finish(ctx, c)
}

// contentHash returns ten hexadecimal digits that tell contents apart. JSON
// sorts the keys and keeps keys and values from running into each other.
func contentHash(data map[string]string) (string, error) {
	text, err := json.Marshal(data)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:5]), nil
}
