package kubernetes

import (
	"fmt"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/kubernetes/kubeconfig"
)

// ProviderArgs says which cluster a provider talks to. Exactly one of
// Kubeconfig, KubeconfigPath, Ambient and Cluster is given.
type ProviderArgs struct {
	// Kubeconfig is the content of a kubeconfig. It is stored as a secret.
	Kubeconfig pulumi.StringInput
	// KubeconfigPath is the path of a kubeconfig, relative to the working directory.
	KubeconfigPath string
	// Ambient uses the kubeconfig that kubectl would use: the KUBECONFIG variable, or ~/.kube/config.
	Ambient bool
	// Cluster is a cluster that another component made.
	Cluster core.Cluster
	// Context is the context of the kubeconfig to use. Default: its current context.
	Context string
}

// NewProvider makes a Kubernetes provider. It holds the one context of the
// kubeconfig that was chosen, complete in itself, as a secret, and never falls
// back to the ambient kubeconfig. The URL of the API server is the provider's
// identity: new credentials for the same server update the provider in place,
// another server replaces it and everything it made.
//
// Errors are of the class failure.Provider.
func NewProvider(
	ctx *pulumi.Context, name string, args *ProviderArgs, opts ...pulumi.ResourceOption,
) (*kubernetes.Provider, error) {
	content, server, err := resolve(args)
	if err != nil {
		return nil, failure.Wrap(failure.Provider, "make", fmt.Sprintf("kubernetes provider %q", name), err)
	}
	return kubernetes.NewProvider(ctx, name, &kubernetes.ProviderArgs{
		Kubeconfig:        pulumi.ToSecret(content).(pulumi.StringOutput),
		ClusterIdentifier: server,
		// Without it a missing or unreachable cluster would make the provider
		// render nothing during previews, without a word.
		EnableServerSideApply: pulumi.Bool(true),
	}, opts...)
}

// resolve returns the kubeconfig and the URL of the API server.
func resolve(args *ProviderArgs) (content, server pulumi.StringInput, err error) {
	if args == nil {
		args = &ProviderArgs{}
	}
	given := 0
	for _, set := range []bool{args.Kubeconfig != nil, args.KubeconfigPath != "", args.Ambient, args.Cluster != nil} {
		if set {
			given++
		}
	}
	if given != 1 {
		return nil, nil, failure.New(failure.Configuration, "check", "arguments",
			"expected one of Kubeconfig, KubeconfigPath, Ambient and Cluster, got %d of them", given)
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
			return nil, nil, failure.New(failure.Configuration, "read", fmt.Sprintf("cluster %q", info.Name), "it has no kubeconfig")
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

// parsed reads a kubeconfig that only the engine will know.
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
	// The address of the server is not a credential, and the identity of the
	// provider should show.
	server = pulumi.Unsecret(read(func(k *kubeconfig.Kubeconfig) string { return k.Server })).(pulumi.StringOutput)
	return content, server
}
