package azure

import (
	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/keyvault"
)

// PurgeVault purges a deleted key vault, so that its name is available again.
func PurgeVault(store *cloud.Store, name string) error { return keyvault.Purge(store, name) }
