package eks_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/ec2"
	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
)

const (
	clusterType     = "aws:eks/cluster:Cluster main"
	entryType       = "aws:eks/accessEntry:AccessEntry main-"
	associationType = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation main-"
	logGroupType    = "aws:cloudwatch/logGroup:LogGroup main"
	ingressType     = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule main-"
	egressType      = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule main-"
	addonType       = "aws:eks/addon:Addon main-"
	stashType       = "pulumi:index:Stash main-"
	keyType         = "aws:kms/key:Key main"
	aliasType       = "aws:kms/alias:Alias main"
	providerType    = "aws:iam/openIdConnectProvider:OpenIdConnectProvider main"
)

func ptr[T any](v T) *T { return &v }

// Options that replace the cluster change one at a time, all others in one update.
func TestClusterOptions(t *testing.T) {
	t.Parallel()
	a := cloudtest.Simulated(t)
	s, network := settings(), "main"
	life := a.Life(t, "options", func(ctx *pulumi.Context) error { return programIn(network, a, &s)(ctx) })
	life.Up()

	s = changed()
	life.Change("options that are updated in place",
		"update "+clusterType, "update "+logGroupType,
		// The log group is no longer encrypted with a KMS key.
		"delete "+keyType+"-logs", "delete "+aliasType+"-logs",
		"create "+entryType+"developers", "create "+associationType+"developers.view",
		"create "+ingressType+"control-plane-ingress-tcp-443-10.8.0.0-16",
		"create "+egressType+"nodes-egress-tcp-5432-10.0.0.0-16", "delete "+egressType+"nodes-egress-tcp-443-ipv4",
		"delete "+egressType+"nodes-egress-tcp-443-ipv6",
		"delete "+egressType+"control-plane-to-nodes-tcp-4443", "delete "+egressType+"control-plane-to-nodes-tcp-6443",
		"delete "+egressType+"control-plane-to-nodes-tcp-8443", "delete "+egressType+"control-plane-to-nodes-tcp-10251",
		"delete "+ingressType+"control-plane-to-nodes-tcp-4443",
		"delete "+ingressType+"control-plane-to-nodes-tcp-6443",
		"delete "+ingressType+"control-plane-to-nodes-tcp-8443",
		"delete "+ingressType+"control-plane-to-nodes-tcp-10251",
		"delete "+providerType,
	)
	for name, change := range replacing() {
		t.Log(name)
		s = changed()
		change(&s)
		preview, err := life.Preview(t.Context())
		require.NoError(t, err, "%s: %s", name, preview.Output)
		require.Contains(t, cloudtest.Steps(preview), "replace "+clusterType, name)
	}
	s, network = changed(), "other"
	preview, err := life.Preview(t.Context())
	require.NoError(t, err, preview.Output)
	require.Contains(t, cloudtest.Steps(preview), "replace "+clusterType, "EKS rejects subnets of another VPC")
	network = "main"
	s.Version = "1.36"
	life.Refused("the cluster has version 1.34 and is upgraded by one minor version at a time: deploy 1.35 first")
	s.Version = "1.32"
	life.Refused("the cluster has version 1.34 and cannot be downgraded to 1.32: use 1.34 or later, or 1.33 within 7 days")

	s = changed()
	s.DeletionProtection = ptr(true)
	life.Change("deletion protection changes no resource")
	before := a.Objects(t)
	r, err := life.Stack.Destroy(t.Context())
	require.Error(t, err)
	require.Contains(t, r.Output, "protected")
	missing := slices.DeleteFunc(before, func(o string) bool { return slices.Contains(a.Objects(t), o) })
	require.Empty(t, missing, "no resource of the cluster is deleted")
	s = changed()
	life.Change("no deletion protection")

	network, s.ServiceCIDR = "other", "172.21.0.0/16"
	s.CreatorAdmin = false // EKS would create an access entry for the creator, which developers has already.
	r, err = life.Stack.Up(t.Context())
	require.NoError(t, err, "the resources in the cluster are deleted first and created again: %s", r.Output)
	require.Contains(t, cloudtest.Steps(r), "replace "+clusterType)
	life.Destroy()
}

// changed returns settings with other values for all options that are updated in place.
func changed() eks.ClusterArgs {
	s := settings()
	s.Support, s.ForceUpgrade, s.ZonalShift = "standard", true, true
	s.API = &eks.API{PublicCIDRs: []string{"203.0.113.0/24"}, PrivateCIDRs: []string{"10.8.0.0/16"}}
	s.Logs = &eks.Logs{Types: []eks.LogType{eks.LogAudit}, RetentionDays: ptr(30), OwnKey: ptr(false)}
	s.Access = config.Named[eks.AccessEntry]{"developers": {
		PrincipalARN:     pulumi.String("arn:aws:iam::123456789012:user/simulated"),
		KubernetesGroups: []string{"developers"},
		Policies: config.Named[eks.AccessPolicy]{"view": {Policy: "AmazonEKSViewPolicy",
			Namespaces: []string{"shop"}}},
	}}
	s.CreatorAdmin = true // It applies only when the cluster is created.
	s.IdentityProvider = ptr(false)
	s.NodeSecurityGroup = &ec2.SecurityGroupArgs{Egress: config.Named[ec2.Rule]{"database": {Port: ptr(5432),
		CIDRs: []string{"10.0.0.0/16"}}}}
	s.WebhookPorts = []int{9443}
	return s
}

// replacing returns the options that replace a cluster.
func replacing() map[string]func(*eks.ClusterArgs) {
	return map[string]func(*eks.ClusterArgs){
		"name":              func(s *eks.ClusterArgs) { s.Name, s.CreatorAdmin = "other", false },
		"serviceCidr":       func(s *eks.ClusterArgs) { s.ServiceCIDR = "172.21.0.0/16" },
		"encryption.ownKey": func(s *eks.ClusterArgs) { s.Encryption = &eks.Encryption{OwnKey: ptr(false)} },
		"role.arn": func(s *eks.ClusterArgs) {
			s.Role = &eks.ClusterRole{ARN: pulumi.String("arn:aws:iam::123456789012:role/control")}
		},
	}
}

// The control plane is upgraded first, then node groups without a version. The cluster has no reachable Kubernetes API:
// access entries, add-ons and node groups are resources of AWS, so neither an upgrade nor a destroy depends on it.
func TestClusterUpgradeReplacesNothing(t *testing.T) {
	t.Parallel()
	a := cloudtest.Simulated(t)
	s := settings()
	s.Endpoints = true // The nodes have no internet access.
	life := a.Life(t, "upgrade", func(ctx *pulumi.Context) error { return program(a, &s)(ctx) })
	before := life.Up().Outputs["kubeconfig"].Value
	s.Version = "1.35"
	preview, err := life.Preview(t.Context())
	require.NoError(t, err, preview.Output)
	steps := cloudtest.Steps(preview)
	require.Contains(t, steps, "update "+clusterType)
	require.Contains(t, steps, "update aws:eks/nodeGroup:NodeGroup main-main")
	require.False(t, slices.ContainsFunc(steps, func(s string) bool { return strings.HasPrefix(s, "replace") }), "%v",
		steps)
	r, err := life.Stack.Up(t.Context())
	require.NoError(t, err, r.Output)
	require.Equal(t, steps, cloudtest.Steps(r), "the preview shows the same steps")
	require.Equal(t, "1.35", life.Output("version"))
	require.Equal(t, before, life.Output("kubeconfig"), "the kubeconfig does not change")
	settled, err := life.CheckSettled(t.Context())
	require.NoError(t, err, settled.Output)
	life.Destroy()
}
