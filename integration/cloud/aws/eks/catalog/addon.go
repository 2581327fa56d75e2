package catalog

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
	// Values are the schemas of the properties of its configuration. Default: the configuration is not checked.
	Values properties
}

// Addons are the covered add-ons. Their schemas have the properties that "AWS add-ons", the user guides of the add-ons
// and their charts describe. EKS checks some properties below them in more detail.
func Addons() map[string]Addon {
	out := networkAddons()
	for _, more := range []map[string]Addon{storageAddons(), observabilityAddons(), otherAddons()} {
		for name, a := range more {
			out[name] = a
		}
	}
	return out
}

func networkAddons() map[string]Addon {
	return map[string]Addon{
		"vpc-cni": {
			Versions: []string{"v1.20.4-eksbuild.1", "v1.21.1-eksbuild.8", "v1.22.3-eksbuild.1", "v1.22.4-eksbuild.3"},
			Accounts: []string{"aws-node"},
			Values: properties{
				"affinity": optional("object"), "podAnnotations": texts(), "podLabels": texts(),
				"resources": resources(), "tolerations": optional("array"),
				// The settings of the CNI are texts, also if they are numbers or booleans.
				"enableNetworkPolicy": choice("true", "false"), "enableWindowsIpam": choice("true", "false"),
				"enableWindowsPrefixDelegation": choice("true", "false"), "env": closed(cniSettings()),
				"eniConfig": closed(properties{"create": ofType("boolean"), "region": ofType("string"),
					"subnets": optional("object")}),
				"init": optional("object"), "nodeAgent": optional("object"),
				"livenessProbeTimeoutSeconds": atLeast(1), "readinessProbeTimeoutSeconds": atLeast(1),
			},
		},
		"kube-proxy": {Values: properties{
			"ipvs": closed(properties{"scheduler": choice("rr", "wrr", "lc", "wlc", "lblc", "lblcr", "sh", "dh", "sed",
				"nq", "mh")}),
			"mode":           choice("iptables", "ipvs", "nftables"),
			"podAnnotations": texts(), "podLabels": texts(), "resources": resources(),
		}},
		"coredns": {Replicas: true, Values: deployments().and(properties{
			"autoScaling": closed(properties{"enabled": ofType("boolean"), "minReplicas": atLeast(2),
				"maxReplicas": atLeast(2)}),
			"computeType": ofType("string"), "corefile": ofType("string"), "replicaCount": atLeast(1),
		})},
		"external-dns": {
			Versions: []string{"v0.20.0-eksbuild.2", "v0.21.0-eksbuild.1"}, Replicas: true, Namespace: "external-dns",
			Accounts: []string{"external-dns"},
			Values: deployments().and(properties{
				"annotationFilter": ofType("string"), "domainFilters": optional("array"), "env": optional("array"),
				"excludeDomains": optional("array"), "extraArgs": map[string]any{},
				"interval": ofType("string"), "labelFilter": ofType("string"), "logFormat": choice("text", "json"),
				"logLevel": ofType("string"), "managedRecordTypes": optional("array"),
				"policy": choice("create-only", "sync", "upsert-only"), "provider": map[string]any{},
				"registry": ofType("string"), "sources": optional("array"), "triggerLoopOnEvent": ofType("boolean"),
				"txtOwnerId": ofType("string"), "txtPrefix": ofType("string"), "txtSuffix": ofType("string"),
			}),
		},
	}
}

func storageAddons() map[string]Addon {
	return map[string]Addon{
		"aws-ebs-csi-driver": {
			Versions: []string{"v1.56.0-eksbuild.1", "v1.59.0-eksbuild.1", "v1.63.1-eksbuild.1"},
			Replicas: true, Accounts: []string{"ebs-csi-controller-sa"},
			Values: properties{
				"additionalDaemonSets": optional("object"), "controller": optional("object"),
				"debugLogs":           ofType("boolean"),
				"defaultStorageClass": closed(properties{"enabled": ofType("boolean")}),
				"fips":                ofType("boolean"), "legacyXFS": ofType("boolean"), "node": optional("object"),
				"nodeComponentOnly": ofType("boolean"), "sidecars": optional("object"),
			},
		},
		"aws-efs-csi-driver": {
			Versions: []string{"v2.1.15-eksbuild.1", "v2.3.0-eksbuild.2"},
			Replicas: true, Accounts: []string{"efs-csi-controller-sa", "efs-csi-node-sa"},
			Values: properties{"controller": optional("object"), "node": optional("object"),
				"sidecars": optional("object"), "useFIPS": ofType("boolean")},
		},
		"aws-fsx-csi-driver": {
			Versions: []string{"v1.6.0-eksbuild.1", "v1.7.0-eksbuild.2"},
			Replicas: true, Accounts: []string{"fsx-csi-controller-sa", "fsx-csi-node-sa"},
			Values: properties{"controller": optional("object"), "node": optional("object"),
				"sidecars": optional("object")},
		},
		"aws-mountpoint-s3-csi-driver": {
			Versions: []string{"v1.15.0-eksbuild.1", "v2.2.0-eksbuild.1"}, Accounts: []string{"s3-csi-driver-sa"},
			Values: properties{"controller": optional("object"), "experimental": optional("object"),
				"mountpointPod": optional("object"), "node": optional("object")},
		},
		"snapshot-controller": {
			Versions: []string{"v8.3.0-eksbuild.4", "v8.5.0-eksbuild.2"}, Replicas: true,
			Values: deployments().and(properties{"replicaCount": atLeast(1)}),
		},
		"aws-secrets-store-csi-driver-provider": {Versions: []string{"v2.1.1-eksbuild.1", "v2.2.0-eksbuild.1"},
			Namespace: "aws-secrets-manager"},
	}
}

func observabilityAddons() map[string]Addon {
	return map[string]Addon{
		"metrics-server": {
			Versions: []string{"v0.8.1-eksbuild.6", "v0.9.0-eksbuild.5"}, Replicas: true,
			Values: deployments().and(properties{"addonResizer": optional("object"), "replicas": atLeast(1)}),
		},
		"eks-node-monitoring-agent": {
			Versions: []string{"v1.5.2-eksbuild.1", "v1.6.4-eksbuild.1"},
			Values: properties{"dcgmAgent": optional("object"), "monitoringAgent": optional("object"),
				"nodeAgent": optional("object")},
		},
		"amazon-cloudwatch-observability": {
			Versions: []string{"v4.8.0-eksbuild.1", "v5.2.0-eksbuild.1"}, Replicas: true,
			Namespace: "amazon-cloudwatch",
			Accounts:  []string{"cloudwatch-agent"},
			Values: pods().and(properties{
				"admissionWebhooks": optional("object"), "agent": optional("object"), "agents": optional("array"),
				"clusterName": ofType("string"), "containerLogs": optional("object"), "dcgmExporter": optional("object"),
				"manager": optional("object"), "neuronMonitor": optional("object"), "region": ofType("string"),
			}),
		},
		"aws-network-flow-monitoring-agent": {
			Versions: []string{"v1.1.0-eksbuild.1", "v1.1.3-eksbuild.1"}, Namespace: "amazon-network-flow-monitor",
			Accounts: []string{"aws-network-flow-monitor-agent-service-account"},
			Values:   pods().and(properties{"env": optional("object")}),
		},
		// The schemas of these are not covered.
		"adot": {Versions: []string{"v0.131.0-eksbuild.1", "v0.141.0-eksbuild.1"}, Replicas: true,
			Namespace: "opentelemetry-operator-system", Accounts: []string{"adot-col-prom-metrics",
				"adot-col-otlp-ingest", "adot-col-container-logs"}},
		"kube-state-metrics": {Versions: []string{"v2.17.0-eksbuild.4", "v2.18.0-eksbuild.1"}, Replicas: true,
			Namespace: "kube-state-metrics"},
		"prometheus-node-exporter": {Versions: []string{"v1.10.2-eksbuild.4", "v1.11.0-eksbuild.1"},
			Namespace: "prometheus-node-exporter"},
	}
}

func otherAddons() map[string]Addon {
	return map[string]Addon{
		"eks-pod-identity-agent": {
			Versions: []string{"v1.3.9-eksbuild.5", "v1.3.10-eksbuild.3"},
			Values: properties{"affinity": optional("object"), "agent": optional("object"), "podAnnotations": texts(),
				"podLabels": texts(), "priorityClassName": ofType("string"), "resources": resources(),
				"tolerations": optional("array")},
		},
		"cert-manager": {
			Versions: []string{"v1.19.2-eksbuild.1", "v1.20.1-eksbuild.2"}, Replicas: true, Namespace: "cert-manager",
			Accounts: []string{"cert-manager"},
			Values: deployments().and(properties{
				"cainjector": optional("object"), "crds": optional("object"), "extraArgs": optional("array"),
				"replicaCount": atLeast(1), "startupapicheck": optional("object"), "webhook": optional("object"),
			}),
		},
		"aws-privateca-connector-for-kubernetes": {
			Versions: []string{"v1.6.0-eksbuild.2", "v1.7.0-eksbuild.1"}, Replicas: true,
			Namespace: "aws-privateca-issuer", Accounts: []string{"aws-privateca-issuer"},
			Values: deployments().and(properties{
				"approverRole": optional("object"), "disableApprovedCheck": ofType("boolean"), "env": optional("object"),
				"replicaCount": atLeast(1),
			}),
		},
		// Its schema is not covered.
		"aws-guardduty-agent": {Versions: []string{"v1.11.0-eksbuild.4", "v1.12.1-eksbuild.2"},
			Namespace: "amazon-guardduty"},
	}
}
