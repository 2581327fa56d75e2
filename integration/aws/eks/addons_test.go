package eks_test

import (
	"slices"
	"strings"
	"testing"

	awseks "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
	simulated "github.com/ashlar-iac/ashlar/integration/cloud/aws"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
	"github.com/ashlar-iac/ashlar/integration/engine"
)

// addonOrder is the order in which the parts of a cluster are made that wait for each other.
func addonOrder() []string {
	return []string{
		addonType + "pod-identity-agent", addonType + "vpc-cni", addonType + "kube-proxy",
		"aws:eks/nodeGroup:NodeGroup main-main", addonType + "coredns",
	}
}

// inOrder returns those of the steps that an operation takes up in which something happens to one of these resources, in their order.
func inOrder(r *engine.Result, operation string, these []string) []string {
	var out []string
	for _, e := range r.Events {
		if e.ResourcePreEvent == nil || string(e.ResourcePreEvent.Metadata.Op) != operation {
			continue
		}
		urn := e.ResourcePreEvent.Metadata.URN
		parts := strings.Split(urn, "::")
		types := strings.Split(parts[2], "$")
		if name := types[len(types)-1] + " " + parts[3]; slices.Contains(these, name) {
			out = append(out, name)
		}
	}
	return out
}

// The agent hands the network plugin its credentials, nodes get ready with the network plugin, and other add-ons run on nodes. A newer version
// that EKS recommends changes nothing, until somebody asks.
func TestAddonsComeInTheirOrderAndStay(t *testing.T) {
	t.Parallel()
	a := cloudtest.Simulated(t).WithoutControlPlanes()
	s := settings()
	life := a.Life(t, "addons", func(ctx *pulumi.Context) error { return program(a, &s)(ctx) })
	require.Equal(t, addonOrder(), inOrder(life.Up(), "create", addonOrder()))

	for _, name := range []string{"eks-pod-identity-agent", "vpc-cni", "kube-proxy", "coredns", "aws-ebs-csi-driver"} {
		require.NoError(t, simulated.PublishAddon(a.Store, simulated.Account, a.Region(), name, "v9.0.0-eksbuild.1"))
		require.NoError(t, simulated.PublishAddon(a.Store, simulated.Account, a.Region(), name, "v9.0.1-eksbuild.1"))
	}
	life.Change("what EKS recommends since then")
	s.Addons = &eks.ClusterAddons{VPCCNI: &eks.VPCCNI{Release: "2026-12"}}
	life.Change("another release is asked for, of one add-on",
		"create pulumi:index:Stash main-vpc-cni-recommended-vpc-cni-1.34-2026-12",
		"delete pulumi:index:Stash main-vpc-cni-recommended-vpc-cni-1.34",
		"update "+addonType+"vpc-cni",
	)
	require.Equal(t, "v9.0.0-eksbuild.1", addonIn(t, a, "vpc-cni")["addonVersion"])

	s.Addons = changedAddons()
	life.Change("every option", changedAddonSteps()...)
	require.Equal(t, "v9.0.1-eksbuild.1", addonIn(t, a, "kube-proxy")["addonVersion"])
	require.Equal(t, "v9.0.0-eksbuild.1", addonIn(t, a, "aws-ebs-csi-driver")["addonVersion"])
	require.JSONEq(t,
		`{"enableNetworkPolicy":"true","env":{"AWS_VPC_K8S_CNI_EXTERNALSNAT":"true","ENABLE_POD_ENI":"true","ENABLE_PREFIX_DELEGATION":"false",`+
			`"MINIMUM_IP_TARGET":"10","NETWORK_POLICY_ENFORCING_MODE":"strict","WARM_IP_TARGET":"2"}}`,
		addonIn(t, a, "vpc-cni")["configurationValues"].(string))

	s.Addons = &eks.ClusterAddons{EBSCSI: &eks.EBSCSI{Enabled: ptr(false)},
		KubeProxy: &eks.KubeProxy{Enabled: ptr(false)}}
	preview, err := life.Preview(t.Context())
	require.NoError(t, err, preview.Output)
	steps := cloudtest.Steps(preview)
	require.Contains(t, steps, "delete "+addonType+"ebs-csi")
	require.Contains(t, steps, "delete "+addonType+"kube-proxy")

	s.Addons = changedAddons()
	settled, err := life.CheckSettled(t.Context())
	require.NoError(t, err, settled.Output)
	r, err := life.CheckDestroyed(t.Context())
	require.NoError(t, err, r.Output)
	reverse := addonOrder()
	slices.Reverse(reverse)
	require.Equal(t, reverse, inOrder(r, "delete", addonOrder()), "what needs others goes before them")
	require.NoError(t, simulated.WithdrawAddons(a.Store))
	a.RequireEmpty(t)
}

// changedAddons are add-ons all of whose options differ from the default.
func changedAddons() *eks.ClusterAddons {
	return &eks.ClusterAddons{
		PodIdentityAgent: &eks.PodIdentityAgent{Tags: pulumi.StringMap{"team": pulumi.String("platform")}},
		VPCCNI: &eks.VPCCNI{
			Release: "2026-12", PrefixDelegation: ptr(false), WarmIPTarget: ptr(2), MinimumIPTarget: ptr(10),
			NetworkPolicyMode: eks.NetworkPolicyStrict, ExternalSNAT: true, PodSecurityGroups: true,
			ConflictsOnCreate: eks.ConflictRefuse, ConflictsOnUpdate: eks.ConflictPreserve, Preserve: true,
		},
		KubeProxy: &eks.KubeProxy{Mode: eks.ProxyIPVS, Scheduler: eks.SchedulerLeastConnection, Newest: true},
		CoreDNS: &eks.CoreDNS{
			Autoscaling:   &eks.CoreDNSAutoscaling{Max: ptr(4)},
			Configuration: map[string]any{"podLabels": map[string]any{"team": "platform"}},
		},
		EBSCSI: &eks.EBSCSI{
			Version: "v9.0.0-eksbuild.1", Identity: &eks.AddonIdentity{Method: eks.MethodIRSA},
			VolumeTags: pulumi.StringMap{"team": pulumi.String("platform")}, DefaultStorageClass: true,
			KMSKeyARNs: config.Named[pulumi.StringInput]{"volumes": pulumi.String("arn:aws:kms:eu-west-1:123456789012:key/1")},
		},
		Others: config.Named[eks.AddonArgs]{"aws-efs-csi-driver": {}},
	}
}

// changedAddonSteps are what leads to changedAddons.
func changedAddonSteps() []string {
	const efs = "aws-efs-csi-driver"
	return []string{
		"update " + addonType + "pod-identity-agent", "update " + addonType + "vpc-cni", "update " + addonType +
			"kube-proxy",
		"update " + addonType + "coredns", "update " + addonType + "ebs-csi",
		"create " + stashType + "kube-proxy-newest-kube-proxy-1.34", "delete " + stashType +
			"kube-proxy-recommended-kube-proxy-1.34",
		"delete " + stashType + "ebs-csi-recommended-aws-ebs-csi-driver-1.34",
		"update aws:iam/role:Role main-ebs-csi", "create aws:iam/rolePolicy:RolePolicy main-ebs-csi-keys",
		"create " + addonType + efs, "create " + stashType + efs + "-recommended-" + efs + "-1.34",
		// The control plane gives pods of their own security groups their interfaces.
		"create aws:iam/rolePolicyAttachment:RolePolicyAttachment main-interfaces",
		"create aws:iam/role:Role main-" + efs, "create aws:iam/rolePolicyAttachment:RolePolicyAttachment main-" + efs +
			"-driver",
	}
}

// addonIn returns an add-on as the cloud has it.
func addonIn(t *testing.T, a *cloudtest.Account, name string) map[string]any {
	t.Helper()
	all, err := a.Store.List("aws:eks/addon:Addon")
	require.NoError(t, err)
	for _, o := range all {
		if o.Text("addonName") == name {
			return o.Outputs
		}
	}
	require.Fail(t, "there is no add-on", name)
	return nil
}

// An identity of pods in a cluster of the SDK's own, by either method. What pods may do changes in place; whose pods they are does not.
func TestTheOptionsOfWorkloadIdentities(t *testing.T) {
	t.Parallel()
	a := cloudtest.Simulated(t).WithoutControlPlanes()
	fresh := func() eks.WorkloadIdentityArgs {
		return eks.WorkloadIdentityArgs{
			Namespace: "shop", ServiceAccount: "web",
			ManagedPolicies: config.Named[pulumi.StringInput]{"read": pulumi.String("AmazonEC2ReadOnlyAccess")},
		}
	}
	s, shared := fresh(), false
	life := a.Life(t, "identities", func(ctx *pulumi.Context) error { return identityProgram(a, s, shared)(ctx) })
	life.Up()
	const role, association = "aws:iam/role:Role web", "aws:eks/podIdentityAssociation:PodIdentityAssociation web"
	require.Equal(t, []string{"shop/web"}, associations(t, a))

	s.MaxSessionDuration, s.Tags = "2h", pulumi.StringMap{"team": pulumi.String("shop")}
	s.PermissionsBoundary = pulumi.String("AmazonEC2FullAccess")
	s.InlinePolicies = config.Named[policy.Document]{"put": {Statements: []policy.Statement{{
		Effect: policy.Allow, Actions: []string{"s3:PutObject"},
		Resources: pulumi.ToStringArray([]string{"arn:aws:s3:::data/*"}),
	}}}}
	life.Change("what the pods may do, and what both are called", "update "+role, "update "+association,
		"create aws:iam/rolePolicy:RolePolicy web-put")
	s = fresh()
	s.ServiceAccount = "api"
	life.Change("other pods, and all of it back",
		"update "+role, "replace "+association, "delete aws:iam/rolePolicy:RolePolicy web-put")
	require.Equal(t, []string{"shop/api"}, associations(t, a))

	s.Method = "irsa"
	life.Change("without the agent", "update "+role, "delete "+association)
	require.Empty(t, associations(t, a))
	s.Method, s.ManagedPolicies, shared = "", nil, true
	life.Change("a role that others have, too", "delete "+role,
		"delete aws:iam/rolePolicyAttachment:RolePolicyAttachment web-read", "create "+association)
	life.Destroy()
}

// associations returns the service accounts that Pod Identity gives roles.
func associations(t *testing.T, a *cloudtest.Account) []string {
	t.Helper()
	all, err := a.Store.List("aws:eks/podIdentityAssociation:PodIdentityAssociation")
	require.NoError(t, err)
	var out []string
	for _, o := range all {
		out = append(out, o.Text("namespace")+"/"+o.Text("serviceAccount"))
	}
	return out
}

// identityProgram makes a cluster without nodes, with the agent and an identity provider, and an identity of pods in it, with a role of its
// own or one that is there.
func identityProgram(a *cloudtest.Account, s eks.WorkloadIdentityArgs, shared bool) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		primary, err := a.Provider(ctx, "primary", a.Region())
		if err != nil {
			return err
		}
		opt := pulumi.Provider(primary)
		_, subnets, err := nodesNetwork(ctx, a.Region(), opt)
		if err != nil {
			return err
		}
		plane, err := nodesRole(ctx, "plane", "eks.amazonaws.com", opt, "AmazonEKSClusterPolicy")
		if err != nil {
			return err
		}
		role, err := iam.NewRole(ctx, "shared", &iam.RoleArgs{Trust: iam.Trust{PodIdentity: &iam.PodIdentityTrust{}}},
			opt)
		if err != nil {
			return err
		}
		if shared {
			s.RoleARN = role.ARN
		}
		cluster, err := awseks.NewCluster(ctx, "shop", &awseks.ClusterArgs{
			Name: pulumi.String("shop"), Version: pulumi.String("1.34"), RoleArn: plane,
			VpcConfig: &awseks.ClusterVpcConfigArgs{SubnetIds: pulumi.StringArray{subnets[0].ID, subnets[1].ID}},
		}, opt)
		if err != nil {
			return err
		}
		issuer := cluster.Identities.Index(pulumi.Int(0)).Oidcs().Index(pulumi.Int(0)).Issuer().Elem()
		provider, err := iam.NewOIDCProvider(ctx, "shop", &iam.OIDCProviderArgs{URL: issuer}, opt)
		if err != nil {
			return err
		}
		agent, err := eks.NewAddon(ctx, "agent", &eks.AddonArgs{
			AddonName: "eks-pod-identity-agent", ClusterName: cluster.Name, ClusterVersion: "1.34",
		}, opt)
		if err != nil {
			return err
		}
		s.ClusterName, s.ClusterARN, s.OIDCIssuer, s.OIDCProviderARN = cluster.Name, cluster.Arn, issuer, provider.ARN
		_, err = eks.NewWorkloadIdentity(ctx, "web", &s, opt, pulumi.DependsOn([]pulumi.Resource{agent}))
		return err
	}
}
