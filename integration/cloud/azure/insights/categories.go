package insights

// category lists the categories of a resource type.
type category struct{ logs, metrics []string }

// categories are the categories of resource types in lower case. Settings of other types accept any. Source: "Supported
// Resource log categories for Azure Monitor", Apr 2026, and the reference of each service.
func categories() map[string]category {
	data := category{logs: []string{"StorageRead", "StorageWrite", "StorageDelete"},
		metrics: []string{"Transaction", "Capacity"}}
	return map[string]category{
		"microsoft.storage/storageaccounts":               {metrics: []string{"Transaction", "Capacity"}},
		"microsoft.storage/storageaccounts/blobservices":  data,
		"microsoft.storage/storageaccounts/fileservices":  data,
		"microsoft.storage/storageaccounts/queueservices": data,
		"microsoft.storage/storageaccounts/tableservices": data,
		"microsoft.keyvault/vaults":                       {logs: []string{"AuditEvent", "AzurePolicyEvaluationDetails"}},
		"microsoft.operationalinsights/workspaces":        {logs: []string{"Audit", "SummaryLogs", "Jobs"}},
		"microsoft.network/virtualnetworks":               {logs: []string{"VMProtectionAlerts"}},
		"microsoft.network/networksecuritygroups": {
			logs: []string{"NetworkSecurityGroupEvent", "NetworkSecurityGroupRuleCounter"}},
		"microsoft.network/publicipaddresses": {
			logs: []string{"DDoSProtectionNotifications", "DDoSMitigationFlowLogs", "DDoSMitigationReports"}},
		"microsoft.containerservice/managedclusters": {logs: []string{"kube-apiserver", "kube-audit", "kube-audit-admin",
			"kube-controller-manager", "kube-scheduler", "cluster-autoscaler", "cloud-controller-manager", "guard",
			"csi-azuredisk-controller", "csi-azurefile-controller", "csi-snapshot-controller", "fleet-member-agent",
			"fleet-member-net-controller-manager", "fleet-mcs-controller-manager", "karpenter-events"}},
	}
}
