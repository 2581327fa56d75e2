package namespace

import (
	"maps"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/metadata"
)

// Token is the type of the component [Namespace].
const Token = "ashlar-kubernetes:namespace:Namespace"

// Namespace is a Kubernetes namespace with Pod Security admission.
type Namespace struct {
	pulumi.ResourceState
	component.Base

	// Name is the namespace's name in the cluster.
	Name pulumi.StringOutput `pulumi:"name"`
}

// Args describes a [Namespace].
type Args struct {
	// Name is the namespace's name in the cluster. Default: the name of the component. Changing it replaces the
	// namespace and all that is in it.
	Name string `pulumi:"name" config:"name" jsonschema:"pattern=^[a-z0-9]([-a-z0-9]{0\\,61}[a-z0-9])?$"`
	// PodSecurity sets the Pod Security Standards that pods of the namespace must meet. Default: restricted.
	PodSecurity PodSecurity `pulumi:"podSecurity"`
	// Labels are added to the namespace. Changing them updates it.
	Labels map[string]string `pulumi:"labels"`
	// Annotations are added to the namespace. Changing them updates it.
	Annotations map[string]string `pulumi:"annotations"`
}

// PodSecurity chooses a Pod Security Standard for each mode of the admission controller. Source: "Pod Security
// Admission", Kubernetes documentation. Changing any of it updates the namespace; pods that run already are not
// evicted.
type PodSecurity struct {
	// Enforce is the standard that pods must meet to be admitted.
	Enforce string `pulumi:"enforce" jsonschema:"enum=restricted,enum=baseline,enum=privileged,default=restricted"`
	// Audit is the standard whose violations are recorded in the audit log.
	Audit string `pulumi:"audit" jsonschema:"enum=restricted,enum=baseline,enum=privileged,default=restricted"`
	// Warn is the standard whose violations the API server warns about.
	Warn string `pulumi:"warn" jsonschema:"enum=restricted,enum=baseline,enum=privileged,default=restricted"`
	// Version is the Kubernetes version whose definition of the standards holds, so that an upgrade of the cluster
	// does not refuse pods that ran before. "latest" follows the cluster.
	Version string `pulumi:"version" jsonschema:"pattern=^(v1\\.[0-9]+|latest)$,default=v1.33"`
}

// New creates a namespace. Nil args mean a namespace of the component's name with every default.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*Namespace, error) {
	ns := &Namespace{}
	args, err := component.Register(ctx, Token, name, ns, args, opts...)
	if err != nil {
		return nil, err
	}
	resource, err := corev1.NewNamespace(ctx, name, &corev1.NamespaceArgs{
		Metadata: metadata.New(nil, pulumi.String(args.Name), labels(args), args.Annotations),
	}, ns.Main())
	if err != nil {
		return nil, err
	}
	ns.Name = resource.Metadata.Name().Elem()
	return component.Finish(ctx, ns)
}

// labels returns the user's labels and those of Pod Security, which win.
func labels(args *Args) map[string]string {
	const prefix = "pod-security.kubernetes.io/"
	out := map[string]string{}
	maps.Copy(out, args.Labels)
	for mode, standard := range map[string]string{
		"enforce": args.PodSecurity.Enforce,
		"audit":   args.PodSecurity.Audit,
		"warn":    args.PodSecurity.Warn,
	} {
		out[prefix+mode] = standard
		out[prefix+mode+"-version"] = args.PodSecurity.Version
	}
	return out
}
