package eks_test

import (
	"slices"
	"strings"
	"testing"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
	"github.com/ashlar-iac/ashlar/integration/engine"
	"github.com/ashlar-iac/ashlar/kubernetes"
)

// deployService deploys a Service of type LoadBalancer to a cluster, with its kubeconfig.
func deployService(ctx *pulumi.Context, c *eks.Cluster, _ pulumi.ResourceOption) error {
	provider, err := kubernetes.NewProvider(ctx, "shop", &kubernetes.ProviderArgs{Cluster: c})
	if err != nil {
		return err
	}
	namespace, err := corev1.NewNamespace(ctx, "shop", &corev1.NamespaceArgs{
		Metadata: &metav1.ObjectMetaArgs{Name: pulumi.String("shop")},
	}, pulumi.Provider(provider))
	if err != nil {
		return err
	}
	_, err = corev1.NewService(ctx, "web", &corev1.ServiceArgs{
		Metadata: &metav1.ObjectMetaArgs{Name: pulumi.String("web"), Namespace: namespace.Metadata.Name()},
		Spec: &corev1.ServiceSpecArgs{
			// No pods are behind it: only the load balancer matters.
			Type:  pulumi.String("LoadBalancer"),
			Ports: corev1.ServicePortArray{&corev1.ServicePortArgs{Port: pulumi.Int(443)}},
		},
	}, pulumi.Provider(provider))
	return err
}

// Changes of the cluster, including upgrades and node groups, do not affect Kubernetes objects in it. The objects are
// deleted before the cluster, so that no load balancer and no log group is left when the network is deleted.
func TestDependentsAreUnchangedAndDeletedFirst(t *testing.T) {
	t.Parallel()
	a := cloudtest.Simulated(t).WithControlPlanes()
	s := settings()
	s.Administrators = config.Named[pulumi.StringInput]{"deployment": pulumi.String("arn:aws:iam::123456789012:user/simulated")}
	life := a.Life(t, "dependents", func(ctx *pulumi.Context) error { return program(a, &s, deployService)(ctx) })
	// Up runs a second time, which changes nothing: the kubeconfig of the provider is the same.
	requireOrder(t, life.Up(), apitype.OpCreate, "aws:cloudwatch/logGroup:LogGroup", "aws:eks/cluster:Cluster",
		"aws:eks/accessPolicyAssociation",
		"aws:eks/addon:Addon main-pod-identity-agent", "aws:eks/addon:Addon main-vpc-cni",
		"aws:eks/nodeGroup:NodeGroup", "aws:eks/addon:Addon main-coredns",
		"pulumi:providers:kubernetes", "kubernetes:core/v1:Service")

	s.Version = "1.35"
	s.NodeGroups["spare"] = eks.NodeGroupArgs{Size: s.NodeGroups["main"].Size}
	s.Logs = &eks.Logs{RetentionDays: ptr(90)}
	preview, err := life.Preview(t.Context())
	require.NoError(t, err, preview.Output)
	requireDependentsUnchanged(t, preview)
	r, err := life.Stack.Up(t.Context())
	require.NoError(t, err, r.Output)
	requireDependentsUnchanged(t, r)
	require.Contains(t, cloudtest.Steps(r), "update "+clusterType)
	require.Contains(t, cloudtest.Steps(r), "create aws:eks/nodeGroup:NodeGroup main-spare")

	r, err = life.CheckDestroyed(t.Context())
	require.NoError(t, err, r.Output)
	a.RequireEmpty(t)
	requireOrder(t, r, apitype.OpDelete, "kubernetes:core/v1:Service", "kubernetes:core/v1:Namespace",
		"pulumi:providers:kubernetes", "aws:eks/addon:Addon main-coredns",
		"aws:eks/nodeGroup:NodeGroup", "aws:eks/addon:Addon main-vpc-cni",
		"aws:eks/addon:Addon main-pod-identity-agent", "aws:eks/cluster:Cluster",
		"aws:cloudwatch/logGroup:LogGroup", "aws:kms/key:Key main-logs")
}

// requireDependentsUnchanged fails if an operation changed the Kubernetes provider or the objects in the cluster.
func requireDependentsUnchanged(t *testing.T, r *engine.Result) {
	t.Helper()
	for _, step := range cloudtest.Steps(r) {
		require.NotContains(t, step, "kubernetes", "dependents are unchanged")
	}
}

// requireOrder fails unless an operation created or deleted resources in this order. Each is a type, or a type and a
// name.
func requireOrder(t *testing.T, r *engine.Result, op apitype.OpType, order ...string) {
	t.Helper()
	var done []string
	for _, e := range r.Events {
		if e.ResOutputsEvent != nil && e.ResOutputsEvent.Metadata.Op == op {
			urn := resource.URN(e.ResOutputsEvent.Metadata.URN)
			done = append(done, string(urn.Type())+" "+urn.Name())
		}
	}
	last := -1
	for _, what := range order {
		i := slices.IndexFunc(done, func(d string) bool { return strings.Contains(d, what) })
		require.GreaterOrEqual(t, i, 0, "%s %s: %s", op, what, strings.Join(done, "\n"))
		require.Greater(t, i, last, "%s out of order: %s", what, strings.Join(done, "\n"))
		last = i
	}
}
