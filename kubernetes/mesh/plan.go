package mesh

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/apirules"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/chart"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/objects"
)

// controlPlane is a control plane to install.
type controlPlane struct {
	revision, version, path string
	// tags are the names of its tags, sorted.
	tags []string
}

// label returns the value of the label istio.io/rev of its objects.
func (p controlPlane) label() string {
	if p.revision == "" {
		return defaultTag
	}
	return p.revision
}

// controlPlanes returns the control planes, the previous one last.
func (a *ServiceMeshArgs) controlPlanes() []controlPlane {
	out := []controlPlane{{revision: a.Revision, version: a.Version, path: a.Path}}
	if p := a.Previous; p != nil {
		out = append(out, controlPlane{revision: p.Revision, version: p.Version, path: p.Path})
	}
	for i := range out {
		for tag, revision := range a.tags() {
			if revision == out[i].revision {
				out[i].tags = append(out[i].tags, tag)
			}
		}
		slices.Sort(out[i].tags)
	}
	return out
}

// plan holds the objects of a mesh.
type plan struct {
	// system holds the mesh in waves: the objects of a wave are created after, and deleted before, those of earlier ones.
	system [][]objects.Object
	// policies are what uses the mesh.
	policies []objects.Object
}

// newPlan returns the objects of a mesh. It reads charts, and no cluster. Source: "Install with Helm", Istio
// documentation.
func newPlan(a *ServiceMeshArgs) (*plan, error) {
	planes := a.controlPlanes()
	current, node := planes[0], planes[len(planes)-1]
	namespace, err := a.namespace()
	if err != nil {
		return nil, err
	}
	definitions, err := a.gatewayAPI()
	if err != nil {
		return nil, err
	}
	base, err := a.render(baseChart, current, a.baseValues(current.version, a.validatorRevision()))
	if err != nil {
		return nil, err
	}
	var control []objects.Object
	for _, p := range planes {
		found, err := a.render(istiodChart, p, a.istiodValues(p))
		if err != nil {
			return nil, err
		}
		control = append(control, found...)
	}
	// The validator of the default revision belongs to the control plane that serves it.
	control = append(control, take(&base, isWebhook)...)
	for _, o := range control {
		if isWebhook(o) {
			prepareWebhook(o)
		}
	}
	if err := objects.CheckDistinct(slices.Concat(base, control)); err != nil {
		return nil, err
	}
	definitions = append(definitions, take(&base, objects.Object.IsCRD)...)
	for _, o := range definitions {
		// The option crds decides.
		o.RemoveAnnotations(func(key string) bool { return key == "helm.sh/resource-policy" })
	}
	waves := [][]objects.Object{namespace, definitions, base}
	waves = append(waves, objects.Waves(control, nil, nil)...)
	if a.hasCNI() {
		agent, err := a.render(cniChart, node, a.cniValues(node))
		if err != nil {
			return nil, err
		}
		waves = append(waves, objects.Waves(agent, nil, nil)...)
	}
	if a.Mode == ModeAmbient {
		proxies, err := a.render(ztunnelChart, node, a.ztunnelValues(node))
		if err != nil {
			return nil, err
		}
		waves = append(waves, objects.Waves(proxies, nil, nil)...)
	}
	policies, err := a.policies()
	if err != nil {
		return nil, err
	}
	gateways, err := a.gateways()
	if err != nil {
		return nil, err
	}
	return &plan{system: waves, policies: slices.Concat(policies, gateways)}, nil
}

// render returns the objects of a chart.
func (a *ServiceMeshArgs) render(name string, p controlPlane, own values) ([]objects.Object, error) {
	source := chart.Source{Path: p.path}
	switch {
	case p.path != "":
		source.Path = chartFolder(p.path, name)
	case strings.HasPrefix(a.Repository, "oci://"):
		source.Chart, source.Version = strings.TrimSuffix(a.Repository, "/")+"/"+name, p.version
	default:
		source.Chart, source.Repository, source.Version = name, a.Repository, p.version
	}
	loaded, err := chart.Load(context.Background(), source)
	if err != nil {
		return nil, err
	}
	plain, err := own.plain()
	if err != nil {
		return nil, err
	}
	additional, err := readValues(a.Values[name])
	if err != nil {
		return nil, err
	}
	release := chart.Release{
		Name:       releaseName(name, p),
		Namespace:  a.Namespace,
		Kubernetes: a.KubernetesVersion,
		Values:     chart.MergeValues(plain, additional),
	}
	rendered, err := loaded.Render(context.Background(), release)
	if err != nil {
		return nil, err
	}
	return rendered.All(), nil
}

// releaseName returns the name of a release, as in Istio's documentation.
func releaseName(name string, p controlPlane) string {
	switch {
	case name == baseChart || name == cniChart:
		return "istio-" + name
	case name == istiodChart && p.revision != "":
		return name + "-" + p.revision
	}
	return name
}

// chartFolder returns the folder of a chart: that of a release archive, or one with the name of the chart.
func chartFolder(path, name string) string {
	folder := filepath.Join(path, filepath.FromSlash(chartFolders[name]))
	if _, err := os.Stat(folder); err != nil {
		return filepath.Join(path, name)
	}
	return folder
}

// validatorRevision returns the revision that validates configuration without a revision, as in the values of the chart.
func (a *ServiceMeshArgs) validatorRevision() string {
	if a.Revision == "" {
		return defaultTag
	}
	if revision, ok := a.tags()[defaultTag]; ok {
		return revision
	}
	return a.Revision
}

// take removes the matching objects from a list, and returns them.
func take(list *[]objects.Object, matches func(objects.Object) bool) []objects.Object {
	var taken, others []objects.Object
	for _, o := range *list {
		if matches(o) {
			taken = append(taken, o)
		} else {
			others = append(others, o)
		}
	}
	*list = others
	return taken
}

func isWebhook(o objects.Object) bool { return strings.HasSuffix(o.GetKind(), "WebhookConfiguration") }

// prepareWebhook makes a webhook ready for its control plane, which writes the certificate into it, and changes a
// failurePolicy of Ignore to Fail. With Fail from the start, the control plane has nothing to change but the certificate,
// which is no input. Objects that need the webhook wait for the certificate.
//
// Source: pkg/webhooks/validation/controller, istio/istio; base.validationFailurePolicy, values of Istio's charts.
func prepareWebhook(o objects.Object) {
	list, _, _ := unstructured.NestedSlice(o.Object, "webhooks")
	for _, webhook := range list {
		webhook.(map[string]any)["failurePolicy"] = "Fail"
	}
	o.Object["webhooks"] = list
	annotations := maps.Clone(o.GetAnnotations())
	if annotations == nil {
		annotations = map[string]string{}
	}
	annotations["pulumi.com/waitFor"] = "jsonpath={.webhooks[0].clientConfig.caBundle}"
	o.SetAnnotations(annotations)
}

// namespace returns the namespace of the mesh. The pods of nodes need access to the host.
func (a *ServiceMeshArgs) namespace() ([]objects.Object, error) {
	level := "restricted"
	if a.hasCNI() {
		level = "privileged"
	}
	labels := values{}
	for _, mode := range []string{"enforce", "audit", "warn"} {
		labels[apirules.PodSecurity+mode] = level
		labels[apirules.PodSecurity+mode+"-version"] = podSecurityVersion
	}
	return object("v1", "Namespace", "", a.Namespace, values{"metadata": values{"labels": labels}})
}

// podSecurityVersion is the version of Kubernetes that defines the Pod Security Standards.
const podSecurityVersion = "v1.33"

// gatewayAPI returns the definitions of the Gateway API.
func (a *ServiceMeshArgs) gatewayAPI() ([]objects.Object, error) {
	if a.GatewayAPI == "" {
		return nil, nil
	}
	var out []objects.Object
	err := filepath.WalkDir(a.GatewayAPI, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !slices.Contains([]string{".yaml", ".yml"}, filepath.Ext(path)) {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		found, err := objects.Parse(path, string(data))
		for _, o := range found {
			if o.IsCRD() {
				out = append(out, o)
			}
		}
		return err
	})
	if err == nil && len(out) == 0 {
		err = fmt.Errorf("%s has no CustomResourceDefinitions", a.GatewayAPI)
	}
	return out, failure.Wrap(failure.Configuration, "read", "gatewayApi", err)
}

// object returns an object with additional content, in a namespace or "".
func object(apiVersion, kind, namespace, name string, content values) ([]objects.Object, error) {
	metadata, _ := content["metadata"].(values)
	metadata = maps.Clone(metadata)
	if metadata == nil {
		metadata = values{}
	}
	metadata["name"] = name
	if namespace != "" {
		metadata["namespace"] = namespace
	}
	all := maps.Clone(content)
	all["apiVersion"], all["kind"], all["metadata"] = apiVersion, kind, metadata
	return objects.New("mesh", all)
}
