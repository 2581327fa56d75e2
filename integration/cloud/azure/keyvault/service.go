package keyvault

import (
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

const (
	vaults = "Microsoft.KeyVault/vaults"
	// deletedToken is the type of objects that are deleted vaults, whose names are taken. It is none of the provider's.
	deletedToken = "azure-native:keyvault:DeletedVault"
)

// Service returns the types and functions of Key Vault.
func Service() cloud.Service {
	vault, key := vault(), key()
	return cloud.Service{
		Types: []*cloud.Type{vault, key},
		Functions: map[string]cloud.Function{
			"azure-native:keyvault:getVault": kernel.Getter(vault),
			"azure-native:keyvault:getKey":   kernel.Getter(key),
		},
	}
}

// ByURI returns the vault with a URI, or nil.
func ByURI(c *cloud.Call, uri string) (*cloud.Object, error) {
	all, err := c.List(kernel.VaultToken)
	for _, o := range all {
		if strings.EqualFold(strings.TrimRight(cloud.Text(o.Block("properties"), "vaultUri"), "/"), strings.TrimRight(uri, "/")) {
			return o, err
		}
	}
	return nil, err
}

// Permits reports whether the access policies of a vault give a principal permissions for keys.
func Permits(vault *cloud.Object, principal string, permissions ...string) bool {
	for _, policy := range cloud.Objects(vault.Block("properties")["accessPolicies"]) {
		if !strings.EqualFold(cloud.Text(policy, "objectId"), principal) {
			continue
		}
		given, _ := policy["permissions"].(map[string]any)
		has := map[string]bool{}
		for _, p := range cloud.Texts(given["keys"]) {
			has[strings.ToLower(p)] = true
		}
		all := true
		for _, p := range permissions {
			all = all && (has[strings.ToLower(p)] || has["all"])
		}
		if all {
			return true
		}
	}
	return false
}

// Deleted reports whether an object is a deleted vault. Azure keeps it until its retention period ends, though no program
// can see it.
func Deleted(_ *cloud.Store, o *cloud.Object) (bool, error) { return o.Type == deletedToken, nil }

// Bury keeps a vault that is deleted along with its resource group. It does nothing for other resources.
func Bury(c *cloud.Call, o *cloud.Object) error {
	if o.Type != kernel.VaultToken {
		return nil
	}
	outputs := map[string]any{"name": o.Text("name"), "location": o.Text("location"), "vault": o.Outputs}
	return c.Put(&cloud.Object{Type: deletedToken, ID: o.ID, Place: o.Place, Folded: true, Inputs: map[string]any{},
		Outputs: outputs})
}

// Purge removes a deleted vault, so that its name is available again.
func Purge(store *cloud.Store, name string) error {
	return store.Do(func(tx *cloud.Tx) error {
		all, err := tx.List(deletedToken)
		if err != nil {
			return err
		}
		for _, o := range all {
			if strings.EqualFold(o.Text("name"), name) {
				return tx.Delete(o)
			}
		}
		return kernel.Refuse("DeletedVaultNotFound", "The vault '%s' is not deleted.", name)
	})
}
