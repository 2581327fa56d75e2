package eks

import (
	"maps"
	"slices"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/eks/catalog"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// getCluster looks up a cluster. Blocks of the resource are lists of one in the result.
func getCluster(c *cloud.Call, args map[string]any) (map[string]any, error) {
	o, err := findCluster(c, cloud.Text(args, "name"))
	if err != nil {
		return nil, err
	}
	network := o.Block("kubernetesNetworkConfig")
	network["elasticLoadBalancings"] = oneBlock(network["elasticLoadBalancing"])
	delete(network, "elasticLoadBalancing")
	cloud.Fill(network, map[string]any{"serviceIpv4Cidr": "", "serviceIpv6Cidr": ""})
	lists := map[string]any{
		"accessConfigs": oneBlock(o.Outputs["accessConfig"]), "upgradePolicies": oneBlock(o.Outputs["upgradePolicy"]),
		"kubernetesNetworkConfigs": []any{network}, "zonalShiftConfigs": oneBlock(o.Outputs["zonalShiftConfig"]),
		"computeConfigs": oneBlock(o.Outputs["computeConfig"]), "outpostConfigs": []any{},
		"remoteNetworkConfigs": []any{},
		"storageConfigs":       storageBlocks(o), "clusterId": "",
	}
	out := kernel.Answer(o, args, lists)
	cloud.Fill(out, map[string]any{"enabledClusterLogTypes": []any{}})
	for _, name := range []string{
		"accessConfig", "upgradePolicy", "kubernetesNetworkConfig", "zonalShiftConfig", "computeConfig",
		"storageConfig", "certificateAuthority",
		"bootstrapSelfManagedAddons", "encryptionConfig", "forceUpdateVersion", "defaultAddonsToRemoves",
	} {
		delete(out, name)
	}
	return out, nil
}

// oneBlock returns a list of a block, or an empty one.
func oneBlock(v any) []any {
	if values, ok := v.(map[string]any); ok {
		return []any{values}
	}
	return []any{}
}

func storageBlocks(o *cloud.Object) []any {
	if o.Outputs["storageConfig"] == nil {
		return []any{}
	}
	return []any{map[string]any{"blockStorages": oneBlock(o.Block("storageConfig")["blockStorage"])}}
}

func getClusters(c *cloud.Call, _ map[string]any) (map[string]any, error) {
	all, err := c.All(clusterToken, func(*cloud.Object) bool { return true })
	names := []any{}
	for _, o := range all {
		names = append(names, o.ID)
	}
	return map[string]any{"id": c.Scope.Values["region"], "names": names}, err
}

func getNodeGroup(c *cloud.Call, args map[string]any) (map[string]any, error) {
	cluster, name := cloud.Text(args, "clusterName"), cloud.Text(args, "nodeGroupName")
	if _, err := findCluster(c, cluster); err != nil {
		return nil, err
	}
	o, err := c.Here(nodeGroupToken, joinID(cluster, name))
	if err != nil {
		return nil, err
	}
	if o == nil {
		return nil, kernel.Refuse("ResourceNotFoundException", "No node group found for name: %s.", name)
	}
	out := kernel.Answer(o, args, map[string]any{
		"launchTemplates": oneBlock(o.Outputs["launchTemplate"]),
		"scalingConfigs":  oneBlock(o.Outputs["scalingConfig"]),
		"remoteAccesses":  oneBlock(o.Outputs["remoteAccess"]),
	})
	for _, property := range []string{"launchTemplate", "scalingConfig", "remoteAccess", "updateConfig",
		"nodeRepairConfig", "forceUpdateVersion", "nodeGroupNamePrefix"} {
		delete(out, property)
	}
	return out, nil
}

func listNodeGroups(c *cloud.Call, args map[string]any) (map[string]any, error) {
	cluster, err := findCluster(c, cloud.Text(args, "clusterName"))
	if err != nil {
		return nil, err
	}
	groups, err := partsOf(c, nodeGroupToken, cluster.ID)
	names := []any{}
	for _, o := range groups {
		names = append(names, o.Text("nodeGroupName"))
	}
	return map[string]any{"id": cluster.ID, "clusterName": cluster.ID, "names": names}, err
}

func getAddon(c *cloud.Call, args map[string]any) (map[string]any, error) {
	cluster, name := cloud.Text(args, "clusterName"), cloud.Text(args, "addonName")
	if _, err := findCluster(c, cluster); err != nil {
		return nil, err
	}
	o, err := c.Here(addonToken, joinID(cluster, name))
	if err != nil {
		return nil, err
	}
	if o == nil {
		return nil, kernel.Refuse("ResourceNotFoundException", "No addon: %s found in cluster: %s", name, cluster)
	}
	out := kernel.Answer(o, args, nil)
	cloud.Fill(out, map[string]any{"serviceAccountRoleArn": "", "podIdentityAssociations": []any{}})
	for _, property := range []string{"preserve", "resolveConflicts", "resolveConflictsOnCreate",
		"resolveConflictsOnUpdate"} {
		delete(out, property)
	}
	return out, nil
}

// getAddonVersion returns the newest version of an add-on, or the default one.
func getAddonVersion(c *cloud.Call, args map[string]any) (map[string]any, error) {
	name, version := cloud.Text(args, "addonName"), cloud.Text(args, "kubernetesVersion")
	if _, err := findVersion(version); err != nil {
		return nil, err
	}
	_, versions, err := findAddon(c, name, version)
	if err != nil {
		return nil, err
	}
	out := maps.Clone(args)
	out["id"], out["version"] = name, defaultAddonVersion(versions)
	if args["mostRecent"] == true {
		out["version"] = versions[len(versions)-1]
	}
	return out, nil
}

// getClusterVersions returns the Kubernetes versions of EKS, the newest first.
func getClusterVersions(c *cloud.Call, args map[string]any) (map[string]any, error) {
	only, status := cloud.Texts(args["clusterVersionsOnlies"]), cloud.Text(args, "versionStatus")
	found := []any{}
	all := catalog.Versions()
	slices.Reverse(all)
	for _, v := range all {
		hidden := v.Status == catalog.Unsupported && args["includeAll"] != true && status != catalog.Unsupported
		if hidden || status != "" && v.Status != status || len(only) > 0 && !slices.Contains(only, v.Name) ||
			args["defaultOnly"] == true && v.Name != catalog.DefaultVersion {
			continue
		}
		found = append(found, map[string]any{
			"clusterVersion": v.Name, "clusterType": "eks", "defaultVersion": v.Name == catalog.DefaultVersion,
			"versionStatus": v.Status, "releaseDate": moment(v.Released),
			"endOfStandardSupportDate": moment(v.Standard), "endOfExtendedSupportDate": moment(v.Extended),
			"kubernetesPatchVersion": v.Patch,
			"defaultPlatformVersion": v.Platform,
		})
	}
	out := maps.Clone(args)
	out["id"], out["clusterVersions"] = c.Scope.Values["region"], found
	return out, nil
}

// moment returns the start of a day, or "".
func moment(day string) string {
	if day == "" {
		return ""
	}
	return day + "T00:00:00Z"
}
