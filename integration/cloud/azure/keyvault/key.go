package keyvault

import (
	"regexp"
	"slices"
	"strings"
	"time"

	v20241101 "github.com/pulumi/pulumi-azure-native-sdk/keyvault/v2/v20241101"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

// key is a key as the management API knows it: it creates the first version, does not change it, and does not delete it.
// Source: specification of Microsoft.KeyVault, Keys_CreateIfNotExist, which is the only write that it has.
func key() *cloud.Type {
	names := kernel.Names{Shortest: 1, Longest: 127, Pattern: regexp.MustCompile(`^[a-zA-Z0-9-]{1,127}$`)}
	return kernel.Child(&cloud.Type{
		Token: kernel.KeyToken, Args: v20241101.KeyArgs{}, Resource: &v20241101.Key{},
		Name:   "keyName",
		Check:  func(c *cloud.Checker) { names.Check(c, "keyName") },
		Create: createKey,
		// The inputs stay as requested: a refresh compares outputs. Source: pulumi-azure-native, Read of the provider.
		Update: func(c *cloud.Call) error {
			for name, v := range c.Old.Outputs {
				c.Set(name, v)
			}
			return nil
		},
		Delete: func(*cloud.Call) error { return cloud.ErrKept },
	}, kernel.VaultToken, vaults, "vaultName", "keys", false)
}

func createKey(c *cloud.Call) error {
	vault, err := c.Owner(c.Object)
	if err != nil {
		return err
	}
	in := requested(c)
	kind, size, curve := cloud.Text(in, "kty"), 2048.0, cloud.Text(in, "curveName")
	if given, ok := in["keySize"].(float64); ok {
		size = given
	}
	sku, _ := vault.Block("properties")["sku"].(map[string]any)
	elliptic := strings.HasPrefix(kind, "EC")
	switch {
	case !slices.Contains([]string{"RSA", "RSA-HSM", "EC", "EC-HSM"}, kind):
		return kernel.Refuse("BadParameter", "Property kty has an invalid value: '%s'.", kind)
	case strings.HasSuffix(kind, "-HSM") && cloud.Text(sku, "name") != "premium":
		return kernel.Refuse("BadParameter", "Keys of the type %s require a vault with the SKU premium.", kind)
	case !elliptic && !slices.Contains([]float64{2048, 3072, 4096}, size):
		return kernel.Refuse("BadParameter", "Property keySize has an invalid value: %v. It is 2048, 3072 or 4096.", size)
	case elliptic && curve != "" && !slices.Contains([]string{"P-256", "P-256K", "P-384", "P-521"}, curve):
		return kernel.Refuse("BadParameter", "Property curveName has an invalid value: '%s'.", curve)
	}
	version, err := c.Hex(32)
	if err != nil {
		return err
	}
	operations := in["keyOps"]
	if operations == nil {
		operations = cloud.List("encrypt", "decrypt", "sign", "verify", "wrapKey", "unwrapKey")
		if elliptic {
			operations = cloud.List("sign", "verify")
		}
	}
	uri := cloud.Text(vault.Block("properties"), "vaultUri") + "keys/" + c.Text("name")
	attributes, _ := in["attributes"].(map[string]any)
	answer := map[string]any{}
	cloud.Fill(answer, attributes)
	recovery := "Recoverable+Purgeable"
	if vault.Block("properties")["enablePurgeProtection"] == true {
		recovery = "Recoverable"
	}
	now := float64(time.Now().Unix())
	cloud.Fill(answer, map[string]any{"enabled": true, "exportable": false, "created": now, "updated": now,
		"recoveryLevel": recovery})
	for name, v := range map[string]any{"kty": kind, "keyOps": operations, "attributes": answer, "keyUri": uri,
		"keyUriWithVersion": uri + "/" + version, "location": vault.Text("location"),
		"rotationPolicy": in["rotationPolicy"]} {
		if v != nil {
			c.Set(name, v)
		}
	}
	if elliptic {
		c.Set("curveName", curve)
		if curve == "" {
			c.Set("curveName", "P-256")
		}
	} else {
		c.Set("keySize", size)
	}
	return nil
}
