package containerservice

import (
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"

	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
	"github.com/ashlar-iac/ashlar/integration/clusters"
)

// ServerID is the application ID of the API servers of AKS, for which kubelogin gets tokens. It is the same in each cloud of
// Azure. Source: kubelogin, "Introduction".
const ServerID = "6dae42f8-4368-4678-94ff-3960e28e3630"

// clientID is the application ID with which kubelogin signs people in.
const clientID = "80faf920-1908-4b52-b5ef-a8e7bedfc67a"

// credentials are the functions that return kubeconfigs. run is nil without control planes.
type credentials struct{ run clusters.ControlPlanes }

// admin returns the kubeconfig of the administrator. Source: "Manage local accounts with AKS-managed Microsoft Entra
// integration".
func (f credentials) admin(c *cloud.Call, args map[string]any) (map[string]any, error) {
	o, err := findCluster(c, args)
	if err != nil {
		return nil, err
	}
	if o.Bool("disableLocalAccounts") {
		return nil, badRequest("Getting static credential is not allowed because this cluster is set to disable local accounts.")
	}
	user, err := f.local(c, o)
	if err != nil {
		return nil, err
	}
	return answer(o, "clusterAdmin", "-admin", user)
}

// user returns the kubeconfig of users, which signs in with a device code if the cluster uses Microsoft Entra ID. Source:
// issues 2399 and 2579 of pulumi-azure-native.
func (f credentials) user(c *cloud.Call, args map[string]any) (map[string]any, error) {
	o, err := findCluster(c, args)
	if err != nil {
		return nil, err
	}
	directory := o.Block("aadProfile")
	if len(directory) == 0 {
		user, err := f.local(c, o)
		if err != nil {
			return nil, err
		}
		return answer(o, "clusterUser", "", user)
	}
	environment := map[string]string{kernel.Public: "AzurePublicCloud", kernel.Government: "AzureUSGovernmentCloud",
		kernel.China: "AzureChinaCloud"}[c.Scope.Values["environment"]]
	return answer(o, "clusterUser", "", &api.AuthInfo{Exec: &api.ExecConfig{
		APIVersion: "client.authentication.k8s.io/v1beta1", Command: "kubelogin", InteractiveMode: api.IfAvailableExecInteractiveMode,
		Args: []string{"get-token", "--environment", environment, "--server-id", ServerID, "--client-id", clientID, "--tenant-id",
			cloud.Text(directory, "tenantID"), "--login", "devicecode"},
		InstallHint: "\nkubelogin is not installed which is required to connect to AAD enabled cluster.\n\nTo learn more, please " +
			"go to https://aka.ms/aks/kubelogin\n",
	}})
}

func findCluster(c *cloud.Call, args map[string]any) (*cloud.Object, error) {
	id := kernel.Below(c.Scope, cloud.Text(args, "resourceGroupName"), arm, cloud.Text(args, "resourceName"))
	o, err := c.Lookup(kernel.ClusterToken, id)
	if err != nil || o != nil {
		return o, err
	}
	return nil, kernel.Need(c, id)
}

// local returns the local administrator of a cluster: the one of its control plane, or without any a token that nothing
// accepts.
func (f credentials) local(c *cloud.Call, o *cloud.Object) (*api.AuthInfo, error) {
	sum := sha512.Sum512([]byte(o.Text("resourceUID")))
	worthless := &api.AuthInfo{Token: hex.EncodeToString(sum[:])}
	if f.run == nil {
		return worthless, nil
	}
	text, err := f.run.Kubeconfig(planeDir(c.Dir(), o))
	if errors.Is(err, fs.ErrNotExist) {
		return worthless, nil
	}
	if err != nil {
		return nil, err
	}
	config, err := clientcmd.Load(text)
	if err != nil {
		return nil, fmt.Errorf("read the kubeconfig of cluster %q: %w", o.Text("name"), err)
	}
	return config.AuthInfos[config.Contexts[config.CurrentContext].AuthInfo], nil
}

// answer returns a kubeconfig as the API does.
func answer(o *cloud.Object, kind, suffix string, user *api.AuthInfo) (map[string]any, error) {
	name := o.Text("name")
	login := kind + "_" + kernel.ID(o.ID).Group() + "_" + name
	config := api.NewConfig()
	config.Clusters[name] = &api.Cluster{Server: o.Text(serverOutput), CertificateAuthorityData: []byte(o.Text(caOutput))}
	config.AuthInfos[login] = user
	config.Contexts[name+suffix] = &api.Context{Cluster: name, AuthInfo: login}
	config.CurrentContext = name + suffix
	text, err := clientcmd.Write(*config)
	if err != nil {
		return nil, fmt.Errorf("encode the kubeconfig of cluster %q: %w", name, err)
	}
	return map[string]any{"kubeconfigs": []any{map[string]any{"name": kind,
		"value": base64.StdEncoding.EncodeToString(text)}}}, nil
}
