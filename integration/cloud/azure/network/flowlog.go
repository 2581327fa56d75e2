package network

import (
	"strings"

	v20240501 "github.com/pulumi/pulumi-azure-native-sdk/network/v2/v20240501"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/managedidentity"
)

const (
	watchers      = "Microsoft.Network/networkWatchers"
	watchersGroup = "NetworkWatcherRG"

	watcherToken = "azure-native:network:NetworkWatcher"
	flowLogToken = "azure-native:network:FlowLog"

	// enabledOutput marks what Azure created by itself.
	enabledOutput = "simulatedEnabled"
)

func watcher() *cloud.Type {
	return kernel.Grouped(&cloud.Type{
		Token: watcherToken, Args: v20240501.NetworkWatcherArgs{}, Resource: &v20240501.NetworkWatcher{},
		Name: "networkWatcherName",
		// Source: "Network Watcher frequently asked questions": one in a region of a subscription.
		Create: func(c *cloud.Call) error {
			if err := checkName(c); err != nil {
				return err
			}
			others, err := c.All(watcherToken, func(o *cloud.Object) bool {
				return kernel.SameLocation(o.Text("location"), c.Text("location"))
			})
			if err == nil && len(others) > 0 {
				err = kernel.Refuse("NetworkWatcherCountLimitReached", "Cannot create more than 1 network watchers for this "+
					"subscription in this region.")
			}
			return err
		},
	}, watchers)
}

// enableWatcher creates the network watcher of a region with the first network there, in a resource group of its own. Source:
// "Enable or disable Azure Network Watcher".
func enableWatcher(c *cloud.Call, location string) error {
	there, err := c.All(watcherToken, func(o *cloud.Object) bool { return kernel.SameLocation(o.Text("location"), location) })
	if err != nil || len(there) > 0 {
		return err
	}
	enable := func(typ string, inputs map[string]any) error {
		outputs := map[string]any{enabledOutput: true}
		cloud.Fill(outputs, inputs)
		return c.Add(&cloud.Object{Type: typ, Place: c.Object.Place, Folded: c.Object.Folded, Inputs: inputs, Outputs: outputs})
	}
	group, err := c.Lookup(kernel.GroupToken, kernel.GroupID(c.Scope, watchersGroup))
	if err != nil {
		return err
	}
	if group == nil {
		if err := enable(kernel.GroupToken, map[string]any{"resourceGroupName": watchersGroup, "location": location}); err != nil {
			return err
		}
	}
	return enable(watcherToken, map[string]any{"resourceGroupName": watchersGroup, "location": location,
		"networkWatcherName": "NetworkWatcher_" + location})
}

// Enabled reports whether Azure created an object by itself: a network watcher, or the resource group of these.
func Enabled(o *cloud.Object) bool { return o.Bool(enabledOutput) }

func flowLog() *cloud.Type {
	return kernel.Child(&cloud.Type{
		Token: flowLogToken, Args: v20240501.FlowLogArgs{}, Resource: &v20240501.FlowLog{},
		Name: "flowLogName",
		Same: map[string]func(before, after string) bool{"storageId": kernel.SameID, "targetResourceId": kernel.SameID,
			"workspaceResourceId": kernel.SameID},
		Create: setFlowLog,
		Update: setFlowLog,
	}, watcherToken, watchers, "networkWatcherName", "flowLogs", false)
}

// setFlowLog checks a flow log. Source: "Virtual network flow logs", considerations. Codes are from memory.
func setFlowLog(c *cloud.Call) error {
	if err := checkName(c); err != nil {
		return err
	}
	watcher, err := c.Owner(c.Object)
	if err != nil {
		return err
	}
	target, err := flowTarget(c, watcher)
	if err != nil {
		return err
	}
	c.Set("targetResourceGuid", target.Text("resourceGuid"))
	others, err := c.All(flowLogToken, func(o *cloud.Object) bool {
		return kernel.SameID(o.Text("targetResourceId"), c.Text("targetResourceId")) && !kernel.SameID(o.ID, c.Object.ID)
	})
	if err != nil {
		return err
	}
	if len(others) > 0 {
		return kernel.Refuse("FlowLogAlreadyExists", "The target resource %s already has the flow log %s.", target.ID, others[0].ID)
	}
	if err := flowStorage(c, target); err != nil {
		return err
	}
	if err := flowAnalytics(c); err != nil {
		return err
	}
	cloud.Fill(c.Object.Outputs, map[string]any{"enabled": true, "enabledFilteringCriteria": ""})
	format := c.Object.Block("format")
	cloud.Fill(format, map[string]any{"type": "JSON", "version": 2.0})
	c.Set("format", format)
	return managedidentity.Set(c)
}

// flowTarget returns the resource whose traffic is logged: a virtual network, a subnet or a network interface.
func flowTarget(c *cloud.Call, watcher *cloud.Object) (*cloud.Object, error) {
	id := c.Text("targetResourceId")
	target, err := kernel.Find(c, id)
	if err != nil {
		return nil, err
	}
	location := ""
	if target != nil {
		location = target.Text("location")
		switch target.Type {
		case kernel.NetworkToken, kernel.InterfaceToken:
		case subnetToken:
			network, err := c.Owner(target)
			if err != nil {
				return nil, err
			}
			location = network.Text("location")
		case groupToken:
			// Source: "NSG flow logs retirement": no new ones since June 30, 2025.
			return nil, kernel.Refuse("NsgFlowLogCreationBlocked", "Creation of NSG flow logs is no longer supported. Use virtual "+
				"network flow logs.")
		default:
			return nil, kernel.Refuse("InvalidTargetResourceId", "The target resource %s is no virtual network, subnet or network "+
				"interface.", id)
		}
	}
	switch {
	case target == nil:
		return nil, kernel.Refuse("InvalidResourceReference", "Resource %s referenced by resource %s was not found. Please make sure "+
			"that the referenced resource exists, and that both resources are in the same region.", id, c.Object.ID)
	case !kernel.SameLocation(location, watcher.Text("location")), !kernel.SameLocation(location, c.Text("location")):
		return nil, kernel.Refuse("TargetResourceNotInSameRegion", "The target resource %s is in location %s, the network watcher in "+
			"%s, and the flow log in %s: they must be in the same region.", id, location, watcher.Text("location"),
			c.Text("location"))
	}
	return target, nil
}

// flowStorage checks the storage account of a flow log, and how long logs are kept.
func flowStorage(c *cloud.Call, target *cloud.Object) error {
	account, err := c.Lookup(kernel.StorageToken, c.Text("storageId"))
	if err != nil {
		return err
	}
	days, _ := c.Object.Block("retentionPolicy")["days"].(float64)
	const longest = 365
	switch {
	case account == nil:
		return kernel.Refuse("InvalidResourceReference", "Resource %s referenced by resource %s was not found. Please make sure that "+
			"the referenced resource exists, and that both resources are in the same region.", c.Text("storageId"), c.Object.ID)
	case !kernel.SameLocation(account.Text("location"), c.Text("location")):
		return kernel.Refuse("StorageAccountNotInSameRegion", "The storage account %s is in location %s, and the target resource %s in "+
			"%s: they must be in the same region.", account.ID, account.Text("location"), target.ID, c.Text("location"))
	case strings.HasPrefix(cloud.Text(account.Block("sku"), "name"), "Premium"):
		return kernel.Refuse("PremiumStorageAccountNotSupported", "The storage account %s has premium performance, which flow logs "+
			"do not support.", account.ID)
	case days < 0 || days > longest:
		return kernel.Refuse("InvalidRetentionDays", "The retention of %v days is not between 0 and %d.", days, longest)
	}
	return nil
}

// flowAnalytics checks the workspace of traffic analytics.
func flowAnalytics(c *cloud.Call) error {
	analytics, _ := c.Object.Block("flowAnalyticsConfiguration")["networkWatcherFlowAnalyticsConfiguration"].(map[string]any)
	if analytics["enabled"] != true {
		return nil
	}
	id := cloud.Text(analytics, "workspaceResourceId")
	workspace, err := c.Lookup(kernel.WorkspaceToken, id)
	if err != nil {
		return err
	}
	interval, given := analytics["trafficAnalyticsInterval"].(float64)
	switch {
	case workspace == nil:
		return kernel.Refuse("InvalidResourceReference", "Resource %s referenced by resource %s was not found. Please make sure that "+
			"the referenced resource exists.", id, c.Object.ID)
	case given && interval != 10 && interval != 60:
		return kernel.Refuse("InvalidTrafficAnalyticsInterval", "The interval of %v minutes is invalid: it is 10 or 60.", interval)
	}
	return nil
}
