package helm

import (
	"strings"

	"github.com/Masterminds/semver/v3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/kubernetes/crd"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/apirules"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/chart"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
)

// ReleaseArgs are the arguments of a [Release]. Exactly one of Chart and Path is required. Those of plain Go types are
// validated before the deployment: the chart is loaded, its values are checked, and it is rendered.
type ReleaseArgs struct {
	// Chart is the name of a chart in Repository, or its address in an OCI registry. A change updates the objects of the
	// release. Default: none.
	Chart string `pulumi:"chart,optional" jsonschema:"example=oci://registry.example.com/charts/web"`
	// Repository is the https:// URL of the repository of Chart. Required unless Chart is in an OCI registry. A change
	// updates the objects of the release.
	Repository string `pulumi:"repository,optional" jsonschema:"example=https://charts.example.com"`
	// Version is the exact version of Chart. Required with Chart. A change upgrades the release.
	Version string `pulumi:"version,optional" jsonschema:"example=1.2.3"`
	// Digest pins the content: the SHA-256 digest of the archive in a repository, or of the manifest in an OCI registry.
	// A pinned chart is downloaded once. Default: the digest that the repository has for the version.
	Digest string `pulumi:"digest,optional" jsonschema:"pattern=^sha256:[0-9a-f]{64}$"`
	// Path is the path of a folder or an archive with the chart, for clusters without access to the internet. Default:
	// none.
	Path string `pulumi:"path,optional" config:"path"`
	// Namespace is the name of the namespace, which must exist. Required. A change replaces the objects of the release.
	Namespace pulumi.StringInput `pulumi:"namespace" jsonschema:"required"`
	// Name is the name of the release, from which most charts make the names of their objects. Default: the name of the
	// component. A change replaces the objects of the release.
	Name string `pulumi:"name,optional" config:"name" jsonschema:"pattern=^[a-z0-9]([-a-z0-9]{0\\,51}[a-z0-9])?$,example=web"`
	// Values are the values of the chart. They are not for secrets. Default: those of the chart. A change updates the
	// objects of the release.
	Values map[string]any `pulumi:"values,optional"`
	// ValuesFile is the path of a YAML file with values. Those of Values take precedence. Default: none.
	ValuesFile string `pulumi:"valuesFile,optional" config:"path"`
	// Set holds texts by the path of their value, such as auth.password: secrets, and outputs of other resources. They
	// take precedence, and what the chart makes from secrets is secret. A dot within a key is written as \. Default: none.
	Set pulumi.StringMapInput `pulumi:"set,optional"`
	// CRDs is what happens to the CustomResourceDefinitions of the chart: keep creates or takes them over, and keeps them
	// when the release is destroyed, because Kubernetes deletes the custom resources with them; delete also deletes them;
	// skip does not create them. A change to skip deletes those that are not kept.
	CRDs crd.Policy `pulumi:"crds,optional" jsonschema:"enum=keep,enum=delete,enum=skip,default=keep"`
	// PodSecurity is the Pod Security Standard that the pods of the chart must meet: that of the namespace.
	PodSecurity namespace.PodSecurityLevel `pulumi:"podSecurity,optional" jsonschema:"enum=restricted,enum=baseline,enum=privileged,default=restricted"`
	// KubernetesVersion is the version of the cluster, on which the objects of many charts depend. Default: 1.33.
	KubernetesVersion string `pulumi:"kubernetesVersion,optional" jsonschema:"format=kubernetes-version,example=1.35"`
	// APIVersions lists API versions of the cluster that are not part of Kubernetes. Many charts have additional objects
	// with them. Default: none.
	APIVersions []string `pulumi:"apiVersions,optional" jsonschema:"example=monitoring.coreos.com/v1"`
	// ServiceAccount is the name of the service account of the chart that has Identity. Default: that of Identity.
	ServiceAccount string `pulumi:"serviceAccount,optional" config:"program"`
	// Identity is the cloud identity of the pods with the service account. Default: none.
	Identity core.WorkloadIdentity `pulumi:"identity,optional" config:"program"`
	// SkipAwait does not wait until the objects are ready. Default: false.
	SkipAwait bool `pulumi:"skipAwait,optional"`
	// Adopt manages objects that exist already, such as those of a release that Helm has installed, and keeps them when
	// they are destroyed. Without it, an object that exists is an error. Default: false. A change updates the objects.
	Adopt bool `pulumi:"adopt,optional"`
}

var _ config.Validator = (*ReleaseArgs)(nil)

// Validate implements config.Validator: it renders the chart.
func (a *ReleaseArgs) Validate(report *config.Report) {
	for _, f := range a.check(report) {
		if f.warning {
			report.Warn(f.path, "%s", f.message)
		}
	}
}

// CheckErrors is Validate without warnings, for components that create a release: the release shows them.
func (a *ReleaseArgs) CheckErrors(report *config.Report) { a.check(report) }

// check reports errors, and returns all findings of the plan.
func (a *ReleaseArgs) check(report *config.Report) []finding {
	apirules.Namespace.Check(report, []string{"namespace"}, a.Namespace)
	if !a.checkSource(report) {
		return nil
	}
	findings := newPlan(a, report.Component()).findings
	for _, f := range findings {
		if !f.warning {
			report.Add(f.path, "%s", f.message)
		}
	}
	return findings
}

// checkSource reports problems with where the chart is from.
func (a *ReleaseArgs) checkSource(report *config.Report) bool {
	ok := true
	add := func(key, format string, args ...any) {
		report.Add([]string{key}, format, args...)
		ok = false
	}
	switch {
	case a.Path != "" && a.Chart != "":
		add("path", "chart and path are mutually exclusive: set one of them")
	case a.Path != "":
		for key, value := range map[string]string{"repository": a.Repository, "version": a.Version, "digest": a.Digest} {
			if value != "" {
				add(key, "no effect on a chart with path: remove it")
			}
		}
	case a.Chart == "":
		add("chart", "no chart: set chart or path")
	case chart.IsOCI(a.Chart):
		if a.Repository != "" {
			add("repository", "no effect on a chart in an OCI registry: remove it")
		}
	case a.Repository == "":
		add("repository", "required with a chart that is not in an OCI registry")
	default:
		if problem := chart.CheckURL(a.Repository); problem != "" {
			add("repository", "%s", problem)
		}
	}
	if a.Chart != "" {
		// Some charts have versions with a leading v.
		if _, err := semver.StrictNewVersion(strings.TrimPrefix(a.Version, "v")); a.Version == "" {
			add("version", "required with chart: use an exact version, so that each deployment is the same")
		} else if err != nil {
			add("version", "found the string %q, expected an exact version such as 1.2.3", a.Version)
		}
	}
	return ok
}

func (a *ReleaseArgs) source() chart.Source {
	return chart.Source{Path: a.Path, Chart: a.Chart, Repository: a.Repository, Version: a.Version, Digest: a.Digest}
}
