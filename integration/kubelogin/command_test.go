package kubelogin_test

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	clientauthentication "k8s.io/client-go/pkg/apis/clientauthentication/v1beta1"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/containerservice"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
	"github.com/ashlar-iac/ashlar/integration/kubelogin"
)

const (
	client    = "20000000-0000-4000-8000-000000000001"
	principal = "20000000-0000-4000-8000-000000000002"
	stranger  = "20000000-0000-4000-8000-000000000003"
	identity  = "/subscriptions/" + kernel.Subscription +
		"/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/shop"
	issuer  = "https://westeurope.oic.prod-aks.azure.com/tenant/issuer/"
	subject = "system:serviceaccount:shop:web"
)

// run runs the command in the cloud of a folder.
func run(t *testing.T, dir string, env map[string]string, args ...string) (*clientauthentication.ExecCredentialStatus, error) {
	t.Helper()
	var out bytes.Buffer
	all := map[string]string{"ASHLAR_CLOUD": dir}
	maps.Copy(all, env)
	if err := kubelogin.Run(t.Context(), args, func(name string) string { return all[name] }, &out); err != nil {
		return nil, err
	}
	var credential clientauthentication.ExecCredential
	require.NoError(t, json.Unmarshal(out.Bytes(), &credential))
	require.Equal(t, "client.authentication.k8s.io/v1beta1", credential.APIVersion)
	return credential.Status, nil
}

// tokenArgs are the arguments for a token of AKS, with more.
func tokenArgs(more ...string) []string {
	return append([]string{"get-token", "--server-id", containerservice.ServerID}, more...)
}

// subjectOf returns the user and the groups of a certificate.
func subjectOf(t *testing.T, status *clientauthentication.ExecCredentialStatus) (string, []string) {
	t.Helper()
	block, _ := pem.Decode([]byte(status.ClientCertificateData))
	require.NotNil(t, block)
	certificate, err := x509.ParseCertificate(block.Bytes)
	require.NoError(t, err)
	return certificate.Subject.CommonName, certificate.Subject.Organization
}

// simulated returns the folder of a cloud with an identity and a federated credential of it.
func simulated(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	store, err := cloud.Open(dir)
	require.NoError(t, err)
	o := &cloud.Object{Type: kernel.IdentityToken, Place: kernel.Subscription, ID: identity, Folded: true,
		Outputs: map[string]any{"clientId": client, "principalId": principal, "tenantId": kernel.Tenant}}
	require.NoError(t, store.Do(func(tx *cloud.Tx) error {
		if err := tx.Put(o); err != nil {
			return err
		}
		return tx.Put(&cloud.Object{Type: "azure-native:managedidentity:FederatedIdentityCredential", Place: kernel.Subscription,
			ID: identity + "/federatedIdentityCredentials/web", Managed: o.Key(), Folded: true,
			Outputs: map[string]any{"issuer": issuer, "subject": subject}})
	}))
	return dir
}

// assertion writes a federated token.
func assertion(t *testing.T, subject string) string {
	t.Helper()
	text, err := json.Marshal(map[string]string{"iss": issuer, "sub": subject})
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(file, []byte("e30."+base64.RawURLEncoding.EncodeToString(text)+".sig\n"), 0o600))
	return file
}

func TestCallers(t *testing.T) {
	t.Parallel()
	dir := simulated(t)
	for name, tc := range map[string]struct {
		reason string
		args   []string
		env    map[string]string
		want   string
	}{
		"Azure CLI":  {"the principal of the provider", []string{"--login", "azurecli"}, nil, kernel.ObjectID},
		"short form": {"as in the real command", []string{"-l", "azurecli", "-t", kernel.Tenant}, nil, kernel.ObjectID},
		"the method by the environment": {"it comes before the option", []string{"--login", "devicecode"},
			map[string]string{"AAD_LOGIN_METHOD": "azurecli"}, kernel.ObjectID},
		"service principal": {"that of the provider", []string{"--login", "spn", "--client-id", kernel.ClientID, "--tenant-id", kernel.Tenant},
			map[string]string{"AZURE_CLIENT_SECRET": "any"}, kernel.ObjectID},
		"variables of Terraform": {"on request", []string{"--login", "spn", "--use-azurerm-env-vars"},
			map[string]string{"ARM_CLIENT_ID": kernel.ClientID, "ARM_CLIENT_SECRET": "any", "ARM_TENANT_ID": kernel.Tenant}, kernel.ObjectID},
		"managed identity":           {"by its client id", []string{"--login", "msi", "--client-id", client}, nil, principal},
		"managed identity by its id": {"the resource id", []string{"--login", "msi", "--identity-resource-id", identity}, nil, principal},
		"workload identity": {"with a federated credential", []string{"--login", "workloadidentity"}, map[string]string{
			"AZURE_CLIENT_ID": client, "AZURE_TENANT_ID": kernel.Tenant, "AZURE_FEDERATED_TOKEN_FILE": assertion(t, subject)}, principal},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, err := run(t, dir, tc.env, tokenArgs(tc.args...)...)
			require.NoError(t, err, tc.reason)
			user, groups := subjectOf(t, status)
			require.Equal(t, tc.want, user, tc.reason)
			require.Empty(t, groups)
		})
	}
	status, err := run(t, dir, map[string]string{"ASHLAR_AZURE_GROUPS": client + "," + stranger}, tokenArgs("--login", "azurecli")...)
	require.NoError(t, err)
	_, groups := subjectOf(t, status)
	require.Equal(t, []string{client, stranger}, groups)
}

func TestTokensThatClustersReject(t *testing.T) {
	t.Parallel()
	dir := simulated(t)
	for name, args := range map[string][]string{
		"another application":           {"get-token", "--login", "azurecli", "--server-id", stranger},
		"another tenant":                tokenArgs("--login", "azurecli", "--tenant-id", stranger),
		"an identity of another tenant": tokenArgs("--login", "msi", "--client-id", client, "--tenant-id", stranger),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, err := run(t, dir, nil, args...)
			require.NoError(t, err)
			require.Equal(t, "nobody", status.Token)
			require.Empty(t, status.ClientCertificateData)
		})
	}
}

func TestCommandReportsErrors(t *testing.T) {
	t.Parallel()
	dir := simulated(t)
	workload := map[string]string{"AZURE_CLIENT_ID": client, "AZURE_TENANT_ID": kernel.Tenant}
	with := func(name, value string) map[string]string {
		out := maps.Clone(workload)
		out[name] = value
		return out
	}
	for name, tc := range map[string]struct {
		reason string
		args   []string
		env    map[string]string
		want   string
	}{
		"another command": {"only one is supported", []string{"convert-kubeconfig"}, nil, `unsupported command "convert-kubeconfig": this is a part of kubelogin`},
		"unknown option":  {"options must be exact", tokenArgs("--verify"), nil, "flag provided but not defined: -verify"},
		"no method":       {"the default asks a person", tokenArgs(), nil, "--login devicecode is not supported, since it asks a person"},
		"no server":       {"it is the audience", []string{"get-token", "--login", "azurecli"}, nil, "server-id is required"},
		"no secret":       {"it is in the environment", tokenArgs("--login", "spn", "--client-id", client), nil, "--login spn requires client-secret, tenant-id"},
		"ignored environment": {"on request", tokenArgs("--login", "msi", "--disable-environment-override"), workload,
			"--login msi requires client-id or identity-resource-id"},
		"unknown identity": {"it was deleted", tokenArgs("--login", "msi", "--client-id", stranger), nil,
			"AADSTS700016: Application with identifier '" + stranger + "' was not found"},
		"unknown subject": {"no credential matches", tokenArgs("--login", "workloadidentity"),
			with("AZURE_FEDERATED_TOKEN_FILE", assertion(t, "system:serviceaccount:shop:other")),
			"AADSTS700213: No matching federated identity record found for presented assertion subject 'system:serviceaccount:shop:other'"},
		"no token": {"the file is missing", tokenArgs("--login", "workloadidentity"), with("AZURE_FEDERATED_TOKEN_FILE", "/no/such/file"), "read the federated token"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := run(t, dir, tc.env, tc.args...)
			require.ErrorContains(t, err, tc.want, tc.reason)
		})
	}
	_, err := run(t, "", nil, tokenArgs("--login", "azurecli")...)
	require.ErrorContains(t, err, "ASHLAR_CLOUD is not set")
}
