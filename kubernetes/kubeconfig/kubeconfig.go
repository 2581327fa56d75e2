package kubeconfig

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// Kubeconfig is one context of a kubeconfig file.
type Kubeconfig struct {
	// Content is a kubeconfig that holds the context alone, as its current
	// one, with certificates and keys in place of the files that held them.
	// The text is the same for the same input. It is a credential.
	Content string
	// Context is the name of the context.
	Context string
	// Server is the URL of the API server. It identifies the cluster.
	Server string
}

// String keeps credentials out of logs.
func (k *Kubeconfig) String() string {
	return fmt.Sprintf("kubeconfig of context %q at %s", k.Context, k.Server)
}

// GoString keeps credentials out of %#v.
func (k *Kubeconfig) GoString() string { return k.String() }

// File reads the kubeconfig at path. context names the context to use; when it
// is empty, the current context of the file is used.
func File(path, context string) (*Kubeconfig, error) {
	source := fmt.Sprintf("kubeconfig %q", path)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("%s: there is no such file", source)
	case err != nil:
		return nil, fmt.Errorf("%s: it cannot be read: %w", source, err)
	case info.IsDir():
		return nil, fmt.Errorf("%s: it is a folder, not a file", source)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%s: it cannot be read: %w", source, err)
	}
	config, err := clientcmd.Load(data)
	if err != nil {
		return nil, fmt.Errorf("%s: it is not a valid kubeconfig: %w", source, err)
	}
	for _, cluster := range config.Clusters {
		cluster.LocationOfOrigin = path
	}
	for _, user := range config.AuthInfos {
		user.LocationOfOrigin = path
	}
	if err := clientcmd.ResolveLocalPaths(config); err != nil {
		return nil, fmt.Errorf("%s: %w", source, err)
	}
	return pick(config, source, context)
}

// Parse reads the text of a kubeconfig. context is as in [File].
func Parse(content, context string) (*Kubeconfig, error) {
	const source = "kubeconfig given as text"
	config, err := clientcmd.Load([]byte(content))
	if err != nil {
		// The decoder quotes its input in errors, and that holds credentials.
		return nil, errors.New(source + ": it is not a valid kubeconfig: expected YAML with clusters, users and contexts")
	}
	return pick(config, source, context)
}

// Ambient reads the kubeconfig that kubectl would use: the files that the
// KUBECONFIG variable names, or ~/.kube/config. context is as in [File].
func Ambient(context string) (*Kubeconfig, error) {
	const source = "ambient kubeconfig"
	config, err := clientcmd.NewDefaultClientConfigLoadingRules().Load()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", source, err)
	}
	return pick(config, source, context)
}

// pick reduces a kubeconfig to one context.
func pick(config *api.Config, source, context string) (*Kubeconfig, error) {
	if len(config.Contexts) == 0 {
		return nil, fmt.Errorf("%s: it holds no contexts", source)
	}
	contexts := strings.Join(slices.Sorted(maps.Keys(config.Contexts)), ", ")
	if context == "" {
		context = config.CurrentContext
	}
	if context == "" {
		return nil, fmt.Errorf("%s: it has no current context: name one of: %s", source, contexts)
	}
	entry, ok := config.Contexts[context]
	if !ok {
		return nil, fmt.Errorf("%s: it has no context %q, only: %s", source, context, contexts)
	}
	cluster, ok := config.Clusters[entry.Cluster]
	if !ok {
		return nil, fmt.Errorf("%s: context %q names the cluster %q, which the file does not describe", source, context, entry.Cluster)
	}
	if cluster.Server == "" {
		return nil, fmt.Errorf("%s: cluster %q has no server", source, entry.Cluster)
	}
	if _, ok := config.AuthInfos[entry.AuthInfo]; !ok && entry.AuthInfo != "" {
		return nil, fmt.Errorf("%s: context %q names the user %q, whom the file does not describe", source, context, entry.AuthInfo)
	}
	picked := config.DeepCopy()
	picked.CurrentContext = context
	if err := api.MinifyConfig(picked); err != nil {
		return nil, fmt.Errorf("%s: %w", source, err)
	}
	if err := api.FlattenConfig(picked); err != nil {
		return nil, fmt.Errorf("%s: read the certificates and keys it names: %w", source, err)
	}
	content, err := clientcmd.Write(*picked)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", source, err)
	}
	return &Kubeconfig{Content: string(content), Context: context, Server: cluster.Server}, nil
}
