package credentials

import "cmp"

// AzureRequest asks for credentials of Azure. The zero value asks for any, in
// the default order.
type AzureRequest struct {
	// Provider is the name of the provider that needs them, such as "primary",
	// for messages. Empty means that messages name none.
	Provider string
	// Sources restricts where credentials may come from, in this order. Empty
	// means Sources(CloudAzure), which leaves out AzureCLI.
	Sources []Source
	// ClientID, TenantID and SubscriptionID are settings that configuration may
	// give; they win over the variables ARM_CLIENT_ID, ARM_TENANT_ID and
	// ARM_SUBSCRIPTION_ID, as in azure-native. Empty means the variables. They do
	// not select a source.
	ClientID, TenantID, SubscriptionID string
}

// Azure holds credentials of Azure. Which fields are set depends on Source; the
// others are empty. It prints as its [Origin].
type Azure struct {
	Origin

	// SubscriptionID is set, but for AzureCLI, where it may be empty and then
	// means the subscription that the login has chosen.
	SubscriptionID string
	// TenantID and ClientID are set, but for AzureManagedIdentity and AzureCLI.
	// The former uses the ClientID of a user-assigned identity, if any; both may
	// have a TenantID.
	TenantID, ClientID string

	// ClientSecret is set for AzureClientSecret and AzureSDKClientSecret.
	ClientSecret Secret

	// ClientCertificatePath is set for AzureClientCertificate and
	// AzureSDKClientCertificate. The file could be read.
	ClientCertificatePath string
	// ClientCertificatePassword is set with it if one is given.
	ClientCertificatePassword Secret

	// OIDCToken, OIDCTokenFile, or OIDCRequestToken and OIDCRequestURL are set for
	// AzureOIDC, and OIDCTokenFile for AzureWorkloadIdentity. The file could be
	// read, and is left to the provider, as it is written anew when the token
	// expires.
	OIDCToken        Secret
	OIDCTokenFile    string
	OIDCRequestToken Secret
	OIDCRequestURL   string

	// MSIEndpoint is set for AzureManagedIdentity if one is given.
	MSIEndpoint string
}

// Azure returns the credentials that the environment holds for the request. The
// order is the one in which azure-native tries them (Pulumi Registry, "Azure
// Native Installation & Configuration"): certificate, secret, OpenID Connect,
// managed identity. The Azure SDK's variables, which azure-native does not read
// by itself, come after its own. Variables of the two families are not mixed,
// except that ARM_SUBSCRIPTION_ID serves both.
//
// The error is an [*Error] of the class failure.Credentials, or of the class
// failure.Configuration when the request names a source that Azure does not
// have.
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
	// A source reads one of the names only, so at most one of them has a value.
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
