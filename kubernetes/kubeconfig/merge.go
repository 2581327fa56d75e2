package kubeconfig

import (
	"fmt"
	"maps"
	"slices"

	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"

	"github.com/ashlar-iac/ashlar/core/credentials"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/stabletext"
)

// Merge returns one kubeconfig with the clusters, users and contexts of several. As with the files of the KUBECONFIG
// variable, the first one that has a name wins, and the current context is that of the first one with any. Relative
// paths stay as they are. The result is a secret. Source: "Organizing Cluster Access Using kubeconfig Files", Kubernetes
// documentation.
func Merge(contents ...string) (string, error) {
	merged := api.NewConfig()
	for i, content := range contents {
		config, err := clientcmd.Load([]byte(content))
		if err != nil {
			return "", malformed(fmt.Sprintf("kubeconfig %d of %d", i+1, len(contents)))
		}
		addMissing(merged.Clusters, config.Clusters)
		addMissing(merged.AuthInfos, config.AuthInfos)
		addMissing(merged.Contexts, config.Contexts)
		addMissing(merged.Extensions, config.Extensions)
		if merged.CurrentContext == "" {
			merged.CurrentContext = config.CurrentContext
		}
	}
	out, err := stabletext.Write(*merged)
	if err != nil {
		return "", wrong("merged kubeconfig", "%w", err)
	}
	return string(out), nil
}

// addMissing adds the entries with other names.
func addMissing[V any](to, from map[string]V) {
	for name, value := range from {
		if _, taken := to[name]; !taken {
			to[name] = value
		}
	}
}

// Split returns each context of a kubeconfig as one of its own, in the order of their names. See [Parse].
func Split(content string) ([]*Kubeconfig, error) {
	config, err := clientcmd.Load([]byte(content))
	if err != nil {
		return nil, malformed("kubeconfig content")
	}
	var out []*Kubeconfig
	var failed []error
	for _, context := range slices.Sorted(maps.Keys(config.Contexts)) {
		k, err := pick(config, "kubeconfig content", context)
		out, failed = append(out, k), append(failed, err)
	}
	if err := failure.Join(failed...); err != nil {
		return nil, err
	}
	return out, nil
}

// InCluster returns the kubeconfig of the service account of the pod that runs the program. It contains paths of the
// files that Kubernetes mounts into the pod, and no token, which is rotated. The options change what is read of the
// environment.
//
// Outside of a pod, the error is of the class failure.Credentials.
func InCluster(opts ...credentials.Option) (*Kubeconfig, error) {
	found, err := credentials.New(opts...).Kubernetes(credentials.KubernetesRequest{
		Sources: []credentials.Source{credentials.KubernetesInCluster},
	})
	if err != nil {
		return nil, failure.Wrap(failure.Credentials, "read", "service account of the pod", err)
	}
	const name = "in-cluster"
	content, err := stabletext.Write(api.Config{
		Clusters:       map[string]*api.Cluster{name: {Server: found.Host, CertificateAuthority: found.CAFile}},
		AuthInfos:      map[string]*api.AuthInfo{name: {TokenFile: found.TokenFile}},
		Contexts:       map[string]*api.Context{name: {Cluster: name, AuthInfo: name}},
		CurrentContext: name,
	})
	if err != nil {
		return nil, wrong("service account of the pod", "%w", err)
	}
	return &Kubeconfig{Content: string(content), Context: name, Server: found.Host}, nil
}
