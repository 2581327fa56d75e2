package kubeconfig

import (
	"encoding/base64"
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
	"github.com/ashlar-iac/ashlar/kubernetes/internal/stabletext"
)

// ErrContext is the cause when a kubeconfig does not have the context that was asked for.
var ErrContext = errors.New("unknown context")

// Kubeconfig is one context of a kubeconfig file.
type Kubeconfig struct {
	// Content is a kubeconfig with only this context, as the current one. It contains
	// certificates, keys and bearer tokens in place of references to files. The command of
	// an exec plugin stays one of the machine. The same input results in
	// the same text. It is a secret.
	Content string
	// Context is the name of the context.
	Context string
	// Server is the URL of the API server, which identifies the cluster.
	Server string
}

// String keeps credentials out of logs.
func (k Kubeconfig) String() string {
	return fmt.Sprintf("kubeconfig of context %q at %s", k.Context, k.Server)
}

// Format implements fmt.Formatter: it keeps credentials out of verbs that do not
// call String, such as %#v and %d.
func (k Kubeconfig) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, k.String()) }

// File reads the kubeconfig at path. An empty context is the current context of
// the file.
func File(path, context string) (*Kubeconfig, error) {
	source := fmt.Sprintf("kubeconfig %q", path)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, wrong(source, "file not found")
	case err != nil:
		return nil, wrong(source, "%w", err)
	case info.IsDir():
		return nil, wrong(source, "it is a directory, expected a file")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, wrong(source, "%w", err)
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

// Parse reads the content of a kubeconfig. context is as in [File].
func Parse(content, context string) (*Kubeconfig, error) {
	const source = "kubeconfig content"
	config, err := clientcmd.Load([]byte(content))
	if err != nil {
		return nil, malformed(source)
	}
	return pick(config, source, context)
}

// Ambient reads the kubeconfig of kubectl: the files in the KUBECONFIG variable,
// or ~/.kube/config. context is as in [File].
//
// Like kubectl, it skips files that do not exist. When none of the files in the
// variable exists, the error is of the class failure.Credentials.
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
		// The variable is unset.
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

// unreadable returns which files cannot be loaded. The error of the rules is not
// used, because it can quote their content.
func unreadable(paths []string, source string) error {
	var failed []error
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			failed = append(failed, wrong(source, "%w", err))
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

// malformed does not use the error of the decoder, which quotes its input and so
// credentials.
func malformed(source string) error {
	return wrong(source, "invalid kubeconfig: expected YAML with clusters, users and contexts")
}

// pick reduces a kubeconfig to one context.
func pick(config *api.Config, source, context string) (*Kubeconfig, error) {
	if len(config.Contexts) == 0 {
		return nil, wrong(source, "no contexts")
	}
	contexts := strings.Join(slices.Sorted(maps.Keys(config.Contexts)), ", ")
	if context == "" {
		context = config.CurrentContext
	}
	if context == "" {
		return nil, wrong(source, "no current context: set context to one of: %s", contexts)
	}
	entry, ok := config.Contexts[context]
	if !ok {
		return nil, wrong(source, "%w %q, expected one of: %s", ErrContext, context, contexts)
	}
	cluster, ok := config.Clusters[entry.Cluster]
	if !ok {
		return nil, wrong(source, "context %q refers to the unknown cluster %q", context, entry.Cluster)
	}
	if cluster.Server == "" {
		return nil, wrong(source, "cluster %q has no server", entry.Cluster)
	}
	if _, ok := config.AuthInfos[entry.AuthInfo]; !ok && entry.AuthInfo != "" {
		return nil, wrong(source, "context %q refers to the unknown user %q", context, entry.AuthInfo)
	}
	picked := config.DeepCopy()
	picked.CurrentContext = context
	if err := api.MinifyConfig(picked); err != nil {
		return nil, wrong(source, "%w", err)
	}
	if err := api.FlattenConfig(picked); err != nil {
		return nil, wrong(source, "read certificates and keys: %w", err)
	}
	if err := inline(picked); err != nil {
		return nil, wrong(source, "%w", err)
	}
	content, err := stabletext.Write(*picked)
	if err != nil {
		return nil, wrong(source, "%w", err)
	}
	return &Kubeconfig{Content: string(content), Context: context, Server: cluster.Server}, nil
}

// inline replaces files that [api.FlattenConfig] leaves as references: bearer tokens, and the certificate authority of
// an OpenID Connect provider.
func inline(config *api.Config) error {
	const authority = "idp-certificate-authority"
	for _, user := range config.AuthInfos {
		if user.TokenFile != "" {
			token, err := os.ReadFile(user.TokenFile)
			if err != nil {
				return fmt.Errorf("read the bearer token: %w", err)
			}
			user.Token, user.TokenFile = strings.TrimSpace(string(token)), ""
		}
		if user.AuthProvider == nil || user.AuthProvider.Config[authority] == "" {
			continue
		}
		data, err := os.ReadFile(user.AuthProvider.Config[authority])
		if err != nil {
			return fmt.Errorf("read the certificate authority of the identity provider: %w", err)
		}
		delete(user.AuthProvider.Config, authority)
		user.AuthProvider.Config[authority+"-data"] = base64.StdEncoding.EncodeToString(data)
	}
	return nil
}
