package options_test

import (
	"flag"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	simulated "github.com/ashlar-iac/ashlar/integration/cloud/aws"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/sections"
)

var seeds = flag.Uint64("seeds", 60, "the number of random sections of FuzzAWSSection, from the first seed")

const (
	account  = "arn:aws:iam::" + simulated.Account
	keyArn   = "arn:aws:kms:eu-west-1:" + simulated.Account + ":key/01234567-89ab-cdef-0123-456789abcdef"
	boundary = account + ":policy/boundary"
)

// existing are objects that exist before a section is deployed, by the ids that sections have in their place.
var existing = map[string]struct {
	typ    string
	inputs object
	output string
}{
	hub:                          {typ: "aws:ec2transitgateway/transitGateway:TransitGateway"},
	keyArn:                       {typ: "aws:kms/key:Key", output: "arn"},
	"eipalloc-0123456789abcdef0": {typ: "aws:ec2/eip:Eip"},
	boundary: {typ: "aws:iam/policy:Policy", output: "arn", inputs: object{"name": "boundary",
		"policy": awstest.Document(object{"Effect": "Allow", "Action": "s3:*", "Resource": "*"})}},
	"key-pair": {typ: "aws:ec2/keyPair:KeyPair", inputs: object{"keyName": "key-pair",
		"publicKey": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJx5Zyp8mOvYvDFn4pNnJVjU5SBrqQUyqYqzHMmFRhXF a"}},
	"aws-logs-existing": {typ: "aws:s3/bucket:Bucket", inputs: object{"bucket": "aws-logs-existing",
		"versioning": object{"enabled": true}}},
}

// random writes sections of the module.
func random(tb testing.TB) *sections.Writer {
	tb.Helper()
	policies := []any{"AmazonS3ReadOnlyAccess", "CloudWatchAgentServerPolicy", "AmazonSSMManagedInstanceCore",
		"AdministratorAccess", boundary, "arn:aws:iam::aws:policy/ReadOnlyAccess"}
	zones := []string{"eu-west-1a", "eu-west-1b", "eu-west-1c"}
	services := []string{"kms", "secretsmanager", "sqs", "ssm", "s3", "dynamodb", "lambda"}
	roles := []any{"arn:aws:iam::111122223333:role/platform", "arn:aws:iam::111122223333:role/team/web", "arn:aws:iam::111122223333:user/ada"}
	versions := []any{"1.36", "1.35", "1.34"}
	w, err := sections.New(suite(tb).Schema, sections.Options{
		Needs: map[string][]string{"clusters": {"networks"}, "instances": {"networks"}, "workloadIdentities": {"clusters", "networks"}},
		Likely: map[string]float64{
			"enabled": 0, "providers": 0, "clusters": 0.2, "workloadIdentities": 0.1,
			"networks.*.cidr": 1, "clusters.*.network": 1, "instances.*.network": 1, "workloadIdentities.*.cluster": 1,
			"clusters.*.administrators": 0.95, "clusters.*.nodeGroups": 0.85, "bucketArn": 1, "volumes.*.size": 0.95, "iops": 0.02,
			"trust.services": 0.7, "trust.accounts": 0.2, "subjects": 1, "audiences": 1, "trust.accounts.*.principals": 0.9,
			"github.*.branches": 0.7, "zoneNames": 0.1, "zones": 0.1, "tiers.*.size": 0.9, "tiers.*.slot": 0.5, "tiers.*.kind": 0.5,
			"ingress.*.port": 0.9, "egress.*.port": 0.9, "ingress.*.cidrs": 0.9, "egress.*.cidrs": 0.9, "creatorAdmin": 0.05,
			"statements.actions": 0.97, "statements.notActions": 0.02, "statements.resources": 0.97, "statements.notResources": 0.02,
			"statements.principals": 0.01, "statements.notPrincipals": 0.01,
			"buckets.*.statements.principals": 0.95, "buckets.*.statements.resources": 0.5, "endpoints.policies.*.statements.principals": 0.97,
			"trust.statements": 0.05, "trust.statements.principals": 0.97, "trust.statements.resources": 0.01,
			"principals.aws": 0.8, "principals.services": 0.1, "sourceAccounts": 0.1, "routes.*.destination": 1, "routes.*.transitGateway": 0.9,
		},
		Existing: []string{
			"keyName", "keyArn", "kmsKeyArn", "kmsKeyArns.*", "permissionsBoundary", "managedPolicies.*", "natAllocations.*",
			"transitGateways.*.id", "bucketArn", "logging.bucket", "flowLogs.bucket.arn", "administrators.*", "principalArn",
			"roleArn", "role.arn", "keyUsers", "principals.aws", "notPrincipals.aws",
			"endpoints.services", "endpoints.policies", "unrestricted",
			"addonName", "addons.*.version", "instanceTypes", "instanceType", "clusters.*.version", "nodeGroups.*.version",
		},
		Names: map[string][]string{
			"trust.services":     {"ec2.amazonaws.com", "lambda.amazonaws.com", "s3.amazonaws.com", "events.amazonaws.com"},
			"trust.accounts":     {"111122223333", simulated.Account},
			"trust.github":       {"acme/shop", "acme/*"},
			"trust.oidc":         {"gitlab.com", "token.actions.githubusercontent.com", "tenant.auth0.com/"},
			"others":             {"aws-efs-csi-driver", "metrics-server", "snapshot-controller", "amazon-cloudwatch-observability", "external-dns", "cert-manager"},
			"tiers":              {"public", "private", "isolated", "data", "pods"},
			"secondaryCidrs":     {"pods", "more"},
			"transitGateways":    {"hub"},
			"natAllocations":     zones,
			"customNetworking":   zones,
			"blocks":             zones,
			"recorded":           {"public", "private", "isolated"},
			"recorded.*":         zones,
			"endpoints.policies": services,
			"tags":               {"team", "Team", "cost-center", "Name", "owner"},
			"labels":             {"work", "example.com/team", "node-role"},
		},
		Values: map[string][]any{
			"provider":                       {"primary"},
			"network":                        {sections.Reference("networks")},
			"cluster":                        {sections.Reference("clusters")},
			"administratorRoles":             {sections.Reference("roles")},
			"logTo":                          {sections.Reference("buckets")},
			"replicateTo":                    {sections.Reference("buckets")},
			"roles.*.policies":               {sections.Reference("policies")},
			"instances.*.policies":           {sections.Reference("policies")},
			"workloadIdentities.*.policies":  {sections.Reference("policies")},
			"networks.*.cidr":                {"10.0.0.0/16", "10.1.0.0/20", "172.20.0.0/16", "192.168.0.0/22", "100.64.0.0/16", "10.0.0.0/24"},
			"secondaryCidrs.*.cidr":          {"100.64.0.0/16", "10.2.0.0/16", "100.65.0.0/20", "192.168.0.0/24", "172.20.0.0/16", "198.19.0.0/16"},
			"ipam":                           {},
			"networks.*.zones":               {1, 2, 3, 3},
			"zoneSlots":                      {2, 3, 4},
			"zoneNames":                      {"eu-west-1a", "eu-west-1b", "euw1-az3"},
			"zone":                           {"eu-west-1a", "eu-west-1b", "eu-west-1c", "eu-west-1d"},
			"clusters.*.zones":               {"eu-west-1a", "eu-west-1b", "eu-west-1c"},
			"nodeGroups.*.zones":             {"eu-west-1a", "eu-west-1b"},
			"fargateProfiles.*.zones":        {"eu-west-1a", "eu-west-1b"},
			"recorded.*.*":                   {"10.0.0.0/24", "10.0.1.0/24", "10.1.1.0/24"},
			"blocks.*":                       {"10.0.0.0/24", "10.0.1.0/24", "10.1.1.0/24", "100.64.0.0/20"},
			"avoid":                          {"10.0.0.0/20", "10.0.255.0/24", "192.168.1.0/24", "fd00::/8"},
			"natTier":                        {"public", "private", "edge"},
			"endpointsTier":                  {"private", "isolated", "public", "data"},
			"tier":                           {"private", "private", "isolated", "public", "data"},
			"nodeTier":                       {"private", "isolated", "public"},
			"natAllocations.*":               {"eipalloc-0123456789abcdef0"},
			"transitGateways.*.id":           {hub},
			"networks.*.clusters":            {"apps", "main"},
			"tiers.*.clusters":               {"apps", "main"},
			"slot":                           {1, 2, 3, 4, 5, 6},
			"size":                           {"/22", "/24", "/28", "1/8", "3/16", "500 hosts", "20 hosts"},
			"block":                          {"pods", "more"},
			"tiers.*.karpenter":              {"main", "apps"},
			"destination":                    {"10.0.0.0/8", "192.168.0.0/16", "0.0.0.0/0", "::/0", "10.0.0.0/16", "2001:db8::/32"},
			"flowLogs.destination":           {"cloudwatch", "s3"},
			"prefixListId":                   {},
			"transitGateway":                 {"hub"},
			"transitGatewayId":               {},
			"peeringId":                      {},
			"endpointIds":                    {},
			"networkInterfaceId":             {},
			"vpnGatewayId":                   {},
			"rules.*.cidr":                   {"10.0.0.0/8", "0.0.0.0/0", "::/0", "192.0.2.0/24"},
			"internetPorts":                  {80, 443, 8080, 22},
			"number":                         {1, 50, 99, 1000, 1001, 32766},
			"bundles":                        {"ssm", "ecr", "eks"},
			"endpoints.services":             values(services),
			"unrestricted":                   values(services),
			"endpoints.accounts":             {"111122223333", simulated.Account},
			"logTarget.accounts":             {"111122223333", simulated.Account},
			"flowLogs.bucket.arn":            {"arn:aws:s3:::aws-logs-existing", "arn:aws:s3:::aws-logs-existing/flows/"},
			"keyArn":                         {keyArn},
			"kmsKeyArn":                      {keyArn},
			"kmsKeyArns.*":                   {keyArn},
			"permissionsBoundary":            {boundary, "PowerUserAccess"},
			"managedPolicies.*":              policies,
			"roleArn":                        {"arn:aws:iam::111122223333:role/platform"},
			"clusters.*.role.arn":            {"arn:aws:iam::111122223333:role/platform"},
			"administrators.*":               roles,
			"principalArn":                   roles,
			"keyUsers":                       roles,
			"bucketName":                     {"shop-orders", "shop-orders-2", "aws-logs-b", "a.b.example"},
			"logging.bucket":                 {"aws-logs-existing"},
			"logTarget.buckets":              {"arn:aws:s3:::shop-orders"},
			"bucketArn":                      {"arn:aws:s3:::aws-logs-existing"},
			"origins":                        {"https://shop.example.com", "https://*.example.com", "*", "http://localhost:8080"},
			"methods":                        {"GET", "HEAD", "PUT", "POST", "DELETE"},
			"headers":                        {"*", "Content-Type", "x-amz-*"},
			"exposedHeaders":                 {"ETag", "x-amz-request-id"},
			"prefix":                         {"orders/", "logs", "a/b/"},
			"afterDays":                      {0, 1, 30, 60, 90, 180, 365},
			"expireAfterDays":                {1, 30, 90, 400},
			"expireOldVersionsAfterDays":     {0, 1, 30, 120, 400},
			"transitions":                    {},
			"path":                           {"/", "/teams/shop/", "/a/"},
			"description":                    {"Web servers", "a", "Reads orders."},
			"url":                            {"https://token.actions.githubusercontent.com", "https://gitlab.com", "https://tenant.auth0.com/"},
			"clientIds":                      {"sts.amazonaws.com", "https://gitlab.com", "api"},
			"thumbprints":                    {strings.Repeat("0123456789", 4), strings.Repeat("ab", 20)},
			"maxSessionDuration":             {"1h", "90m", "12h", "3600s"},
			"sid":                            {"Read", "ReadOrders", "a b"},
			"actions":                        {"s3:GetObject", "s3:PutObject", "s3:ListBucket", "sqs:SendMessage", "s3:Get*", "ec2:DescribeInstances"},
			"buckets.*.statements.actions":   {"s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:Get*"},
			"trust.statements.actions":       {"sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"},
			"notActions":                     {"s3:DeleteObject", "iam:*"},
			"resources":                      {"arn:aws:s3:::shop-orders", "arn:aws:s3:::shop-orders/*", "*", "arn:aws:sqs:eu-west-1:111122223333:orders"},
			"buckets.*.statements.resources": {"/reports/*", "/a"},
			"notResources":                   {"arn:aws:s3:::shop-orders/*"},
			"principals.aws":                 append([]any{"111122223333", account + ":root"}, roles...),
			"notPrincipals.aws":              {account + ":root", "arn:aws:iam::111122223333:role/platform"},
			"principals.services":            {"ec2.amazonaws.com", "cloudtrail.amazonaws.com", "s3.amazonaws.com"},
			"federated":                      {"cognito-identity.amazonaws.com", "arn:aws:iam::111122223333:oidc-provider/gitlab.com"},
			"canonicalUsers":                 {strings.Repeat("0123456789abcdef", 4)},
			"operator":                       {"StringEquals", "StringLike", "ArnLike", "Bool", "IpAddress", "NumericLessThan", "StringEqualsIfExists", "ForAnyValue:StringLike"},
			"conditions.key":                 {"aws:SourceAccount", "aws:PrincipalArn", "aws:SecureTransport", "aws:SourceIp", "s3:max-keys", "aws:PrincipalTag/team"},
			"conditions.values":              {"111122223333", "true", "10", "192.0.2.0/24", "arn:aws:iam::111122223333:role/platform", "web-*"},
			"sourceAccounts":                 {"111122223333", simulated.Account},
			"sourceArns":                     {"arn:aws:ec2:*:111122223333:vpc-flow-log/*"},
			"trust.accounts.*.principals":    {"arn:aws:iam::111122223333:role/platform", "arn:aws:iam::111122223333:role/deploy-*"},
			"branches":                       {"main", "release/*"},
			"github.*.tags":                  {"v*", "v1"},
			"environments":                   {"production", "staging"},
			"github.*.provider":              {},
			"oidc.*.provider":                {},
			"irsa.*.provider":                {},
			"issuer":                         {"https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"},
			"irsa.*.serviceAccounts":         {"shop/web", "shop/*"},
			"audiences":                      {"sts.amazonaws.com", "https://gitlab.com"},
			"subjects":                       {"project_path:acme/shop:ref_type:branch:ref:main", "repo:acme/shop:*", "user:1"},
			"podIdentity.clusters":           {"arn:aws:eks:eu-west-1:" + simulated.Account + ":cluster/apps"},
			"namespaces":                     {"shop", "team-*"},
			"namespace":                      {"shop", "kube-system", "default"},
			"serviceAccount":                 {"web", "default"},
			"serviceAccounts":                {"web", "controller"},
			"clusters.*.version":             versions,
			"nodeGroups.*.version":           versions,
			"clusters.*.name":                {"apps", "eks-prod", "Shop_1"},
			"policies.*.name":                {"read-orders", "Read.Orders+1"},
			"roles.*.name":                   {"deploy", "Web_1"},
			"serviceCidr":                    {"172.20.0.0/16", "10.100.0.0/16", "192.168.0.0/24", "10.0.0.0/20"},
			"webhookPorts":                   {8443, 9443, 443, 10250},
			"privateCidrs":                   {"10.8.0.0/16", "192.168.0.0/16", "10.0.0.0/16"},
			"publicCidrs":                    {"192.0.2.0/24", "0.0.0.0/0", "203.0.113.7/32"},
			"securityGroupIds":               {},
			"securityGroupId":                {},
			"cidrs":                          {"10.0.0.0/8", "0.0.0.0/0", "192.0.2.0/24", "fd00::/8", "::/0"},
			"port":                           {22, 80, 443, 8080, 0},
			"toPort":                         {443, 8090, 65535},
			"types":                          {"api", "audit", "authenticator", "controllerManager", "scheduler"},
			"access.*.policies.*.policy": {"AmazonEKSViewPolicy", "AmazonEKSEditPolicy", "AmazonEKSClusterAdminPolicy",
				"arn:aws:eks::aws:cluster-access-policy/AmazonEKSAdminPolicy"},
			"userName":            {"ada", "system:ada", "{{SessionName}}"},
			"kubernetesGroups":    {"developers", "system:masters", "team:web"},
			"addonName":           {"aws-efs-csi-driver", "metrics-server", "kube-state-metrics"},
			"addons.*.version":    {"v1.20.4-eksbuild.2"},
			"configuration":       {object{}, object{"replicas": 2.0}, object{"resources": object{"limits": object{"memory": "200Mi"}}}, object{"unknown": true}},
			"replicas":            {1, 2, 3},
			"instanceTypes":       {"m7g.large", "m6i.large", "t4g.small", "c7g.xlarge", "g6.xlarge", "r7i.2xlarge"},
			"instanceType":        {"t3.micro", "t4g.small", "m7g.large", "c7i.xlarge", "g6.xlarge", "p6-b200.48xlarge"},
			"image.version":       {},
			"image.id":            {},
			"image.parameter":     {},
			"taints.key":          {"team", "nvidia.com/gpu", "dedicated"},
			"taints.value":        {"web", "true"},
			"size.min":            {0, 1, 2, 3},
			"size.max":            {1, 2, 3, 10},
			"size.desired":        {1, 2, 3},
			"hopLimit":            {1, 2, 64},
			"disk.size":           {20, 50, 100, 1000},
			"rootVolume.size":     {1, 8, 30, 100, 16384, 65536},
			"volumes.*.size":      {1, 8, 100, 16384, 65536},
			"iops":                {3000, 4000, 16000, 80000, 100, 256000},
			"throughput":          {125, 250, 1000, 1001},
			"device":              {"/dev/sdf", "/dev/sdg", "/dev/xvdba", "/dev/sda1"},
			"snapshotId":          {},
			"placementGroup":      {},
			"keyName":             {"key-pair"},
			"userData":            {"#!/bin/sh\necho hello\n", "#cloud-config\npackages: [git]\n"},
			"userDataBase64":      {"IyEvYmluL3NoCmVjaG8gaGVsbG8K"},
			"selectors.namespace": {"jobs", "jobs-*", "kube-system", "default"},
			"volumeTags.*":        {"web"},
			"tags.*":              {"web", "Web team", "a/b@c", ""},
			"labels.*":            {"web", "true", "a.b"},
		},
	})
	require.NoError(tb, err)
	return w
}

func values(texts []string) []any {
	var out []any
	for _, v := range texts {
		out = append(out, v)
	}
	return out
}

// complete adds what each section needs.
func complete(section object) object {
	section["enabled"], section["providers"] = true, object{"primary": object{"region": "eu-west-1"}}
	return section
}

// FuzzAWSSection deploys random sections: AWS accepts what the module accepts.
func FuzzAWSSection(f *testing.F) { suite(f).Fuzz(f, random(f), *seeds, complete) }
