package kubernetes_test

import (
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ashlar-iac/ashlar/integration/testenv"
	"github.com/ashlar-iac/ashlar/kubernetes"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
)

// restrictedPod is a pod that the restricted standard admits, without requests and limits.
func restrictedPod(name string) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: corev1.PodSpec{
			SecurityContext: &corev1.PodSecurityContext{
				RunAsNonRoot: new(true), SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
			},
			Containers: []corev1.Container{{
				Name: "main", Image: "registry.example.com/web:1.2.3",
				SecurityContext: &corev1.SecurityContext{
					AllowPrivilegeEscalation: new(false), Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
				},
			}},
		},
	}
}

// TestNamespacePolicies creates a namespace with everything, checks what the API server makes of it, raises the quota and
// destroys it.
func TestNamespacePolicies(t *testing.T) {
	t.Parallel()
	cluster := testenv.ControlPlane(t)
	client := cluster.Client()
	pods := 1
	stack, err := testenv.Engine(t).Inline(t.Context(), "policies", "dev", func(ctx *pulumi.Context) error {
		p, err := kubernetes.NewProvider(ctx, "local", &kubernetes.ProviderArgs{Kubeconfig: pulumi.String(cluster.Kubeconfig())})
		if err != nil {
			return err
		}
		_, err = namespace.NewNamespace(ctx, "team", &namespace.NamespaceArgs{
			Quota:       &namespace.Quota{CPU: "1000m", MemoryLimit: "4Gi", Pods: &pods, LoadBalancers: new(0)},
			Limits:      &namespace.Limits{MaxMemory: "1Gi"},
			DefaultDeny: true,
			Mesh:        &namespace.Mesh{Mode: namespace.MeshModeAmbient},
		}, pulumi.Provider(p))
		return err
	})
	require.NoError(t, err)
	ran := testenv.Succeeds(t)
	ran(stack.Up(t.Context()))
	ran(stack.CheckUnchanged(t.Context()))
	ran(stack.CheckSettled(t.Context()))

	ns, err := client.CoreV1().Namespaces().Get(t.Context(), "team", metav1.GetOptions{})
	require.NoError(t, err)
	assert.Equal(t, "ambient", ns.Labels["istio.io/dataplane-mode"])
	policies, err := client.NetworkingV1().NetworkPolicies("team").List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	require.Len(t, policies.Items, 1)
	assert.Empty(t, policies.Items[0].Spec.PodSelector.MatchLabels)

	// Controllers create the service account, and compute the quota, a moment later.
	var first *corev1.Pod
	require.Eventually(t, func() bool {
		first, err = client.CoreV1().Pods("team").Create(t.Context(), restrictedPod("first"), metav1.CreateOptions{})
		return err == nil
	}, time.Minute, 100*time.Millisecond, "%v", err)
	resources := first.Spec.Containers[0].Resources
	assert.Equal(t, "100m", resources.Requests.Cpu().String(), "the default of the namespace")
	assert.Equal(t, "128Mi", resources.Requests.Memory().String())
	assert.Equal(t, "1Gi", resources.Limits.Memory().String(), "the maximum is the default limit")

	_, err = client.CoreV1().Pods("team").Create(t.Context(), restrictedPod("second"), metav1.CreateOptions{})
	require.True(t, apierrors.IsForbidden(err), "%v", err)
	require.ErrorContains(t, err, "exceeded quota: quota")
	large := restrictedPod("large")
	large.Spec.Containers[0].Resources.Limits = corev1.ResourceList{corev1.ResourceMemory: resource.MustParse("2Gi")}
	_, err = client.CoreV1().Pods("team").Create(t.Context(), large, metav1.CreateOptions{})
	require.True(t, apierrors.IsForbidden(err), "%v", err)
	require.ErrorContains(t, err, "maximum memory usage per Container is 1Gi")

	pods = 2
	changed := ran(stack.Up(t.Context()))
	assert.Equal(t, 2, changed.Changes[apitype.OpUpdate], "only the component and the quota change: %v", changed.Changes)
	require.Eventually(t, func() bool {
		_, err = client.CoreV1().Pods("team").Create(t.Context(), restrictedPod("second"), metav1.CreateOptions{})
		return err == nil
	}, time.Minute, 100*time.Millisecond, "%v", err)

	ran(stack.CheckDestroyed(t.Context()))
	_, err = client.CoreV1().Namespaces().Get(t.Context(), "team", metav1.GetOptions{})
	require.True(t, apierrors.IsNotFound(err), "%v", err)
}
