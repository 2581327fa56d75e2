package kubernetes

import (
	"fmt"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// checkTimeout limits the request that checks a cluster.
const checkTimeout = 10 * time.Second

// serverVersion asks the API server of a kubeconfig for its version, such as v1.33.4. The name is that of the cluster in
// the program.
func serverVersion(name, content string) (string, error) {
	fail := func(server string, err error) error {
		return failure.Wrap(failure.Provider, "connect to", fmt.Sprintf("cluster %q at %s", name, server),
			fmt.Errorf("%w: check that it is running, that its address can be reached from here, and the credentials", err))
	}
	config, err := clientcmd.RESTConfigFromKubeConfig([]byte(content))
	if err != nil {
		// The error quotes the content.
		return "", failure.New(failure.Provider, "connect to", fmt.Sprintf("cluster %q", name), "invalid kubeconfig")
	}
	config.Timeout = checkTimeout
	client, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return "", fail(config.Host, err)
	}
	version, err := client.ServerVersion()
	if err != nil {
		return "", fail(config.Host, err)
	}
	return version.GitVersion, nil
}

// checked returns a kubeconfig whose cluster has been checked when it resolves.
func checked(name string, content pulumi.StringInput) pulumi.StringOutput {
	return content.ToStringOutput().ApplyT(func(content string) (string, error) {
		_, err := serverVersion(name, content)
		return content, err
	}).(pulumi.StringOutput)
}
