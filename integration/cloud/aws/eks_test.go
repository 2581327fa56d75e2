package aws_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	clusterType   = "aws:eks/cluster:Cluster"
	nodesType     = "aws:eks/nodeGroup:NodeGroup"
	addonType     = "aws:eks/addon:Addon"
	entryType     = "aws:eks/accessEntry:AccessEntry"
	grantType     = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"
	identityType  = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
	fargateType   = "aws:eks/fargateProfile:FargateProfile"
	roleToken     = "aws:iam/role:Role"
	attachToken   = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
	gatewayToken  = "aws:ec2/internetGateway:InternetGateway"
	templateToken = "aws:ec2/launchTemplate:LaunchTemplate"
	logGroupToken = "aws:cloudwatch/logGroup:LogGroup"
)

func roleArn(name string) string { return "arn:aws:iam::123456789012:role/" + name }

func clusterPolicy(name string) string {
	return "arn:aws:eks::aws:cluster-access-policy/AmazonEKS" + name + "Policy"
}

// withRole are the steps that make a role which a service may assume, with policies of AWS.
func withRole(name, service string, policies ...string) []step {
	out := []step{{name, roleToken, in{"name": name, "assumeRolePolicy": trust(service)}}}
	for _, p := range policies {
		out = append(out, step{name + " " + p, attachToken, in{"role": name, "policyArn": "arn:aws:iam::aws:policy/" + p}})
	}
	return out
}

// podTrust lets pods have a role by Pod Identity.
func podTrust() string {
	return doc(in{"Effect": "Allow", "Principal": in{"Service": "pods.eks.amazonaws.com"}, "Action": []any{"sts:AssumeRole", "sts:TagSession"}})
}

// ground is what a cluster stands on: a network with two private subnets and a public one, and roles.
func ground() []step {
	out := []step{
		{"net", vpcType, in{"cidrBlock": "10.0.0.0/16"}},
		{"a", subnetType, in{"vpcId": "$net", "cidrBlock": "10.0.0.0/24", "availabilityZone": "eu-west-1a"}},
		{"b", subnetType, in{"vpcId": "$net", "cidrBlock": "10.0.1.0/24", "availabilityZone": "eu-west-1b"}},
		{"open", subnetType, in{"vpcId": "$net", "cidrBlock": "10.0.2.0/24", "availabilityZone": "eu-west-1b"}},
		{"out", gatewayToken, in{"vpcId": "$net"}},
		{"table", tableType, in{"vpcId": "$net", "routes": []any{in{"cidrBlock": "0.0.0.0/0", "gatewayId": "$out"}}}},
		{"opens", "aws:ec2/routeTableAssociation:RouteTableAssociation", in{"subnetId": "$open", "routeTableId": "$table"}},
		{"pods", roleToken, in{"name": "pods", "assumeRolePolicy": podTrust()}},
		{"admin", roleToken, in{"name": "admin", "assumeRolePolicy": doc(in{
			"Effect": "Allow", "Principal": in{"AWS": "arn:aws:iam::123456789012:root"}, "Action": "sts:AssumeRole",
		})}},
	}
	out = append(out, withRole("control", "eks.amazonaws.com", "AmazonEKSClusterPolicy")...)
	out = append(out, withRole("node", "ec2.amazonaws.com", "AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly", "AmazonEKS_CNI_Policy")...)
	return append(out, withRole("fargate", "eks-fargate-pods.amazonaws.com")...)
}

// bare is a cluster of its own, without add-ons, which looks at access entries.
func bare(more in) in {
	return merged(in{
		"name": "main", "roleArn": roleArn("control"), "version": "1.33", "bootstrapSelfManagedAddons": false,
		"accessConfig": in{"authenticationMode": "API"}, "vpcConfig": in{"subnetIds": []any{"$a", "$b"}, "endpointPrivateAccess": true, "endpointPublicAccess": false},
	}, more)
}

// nodesOf is a node group of that cluster.
func nodesOf(more in) in {
	return merged(in{
		"clusterName": "main", "nodeGroupName": "nodes", "nodeRoleArn": roleArn("node"), "subnetIds": []any{"$a", "$b"},
		"scalingConfig": in{"minSize": 1.0, "maxSize": 4.0, "desiredSize": 2.0},
	}, more)
}

func addonOf(name string, more in) in {
	return merged(in{"clusterName": "main", "addonName": name}, more)
}

// clustered are a cluster with its CNI and a node group, after the ground.
func clustered() []step {
	return append(ground(),
		step{"main", clusterType, bare(nil)},
		step{"cni", addonType, addonOf("vpc-cni", nil)},
		step{"nodes", nodesType, nodesOf(nil)},
	)
}

func TestAClusterIsWhatWasAskedFor(t *testing.T) {
	t.Parallel()
	h := newAccount(t, true).use(in{"region": "eu-west-1"}).history().all(clustered()...)
	require.Regexp(t, `^https://oidc\.eks\.eu-west-1\.amazonaws\.com/id/[0-9A-F]{32}$`,
		h.out("main", "identities").([]any)[0].(in)["oidcs"].([]any)[0].(in)["issuer"])
	require.Equal(t, "arn:aws:eks:eu-west-1:123456789012:cluster/main", h.out("main", "arn"))
	require.Equal(t, "172.20.0.0/16", h.out("main", "kubernetesNetworkConfig").(in)["serviceIpv4Cidr"], "not in the network's way")
	require.Equal(t, in{"authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": true}, h.out("main", "accessConfig"))
	require.Equal(t, "1.33", h.out("nodes", "version"))
	require.Equal(t, "1.33.11-20260820", h.out("nodes", "releaseVersion"))
	require.Equal(t, "AL2023_x86_64_STANDARD", h.out("nodes", "amiType"))
	require.Equal(t, "v1.22.3-eksbuild.1", h.out("cni", "addonVersion"))
	require.Equal(t, "main:nodes", h.ids["nodes"])
}
