package eks_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// in are the inputs of a resource.
type in = map[string]any

const (
	nodesToken           = "aws:eks/nodeGroup:NodeGroup"
	addonToken           = "aws:eks/addon:Addon"
	entryToken           = "aws:eks/accessEntry:AccessEntry"
	grantToken           = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"
	identityToken        = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
	fargateToken         = "aws:eks/fargateProfile:FargateProfile"
	roleToken            = "aws:iam/role:Role"
	attachToken          = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
	InternetGatewayToken = "aws:ec2/internetGateway:InternetGateway"
	templateToken        = "aws:ec2/launchTemplate:LaunchTemplate"
	logGroupToken        = "aws:cloudwatch/logGroup:LogGroup"
)

// withRole are the steps of a role for a service, with AWS managed policies.
func withRole(name, service string, policies ...string) []awstest.Step {
	out := []awstest.Step{{Name: name, Type: roleToken,
		Inputs: in{"name": name, "assumeRolePolicy": awstest.TrustPolicy(service)}}}
	for _, p := range policies {
		out = append(out, awstest.Step{Name: name + " " + p, Type: attachToken,
			Inputs: in{"role": name, "policyArn": "arn:aws:iam::aws:policy/" + p}})
	}
	return out
}

// ground are the steps before a cluster: a VPC with two private subnets and a public one, and roles.
func ground() []awstest.Step {
	out := []awstest.Step{
		{Name: "net", Type: kernel.VPCToken, Inputs: in{"cidrBlock": "10.0.0.0/16"}},
		{Name: "a", Type: kernel.SubnetToken,
			Inputs: in{"vpcId": "$net", "cidrBlock": "10.0.0.0/24", "availabilityZone": "eu-west-1a"}},
		{Name: "b", Type: kernel.SubnetToken,
			Inputs: in{"vpcId": "$net", "cidrBlock": "10.0.1.0/24", "availabilityZone": "eu-west-1b"}},
		{Name: "open", Type: kernel.SubnetToken,
			Inputs: in{"vpcId": "$net", "cidrBlock": "10.0.2.0/24", "availabilityZone": "eu-west-1b"}},
		{Name: "out", Type: InternetGatewayToken, Inputs: in{"vpcId": "$net"}},
		{Name: "table", Type: kernel.RouteTableToken,
			Inputs: in{"vpcId": "$net", "routes": []any{in{"cidrBlock": "0.0.0.0/0", "gatewayId": "$out"}}}},
		{Name: "opens", Type: "aws:ec2/routeTableAssociation:RouteTableAssociation",
			Inputs: in{"subnetId": "$open", "routeTableId": "$table"}},
		{Name: "pods", Type: roleToken, Inputs: in{"name": "pods", "assumeRolePolicy": awstest.PodTrustPolicy()}},
		{Name: "admin", Type: roleToken, Inputs: in{"name": "admin", "assumeRolePolicy": awstest.Document(in{
			"Effect": "Allow", "Principal": in{"AWS": "arn:aws:iam::123456789012:root"}, "Action": "sts:AssumeRole",
		})}},
	}
	out = append(out, withRole("control", "eks.amazonaws.com", "AmazonEKSClusterPolicy")...)
	out = append(out, withRole("node", "ec2.amazonaws.com", "AmazonEKSWorkerNodePolicy",
		"AmazonEC2ContainerRegistryPullOnly", "AmazonEKS_CNI_Policy")...)
	return append(out, withRole("fargate", "eks-fargate-pods.amazonaws.com")...)
}

// bare is a cluster without add-ons that supports access entries.
func bare(more in) in {
	return awstest.Merge(in{
		"name": "main", "roleArn": awstest.RoleARN("control"), "version": "1.33", "bootstrapSelfManagedAddons": false,
		"accessConfig": in{"authenticationMode": "API"},
		"vpcConfig": in{"subnetIds": []any{"$a", "$b"}, "endpointPrivateAccess": true,
			"endpointPublicAccess": false},
	}, more)
}

// nodesOf is a node group of that cluster.
func nodesOf(more in) in {
	return awstest.Merge(in{
		"clusterName": "main", "nodeGroupName": "nodes", "nodeRoleArn": awstest.RoleARN("node"),
		"subnetIds":     []any{"$a", "$b"},
		"scalingConfig": in{"minSize": 1.0, "maxSize": 4.0, "desiredSize": 2.0},
	}, more)
}

func addonOf(name string, more in) in {
	return awstest.Merge(in{"clusterName": "main", "addonName": name}, more)
}

// clustered are the steps of a cluster with its CNI and a node group, including the ground.
func clustered() []awstest.Step {
	return append(ground(),
		awstest.Step{Name: "main", Type: awstest.ClusterToken, Inputs: bare(nil)},
		awstest.Step{Name: "cni", Type: addonToken, Inputs: addonOf("vpc-cni", nil)},
		awstest.Step{Name: "nodes", Type: nodesToken, Inputs: nodesOf(nil)},
	)
}

func TestClusterOutputs(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(clustered()...)
	require.Regexp(t, `^https://oidc\.eks\.eu-west-1\.amazonaws\.com/id/[0-9A-F]{32}$`,
		h.Output("main", "identities").([]any)[0].(in)["oidcs"].([]any)[0].(in)["issuer"])
	require.Equal(t, "arn:aws:eks:eu-west-1:123456789012:cluster/main", h.Output("main", "arn"))
	require.Equal(t, "172.20.0.0/16", h.Output("main", "kubernetesNetworkConfig").(in)["serviceIpv4Cidr"],
		"does not overlap the VPC")
	require.Equal(t, in{"authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": true},
		h.Output("main", "accessConfig"))
	require.Equal(t, "1.33", h.Output("nodes", "version"))
	require.Equal(t, "1.33.11-20260820", h.Output("nodes", "releaseVersion"))
	require.Equal(t, "AL2023_x86_64_STANDARD", h.Output("nodes", "amiType"))
	require.Equal(t, "v1.22.3-eksbuild.1", h.Output("cni", "addonVersion"))
	require.Equal(t, "main:nodes", h.IDs["nodes"])
}
