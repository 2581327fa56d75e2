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
			reason: "a user-assigned identity has a client ID; OpenID Connect that is switched off is passed over",
			env: plus(principal, environment{
				"ARM_USE_OIDC": "false", "ARM_OIDC_TOKEN": canary, "ARM_USE_MSI": "true",
				"ARM_MSI_ENDPOINT": "http://localhost/token",
			}),
			want: result(credentials.AzureManagedIdentity, credentials.Azure{MSIEndpoint: "http://localhost/token"},
				"ARM_USE_MSI", subscription, id, tenant, "ARM_MSI_ENDPOINT"),
		},
		"SecretOfTheSDK": {
			reason: "the field's other names do as well",
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
			reason: "it is used when asked for and nothing else is there; tenant and subscription choose the account",
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

func TestAzureRefuses(t *testing.T) {
	t.Parallel()
	all := append(credentials.Sources(credentials.CloudAzure), credentials.AzureCLI)
	runRefusals(t, func(e environment) error {
		_, err := resolver(e).Azure(credentials.AzureRequest{Provider: "primary", Sources: all})
		return err
	}, map[string]refusal{
		"ClientAlone": {
			reason: "a client ID without a proof must not fall through to the login of the Azure CLI",
			env:    environment{"ARM_CLIENT_ID": canary},
			source: credentials.AzureClientCertificate, set: []string{"ARM_CLIENT_ID"},
			want: []string{"ARM_CLIENT_ID is set, but none of what goes with it: set ARM_CLIENT_CERTIFICATE_PATH, " +
				"ARM_CLIENT_SECRET, ARM_USE_OIDC or ARM_USE_MSI as well, or unset ARM_CLIENT_ID"},
		},
		"ClientAboveTheSDK": {
			reason: "what is half-set above must not fall through to the Azure SDK's variables",
			env: environment{
				"ARM_CLIENT_ID": canary, "AZURE_CLIENT_ID": "c", "AZURE_TENANT_ID": "t", "AZURE_CLIENT_SECRET": canary,
				"AZURE_SUBSCRIPTION_ID": "s",
			},
			source: credentials.AzureClientCertificate, set: []string{"ARM_CLIENT_ID"},
			want: []string{"ARM_CLIENT_ID is set, but none of what goes with it"},
		},
		"SecretAlone": {
			reason: "everything that is missing is named at once",
			env:    environment{"ARM_CLIENT_SECRET": canary},
			source: credentials.AzureClientSecret, set: []string{"ARM_CLIENT_SECRET"},
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
			set:    []string{"ARM_CLIENT_ID", "ARM_TENANT_ID", "ARM_SUBSCRIPTION_ID", "ARM_CLIENT_CERTIFICATE_PASSWORD"},
			want:   []string{"ARM_CLIENT_CERTIFICATE_PATH is not set, but ARM_CLIENT_CERTIFICATE_PASSWORD is"},
		},
		"OIDCWithoutAToken": {
			reason: "the ways to give a token are named",
			env: environment{
				"ARM_USE_OIDC": "true", "ARM_CLIENT_ID": "c", "ARM_TENANT_ID": "t", "ARM_SUBSCRIPTION_ID": "s",
			},
			source: credentials.AzureOIDC,
			set:    []string{"ARM_USE_OIDC", "ARM_CLIENT_ID", "ARM_TENANT_ID", "ARM_SUBSCRIPTION_ID"},
			want: []string{"ARM_OIDC_TOKEN, ARM_OIDC_TOKEN_FILE_PATH, ARM_OIDC_REQUEST_TOKEN with ARM_OIDC_REQUEST_URL or " +
				"ACTIONS_ID_TOKEN_REQUEST_TOKEN with ACTIONS_ID_TOKEN_REQUEST_URL is not set, but ARM_USE_OIDC is"},
		},
		"TokenWithoutTheSwitch": {
			reason: "azure-native ignores a token without ARM_USE_OIDC",
			env: environment{
				"ARM_OIDC_TOKEN": canary, "ARM_CLIENT_ID": "c", "ARM_TENANT_ID": "t", "ARM_SUBSCRIPTION_ID": "s",
			},
			source: credentials.AzureOIDC,
			set:    []string{"ARM_CLIENT_ID", "ARM_TENANT_ID", "ARM_SUBSCRIPTION_ID", "ARM_OIDC_TOKEN"},
			want:   []string{"ARM_USE_OIDC is not set, but ARM_OIDC_TOKEN is"},
		},
		"HalfARequest": {
			reason: "a half-set pair must not fall through to GitHub's",
			env: environment{
				"ARM_USE_OIDC": "true", "ARM_CLIENT_ID": "c", "ARM_TENANT_ID": "t", "ARM_SUBSCRIPTION_ID": "s",
				"ARM_OIDC_REQUEST_TOKEN": canary, "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "x", "ACTIONS_ID_TOKEN_REQUEST_URL": "y",
			},
			source: credentials.AzureOIDC,
			set: []string{
				"ARM_USE_OIDC", "ARM_CLIENT_ID", "ARM_TENANT_ID", "ARM_SUBSCRIPTION_ID", "ARM_OIDC_REQUEST_TOKEN",
				"ACTIONS_ID_TOKEN_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_URL",
			},
			want: []string{"ARM_OIDC_REQUEST_URL is not set, but ARM_USE_OIDC and ARM_OIDC_REQUEST_TOKEN are"},
		},
		"Switch": {
			reason: "azure-native knows one spelling only",
			env:    environment{"ARM_USE_MSI": "True", "ARM_SUBSCRIPTION_ID": "s"},
			source: credentials.AzureManagedIdentity, set: []string{"ARM_USE_MSI", "ARM_SUBSCRIPTION_ID"},
			want: []string{"ARM_USE_MSI is neither true nor false, in lower case"},
		},
	})
}
