package addon

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/versions"
	"github.com/ashlar-iac/ashlar/kubernetes/crd"
	"github.com/ashlar-iac/ashlar/kubernetes/helm"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/chart"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/objects"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
)

// AddonToken is the type of the component [Addon].
const AddonToken = "ashlar-kubernetes:addon:Addon"

// Addon is a platform add-on: its namespace, its chart, and custom resources of it.
type Addon struct {
	pulumi.ResourceState
	component.Base

	// Namespace is the name of its namespace.
	Namespace pulumi.StringOutput `pulumi:"namespace"`
	// Version is the version of its chart.
	Version pulumi.StringOutput `pulumi:"version"`
}

// AddonArgs are the arguments of an [Addon]. They are validated before the deployment.
type AddonArgs struct {
	// Addon is the name of the add-on in the catalog. Default: the name of the component. A change replaces all objects.
	Addon Name `pulumi:"addon,optional" config:"name" jsonschema:"enum=argo-cd,enum=aws-load-balancer-controller,enum=cert-manager,enum=external-dns,enum=external-secrets,enum=flux,enum=karpenter,enum=metrics-server"`
	// Version is the exact version of the chart. Default: the highest version in the catalog that supports
	// KubernetesVersion. A change upgrades the add-on.
	Version string `pulumi:"version,optional" jsonschema:"example=1.2.3"`
	// Digest pins the content of the chart, as in a release. Default: none.
	Digest string `pulumi:"digest,optional" jsonschema:"pattern=^sha256:[0-9a-f]{64}$"`
	// Repository is the https:// URL of another repository with the chart, such as a mirror. Default: that of the catalog.
	Repository string `pulumi:"repository,optional" jsonschema:"example=https://charts.example.com"`
	// Path is the path of a folder or an archive with the chart, for clusters without access to the internet. Default:
	// none.
	Path string `pulumi:"path,optional" config:"path"`
	// KubernetesVersion is the version of the cluster. Default: 1.33.
	KubernetesVersion string `pulumi:"kubernetesVersion,optional" jsonschema:"format=kubernetes-version,example=1.35"`
	// Values are values of the chart in addition to those of the catalog. They are not for secrets. Default: none. A
	// change updates the objects of the add-on.
	Values map[string]any `pulumi:"values,optional"`
	// Set holds texts by the path of their value, such as clusterName: secrets, and outputs of other resources. Default:
	// none. A change updates the objects of the add-on.
	Set pulumi.StringMapInput `pulumi:"set,optional"`
	// PodSecurity is the Pod Security Standard that the pods must meet, and that the namespace enforces. Default: that of
	// the catalog.
	PodSecurity namespace.PodSecurityLevel `pulumi:"podSecurity,optional" jsonschema:"enum=restricted,enum=baseline,enum=privileged"`
	// Identity is the cloud identity of the pods that need one, with the namespace and the service account of the catalog.
	// Default: none.
	Identity core.WorkloadIdentity `pulumi:"identity,optional" config:"program"`
	// Objects lists custom resources of the add-on, such as a NodePool of Karpenter. They are created when the add-on is
	// ready, one after the other, and deleted before it in the reverse order: Karpenter then drains the nodes of a
	// NodePool. Default: none. A change updates the objects.
	Objects []map[string]any `pulumi:"objects,optional"`
	// CRDs is what happens to the CustomResourceDefinitions of the chart, as in a release.
	CRDs crd.Policy `pulumi:"crds,optional" jsonschema:"enum=keep,enum=delete,enum=skip,default=keep"`
	// SkipAwait does not wait until the objects are ready. Default: false.
	SkipAwait bool `pulumi:"skipAwait,optional"`
	// Adopt manages objects that exist already, and keeps them when they are destroyed. Default: false.
	Adopt bool `pulumi:"adopt,optional"`
}

var _ config.Validator = (*AddonArgs)(nil)

// Validate implements config.Validator: it renders the chart.
func (a *AddonArgs) Validate(report *config.Report) {
	name := cmp.Or(a.Addon, Name(report.Component()))
	d, ok := Catalog()[name]
	if !ok {
		if a.Addon == "" && name != "" {
			report.Add([]string{"addon"}, "unknown add-on %q, %s", name, config.Suggest(string(name), Names()))
		}
		return
	}
	set, _ := a.Set.(pulumi.StringMap)
	for _, path := range slices.Sorted(maps.Keys(d.Required)) {
		if set[path] == nil && !has(a.Values, path) {
			report.Add([]string{"values"}, "%s requires %s: set it here or in set, such as %s", name, path, d.Required[path])
		}
	}
	if _, err := a.objects(); err != nil {
		report.Add([]string{"objects"}, "%v", err)
	}
	if report.Section() != "" && a.Version == "" && a.Path == "" {
		// The version depends on the section ashlar:versions and on the cluster. The constructor checks the chart.
		return
	}
	release, err := a.release(name, d)
	if err != nil {
		report.Add([]string{"version"}, "%v", err)
		return
	}
	release.CheckErrors(report)
}

// has reports whether values have a path.
func has(values map[string]any, path string) bool {
	var value any = values
	for key := range strings.SplitSeq(path, ".") {
		below, _ := value.(map[string]any)
		value = below[key]
	}
	return value != nil
}

// version returns the version of the chart.
func (a *AddonArgs) version(name Name) (string, error) {
	if a.Version != "" {
		return a.Version, nil
	}
	resolver, err := versions.New(Table())
	if err != nil {
		return "", err
	}
	resolved, err := resolver.Resolve(context.Background(), string(name),
		versions.WithKubernetes(cmp.Or(a.KubernetesVersion, chart.DefaultKubernetes)))
	if err != nil {
		return "", err
	}
	return resolved.Version, nil
}

// release returns the arguments of the release.
func (a *AddonArgs) release(name Name, d Definition) (*helm.ReleaseArgs, error) {
	out := &helm.ReleaseArgs{
		Path: a.Path, Digest: a.Digest,
		Name: string(name), Namespace: pulumi.String(d.Namespace),
		Values: chart.MergeValues(d.Values, a.Values), Set: a.Set,
		CRDs: a.CRDs, PodSecurity: cmp.Or(a.PodSecurity, d.PodSecurity), KubernetesVersion: a.KubernetesVersion,
		Identity: a.Identity, SkipAwait: a.SkipAwait, Adopt: a.Adopt,
	}
	if a.Identity != nil {
		out.ServiceAccount = d.ServiceAccount
	}
	if a.Path != "" {
		return out, nil
	}
	version, err := a.version(name)
	if err != nil {
		return nil, err
	}
	out.Chart, out.Repository, out.Version = d.Chart, cmp.Or(a.Repository, d.Repository), version
	if chart.IsOCI(d.Chart) && a.Repository != "" {
		// A mirror in a repository has the last part of the address as the name of the chart.
		out.Chart = d.Chart[strings.LastIndex(d.Chart, "/")+1:]
	}
	return out, nil
}

// objects returns the custom resources.
func (a *AddonArgs) objects() ([]objects.Object, error) {
	var out []objects.Object
	for i, content := range a.Objects {
		found, err := objects.New("objects", content)
		if err != nil {
			return nil, fmt.Errorf("[%d]: %w", i, err)
		}
		out = append(out, found...)
	}
	return out, objects.CheckDistinct(out)
}

// NewAddon installs an add-on.
func NewAddon(ctx *pulumi.Context, name string, args *AddonArgs, opts ...pulumi.ResourceOption) (*Addon, error) {
	a := &Addon{}
	args, err := component.Register(ctx, AddonToken, name, a, args, opts...)
	if err != nil {
		return nil, err
	}
	definition := Catalog()[args.Addon]
	release, err := args.release(args.Addon, definition)
	if err != nil {
		return nil, failure.Wrap(failure.Version, "install", fmt.Sprintf("add-on %q", name), err)
	}
	var before []pulumi.Resource
	if !definition.System {
		ns, err := namespace.NewNamespace(ctx, name+"-namespace", &namespace.NamespaceArgs{
			Name:        definition.Namespace,
			PodSecurity: &namespace.PodSecurity{Enforce: cmp.Or(args.PodSecurity, definition.PodSecurity)},
			Adopt:       args.Adopt,
		}, a.Child())
		if err != nil {
			return nil, err
		}
		before = []pulumi.Resource{ns}
	}
	installed, err := helm.NewRelease(ctx, name, release, a.Child(component.DependsOn(before...)))
	if err != nil {
		return nil, err
	}
	custom, err := args.objects()
	if err != nil {
		return nil, failure.Wrap(failure.Configuration, "read", fmt.Sprintf("objects of add-on %q", name), err)
	}
	a.AddChildren(installed)
	err = objects.Register(ctx, a, name, objects.Waves(nil, nil, custom), objects.Options{
		Namespace: pulumi.String(definition.Namespace),
		Adopt:     args.Adopt,
		SkipAwait: args.SkipAwait,
		After:     component.Resources(installed),
	})
	if err != nil {
		return nil, err
	}
	a.Namespace, a.Version = installed.Namespace, installed.Version
	return component.Finish(ctx, a)
}
