package credentials_test

import (
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/credentials"
)

// plus returns base with more variables.
func plus(base environment, more environment) environment {
	out := maps.Clone(base)
	maps.Copy(out, more)
	return out
}

func TestAzure(t *testing.T) {
	t.Parallel()
	principal := environment{"ARM_CLIENT_ID": "client", "ARM_TENANT_ID": "tenant", "ARM_SUBSCRIPTION_ID": "subscription"}
	sdk := environment{"AZURE_CLIENT_ID": "client", "AZURE_TENANT_ID": "tenant", "ARM_SUBSCRIPTION_ID": "subscription"}
	// result fills in what most results have in common.
	result := func(s credentials.Source, a credentials.Azure, names ...string) credentials.Azure {
		a.Origin = credentials.Origin{Source: s, Variables: names}
		a.ClientID, a.TenantID, a.SubscriptionID = "client", "tenant", "subscription"
		return a
	}
	const id, tenant, subscription = "ARM_CLIENT_ID", "ARM_TENANT_ID", "ARM_SUBSCRIPTION_ID"

	tests := map[string]struct {
		reason string
		env    environment
		req    credentials.AzureRequest
		want   credentials.Azure
	}{
		"CertificateBeforeSecret": {
			reason: "azure-native looks for a certificate first",
			env: plus(principal, environment{
				"ARM_CLIENT_CERTIFICATE_PATH": "/token", "ARM_CLIENT_CERTIFICATE_PASSWORD": canary, "ARM_CLIENT_SECRET": canary,
			}),
			want: result(credentials.AzureClientCertificate, credentials.Azure{
				ClientCertificatePath: "/token", ClientCertificatePassword: credentials.NewSecret(canary),
			}, "ARM_CLIENT_CERTIFICATE_PATH", id, tenant, subscription, "ARM_CLIENT_CERTIFICATE_PASSWORD"),
		},
		"SecretBeforeOIDC": {
			reason: "azure-native takes a secret even if ARM_USE_OIDC is true",
			env:    plus(principal, environment{"ARM_CLIENT_SECRET": canary, "ARM_USE_OIDC": "true"}),
			want: result(credentials.AzureClientSecret, credentials.Azure{ClientSecret: credentials.NewSecret(canary)},
				"ARM_CLIENT_SECRET", id, tenant, subscription),
		},
		"Settings": {
			reason: "configuration wins over the environment",
			env:    environment{"ARM_CLIENT_SECRET": canary, "ARM_SUBSCRIPTION_ID": "other"},
			req:    credentials.AzureRequest{ClientID: "client", TenantID: "tenant", SubscriptionID: "subscription"},
			want: result(credentials.AzureClientSecret, credentials.Azure{ClientSecret: credentials.NewSecret(canary)},
				"ARM_CLIENT_SECRET"),
		},
		"OIDCToken": {
			reason: "a token wins over a file, that over a request",
			env: plus(principal, environment{
				"ARM_USE_OIDC": "true", "ARM_OIDC_TOKEN": canary, "ARM_OIDC_TOKEN_FILE_PATH": "/token",
				"ACTIONS_ID_TOKEN_REQUEST_TOKEN": canary,
			}),
			want: result(credentials.AzureOIDC, credentials.Azure{OIDCToken: credentials.NewSecret(canary)},
				"ARM_USE_OIDC", id, tenant, subscription, "ARM_OIDC_TOKEN"),
		},
		"OIDCOfGitHub": {
			reason: "GitHub sets its own pair",
			env: plus(principal, environment{
				"ARM_USE_OIDC": "true", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": canary,
				"ACTIONS_ID_TOKEN_REQUEST_URL": "https://example.com/?id=1",
			}),
			want: result(credentials.AzureOIDC, credentials.Azure{
				OIDCRequestToken: credentials.NewSecret(canary), OIDCRequestURL: "https://example.com/?id=1",
			}, "ARM_USE_OIDC", id, tenant, subscription, "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_URL"),
		},
		"ManagedIdentity": {
			reason: "a user-assigned identity has a client ID; OpenID Connect that is disabled is skipped",
			env: plus(principal, environment{
				"ARM_USE_OIDC": "false", "ARM_OIDC_TOKEN": canary, "ARM_USE_MSI": "true",
				"ARM_MSI_ENDPOINT": "http://localhost/token",
			}),
			want: result(credentials.AzureManagedIdentity, credentials.Azure{MSIEndpoint: "http://localhost/token"},
				"ARM_USE_MSI", subscription, id, tenant, "ARM_MSI_ENDPOINT"),
		},
		"SecretOfTheSDK": {
			reason: "the variables of the Azure SDK work as well",
			env:    plus(sdk, environment{"AZURE_CLIENT_SECRET": canary, "AZURE_SUBSCRIPTION_ID": "subscription"}),
			want: result(credentials.AzureSDKClientSecret, credentials.Azure{ClientSecret: credentials.NewSecret(canary)},
				"AZURE_CLIENT_SECRET", "AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_SUBSCRIPTION_ID"),
		},
		"WorkloadIdentity": {
			reason: "the webhook of AKS sets no subscription",
			env:    plus(sdk, environment{"AZURE_FEDERATED_TOKEN_FILE": "/token"}),
			want: result(credentials.AzureWorkloadIdentity, credentials.Azure{OIDCTokenFile: "/token"},
				"AZURE_FEDERATED_TOKEN_FILE", "AZURE_CLIENT_ID", "AZURE_TENANT_ID", "ARM_SUBSCRIPTION_ID"),
		},
		"CLI": {
			reason: "it is used on request when nothing else is set; tenant and subscription select the account",
			env:    environment{"ARM_TENANT_ID": "tenant"},
			req:    credentials.AzureRequest{Sources: append(credentials.Sources(credentials.CloudAzure), credentials.AzureCLI)},
			want: credentials.Azure{
				Origin:   credentials.Origin{Source: credentials.AzureCLI, Variables: []string{"ARM_TENANT_ID"}},
				TenantID: "tenant",
			},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := resolver(tc.env).Azure(tc.req)
			require.NoError(t, err, tc.reason)
			assert.Empty(t, cmp.Diff(tc.want, got), "%s (-want +got)", tc.reason)
		})
	}
}

func TestAzureRejects(t *testing.T) {
	t.Parallel()
	all := append(credentials.Sources(credentials.CloudAzure), credentials.AzureCLI)
	runRejections(t, func(e environment) error {
		_, err := resolver(e).Azure(credentials.AzureRequest{Provider: "primary", Sources: all})
		return err
	}, map[string]rejection{
		"ClientAlone": {
			reason: "a client ID alone is not replaced by the login of the Azure CLI",
			env:    environment{"ARM_CLIENT_ID": canary},
			source: credentials.AzureClientCertificate,
			want: []string{"ARM_CLIENT_ID is set without ARM_CLIENT_CERTIFICATE_PATH, " +
				"ARM_CLIENT_SECRET, ARM_USE_OIDC or ARM_USE_MSI: set one of them, or unset ARM_CLIENT_ID"},
		},
		"ClientAboveTheSDK": {
			reason: "incomplete credentials are not replaced by those of the Azure SDK",
			env: environment{
				"ARM_CLIENT_ID": canary, "AZURE_CLIENT_ID": "c", "AZURE_TENANT_ID": "t", "AZURE_CLIENT_SECRET": canary,
				"AZURE_SUBSCRIPTION_ID": "s",
			},
			source: credentials.AzureClientCertificate,
			want:   []string{"ARM_CLIENT_ID is set without"},
		},
		"SecretAlone": {
			reason: "all missing variables are listed",
			env:    environment{"ARM_CLIENT_SECRET": canary},
			source: credentials.AzureClientSecret,
			want: []string{
				"ARM_CLIENT_ID is not set, but ARM_CLIENT_SECRET is", "ARM_TENANT_ID is not set",
				"ARM_SUBSCRIPTION_ID is not set",
			},
		},
		"PasswordAlone": {
			reason: "a password opens a certificate",
			env: environment{
				"ARM_CLIENT_CERTIFICATE_PASSWORD": canary, "ARM_CLIENT_ID": "c", "ARM_TENANT_ID": "t", "ARM_SUBSCRIPTION_ID": "s",
			},
			source: credentials.AzureClientCertificate,
			want:   []string{"ARM_CLIENT_CERTIFICATE_PATH is not set, but ARM_CLIENT_CERTIFICATE_PASSWORD is"},
		},
		"OIDCWithoutAToken": {
			reason: "all ways to supply a token are listed",
			env: environment{
				"ARM_USE_OIDC": "true", "ARM_CLIENT_ID": "c", "ARM_TENANT_ID": "t", "ARM_SUBSCRIPTION_ID": "s",
			},
			source: credentials.AzureOIDC,
			want: []string{"ARM_OIDC_TOKEN, ARM_OIDC_TOKEN_FILE_PATH, ARM_OIDC_REQUEST_TOKEN with ARM_OIDC_REQUEST_URL or " +
				"ACTIONS_ID_TOKEN_REQUEST_TOKEN with ACTIONS_ID_TOKEN_REQUEST_URL is not set, but ARM_USE_OIDC is"},
		},
		"TokenWithoutTheSwitch": {
			reason: "azure-native ignores a token without ARM_USE_OIDC",
			env: environment{
				"ARM_OIDC_TOKEN": canary, "ARM_CLIENT_ID": "c", "ARM_TENANT_ID": "t", "ARM_SUBSCRIPTION_ID": "s",
			},
			source: credentials.AzureOIDC,
			want:   []string{"ARM_USE_OIDC is not set, but ARM_OIDC_TOKEN is"},
		},
		"HalfARequest": {
			reason: "an incomplete pair is not replaced by that of GitHub",
			env: environment{
				"ARM_USE_OIDC": "true", "ARM_CLIENT_ID": "c", "ARM_TENANT_ID": "t", "ARM_SUBSCRIPTION_ID": "s",
				"ARM_OIDC_REQUEST_TOKEN": canary, "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "x", "ACTIONS_ID_TOKEN_REQUEST_URL": "y",
			},
			source: credentials.AzureOIDC,
			want:   []string{"ARM_OIDC_REQUEST_URL is not set, but ARM_USE_OIDC and ARM_OIDC_REQUEST_TOKEN are"},
		},
		"Switch": {
			reason: "azure-native accepts one spelling",
			env:    environment{"ARM_USE_MSI": "True", "ARM_SUBSCRIPTION_ID": "s"},
			source: credentials.AzureManagedIdentity,
			want:   []string{"ARM_USE_MSI must be true or false, in lower case"},
		},
	})
}
