package containerservice

import (
	"fmt"
	"regexp"
	"strings"

	v20240901 "github.com/pulumi/pulumi-azure-native-sdk/containerservice/v2/v20240901"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/managedidentity"
)

// Outputs of the simulation: the address of the API server, and its certificate authority as PEM.
const (
	serverOutput = "simulatedServer"
	caOutput     = "simulatedCA"
)

func cluster() *cloud.Type {
	// Source: specification of Microsoft.ContainerService, ResourceNameParameter.
	names := kernel.Names{Shortest: 1, Longest: 63,
		Pattern: regexp.MustCompile(`^[a-zA-Z0-9]$|^[a-zA-Z0-9][-_a-zA-Z0-9]{0,61}[a-zA-Z0-9]$`)}
	return kernel.Grouped(&cloud.Type{
		Token: kernel.ClusterToken, Args: v20240901.ManagedClusterArgs{}, Resource: &v20240901.ManagedCluster{},
		Name: "resourceName",
		// Source: pulumi-azure-native, force-new properties: any change within the blocks replaces the cluster.
		Replaces: []string{"diskEncryptionSetID", "dnsPrefix", "fqdnSubdomain", "linuxProfile", "location",
			"networkProfile", "nodeResourceGroup", "windowsProfile"},
		Same: sameIDs(),
		Computed: map[string][]string{"identity": {"principalId", "tenantId"}, "oidcIssuerProfile": {"issuerURL"},
			"aadProfile": {"tenantID"}},
		Recomputes: map[string][]string{"kubernetesVersion": {"currentKubernetesVersion"}},
		Check:      func(c *cloud.Checker) { names.Check(c, "resourceName") },
		Create:     createCluster,
		Update:     updateCluster,
		Refresh:    refreshPools,
	}, arm)
}

// settings are the parts of a cluster, in the order in which they are checked.
func settings() []func(*cloud.Call) error {
	return []func(*cloud.Call) error{setTier, setVersion, managedidentity.Set, setNetwork, setAPI, setNames, setDirectory, setIssuer,
		setSecurity, setUpgrades, setNodeGroup, setOutbound, setKubelet, setAddons, setDefaults}
}

func createCluster(c *cloud.Call) error {
	// AKS answers with an id of its own spelling. Source: issues of terraform-provider-azurerm about "resourcegroups".
	c.Object.ID = strings.Replace(c.Object.ID, "/resourceGroups/", "/resourcegroups/", 1)
	c.Set("type", "Microsoft.ContainerService/ManagedClusters")
	if err := kernel.SetNewGUIDs(c, "resourceUID"); err != nil {
		return err
	}
	c.Set("resourceUID", strings.ReplaceAll(c.Text("resourceUID"), "-", "")[:24])
	if len(c.Object.Block("identity")) == 0 && cloud.Text(c.Object.Block("servicePrincipalProfile"), "clientId") == "" {
		return badRequest("Provisioning of resource(s) for container service %s in resource group %s failed. Message: A managed "+
			"identity or a service principal is required.", c.Text("name"), kernel.ID(c.Object.ID).Group())
	}
	for _, set := range settings() {
		if err := set(c); err != nil {
			return err
		}
	}
	setEndpoint(c.Object, "https://"+host(c.Object)+":443", []byte("no control plane runs behind this cluster"))
	return createPools(c)
}

// setEndpoint sets the address of the API server.
func setEndpoint(o *cloud.Object, server string, ca []byte) {
	o.Outputs[serverOutput], o.Outputs[caOutput] = server, string(ca)
}

// kept are the properties of a cluster that keep their values without one.
func kept() []string {
	return []string{"aadProfile", "addonProfiles", "apiServerAccessProfile", "autoScalerProfile", "autoUpgradeProfile",
		"azureMonitorProfile", "disableLocalAccounts", "enableRBAC", "identity", "identityProfile", "metricsProfile",
		"networkProfile", "nodeResourceGroup", "nodeResourceGroupProfile", "oidcIssuerProfile", "securityProfile", "sku",
		"storageProfile", "supportPlan", "workloadAutoScalerProfile"}
}

func updateCluster(c *cloud.Call) error {
	c.Set("type", "Microsoft.ContainerService/ManagedClusters")
	for _, property := range kept() {
		if v, ok := c.Old.Outputs[property]; ok {
			c.SetDefault(property, v)
		}
	}
	if len(c.Old.Block("aadProfile")) > 0 && len(c.Object.Block("aadProfile")) == 0 {
		return kernel.Immutable("aadProfile")
	}
	if c.Old.Bool("enableRBAC") != c.Object.Bool("enableRBAC") {
		return kernel.Immutable("properties.enableRBAC")
	}
	for _, set := range settings() {
		if err := set(c); err != nil {
			return err
		}
	}
	pools, err := poolsOf(c, c.Object)
	if err != nil {
		return err
	}
	if err := checkSkew(c, pools); err != nil {
		return err
	}
	return updatePools(c, pools)
}

// setNames checks the prefix of the DNS names, and sets them. Source: "Create a private AKS cluster", and the examples of the
// specification of Microsoft.ContainerService; the form of private names is from memory.
func setNames(c *cloud.Call) error {
	prefix, subdomain := c.Text("dnsPrefix"), c.Text("fqdnSubdomain")
	switch {
	case prefix == "" && subdomain == "":
		return kernel.Refuse("InvalidParameter", "Required parameter dnsPrefix is missing (null).")
	case prefix != "" && subdomain != "":
		return invalid("fqdnSubdomain", "dnsPrefix and fqdnSubdomain are mutually exclusive.")
	case !dnsPrefix.MatchString(prefix + subdomain):
		return invalid("dnsPrefix", "'%s' has 1 to 54 letters, digits and hyphens, and begins and ends with a letter or digit.",
			prefix+subdomain)
	}
	suffix := kernel.Environments()[c.Scope.Values["environment"]].ClusterSuffix
	access := c.Object.Block("apiServerAccessProfile")
	private, zone := access["enablePrivateCluster"] == true, cloud.Text(access, "privateDNSZone")
	if subdomain != "" && !kernel.IsID(zone) {
		return invalid("fqdnSubdomain", "fqdnSubdomain requires a custom private DNS zone.")
	}
	unique := prefix + subdomain + "-" + c.Text("resourceUID")[:8]
	delete(c.Object.Outputs, "fqdn")
	delete(c.Object.Outputs, "azurePortalFQDN")
	if !private || access["enablePrivateClusterPublicFQDN"] != false {
		c.Set("fqdn", strings.ToLower(unique)+".hcp."+c.Text("location")+"."+suffix)
		c.Set("azurePortalFQDN", strings.ToLower(unique)+".portal.hcp."+c.Text("location")+"."+suffix)
	}
	if !private {
		return nil
	}
	switch {
	case c.Old != nil && zone == cloud.Text(c.Old.Block("apiServerAccessProfile"), "privateDNSZone"):
	case subdomain != "":
		c.Set("privateFQDN", strings.ToLower(subdomain+"."+kernel.ID(zone).Name()))
	case kernel.IsID(zone):
		c.Set("privateFQDN", strings.ToLower(unique+"."+kernel.ID(zone).Name()))
	case zone != "none":
		id, err := kernel.NewGUID(c)
		if err != nil {
			return err
		}
		c.Set("privateFQDN", strings.ToLower(unique)+"."+id+".privatelink."+c.Text("location")+"."+suffix)
	}
	return nil
}

var dnsPrefix = regexp.MustCompile(`^[a-zA-Z0-9]([a-zA-Z0-9-]{0,52}[a-zA-Z0-9])?$`)

// host returns the DNS name of the API server of a cluster.
func host(o *cloud.Object) string {
	if name := o.Text("privateFQDN"); name != "" {
		return name
	}
	return o.Text("fqdn")
}

// setTier checks the SKU and the support plan. Source: "Free, Standard, and Premium pricing tiers for AKS cluster
// management" and "Long-term support for AKS versions".
func setTier(c *cloud.Call) error {
	sku := c.Object.Block("sku")
	cloud.Fill(sku, map[string]any{"name": "Base", "tier": "Free"})
	if err := oneOf("sku.name", cloud.Text(sku, "name"), "Base"); err != nil {
		return err
	}
	if err := oneOf("sku.tier", cloud.Text(sku, "tier"), "Free", "Standard", "Premium"); err != nil {
		return err
	}
	c.Set("sku", sku)
	c.SetDefault("supportPlan", "KubernetesOfficial")
	if err := oneOf("supportPlan", c.Text("supportPlan"), "KubernetesOfficial", "AKSLongTermSupport"); err != nil {
		return err
	}
	if longTerm(c.Object) && sku["tier"] != "Premium" {
		return invalid("supportPlan", "The support plan AKSLongTermSupport requires the tier Premium.")
	}
	analysis := block(c.Object.Block("metricsProfile"), "costAnalysis")
	if analysis["enabled"] == true && sku["tier"] == "Free" {
		return invalid("metricsProfile.costAnalysis", "Cost analysis requires the tier Standard or Premium.")
	}
	return nil
}

// setUpgrades checks the upgrade channels. Source: "Automatically upgrade an AKS cluster".
func setUpgrades(c *cloud.Call) error {
	channels := c.Object.Block("autoUpgradeProfile")
	if err := oneOf("autoUpgradeProfile.upgradeChannel", cloud.Text(channels, "upgradeChannel"), "rapid", "stable", "patch",
		"node-image", "none"); err != nil {
		return err
	}
	if err := oneOf("autoUpgradeProfile.nodeOSUpgradeChannel", cloud.Text(channels, "nodeOSUpgradeChannel"), "None",
		"Unmanaged", "NodeImage", "SecurityPatch"); err != nil {
		return err
	}
	cloud.Fill(channels, map[string]any{"nodeOSUpgradeChannel": "NodeImage"})
	if channels["upgradeChannel"] == "node-image" && channels["nodeOSUpgradeChannel"] != "NodeImage" {
		return invalid("autoUpgradeProfile.nodeOSUpgradeChannel", "The upgrade channel node-image requires the node OS upgrade "+
			"channel NodeImage.")
	}
	c.Set("autoUpgradeProfile", channels)
	return nil
}

// setNodeGroup creates the resource group of the nodes. It is deleted with the cluster. Source: "Frequently asked questions
// about AKS", node resource group.
func setNodeGroup(c *cloud.Call) error {
	profile := c.Object.Block("nodeResourceGroupProfile")
	if err := oneOf("nodeResourceGroupProfile.restrictionLevel", cloud.Text(profile, "restrictionLevel"), "Unrestricted",
		"ReadOnly"); err != nil {
		return err
	}
	if c.Old != nil {
		return nil
	}
	const longest = 80
	name := c.Text("nodeResourceGroup")
	if name == "" {
		name = fmt.Sprintf("MC_%s_%s_%s", kernel.ID(c.Object.ID).Group(), c.Text("name"), c.Text("location"))
		name = name[:min(len(name), longest)]
		c.Set("nodeResourceGroup", name)
	}
	if len(name) > longest {
		return invalid("nodeResourceGroup", "The length of the node resource group name is too long. The maximum length is %d "+
			"and the length of the value provided is %d. Please see https://aka.ms/aks-naming-rules for more details.", longest,
			len(name))
	}
	has, err := c.Lookup(kernel.GroupToken, kernel.GroupID(c.Scope, name))
	if err != nil {
		return err
	}
	if has != nil { // The code is from memory.
		return kernel.Refuse("NodeResourceGroupAlreadyExists", "The node resource group %s already exists.", name)
	}
	return c.Create(kernel.GroupToken, c.Object, map[string]any{"resourceGroupName": name, "location": c.Text("location"),
		"managedBy": c.Object.ID})
}

// setDefaults sets what AKS completes.
func setDefaults(c *cloud.Call) error {
	cloud.Fill(c.Object.Outputs, map[string]any{"enableRBAC": true, "maxAgentPools": 100.0,
		"powerState": map[string]any{"code": "Running"}})
	storage := c.Object.Block("storageProfile")
	for name, on := range map[string]bool{"diskCSIDriver": true, "fileCSIDriver": true, "snapshotController": true} {
		driver := block(storage, name)
		cloud.Fill(driver, map[string]any{"enabled": on})
		storage[name] = driver
	}
	c.Set("storageProfile", storage)
	if c.Object.Block("networkProfile")["networkPlugin"] == "azure" {
		// It exists whether the cluster has Windows pools or not. Source: issue 1545 of AKS.
		c.SetDefault("windowsProfile", map[string]any{"adminUsername": "azureuser", "enableCSIProxy": true})
	}
	if len(c.Object.Block("identity")) > 0 {
		c.Set("servicePrincipalProfile", map[string]any{"clientId": "msi"})
	}
	return nil
}
