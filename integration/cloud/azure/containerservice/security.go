package containerservice

import (
	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

// issuerMinor is the version from which new clusters have an issuer. Source: "Create an OpenID Connect provider on AKS".
const issuerMinor = 34

// setIssuer sets the issuer of service account tokens. It cannot be disabled.
func setIssuer(c *cloud.Call) error {
	issuer := c.Object.Block("oidcIssuerProfile")
	if c.Old == nil && minorOf(c.Text("currentKubernetesVersion")) >= issuerMinor {
		cloud.Fill(issuer, map[string]any{"enabled": true})
	}
	if c.Old != nil {
		before := c.Old.Block("oidcIssuerProfile")
		if before["enabled"] == true && issuer["enabled"] != true {
			return badRequest("OIDC issuer feature can not be disabled.")
		}
		if url := cloud.Text(before, "issuerURL"); url != "" {
			issuer["issuerURL"] = url
		}
	}
	if issuer["enabled"] == true && issuer["issuerURL"] == nil {
		id, err := kernel.NewGUID(c)
		if err != nil {
			return err
		}
		issuer["issuerURL"] = "https://" + c.Text("location") + ".oic.prod-aks.azure.com/" + c.Scope.Values["tenant"] + "/" + id +
			"/"
	}
	if len(issuer) > 0 {
		c.Set("oidcIssuerProfile", issuer)
	}
	return nil
}

// setSecurity checks the security profile. Sources: "Use Microsoft Entra Workload ID with AKS", "Use Image Cleaner" and "Add
// KMS etcd encryption to an AKS cluster".
func setSecurity(c *cloud.Call) error {
	profile := c.Object.Block("securityProfile")
	if block(profile, "workloadIdentity")["enabled"] == true && c.Object.Block("oidcIssuerProfile")["enabled"] != true {
		return badRequest("Workload identity requires the OIDC issuer.")
	}
	cleaner := block(profile, "imageCleaner")
	const shortest, longest = 24.0, 24.0 * 90
	if hours, given := cleaner["intervalHours"].(float64); given && (hours < shortest || hours > longest) {
		return invalid("securityProfile.imageCleaner.intervalHours", "%v is not between %v and %v.", hours, shortest, longest)
	}
	if id := c.Text("diskEncryptionSetID"); id != "" {
		if err := kernel.Need(c, id); err != nil {
			return err
		}
	}
	defender := block(profile, "defender")
	monitor := block(defender, "securityMonitoring")
	if workspace := cloud.Text(defender, "logAnalyticsWorkspaceResourceId"); monitor["enabled"] == true && workspace != "" {
		if err := kernel.Need(c, workspace); err != nil {
			return err
		}
	}
	c.Set("securityProfile", profile)
	return nil
}
