package eks

// The add-ons that every cluster has.
const (
	agentAddon     = "eks-pod-identity-agent"
	vpcCNIAddon    = "vpc-cni"
	kubeProxyAddon = "kube-proxy"
	coreDNSAddon   = "coredns"
	ebsCSIAddon    = "aws-ebs-csi-driver"
)

// knownAddon is what is known about an add-on that uses AWS.
type knownAddon struct {
	// namespace is that of the add-on. Empty means kube-system.
	namespace string
	// accounts are its service accounts that use AWS.
	accounts []string
	// policies are AWS's own policies that it needs, by the names under which they are attached. Those that allow a whole service are left out:
	// who installs the add-on has to say what of it is meant.
	policies map[string]string
}

// knownAddons returns what is known by the names of the add-ons. Sources: "AWS add-ons", "Community add-ons" and "AWS managed policies for
// Amazon Elastic Kubernetes Service", Amazon EKS User Guide; the AWS Managed Policy Reference Guide.
func knownAddons() map[string]knownAddon {
	return map[string]knownAddon{
		vpcCNIAddon: {accounts: []string{"aws-node"}, policies: map[string]string{"cni": "AmazonEKS_CNI_Policy"}},
		// The second version of the policy holds the driver to volumes that it made itself.
		ebsCSIAddon: {accounts: []string{"ebs-csi-controller-sa"}, policies: map[string]string{"driver": "AmazonEBSCSIDriverPolicyV2"}},
		"aws-efs-csi-driver": {
			accounts: []string{"efs-csi-controller-sa"}, policies: map[string]string{"driver": "service-role/AmazonEFSCSIDriverPolicy"},
		},
		"aws-fsx-csi-driver":           {accounts: []string{"fsx-csi-controller-sa"}},
		"aws-mountpoint-s3-csi-driver": {accounts: []string{"s3-csi-driver-sa"}},
		"amazon-cloudwatch-observability": {
			namespace: "amazon-cloudwatch", accounts: []string{"cloudwatch-agent"},
			policies: map[string]string{"agent": "CloudWatchAgentServerPolicy", "traces": "AWSXrayWriteOnlyAccess"},
		},
		"aws-network-flow-monitoring-agent": {
			namespace: "amazon-network-flow-monitor", accounts: []string{"aws-network-flow-monitor-agent-service-account"},
			policies: map[string]string{"agent": "CloudWatchNetworkFlowMonitorAgentPublishPolicy"},
		},
		"aws-privateca-connector-for-kubernetes": {
			namespace: "aws-privateca-issuer", accounts: []string{"aws-privateca-issuer"},
			policies: map[string]string{"connector": "AWSPrivateCAConnectorForKubernetesPolicy"},
		},
		"external-dns": {namespace: "external-dns", accounts: []string{"external-dns"}},
		"cert-manager": {namespace: "cert-manager", accounts: []string{"cert-manager"}},
	}
}
