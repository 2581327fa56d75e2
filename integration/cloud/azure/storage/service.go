package storage

import (
	"crypto/sha512"
	"encoding/base64"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

const (
	accounts = "Microsoft.Storage/storageAccounts"

	blobServiceToken = "azure-native:storage:BlobServiceProperties"
	containerToken   = "azure-native:storage:BlobContainer"
	policyToken      = "azure-native:storage:ManagementPolicy"
)

// Service returns the types and functions of storage accounts.
func Service() cloud.Service {
	account, blobs, containers, policies := account(), blobService(), container(), managementPolicy()
	get := kernel.Getter(account)
	return cloud.Service{
		Types: []*cloud.Type{account, blobs, containers, policies},
		Functions: map[string]cloud.Function{
			"azure-native:storage:getStorageAccount":        get,
			"azure-native:storage:getBlobContainer":         kernel.Getter(containers),
			"azure-native:storage:getBlobServiceProperties": kernel.Getter(blobs),
			"azure-native:storage:getManagementPolicy":      kernel.Getter(policies),
			"azure-native:storage:listStorageAccountKeys": func(c *cloud.Call, args map[string]any) (map[string]any, error) {
				account, err := get(c, args)
				if err != nil {
					return nil, err
				}
				return listKeys(account), nil
			},
		},
	}
}

// listKeys returns the keys of an account. Azure returns them also if the account does not accept them
// (allowSharedKeyAccess).
func listKeys(account map[string]any) map[string]any {
	var keys []any
	created, _ := account["keyCreationTime"].(map[string]any)
	for _, name := range []string{"key1", "key2"} {
		sum := sha512.Sum512([]byte(cloud.Text(account, "id") + cloud.Text(created, name) + name))
		keys = append(keys, map[string]any{"keyName": name, "permissions": "Full", "creationTime": created[name],
			"value": base64.StdEncoding.EncodeToString(sum[:])})
	}
	return map[string]any{"keys": keys}
}

// ofAccount completes a type whose resources belong to a storage account.
func ofAccount(t *cloud.Type, segment string) *cloud.Type {
	return kernel.Child(t, kernel.StorageToken, accounts, "accountName", segment, false)
}

// owner returns the storage account of a resource.
func owner(c *cloud.Call) (*cloud.Object, error) { return c.Owner(c.Object) }

// checkDefault checks the name of a resource that an account has once.
func checkDefault(c *cloud.Checker, property string) {
	if name, ok := c.Text(property); ok && name != "default" {
		c.Add(property, "'%s' does not match expression '^default$'", property)
	}
}

// notAllowed is the error for a value that the API does not accept.
func notAllowed(value any, property string) error {
	return kernel.Refuse("InvalidRequestPropertyValue", "The value '%v' is not allowed for property %s.", value, property)
}
