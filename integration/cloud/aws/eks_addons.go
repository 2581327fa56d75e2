package aws

import (
	"slices"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// addonKind is an add-on that EKS offers.
type addonKind struct {
	// versions are there for every version of Kubernetes, the oldest first. Default: those of the version of Kubernetes.
	versions []string
	// replicas says that it runs as a deployment, which is healthy when its pods run.
	replicas bool
	// namespace is where it runs. Default: kube-system.
	namespace string
	// accounts are its service accounts that may have a role.
	accounts []string
	// values are the keys of its configuration.
	values []string
}

// addonKinds are the add-ons that are covered. The keys of their configuration follow the schemas that EKS shows of them, as far as
// infrastructure commonly uses them; of what is within these keys, little is checked.
func addonKinds() map[string]addonKind {
	pods := []string{"affinity", "nodeSelector", "podAnnotations", "podLabels", "resources", "tolerations"}
	spread := append(slices.Clone(pods), "podDisruptionBudget", "priorityClassName", "topologySpreadConstraints", "updateStrategy")
	plus := func(keys []string, more ...string) []string { return append(slices.Clone(keys), more...) }
	return map[string]addonKind{
		"vpc-cni": {
			versions: []string{"v1.20.4-eksbuild.1", "v1.21.1-eksbuild.8", "v1.22.3-eksbuild.1", "v1.22.4-eksbuild.3"},
			accounts: []string{"aws-node"},
			values: []string{
				"affinity", "enableNetworkPolicy", "enableWindowsIpam", "enableWindowsPrefixDelegation", "eniConfig", "env", "init",
				"livenessProbeTimeoutSeconds", "nodeAgent", "podAnnotations", "podLabels", "readinessProbeTimeoutSeconds", "resources", "tolerations",
			},
		},
		"kube-proxy": {values: []string{"ipvs", "mode", "podAnnotations", "podLabels", "resources"}},
		"coredns": {
			replicas: true, values: plus(spread, "autoScaling", "computeType", "corefile", "replicaCount"),
		},
		"eks-pod-identity-agent": {
			versions: []string{"v1.3.9-eksbuild.5", "v1.3.10-eksbuild.3"},
			values:   []string{"affinity", "agent", "podAnnotations", "podLabels", "priorityClassName", "resources", "tolerations"},
		},
		"aws-ebs-csi-driver": {
			versions: []string{"v1.56.0-eksbuild.1", "v1.59.0-eksbuild.1", "v1.63.1-eksbuild.1"},
			replicas: true, accounts: []string{"ebs-csi-controller-sa"},
			values: []string{
				"additionalDaemonSets", "controller", "debugLogs", "defaultStorageClass", "fips", "legacyXFS", "node", "nodeComponentOnly", "sidecars",
			},
		},
		"aws-efs-csi-driver": {
			versions: []string{"v2.1.15-eksbuild.1", "v2.3.0-eksbuild.2"},
			replicas: true, accounts: []string{"efs-csi-controller-sa", "efs-csi-node-sa"},
			values: []string{"controller", "node", "sidecars", "useFIPS"},
		},
		"snapshot-controller": {
			versions: []string{"v8.3.0-eksbuild.4", "v8.5.0-eksbuild.2"}, replicas: true, values: plus(spread, "replicaCount"),
		},
		"metrics-server": {
			versions: []string{"v0.8.1-eksbuild.6", "v0.9.0-eksbuild.5"}, replicas: true, values: plus(spread, "addonResizer", "replicas"),
		},
		"eks-node-monitoring-agent": {
			versions: []string{"v1.5.2-eksbuild.1", "v1.6.4-eksbuild.1"}, values: []string{"dcgmAgent", "monitoringAgent", "nodeAgent"},
		},
		"amazon-cloudwatch-observability": {
			versions: []string{"v4.8.0-eksbuild.1", "v5.2.0-eksbuild.1"}, replicas: true, namespace: "amazon-cloudwatch",
			accounts: []string{"cloudwatch-agent"},
			values: plus(pods, "admissionWebhooks", "agent", "agents", "clusterName", "containerLogs", "dcgmExporter", "manager", "neuronMonitor",
				"region"),
		},
		"cert-manager": {
			versions: []string{"v1.19.2-eksbuild.1", "v1.20.1-eksbuild.2"}, replicas: true, namespace: "cert-manager", accounts: []string{"cert-manager"},
			values: plus(spread, "cainjector", "crds", "extraArgs", "replicaCount", "startupapicheck", "webhook"),
		},
		"external-dns": {
			versions: []string{"v0.20.0-eksbuild.2", "v0.21.0-eksbuild.1"}, replicas: true, namespace: "external-dns", accounts: []string{"external-dns"},
			values: plus(spread, "annotationFilter", "domainFilters", "env", "excludeDomains", "extraArgs", "interval", "labelFilter", "logFormat", "logLevel",
				"managedRecordTypes", "policy", "provider", "registry", "sources", "triggerLoopOnEvent", "txtOwnerId", "txtPrefix", "txtSuffix"),
		},
	}
}

// findAddon returns an add-on, and its versions for a version of Kubernetes, the oldest first, or refuses.
func findAddon(c *cloud.Call, name, version string) (addonKind, []string, error) {
	kind, ok := addonKinds()[name]
	if !ok {
		return kind, nil, invalid("Addon %s specified is not supported in %s kubernetes version", name, version)
	}
	later, err := laterVersions(c, name)
	if err != nil {
		return kind, nil, err
	}
	if kind.versions != nil {
		return kind, append(slices.Clone(kind.versions), later...), nil
	}
	for _, v := range clusterVersions() {
		if v.name == version {
			return kind, append(slices.Clone(map[string][]string{"kube-proxy": v.proxy, "coredns": v.dns}[name]), later...), nil
		}
	}
	return kind, nil, invalid("unsupported Kubernetes version %s", version)
}

// defaultAddonVersion is the one before the newest: EKS waits before it makes a version the default one.
func defaultAddonVersion(versions []string) string { return versions[max(0, len(versions)-2)] }
