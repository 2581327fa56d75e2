package compute

import (
	"net/url"
	"slices"
	"strings"

	v20240302 "github.com/pulumi/pulumi-azure-native-sdk/compute/v2/v20240302"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/keyvault"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/managedidentity"
)

func encryptionSet() *cloud.Type {
	return kernel.Grouped(&cloud.Type{
		Token: kernel.DiskSetToken, Args: v20240302.DiskEncryptionSetArgs{}, Resource: &v20240302.DiskEncryptionSet{},
		Name:     "diskEncryptionSetName",
		Same:     sameIDs(),
		Computed: map[string][]string{"identity": {"principalId", "tenantId"}},
		Create:   setEncryptionSet,
		Update:   setEncryptionSet,
		Delete: func(c *cloud.Call) error {
			all, err := c.List(diskToken)
			for _, o := range all {
				if kernel.ID(c.Object.ID).Same(cloud.Text(o.Block("encryption"), "diskEncryptionSetId")) {
					return notAllowed("Disk encryption set %s is used by disk %s.", c.Object.ID, o.ID) // From memory.
				}
			}
			return err
		},
	}, "Microsoft.Compute/diskEncryptionSets")
}

// setEncryptionSet checks the key of a disk encryption set. Source: "Server-side encryption of Azure Disk Storage",
// restrictions.
func setEncryptionSet(c *cloud.Call) error {
	if n := c.Text("name"); !diskName.MatchString(n) {
		return invalid("The entity name 'diskEncryptionSetName' is invalid according to its validation rule: %s.", n)
	}
	c.SetDefault("encryptionType", "EncryptionAtRestWithCustomerKey")
	kinds := []string{"EncryptionAtRestWithCustomerKey", "EncryptionAtRestWithPlatformAndCustomerKeys",
		"ConfidentialVmEncryptedWithCustomerKey"}
	if !slices.Contains(kinds, c.Text("encryptionType")) {
		return invalid("The value '%s' of parameter encryptionType is invalid.", c.Text("encryptionType"))
	}
	if c.Old != nil && c.Old.Text("encryptionType") != c.Text("encryptionType") {
		return kernel.Immutable("encryptionType")
	}
	if err := managedidentity.Set(c); err != nil {
		return err
	}
	key := cloud.Text(c.Object.Block("activeKey"), "keyUrl")
	if key == "" {
		return nil
	}
	at, err := url.Parse(key)
	if err != nil {
		return invalid("The key URL '%s' is invalid.", key)
	}
	vault, err := keyvault.ByURI(c, at.Scheme+"://"+at.Host)
	if err != nil {
		return err
	}
	parts := strings.Split(strings.Trim(at.Path, "/"), "/")
	versioned := len(parts) == 3
	switch {
	case vault == nil:
		return kernel.Refuse("KeyVaultKeyUrlNotFound", "The key vault of the key URL '%s' was not found.", key) // From memory.
	case parts[0] != "keys" || !versioned && (len(parts) != 2 || !c.Object.Bool("rotationToLatestKeyVersionEnabled")):
		return invalid("The key URL '%s' is not that of a version of a key, as it must be without rotation to the latest version.",
			key)
	case vault.Block("properties")["enablePurgeProtection"] != true:
		return kernel.Refuse("KeyVaultPurgeProtectionNotEnabled", "The key vault %s has no purge protection.", vault.ID) // From memory.
	}
	return nil
}
