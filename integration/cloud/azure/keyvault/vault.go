package keyvault

import (
	"regexp"
	"slices"
	"strings"

	v20241101 "github.com/pulumi/pulumi-azure-native-sdk/keyvault/v2/v20241101"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

// vaultName is what names of vaults match in addition to the pattern of the specification.
var vaultName = regexp.MustCompile(`^[a-zA-Z](-?[a-zA-Z0-9])*$`)

func vault() *cloud.Type {
	names := kernel.Names{Shortest: 3, Longest: 24, Pattern: regexp.MustCompile(`^[a-zA-Z0-9-]{3,24}$`)}
	return kernel.Grouped(&cloud.Type{
		Token: kernel.VaultToken, Args: v20241101.VaultArgs{}, Resource: &v20241101.Vault{},
		Name:     "vaultName",
		Computed: map[string][]string{"properties": {"vaultUri", "provisioningState"}},
		Check:    func(c *cloud.Checker) { names.Check(c, "vaultName") },
		Create: func(c *cloud.Call) error {
			if !vaultName.MatchString(c.Text("name")) {
				return kernel.Refuse("VaultNameNotValid", "The vault name '%s' is invalid. A vault's name must be between 3-24 "+
					"alphanumeric characters. The name must begin with a letter, end with a letter or digit, and not contain "+
					"consecutive hyphens.", c.Text("name"))
			}
			if err := takeName(c); err != nil {
				return err
			}
			return setVault(c)
		},
		Update: func(c *cloud.Call) error {
			if err := checkVaultChange(c); err != nil {
				return err
			}
			return setVault(c)
		},
		Delete: func(c *cloud.Call) error { return Bury(c, c.Object) },
	}, vaults)
}

func requested(c *cloud.Call) map[string]any {
	properties, _ := c.Object.Inputs["properties"].(map[string]any)
	return properties
}

// takeName refuses a name that another vault has, in any subscription, or a deleted one. A vault with the create mode
// "recover" recovers that. Source: "Azure Key Vault recovery management"; the messages are those in issues 2523 of
// data-safe-haven and 28 of ARO-Landing-Zone-Accelerator.
func takeName(c *cloud.Call) error {
	all, err := c.List(kernel.VaultToken)
	if err != nil {
		return err
	}
	for _, o := range all {
		if strings.EqualFold(o.Text("name"), c.Text("name")) && !kernel.ID(o.ID).Same(c.Object.ID) {
			return kernel.RefuseLater("VaultAlreadyExists", "The vault name '%s' is already in use. Vault names are globally "+
				"unique so it is possible that the name is already taken.", c.Text("name"))
		}
	}
	recovers := strings.EqualFold(cloud.Text(requested(c), "createMode"), "recover")
	deleted, err := c.List(deletedToken)
	if err != nil {
		return err
	}
	for _, o := range deleted {
		switch {
		case !strings.EqualFold(o.Text("name"), c.Text("name")):
		case recovers && kernel.ID(o.ID).Same(c.Object.ID) && kernel.SameLocation(o.Text("location"), c.Text("location")):
			return c.Delete(o)
		default:
			return kernel.Refuse("ConflictError", "A vault with the same name already exists in deleted state. You need to "+
				"either recover or purge existing key vault. Follow this link https://go.microsoft.com/fwlink/?linkid=2149745 "+
				"for more information on soft delete.")
		}
	}
	if recovers {
		return kernel.Refuse("DeletedVaultNotFound", "There is no deleted vault '%s' in the location '%s' to recover.",
			c.Text("name"), c.Text("location"))
	}
	return nil
}

// checkVaultChange refuses changes of what cannot be taken back.
func checkVaultChange(c *cloud.Call) error {
	before, after := c.Old.Block("properties"), requested(c)
	switch {
	case before["enablePurgeProtection"] == true && after["enablePurgeProtection"] == false:
		return kernel.Refuse("BadRequest", "The property \"enablePurgeProtection\" cannot be set to false. Enabling the purge "+
			"protection for a vault is an irreversible action.")
	case after["enableSoftDelete"] == false:
		return kernel.Refuse("BadRequest", "The property \"enableSoftDelete\" can be set to false only for creating new vault. "+
			"Enabling the 'soft delete' functionality is an irreversible action.")
	case after["softDeleteRetentionInDays"] != nil &&
		after["softDeleteRetentionInDays"] != before["softDeleteRetentionInDays"]:
		return kernel.Refuse("BadRequest", "The property \"softDeleteRetentionInDays\" has been set already and it can't be "+
			"modified.")
	}
	return nil
}

// setVault checks the settings of a vault, and sets what Azure computes.
func setVault(c *cloud.Call) error {
	in := requested(c)
	out := c.Object.Block("properties")
	sku, _ := in["sku"].(map[string]any)
	days, given := in["softDeleteRetentionInDays"].(float64)
	switch {
	case !kernel.IsGUID(cloud.Text(in, "tenantId")):
		return kernel.Refuse("BadRequest", "The property \"tenantId\" is not a valid GUID: '%s'.", cloud.Text(in, "tenantId"))
	case cloud.Text(sku, "family") != "A" || !slices.Contains([]string{"standard", "premium"}, cloud.Text(sku, "name")):
		return kernel.Refuse("BadRequest", "The SKU of a vault is of the family 'A', and 'standard' or 'premium'.")
	case in["enablePurgeProtection"] == false:
		return kernel.Refuse("BadRequest", "The property \"enablePurgeProtection\" cannot be set to false. Enabling the purge "+
			"protection for a vault is an irreversible action.")
	case in["enableSoftDelete"] == false:
		// Source: "Azure Key Vault soft-delete overview": it cannot be turned off.
		return kernel.Refuse("BadRequest", "The property \"enableSoftDelete\" cannot be set to false.")
	case given && (days < 7 || days > 90):
		return kernel.Refuse("BadRequest", "The property \"softDeleteRetentionInDays\" has an invalid value: %v. It is 7 to 90 "+
			"days.", days)
	}
	delete(out, "createMode")
	if _, set := in["accessPolicies"]; !set {
		// The provider reads policies that the program does not have, and sends them again.
		out["accessPolicies"] = []any{}
		if c.Old != nil {
			out["accessPolicies"] = c.Old.Block("properties")["accessPolicies"]
		}
	}
	if len(cloud.Objects(out["accessPolicies"])) > 1024 {
		return kernel.Refuse("BadRequest", "A vault has at most 1024 access policies.")
	}
	if c.Old != nil && c.Old.Block("properties")["enablePurgeProtection"] == true {
		out["enablePurgeProtection"] = true // It stays when it is no longer requested.
	}
	cloud.Fill(out, map[string]any{"enableRbacAuthorization": false, "enableSoftDelete": true,
		"softDeleteRetentionInDays": 90.0, "publicNetworkAccess": "Enabled", "enabledForDeployment": false})
	domain := kernel.Environments()[c.Scope.Values["environment"]].VaultSuffix
	out["vaultUri"] = "https://" + strings.ToLower(c.Text("name")) + "." + domain + "/"
	out["provisioningState"] = "Succeeded"
	c.Set("properties", out)
	return nil
}
