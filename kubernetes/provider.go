package kubernetes

import (
	"fmt"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/existing"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/handover"
	"github.com/ashlar-iac/ashlar/kubernetes/kubeconfig"
)

// ProviderArgs are the arguments of a provider. Exactly one of Kubeconfig,
// KubeconfigPath, Ambient and Cluster is required.
type ProviderArgs struct {
	// Kubeconfig is the content of a kubeconfig. It is stored as a secret. Default: none.
	Kubeconfig pulumi.StringInput
	// KubeconfigPath is the path of a kubeconfig, relative to the working directory. Default: none.
	KubeconfigPath string
	// Ambient uses the kubeconfig of kubectl: that of the KUBECONFIG variable, or ~/.kube/config. Default: false.
	Ambient bool
	// Cluster is a cluster of another component. Default: none.
	Cluster core.Cluster
	// Context is the context of the kubeconfig. Default: its current context.
	Context string
}

// NewProvider creates a Kubernetes provider. Its kubeconfig is a secret that
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
	p, err := kubernetes.NewProvider(ctx, name, &kubernetes.ProviderArgs{
		Kubeconfig:        pulumi.ToSecret(content.ToStringOutput().ApplyT(handover.Kubeconfig)).(pulumi.StringOutput),
		ClusterIdentifier: server,
		// Without it, previews silently skip resources of a cluster that is missing or unreachable.
		EnableServerSideApply: pulumi.Bool(true),
	}, opts...)
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
	for _, set := range []bool{args.Kubeconfig != nil, args.KubeconfigPath != "", args.Ambient, args.Cluster != nil} {
		if set {
			given++
		}
	}
	if given != 1 {
		return nil, nil, failure.New(failure.Configuration, "check", "arguments",
			"expected exactly one of Kubeconfig, KubeconfigPath, Ambient and Cluster, found %d", given)
	}
	var k *kubeconfig.Kubeconfig
	switch {
	case args.KubeconfigPath != "":
		k, err = kubeconfig.File(args.KubeconfigPath, args.Context)
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
