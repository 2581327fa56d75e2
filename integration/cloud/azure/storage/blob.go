package storage

import (
	"regexp"
	"slices"

	v20240101 "github.com/pulumi/pulumi-azure-native-sdk/storage/v2/v20240101"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

// blobService are the settings of an account's blob service. The service exists along with the account: creating the
// resource changes it, and deleting the resource resets it.
func blobService() *cloud.Type {
	return ofAccount(&cloud.Type{
		Token: blobServiceToken, Args: v20240101.BlobServicePropertiesArgs{}, Resource: &v20240101.BlobServiceProperties{},
		Name: "blobServicesName", Singleton: true,
		Check: func(c *cloud.Checker) {
			checkDefault(c, "blobServicesName")
			for _, property := range []string{"deleteRetentionPolicy", "containerDeleteRetentionPolicy"} {
				policy, _ := c.Value(property).(map[string]any)
				kernel.Range(c, property+".days", policy["days"], 1, 365)
			}
			restore, _ := c.Value("restorePolicy").(map[string]any)
			kernel.Range(c, "restorePolicy.days", restore["days"], 1, 365)
			feed, _ := c.Value("changeFeed").(map[string]any)
			kernel.Range(c, "changeFeed.retentionInDays", feed["retentionInDays"], 1, 146000)
		},
		Create: setBlobService,
		Update: setBlobService,
		Adopt: func(c *cloud.Call, id string) (*cloud.Object, error) {
			all, err := c.List(kernel.StorageToken)
			for _, o := range all {
				if kernel.ID(id).Same(o.ID+"/blobServices/default") && hasBlobs(o) {
					return defaultService(o), err
				}
			}
			return nil, err
		},
	}, "blobServices")
}

// defaultService is the blob service of an account whose settings no program has changed.
func defaultService(account *cloud.Object) *cloud.Object {
	inputs := map[string]any{"accountName": account.Text("name"), "blobServicesName": "default",
		"resourceGroupName": kernel.ID(account.ID).Group()}
	outputs := map[string]any{"name": "default", "type": accounts + "/blobServices", "sku": account.Block("sku"),
		"deleteRetentionPolicy": map[string]any{"enabled": false, "allowPermanentDelete": false}}
	cloud.Fill(outputs, inputs)
	return &cloud.Object{Type: blobServiceToken, ID: account.ID + "/blobServices/default", Place: account.Place,
		Managed: account.Key(), Folded: true, Inputs: inputs, Outputs: outputs}
}

func hasBlobs(account *cloud.Object) bool { return account.Text("kind") != "FileStorage" }

// setBlobService checks settings that depend on each other. Source: "Point-in-time restore for block blobs",
// prerequisites and limitations.
func setBlobService(c *cloud.Call) error {
	account, err := owner(c)
	if err != nil {
		return err
	}
	if !hasBlobs(account) {
		return unsupported("Blob")
	}
	hierarchical := account.Bool("isHnsEnabled")
	if hierarchical && c.Object.Bool("isVersioningEnabled") {
		return unsupported("Blob versioning")
	}
	restore, deletion, feed := c.Object.Block("restorePolicy"), c.Object.Block("deleteRetentionPolicy"),
		c.Object.Block("changeFeed")
	if restore["enabled"] == true {
		days, _ := restore["days"].(float64)
		kept, _ := deletion["days"].(float64)
		switch {
		case hierarchical:
			return unsupported("Point-in-time restore")
		case deletion["enabled"] != true || !c.Object.Bool("isVersioningEnabled") || feed["enabled"] != true:
			return kernel.Refuse("InvalidRequestPropertyValue", "Conflicting feature 'restorePolicy' is enabled. Please enable "+
				"deleteRetentionPolicy, changeFeed and isVersioningEnabled.")
		case days < 1 || days >= kept:
			return notAllowed(days, "restorePolicy.days")
		}
	}
	for _, property := range []string{"deleteRetentionPolicy", "containerDeleteRetentionPolicy"} {
		if policy := c.Object.Block(property); policy["enabled"] == true && policy["days"] == nil {
			return notAllowed("", property+".days")
		}
	}
	c.SetDefault("deleteRetentionPolicy", map[string]any{"enabled": false, "allowPermanentDelete": false})
	c.Set("sku", account.Block("sku"))
	return nil
}

// unsupported is the error for a feature that an account does not have.
func unsupported(feature string) error {
	return kernel.Refuse("FeatureNotSupportedForAccount", "%s is not supported for the account.", feature)
}

func container() *cloud.Type {
	// Source: "Naming and referencing containers, blobs, and metadata", container names.
	names := kernel.Names{Shortest: 3, Longest: 63,
		Pattern: regexp.MustCompile(`^(\$root|\$web|\$logs|[a-z0-9]+(-[a-z0-9]+)*)$`)}
	return ofAccount(&cloud.Type{
		Token: containerToken, Args: v20240101.BlobContainerArgs{}, Resource: &v20240101.BlobContainer{},
		Name:  "containerName",
		Check: func(c *cloud.Checker) { names.Check(c, "containerName") },
		Create: func(c *cloud.Call) error {
			cloud.Fill(c.Object.Outputs, map[string]any{"defaultEncryptionScope": "$account-encryption-key",
				"denyEncryptionScopeOverride": false})
			return setContainer(c)
		},
		Update: setContainer,
	}, "blobServices/default/containers")
}

func setContainer(c *cloud.Call) error {
	account, err := owner(c)
	if err != nil {
		return err
	}
	access := c.Text("publicAccess")
	switch {
	case !hasBlobs(account):
		return unsupported("Blob")
	case access != "" && !slices.Contains([]string{"None", "Blob", "Container"}, access):
		return notAllowed(access, "publicAccess")
	case access != "" && access != "None" && !account.Bool("allowBlobPublicAccess"):
		// Source: "Prevent anonymous read access to containers and blobs".
		return kernel.Refuse("PublicAccessNotPermitted", "Public access is not permitted on this storage account.")
	}
	cloud.Fill(c.Object.Outputs, map[string]any{"publicAccess": "None", "deleted": false, "hasImmutabilityPolicy": false,
		"hasLegalHold": false, "leaseState": "Available", "leaseStatus": "Unlocked", "remainingRetentionDays": 0.0})
	c.Set("lastModifiedTime", kernel.Now())
	return nil
}
