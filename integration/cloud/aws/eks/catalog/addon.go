package catalog

import (
	"slices"
)

// Addon is an add-on that EKS offers.
type Addon struct {
	// Versions are those for every Kubernetes version, the oldest first. Default: those of [Version].
	Versions []string
	// Replicas says that it runs as a deployment, which needs nodes.
	Replicas bool
	// Namespace is the namespace of its pods. Default: kube-system.
	Namespace string
	// Accounts are the service accounts that can have a role.
	Accounts []string
	// Values are the keys of its configuration.
	Values []string
}

// Addons are the covered add-ons. The keys of their configuration are those of the schemas that infrastructure commonly
// uses; little is checked below these keys.
func Addons() map[string]Addon {
	pods := []string{"affinity", "nodeSelector", "podAnnotations", "podLabels", "resources", "tolerations"}
	spread := append(slices.Clone(pods), "podDisruptionBudget", "priorityClassName", "topologySpreadConstraints",
		"updateStrategy")
	plus := func(keys []string, more ...string) []string { return append(slices.Clone(keys), more...) }
	return map[string]Addon{
		"vpc-cni": {
			Versions: []string{"v1.20.4-eksbuild.1", "v1.21.1-eksbuild.8", "v1.22.3-eksbuild.1", "v1.22.4-eksbuild.3"},
			Accounts: []string{"aws-node"},
			Values: []string{
				"affinity", "enableNetworkPolicy", "enableWindowsIpam", "enableWindowsPrefixDelegation", "eniConfig",
				"env", "init",
				"livenessProbeTimeoutSeconds", "nodeAgent", "podAnnotations", "podLabels",
				"readinessProbeTimeoutSeconds", "resources", "tolerations",
			},
		},
		"kube-proxy": {Values: []string{"ipvs", "mode", "podAnnotations", "podLabels", "resources"}},
		"coredns": {
			Replicas: true, Values: plus(spread, "autoScaling", "computeType", "corefile", "replicaCount"),
		},
		"eks-pod-identity-agent": {
			Versions: []string{"v1.3.9-eksbuild.5", "v1.3.10-eksbuild.3"},
			Values: []string{"affinity", "agent", "podAnnotations", "podLabels", "priorityClassName", "resources",
				"tolerations"},
		},
		"aws-ebs-csi-driver": {
			Versions: []string{"v1.56.0-eksbuild.1", "v1.59.0-eksbuild.1", "v1.63.1-eksbuild.1"},
			Replicas: true, Accounts: []string{"ebs-csi-controller-sa"},
			Values: []string{
				"additionalDaemonSets", "controller", "debugLogs", "defaultStorageClass", "fips", "legacyXFS", "node",
				"nodeComponentOnly", "sidecars",
			},
		},
		"aws-efs-csi-driver": {
			Versions: []string{"v2.1.15-eksbuild.1", "v2.3.0-eksbuild.2"},
			Replicas: true, Accounts: []string{"efs-csi-controller-sa", "efs-csi-node-sa"},
			Values: []string{"controller", "node", "sidecars", "useFIPS"},
		},
		"snapshot-controller": {
			Versions: []string{"v8.3.0-eksbuild.4", "v8.5.0-eksbuild.2"}, Replicas: true,
			Values: plus(spread, "replicaCount"),
		},
		"metrics-server": {
			Versions: []string{"v0.8.1-eksbuild.6", "v0.9.0-eksbuild.5"}, Replicas: true,
			Values: plus(spread, "addonResizer", "replicas"),
		},
		"eks-node-monitoring-agent": {
			Versions: []string{"v1.5.2-eksbuild.1", "v1.6.4-eksbuild.1"},
			Values:   []string{"dcgmAgent", "monitoringAgent", "nodeAgent"},
		},
		"amazon-cloudwatch-observability": {
			Versions: []string{"v4.8.0-eksbuild.1", "v5.2.0-eksbuild.1"}, Replicas: true,
			Namespace: "amazon-cloudwatch",
			Accounts:  []string{"cloudwatch-agent"},
			Values: plus(pods, "admissionWebhooks", "agent", "agents", "clusterName", "containerLogs", "dcgmExporter",
				"manager", "neuronMonitor",
				"region"),
		},
		"cert-manager": {
			Versions: []string{"v1.19.2-eksbuild.1", "v1.20.1-eksbuild.2"}, Replicas: true, Namespace: "cert-manager",
			Accounts: []string{"cert-manager"},
			Values:   plus(spread, "cainjector", "crds", "extraArgs", "replicaCount", "startupapicheck", "webhook"),
		},
		"external-dns": {
			Versions: []string{"v0.20.0-eksbuild.2", "v0.21.0-eksbuild.1"}, Replicas: true, Namespace: "external-dns",
			Accounts: []string{"external-dns"},
			Values: plus(spread, "annotationFilter", "domainFilters", "env", "excludeDomains", "extraArgs",
				"interval", "labelFilter", "logFormat", "logLevel",
				"managedRecordTypes", "policy", "provider", "registry", "sources", "triggerLoopOnEvent", "txtOwnerId",
				"txtPrefix", "txtSuffix"),
		},
	}
}
