package namespace

import (
	"cmp"
	"maps"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
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

// The names of the objects in the namespace.
const (
	quotaName       = "quota"
	limitsName      = "limits"
	defaultDenyName = "default-deny"
)

// Namespace is a Kubernetes namespace with Pod Security admission and, on request, a quota, defaults for containers, a
// network policy that denies all connections, and a service mesh.
type Namespace struct {
	pulumi.ResourceState
	component.Base

	// Name is the name of the namespace in the cluster. Resources that use it are created after, and deleted before, the
	// quota, the limits and the network policy.
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
	// Quota limits what all pods of the namespace request together. Default: none. A change updates the ResourceQuota;
	// pods that are running stay.
	Quota *Quota `pulumi:"quota,optional"`
	// Limits holds the requests and limits of containers that declare none, and the largest that a container can declare.
	// Default: none. A change updates the LimitRange, and applies to new pods.
	Limits *Limits `pulumi:"limits,optional"`
	// DefaultDeny denies all ingress and egress of pods that no other network policy allows, including DNS and the API
	// server. Applications have network policies of their own; pods of charts and manifests need one each. Default: false.
	// A change creates or deletes the network policy.
	DefaultDeny bool `pulumi:"defaultDeny,optional"`
	// Mesh adds the pods of the namespace to Istio. Default: none. A change applies to pods that start after it; with the
	// mode ambient, to all pods.
	Mesh *Mesh `pulumi:"mesh,optional"`
	// Labels are added to the namespace. Default: none. A change updates the namespace.
	Labels pulumi.StringMapInput `pulumi:"labels,optional" config:"plain"`
	// Annotations are added to the namespace. Default: none. A change updates the namespace.
	Annotations pulumi.StringMapInput `pulumi:"annotations,optional" config:"plain"`
	// Adopt manages a namespace that exists already, and keeps it, with everything in it but the objects of quota, limits
	// and defaultDeny, when it is destroyed. Without it, a namespace that exists is an error. Default: false. A change
	// updates the namespace.
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
	maps.Copy(own, a.Mesh.Labels())
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
	labels := objectmeta.Merge(args.Labels, pulumi.ToStringMap(args.PodSecurity.values()), pulumi.ToStringMap(args.Mesh.Labels()))
	resource, err := corev1.NewNamespace(ctx, name, &corev1.NamespaceArgs{
		Metadata: objectmeta.New(nil, pulumi.String(args.Name), labels, existing.Annotations(args.Annotations, args.Adopt)),
	}, ns.Main(existing.Options(ns, args.Adopt)))
	if err != nil {
		return nil, err
	}
	ns.Name = resource.Metadata.Name().Elem()
	within, err := ns.addPolicies(ctx, name, args)
	if err != nil {
		return nil, err
	}
	if len(within) > 0 {
		// A pod that starts before them would have no defaults, and no network policy.
		ns.Name = pulumi.All(append([]any{ns.Name}, within...)...).ApplyT(func(all []any) string {
			return all[0].(string)
		}).(pulumi.StringOutput)
	}
	return component.Finish(ctx, ns)
}

// addPolicies creates the objects in the namespace, and returns their names.
func (ns *Namespace) addPolicies(ctx *pulumi.Context, name string, args *NamespaceArgs) (names []any, err error) {
	// They are deleted with their options, also in a namespace that is kept.
	options := ns.Child(existing.Options(ns, false))
	meta := func(name string) *metav1.ObjectMetaArgs {
		return objectmeta.New(ns.Name, pulumi.String(name), args.Labels, nil)
	}
	if args.Quota != nil {
		quota, err := corev1.NewResourceQuota(ctx, name+"-quota", &corev1.ResourceQuotaArgs{
			Metadata: meta(quotaName),
			Spec:     &corev1.ResourceQuotaSpecArgs{Hard: pulumi.ToStringMap(args.Quota.hard())},
		}, options)
		if err != nil {
			return nil, err
		}
		names = append(names, quota.Metadata.Name().Elem())
	}
	if args.Limits != nil {
		limits, err := corev1.NewLimitRange(ctx, name+"-limits", &corev1.LimitRangeArgs{
			Metadata: meta(limitsName),
			Spec:     &corev1.LimitRangeSpecArgs{Limits: corev1.LimitRangeItemArray{args.Limits.item()}},
		}, options)
		if err != nil {
			return nil, err
		}
		names = append(names, limits.Metadata.Name().Elem())
	}
	if args.DefaultDeny {
		deny, err := networkingv1.NewNetworkPolicy(ctx, name+"-default-deny", &networkingv1.NetworkPolicyArgs{
			Metadata: meta(defaultDenyName),
			Spec: &networkingv1.NetworkPolicySpecArgs{
				PodSelector: &metav1.LabelSelectorArgs{},
				PolicyTypes: pulumi.ToStringArray([]string{"Ingress", "Egress"}),
			},
		}, options)
		if err != nil {
			return nil, err
		}
		names = append(names, deny.Metadata.Name().Elem())
	}
	return names, nil
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
