package aws_test

import (
	"fmt"
	"strings"
	"testing"
)

func one(name, typ string, inputs in) []step { return []step{{name, typ, inputs}} }

func many(n int, f func(i int) any) []any {
	out := make([]any, n)
	for i := range out {
		out[i] = f(i)
	}
	return out
}

func TestEKSRefusesClusters(t *testing.T) {
	t.Parallel()
	cluster := func(more in) []step { return one("main", clusterType, bare(more)) }
	in2 := func(network in) []step { return cluster(in{"vpcConfig": network}) }
	small := []step{{"small", subnetType, in{"vpcId": "$net", "cidrBlock": "10.0.3.0/28", "availabilityZone": "eu-west-1a"}}}
	for i := range 6 {
		small = append(small, step{fmt.Sprint("taken", i), "aws:ec2/networkInterface:NetworkInterface", in{"subnetId": "$small"}})
	}
	key := step{"key", "aws:kms/key:Key", in{"policy": doc(in{"Effect": "Allow", "Principal": in{"AWS": "arn:aws:iam::123456789012:root"}, "Action": "kms:*", "Resource": "*"})}}
	secrets := func(arn string) in {
		return in{"encryptionConfig": in{"provider": in{"keyArn": arn}, "resources": []any{"secrets"}}}
	}
	const keys = "arn:aws:kms:eu-west-1:123456789012:key/"
	runRefusals(t, ground(), map[string]refusal{
		"one zone":                    {in2(in{"subnetIds": []any{"$b", "$open"}}), "api error InvalidParameterException: Subnets specified must be in at least two different AZs"},
		"one subnet":                  {in2(in{"subnetIds": []any{"$a"}}), "at least two different AZs"},
		"a subnet that is not there":  {in2(in{"subnetIds": []any{"$a", "subnet-0"}}), "The subnet ID 'subnet-0' does not exist"},
		"no subnets":                  {in2(in{"endpointPublicAccess": true}), "Subnets specified must be in at least two different AZs"},
		"subnets of two networks":     {append([]step{{"other", vpcType, in{"cidrBlock": "10.1.0.0/16"}}, {"c", subnetType, in{"vpcId": "$other", "cidrBlock": "10.1.0.0/24", "availabilityZone": "eu-west-1c"}}}, in2(in{"subnetIds": []any{"$a", "$c"}})...), "Subnets specified must be in the same VPC: $a and $c are not"},
		"too few free addresses":      {append(small, in2(in{"subnetIds": []any{"$small", "$b"}})...), "The subnet $small does not have enough free IP addresses: 6 are needed"},
		"a group that is not there":   {in2(in{"subnetIds": []any{"$a", "$b"}, "securityGroupIds": []any{"sg-0"}}), "The security group 'sg-0' does not exist"},
		"no way to the API":           {in2(in{"subnetIds": []any{"$a", "$b"}, "endpointPublicAccess": false}), "Private and public endpoint access cannot be false"},
		"a private range as a public": {in2(in{"subnetIds": []any{"$a", "$b"}, "publicAccessCidrs": []any{"10.0.0.0/8"}}), "The following CIDRs are not allowed in publicAccessCidrs: [10.0.0.0/8]"},
		"no range":                    {in2(in{"subnetIds": []any{"$a", "$b"}, "publicAccessCidrs": []any{"203.0.113.1"}}), "is not a valid CIDR block"},
		"an old version":              {cluster(in{"version": "1.29"}), "api error InvalidParameterException: unsupported Kubernetes version 1.29"},
		"a version that has ended":    {cluster(in{"version": "1.31"}), "unsupported Kubernetes version 1.31"},
		"a patch version":             {cluster(in{"version": "1.33.1"}), "unsupported Kubernetes version 1.33.1"},
		"a role of others":            {cluster(in{"roleArn": roleArn("node")}), "Role with arn: arn:aws:iam::123456789012:role/node, could not be assumed because it does not exist or the trusted entity is not correct"},
		"no such role":                {cluster(in{"roleArn": roleArn("nobody")}), "could not be assumed because it does not exist"},
		"no ARN of a role":            {cluster(in{"roleArn": "control"}), "is an invalid ARN"},
		"a name":                      {cluster(in{"name": "-main"}), "invalid value for name"},
		"a long name":                 {cluster(in{"name": strings.Repeat("a", 101)}), "invalid value for name"},
		"a name that is taken":        {append(cluster(nil), step{"again", clusterType, bare(nil)}), "api error ResourceInUseException: Cluster already exists with name: main"},
		"no such key":                 {cluster(secrets(keys + "nothing")), "The keyArn in encryptionConfig provider is invalid: " + keys + "nothing"},
		"a key of another region":     {append([]step{key}, cluster(secrets("arn:aws:kms:eu-central-1:123456789012:key/$key"))...), "The keyArn in encryptionConfig provider is invalid"},
		"a key that is disabled":      {append([]step{{"key", key.typ, merged(key.inputs, in{"isEnabled": false})}}, cluster(secrets(keys+"$key"))...), "is disabled, or its policy does not let"},
		"a key without grants": {append([]step{{"key", key.typ, in{"policy": doc(in{
			"Effect": "Allow", "Principal": in{"AWS": "arn:aws:iam::123456789012:root"}, "NotAction": "kms:CreateGrant", "Resource": "*",
		})}}}, cluster(secrets(keys+"$key"))...), "does not let arn:aws:iam::123456789012:user/simulated call kms:CreateGrant"},
		"what is encrypted":          {append([]step{key}, cluster(in{"encryptionConfig": in{"provider": in{"keyArn": keys + "$key"}, "resources": []any{"pods"}}})...), "expected encryptionConfig.resources to be one of"},
		"a mode":                     {cluster(in{"accessConfig": in{"authenticationMode": "NONE"}}), "expected accessConfig.authenticationMode to be one of"},
		"logs":                       {cluster(in{"enabledClusterLogTypes": []any{"kubelet"}}), "expected enabledClusterLogTypes to be one of"},
		"services in the way":        {cluster(in{"kubernetesNetworkConfig": in{"serviceIpv4Cidr": "10.0.0.0/20"}}), "The serviceIpv4Cidr 10.0.0.0/20 overlaps with a CIDR block of the VPC $net"},
		"public services":            {cluster(in{"kubernetesNetworkConfig": in{"serviceIpv4Cidr": "8.8.8.0/24"}}), "between /12 and /24 within 10.0.0.0/8"},
		"IPv6 without any":           {cluster(in{"kubernetesNetworkConfig": in{"ipFamily": "ipv6"}}), "The subnet $a does not have an IPv6 CIDR block"},
		"an upgrade policy too late": {cluster(in{"upgradePolicy": in{"supportType": "STANDARD"}}), "The version 1.33 is in extended support"},
		"half of Auto Mode":          {cluster(in{"computeConfig": in{"enabled": true}}), "For EKS Auto Mode, please ensure"},
		"an Outpost":                 {cluster(in{"outpostConfig": in{"controlPlaneInstanceType": "m5.large", "outpostArns": []any{"x"}}}), "the simulated AWS does not cover it"},
	})
}

func TestEKSRefusesChangesOfClusters(t *testing.T) {
	t.Parallel()
	change := func(more in) []step { return one("~main", "", bare(more)) }
	old := step{"nodes", nodesType, nodesOf(in{"version": "1.32"})}
	api := in{"authenticationMode": "API"}
	runRefusals(t, append(ground(), step{"main", clusterType, bare(nil)}, step{"cni", addonType, addonOf("vpc-cni", nil)}), map[string]refusal{
		"a skipped version":     {change(in{"version": "1.35"}), "api error InvalidParameterException: Unsupported Kubernetes minor version update from 1.33 to 1.35"},
		"a lower version":       {change(in{"version": "1.32"}), "Unsupported Kubernetes minor version update from 1.33 to 1.32"},
		"one version more":      {change(in{"version": "1.34"}), ""},
		"nodes three behind":    {append([]step{old}, append(change(in{"version": "1.34"}), change(in{"version": "1.35"})...)...), ""},
		"nodes four behind":     {append([]step{old}, append(append(change(in{"version": "1.34"}), change(in{"version": "1.35"})...), change(in{"version": "1.36"})...)...), "api error InvalidRequestException: Nodegroups nodes must be updated to match cluster version 1.35 before updating cluster version"},
		"the ConfigMap again":   {change(in{"accessConfig": in{"authenticationMode": "API_AND_CONFIG_MAP"}}), "Unsupported authentication mode update from API to API_AND_CONFIG_MAP"},
		"another zone":          {append([]step{{"c", subnetType, in{"vpcId": "$net", "cidrBlock": "10.0.5.0/24", "availabilityZone": "eu-west-1c"}}}, change(in{"vpcConfig": in{"subnetIds": []any{"$a", "$c"}, "endpointPrivateAccess": true}})...), "must be in the AZ set eu-west-1a, eu-west-1b of the cluster"},
		"another subnet":        {change(in{"vpcConfig": in{"subnetIds": []any{"$a", "$open"}, "endpointPrivateAccess": true}}), ""},
		"deleted with nodes":    {append([]step{{"nodes", nodesType, nodesOf(nil)}}, one("-main", "", nil)...), "api error ResourceInUseException: Cluster has nodegroups attached"},
		"deleted with profiles": {append([]step{{"serverless", fargateType, in{"clusterName": "main", "fargateProfileName": "f", "podExecutionRoleArn": roleArn("fargate"), "selectors": []any{in{"namespace": "x"}}, "subnetIds": []any{"$a"}}}}, one("-main", "", nil)...), "Cluster has Fargate profiles attached"},
		"its subnet":            {one("-a", "", nil), "api error DependencyViolation: The subnet '$a' has dependencies and cannot be deleted."},
		"its network":           {one("-net", "", nil), "api error DependencyViolation"},
		"other services":        {change(in{"kubernetesNetworkConfig": in{"serviceIpv4Cidr": "192.168.0.0/16"}}), "The addresses of services of the cluster main can't be changed"},
		"the same services":     {change(in{"kubernetesNetworkConfig": in{"serviceIpv4Cidr": "172.20.0.0/16"}}), ""},
		"the same mode":         {change(in{"accessConfig": api}), ""},
	})
}

func TestEKSRefusesNodeGroups(t *testing.T) {
	t.Parallel()
	nodes := func(more in) []step { return one("nodes", nodesType, nodesOf(more)) }
	scaled := func(lowest, highest, desired float64) []step {
		return nodes(in{"scalingConfig": in{"minSize": lowest, "maxSize": highest, "desiredSize": desired}})
	}
	from := func(template in, more in) []step {
		return append(one("template", templateToken, template), nodes(merged(in{"launchTemplate": in{"id": "$template", "version": "1"}}, more))...)
	}
	tainted := func(n int, key, value string) []step {
		return nodes(in{"taints": many(n, func(i int) any {
			return in{"key": key + strings.Repeat("x", i), "value": value, "effect": "NO_SCHEDULE"}
		})})
	}
	base := append(ground(), step{"main", clusterType, bare(nil)}, step{"cni", addonType, addonOf("vpc-cni", nil)})
	const join = "last error: NodeCreationFailure: Instances failed to join the kubernetes cluster"
	runRefusals(t, base, map[string]refusal{
		"no such cluster":             {nodes(in{"clusterName": "other"}), "api error ResourceNotFoundException: No cluster found for name: other."},
		"a role of others":            {nodes(in{"nodeRoleArn": roleArn("control")}), "Following required service principals [ec2.amazonaws.com] were not found in the trust relationships of nodeRole arn:aws:iam::123456789012:role/control"},
		"a role without policies":     {append(withRole("poor", "ec2.amazonaws.com"), nodes(in{"nodeRoleArn": roleArn("poor")})...), join + " (the node role arn:aws:iam::123456789012:role/poor does not allow ec2:DescribeInstances, ecr:GetAuthorizationToken, ecr:BatchGetImage)"},
		"a role that cannot pull":     {append(withRole("poor", "ec2.amazonaws.com", "AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy"), nodes(in{"nodeRoleArn": roleArn("poor")})...), join + " (the node role arn:aws:iam::123456789012:role/poor does not allow ecr"},
		"a policy of one's own":       {append(withRole("poor", "ec2.amazonaws.com", "AmazonEKS_CNI_Policy"), append([]step{{"own", "aws:iam/rolePolicy:RolePolicy", in{"role": "poor", "name": "own", "policy": doc(in{"Effect": "Allow", "Action": []any{"ec2:Describe*", "ecr:*"}, "Resource": "*"})}}}, nodes(in{"nodeRoleArn": roleArn("poor")})...)...), ""},
		"no CNI":                      {append(one("-cni", "", nil), nodes(nil)...), join + " (the cluster has no CNI: nodes stay NotReady)"},
		"a CNI without permissions":   {append(withRole("poor", "ec2.amazonaws.com", "AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryReadOnly"), nodes(in{"nodeRoleArn": roleArn("poor")})...), join + " (the CNI may not assign addresses"},
		"no nodes, no questions":      {append(one("-cni", "", nil), scaled(0, 1, 0)...), ""},
		"more than the most":          {scaled(0, 2, 3), "api error InvalidParameterException: desired capacity 3 can't be greater than max size 2"},
		"fewer than the fewest":       {scaled(2, 3, 1), "Minimum capacity 2 can't be greater than desired size 1"},
		"fewest above most":           {scaled(3, 2, 3), "minSize 3 can't be greater than max size 2"},
		"most of none":                {scaled(0, 0, 0), "expected scalingConfig.maxSize to be at least (1), got 0"},
		"both kinds of unavailable":   {nodes(in{"updateConfig": in{"maxUnavailable": 1.0, "maxUnavailablePercentage": 10.0}}), "only one of maxUnavailable, maxUnavailablePercentage can be specified"},
		"too many taints":             {tainted(51, "a", ""), "no more than 50 are allowed, got 51"},
		"a taint's key":               {tainted(1, "a/b/c", ""), "The taint a/b/c= is invalid"},
		"a taint's value":             {tainted(1, "a", "b c"), "The taint a=b c is invalid"},
		"a taint's effect":            {nodes(in{"taints": []any{in{"key": "a", "effect": "NoSchedule"}}}), "expected taints.effect to be one of"},
		"a label of Kubernetes":       {nodes(in{"labels": in{"node-role.kubernetes.io/worker": ""}}), "Label cannot contain reserved prefixes [kubernetes.io/, k8s.io/, eks.amazonaws.com/]"},
		"a label's value":             {nodes(in{"labels": in{"team": "a b"}}), "expected a label's value to have at most 63 letters"},
		"no such template":            {nodes(in{"launchTemplate": in{"id": "lt-0", "version": "1"}}), "Launch template lt-0 not found."},
		"a version of a template":     {append(one("template", templateToken, in{"name": "nodes"}), nodes(in{"launchTemplate": in{"id": "$template", "version": "2"}})...), "Launch template version 2 of $template not found: the latest one is 1"},
		"a profile in a template":     {from(in{"iamInstanceProfile": in{"name": "x"}}, nil), "should not specify an instance profile. The noderole in your request will be used"},
		"spot in a template":          {from(in{"instanceMarketOptions": in{"marketType": "spot"}}, nil), "should not specify market options"},
		"a subnet in a template":      {from(in{"networkInterfaces": []any{in{"subnetId": "$a"}}}, nil), "should not specify a subnet"},
		"types twice":                 {from(in{"instanceType": "m5.large"}, in{"instanceTypes": []any{"m5.large"}}), "Cannot specify instance types in launch template and API request"},
		"a disk beside a template":    {from(in{}, in{"diskSize": 50.0}), "Disk size must be specified within the launch template."},
		"an image and a kind of it":   {from(in{"imageId": "ami-0123456789abcdef0"}, in{"amiType": "AL2023_x86_64_STANDARD"}), "You cannot specify an image id within the launch template"},
		"an image and a release":      {from(in{"imageId": "ami-0123456789abcdef0"}, in{"releaseVersion": "1.33.11-20260820"}), "You cannot specify the field(s) releaseVersion when using custom AMIs."},
		"CUSTOM without a template":   {nodes(in{"amiType": "CUSTOM"}), "Launch template details can't be null for Custom ami type node group"},
		"remote access and templates": {from(in{}, in{"remoteAccess": in{"ec2SshKey": "me"}}), "conflicts with launchTemplate"},
		"another architecture":        {nodes(in{"instanceTypes": []any{"t4g.medium"}, "amiType": "AL2023_x86_64_STANDARD"}), "[t4g.medium] is not a valid instance type for requested amiType AL2023_x86_64_STANDARD"},
		"two architectures":           {nodes(in{"instanceTypes": []any{"m5.large", "m6g.large"}}), "[m6g.large] is not a valid instance type"},
		"no such type":                {nodes(in{"instanceTypes": []any{"x9.huge"}}), "The following supplied instance types do not exist: [x9.huge]"},
		"an old system":               {nodes(in{"amiType": "AL2_x86_64"}), "AMI Type AL2_x86_64 is only supported for kubernetes versions 1.32 or earlier"},
		"nodes ahead":                 {nodes(in{"version": "1.34"}), "Nodegroup Kubernetes version 1.34 can't be ahead of the version 1.33 of the cluster"},
		"nodes far behind":            {nodes(in{"version": "1.29"}), "is too far behind the version 1.33"},
		"a release of another":        {nodes(in{"releaseVersion": "1.32.13-20260820"}), "Requested release version 1.32.13-20260820 is not valid for kubernetes version 1.33."},
		"a subnet of others":          {append([]step{{"other", vpcType, in{"cidrBlock": "10.1.0.0/16"}}, {"c", subnetType, in{"vpcId": "$other", "cidrBlock": "10.1.0.0/24"}}}, nodes(in{"subnetIds": []any{"$c"}})...), "Subnets $c are not in the VPC $net of the cluster"},
		"no subnets":                  {nodes(in{"subnetIds": []any{}}), "Nodegroup must have at least one subnet."},
		"a public subnet":             {nodes(in{"subnetIds": []any{"$open"}}), "Ec2SubnetInvalidConfiguration: One or more Amazon EC2 Subnets of [$open]"},
		"a name":                      {nodes(in{"nodeGroupName": "a b"}), "expected nodeGroupName to be 1 to 63 letters"},
		"a name that is taken":        {append(nodes(nil), step{"again", nodesType, nodesOf(nil)}), "api error ResourceInUseException: NodeGroup already exists with name nodes and cluster name main"},
		"back to an older release":    {append(nodes(nil), step{"~nodes", "", nodesOf(in{"releaseVersion": "1.33.11-20260715"})}), "is older than 1.33.11-20260820: node groups are not rolled back"},
	})
}
