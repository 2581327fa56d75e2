package namespace

import (
	"cmp"
	"maps"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/pod-security-admission/api"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/apirules"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/existing"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/objectmeta"
)

// NamespaceToken is the type of the component [Namespace].
const NamespaceToken = "ashlar-kubernetes:namespace:Namespace"

// Namespace is a Kubernetes namespace with Pod Security admission.
type Namespace struct {
	pulumi.ResourceState
	component.Base

	// Name is the name of the namespace in the cluster.
	Name pulumi.StringOutput `pulumi:"name"`
}

// NamespaceArgs are the arguments of a [Namespace]. Those of plain Go types are validated before the deployment.
type NamespaceArgs struct {
	// Name is the name of the namespace in the cluster. Default: the name of the component. A change replaces the
	// namespace and everything in it.
	Name string `pulumi:"name,optional" config:"name" jsonschema:"pattern=^[a-z0-9]([-a-z0-9]{0\\,61}[a-z0-9])?$,example=shop"`
	// PodSecurity holds the Pod Security Standards of the namespace. Default: restricted. A change updates the
	// namespace.
	PodSecurity *PodSecurity `pulumi:"podSecurity,optional" config:"group"`
	// Labels are added to the namespace. Default: none. A change updates the namespace.
	Labels pulumi.StringMapInput `pulumi:"labels,optional" config:"plain"`
	// Annotations are added to the namespace. Default: none. A change updates the namespace.
	Annotations pulumi.StringMapInput `pulumi:"annotations,optional" config:"plain"`
	// Adopt manages a namespace that exists already, and keeps it, with everything in it, when it is destroyed. Without
	// it, a namespace that exists is an error. Default: false. A change updates the namespace.
	Adopt bool `pulumi:"adopt,optional"`
}

// PodSecurityLevel is a Pod Security Standard. Source: "Pod Security Standards", Kubernetes documentation.
type PodSecurityLevel string

// The Pod Security Standards.
const (
	// PodSecurityPrivileged allows everything.
	PodSecurityPrivileged PodSecurityLevel = "privileged"
	// PodSecurityBaseline prevents known privilege escalations.
	PodSecurityBaseline PodSecurityLevel = "baseline"
	// PodSecurityRestricted follows current best practices for hardening pods.
	PodSecurityRestricted PodSecurityLevel = "restricted"
)

// PodSecurity holds the Pod Security Standard of each mode of Pod Security admission. Source: "Pod Security Admission",
// Kubernetes documentation. A change does not evict pods that are running.
type PodSecurity struct {
	// Enforce is the standard that pods must meet to be admitted.
	Enforce PodSecurityLevel `pulumi:"enforce,optional" jsonschema:"enum=restricted,enum=baseline,enum=privileged,default=restricted"`
	// Audit is the standard whose violations are added to the audit log.
	Audit PodSecurityLevel `pulumi:"audit,optional" jsonschema:"enum=restricted,enum=baseline,enum=privileged,default=restricted"`
	// Warn is the standard whose violations cause warnings.
	Warn PodSecurityLevel `pulumi:"warn,optional" jsonschema:"enum=restricted,enum=baseline,enum=privileged,default=restricted"`
	// Version is the Kubernetes version that defines the standards, or "latest" for that of the cluster. With a fixed
	// version, a cluster upgrade does not reject pods that were admitted before.
	Version string `pulumi:"version,optional" jsonschema:"pattern=^(v1\\.[0-9]+|latest)$,example=v1.33,default=v1.33"`
}

var (
	_ config.Validator = (*NamespaceArgs)(nil)
	_ config.Validator = (*PodSecurity)(nil)
)

// Validate implements config.Validator.
func (a *NamespaceArgs) Validate(report *config.Report) {
	name := cmp.Or(a.Name, report.Component())
	if apirules.IsSystemNamespace(name) {
		report.Add([]string{"name"}, "%s: use another name", apirules.SystemNamespace(name))
	}
	own := map[string]string{}
	if name != "" {
		own[apirules.NamespaceName] = name
	}
	if a.PodSecurity != nil {
		maps.Copy(own, a.PodSecurity.values())
	}
	apirules.CheckLabels(report, []string{"labels"}, a.Labels, own)
	apirules.CheckAnnotations(report, []string{"annotations"}, a.Annotations)
}

// Validate implements config.Validator.
func (s *PodSecurity) Validate(report *config.Report) {
	if _, err := api.ParseVersion(s.Version); s.Version != "" && err != nil {
		report.Add([]string{"version"}, "found the string %q, expected a version such as v1.33, or latest", s.Version)
	}
}

// NewNamespace creates a namespace. With nil args, it has the name of the component and every default.
func NewNamespace(
	ctx *pulumi.Context, name string, args *NamespaceArgs, opts ...pulumi.ResourceOption,
) (*Namespace, error) {
	ns := &Namespace{}
	args, err := component.Register(ctx, NamespaceToken, name, ns, args, opts...)
	if err != nil {
		return nil, err
	}
	labels := objectmeta.Merge(args.Labels, pulumi.ToStringMap(args.PodSecurity.values()))
	resource, err := corev1.NewNamespace(ctx, name, &corev1.NamespaceArgs{
		Metadata: objectmeta.New(nil, pulumi.String(args.Name), labels, existing.Annotations(args.Annotations, args.Adopt)),
	}, ns.Main(existing.Options(ns, args.Adopt)))
	if err != nil {
		return nil, err
	}
	ns.Name = resource.Metadata.Name().Elem()
	return component.Finish(ctx, ns)
}

// values returns the labels that configure Pod Security admission.
func (s *PodSecurity) values() map[string]string {
	out := map[string]string{}
	for mode, level := range map[string]PodSecurityLevel{"enforce": s.Enforce, "audit": s.Audit, "warn": s.Warn} {
		out[apirules.PodSecurity+mode] = string(level)
		out[apirules.PodSecurity+mode+"-version"] = s.Version
	}
	return out
}
