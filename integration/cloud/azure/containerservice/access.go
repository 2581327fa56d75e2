package containerservice

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/authorization"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

// setAPI checks the access to the API server. Sources: "Create a private AKS cluster" and "Use API server authorized IP
// address ranges in AKS".
func setAPI(c *cloud.Call) error {
	access := c.Object.Block("apiServerAccessProfile")
	private := access["enablePrivateCluster"] == true
	ranges := cloud.Texts(access["authorizedIPRanges"])
	const most = 200
	switch {
	case private && len(ranges) > 0:
		return badRequest("Authorized IP ranges are not supported on a private cluster.")
	case len(ranges) > most:
		return badRequest("The number of authorized IP ranges is %d. The maximum is %d.", len(ranges), most)
	}
	for _, text := range ranges {
		_, noRange := netip.ParsePrefix(text)
		_, noAddress := netip.ParseAddr(text)
		if noRange != nil && noAddress != nil {
			return invalid("apiServerAccessProfile.authorizedIPRanges", "'%s' is neither an IP address nor a CIDR block.", text)
		}
	}
	if private {
		cloud.Fill(access, map[string]any{"privateDNSZone": "system", "enablePrivateClusterPublicFQDN": true})
	}
	if len(access) == 0 {
		return nil
	}
	c.Set("apiServerAccessProfile", access)
	if !private && access["privateDNSZone"] != nil {
		return invalid("apiServerAccessProfile.privateDNSZone", "A private DNS zone requires a private cluster.")
	}
	if c.Old != nil {
		if err := checkAPIChange(c.Old.Block("apiServerAccessProfile"), access); err != nil {
			return err
		}
	}
	if private {
		return checkZone(c, access)
	}
	return nil
}

// checkAPIChange refuses changes that only clusters with API server virtual network integration allow, and changes of the
// zone other than to none.
func checkAPIChange(before, after map[string]any) error {
	if (before["enablePrivateCluster"] == true) != (after["enablePrivateCluster"] == true) {
		return kernel.Immutable("apiServerAccessProfile.enablePrivateCluster")
	}
	was, zone := cloud.Text(before, "privateDNSZone"), cloud.Text(after, "privateDNSZone")
	if !kernel.SameID(was, zone) && zone != "none" {
		return kernel.Immutable("apiServerAccessProfile.privateDNSZone")
	}
	return nil
}

// checkZone checks the private DNS zone of a private cluster.
func checkZone(c *cloud.Call, access map[string]any) error {
	zone := cloud.Text(access, "privateDNSZone")
	if zone == "none" && access["enablePrivateClusterPublicFQDN"] == false {
		return badRequest("The private DNS zone none requires the public FQDN of the private cluster.")
	}
	if zone == "system" || zone == "none" {
		return nil
	}
	o, err := c.Lookup(kernel.ZoneToken, zone)
	if err != nil {
		return err
	}
	suffix := "privatelink." + c.Text("location") + "." + kernel.Environments()[c.Scope.Values["environment"]].ClusterSuffix
	name := strings.ToLower(kernel.ID(zone).Name())
	switch {
	case !kernel.IsID(zone) || name != suffix && (!strings.HasSuffix(name, "."+suffix) || strings.Count(name, ".") != strings.Count(suffix, ".")+1):
		return invalid("apiServerAccessProfile.privateDNSZone", "'%s' is neither system, none nor the resource ID of a private DNS "+
			"zone %s or <subzone>.%s.", zone, suffix, suffix)
	case o == nil:
		return kernel.Refuse("ResourceNotFound", "The private DNS zone %s was not found.", zone)
	}
	principal := planePrincipal(c.Object)
	if principal == "" {
		return invalid("apiServerAccessProfile.privateDNSZone", "A custom private DNS zone requires a user-assigned identity or a "+
			"service principal.")
	}
	ok, err := authorization.Allowed(c, principal, zone, "Private DNS Zone Contributor", "Network Contributor", "Contributor",
		"Owner")
	if err == nil && !ok {
		// Source: issues 3470 of AKS and 2892 of Azure-Landing-Zones.
		err = kernel.Refuse("CustomPrivateDNSZoneMissingPermissionError", "Service principal or user-assigned identity must be "+
			"given permission to read and write to custom private dns zone %s. Check access result not allowed for action "+
			"Microsoft.Network/privateDnsZones/write.", zone)
	}
	return err
}

// planePrincipal returns the principal of the user-assigned identity of a control plane, or "".
func planePrincipal(o *cloud.Object) string {
	assigned, _ := o.Block("identity")["userAssignedIdentities"].(map[string]any)
	for _, v := range assigned {
		of, _ := v.(map[string]any)
		return cloud.Text(of, "principalId")
	}
	return ""
}

// setDirectory checks the integration of Microsoft Entra ID. Sources: "Use AKS-managed Microsoft Entra integration" and
// "Manage local accounts with AKS-managed Microsoft Entra integration".
func setDirectory(c *cloud.Call) error {
	directory := c.Object.Block("aadProfile")
	if c.Object.Bool("disableLocalAccounts") && len(directory) == 0 {
		return badRequest("DisableLocalAccounts can be set only on AAD integration V2 enabled cluster.")
	}
	c.SetDefault("disableLocalAccounts", false)
	if len(directory) == 0 {
		return nil
	}
	if directory["managed"] != true {
		return badRequest("Legacy AAD integration is retired: set managed of aadProfile.")
	}
	groups := cloud.Texts(directory["adminGroupObjectIDs"])
	if i := slices.IndexFunc(groups, func(id string) bool { return !kernel.IsGUID(id) }); i >= 0 {
		return invalid("aadProfile.adminGroupObjectIDs", "'%s' is not the object ID of a group.", groups[i])
	}
	cloud.Fill(directory, map[string]any{"tenantID": c.Scope.Values["tenant"], "enableAzureRBAC": false,
		"adminGroupObjectIDs": []any{}})
	if directory["enableAzureRBAC"] == true && c.Object.Outputs["enableRBAC"] == false {
		return badRequest("Azure RBAC for Kubernetes authorization requires Kubernetes RBAC.")
	}
	c.Set("aadProfile", directory)
	return nil
}
