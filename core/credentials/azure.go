package credentials

import "cmp"

// The variables of Azure. ARM_* are those of the Pulumi provider azure-native (Pulumi Registry, "Azure Native
// Installation & Configuration"), ACTIONS_* those of GitHub ("OpenID Connect reference"), AZURE_* those of the Azure
// SDK (package azidentity, EnvironmentCredential and WorkloadIdentityCredential).
const (
	EnvARMClientID                    = "ARM_CLIENT_ID"
	EnvARMTenantID                    = "ARM_TENANT_ID"
	EnvARMSubscriptionID              = "ARM_SUBSCRIPTION_ID"
	EnvARMClientSecret                = "ARM_CLIENT_SECRET"
	EnvARMClientCertificatePath       = "ARM_CLIENT_CERTIFICATE_PATH"
	EnvARMClientCertificatePassword   = "ARM_CLIENT_CERTIFICATE_PASSWORD"
	EnvARMUseOIDC                     = "ARM_USE_OIDC"
	EnvARMOIDCToken                   = "ARM_OIDC_TOKEN"
	EnvARMOIDCTokenFilePath           = "ARM_OIDC_TOKEN_FILE_PATH"
	EnvARMOIDCRequestToken            = "ARM_OIDC_REQUEST_TOKEN"
	EnvARMOIDCRequestURL              = "ARM_OIDC_REQUEST_URL"
	EnvARMUseMSI                      = "ARM_USE_MSI"
	EnvARMMSIEndpoint                 = "ARM_MSI_ENDPOINT"
	EnvActionsIDTokenRequestToken     = "ACTIONS_ID_TOKEN_REQUEST_TOKEN"
	EnvActionsIDTokenRequestURL       = "ACTIONS_ID_TOKEN_REQUEST_URL"
	EnvAzureClientID                  = "AZURE_CLIENT_ID"
	EnvAzureTenantID                  = "AZURE_TENANT_ID"
	EnvAzureSubscriptionID            = "AZURE_SUBSCRIPTION_ID"
	EnvAzureClientSecret              = "AZURE_CLIENT_SECRET"
	EnvAzureClientCertificatePath     = "AZURE_CLIENT_CERTIFICATE_PATH"
	EnvAzureClientCertificatePassword = "AZURE_CLIENT_CERTIFICATE_PASSWORD"
	EnvAzureFederatedTokenFile        = "AZURE_FEDERATED_TOKEN_FILE"
)

func azureVariables() []Variable {
	return []Variable{
		{EnvARMClientID, KindText, "client ID of the service principal or the user-assigned managed identity"},
		{EnvARMTenantID, KindText, "ID of the Microsoft Entra tenant"},
		{EnvARMSubscriptionID, KindText, "ID of the subscription"},
		{EnvARMClientCertificatePath, KindFile, "file with the certificate and key of the service principal, PEM or PKCS#12"},
		{EnvARMClientCertificatePassword, KindSecret, "password of the certificate file"},
		{EnvARMClientSecret, KindSecret, "client secret of the service principal"},
		{EnvARMUseOIDC, KindSwitch, "true selects workload identity federation (OpenID Connect)"},
		{EnvARMOIDCToken, KindSecret, "ID token"},
		{EnvARMOIDCTokenFilePath, KindFile, "file with the ID token"},
		{EnvARMOIDCRequestToken, KindSecret, "token for the endpoint that issues ID tokens"},
		{EnvARMOIDCRequestURL, KindURL, "URL of the endpoint that issues ID tokens"},
		{EnvActionsIDTokenRequestToken, KindSecret, "as " + EnvARMOIDCRequestToken + "; set by GitHub in workflows with the permission id-token: write"},
		{EnvActionsIDTokenRequestURL, KindURL, "as " + EnvARMOIDCRequestURL + "; set by GitHub"},
		{EnvARMUseMSI, KindSwitch, "true selects the managed identity"},
		{EnvARMMSIEndpoint, KindURL, "endpoint of the managed identity; detected by default, not read by current providers"},
		{EnvAzureClientID, KindText, "as " + EnvARMClientID + ", for the Azure SDK"},
		{EnvAzureTenantID, KindText, "as " + EnvARMTenantID + ", for the Azure SDK"},
		{EnvAzureSubscriptionID, KindText, "as " + EnvARMSubscriptionID + ", read with the variables of the Azure SDK"},
		{EnvAzureClientSecret, KindSecret, "as " + EnvARMClientSecret + ", for the Azure SDK"},
		{EnvAzureClientCertificatePath, KindFile, "as " + EnvARMClientCertificatePath + ", for the Azure SDK"},
		{EnvAzureClientCertificatePassword, KindSecret, "as " + EnvARMClientCertificatePassword + ", for the Azure SDK"},
		{EnvAzureFederatedTokenFile, KindFile, "file with the token of the workload identity; set by AKS"},
	}
}

// azureRecipes has the order of azure-native (newSingleMethodAuthCredential), then that of azidentity's
// DefaultAzureCredential.
func azureRecipes() []recipe {
	// Tenant and subscription are settings too and select no source; GitHub sets its variables in every workflow.
	loose := []string{
		EnvARMTenantID, EnvARMSubscriptionID, EnvAzureTenantID, EnvAzureSubscriptionID,
		EnvActionsIDTokenRequestToken, EnvActionsIDTokenRequestURL,
	}
	arm := func(source Source, required []string, optional ...string) recipe {
		required = append(required, EnvARMClientID, EnvARMTenantID, EnvARMSubscriptionID)
		return recipe{
			Alternative: Alternative{Source: source, Required: required, Optional: optional},
			loose:       loose,
			shared:      []string{EnvARMClientID},
		}
	}
	sdk := func(source Source, required []string, optional ...string) recipe {
		required = append(required, EnvAzureClientID, EnvAzureTenantID)
		return recipe{
			Alternative: Alternative{
				Source: source, Required: required, Optional: optional,
				OneOf: [][]string{{EnvAzureSubscriptionID}, {EnvARMSubscriptionID}},
			},
			loose:  loose,
			shared: []string{EnvAzureClientID},
		}
	}
	oidc := arm(AzureOIDC, []string{EnvARMUseOIDC})
	oidc.OneOf = [][]string{
		{EnvARMOIDCToken},
		{EnvARMOIDCTokenFilePath},
		{EnvARMOIDCRequestToken, EnvARMOIDCRequestURL},
		{EnvActionsIDTokenRequestToken, EnvActionsIDTokenRequestURL},
	}
	return []recipe{
		arm(AzureClientCertificate, []string{EnvARMClientCertificatePath}, EnvARMClientCertificatePassword),
		arm(AzureClientSecret, []string{EnvARMClientSecret}),
		oidc,
		{
			Alternative: Alternative{
				Source:   AzureManagedIdentity,
				Required: []string{EnvARMUseMSI, EnvARMSubscriptionID},
				Optional: []string{EnvARMClientID, EnvARMTenantID, EnvARMMSIEndpoint},
			},
			loose:  loose,
			shared: []string{EnvARMClientID},
		},
		sdk(AzureSDKClientSecret, []string{EnvAzureClientSecret}),
		sdk(AzureSDKClientCertificate, []string{EnvAzureClientCertificatePath}, EnvAzureClientCertificatePassword),
		sdk(AzureWorkloadIdentity, []string{EnvAzureFederatedTokenFile}),
		{
			Alternative: Alternative{
				Source:   AzureCLI,
				Optional: []string{EnvARMTenantID, EnvARMSubscriptionID},
				Setting:  "the login of the Azure CLI (az login)",
			},
			loose:     loose,
			onRequest: true,
		},
	}
}

// AzureRequest selects credentials of Azure. The zero value allows every source in the default order.
type AzureRequest struct {
	// Provider is the name of the provider for messages, such as "primary". Default: none.
	Provider string
	// Sources are the allowed sources in order. Default: Sources(CloudAzure), without AzureCLI.
	Sources []Source
	// ClientID, TenantID and SubscriptionID are settings from configuration, which override the variables
	// ARM_CLIENT_ID, ARM_TENANT_ID and ARM_SUBSCRIPTION_ID, as in azure-native. They do not select a source. Default:
	// the variables.
	ClientID, TenantID, SubscriptionID string
}

// Azure holds credentials of Azure. The fields that the source does not use are empty. It prints as its [Origin].
type Azure struct {
	Origin

	// SubscriptionID is always set except for AzureCLI, where the empty string means the subscription of the login.
	SubscriptionID string
	// TenantID and ClientID are set for all sources but AzureManagedIdentity and AzureCLI, where they are optional:
	// ClientID is that of a user-assigned identity.
	TenantID, ClientID string

	// ClientSecret is set for AzureClientSecret and AzureSDKClientSecret.
	ClientSecret Secret

	// ClientCertificatePath is set for AzureClientCertificate and AzureSDKClientCertificate. The file is readable.
	ClientCertificatePath string
	// ClientCertificatePassword is set with it when a password is given.
	ClientCertificatePassword Secret

	// OIDCToken, OIDCTokenFile, or OIDCRequestToken and OIDCRequestURL are set for AzureOIDC, and OIDCTokenFile for
	// AzureWorkloadIdentity. The file is readable; its token is rotated.
	OIDCToken        Secret
	OIDCTokenFile    string
	OIDCRequestToken Secret
	OIDCRequestURL   string

	// MSIEndpoint is set for AzureManagedIdentity when one is given.
	MSIEndpoint string
}

// Azure returns the credentials of the environment. The order is that of azure-native (Pulumi Registry, "Azure Native
// Installation & Configuration"): certificate, secret, OpenID Connect, managed identity. The variables of the Azure
// SDK, which azure-native does not read, follow. The two sets of variables are not mixed, except for
// ARM_SUBSCRIPTION_ID, which serves both.
//
// The error is an [*Error] of the class failure.Credentials, or of the class failure.Configuration for a source of
// another cloud.
func (r *Resolver) Azure(req AzureRequest) (Azure, error) {
	s := search{
		Resolver: r, cloud: CloudAzure, subject: provider(req.Provider), sources: req.Sources,
		given: map[string]string{
			EnvARMClientID: req.ClientID, EnvARMTenantID: req.TenantID, EnvARMSubscriptionID: req.SubscriptionID,
			EnvAzureClientID: req.ClientID, EnvAzureTenantID: req.TenantID, EnvAzureSubscriptionID: req.SubscriptionID,
		},
	}
	f, err := s.run()
	if err != nil {
		return Azure{}, err
	}
	// A source reads one of the names.
	either := func(names ...string) string {
		var out string
		for _, name := range names {
			out = cmp.Or(out, f.values[name])
		}
		return out
	}
	return Azure{
		Origin:                f.Origin,
		SubscriptionID:        either(EnvARMSubscriptionID, EnvAzureSubscriptionID),
		TenantID:              either(EnvARMTenantID, EnvAzureTenantID),
		ClientID:              either(EnvARMClientID, EnvAzureClientID),
		ClientSecret:          NewSecret(either(EnvARMClientSecret, EnvAzureClientSecret)),
		ClientCertificatePath: either(EnvARMClientCertificatePath, EnvAzureClientCertificatePath),
		ClientCertificatePassword: NewSecret(
			either(EnvARMClientCertificatePassword, EnvAzureClientCertificatePassword)),
		OIDCToken:        f.secret(EnvARMOIDCToken),
		OIDCTokenFile:    either(EnvARMOIDCTokenFilePath, EnvAzureFederatedTokenFile),
		OIDCRequestToken: NewSecret(either(EnvARMOIDCRequestToken, EnvActionsIDTokenRequestToken)),
		OIDCRequestURL:   either(EnvARMOIDCRequestURL, EnvActionsIDTokenRequestURL),
		MSIEndpoint:      f.values[EnvARMMSIEndpoint],
	}, nil
}
