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

// uses deploys a Service with a load balancer to a cluster, by its kubeconfig.
func uses(ctx *pulumi.Context, c *eks.Cluster, _ pulumi.ResourceOption) error {
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
			// Nothing is behind it: its address is what matters.
			Type:  pulumi.String("LoadBalancer"),
			Ports: corev1.ServicePortArray{&corev1.ServicePortArgs{Port: pulumi.Int(443)}},
		},
	}, pulumi.Provider(provider))
	return err
}

// What is deployed to a cluster is left alone while the cluster changes, upgrades and nodes included; and it goes first, so that neither a load
// balancer nor a log group is left when the network goes.
func TestWhatUsesAClusterIsLeftAloneAndGoesFirst(t *testing.T) {
	t.Parallel()
	a := cloudtest.Simulated(t)
	s := settings()
	s.Administrators = config.Named[pulumi.StringInput]{"deployment": pulumi.String("arn:aws:iam::123456789012:user/simulated")}
	life := a.Life(t, "used", func(ctx *pulumi.Context) error { return program(a, &s, uses)(ctx) })
	// The second up in it changes nothing: the provider, whose kubeconfig is the same, included.
	requireOrder(t, life.Up(), apitype.OpCreate, "aws:cloudwatch/logGroup:LogGroup", "aws:eks/cluster:Cluster",
		"aws:eks/accessPolicyAssociation",
		"aws:eks/addon:Addon main-pod-identity-agent", "aws:eks/addon:Addon main-vpc-cni",
		"aws:eks/nodeGroup:NodeGroup", "aws:eks/addon:Addon main-coredns",
		"pulumi:providers:kubernetes", "kubernetes:core/v1:Service")

	s.Version = "1.35"
	s.NodeGroups["spare"] = eks.NodeGroupArgs{Size: s.NodeGroups["main"].Size}
	s.Logs.RetentionDays = ptr(90)
	preview, err := life.Preview(t.Context())
	require.NoError(t, err, preview.Output)
	requireUntouched(t, preview)
	r, err := life.Stack.Up(engine.WithoutOutputs(t.Context()))
	require.NoError(t, err, r.Output)
	requireUntouched(t, r)
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

// requireUntouched fails when an operation did something to what is deployed to the cluster, or to its provider.
func requireUntouched(t *testing.T, r *engine.Result) {
	t.Helper()
	for _, step := range cloudtest.Steps(r) {
		require.NotContains(t, step, "kubernetes", "what uses the cluster is left alone")
	}
}

// requireOrder fails unless an operation made or deleted things in an order. Each is a type, or a type and a name.
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
		require.Greater(t, i, last, "%s comes after those before it: %s", what, strings.Join(done, "\n"))
		last = i
	}
}
