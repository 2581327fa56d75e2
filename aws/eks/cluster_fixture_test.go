package eks_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/ec2"
	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// vpc is a network with tiers of two zones, and a small one.
type vpc struct{ platform string }

func (v vpc) NetworkInfo() core.NetworkInfo {
	info := core.NetworkInfo{
		Name: "main", Platform: v.platform, ID: pulumi.String("vpc-1"),
		CIDRs: pulumi.StringArray{pulumi.String("10.0.0.0/16")},
	}
	add := func(tier, zone string) {
		info.Subnets = append(info.Subnets,
			core.Subnet{Tier: tier, Zone: zone, ID: pulumi.String("subnet-" + tier + "-" + zone)})
	}
	for _, tier := range []string{"public", "private", "nodes"} {
		add(tier, "eu-west-1a")
		add(tier, "eu-west-1b")
	}
	add("single", "eu-west-1a")
	return info
}

// control describes the account of a test.
type control struct {
	// version is that of the existing cluster main. Empty means that it does not exist.
	version string
	// free is the number of free addresses of each subnet. Default: 200.
	free int
	// mute turns off the DNS of the network.
	mute bool
	// fails is the lookup that fails.
	fails string
}

// cloud answers the lookups of a cluster.
func (c control) cloud() pulumitest.Option {
	versions := []any{}
	for version, status := range map[string]string{
		"1.30": "UNSUPPORTED", "1.33": "EXTENDED_SUPPORT", "1.34": "STANDARD_SUPPORT", "1.35": "STANDARD_SUPPORT",
		"1.36": "STANDARD_SUPPORT",
	} {
		versions = append(versions, map[string]any{
			"clusterVersion": version, "versionStatus": status, "clusterType": "eks",
			"endOfStandardSupportDate": "2026-07-29T00:00:00Z", "endOfExtendedSupportDate": "2027-07-29T00:00:00Z",
		})
	}
	names, free := []any{"other"}, 200
	if c.version != "" {
		names = append(names, "main")
	}
	if c.free != 0 {
		free = c.free
	}
	answers := map[string]map[string]any{
		"aws:eks/getClusterVersions:getClusterVersions": {"id": "versions", "clusterVersions": versions},
		"aws:eks/getClusters:getClusters":               {"id": "clusters", "names": names},
		"aws:eks/getCluster:getCluster": {
			"id": "main", "name": "main", "version": c.version,
			"vpcConfig": map[string]any{"subnetIds": []any{"subnet-private-eu-west-1b", "subnet-private-eu-west-1a"}},
		},
		"aws:ec2/getVpc:getVpc": {"id": "vpc-1", "cidrBlock": "10.0.0.0/16",
			"enableDnsHostnames": !c.mute, "enableDnsSupport": true},
		"aws:eks/getNodeGroups:getNodeGroups": {"id": "main", "clusterName": "main", "names": []any{}},
	}
	return pulumitest.WithInvoke(func(i pulumitest.Invocation) (resource.PropertyMap, error) {
		if c.fails != "" && i.Token == c.fails {
			return nil, errRefused
		}
		switch i.Token {
		case "aws:ec2/getSubnet:getSubnet":
			id := i.Args["id"].StringValue()
			_, zone, _ := strings.Cut(id, "-eu-")
			return resource.NewPropertyMapFromMap(map[string]any{
				"id": id, "availabilityZone": "eu-" + zone, "availableIpAddressCount": free,
			}), nil
		case "aws:eks/getAddonVersion:getAddonVersion":
			return resource.NewPropertyMapFromMap(map[string]any{
				"id": "addon", "addonName": i.Args["addonName"].StringValue(),
				"kubernetesVersion": i.Args["kubernetesVersion"].StringValue(),
				"version":           "v1.2.3-eksbuild.1",
			}), nil
		case "aws:ssm/getParameter:getParameter":
			return resource.NewPropertyMapFromMap(map[string]any{"id": "release",
				"insecureValue": releaseOf(i.Args["name"].StringValue())}), nil
		}
		answer, ok := answers[i.Token]
		if !ok {
			return nil, nil
		}
		return resource.NewPropertyMapFromMap(answer), nil
	})
}

// releaseOf returns a release of the image for the version of Kubernetes in the name of a parameter.
func releaseOf(parameter string) string {
	return strings.Split(parameter, "/")[5] + ".1-20261101"
}

// eksAnswers returns outputs of clusters, roles and queues.
func eksAnswers(r pulumitest.Registration) resource.PropertyMap {
	switch r.Type {
	case "aws:iam/role:Role":
		return resource.PropertyMap{"arn": resource.NewProperty("arn:aws:iam::" + fixture.Account + ":role/" + r.Name)}
	case "aws:sqs/queue:Queue":
		return resource.PropertyMap{"arn": resource.NewProperty("arn:aws:sqs:" + fixture.Region + ":" +
			fixture.Account + ":" + r.Name)}
	case "aws:eks/cluster:Cluster":
	default:
		return nil
	}
	return resource.NewPropertyMapFromMap(map[string]any{
		"endpoint":             "https://0123456789ABCDEF.gr7.eu-west-1.eks.amazonaws.com",
		"certificateAuthority": map[string]any{"data": "Y2VydGlmaWNhdGU="},
		"identities": []any{map[string]any{"oidcs": []any{map[string]any{
			"issuer": "https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF",
		}}}},
		"vpcConfig": map[string]any{"clusterSecurityGroupId": "sg-cluster"},
	})
}

// clusterOptions are the options of runs with a cluster.
func clusterOptions(c control) []pulumitest.Option {
	return []pulumitest.Option{fixture.Cloud(), c.cloud(), pulumitest.WithOutputs(eksAnswers), templateVersions(),
		fixture.Pins()}
}

const (
	platformRole = "arn:aws:iam::123456789012:role/platform"
	givenKey     = "arn:aws:kms:eu-west-1:123456789012:key/1"
)

// plainCluster has required arguments only.
func plainCluster() *eks.ClusterArgs {
	return &eks.ClusterArgs{
		Version:        "1.36",
		Administrators: config.Named[pulumi.StringInput]{"platform": pulumi.String(platformRole)},
		NodeGroups:     config.Named[eks.NodeGroupArgs]{"main": {}},
		Network:        vpc{"aws"},
	}
}

// filledCluster is the plain cluster with its defaults, for tests that change some of them.
func filledCluster(t *testing.T) *eks.ClusterArgs {
	t.Helper()
	args, err := config.WithDefaults(plainCluster())
	require.NoError(t, err)
	return args
}

// fullCluster has all options of the control plane.
func fullCluster() *eks.ClusterArgs {
	return &eks.ClusterArgs{
		Name: "shop", Version: "1.34", Preflight: ptr(true), Support: "standard", ForceUpgrade: true,
		DeletionProtection: ptr(false),
		API: &eks.API{
			PrivateCIDRs: []string{"10.8.0.0/16"}, SecurityGroupIDs: pulumi.StringArray{pulumi.String("sg-1")},
			PublicCIDRs: []string{"203.0.113.0/24"}, AllowInternet: true,
		},
		Encryption: &eks.Encryption{KeyARN: pulumi.String(givenKey)},
		Logs: &eks.Logs{Types: []eks.LogType{eks.LogAudit, eks.LogAuthenticator}, RetentionDays: ptr(30),
			KeyARN: pulumi.String(givenKey)},
		Administrators: config.Named[pulumi.StringInput]{"platform": pulumi.String(platformRole)},
		CreatorAdmin:   true,
		Access: config.Named[eks.AccessEntry]{
			"developers": {
				PrincipalARN: pulumi.String("arn:aws:iam::123456789012:role/developers"), UserName: "developer",
				KubernetesGroups: []string{"viewers"},
				Policies: config.Named[eks.AccessPolicy]{
					"edit": {Policy: "AmazonEKSEditPolicy", Namespaces: []string{"shop", "team-*"}},
					"view": {Policy: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"},
				},
			},
		},
		Role:        &eks.ClusterRole{PermissionsBoundary: pulumi.String("arn:aws:iam::123456789012:policy/boundary")},
		Tier:        "private",
		NodeTier:    "nodes",
		ServiceCIDR: "172.20.0.0/16",
		NodeSecurityGroup: &ec2.SecurityGroupArgs{
			Ingress: config.Named[ec2.Rule]{"metrics": {Port: ptr(9100), CIDRs: []string{"10.0.0.0/16"}}},
			Egress:  config.Named[ec2.Rule]{"database": {Port: ptr(5432), CIDRs: []string{"10.0.0.0/16"}}},
		},
		WebhookPorts: []int{9443},
		Endpoints:    true,
		ZonalShift:   true,
		Addons: &eks.ClusterAddons{
			VPCCNI: &eks.VPCCNI{PodSecurityGroups: true},
			Others: config.Named[eks.AddonArgs]{"efs": {AddonName: "aws-efs-csi-driver"}},
		},
		NodeGroups: config.Named[eks.NodeGroupArgs]{
			"general": {Version: "1.33", Zones: []string{"eu-west-1a"}},
			"spot": {CapacityType: "spot", Role: &eks.NodeRole{},
				Tags: pulumi.StringMap{"team": pulumi.String("batch")}},
		},
		NodeRole: &eks.NodeRole{SessionManager: true},
		FargateProfiles: config.Named[eks.FargateProfileArgs]{"batch": {
			Selectors: []eks.FargateSelector{{Namespace: "batch"}}, Zones: []string{"eu-west-1a"},
		}},
		Karpenter:  &eks.KarpenterArgs{},
		Kubeconfig: &eks.Kubeconfig{RoleARN: pulumi.String("arn:aws:iam::123456789012:role/deploy")},
		Tags:       pulumi.StringMap{"team": pulumi.String("shop")},
		Network:    vpc{"aws"},
	}
}

// caller sets the principal of a run.
func caller(arn string) pulumitest.Option {
	return pulumitest.WithInvoke(func(i pulumitest.Invocation) (resource.PropertyMap, error) {
		if i.Token != "aws:index/getCallerIdentity:getCallerIdentity" {
			return nil, nil
		}
		return resource.NewPropertyMapFromMap(map[string]any{"id": fixture.Account, "accountId": fixture.Account,
			"arn": arn, "userId": "AIDATEST"}), nil
	})
}
