package eks_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

func many(n int, f func(i int) any) []any {
	out := make([]any, n)
	for i := range out {
		out[i] = f(i)
	}
	return out
}

func TestRejectedClusters(t *testing.T) {
	t.Parallel()
	cluster := func(more in) []awstest.Step { return awstest.One("main", awstest.ClusterToken, bare(more)) }
	in2 := func(network in) []awstest.Step { return cluster(in{"vpcConfig": network}) }
	small := []awstest.Step{{Name: "small", Type: kernel.SubnetToken,
		Inputs: in{"vpcId": "$net", "cidrBlock": "10.0.3.0/28", "availabilityZone": "eu-west-1a"}}}
	for i := range 6 {
		small = append(small, awstest.Step{Name: fmt.Sprint("taken", i),
			Type: "aws:ec2/networkInterface:NetworkInterface", Inputs: in{"subnetId": "$small"}})
	}
	key := awstest.Step{Name: "key", Type: "aws:kms/key:Key",
		Inputs: in{"policy": awstest.Document(in{"Effect": "Allow",
			"Principal": in{"AWS": "arn:aws:iam::123456789012:root"}, "Action": "kms:*", "Resource": "*"})}}
	secrets := func(arn string) in {
		return in{"encryptionConfig": in{"provider": in{"keyArn": arn}, "resources": []any{"secrets"}}}
	}
	const keys = "arn:aws:kms:eu-west-1:123456789012:key/"
	awstest.RunRefusals(t, ground(), map[string]awstest.Refusal{
		"one zone": {Steps: in2(in{"subnetIds": []any{"$b", "$open"}}),
			Want: "api error InvalidParameterException: Subnets specified must be in at least two different AZs"},
		"one subnet": {Steps: in2(in{"subnetIds": []any{"$a"}}), Want: "at least two different AZs"},
		"a missing subnet": {Steps: in2(in{"subnetIds": []any{"$a", "subnet-0"}}),
			Want: "The subnet ID 'subnet-0' does not exist"},
		"no subnets": {Steps: in2(in{"endpointPublicAccess": true}),
			Want: "Subnets specified must be in at least two different AZs"},
		"subnets of two VPCs": {Steps: append([]awstest.Step{{Name: "other", Type: kernel.VPCToken,
			Inputs: in{"cidrBlock": "10.1.0.0/16"}},
			{Name: "c", Type: kernel.SubnetToken,
				Inputs: in{"vpcId": "$other", "cidrBlock": "10.1.0.0/24", "availabilityZone": "eu-west-1c"}}},
			in2(in{"subnetIds": []any{"$a", "$c"}})...),
			Want: "Subnets specified must be in the same VPC: $a and $c are not"},
		"too few free addresses": {Steps: append(small, in2(in{"subnetIds": []any{"$small", "$b"}})...),
			Want: "The subnet $small does not have enough free IP addresses: 6 are needed"},
		"a missing security group": {Steps: in2(in{"subnetIds": []any{"$a", "$b"},
			"securityGroupIds": []any{"sg-0"}}), Want: "The security group 'sg-0' does not exist"},
		"no endpoint access": {Steps: in2(in{"subnetIds": []any{"$a", "$b"}, "endpointPublicAccess": false}),
			Want: "Private and public endpoint access cannot be false"},
		"private CIDR blocks for public access": {Steps: in2(in{"subnetIds": []any{"$a", "$b"},
			"publicAccessCidrs": []any{"10.0.0.0/8"}}),
			Want: "The following CIDRs are not allowed in publicAccessCidrs: [10.0.0.0/8]"},
		"an address instead of a CIDR block": {Steps: in2(in{"subnetIds": []any{"$a", "$b"},
			"publicAccessCidrs": []any{"203.0.113.1"}}), Want: "is not a valid CIDR block"},
		"an old version": {Steps: cluster(in{"version": "1.29"}),
			Want: "api error InvalidParameterException: unsupported Kubernetes version 1.29"},
		"an unsupported version": {Steps: cluster(in{"version": "1.31"}),
			Want: "unsupported Kubernetes version 1.31"},
		"a patch version": {Steps: cluster(in{"version": "1.33.1"}),
			Want: "unsupported Kubernetes version 1.33.1"},
		"a role that EKS cannot assume": {Steps: cluster(in{"roleArn": awstest.RoleARN("node")}),
			Want: "Role with arn: arn:aws:iam::123456789012:role/node, could not be assumed because it does not exist or the trusted entity is not correct"},
		"no such role": {Steps: cluster(in{"roleArn": awstest.RoleARN("nobody")}),
			Want: "could not be assumed because it does not exist"},
		"a role that is not an ARN": {Steps: cluster(in{"roleArn": "control"}), Want: "is an invalid ARN"},
		"an invalid name":           {Steps: cluster(in{"name": "-main"}), Want: "invalid value for name"},
		"a long name": {Steps: cluster(in{"name": strings.Repeat("a", 101)}),
			Want: "invalid value for name"},
		"a duplicate name": {Steps: append(cluster(nil),
			awstest.Step{Name: "again", Type: awstest.ClusterToken, Inputs: bare(nil)}),
			Want: "api error ResourceInUseException: Cluster already exists with name: main"},
		"no such key": {Steps: cluster(secrets(keys + "nothing")),
			Want: "The keyArn in encryptionConfig provider is invalid: " + keys + "nothing"},
		"a key of another region": {Steps: append([]awstest.Step{key},
			cluster(secrets("arn:aws:kms:eu-central-1:123456789012:key/$key"))...),
			Want: "The keyArn in encryptionConfig provider is invalid"},
		"a disabled key": {Steps: append([]awstest.Step{{Name: "key", Type: key.Type,
			Inputs: awstest.Merge(key.Inputs, in{"isEnabled": false})}}, cluster(secrets(keys+"$key"))...),
			Want: "is disabled, or its policy does not let"},
		"a key without kms:CreateGrant": {Steps: append([]awstest.Step{{Name: "key", Type: key.Type,
			Inputs: in{"policy": awstest.Document(in{
				"Effect": "Allow", "Principal": in{"AWS": "arn:aws:iam::123456789012:root"},
				"NotAction": "kms:CreateGrant", "Resource": "*",
			})}}}, cluster(secrets(keys+"$key"))...),
			Want: "does not let arn:aws:iam::123456789012:user/simulated call kms:CreateGrant"},
		"an unknown encrypted resource": {Steps: append([]awstest.Step{key},
			cluster(in{"encryptionConfig": in{"provider": in{"keyArn": keys + "$key"},
				"resources": []any{"pods"}}})...), Want: "expected encryptionConfig.resources to be one of"},
		"an unknown authentication mode": {Steps: cluster(in{"accessConfig": in{"authenticationMode": "NONE"}}),
			Want: "expected accessConfig.authenticationMode to be one of"},
		"an unknown log type": {Steps: cluster(in{"enabledClusterLogTypes": []any{"kubelet"}}),
			Want: "expected enabledClusterLogTypes to be one of"},
		"a service CIDR block that overlaps the VPC": {Steps: cluster(in{"kubernetesNetworkConfig": in{"serviceIpv4Cidr": "10.0.0.0/20"}}),
			Want: "The serviceIpv4Cidr 10.0.0.0/20 overlaps with a CIDR block of the VPC $net"},
		"a public service CIDR block": {Steps: cluster(in{"kubernetesNetworkConfig": in{"serviceIpv4Cidr": "8.8.8.0/24"}}),
			Want: "between /12 and /24 within 10.0.0.0/8"},
		"IPv6 in subnets without IPv6": {Steps: cluster(in{"kubernetesNetworkConfig": in{"ipFamily": "ipv6"}}),
			Want: "The subnet $a does not have an IPv6 CIDR block"},
		"STANDARD for a version in extended support": {Steps: cluster(in{"upgradePolicy": in{"supportType": "STANDARD"}}),
			Want: "The version 1.33 is in extended support"},
		"Auto Mode enabled in part": {Steps: cluster(in{"computeConfig": in{"enabled": true}}),
			Want: "For EKS Auto Mode, please ensure"},
		"an Outpost": {Steps: cluster(in{"outpostConfig": in{"controlPlaneInstanceType": "m5.large",
			"outpostArns": []any{"x"}}}), Want: "the simulated AWS does not cover this option"},
	})
}

func TestRejectedClusterUpdates(t *testing.T) {
	t.Parallel()
	change := func(more in) []awstest.Step { return awstest.One("~main", "", bare(more)) }
	old := awstest.Step{Name: "nodes", Type: nodesToken, Inputs: nodesOf(in{"version": "1.32"})}
	api := in{"authenticationMode": "API"}
	awstest.RunRefusals(t, append(ground(), awstest.Step{Name: "main", Type: awstest.ClusterToken, Inputs: bare(nil)},
		awstest.Step{Name: "cni", Type: addonToken, Inputs: addonOf("vpc-cni", nil)}), map[string]awstest.Refusal{
		"a skipped version": {Steps: change(in{"version": "1.35"}),
			Want: "api error InvalidParameterException: Unsupported Kubernetes minor version update from 1.33 to 1.35"},
		"a lower version": {Steps: change(in{"version": "1.32"}),
			Want: "Unsupported Kubernetes minor version update from 1.33 to 1.32"},
		"the next version": {Steps: change(in{"version": "1.34"})},
		"a rollback":       {Steps: append(change(in{"version": "1.34"}), change(nil)...)},
		"a rollback to another version": {Steps: append(change(in{"version": "1.34"}), change(in{"version": "1.32"})...),
			Want: "Unsupported Kubernetes minor version update from 1.34 to 1.32"},
		"a second rollback": {Steps: slices.Concat(change(in{"version": "1.34"}), change(in{"version": "1.35"}),
			change(in{"version": "1.34"}), change(nil)),
			Want: "Unsupported Kubernetes minor version update from 1.34 to 1.33"},
		"a rollback and another upgrade": {Steps: slices.Concat(change(in{"version": "1.34"}), change(nil),
			change(in{"version": "1.34"}))},
		"a rollback below the nodes": {Steps: slices.Concat(change(in{"version": "1.34"}),
			awstest.One("nodes", nodesToken, nodesOf(in{"version": "1.34"})), change(nil)),
			Want: "api error InvalidRequestException: Nodegroups nodes must be rolled back to version 1.33 before the cluster"},
		"a rollback after the nodes": {Steps: slices.Concat(change(in{"version": "1.34"}),
			awstest.One("nodes", nodesToken, nodesOf(in{"version": "1.34"})),
			awstest.One("~nodes", "", nodesOf(in{"version": "1.33"})), change(nil))},
		"older nodes without an upgrade of the cluster": {Steps: append(awstest.One("nodes", nodesToken, nodesOf(nil)),
			awstest.One("~nodes", "", nodesOf(in{"version": "1.32"}))...),
			Want: "Nodegroup Kubernetes version can't go back from 1.33 to 1.32"},
		"nodes three versions older": {Steps: append([]awstest.Step{old},
			append(change(in{"version": "1.34"}), change(in{"version": "1.35"})...)...)},
		"nodes four versions older": {Steps: append([]awstest.Step{old},
			append(append(change(in{"version": "1.34"}), change(in{"version": "1.35"})...),
				change(in{"version": "1.36"})...)...),
			Want: "api error InvalidRequestException: Nodegroups nodes must be updated to match cluster version 1.35 before updating cluster version"},
		"back to API_AND_CONFIG_MAP": {Steps: change(in{"accessConfig": in{"authenticationMode": "API_AND_CONFIG_MAP"}}),
			Want: "Unsupported authentication mode update from API to API_AND_CONFIG_MAP"},
		"a subnet in another zone": {Steps: append([]awstest.Step{{Name: "c", Type: kernel.SubnetToken,
			Inputs: in{"vpcId": "$net", "cidrBlock": "10.0.5.0/24", "availabilityZone": "eu-west-1c"}}},
			change(in{"vpcConfig": in{"subnetIds": []any{"$a", "$c"}, "endpointPrivateAccess": true}})...),
			Want: "must be in the AZ set eu-west-1a, eu-west-1b of the cluster"},
		"another subnet": {Steps: change(in{"vpcConfig": in{"subnetIds": []any{"$a", "$open"},
			"endpointPrivateAccess": true}})},
		"deletion with node groups": {Steps: append([]awstest.Step{{Name: "nodes", Type: nodesToken,
			Inputs: nodesOf(nil)}}, awstest.One("-main", "", nil)...),
			Want: "api error ResourceInUseException: Cluster has nodegroups attached"},
		"deletion with Fargate profiles": {Steps: append([]awstest.Step{{Name: "serverless", Type: fargateToken,
			Inputs: in{"clusterName": "main", "fargateProfileName": "f",
				"podExecutionRoleArn": awstest.RoleARN("fargate"), "selectors": []any{in{"namespace": "x"}},
				"subnetIds": []any{"$a"}}}}, awstest.One("-main", "", nil)...),
			Want: "Cluster has Fargate profiles attached"},
		"deletion of its subnet": {Steps: awstest.One("-a", "", nil),
			Want: "api error DependencyViolation: The subnet '$a' has dependencies and cannot be deleted."},
		"deletion of its VPC": {Steps: awstest.One("-net", "", nil), Want: "api error DependencyViolation"},
		"another service CIDR block": {Steps: change(in{"kubernetesNetworkConfig": in{"serviceIpv4Cidr": "192.168.0.0/16"}}),
			Want: "The addresses of services of the cluster main can't be changed"},
		"the same service CIDR block":  {Steps: change(in{"kubernetesNetworkConfig": in{"serviceIpv4Cidr": "172.20.0.0/16"}})},
		"the same authentication mode": {Steps: change(in{"accessConfig": api})},
	})
}

func TestRejectedNodeGroups(t *testing.T) {
	t.Parallel()
	nodes := func(more in) []awstest.Step { return awstest.One("nodes", nodesToken, nodesOf(more)) }
	scaled := func(lowest, highest, desired float64) []awstest.Step {
		return nodes(in{"scalingConfig": in{"minSize": lowest, "maxSize": highest, "desiredSize": desired}})
	}
	from := func(template in, more in) []awstest.Step {
		return append(awstest.One("template", templateToken, template),
			nodes(awstest.Merge(in{"launchTemplate": in{"id": "$template", "version": "1"}}, more))...)
	}
	tainted := func(n int, key, value string) []awstest.Step {
		return nodes(in{"taints": many(n, func(i int) any {
			return in{"key": key + strings.Repeat("x", i), "value": value, "effect": "NO_SCHEDULE"}
		})})
	}
	base := append(ground(), awstest.Step{Name: "main", Type: awstest.ClusterToken, Inputs: bare(nil)},
		awstest.Step{Name: "cni", Type: addonToken, Inputs: addonOf("vpc-cni", nil)})
	const join = "last error: NodeCreationFailure: Instances failed to join the kubernetes cluster"
	awstest.RunRefusals(t, base, map[string]awstest.Refusal{
		"no such cluster": {Steps: nodes(in{"clusterName": "other"}),
			Want: "api error ResourceNotFoundException: No cluster found for name: other."},
		"the role of the cluster": {Steps: nodes(in{"nodeRoleArn": awstest.RoleARN("control")}),
			Want: "Following required service principals [ec2.amazonaws.com] were not found in the trust relationships of nodeRole arn:aws:iam::123456789012:role/control"},
		"a role without policies": {Steps: append(withRole("poor", "ec2.amazonaws.com"),
			nodes(in{"nodeRoleArn": awstest.RoleARN("poor")})...), Want: join +
			" (the node role arn:aws:iam::123456789012:role/poor does not allow ec2:DescribeInstances, ecr:GetAuthorizationToken, ecr:BatchGetImage)"},
		"a role that cannot pull images": {Steps: append(withRole("poor", "ec2.amazonaws.com",
			"AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy"),
			nodes(in{"nodeRoleArn": awstest.RoleARN("poor")})...), Want: join +
			" (the node role arn:aws:iam::123456789012:role/poor does not allow ecr"},
		"an inline policy": {Steps: append(withRole("poor", "ec2.amazonaws.com", "AmazonEKS_CNI_Policy"),
			append([]awstest.Step{{Name: "own", Type: "aws:iam/rolePolicy:RolePolicy",
				Inputs: in{"role": "poor", "name": "own",
					"policy": awstest.Document(in{"Effect": "Allow", "Action": []any{"ec2:Describe*", "ecr:*"},
						"Resource": "*"})}}}, nodes(in{"nodeRoleArn": awstest.RoleARN("poor")})...)...)},
		"no CNI": {Steps: append(awstest.One("-cni", "", nil), nodes(nil)...), Want: join +
			" (the cluster has no CNI: nodes stay NotReady)"},
		"a CNI without permissions": {Steps: append(withRole("poor", "ec2.amazonaws.com",
			"AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryReadOnly"),
			nodes(in{"nodeRoleArn": awstest.RoleARN("poor")})...), Want: join + " (the CNI may not assign addresses"},
		"a node group without nodes and permissions": {Steps: append(awstest.One("-cni", "", nil), scaled(0, 1, 0)...)},
		"desired above max": {Steps: scaled(0, 2, 3),
			Want: "api error InvalidParameterException: desired capacity 3 can't be greater than max size 2"},
		"desired below min": {Steps: scaled(2, 3, 1),
			Want: "Minimum capacity 2 can't be greater than desired size 1"},
		"min above max": {Steps: scaled(3, 2, 3), Want: "minSize 3 can't be greater than max size 2"},
		"max of zero": {Steps: scaled(0, 0, 0),
			Want: "expected scalingConfig.maxSize to be at least (1), got 0"},
		"both kinds of maxUnavailable": {Steps: nodes(in{"updateConfig": in{"maxUnavailable": 1.0,
			"maxUnavailablePercentage": 10.0}}),
			Want: "only one of maxUnavailable, maxUnavailablePercentage can be specified"},
		"too many taints":        {Steps: tainted(51, "a", ""), Want: "no more than 50 are allowed, got 51"},
		"an invalid taint key":   {Steps: tainted(1, "a/b/c", ""), Want: "The taint a/b/c= is invalid"},
		"an invalid taint value": {Steps: tainted(1, "a", "b c"), Want: "The taint a=b c is invalid"},
		"an unknown taint effect": {Steps: nodes(in{"taints": []any{in{"key": "a", "effect": "NoSchedule"}}}),
			Want: "expected taints.effect to be one of"},
		"a reserved label": {Steps: nodes(in{"labels": in{"node-role.kubernetes.io/worker": ""}}),
			Want: "Label cannot contain reserved prefixes [kubernetes.io/, k8s.io/, eks.amazonaws.com/]"},
		"an invalid label value": {Steps: nodes(in{"labels": in{"team": "a b"}}),
			Want: "expected a label's value to have at most 63 letters"},
		"no such launch template": {Steps: nodes(in{"launchTemplate": in{"id": "lt-0", "version": "1"}}),
			Want: "Launch template lt-0 not found."},
		"no such launch template version": {Steps: append(awstest.One("template", templateToken, in{"name": "nodes"}),
			nodes(in{"launchTemplate": in{"id": "$template", "version": "2"}})...),
			Want: "Launch template version 2 of $template not found: the latest one is 1"},
		"an instance profile in the launch template": {Steps: from(in{"iamInstanceProfile": in{"name": "x"}}, nil),
			Want: "should not specify an instance profile. The noderole in your request will be used"},
		"market options in the launch template": {Steps: from(in{"instanceMarketOptions": in{"marketType": "spot"}}, nil),
			Want: "should not specify market options"},
		"a subnet in the launch template": {Steps: from(in{"networkInterfaces": []any{in{"subnetId": "$a"}}}, nil),
			Want: "should not specify a subnet"},
		"instance types in node group and launch template": {Steps: from(in{"instanceType": "m5.large"},
			in{"instanceTypes": []any{"m5.large"}}),
			Want: "Cannot specify instance types in launch template and API request"},
		"diskSize with a launch template": {Steps: from(in{}, in{"diskSize": 50.0}),
			Want: "Disk size must be specified within the launch template."},
		"image of the launch template and amiType": {Steps: from(in{"imageId": "ami-0123456789abcdef0"},
			in{"amiType": "AL2023_x86_64_STANDARD"}),
			Want: "You cannot specify an image id within the launch template"},
		"image of the launch template and releaseVersion": {Steps: from(in{"imageId": "ami-0123456789abcdef0"},
			in{"releaseVersion": "1.33.11-20260820"}),
			Want: "You cannot specify the field(s) releaseVersion when using custom AMIs."},
		"CUSTOM without a launch template": {Steps: nodes(in{"amiType": "CUSTOM"}),
			Want: "Launch template details can't be null for Custom ami type node group"},
		"remoteAccess with a missing key": {Steps: nodes(in{"remoteAccess": in{"ec2SshKey": "me"}}), Want: "The key pair 'me' does not exist"},
		"remoteAccess": {Steps: append(awstest.One("pair", "aws:ec2/keyPair:KeyPair", in{"keyName": "me", "publicKey": "ssh-ed25519 AAAA"}),
			nodes(in{"remoteAccess": in{"ec2SshKey": "me"}})...)},
		"remoteAccess with a launch template": {Steps: from(in{}, in{"remoteAccess": in{"ec2SshKey": "me"}}),
			Want: "conflicts with launchTemplate"},
		"another architecture": {Steps: nodes(in{"instanceTypes": []any{"t4g.medium"},
			"amiType": "AL2023_x86_64_STANDARD"}),
			Want: "[t4g.medium] is not a valid instance type for requested amiType AL2023_x86_64_STANDARD"},
		"two architectures": {Steps: nodes(in{"instanceTypes": []any{"m5.large", "m6g.large"}}),
			Want: "[m6g.large] is not a valid instance type"},
		"no such instance type": {Steps: nodes(in{"instanceTypes": []any{"x9.huge"}}),
			Want: "The following supplied instance types do not exist: [x9.huge]"},
		"Amazon Linux 2 for a new version": {Steps: nodes(in{"amiType": "AL2_x86_64"}),
			Want: "AMI Type AL2_x86_64 is only supported for kubernetes versions 1.32 or earlier"},
		"nodes newer than the cluster": {Steps: nodes(in{"version": "1.34"}),
			Want: "Nodegroup Kubernetes version 1.34 can't be ahead of the version 1.33 of the cluster"},
		"nodes more than three versions older": {Steps: nodes(in{"version": "1.29"}),
			Want: "is too far behind the version 1.33"},
		"a release of another version": {Steps: nodes(in{"releaseVersion": "1.32.13-20260820"}),
			Want: "Requested release version 1.32.13-20260820 is not valid for kubernetes version 1.33."},
		"a subnet of another VPC": {Steps: append([]awstest.Step{{Name: "other", Type: kernel.VPCToken,
			Inputs: in{"cidrBlock": "10.1.0.0/16"}},
			{Name: "c", Type: kernel.SubnetToken, Inputs: in{"vpcId": "$other", "cidrBlock": "10.1.0.0/24"}}},
			nodes(in{"subnetIds": []any{"$c"}})...), Want: "Subnets $c are not in the VPC $net of the cluster"},
		"no subnets": {Steps: nodes(in{"subnetIds": []any{}}),
			Want: "Nodegroup must have at least one subnet."},
		"a public subnet": {Steps: nodes(in{"subnetIds": []any{"$open"}}),
			Want: "Ec2SubnetInvalidConfiguration: One or more Amazon EC2 Subnets of [$open]"},
		"an invalid name": {Steps: nodes(in{"nodeGroupName": "a b"}),
			Want: "expected nodeGroupName to be 1 to 63 letters"},
		"a duplicate name": {Steps: append(nodes(nil),
			awstest.Step{Name: "again", Type: nodesToken, Inputs: nodesOf(nil)}),
			Want: "api error ResourceInUseException: NodeGroup already exists with name nodes and cluster name main"},
		"back to an older release": {Steps: append(nodes(nil),
			awstest.Step{Name: "~nodes", Inputs: nodesOf(in{"releaseVersion": "1.33.11-20260715"})}),
			Want: "is older than 1.33.11-20260820: node groups are not rolled back"},
	})
}
