package kubelogin

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

const credentialToken = "azure-native:managedidentity:FederatedIdentityCredential"

// identity is a principal of Microsoft Entra ID.
type identity struct {
	// object is its object id.
	object string
	// foreign says that it signs in to a tenant other than its own.
	foreign bool
}

// caller returns the principal that signs in.
func (r *request) caller(store *cloud.Store) (identity, error) {
	own := identity{object: kernel.ObjectID, foreign: r.tenant != "" && r.tenant != cmp.Or(r.env("ARM_TENANT_ID"), kernel.Tenant)}
	if r.login == "azurecli" || r.login == "azd" {
		return own, nil
	}
	if r.client == cmp.Or(r.env("ARM_CLIENT_ID"), kernel.ClientID) && r.login == "spn" {
		return own, nil
	}
	var o *cloud.Object
	err := store.Do(func(tx *cloud.Tx) error {
		var err error
		if o, err = r.find(tx); err == nil && r.login == "workloadidentity" {
			err = r.federated(tx, o)
		}
		return err
	})
	if err != nil {
		return identity{}, err
	}
	return identity{object: o.Text("principalId"), foreign: r.tenant != "" && r.tenant != o.Text("tenantId")}, nil
}

// find returns the managed identity that signs in.
func (r *request) find(tx *cloud.Tx) (*cloud.Object, error) {
	if r.client == "" && r.resource == "" {
		return nil, fmt.Errorf("--login msi requires client-id or identity-resource-id: this computer has no system-assigned identity")
	}
	all, err := tx.List(kernel.IdentityToken)
	if err != nil {
		return nil, err
	}
	for _, o := range all {
		if r.client != "" && strings.EqualFold(o.Text("clientId"), r.client) || r.resource != "" && kernel.SameID(o.ID, r.resource) {
			return o, nil
		}
	}
	return nil, fmt.Errorf("AADSTS700016: Application with identifier '%s' was not found in the directory '%s'",
		cmp.Or(r.client, r.resource), r.tenant)
}

// federated checks that a credential of an identity matches a token. The signature of the token is not checked.
func (r *request) federated(tx *cloud.Tx, o *cloud.Object) error {
	text, err := os.ReadFile(r.tokenFile)
	if err != nil {
		return fmt.Errorf("read the federated token: %w", err)
	}
	var claims struct {
		Issuer  string `json:"iss"`
		Subject string `json:"sub"`
	}
	parts := strings.Split(strings.TrimSpace(string(text)), ".")
	if len(parts) != 3 {
		return fmt.Errorf("the federated token in %s is no JSON web token", r.tokenFile)
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return fmt.Errorf("the federated token in %s is no JSON web token: %w", r.tokenFile, err)
	}
	if err := json.Unmarshal(payload, &claims); err != nil {
		return fmt.Errorf("the federated token in %s is no JSON web token: %w", r.tokenFile, err)
	}
	all, err := tx.List(credentialToken)
	if err != nil {
		return err
	}
	for _, c := range all {
		if c.Managed == o.Key() && c.Text("issuer") == claims.Issuer && c.Text("subject") == claims.Subject {
			return nil
		}
	}
	return fmt.Errorf("AADSTS700213: No matching federated identity record found for presented assertion subject '%s'. Please "+
		"check your federated identity credential Subject, Audience and Issuer against the presented assertion", claims.Subject)
}
