package operationalinsights

import (
	"crypto/sha512"
	"encoding/base64"
	"regexp"
	"slices"
	"strings"

	v20250201 "github.com/pulumi/pulumi-azure-native-sdk/operationalinsights/v2/v20250201"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/managedidentity"
)

// Service returns the types and functions of Log Analytics.
func Service() cloud.Service {
	workspaces := workspace()
	get := kernel.Getter(workspaces)
	return cloud.Service{
		Types: []*cloud.Type{workspaces},
		Functions: map[string]cloud.Function{
			"azure-native:operationalinsights:getWorkspace": get,
			"azure-native:operationalinsights:getSharedKeys": func(c *cloud.Call, args map[string]any) (map[string]any, error) {
				o, err := get(c, args)
				if err != nil {
					return nil, err
				}
				return map[string]any{"primarySharedKey": sharedKey(o, "primary"),
					"secondarySharedKey": sharedKey(o, "secondary")}, nil
			},
		},
	}
}

// sharedKey returns a key of a workspace, which is always the same.
func sharedKey(workspace map[string]any, name string) string {
	sum := sha512.Sum512([]byte(cloud.Text(workspace, "customerId") + name))
	return base64.StdEncoding.EncodeToString(sum[:])
}

func workspace() *cloud.Type {
	names := kernel.Names{Shortest: 4, Longest: 63, Pattern: regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]+[A-Za-z0-9]$`)}
	return kernel.Grouped(&cloud.Type{
		Token: kernel.WorkspaceToken, Args: v20250201.WorkspaceArgs{}, Resource: &v20250201.Workspace{},
		Name:     "workspaceName",
		Replaces: []string{"location"},
		Check:    func(c *cloud.Checker) { names.Check(c, "workspaceName") },
		Create: func(c *cloud.Call) error {
			c.Set("createdDate", kernel.Now())
			if err := kernel.SetNewGUIDs(c, "customerId"); err != nil {
				return err
			}
			return setWorkspace(c)
		},
		Update: setWorkspace,
	}, "Microsoft.OperationalInsights/workspaces")
}

// skus are the SKUs of workspaces. Those before PerGB2018 are for old subscriptions.
func skus() []string {
	return []string{"Free", "Standard", "Premium", "PerNode", "PerGB2018", "Standalone", "CapacityReservation", "LACluster"}
}

func setWorkspace(c *cloud.Call) error {
	in, _ := c.Object.Inputs["sku"].(map[string]any)
	sku := "PerGB2018"
	if name := cloud.Text(in, "name"); name != "" {
		i := slices.IndexFunc(skus(), func(s string) bool { return strings.EqualFold(s, name) })
		if i < 0 {
			return kernel.Refuse("InvalidParameter", "The SKU '%s' of the workspace is invalid.", name)
		}
		sku = skus()[i]
	}
	days, given := c.Object.Inputs["retentionInDays"].(float64)
	if given && sku != "Free" && days != -1 && (days < 30 || days > 730) {
		return kernel.Refuse("InvalidParameter", "'RetentionInDays' property doesn't match the SKU limits: %v. It is 30 to 730 "+
			"days.", days)
	}
	answer := map[string]any{"name": sku}
	cloud.Fill(answer, in)
	if c.Old != nil {
		answer["lastSkuUpdate"] = c.Old.Block("sku")["lastSkuUpdate"]
	} else {
		answer["lastSkuUpdate"] = c.Text("createdDate")
	}
	c.Set("sku", answer)
	features := c.Object.Block("features")
	cloud.Fill(features, map[string]any{"enableLogAccessUsingOnlyResourcePermissions": true})
	c.Set("features", features)
	capping := c.Object.Block("workspaceCapping")
	cloud.Fill(capping, map[string]any{"dailyQuotaGb": -1.0})
	cloud.Fill(capping, map[string]any{"dataIngestionStatus": "RespectQuota", "quotaNextResetTime": c.Text("createdDate")})
	c.Set("workspaceCapping", capping)
	cloud.Fill(c.Object.Outputs, map[string]any{"publicNetworkAccessForIngestion": "Enabled",
		"publicNetworkAccessForQuery": "Enabled", "retentionInDays": 30.0})
	c.Set("modifiedDate", kernel.Now())
	return managedidentity.Set(c)
}
