package configuration

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/apirules"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/existing"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/objectmeta"
)

// ConfigMapToken is the type of the component [ConfigMap].
const ConfigMapToken = "ashlar-kubernetes:configuration:ConfigMap"

// ConfigMap is an immutable ConfigMap whose name ends with a hash of its content.
type ConfigMap struct {
	pulumi.ResourceState
	component.Base

	// Name is the name of the ConfigMap in the cluster, which changes with the content.
	Name pulumi.StringOutput `pulumi:"name"`
}

// ConfigMapArgs are the arguments of a [ConfigMap]. Those of plain Go types are validated before the deployment.
type ConfigMapArgs struct {
	// Namespace is the name of the namespace. Required. A change replaces the ConfigMap.
	Namespace pulumi.StringInput `pulumi:"namespace" jsonschema:"required"`
	// Name is the prefix of the name of the ConfigMap in the cluster. Default: the name of the component. A change
	// replaces the ConfigMap.
	Name string `pulumi:"name,optional" config:"name" jsonschema:"pattern=^[a-z0-9]([-.a-z0-9]{0\\,240}[a-z0-9])?$,example=web-files"`
	// Data is the content by key. It is not for secrets. Required without fromFiles. A change replaces the ConfigMap by one
	// with another name.
	Data pulumi.StringMapInput `pulumi:"data,optional" config:"plain"`
	// FromFiles lists paths of files, and of directories whose files are added, without their subdirectories. The key of a
	// file is its name. Files that are not valid UTF-8 become binary data. In a stack file, paths are relative to it.
	// Default: none. A change of a file replaces the ConfigMap by one with another name.
	FromFiles []string `pulumi:"fromFiles,optional" config:"path"`
	// Labels are added to the ConfigMap. Default: none. A change updates the ConfigMap.
	Labels pulumi.StringMapInput `pulumi:"labels,optional" config:"plain"`
	// Adopt manages an object that exists already, and keeps it when it is destroyed. Without it, an object that exists
	// is an error. Default: false. A change updates the object.
	Adopt bool `pulumi:"adopt,optional"`
}

var _ config.Validator = (*ConfigMapArgs)(nil)

// Validate implements config.Validator.
func (a *ConfigMapArgs) Validate(report *config.Report) {
	if name := cmp.Or(a.Name, report.Component()); name != "" {
		// The name ends with a hash.
		apirules.ObjectName.Check(report, []string{"name"}, pulumi.String(name))
	}
	apirules.Namespace.Check(report, []string{"namespace"}, a.Namespace)
	apirules.CheckLabels(report, []string{"labels"}, a.Labels, nil)
	apirules.CheckData(report, []string{"data"}, a.Data)
	files := readFiles(a.FromFiles)
	files.check(report, a.Data, a.FromFiles)
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
	files := readFiles(args.FromFiles)
	checked, err := files.with(args.Data, nil)
	if err != nil {
		return nil, err
	}
	data := checked.ToStringMapOutput()
	physical := data.ApplyT(func(data map[string]string) (string, error) {
		sum, err := contentHash(data, files.binary)
		if err != nil {
			return "", fmt.Errorf("name of config map %q: %w", name, err)
		}
		return args.Name + "-" + sum, nil
	}).(pulumi.StringOutput)
	resource, err := corev1.NewConfigMap(ctx, name, &corev1.ConfigMapArgs{
		Metadata:   objectmeta.New(args.Namespace, physical, args.Labels, existing.Annotations(nil, args.Adopt)),
		Immutable:  pulumi.Bool(true),
		Data:       data,
		BinaryData: files.binaryData(),
	}, c.Main(existing.Options(c, args.Adopt)))
	if err != nil {
		return nil, err
	}
	c.Name = resource.Metadata.Name().Elem()
	return component.Finish(ctx, c)
}

// contentHash returns ten hexadecimal digits of a hash. JSON sorts the keys, and separates keys and values
// unambiguously.
func contentHash(data, binary map[string]string) (string, error) {
	var whole any = data
	if len(binary) > 0 {
		whole = []map[string]string{data, binary}
	}
	text, err := json.Marshal(whole)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:5]), nil
}
