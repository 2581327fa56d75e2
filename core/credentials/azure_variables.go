package credentials

// The variables of Azure. Those that begin with ARM_ are the ones that the
// Pulumi provider azure-native reads (Pulumi Registry, page "Azure Native
// Installation & Configuration"), ACTIONS_ those of GitHub (page "OpenID
// Connect reference"), AZURE_ those of the Azure SDK (package azidentity,
// EnvironmentCredential and WorkloadIdentityCredential).
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
		{EnvARMClientID, KindText, "is the application ID of the service principal or of a user-assigned managed identity"},
		{EnvARMTenantID, KindText, "is the ID of the Microsoft Entra tenant"},
		{EnvARMSubscriptionID, KindText, "is the ID of the subscription"},
		{EnvARMClientCertificatePath, KindFile, "names the file with the service principal's certificate and key, PEM or PKCS#12"},
		{EnvARMClientCertificatePassword, KindSecret, "opens the certificate file, where that needs a password"},
		{EnvARMClientSecret, KindSecret, "is a client secret of the service principal"},
		{EnvARMUseOIDC, KindSwitch, "asks for workload identity federation (OpenID Connect)"},
		{EnvARMOIDCToken, KindSecret, "is the ID token that is exchanged"},
		{EnvARMOIDCTokenFilePath, KindFile, "names the file with the ID token that is exchanged"},
		{EnvARMOIDCRequestToken, KindSecret, "is sent to the address that hands out ID tokens"},
		{EnvARMOIDCRequestURL, KindURL, "is the address that hands out ID tokens"},
		{EnvActionsIDTokenRequestToken, KindSecret, "is GitHub's form of " + EnvARMOIDCRequestToken + "; workflows with the permission id-token: write have it"},
		{EnvActionsIDTokenRequestURL, KindURL, "is GitHub's form of " + EnvARMOIDCRequestURL},
		{EnvARMUseMSI, KindSwitch, "asks for a managed identity"},
		{EnvARMMSIEndpoint, KindURL, "is the address that hands out tokens of the managed identity; found without it by default, and newer providers do not read it"},
		{EnvAzureClientID, KindText, "is the Azure SDK's form of " + EnvARMClientID},
		{EnvAzureTenantID, KindText, "is the Azure SDK's form of " + EnvARMTenantID},
		{EnvAzureSubscriptionID, KindText, "is the field's other form of " + EnvARMSubscriptionID + ", read with the Azure SDK's variables"},
		{EnvAzureClientSecret, KindSecret, "is the Azure SDK's form of " + EnvARMClientSecret},
		{EnvAzureClientCertificatePath, KindFile, "is the Azure SDK's form of " + EnvARMClientCertificatePath},
		{EnvAzureClientCertificatePassword, KindSecret, "is the Azure SDK's form of " + EnvARMClientCertificatePassword},
		{EnvAzureFederatedTokenFile, KindFile, "names the file with the token of AKS workload identity, whose webhook sets it"},
	}
}

// azureRecipes follows the order of azure-native (newSingleMethodAuthCredential)
// and, after its variables, that of azidentity's DefaultAzureCredential.
func azureRecipes() []recipe {
	// Tenant and subscription are settings as well, so that alone they do not
	// begin anything; neither does what GitHub sets in every workflow.
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
			always:    true,
		},
	}
}
