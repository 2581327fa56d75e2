package chart

import (
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	helm "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/engine"
	hook "helm.sh/helm/v4/pkg/release/v1"
	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"

	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/objects"
)

// DefaultKubernetes is the version of Kubernetes that charts are rendered for when that of the cluster is unknown: the
// oldest supported one.
const DefaultKubernetes = "1.33"

// Release is what a chart is rendered for.
type Release struct {
	// Name is the name of the release. Required.
	Name string
	// Namespace is the namespace of the release. Required.
	Namespace string
	// Kubernetes is the version of Kubernetes, such as 1.33 or v1.33.4. Default: DefaultKubernetes.
	Kubernetes string
	// APIVersions are the API versions of the cluster in addition to those of Kubernetes, such as
	// monitoring.coreos.com/v1. Charts use them to decide which objects they have.
	APIVersions []string
	// Values override those of the chart.
	Values map[string]any
}

// Rendered is what a chart consists of for a release.
type Rendered struct {
	// CRDs are the objects of the folder crds, including those of dependencies.
	CRDs []objects.Object
	// Objects are the objects of the templates, without hooks, in the order in which Helm installs them.
	Objects []objects.Object
	// Before and After are the hooks that Helm runs before and after it installs or upgrades a release, in their order.
	// They have no annotations of hooks.
	Before, After []objects.Object
	// Ignored are the hooks that run when a release is deleted or rolled back.
	Ignored []objects.Object
}

// All returns all objects that are created.
func (r *Rendered) All() []objects.Object { return slices.Concat(r.CRDs, r.Before, r.Objects, r.After) }

// Render returns the objects of the chart. Objects of the release without a namespace get none. Errors are of the class
// failure.Configuration.
func (c *Chart) Render(ctx context.Context, r Release) (*Rendered, error) {
	out, err := c.render(ctx, r)
	if err != nil {
		return nil, failure.Wrap(failure.Configuration, "render", "chart "+c.meta.Name+" "+c.meta.Version, err)
	}
	return out, nil
}

func (c *Chart) render(ctx context.Context, r Release) (*Rendered, error) {
	loaded, err := c.load()
	if err != nil {
		return nil, err
	}
	capabilities, err := r.capabilities()
	if err != nil {
		return nil, err
	}
	values, err := normal(r.Values)
	if err != nil {
		return nil, err
	}
	if err := chartutil.ProcessDependencies(loaded, values); err != nil {
		return nil, err
	}
	options := common.ReleaseOptions{Name: r.Name, Namespace: r.Namespace, Revision: 1, IsInstall: true}
	// Check validates the values.
	top, err := util.ToRenderValuesWithSchemaValidation(loaded, values, options, capabilities, true)
	if err != nil {
		return nil, err
	}
	files, err := engine.Engine{}.RenderWithContext(ctx, loaded, top)
	if err != nil {
		return nil, err
	}
	maps.DeleteFunc(files, func(name, _ string) bool { return path.Base(name) == "NOTES.txt" })
	hooks, manifests, err := releaseutil.SortManifests(files, nil, releaseutil.InstallOrder)
	if err != nil {
		return nil, err
	}
	return collect(loaded, hooks, manifests)
}

// normal returns values as Helm reads them from a file.
func normal(values map[string]any) (map[string]any, error) {
	text, err := common.Values(values).YAML()
	if err != nil {
		return nil, err
	}
	return loader.LoadValues(strings.NewReader(text))
}

// capabilities returns what templates know of the cluster.
func (r *Release) capabilities() (*common.Capabilities, error) {
	version := r.Kubernetes
	if version == "" {
		version = DefaultKubernetes
	}
	parsed, err := common.ParseKubeVersion(version)
	if err != nil {
		return nil, fmt.Errorf("version of Kubernetes %q: use a version such as 1.33", version)
	}
	out := common.DefaultCapabilities.Copy()
	out.KubeVersion = *parsed
	out.APIVersions = slices.Concat(out.APIVersions, r.APIVersions)
	return out, nil
}

// collect reads the rendered texts.
func collect(c *helm.Chart, hooks []*hook.Hook, manifests []releaseutil.Manifest) (*Rendered, error) {
	out := &Rendered{}
	add := func(to *[]objects.Object, source, text string) error {
		found, err := objects.Parse(source, text)
		*to = append(*to, found...)
		return err
	}
	for _, crd := range c.CRDObjects() {
		if err := add(&out.CRDs, crd.Filename, string(crd.File.Data)); err != nil {
			return nil, err
		}
	}
	for _, m := range manifests {
		if err := add(&out.Objects, m.Name, m.Content); err != nil {
			return nil, err
		}
	}
	// Helm runs hooks by weight, kind and name.
	slices.SortStableFunc(hooks, func(a, b *hook.Hook) int { return a.Weight - b.Weight })
	for _, h := range hooks {
		to := out.hooks(h.Events)
		if to == nil {
			continue
		}
		first := len(*to)
		if err := add(to, h.Path, h.Manifest); err != nil {
			return nil, err
		}
		for _, o := range (*to)[first:] {
			o.RemoveAnnotations(func(key string) bool { return strings.HasPrefix(key, "helm.sh/hook") })
		}
	}
	return out, objects.CheckDistinct(out.All())
}

// hooks returns the list that a hook belongs to: that of its first event in the life of a release. Tests are nowhere.
func (r *Rendered) hooks(events []hook.HookEvent) *[]objects.Object {
	for _, group := range []struct {
		list   *[]objects.Object
		events []hook.HookEvent
	}{
		{&r.Before, []hook.HookEvent{hook.HookPreInstall, hook.HookPreUpgrade}},
		{&r.After, []hook.HookEvent{hook.HookPostInstall, hook.HookPostUpgrade}},
		{&r.Ignored, []hook.HookEvent{hook.HookPreDelete, hook.HookPostDelete, hook.HookPreRollback, hook.HookPostRollback}},
	} {
		if slices.ContainsFunc(events, func(e hook.HookEvent) bool { return slices.Contains(group.events, e) }) {
			return group.list
		}
	}
	return nil
}
