package kubeconfig

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"

	"github.com/ashlar-iac/ashlar/core/credentials"
	"github.com/ashlar-iac/ashlar/core/failure"
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
func (k Kubeconfig) String() string {
	return fmt.Sprintf("kubeconfig of context %q at %s", k.Context, k.Server)
}

// Format implements fmt.Formatter: it keeps credentials out of every verb, of
// which %#v and %d do not ask for String.
func (k Kubeconfig) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, k.String()) }

// File reads the kubeconfig at path. context names the context to use; when it
// is empty, the current context of the file is used.
func File(path, context string) (*Kubeconfig, error) {
	source := fmt.Sprintf("kubeconfig %q", path)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, wrong(source, "there is no such file")
	case err != nil:
		return nil, wrong(source, "it cannot be read: %w", err)
	case info.IsDir():
		return nil, wrong(source, "it is a folder, not a file")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, wrong(source, "it cannot be read: %w", err)
	}
	config, err := clientcmd.Load(data)
	if err != nil {
		return nil, malformed(source)
	}
	for _, cluster := range config.Clusters {
		cluster.LocationOfOrigin = path
	}
	for _, user := range config.AuthInfos {
		user.LocationOfOrigin = path
	}
	if err := clientcmd.ResolveLocalPaths(config); err != nil {
		return nil, wrong(source, "%w", err)
	}
	return pick(config, source, context)
}

// Parse reads the text of a kubeconfig. context is as in [File].
func Parse(content, context string) (*Kubeconfig, error) {
	const source = "kubeconfig given as text"
	config, err := clientcmd.Load([]byte(content))
	if err != nil {
		return nil, malformed(source)
	}
	return pick(config, source, context)
}

// Ambient reads the kubeconfig that kubectl would use: the files that the
// KUBECONFIG variable names, or ~/.kube/config. context is as in [File].
//
// Like kubectl, it skips files that do not exist. A variable that names none
// that does is an error of the class failure.Credentials.
func Ambient(context string) (*Kubeconfig, error) {
	const source = "ambient kubeconfig"
	paths := []string{clientcmd.RecommendedHomeFile}
	found, err := credentials.New().Kubernetes(credentials.KubernetesRequest{
		Sources: []credentials.Source{credentials.KubernetesKubeconfig},
	})
	var missing *credentials.Error
	switch {
	case err == nil:
		paths = found.Kubeconfigs
	case errors.As(err, &missing) && missing.Source == "":
		// The variable is not set.
	default:
		return nil, failure.Wrap(failure.Credentials, "read", source, err)
	}
	rules := &clientcmd.ClientConfigLoadingRules{Precedence: paths}
	config, err := rules.Load()
	if err != nil {
		return nil, unreadable(paths, source)
	}
	return pick(config, source, context)
}

// unreadable says which of the files could not be loaded, because the error of
// the rules may quote them.
func unreadable(paths []string, source string) error {
	var failed []error
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			failed = append(failed, wrong(source, "it cannot be read: %w", err))
		} else if _, err := clientcmd.Load(data); err != nil {
			failed = append(failed, malformed(fmt.Sprintf("%s %q", source, path)))
		}
	}
	if len(failed) == 0 {
		return malformed(source)
	}
	return failure.Join(failed...)
}

// wrong returns an error of the class failure.Configuration.
func wrong(source, format string, args ...any) error {
	return failure.New(failure.Configuration, "read", source, format, args...)
}

// malformed leaves out what the decoder says: it quotes its input, and that
// holds credentials.
func malformed(source string) error {
	return wrong(source, "it is not a valid kubeconfig: expected YAML with clusters, users and contexts")
}

// pick reduces a kubeconfig to one context.
func pick(config *api.Config, source, context string) (*Kubeconfig, error) {
	if len(config.Contexts) == 0 {
		return nil, wrong(source, "it holds no contexts")
	}
	contexts := strings.Join(slices.Sorted(maps.Keys(config.Contexts)), ", ")
	if context == "" {
		context = config.CurrentContext
	}
	if context == "" {
		return nil, wrong(source, "it has no current context: name one of: %s", contexts)
	}
	entry, ok := config.Contexts[context]
	if !ok {
		return nil, wrong(source, "it has no context %q, only: %s", context, contexts)
	}
	cluster, ok := config.Clusters[entry.Cluster]
	if !ok {
		return nil, wrong(source, "context %q names the cluster %q, which the file does not describe", context, entry.Cluster)
	}
	if cluster.Server == "" {
		return nil, wrong(source, "cluster %q has no server", entry.Cluster)
	}
	if _, ok := config.AuthInfos[entry.AuthInfo]; !ok && entry.AuthInfo != "" {
		return nil, wrong(source, "context %q names the user %q, whom the file does not describe", context, entry.AuthInfo)
	}
	picked := config.DeepCopy()
	picked.CurrentContext = context
	if err := api.MinifyConfig(picked); err != nil {
		return nil, wrong(source, "%w", err)
	}
	if err := api.FlattenConfig(picked); err != nil {
		return nil, wrong(source, "read the certificates and keys it names: %w", err)
	}
	content, err := clientcmd.Write(*picked)
	if err != nil {
		return nil, wrong(source, "%w", err)
	}
	return &Kubeconfig{Content: string(content), Context: context, Server: cluster.Server}, nil
}
