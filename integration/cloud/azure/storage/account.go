package storage

import (
	"maps"
	"net/netip"
	"reflect"
	"regexp"
	"slices"
	"strings"

	v20240101 "github.com/pulumi/pulumi-azure-native-sdk/storage/v2/v20240101"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/managedidentity"
)

func account() *cloud.Type {
	names := kernel.Names{Shortest: 3, Longest: 24, Pattern: regexp.MustCompile(`^[a-z0-9]+$`)}
	return kernel.Grouped(&cloud.Type{
		Token: kernel.StorageToken, Args: v20240101.StorageAccountArgs{}, Resource: &v20240101.StorageAccount{},
		Name:     "accountName",
		Replaces: []string{"isHnsEnabled", "location"},
		Computed: map[string][]string{"identity": {"principalId", "tenantId"}, "sku": {"tier"}},
		Check:    func(c *cloud.Checker) { names.Check(c, "accountName") },
		Create: func(c *cloud.Call) error {
			if err := checkGlobalName(c); err != nil {
				return err
			}
			c.Set("creationTime", kernel.Now())
			c.Set("keyCreationTime", map[string]any{"key1": c.Text("creationTime"), "key2": c.Text("creationTime")})
			return setAccount(c)
		},
		Update: func(c *cloud.Call) error {
			if err := checkFixed(c); err != nil {
				return err
			}
			return setAccount(c)
		},
	}, accounts)
}

// checkGlobalName refuses a name that another account has, in any subscription.
func checkGlobalName(c *cloud.Call) error {
	all, err := c.List(kernel.StorageToken)
	for _, o := range all {
		switch {
		case !strings.EqualFold(o.Text("name"), c.Text("name")) || kernel.ID(o.ID).Same(c.Object.ID):
		case o.Place == c.Object.Place:
			return kernel.Refuse("StorageAccountAlreadyExists", "The storage account named %s already exists under the "+
				"subscription.", c.Text("name"))
		default:
			return kernel.Refuse("StorageAccountAlreadyTaken", "The storage account named %s is already taken.",
				c.Text("name"))
		}
	}
	return err
}

// checkFixed refuses changes of what is fixed when an account is created, and does not replace it.
func checkFixed(c *cloud.Call) error {
	fixed := func(property string) error {
		return kernel.Refuse("AccountPropertyCannotBeUpdated", "The property '%s' was specified in the input, but it cannot be "+
			"updated.", property)
	}
	upgrade := c.Text("kind") == "StorageV2" && slices.Contains([]string{"Storage", "BlobStorage"}, c.Old.Text("kind"))
	if c.Changed("kind") && !upgrade {
		return fixed("kind")
	}
	if tier(c.Old) != tier(c.Object) {
		return fixed("sku.name")
	}
	_, inZones, _ := redundancy(c.Old)
	if _, zones, _ := redundancy(c.Object); zones != inZones {
		// Sources: "Change how a storage account is replicated", which takes a request for a conversion, and issue 6526 of
		// terraform-provider-azurerm. The message is this simulation's own.
		return kernel.Refuse("StorageAccountTypeConversionNotAllowed", "The storage account does not support the conversion "+
			"from '%s' to '%s'.", sku(c.Old), sku(c.Object))
	}
	for _, property := range []string{"dnsEndpointType", "enableNfsV3", "immutableStorageWithVersioning"} {
		if c.Object.Inputs[property] != nil && !reflect.DeepEqual(c.Old.Inputs[property], c.Object.Inputs[property]) {
			return fixed(property)
		}
	}
	before, _ := c.Old.Inputs["encryption"].(map[string]any)
	after, _ := c.Object.Inputs["encryption"].(map[string]any)
	if (before["requireInfrastructureEncryption"] == true) != (after["requireInfrastructureEncryption"] == true) {
		return fixed("encryption.requireInfrastructureEncryption")
	}
	return nil
}

// sku returns the name of an account's SKU, such as Standard_LRS.
func sku(o *cloud.Object) string { return cloud.Text(o.Block("sku"), "name") }

func tier(o *cloud.Object) string {
	tier, _, _ := strings.Cut(sku(o), "_")
	return tier
}

// skus are the SKUs by kind. Source: specification of Microsoft.Storage, SkuName, and "Storage account overview", types
// of storage accounts.
func skus() map[string][]string {
	standard := []string{"Standard_LRS", "Standard_ZRS", "Standard_GRS", "Standard_RAGRS", "Standard_GZRS",
		"Standard_RAGZRS"}
	premium := []string{"Premium_LRS", "Premium_ZRS"}
	return map[string][]string{
		"StorageV2":        append(slices.Clone(standard), "Premium_LRS"),
		"Storage":          {"Standard_LRS", "Standard_ZRS", "Standard_GRS", "Standard_RAGRS", "Premium_LRS"},
		"BlobStorage":      {"Standard_LRS", "Standard_GRS", "Standard_RAGRS"},
		"BlockBlobStorage": premium,
		"FileStorage": append([]string{"StandardV2_LRS", "StandardV2_ZRS", "StandardV2_GRS", "StandardV2_GZRS",
			"PremiumV2_LRS", "PremiumV2_ZRS"}, premium...),
	}
}

// setAccount checks an account, and sets what Azure computes.
func setAccount(c *cloud.Call) error {
	for _, check := range []func(*cloud.Call) error{checkSKU, checkNetwork, managedidentity.Set, setEncryption} {
		if err := check(c); err != nil {
			return err
		}
	}
	c.Set("sku", map[string]any{"name": sku(c.Object), "tier": strings.TrimSuffix(tier(c.Object), "V2")})
	c.Set("primaryLocation", c.Text("location"))
	c.Set("statusOfPrimary", "available")
	c.Set("privateEndpointConnections", []any{})
	c.Set("primaryEndpoints", endpoints(c, ""))
	cloud.Fill(c.Object.Outputs, map[string]any{"allowBlobPublicAccess": false, "allowCrossTenantReplication": false,
		"enableHttpsTrafficOnly": true, "minimumTlsVersion": "TLS1_0",
		"networkRuleSet": map[string]any{"bypass": "AzureServices", "defaultAction": "Allow"}})
	if kind := c.Text("kind"); kind != "Storage" && kind != "FileStorage" && tier(c.Object) == "Standard" {
		c.SetDefault("accessTier", "Hot")
	}
	c.Set("networkRuleSet", ruleLists(c.Object.Block("networkRuleSet")))
	for _, output := range []string{"secondaryLocation", "statusOfSecondary", "secondaryEndpoints"} {
		delete(c.Object.Outputs, output)
	}
	if _, _, geo := redundancy(c.Object); geo {
		c.Set("secondaryLocation", kernel.Locations()[c.Text("location")].Pair)
		c.Set("statusOfSecondary", "available")
		if strings.Contains(sku(c.Object), "_RA") {
			c.Set("secondaryEndpoints", endpoints(c, "-secondary"))
		}
	}
	return nil
}

// ruleLists adds the lists that Azure answers with.
func ruleLists(rules map[string]any) map[string]any {
	cloud.Fill(rules, map[string]any{"ipRules": []any{}, "virtualNetworkRules": []any{}, "resourceAccessRules": []any{}})
	return rules
}

// redundancy returns the redundancy of an account, whether it needs zones, and whether it needs a paired region.
func redundancy(o *cloud.Object) (name string, zones, geo bool) {
	_, name, _ = strings.Cut(sku(o), "_")
	return name, strings.HasSuffix(name, "ZRS"), strings.HasSuffix(name, "GRS") || strings.HasSuffix(name, "GZRS")
}

func checkSKU(c *cloud.Call) error {
	kind, name := c.Text("kind"), sku(c.Object)
	offered, ok := skus()[kind]
	if !ok {
		return notAllowed(kind, "kind")
	}
	if !slices.Contains(offered, name) {
		return notAllowed(name, "sku.name")
	}
	if kind == "BlobStorage" && c.Text("accessTier") == "" {
		return kernel.Refuse("AccessTierRequired", "The access tier is required for storage accounts of the kind BlobStorage.")
	}
	location := kernel.Locations()[c.Text("location")]
	if _, zones, geo := redundancy(c.Object); zones && !location.Zones || geo && location.Pair == "" {
		return kernel.Refuse("RedundancyConfigurationNotAvailableInRegion", "The requested redundancy configuration '%s' is "+
			"not available in the region '%s'.", name, c.Text("location"))
	}
	return nil
}

// endpoints returns the endpoints of an account, by its kind. Those for static websites have a zone of Azure's in their
// host, which is 6 here.
func endpoints(c *cloud.Call, suffix string) map[string]any {
	services := []string{"blob", "dfs", "file", "queue", "table", "web"}
	switch c.Text("kind") {
	case "FileStorage":
		services = []string{"file"}
	case "BlockBlobStorage":
		services = []string{"blob", "dfs", "web"}
	case "BlobStorage":
		services = []string{"blob", "dfs", "table", "web"}
	}
	domain := kernel.Environments()[c.Scope.Values["environment"]].StorageSuffix
	out := map[string]any{}
	for _, service := range services {
		if suffix != "" && service == "file" { // Files have no secondary endpoint.
			continue
		}
		host := service
		if service == "web" {
			host = "z6.web"
		}
		out[service] = "https://" + c.Text("name") + suffix + "." + host + "." + domain + "/"
	}
	return out
}

// checkNetwork checks network rules. Source: "Configure Azure Storage firewalls and virtual networks", restrictions for
// IP network rules.
func checkNetwork(c *cloud.Call) error {
	rules, _ := c.Object.Inputs["networkRuleSet"].(map[string]any)
	if action := cloud.Text(rules, "defaultAction"); rules != nil && action != "Allow" && action != "Deny" {
		return notAllowed(action, "networkAcls.defaultAction")
	}
	if bypass, ok := rules["bypass"].(string); ok {
		for _, name := range strings.Split(bypass, ",") {
			if name = strings.TrimSpace(name); !slices.Contains([]string{"None", "Logging", "Metrics", "AzureServices"}, name) {
				return notAllowed(bypass, "networkAcls.bypass")
			}
		}
	}
	if access := c.Text("publicNetworkAccess"); access != "" &&
		!slices.Contains([]string{"Enabled", "Disabled", "SecuredByPerimeter"}, access) {
		return notAllowed(access, "publicNetworkAccess")
	}
	if tls := c.Text("minimumTlsVersion"); tls != "" &&
		!slices.Contains([]string{"TLS1_0", "TLS1_1", "TLS1_2", "TLS1_3"}, tls) {
		return notAllowed(tls, "minimumTlsVersion")
	}
	for _, rule := range cloud.Objects(rules["ipRules"]) {
		if !publicRange(cloud.Text(rule, "iPAddressOrRange")) {
			return kernel.Refuse("InvalidValuesForRequestParameters", "Values for request parameters are invalid: "+
				"networkAcls.ipRule[*].value. (For more information, see https://aka.ms/storagenetworkruleset): %s",
				cloud.Text(rule, "iPAddressOrRange"))
		}
	}
	return nil
}

// publicRange reports whether a text is a public IPv4 address, or a CIDR block of public ones up to /30.
func publicRange(text string) bool {
	address, err := netip.ParseAddr(text)
	if err != nil {
		prefix, err := netip.ParsePrefix(text)
		if err != nil || prefix.Bits() > 30 {
			return false
		}
		address = prefix.Addr()
	}
	return address.Is4() && !address.IsPrivate() && !address.IsLoopback() && !address.IsLinkLocalUnicast()
}

// setEncryption sets the services that are encrypted, and checks a customer-managed key.
func setEncryption(c *cloud.Call) error {
	in, _ := c.Object.Inputs["encryption"].(map[string]any)
	out := maps.Clone(in)
	if out == nil {
		out = map[string]any{}
	}
	cloud.Fill(out, map[string]any{"keySource": "Microsoft.Storage"})
	requested, _ := in["services"].(map[string]any)
	services := map[string]any{}
	for _, service := range []string{"blob", "file", "queue", "table"} {
		if _, given := requested[service]; !given && (service == "queue" || service == "table") {
			continue
		}
		answer := map[string]any{"enabled": true, "keyType": "Account", "lastEnabledTime": c.Text("creationTime")}
		if given, ok := requested[service].(map[string]any); ok && given["keyType"] != nil {
			answer["keyType"] = given["keyType"]
		}
		services[service] = answer
	}
	out["services"] = services
	switch source := cloud.Text(out, "keySource"); {
	case strings.EqualFold(source, "Microsoft.Storage"):
	case strings.EqualFold(source, "Microsoft.Keyvault"):
		version, err := checkKey(c, in)
		if err != nil {
			return err
		}
		if properties, ok := in["keyVaultProperties"].(map[string]any); ok {
			properties = maps.Clone(properties)
			properties["currentVersionedKeyIdentifier"] = version
			properties["lastKeyRotationTimestamp"] = c.Text("creationTime")
			out["keyVaultProperties"] = properties
		}
	default:
		return notAllowed(source, "encryption.keySource")
	}
	c.Set("encryption", out)
	return nil
}
