package controlplane

import (
	"fmt"
	"os"

	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// credentials are the certificate authorities of one start.
type credentials struct {
	cluster *authority // For the API server, its clients and the certificates API.
	store   *authority // For etcd and its client, so that clients of the API server cannot access etcd.
}

func newCredentials() (*credentials, error) {
	cluster, err := newAuthority("kubernetes")
	if err != nil {
		return nil, err
	}
	store, err := newAuthority("etcd")
	if err != nil {
		return nil, err
	}
	return &credentials{cluster: cluster, store: store}, nil
}

// files writes the certificates of the components. others are the other authorities of client certificates.
func (c *credentials) files(l layout, others []byte) error {
	names := []string{
		"kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local",
	}
	for _, file := range []struct {
		name string
		make func() (pair, error)
	}{
		{"ca", c.cluster.pem},
		{"etcd-ca", c.store.pem},
		{"etcd", func() (pair, error) { return c.store.server("etcd", nil) }},
		{"etcd-client", func() (pair, error) { return c.store.client("kube-apiserver") }},
		{"apiserver", func() (pair, error) { return c.cluster.server("kube-apiserver", names, apiServiceIP()) }},
		{"service-account", bareKey},
		{clientCA, func() (pair, error) {
			own, err := c.cluster.pem()
			return pair{cert: append(own.cert, others...)}, err
		}},
	} {
		made, err := file.make()
		if err != nil {
			return err
		}
		if err := made.write(l.pki(), file.name); err != nil {
			return err
		}
	}
	return nil
}

// kubeconfig returns a kubeconfig with a new client certificate for the user.
func (c *credentials) kubeconfig(name, host, user string, groups ...string) ([]byte, error) {
	client, err := c.cluster.client(user, groups...)
	if err != nil {
		return nil, err
	}
	ca, err := c.cluster.pem()
	if err != nil {
		return nil, err
	}
	config := api.NewConfig()
	config.Clusters[name] = &api.Cluster{Server: host, CertificateAuthorityData: ca.cert}
	config.AuthInfos[name] = &api.AuthInfo{ClientCertificateData: client.cert, ClientKeyData: client.key}
	config.Contexts[name] = &api.Context{Cluster: name, AuthInfo: name}
	config.CurrentContext = name
	data, err := clientcmd.Write(*config)
	if err != nil {
		return nil, fmt.Errorf("encode the kubeconfig of %q: %w", user, err)
	}
	return data, nil
}

// kubeconfigs writes the kubeconfigs of the components and of the administrator, and returns the latter.
func (c *credentials) kubeconfigs(l layout, name, host string) ([]byte, error) {
	var admin []byte
	for _, client := range []struct {
		path, user string
		groups     []string
	}{
		{l.clientConfig(controllerManager), "system:kube-controller-manager", nil},
		{l.clientConfig(scheduler), "system:kube-scheduler", nil},
		{l.clientConfig(kwok), "kwok", []string{"system:masters"}},
		{l.kubeconfig(), "admin", []string{"system:masters"}},
	} {
		data, err := c.kubeconfig(name, host, client.user, client.groups...)
		if err != nil {
			return nil, err
		}
		if err := os.WriteFile(client.path, data, 0o600); err != nil {
			return nil, fmt.Errorf("write the kubeconfig of %q: %w", client.user, err)
		}
		admin = data
	}
	return admin, nil
}
