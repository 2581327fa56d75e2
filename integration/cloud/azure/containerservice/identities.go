package containerservice

import (
	"maps"
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/authorization"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

// identityAnswer is how AKS describes an identity that it uses.
func identityAnswer(o *cloud.Object) map[string]any {
	return map[string]any{"resourceId": o.ID, "clientId": o.Text("clientId"), "objectId": o.Text("principalId")}
}

// createIdentity creates an identity in the resource group of the nodes, unless it exists.
func createIdentity(c *cloud.Call, name string) (*cloud.Object, error) {
	id := kernel.Below(c.Scope, c.Text("nodeResourceGroup"), "Microsoft.ManagedIdentity/userAssignedIdentities", name)
	o, err := c.Lookup(kernel.IdentityToken, id)
	if err != nil || o != nil {
		return o, err
	}
	err = c.Create(kernel.IdentityToken, c.Object, map[string]any{"resourceGroupName": c.Text("nodeResourceGroup"),
		"resourceName": name, "location": c.Text("location")})
	if err != nil {
		return nil, err
	}
	return c.Lookup(kernel.IdentityToken, id)
}

// setKubelet sets the identity of the kubelets: the requested one, or one of AKS. Source: "Use a managed identity in AKS",
// pre-created kubelet identity.
func setKubelet(c *cloud.Call) error {
	requested := block(c.Object.Block("identityProfile"), "kubeletidentity")
	id := cloud.Text(requested, "resourceId")
	if _, given := c.Object.Inputs["identityProfile"]; !given || id == "" {
		o, err := createIdentity(c, c.Text("name")+"-agentpool")
		if err != nil {
			return err
		}
		c.Set("identityProfile", map[string]any{"kubeletidentity": identityAnswer(o)})
		return nil
	}
	o, err := c.Lookup(kernel.IdentityToken, id)
	if err != nil {
		return err
	}
	principal := planePrincipal(c.Object)
	switch {
	case o == nil:
		return kernel.Refuse("CustomKubeletIdentityNotFound", "The kubelet identity %s was not found.", id) // From memory.
	case principal == "":
		return kernel.Refuse("CustomKubeletIdentityOnlySupportedOnUserAssignedMSICluster", "Custom kubelet identity is only "+
			"supported on a cluster with a user-assigned managed identity.")
	}
	ok, err := authorization.Allowed(c, principal, o.ID, "Managed Identity Operator", "Contributor", "Owner")
	if err != nil {
		return err
	}
	if !ok {
		return kernel.Refuse("CustomKubeletIdentityMissingPermissionError", "The cluster using user-assigned managed identity must "+
			"be granted 'Managed Identity Operator' role to assign kubelet identity. You can run 'az role assignment create "+
			"--assignee <control-plane-identity-principal-id> --role 'Managed Identity Operator' --scope "+
			"<kubelet-identity-resource-id>' to grant the permission.")
	}
	c.Set("identityProfile", map[string]any{"kubeletidentity": identityAnswer(o)})
	return nil
}

// addons are the identities of add-ons by name, in lower case. Add-ons without one have "".
func addons() map[string]string {
	return map[string]string{"azurepolicy": "azurepolicy-", "azurekeyvaultsecretsprovider": "azurekeyvaultsecretsprovider-",
		"omsagent": "omsagent-", "ingressapplicationgateway": "ingressapplicationgateway-", "httpapplicationrouting": "",
		"kubedashboard": "", "aciconnectorlinux": "aciconnectorlinux-", "gitops": "", "extensionmanager": "",
		"openservicemesh": ""}
}

// setAddons checks the add-ons, and creates their identities. Source: "Add-ons, extensions, and other integrations with AKS".
func setAddons(c *cloud.Call) error {
	profiles, answers := c.Object.Block("addonProfiles"), map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(profiles)) {
		prefix, known := addons()[strings.ToLower(name)]
		if !known {
			return invalid("addonProfiles", "Addon '%s' is not supported.", name)
		}
		values := block(profiles, name)
		answer := maps.Clone(values)
		delete(answer, "identity")
		answers[name] = answer
		if values["enabled"] != true {
			continue
		}
		if err := checkAddon(c, strings.ToLower(name), block(values, "config")); err != nil {
			return err
		}
		if prefix != "" {
			o, err := createIdentity(c, prefix+c.Text("name"))
			if err != nil {
				return err
			}
			answer["identity"] = identityAnswer(o)
		}
	}
	if len(answers) > 0 {
		c.Set("addonProfiles", answers)
	}
	return nil
}

// checkAddon checks the configuration of an add-on.
func checkAddon(c *cloud.Call, name string, config map[string]any) error {
	if name != "omsagent" {
		return nil
	}
	workspace := ""
	for key, v := range config {
		if strings.EqualFold(key, "logAnalyticsWorkspaceResourceID") {
			workspace, _ = v.(string)
		}
	}
	if workspace == "" {
		return invalid("addonProfiles.omsagent", "The configuration lacks logAnalyticsWorkspaceResourceID.")
	}
	return kernel.Need(c, workspace)
}
