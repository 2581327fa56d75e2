package kubernetes

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/provider"
	"github.com/ashlar-iac/ashlar/kubernetes/kubeconfig"
)

// ClusterConfiguration is how to access a cluster: exactly one of from, kubeconfig, content, stack, inCluster and ambient is
// required.
type ClusterConfiguration struct {
	// From is a cluster of another module: the name of the module, a slash and the name of the cluster, such as
	// aws/main. Default: none.
	From deployment.Reference[core.Cluster] `pulumi:"from"`
	// Kubeconfig is the path of a kubeconfig, relative to the file that contains this option. Default: none.
	Kubeconfig string `pulumi:"kubeconfig" config:"path"`
	// Content is the content of a kubeconfig. It must be encrypted: pulumi config set --path --secret. Default: none.
	Content pulumi.StringInput `pulumi:"content" config:"secret"`
	// Stack is another stack with a kubeconfig as an output: organization/project/stack. Default: none.
	Stack string `pulumi:"stack" jsonschema:"example=acme/clusters/prod"`
	// Output is the name of the output of the other stack.
	Output string `pulumi:"output,optional" jsonschema:"default=kubeconfig"`
	// InCluster uses the service account of the pod that runs the program. Default: false.
	InCluster bool `pulumi:"inCluster"`
	// Ambient uses the kubeconfig of kubectl: that of the KUBECONFIG variable, or ~/.kube/config. Default: false.
	Ambient bool `pulumi:"ambient"`
	// Context is the context of the kubeconfig. Default: its current context.
	Context string `pulumi:"context"`
	// Check connects to the cluster before anything is registered, as far as its kubeconfig is known then. A cluster that
	// does not answer is an error. Default: false.
	Check bool `pulumi:"check"`
	// DeleteUnreachable removes resources from the state, without deleting them, when the cluster does not answer. It is
	// for clusters that no longer exist. Default: false, which is an error.
	DeleteUnreachable bool `pulumi:"deleteUnreachable"`
}

var _ config.Validator = (*ClusterConfiguration)(nil)

// Validate implements config.Validator.
func (c *ClusterConfiguration) Validate(report *config.Report) {
	switch c.sources() {
	case 0:
		report.Add(nil, "no kubeconfig: set from, kubeconfig, content, stack, inCluster or ambient")
	case 1:
		if c.InCluster && c.Context != "" {
			report.Add([]string{"context"}, "the service account of a pod has no contexts: remove it")
		}
	default:
		report.Add(nil, "from, kubeconfig, content, stack, inCluster and ambient are mutually exclusive: set one of them")
	}
}

// sources returns how many ways to access the cluster are set.
func (c *ClusterConfiguration) sources() int {
	given := 0
	for _, set := range []bool{c.From != "", c.Kubeconfig != "", c.Content != nil, c.Stack != "", c.InCluster, c.Ambient} {
		if set {
			given++
		}
	}
	return given
}

// readKubeconfigs reports kubeconfigs that cannot be read, before another module has created anything.
func (c *Configuration) readKubeconfigs(report *config.Report) {
	for _, name := range c.Clusters.Names() {
		e := c.Clusters[name]
		if e.sources() != 1 {
			continue // It is reported.
		}
		var err error
		at := []string{"clusters", name, "kubeconfig"}
		switch {
		case e.Kubeconfig != "":
			_, err = kubeconfig.File(e.Kubeconfig, e.Context)
		case e.InCluster:
			at = []string{"clusters", name, "inCluster"}
			_, err = kubeconfig.InCluster()
		case e.Ambient:
			at = []string{"clusters", name, "ambient"}
			_, err = kubeconfig.Ambient(e.Context)
		}
		if errors.Is(err, kubeconfig.ErrContext) && e.Context != "" {
			at = []string{"clusters", name, "context"}
		}
		if err != nil {
			report.Add(at, "%v", err)
		}
	}
}

// scope describes a cluster. Entries that lead to the same cluster have the same description, as far as the configuration
// tells.
func (c *Configuration) scope(cluster string) string {
	cluster = c.Clusters.Resolve(cluster)
	e := c.Clusters[cluster]
	switch {
	case e == nil:
	case e.From != "":
		return "cluster " + string(e.From)
	case e.Kubeconfig != "" && e.Context != "":
		return fmt.Sprintf("context %q of %s", e.Context, e.Kubeconfig)
	case e.Kubeconfig != "":
		return "the cluster of " + e.Kubeconfig
	case e.Stack != "" && e.Context != "":
		return fmt.Sprintf("context %q of output %s of stack %s", e.Context, e.Output, e.Stack)
	case e.Stack != "":
		return fmt.Sprintf("the cluster of output %s of stack %s", e.Output, e.Stack)
	case e.InCluster:
		return "the cluster of the pod"
	}
	return fmt.Sprintf("cluster %q", cluster)
}

// lookUp checks versions, and connects to the clusters that are checked, before any module registers anything.
func lookUp(ctx *deployment.LookupContext, c *Configuration) error {
	if err := c.checkVersions(ctx); err != nil {
		return err
	}
	for _, name := range c.Clusters.Names() {
		e := c.Clusters[name]
		if !e.Check || e.From != "" || e.Stack != "" || !ctx.Report().Sound("clusters", name) {
			continue
		}
		content, _, err := resolve(e.providerArgs())
		if err != nil {
			return err
		}
		if _, err := versionOf(ctx.Context, name, content); err != nil {
			ctx.Report().Add([]string{"clusters", name, "check"}, "%v", err)
		}
	}
	return nil
}

// versionOf returns the version of the API server of a kubeconfig, or "" while the kubeconfig is unknown.
func versionOf(ctx *pulumi.Context, name string, content pulumi.StringInput) (string, error) {
	text, err := internals.UnsafeAwaitOutput(ctx.Context(), content.ToStringOutput())
	if err != nil || !text.Known {
		return "", err
	}
	return serverVersion(name, text.Value.(string))
}

// addProviders adds the provider of each cluster to the registry of the deployment, which creates it when it is first
// used.
func (d *deployer) addProviders() error {
	var failed []error
	for _, name := range d.config.Clusters.Names() {
		args, err := d.prepare(name)
		if err != nil {
			failed = append(failed, d.ctx.Locate(failure.Wrap(failure.Provider, "configure", "clusters."+name, err), "clusters", name))
			continue
		}
		info := core.ProviderInfo{Module: ModuleName, Name: name, Cluster: name}
		failed = append(failed, provider.Add(d.ctx.Providers(), info, func() (*kubernetes.Provider, error) {
			return NewProvider(d.ctx.Context, name, args)
		}))
	}
	return failure.Join(failed...)
}

// prepare returns the arguments of a cluster's provider. A cluster whose kubeconfig is known by now is checked.
func (d *deployer) prepare(name string) (*ProviderArgs, error) {
	e := d.config.Clusters[name]
	args := e.providerArgs()
	switch {
	case e.From != "":
		cluster, err := deployment.Lookup(d.ctx, e.From)
		if err != nil {
			return nil, err
		}
		// It may not exist yet: it is checked when its kubeconfig resolves.
		args.Cluster, args.Check = cluster, e.Check
	case e.Stack != "":
		content, err := stackOutput(d.ctx.Context, name, e.Stack, e.Output)
		if err != nil {
			return nil, err
		}
		args.Kubeconfig = pulumi.String(content)
	}
	content, _, err := resolve(args)
	if err != nil || !e.Check || e.From != "" {
		return args, err
	}
	d.clusterVersions[name], err = versionOf(d.ctx.Context, name, content)
	return args, err
}

// providerArgs returns the arguments of the provider, without what is known during the deployment only.
func (c *ClusterConfiguration) providerArgs() *ProviderArgs {
	return &ProviderArgs{
		Kubeconfig:        c.Content,
		KubeconfigPath:    c.Kubeconfig,
		InCluster:         c.InCluster,
		Ambient:           c.Ambient,
		Context:           c.Context,
		DeleteUnreachable: c.DeleteUnreachable,
	}
}

// stackOutput reads an output of another stack. The caller keeps it secret.
func stackOutput(ctx *pulumi.Context, name, stack, output string) (string, error) {
	reference, err := pulumi.NewStackReference(ctx, name, &pulumi.StackReferenceArgs{Name: pulumi.String(stack)})
	if err != nil {
		return "", err
	}
	details, err := reference.GetOutputDetails(output)
	if err != nil {
		return "", err
	}
	value := details.SecretValue
	if value == nil {
		value = details.Value
	}
	text, ok := value.(string)
	if !ok {
		return "", failure.New(failure.Configuration, "read", fmt.Sprintf("output %q of stack %s", output, stack),
			"no such output with a kubeconfig as text: export one, or set output")
	}
	return text, nil
}
