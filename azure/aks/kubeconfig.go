package aks

import (
	"encoding/base64"
	"errors"
	"fmt"

	containerservice "github.com/pulumi/pulumi-azure-native-sdk/containerservice/v2/v20240901"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"go.yaml.in/yaml/v3"

	"github.com/ashlar-iac/ashlar/azure/internal/location"
	"github.com/ashlar-iac/ashlar/core/canonical"
)

// serverID is the application ID of the API servers of AKS in Microsoft Entra ID, in all clouds. Source: "How to use kubelogin
// with AKS".
const serverID = "6dae42f8-4368-4678-94ff-3960e28e3630"

// clientID is that of kubectl for people, from the same source.
const clientID = "80faf920-1908-4b52-b5ef-a8e7bedfc67a"

// connect assigns the outputs with which clients connect. Only AKS knows the certificate authority; the kubeconfig in which
// it returns that asks people to sign in with a browser, so that this one is written again.
func (b *builder) connect() {
	c := b.cluster
	// The group and the name are known in previews of updates, in which outputs of the control plane are not.
	read := pulumi.All(b.control.ID(), b.args.ResourceGroupName).ApplyT(func(all []any) (connection, error) {
		return b.readConnection(all[1].(string))
	})
	part := func(f func(connection) string) pulumi.StringOutput {
		return read.ApplyT(func(found any) string { return f(found.(connection)) }).(pulumi.StringOutput)
	}
	c.Endpoint = part(func(found connection) string { return found.server })
	c.CertificateAuthority = part(func(found connection) string { return found.authority })
	c.Issuer = b.control.OidcIssuerProfile.ApplyT(
		func(p *containerservice.ManagedClusterOIDCIssuerProfileResponse) (string, error) {
			if p == nil || p.IssuerURL == "" {
				return "", errors.New("the cluster has no OIDC issuer yet: run the update again")
			}
			return p.IssuerURL, nil
		}).(pulumi.StringOutput)
	k := value(b.args.Kubeconfig)
	text := pulumi.All(c.Endpoint, c.CertificateAuthority, b.clientOf(k), b.tenantOf(k), b.placeOf(k)).ApplyT(
		func(all []any) (string, error) {
			user := k.Login.user(all[2].(string), all[3].(string), all[4].(string))
			out, err := canonical.YAML(kubeconfig(b.args.Name, all[0].(string), all[1].(string), user))
			return string(out), err
		}).(pulumi.StringOutput)
	c.Kubeconfig = pulumi.ToSecret(b.after(text)).(pulumi.StringOutput)
	if k.Admin {
		admin := pulumi.All(b.control.ID(), b.args.ResourceGroupName).ApplyT(func(all []any) (string, error) {
			return b.adminKubeconfig(all[1].(string))
		}).(pulumi.StringOutput)
		c.AdminKubeconfig = pulumi.ToSecret(b.after(admin).ToStringPtrOutput()).(pulumi.StringPtrOutput)
	}
}

// clientOf returns the client ID of a login, or "".
func (b *builder) clientOf(k Kubeconfig) pulumi.StringOutput {
	if k.ClientID == nil {
		return pulumi.String("").ToStringOutput()
	}
	return k.ClientID.ToStringOutput()
}

// tenantOf returns the tenant of a login that needs it.
func (b *builder) tenantOf(k Kubeconfig) pulumi.StringOutput {
	if k.Login == LoginDeviceCode || k.Login == LoginServicePrincipal {
		return b.controlPlane.TenantID
	}
	return pulumi.String("").ToStringOutput()
}

// placeOf returns the location of the cluster for a login that needs it. That of the arguments is known in previews.
func (b *builder) placeOf(k Kubeconfig) pulumi.StringOutput {
	if b.args.Location != "" || !k.Login.needsCloud() {
		return pulumi.String(b.args.Location).ToStringOutput()
	}
	return b.control.Location
}

// needsCloud reports whether kubelogin has to be told the cloud: the Azure CLI and virtual machines know theirs.
func (l Login) needsCloud() bool { return l != LoginAzureCLI && l != LoginManagedIdentity }

// connection is how clients find the API server.
type connection struct{ server, authority string }

// readConnection reads the server and its certificate authority from the kubeconfig of AKS, and drops the user.
func (b *builder) readConnection(group string) (connection, error) {
	fail := func(err error) (connection, error) {
		return connection{}, fmt.Errorf("read the certificate authority of cluster %q, which needs the role %s: %w", b.args.Name,
			clusterUserRole, err)
	}
	found, err := containerservice.ListManagedClusterUserCredentials(b.ctx, &containerservice.ListManagedClusterUserCredentialsArgs{
		ResourceGroupName: group, ResourceName: b.args.Name,
	}, b.cluster.Invoke())
	if err != nil {
		return fail(err)
	}
	text, err := firstKubeconfig(found.Kubeconfigs)
	if err != nil {
		return fail(err)
	}
	out, err := parseConnection(text)
	if err != nil {
		return fail(err)
	}
	return out, nil
}

// adminKubeconfig reads the kubeconfig with a certificate.
func (b *builder) adminKubeconfig(group string) (string, error) {
	found, err := containerservice.ListManagedClusterAdminCredentials(b.ctx, &containerservice.ListManagedClusterAdminCredentialsArgs{
		ResourceGroupName: group, ResourceName: b.args.Name,
	}, b.cluster.Invoke())
	if err != nil {
		return "", fmt.Errorf("read the kubeconfig of administrators of cluster %q: %w", b.args.Name, err)
	}
	text, err := firstKubeconfig(found.Kubeconfigs)
	return string(text), err
}

// firstKubeconfig returns the first of the kubeconfigs in an answer of AKS.
func firstKubeconfig(all []containerservice.CredentialResultResponse) ([]byte, error) {
	if len(all) == 0 {
		return nil, errors.New("Azure returned no kubeconfig") //nolint:staticcheck // A name.
	}
	return base64.StdEncoding.DecodeString(all[0].Value)
}

// parseConnection reads the first cluster of a kubeconfig.
func parseConnection(text []byte) (connection, error) {
	var parsed struct {
		Clusters []struct {
			Cluster struct {
				Server    string `yaml:"server"`
				Authority string `yaml:"certificate-authority-data"`
			} `yaml:"cluster"`
		} `yaml:"clusters"`
	}
	if err := yaml.Unmarshal(text, &parsed); err != nil {
		return connection{}, fmt.Errorf("parse the kubeconfig: %w", err)
	}
	if len(parsed.Clusters) == 0 || parsed.Clusters[0].Cluster.Server == "" || parsed.Clusters[0].Cluster.Authority == "" {
		return connection{}, errors.New("the kubeconfig has no cluster with a server and a certificate authority")
	}
	c := parsed.Clusters[0].Cluster
	return connection{c.Server, c.Authority}, nil
}

// user returns the arguments of kubelogin. They contain no secret: kubelogin reads it from the environment.
func (l Login) user(client, tenant, place string) []string {
	args := []string{"get-token", "--login", string(l), "--server-id", serverID}
	switch {
	case l == LoginDeviceCode:
		args = append(args, "--client-id", clientID, "--tenant-id", tenant)
	case l == LoginServicePrincipal:
		args = append(args, "--client-id", client, "--tenant-id", tenant)
	case client != "":
		args = append(args, "--client-id", client)
	}
	if !l.needsCloud() {
		return args
	}
	return append(args, "--environment", map[location.Environment]string{
		location.Public: "AzurePublicCloud", location.Government: "AzureUSGovernmentCloud", location.China: "AzureChinaCloud",
	}[location.Of(place)])
}

// kubeconfig returns the content of a kubeconfig. Its text depends on the cluster only: it contains no token, path or
// environment variable.
func kubeconfig(name, server, authority string, args []string) map[string]any {
	return map[string]any{
		"apiVersion": "v1", "kind": "Config", "current-context": name,
		"clusters": []any{map[string]any{
			"name": name, "cluster": map[string]any{"server": server, "certificate-authority-data": authority},
		}},
		"contexts": []any{map[string]any{"name": name, "context": map[string]any{"cluster": name, "user": name}}},
		"users": []any{map[string]any{"name": name, "user": map[string]any{"exec": map[string]any{
			"apiVersion": "client.authentication.k8s.io/v1beta1", "command": "kubelogin", "args": args,
			"interactiveMode": "IfAvailable", "provideClusterInfo": false,
		}}}},
	}
}
