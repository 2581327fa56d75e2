package identity_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure/identity"
	"github.com/ashlar-iac/ashlar/azure/internal/fixture"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

const issuer = "https://westeurope.oic.prod-aks.azure.com/tenant/cluster/"

// cluster is a cluster of another component.
type cluster core.ClusterInfo

func (c cluster) ClusterInfo() core.ClusterInfo { return core.ClusterInfo(c) }

func aks(issuer pulumi.StringInput) cluster {
	return cluster{Name: "main", Platform: identity.PlatformAKS, OIDCIssuer: issuer}
}

func workloadShortest(*pulumi.Context) *identity.WorkloadIdentityArgs {
	return &identity.WorkloadIdentityArgs{
		ResourceGroupName: pulumi.String("shop"), OIDCIssuer: pulumi.String(issuer), Namespace: "shop", ServiceAccount: "web",
	}
}

// workloadFull returns arguments with all options.
func workloadFull(ctx *pulumi.Context) *identity.WorkloadIdentityArgs {
	return &identity.WorkloadIdentityArgs{
		ResourceGroupName: fixture.Text(ctx, "shop"), Cluster: aks(fixture.Text(ctx, issuer)), Namespace: "shop", ServiceAccount: "web",
		Audience: "api://shop", Name: "id-web", Location: "northeurope", Tags: pulumi.StringMap{"team": pulumi.String("shop")},
	}
}

func createWorkload(t *testing.T, args func(*pulumi.Context) *identity.WorkloadIdentityArgs) (*pulumitest.Recording, core.WorkloadIdentityInfo) {
	t.Helper()
	var info core.WorkloadIdentityInfo
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		w, err := identity.NewWorkloadIdentity(ctx, "web", args(ctx))
		if err != nil {
			return err
		}
		info = w.WorkloadIdentityInfo()
		ctx.Export("annotation", info.Annotations["azure.workload.identity/client-id"])
		ctx.Export("revision", info.Revision)
		return nil
	}, fixture.Cloud()...)
	fixture.RequireOneVersion(t, r)
	return r, info
}

func TestWorkloadIdentityConforms(t *testing.T) {
	t.Parallel()
	fixture.Conform(t, pulumitest.Suite[identity.WorkloadIdentityArgs, *identity.WorkloadIdentity]{
		Token: identity.WorkloadIdentityToken, New: identity.NewWorkloadIdentity, RefusesNil: failure.Configuration,
		Defaults: []string{"audience"},
	}, map[string]func(*pulumi.Context) *identity.WorkloadIdentityArgs{"everything": workloadFull, "shortest": workloadShortest})
}

func TestWorkloadIdentityGolden(t *testing.T) {
	t.Parallel()
	shortest, _ := createWorkload(t, workloadShortest)
	shortest.Golden(t, "testdata/workload-default.txt")
	all, _ := createWorkload(t, workloadFull)
	all.Golden(t, "testdata/workload-full.txt")
}

// Source: "Use Microsoft Entra Workload ID with Azure Kubernetes Service".
func TestPodsHaveTheirIdentity(t *testing.T) {
	t.Parallel()
	r, info := createWorkload(t, workloadFull)
	credential := r.One(t, credentialType)
	for input, want := range map[string]string{"issuer": issuer, "subject": "system:serviceaccount:shop:web"} {
		got, _ := credential.Input(input)
		require.Equal(t, want, got.StringValue())
	}
	client := r.One(t, "azure-native:managedidentity/v20230131:UserAssignedIdentity").Outputs["clientId"]
	require.Equal(t, client, r.Exports["annotation"])
	require.Equal(t, client, r.Exports["revision"], "pods get the client ID when they start")
	require.Equal(t, map[string]string{"azure.workload.identity/use": "true"}, info.Labels)
	require.Equal(t, "web", info.Name)
	require.Equal(t, pulumi.String("shop"), info.Namespace)
	require.Equal(t, pulumi.String("web"), info.ServiceAccount)
	require.Empty(t, info.Endpoints, "tokens are exchanged with Microsoft Entra ID")
	require.Len(t, info.Ready, 2, "pods wait for the identity and its credential")
}

func TestIdentitiesMatchTheirCluster(t *testing.T) {
	t.Parallel()
	main := core.ClusterInfo{Name: "main", Platform: "aks"}
	_, own := createWorkload(t, workloadFull)
	require.True(t, own.Matches(main))
	require.False(t, own.Matches(core.ClusterInfo{Name: "other", Platform: "aks"}))
	_, anywhere := createWorkload(t, workloadShortest)
	require.True(t, anywhere.Matches(main), "an issuer has no name of a cluster")
	require.False(t, anywhere.Matches(core.ClusterInfo{Name: "main", Platform: "eks"}))
	require.Empty(t, (*identity.WorkloadIdentity)(nil).WorkloadIdentityInfo().Name)
}

func TestInvalidWorkloadIdentitiesAreRejected(t *testing.T) {
	t.Parallel()
	with := func(change func(*identity.WorkloadIdentityArgs)) identity.WorkloadIdentityArgs {
		args := *workloadShortest(nil)
		change(&args)
		return args
	}
	tests := map[string]struct {
		reason string
		args   identity.WorkloadIdentityArgs
		want   []string
	}{
		"no cluster": {"whose tokens are accepted", with(func(a *identity.WorkloadIdentityArgs) { a.OIDCIssuer = nil }),
			[]string{"cluster: required: add the cluster of the pods, or its OIDC issuer as oidcIssuer"}},
		"cluster and issuer": {"one of them", with(func(a *identity.WorkloadIdentityArgs) { a.Cluster = aks(pulumi.String(issuer)) }),
			[]string{"oidcIssuer: oidcIssuer and the cluster are mutually exclusive"}},
		"cluster without issuer": {"tokens cannot be verified", with(func(a *identity.WorkloadIdentityArgs) { a.OIDCIssuer, a.Cluster = nil, aks(nil) }),
			[]string{`cluster: cluster "main" has no OIDC issuer`}},
		"plain HTTP": {"issuers have HTTPS", with(func(a *identity.WorkloadIdentityArgs) { a.OIDCIssuer = pulumi.String("http://x") }),
			[]string{`oidcIssuer: found "http://x": use a URL that begins with https://`}},
		"namespace":         {"a name of Kubernetes", with(func(a *identity.WorkloadIdentityArgs) { a.Namespace = "Shop" }), []string{"namespace: "}},
		"service account":   {"a name of Kubernetes", with(func(a *identity.WorkloadIdentityArgs) { a.ServiceAccount = "Web" }), []string{"serviceAccount: "}},
		"no resource group": {"every identity is in one", with(func(a *identity.WorkloadIdentityArgs) { a.ResourceGroupName = nil }), []string{"resourceGroupName: required"}},
		"name":              {"begins with a letter or digit", with(func(a *identity.WorkloadIdentityArgs) { a.Name = "_web" }), []string{`name: invalid name "_web"`}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixture.RequireRejected(t, func(ctx *pulumi.Context) error {
				_, err := identity.NewWorkloadIdentity(ctx, "web", &tc.args)
				return err
			}, tc.want...)
		})
	}
}

func TestWorkloadIdentityEvidence(t *testing.T) {
	t.Parallel()
	require.Equal(t, map[string]bool{"serviceAccount": true}, pulumitest.Evidence(workloadShortest(nil).Evidence()))
}
