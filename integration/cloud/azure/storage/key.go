package storage

import (
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/authorization"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/keyvault"
)

// keyRoles are the roles with which an identity can use a key to encrypt.
func keyRoles() []string {
	return []string{"Key Vault Crypto Service Encryption User", "Key Vault Crypto User", "Key Vault Crypto Officer",
		"Key Vault Administrator"}
}

// checkKey checks a customer-managed key: it exists in a vault that cannot be purged, and the identity may use it. It
// returns the URI of the key's version. Source: "Customer-managed keys for Azure Storage encryption".
func checkKey(c *cloud.Call, encryption map[string]any) (string, error) {
	properties, _ := encryption["keyVaultProperties"].(map[string]any)
	uri, name := cloud.Text(properties, "keyVaultUri"), cloud.Text(properties, "keyName")
	if uri == "" || name == "" {
		return "", kernel.Refuse("InvalidRequestPropertyValue", "The properties keyname and keyvaulturi are required if the "+
			"key source is Microsoft.Keyvault.")
	}
	vault, err := keyvault.ByURI(c, uri)
	if err != nil {
		return "", err
	}
	var key *cloud.Object
	if vault != nil {
		if key, err = c.Lookup(kernel.KeyToken, vault.ID+"/keys/"+name); err != nil {
			return "", err
		}
	}
	if key == nil {
		return "", kernel.Refuse("KeyVaultKeyNotFound", "The key %s was not found in the vault %s to unwrap the encryption key.",
			name, uri)
	}
	settings := vault.Block("properties")
	if settings["enablePurgeProtection"] != true {
		return "", kernel.Refuse("KeyVaultPolicyError", "Keyvault policy recoverable is not set")
	}
	principal, err := keyPrincipal(c, encryption)
	if err != nil {
		return "", err
	}
	allowed := false
	if settings["enableRbacAuthorization"] == true {
		allowed, err = authorization.Allowed(c, principal, key.ID, keyRoles()...)
	} else {
		allowed = keyvault.Permits(vault, principal, "get", "wrapKey", "unwrapKey")
	}
	if err == nil && !allowed {
		err = kernel.Refuse("KeyVaultAuthenticationFailure", "The operation failed because of authentication issue on the "+
			"keyvault. The principal '%s' cannot use the key '%s'.", principal, key.ID)
	}
	return key.Text("keyUriWithVersion"), err
}

// keyPrincipal returns the principal that uses the key: the named user-assigned identity, or that of the account.
func keyPrincipal(c *cloud.Call, encryption map[string]any) (string, error) {
	identity, answer := "", c.Object.Block("identity")
	if with, ok := encryption["encryptionIdentity"].(map[string]any); ok {
		identity = cloud.Text(with, "encryptionUserAssignedIdentity")
	}
	if identity == "" {
		if principal := cloud.Text(answer, "principalId"); principal != "" {
			return principal, nil
		}
		return "", kernel.Refuse("InvalidRequestPropertyValue", "A customer-managed key requires an identity: the account has "+
			"no system-assigned identity, and encryption.identity.userAssignedIdentity is not set.")
	}
	assigned, _ := answer["userAssignedIdentities"].(map[string]any)
	for id, v := range assigned {
		if of, ok := v.(map[string]any); ok && strings.EqualFold(id, identity) {
			return cloud.Text(of, "principalId"), nil
		}
	}
	return "", kernel.Refuse("InvalidRequestPropertyValue", "The identity '%s' of the encryption is not assigned to the "+
		"storage account.", identity)
}
