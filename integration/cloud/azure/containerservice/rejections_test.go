package containerservice_test

import (
	"fmt"
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/accounttest"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/azuretest"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

func TestRejectedClusters(t *testing.T) {
	t.Parallel()
	with := func(property string, v any) []step { return []step{cluster(in{property: v})} }
	azuretest.RunRefusals(t, azuretest.Group(), map[string]accounttest.Refusal{
		"a cluster":                    {Steps: []step{cluster(nil)}},
		"a service principal":          {Steps: []step{cluster(in{"identity": nil, "servicePrincipalProfile": in{"clientId": kernel.ClientID, "secret": "x"}})}},
		"no identity":                  {Steps: with("identity", nil), Want: `Status=400 Code="BadRequest"`},
		"a name":                       {Steps: []step{{Name: "x", Type: clusterToken, Inputs: accounttest.Merge(cluster(nil).Inputs, in{"resourceName": "main-"})}}, Want: "does not match expression"},
		"no prefix":                    {Steps: with("dnsPrefix", nil), Want: "Required parameter dnsPrefix is missing (null)."},
		"a prefix":                     {Steps: with("dnsPrefix", "shop_"), Want: "parameter dnsPrefix is invalid"},
		"two prefixes":                 {Steps: with("fqdnSubdomain", "shop"), Want: "mutually exclusive"},
		"no pools":                     {Steps: with("agentPoolProfiles", nil), Want: "Required parameter agentPoolProfiles is missing (null)."},
		"no system pool":               {Steps: with("agentPoolProfiles", []any{system(in{"mode": "User"})}), Want: `Status=400 Code="MustDefineAtLeastOneSystemPool" Message="Must define at least one system pool."`},
		"a pool without mode":          {Steps: with("agentPoolProfiles", []any{system(in{"mode": nil})}), Want: `Code="MustDefineAtLeastOneSystemPool"`},
		"a name of a pool":             {Steps: with("agentPoolProfiles", []any{system(in{"name": "system-1"})}), Want: `Status=400 Code="InvalidParameter" Message="The value of parameter agentPoolProfile.name is invalid. Please see https://aka.ms/aks-naming-rules`},
		"a long name of a pool":        {Steps: with("agentPoolProfiles", []any{system(in{"name": "systempool123"})}), Want: "agentPoolProfile.name is invalid"},
		"tier":                         {Steps: with("sku", in{"name": "Base", "tier": "Gold"}), Want: "sku.tier"},
		"cost analysis":                {Steps: with("metricsProfile", in{"costAnalysis": in{"enabled": true}}), Want: "requires the tier Standard or Premium"},
		"cost analysis of a paid tier": {Steps: []step{cluster(in{"metricsProfile": in{"costAnalysis": in{"enabled": true}}, "sku": in{"name": "Base", "tier": "Standard"}})}},
		"local accounts":               {Steps: with("disableLocalAccounts", true), Want: `Code="BadRequest" Message="DisableLocalAccounts can be set only on AAD`},
		"legacy directory":             {Steps: with("aadProfile", in{"clientAppID": "x"}), Want: "Legacy AAD"},
		"an admin group":               {Steps: with("aadProfile", in{"managed": true, "adminGroupObjectIDs": []any{"admins"}}), Want: "is not the object ID of a group"},
		"workload identity":            {Steps: []step{cluster(in{"kubernetesVersion": "1.33", "sku": in{"name": "Base", "tier": "Premium"}, "supportPlan": "AKSLongTermSupport", "securityProfile": in{"workloadIdentity": in{"enabled": true}}})}, Want: "requires the OIDC issuer"},
		"workload identity with the default issuer": {Steps: with("securityProfile", in{"workloadIdentity": in{"enabled": true}})},
		"image cleaner":         {Steps: with("securityProfile", in{"imageCleaner": in{"enabled": true, "intervalHours": 12.0}}), Want: "imageCleaner.intervalHours"},
		"an add-on":             {Steps: with("addonProfiles", in{"policy": in{"enabled": true}}), Want: "Addon 'policy' is not supported."},
		"a workspace":           {Steps: with("addonProfiles", in{"omsagent": in{"enabled": true, "config": in{"logAnalyticsWorkspaceResourceID": "$rg/providers/Microsoft.OperationalInsights/workspaces/none"}}}), Want: `Status=404 Code="ResourceNotFound"`},
		"a channel":             {Steps: with("autoUpgradeProfile", in{"upgradeChannel": "weekly"}), Want: "autoUpgradeProfile.upgradeChannel"},
		"channels":              {Steps: with("autoUpgradeProfile", in{"upgradeChannel": "node-image", "nodeOSUpgradeChannel": "SecurityPatch"}), Want: "requires the node OS upgrade channel NodeImage"},
		"lockdown":              {Steps: with("nodeResourceGroupProfile", in{"restrictionLevel": "Locked"}), Want: "restrictionLevel"},
		"the node group exists": {Steps: with("nodeResourceGroup", "rg"), Want: `Code="NodeResourceGroupAlreadyExists"`},
		"a long node group":     {Steps: with("nodeResourceGroup", fmt.Sprintf("%081d", 1)), Want: "The maximum length is 80 and the length of the value provided is 81."},
		"twice":                 {Steps: []step{cluster(nil), func() step { s := cluster(nil); s.Name = "again"; return s }()}, Want: "cannot create already existing resource"},
		"an input of another version": {Steps: []step{func() step {
			s := cluster(in{"metricsProfile": in{"costAnalysis": in{"enabled": false}}})
			s.Type = "azure-native:containerservice/v20230601:ManagedCluster"
			return s
		}()}, Want: "the API version of azure-native:containerservice/v20230601:ManagedCluster does not have it"},
	})
}

func TestRejectedVersions(t *testing.T) {
	t.Parallel()
	at := func(version string, more in) step {
		return cluster(accounttest.Merge(in{"kubernetesVersion": version}, more))
	}
	to := func(version string) step { return update(at(version, nil)) }
	premium := in{"sku": in{"name": "Base", "tier": "Premium"}, "supportPlan": "AKSLongTermSupport"}
	old := pool("old", in{"orchestratorVersion": "1.35"})
	inline := func(version, orchestrator string) step {
		return update(cluster(in{"kubernetesVersion": version}, system(in{"orchestratorVersion": orchestrator})))
	}
	azuretest.RunRefusals(t, azuretest.Group(), map[string]accounttest.Refusal{
		"an alias":                      {Steps: []step{at("1.36", nil)}},
		"a patch version":               {Steps: []step{at("1.36.1", nil)}},
		"an unknown version":            {Steps: []step{at("1.29", nil)}, Want: `Status=400 Code="K8sVersionNotSupported" Message="Version 1.29 is not supported in this region. Please use [az aks get-versions] command`},
		"an unknown patch version":      {Steps: []step{at("1.36.99", nil)}, Want: "Version 1.36.99 is not supported"},
		"no version":                    {Steps: []step{at("newest", nil)}, Want: "Version newest is not supported"},
		"long-term support only":        {Steps: []step{at("1.33", nil)}, Want: "only available for Long-Term Support (LTS)"},
		"long-term support":             {Steps: []step{at("1.33", premium)}},
		"a plan without its tier":       {Steps: []step{at("1.33", in{"supportPlan": "AKSLongTermSupport"})}, Want: "requires the tier Premium"},
		"the end of a plan":             {Steps: []step{at("1.33", premium), update(at("1.33", in{"sku": in{"name": "Base", "tier": "Premium"}, "supportPlan": "KubernetesOfficial"}))}, Want: "only available for Long-Term Support"},
		"an upgrade":                    {Steps: []step{at("1.35", nil), to("1.36")}},
		"a skipped version":             {Steps: []step{at("1.35", nil), to("1.37")}, Want: `Code="OperationNotAllowed" Message="Upgrading Kubernetes version 1.35.6 to 1.37.1 is not allowed. Available upgrades: [1.36.2 1.36.1]. Please see https://aka.ms/aks-supported-k8s-ver for version details."`},
		"a skip with long-term support": {Steps: []step{at("1.33", premium), update(at("1.35", premium))}},
		"a downgrade":                   {Steps: []step{at("1.36", nil), to("1.35")}, Want: "Upgrading Kubernetes version 1.36.2 to 1.35.6 is not allowed"},
		"a patch upgrade":               {Steps: []step{at("1.35.5", nil), to("1.35.6")}},
		"the alias of a patch":          {Steps: []step{at("1.35.5", nil), to("1.35")}},

		"a newer pool":          {Steps: []step{at("1.35", nil), pool("new", in{"orchestratorVersion": "1.36"})}, Want: `Status=400 Code="NodePoolMcVersionIncompatible" Message="Node pool version 1.36.2 and control plane version 1.35.6 are incompatible. Minor version of node pool version 36 is bigger than control plane version 35.`},
		"an older pool":         {Steps: []step{at("1.36", nil), old}},
		"an unknown pool":       {Steps: []step{at("1.36", nil), pool("old", in{"orchestratorVersion": "1.30"})}, Want: `Code="AgentPoolK8sVersionNotSupported"`},
		"a pool upgrade":        {Steps: []step{at("1.36", nil), old, update(pool("old", in{"orchestratorVersion": "1.36"}))}},
		"a pool downgrade":      {Steps: []step{at("1.36", nil), pool("old", nil), update(old)}, Want: "Downgrading the Kubernetes version of agent pool old"},
		"pools too far behind":  {Steps: []step{at("1.33", premium), pool("old", in{"orchestratorVersion": "1.33"}), update(at("1.36", premium)), update(at("1.37", premium))}, Want: `Code="NodePoolMcVersionIncompatible"`},
		"a pool too far behind": {Steps: []step{at("1.37", premium), pool("old", in{"orchestratorVersion": "1.33"})}, Want: "cannot be more than 3 versions less than control plane's version"},

		"all pools of a cluster":  {Steps: []step{cluster(nil, system(in{"orchestratorVersion": "1.35"})), inline("1.36", "1.36")}},
		"some pools of a cluster": {Steps: []step{cluster(nil, system(in{"orchestratorVersion": "1.35"})), pool("apps", nil), inline("1.36", "1.36")}, Want: `Status=400 Code="NotAllAgentPoolOrchestratorVersionSpecifiedAndUnchanged"`},
		"unchanged pools":         {Steps: []step{cluster(nil, system(in{"orchestratorVersion": "1.35"})), pool("apps", nil), inline("1.36", "1.35")}},
	})
}

func TestUpgradeKeepsTheVersionOfPools(t *testing.T) {
	t.Parallel()
	h := azuretest.New(t).All(azuretest.Group()...).All(cluster(nil), pool("apps", nil), update(cluster(in{"kubernetesVersion": "1.36"})))
	require.Equal(t, "1.36.2", h.Output("main", "currentKubernetesVersion"))
	got, err := h.Call("azure-native:containerservice:getAgentPool", in{"resourceGroupName": "rg", "resourceName": "main", "agentPoolName": "system"})
	require.NoError(t, err)
	require.Equal(t, "1.35.6", got["currentOrchestratorVersion"])
	h.All(update(pool("apps", in{"orchestratorVersion": "1.36"})))
	require.Equal(t, "1.36.2", h.Output("apps", "currentOrchestratorVersion"))
}

func TestRejectedPools(t *testing.T) {
	t.Parallel()
	one := func(more in) []step { return []step{pool("apps", more)} }
	change := func(before, after in) []step { return []step{pool("apps", before), update(pool("apps", after))} }
	common := append(azuretest.Group(), cluster(in{"networkProfile": in{"networkPlugin": "azure"}}))
	azuretest.RunRefusals(t, common, map[string]accounttest.Refusal{
		"a pool":                {Steps: one(nil)},
		"a name":                {Steps: []step{pool("Apps", nil)}, Want: "'agentPoolName' does not match expression '^[a-z][a-z0-9]{0,11}$'"},
		"a long name":           {Steps: []step{pool("applications1", nil)}, Want: "'agentPoolName' is too long (13): at most 12 characters allowed"},
		"a missing cluster":     {Steps: one(in{"resourceName": "none"}), Want: `Status=404 Code="ParentResourceNotFound"`},
		"a size":                {Steps: one(in{"vmSize": "Standard_D3s_v5"}), Want: `Status=400 Code="BadRequest" Message="The VM size of Standard_D3s_v5 is not allowed in your subscription in location 'westeurope'. The available VM sizes are '`},
		"a small system":        {Steps: one(in{"mode": "System", "vmSize": "Standard_B1ms"}), Want: "System node pool must use VM sku with more than 2 cores and 4GB memory. Nodepool name: apps."},
		"a spot system":         {Steps: one(in{"mode": "System", "scaleSetPriority": "Spot"}), Want: "cannot have the priority Spot"},
		"few pods":              {Steps: one(in{"mode": "System", "maxPods": 20.0}), Want: "The minimum is 30."},
		"too few pods":          {Steps: one(in{"maxPods": 5.0}), Want: "is not between 10 and 250"},
		"mode":                  {Steps: one(in{"mode": "Both"}), Want: "agentPoolProfile.mode"},
		"an empty user pool":    {Steps: one(in{"count": 0.0})},
		"an empty system":       {Steps: one(in{"mode": "System", "count": 0.0}), Want: "is not between 1 and 1000"},
		"autoscaling":           {Steps: one(in{"enableAutoScaling": true, "minCount": 1.0, "maxCount": 5.0})},
		"no limits":             {Steps: one(in{"enableAutoScaling": true}), Want: "minCount and maxCount are required"},
		"limits":                {Steps: one(in{"minCount": 1.0, "maxCount": 5.0}), Want: "are not allowed without it"},
		"limits in order":       {Steps: one(in{"enableAutoScaling": true, "minCount": 5.0, "maxCount": 1.0}), Want: "in order"},
		"count and limits":      {Steps: one(in{"enableAutoScaling": true, "minCount": 2.0, "maxCount": 5.0, "count": 1.0}), Want: "is not between 2 and 5"},
		"zones":                 {Steps: one(in{"availabilityZones": []any{"1", "3"}})},
		"a zone":                {Steps: one(in{"availabilityZones": []any{"4"}}), Want: `Status=400 Code="AvailabilityZoneNotSupported"`},
		"host encryption":       {Steps: one(in{"enableEncryptionAtHost": true, "vmSize": "Standard_A2_v2"}), Want: "does not support encryption at host"},
		"ephemeral":             {Steps: one(in{"osDiskType": "Ephemeral", "vmSize": "Standard_D4ds_v5", "osDiskSizeGB": 128.0})},
		"a large ephemeral":     {Steps: one(in{"osDiskType": "Ephemeral", "vmSize": "Standard_D2ds_v5", "osDiskSizeGB": 128.0}), Want: "has a cache size of 50 GB and temp disk size of 75 GB, but the OS disk requires 128 GB"},
		"no local disk":         {Steps: one(in{"osDiskType": "Ephemeral"}), Want: "Use a VM size with larger cache or temp disk or disable ephemeral OS."},
		"a small disk":          {Steps: one(in{"osDiskSizeGB": 10.0}), Want: "is not between 30 and 2048"},
		"a taint":               {Steps: one(in{"nodeTaints": []any{"CriticalAddonsOnly=true:NoSchedule"}})},
		"a wrong taint":         {Steps: one(in{"nodeTaints": []any{"CriticalAddonsOnly:Never"}}), Want: "is not of the form key=value:effect"},
		"a label":               {Steps: one(in{"nodeLabels": in{"kubernetes.azure.com/mode": "x"}}), Want: "reserved prefix"},
		"a surge":               {Steps: one(in{"upgradeSettings": in{"maxSurge": "0%"}}), Want: "neither a positive number nor a percentage"},
		"a system image":        {Steps: one(in{"osSKU": "Fedora"}), Want: "agentPoolProfile.osSKU"},
		"Windows":               {Steps: one(in{"osType": "Windows"})},
		"a Windows system pool": {Steps: one(in{"osType": "Windows", "mode": "System"}), Want: "must be Linux"},
		"a long Windows name":   {Steps: []step{pool("windows", in{"osType": "Windows"})}, Want: "agentPoolProfile.name is invalid"},

		"another count":    {Steps: change(nil, in{"count": 3.0, "nodeLabels": in{"a": "b"}, "nodeTaints": []any{"a=b:NoSchedule"}, "enableAutoScaling": true, "minCount": 1.0, "maxCount": 3.0})},
		"other zones":      {Steps: change(nil, in{"availabilityZones": []any{"1"}}), Want: `Status=400 Code="PropertyChangeNotAllowed" Message="Changing property 'properties.availabilityZones' is not allowed."`},
		"another disk":     {Steps: change(nil, in{"osDiskSizeGB": 64.0}), Want: "'properties.osDiskSizeGB'"},
		"another image":    {Steps: change(nil, in{"osSKU": "AzureLinux"}), Want: "'properties.osSKU'"},
		"other pods":       {Steps: change(nil, in{"maxPods": 50.0}), Want: "'properties.maxPods'"},
		"later encryption": {Steps: change(nil, in{"enableEncryptionAtHost": true}), Want: "'properties.enableEncryptionAtHost'"},

		"the last system pool":             {Steps: []step{{Name: "system", Type: poolToken, Inputs: pool("system", nil).Inputs}}, Want: "cannot create already existing resource"},
		"another system pool":              {Steps: []step{pool("more", in{"mode": "System"}), {Name: "-more"}}},
		"an introduced pool":               {Steps: []step{update(cluster(in{"networkProfile": in{"networkPlugin": "azure"}}, system(nil), system(in{"name": "more"})))}, Want: `Status=400 Code="BadRequest" Message="A new agent pool was introduced. Adding agent pools to an existing cluster is not allowed through managed cluster operations.`},
		"the mode of the last system pool": {Steps: []step{update(cluster(in{"networkProfile": in{"networkPlugin": "azure"}}, system(in{"mode": "User"})))}, Want: "There has to be at least one system agent pool."},
	})
}

// TestTheLastSystemPoolStays deletes the last system pool, and then the cluster with it.
func TestTheLastSystemPoolStays(t *testing.T) {
	t.Parallel()
	h := azuretest.New(t).All(azuretest.Group()...).All(cluster(nil), pool("more", in{"mode": "System"}))
	h.IDs["system"], h.Types["system"] = h.IDs["main"]+"/agentPools/system", poolToken
	h.All(step{Name: "-system"})
	require.ErrorContains(t, h.Do(step{Name: "-more"}), `Code="OperationNotAllowed" Message="There has to be at least one system agent pool."`)
	h.All(step{Name: "-main"})
	left, err := h.Store.List(kernel.PoolToken)
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestReplacements(t *testing.T) {
	t.Parallel()
	h := azuretest.New(t).All(azuretest.Group()...).All(cluster(in{"networkProfile": in{"networkPlugin": "azure"}}), pool("apps", nil))
	d := h.Differences(update(cluster(in{"networkProfile": in{"networkPlugin": "azure", "networkPolicy": "calico"}})))
	require.Equal(t, provider.AddReplace, d.DetailedDiff["networkProfile.networkPolicy"].Kind, "any change within the network profile")
	require.True(t, d.DeleteBeforeReplace)
	d = h.Differences(update(pool("apps", in{"vmSize": "Standard_D4s_v5"})))
	require.Equal(t, provider.UpdateReplace, d.DetailedDiff["vmSize"].Kind)
	d = h.Differences(update(cluster(in{"networkProfile": in{"networkPlugin": "azure"}, "kubernetesVersion": "1.36"})))
	require.Equal(t, provider.Update, d.DetailedDiff["kubernetesVersion"].Kind)
}

func TestQuota(t *testing.T) {
	t.Parallel()
	h := azuretest.NewAccount(t, azure.WithCores(20)).Use(nil).History().All(azuretest.Group()...).All(cluster(nil))
	require.ErrorContains(t, h.Do(pool("apps", in{"vmSize": "Standard_D4s_v5", "count": 4.0})),
		`Status=400 Code="ErrCode_InsufficientVCPUQuota" Message="Insufficient regional vcpu quota left for location westeurope. left regional vcpu quota 12, requested quota 16.`)
	h.All(pool("apps", in{"vmSize": "Standard_D4s_v5", "count": 3.0}))
	require.ErrorContains(t, h.Do(update(pool("apps", in{"vmSize": "Standard_D4s_v5", "count": 5.0}))), "left regional vcpu quota 12, requested quota 20")
}

func TestRejectedMaintenance(t *testing.T) {
	t.Parallel()
	window := func(name string, more in) []step {
		return []step{made(name, windowToken, "configName", accounttest.Merge(in{"resourceName": "main"}, more))}
	}
	weekly := func(more in) in {
		return in{"maintenanceWindow": accounttest.Merge(in{"durationHours": 4.0, "startTime": "02:00", "utcOffset": "+01:00",
			"schedule": in{"weekly": in{"intervalWeeks": 1.0, "dayOfWeek": "Sunday"}}}, more)}
	}
	azuretest.RunRefusals(t, append(azuretest.Group(), cluster(nil)), map[string]accounttest.Refusal{
		"a window":                {Steps: window("aksManagedAutoUpgradeSchedule", weekly(nil))},
		"a node window":           {Steps: window("aksManagedNodeOSUpgradeSchedule", weekly(in{"schedule": in{"daily": in{"intervalDays": 1.0}}}))},
		"a month":                 {Steps: window("aksManagedAutoUpgradeSchedule", weekly(in{"schedule": in{"relativeMonthly": in{"intervalMonths": 1.0, "dayOfWeek": "Monday", "weekIndex": "First"}}}))},
		"a week":                  {Steps: window("default", in{"timeInWeek": []any{in{"day": "Sunday", "hourSlots": []any{1.0, 2.0}}}})},
		"a name":                  {Steps: window("nightly", weekly(nil)), Want: `Code="InvalidMaintenanceConfigurationName"`},
		"no window":               {Steps: window("aksManagedAutoUpgradeSchedule", nil), Want: "requires maintenanceWindow"},
		"a window of the default": {Steps: window("default", weekly(nil)), Want: "requires timeInWeek"},
		"short":                   {Steps: window("aksManagedAutoUpgradeSchedule", weekly(in{"durationHours": 2.0})), Want: "is not between 4 and 24"},
		"a time":                  {Steps: window("aksManagedAutoUpgradeSchedule", weekly(in{"startTime": "2am"})), Want: "is not of the form HH:MM"},
		"two schedules":           {Steps: window("aksManagedAutoUpgradeSchedule", weekly(in{"schedule": in{"daily": in{"intervalDays": 1.0}, "weekly": in{"intervalWeeks": 1.0, "dayOfWeek": "Sunday"}}})), Want: "2 are given"},
		"a day":                   {Steps: window("aksManagedAutoUpgradeSchedule", weekly(in{"schedule": in{"weekly": in{"intervalWeeks": 1.0, "dayOfWeek": "sun"}}})), Want: "is no day of the week"},
		"an interval":             {Steps: window("aksManagedAutoUpgradeSchedule", weekly(in{"schedule": in{"weekly": in{"intervalWeeks": 9.0, "dayOfWeek": "Sunday"}}})), Want: "is not between 1 and 4"},
		"an hour":                 {Steps: window("default", in{"timeInWeek": []any{in{"day": "Sunday", "hourSlots": []any{24.0}}}}), Want: "is not between 0 and 23"},
		"no cluster":              {Steps: window("default", in{"resourceName": "none"}), Want: `Code="ParentResourceNotFound"`},
	})
}
