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

// addonOrder is the order in which dependent add-ons and node groups are created.
func addonOrder() []string {
	return []string{
		addonType + "pod-identity-agent", addonType + "vpc-cni", addonType + "kube-proxy",
		"aws:eks/nodeGroup:NodeGroup main-main", addonType + "coredns",
	}
}

// inOrder returns the resources of an operation in the order of its steps, limited to the given ones.
func inOrder(r *engine.Result, operation string, resources []string) []string {
	var out []string
	for _, e := range r.Events {
		if e.ResourcePreEvent == nil || string(e.ResourcePreEvent.Metadata.Op) != operation {
			continue
		}
		urn := e.ResourcePreEvent.Metadata.URN
		parts := strings.Split(urn, "::")
		types := strings.Split(parts[2], "$")
		if name := types[len(types)-1] + " " + parts[3]; slices.Contains(resources, name) {
			out = append(out, name)
		}
	}
	return out
}

// The network plugin gets its credentials from the Pod Identity agent, nodes become Ready with the network plugin, and
// other add-ons run on nodes. A newer recommended version changes nothing until the release changes.
func TestAddonsAreCreatedInOrderAndKeepTheirVersions(t *testing.T) {
	t.Parallel()
	a := cloudtest.Simulated(t)
	s := settings()
	life := a.Life(t, "addons", func(ctx *pulumi.Context) error { return program(a, &s)(ctx) })
	require.Equal(t, addonOrder(), inOrder(life.Up(), "create", addonOrder()))

	for _, name := range []string{"eks-pod-identity-agent", "vpc-cni", "kube-proxy", "coredns", "aws-ebs-csi-driver"} {
		require.NoError(t, simulated.PublishAddon(a.Store, simulated.Account, a.Region(), name, "v9.0.0-eksbuild.1"))
		require.NoError(t, simulated.PublishAddon(a.Store, simulated.Account, a.Region(), name, "v9.0.1-eksbuild.1"))
	}
	life.Change("a newer recommended version changes nothing")
	s.Addons = &eks.ClusterAddons{VPCCNI: &eks.VPCCNI{Release: "2026-12"}}
	life.Change("another release of one add-on",
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
			`"MINIMUM_IP_TARGET":"10","NETWORK_POLICY_ENFORCING_MODE":"strict","POD_SECURITY_GROUP_ENFORCING_MODE":"standard","WARM_IP_TARGET":"2"}}`,
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
	require.Equal(t, reverse, inOrder(r, "delete", addonOrder()), "dependents are deleted first")
	require.NoError(t, simulated.WithdrawAddons(a.Store))
	a.RequireEmpty(t)
}

// changedAddons returns add-ons whose options all differ from the defaults.
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

// changedAddonSteps returns the steps of the change to changedAddons.
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
		// Security groups for pods require network interfaces, which the control plane manages.
		"create aws:iam/rolePolicyAttachment:RolePolicyAttachment main-interfaces",
		"create aws:iam/role:Role main-" + efs, "create aws:iam/rolePolicyAttachment:RolePolicyAttachment main-" + efs +
			"-driver",
	}
}

// addonIn returns the outputs of an add-on in the account.
func addonIn(t *testing.T, a *cloudtest.Account, name string) map[string]any {
	t.Helper()
	all, err := a.Store.List("aws:eks/addon:Addon")
	require.NoError(t, err)
	for _, o := range all {
		if o.Text("addonName") == name {
			return o.Outputs
		}
	}
	require.Fail(t, "add-on not found", name)
	return nil
}

// The cluster is a resource of the SDK. Permissions are updated in place; another service account replaces the
// association.
func TestWorkloadIdentityOptions(t *testing.T) {
	t.Parallel()
	a := cloudtest.Simulated(t)
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
	life.Change("permissions, session duration and tags", "update "+role, "update "+association,
		"create aws:iam/rolePolicy:RolePolicy web-put")
	s = fresh()
	s.ServiceAccount = "api"
	life.Change("another service account, and the former permissions",
		"update "+role, "replace "+association, "delete aws:iam/rolePolicy:RolePolicy web-put")
	require.Equal(t, []string{"shop/api"}, associations(t, a))

	s.Method = "irsa"
	life.Change("IRSA, which needs no association", "update "+role, "delete "+association)
	require.Empty(t, associations(t, a))
	s.Method, s.ManagedPolicies, shared = "", nil, true
	life.Change("an existing role", "delete "+role,
		"delete aws:iam/rolePolicyAttachment:RolePolicyAttachment web-read", "create "+association)
	life.Destroy()
}

// associations returns the service accounts with an EKS Pod Identity association.
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

// identityProgram creates a cluster without nodes, with the Pod Identity agent and an OIDC provider, and a workload
// identity with its own role or, if shared is set, an existing one.
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
