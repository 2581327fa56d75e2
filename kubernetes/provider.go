package kubernetes

import (
	"fmt"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/apirules"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/existing"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/handover"
	"github.com/ashlar-iac/ashlar/kubernetes/kubeconfig"
)

// ProviderArgs are the arguments of a provider. Exactly one of Kubeconfig, KubeconfigPath, InCluster, Ambient and Cluster
// is required.
type ProviderArgs struct {
	// Kubeconfig is the content of a kubeconfig. It is stored as a secret. Default: none.
	Kubeconfig pulumi.StringInput
	// KubeconfigPath is the path of a kubeconfig, relative to the working directory. Default: none.
	KubeconfigPath string
	// InCluster uses the service account of the pod that runs the program. Its token is not stored. Default: false.
	InCluster bool
	// Ambient uses the kubeconfig of kubectl: that of the KUBECONFIG variable, or ~/.kube/config. Default: false.
	Ambient bool
	// Cluster is a cluster of another component. Default: none.
	Cluster core.Cluster
	// Context is the context of the kubeconfig. Default: its current context.
	Context string
	// Namespace is the namespace of objects that do not have one. Default: that of the context, or default.
	Namespace string
	// Check connects to the cluster before the provider is registered. A cluster that does not answer is an error then,
	// rather than one of each resource. It is skipped while the kubeconfig is unknown, as in the preview of a new cluster.
	// Default: false.
	Check bool
	// DeleteUnreachable removes resources from the state, without deleting them, when their cluster does not answer. It is
	// for clusters that no longer exist. Default: false, which is an error.
	DeleteUnreachable bool
}

// NewProvider creates a Kubernetes provider with server-side apply. Its kubeconfig is a secret that
// contains only the given context, without references to files. Static credentials are handed over by a credential
// plugin, because the provider leaves a file with its kubeconfig in the temporary directory: the plugin deletes it. It never falls
// back to the ambient kubeconfig. The URL of the API server identifies the
// provider: new credentials for the same server update it in place, another
// server replaces it and all resources that use it.
//
// Components that use the provider do not take over objects: creating one that exists is an error, also in previews,
// unless the argument Adopt of the component is set.
//
// Errors are of the class failure.Provider.
func NewProvider(
	ctx *pulumi.Context, name string, args *ProviderArgs, opts ...pulumi.ResourceOption,
) (*kubernetes.Provider, error) {
	content, server, err := resolve(args)
	if err != nil {
		return nil, failure.Wrap(failure.Provider, "create", fmt.Sprintf("kubernetes provider %q", name), err)
	}
	if args.Check {
		if text, known := content.(pulumi.String); known {
			if _, err := serverVersion(name, string(text)); err != nil {
				return nil, err
			}
		} else {
			content = checked(name, content)
		}
	}
	settings := &kubernetes.ProviderArgs{
		Kubeconfig:        pulumi.ToSecret(content.ToStringOutput().ApplyT(handover.Kubeconfig)).(pulumi.StringOutput),
		ClusterIdentifier: server,
		// Without it, previews silently skip resources of a cluster that is missing or unreachable.
		EnableServerSideApply: pulumi.Bool(true),
	}
	if args.Namespace != "" {
		settings.Namespace = pulumi.String(args.Namespace)
	}
	if args.DeleteUnreachable {
		settings.DeleteUnreachable = pulumi.Bool(true)
	}
	p, err := kubernetes.NewProvider(ctx, name, settings, opts...)
	if err != nil {
		return nil, err
	}
	return p, existing.Guard(ctx, name, p, content)
}

// resolve returns the kubeconfig and the URL of the API server.
func resolve(args *ProviderArgs) (content, server pulumi.StringInput, err error) {
	if args == nil {
		args = &ProviderArgs{}
	}
	// Methods of a nil cluster panic.
	if err := config.Check("arguments of a provider", args); err != nil {
		return nil, nil, err
	}
	given := 0
	for _, set := range []bool{
		args.Kubeconfig != nil, args.KubeconfigPath != "", args.InCluster, args.Ambient, args.Cluster != nil,
	} {
		if set {
			given++
		}
	}
	if given != 1 {
		return nil, nil, failure.New(failure.Configuration, "check", "arguments",
			"expected exactly one of Kubeconfig, KubeconfigPath, InCluster, Ambient and Cluster, found %d", given)
	}
	if args.InCluster && args.Context != "" {
		return nil, nil, failure.New(failure.Configuration, "check", "arguments", "InCluster has no contexts: remove Context")
	}
	if args.Namespace != "" && !apirules.Namespace.Allows(args.Namespace) {
		return nil, nil, failure.New(failure.Configuration, "check", "arguments",
			"invalid Namespace %q: use at most 63 lower case letters, digits and dashes", args.Namespace)
	}
	var k *kubeconfig.Kubeconfig
	switch {
	case args.KubeconfigPath != "":
		k, err = kubeconfig.File(args.KubeconfigPath, args.Context)
	case args.InCluster:
		k, err = kubeconfig.InCluster()
	case args.Ambient:
		k, err = kubeconfig.Ambient(args.Context)
	case args.Cluster != nil:
		info := args.Cluster.ClusterInfo()
		if info.Kubeconfig.OutputState == nil {
			return nil, nil, failure.New(failure.Configuration, "read", fmt.Sprintf("cluster %q", info.Name), "no kubeconfig")
		}
		content, server = parsed(info.Kubeconfig, args.Context)
		if info.Server != nil && args.Context == "" {
			server = info.Server
		}
		return content, server, nil
	default:
		if text, ok := args.Kubeconfig.(pulumi.String); ok {
			k, err = kubeconfig.Parse(string(text), args.Context)
			break
		}
		content, server = parsed(args.Kubeconfig, args.Context)
		return content, server, nil
	}
	if err != nil {
		return nil, nil, err
	}
	return pulumi.String(k.Content), pulumi.String(k.Server), nil
}

// parsed reads a kubeconfig that is an output.
func parsed(text pulumi.StringInput, context string) (content, server pulumi.StringInput) {
	read := func(part func(*kubeconfig.Kubeconfig) string) pulumi.StringOutput {
		return text.ToStringOutput().ApplyT(func(text string) (string, error) {
			k, err := kubeconfig.Parse(text, context)
			if err != nil {
				return "", err
			}
			return part(k), nil
		}).(pulumi.StringOutput)
	}
	content = read(func(k *kubeconfig.Kubeconfig) string { return k.Content })
	// The URL of the server is not a secret, and diffs should show it.
	server = pulumi.Unsecret(read(func(k *kubeconfig.Kubeconfig) string { return k.Server })).(pulumi.StringOutput)
	return content, server
}
