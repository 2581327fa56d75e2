package azure_test

import (
	"encoding/base64"
	"slices"
	"testing"
	"time"

	authorization "github.com/pulumi/pulumi-azure-native-sdk/authorization/v2/v20220401"
	native "github.com/pulumi/pulumi-azure-native-sdk/containerservice/v2/v20240901"
	resources "github.com/pulumi/pulumi-azure-native-sdk/resources/v2/v20241101"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/ashlar-iac/ashlar/integration/cloud/azure/containerservice"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
	"github.com/ashlar-iac/ashlar/integration/testenv"
)

// cluster is a program with a public cluster that uses Microsoft Entra ID.
type cluster struct {
	version  string
	nodes    int
	assigned bool
}

func (p *cluster) run(ctx *pulumi.Context) error {
	group, err := resources.NewResourceGroup(ctx, "main", &resources.ResourceGroupArgs{
		ResourceGroupName: pulumi.String("shop"), Location: pulumi.String("westeurope")})
	if err != nil {
		return err
	}
	main, err := native.NewManagedCluster(ctx, "main", &native.ManagedClusterArgs{ResourceGroupName: group.Name,
		ResourceName: pulumi.String("main"), DnsPrefix: pulumi.String("main"), KubernetesVersion: pulumi.String(p.version),
		Identity:   &native.ManagedClusterIdentityArgs{Type: native.ResourceIdentityTypeSystemAssigned},
		AadProfile: &native.ManagedClusterAADProfileArgs{Managed: pulumi.Bool(true), EnableAzureRBAC: pulumi.Bool(true)},
		AgentPoolProfiles: native.ManagedClusterAgentPoolProfileArray{&native.ManagedClusterAgentPoolProfileArgs{
			Name: pulumi.String("system"), Mode: pulumi.String("System"), Count: pulumi.Int(p.nodes),
			VmSize: pulumi.String("Standard_D4ds_v5"), OrchestratorVersion: pulumi.String(p.version),
			AvailabilityZones: pulumi.ToStringArray([]string{"1", "2"})}},
	})
	if err != nil {
		return err
	}
	if p.assigned {
		_, err = authorization.NewRoleAssignment(ctx, "admin", &authorization.RoleAssignmentArgs{Scope: main.ID(),
			PrincipalId: pulumi.String(kernel.ObjectID), PrincipalType: pulumi.String("ServicePrincipal"),
			RoleDefinitionId: pulumi.String(roleID("b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b"))})
		if err != nil {
			return err
		}
	}
	arguments := native.ListManagedClusterUserCredentialsOutputArgs{ResourceGroupName: group.Name, ResourceName: main.Name}
	ctx.Export("user", native.ListManagedClusterUserCredentialsOutput(ctx, arguments).Kubeconfigs().Index(pulumi.Int(0)).Value())
	ctx.Export("admin", native.ListManagedClusterAdminCredentialsOutput(ctx,
		native.ListManagedClusterAdminCredentialsOutputArgs{ResourceGroupName: group.Name,
			ResourceName: main.Name}).Kubeconfigs().Index(pulumi.Int(0)).Value())
	return nil
}

// TestClusterIsARealControlPlane checks the nodes of a cluster, who has access to it, and that it stops.
func TestClusterIsARealControlPlane(t *testing.T) {
	t.Parallel()
	p := &cluster{version: "1.35", nodes: 2}
	a := cloudtest.SimulatedAzure(t).WithControlPlanes()
	stack := a.Stack(t, "cluster", p.run)
	ran := testenv.Succeeds(t)
	up := ran(stack.Up(t.Context()))
	admin, err := clientcmd.RESTConfigFromKubeConfig(decode(t, up.Outputs["admin"].Value))
	require.NoError(t, err)
	local, err := kubernetes.NewForConfig(admin)
	require.NoError(t, err)
	require.Equal(t, []string{"westeurope-1 v1.35.6", "westeurope-2 v1.35.6"}, nodes(t, local))

	user := a.Client(t, kubelogin(t, up.Outputs["user"].Value))
	_, err = user.CoreV1().Nodes().List(t.Context(), metav1.ListOptions{})
	require.True(t, apierrors.IsForbidden(err), "a principal without a role is known, but has no access: %v", err)
	p.assigned = true
	ran(stack.Up(t.Context()))
	require.Eventually(t, func() bool {
		_, err := user.CoreV1().Nodes().List(t.Context(), metav1.ListOptions{})
		return err == nil
	}, 20*time.Second, 50*time.Millisecond)

	p.version, p.nodes = "1.36", 3
	ran(stack.Up(t.Context()))
	require.Equal(t, []string{"westeurope-1 v1.36.2", "westeurope-1 v1.36.2", "westeurope-2 v1.36.2"}, nodes(t, local))
	ran(stack.CheckUnchanged(t.Context()))
	ran(stack.CheckDestroyed(t.Context()))
	require.NoDirExists(t, a.ControlPlane("shop", "main"))
	a.RequireEmpty(t)
}

func decode(t *testing.T, value any) []byte {
	t.Helper()
	text, err := base64.StdEncoding.DecodeString(value.(string))
	require.NoError(t, err)
	return text
}

// kubelogin returns the kubeconfig of users with a login method that is not interactive.
func kubelogin(t *testing.T, value any) string {
	t.Helper()
	config, err := clientcmd.Load(decode(t, value))
	require.NoError(t, err)
	for _, user := range config.AuthInfos {
		user.Exec.Args = []string{"get-token", "--login", "azurecli", "--server-id", containerservice.ServerID}
	}
	text, err := clientcmd.Write(*config)
	require.NoError(t, err)
	return string(text)
}

// nodes returns the zones and the versions of the Ready nodes of a cluster.
func nodes(t *testing.T, client kubernetes.Interface) (out []string) {
	t.Helper()
	all, err := client.CoreV1().Nodes().List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	for _, n := range all.Items {
		require.Equal(t, "system", n.Labels["agentpool"])
		require.True(t, slices.ContainsFunc(n.Status.Conditions, func(c corev1.NodeCondition) bool {
			return c.Type == corev1.NodeReady && c.Status == corev1.ConditionTrue
		}))
		out = append(out, n.Labels[corev1.LabelTopologyZone]+" "+n.Status.NodeInfo.KubeletVersion)
	}
	slices.Sort(out)
	return out
}
