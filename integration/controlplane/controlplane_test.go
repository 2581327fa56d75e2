//go:build unix

package controlplane_test

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/ashlar-iac/ashlar/integration/controlplane"
	"github.com/ashlar-iac/ashlar/integration/testenv"
)

const (
	patience = 30 * time.Second
	interval = 50 * time.Millisecond
)

// TestControlPlane tests behaviors of one control plane, each in its own namespace.
func TestControlPlane(t *testing.T) {
	t.Parallel()
	cloud := testenv.ControlPlane(t)
	for name, behavior := range map[string]func(*testing.T, *controlplane.ControlPlane){
		"kubeconfig connects to the API server":                connects,
		"nodes are in three zones":                             nodesInThreeZones,
		"nodes renew their leases":                             nodesRenewLeases,
		"pods of a deployment are in all zones":                deploymentSpreads,
		"Pod Security Admission enforces the restricted level": podSecurityEnforces,
		"a namespace with objects is deleted":                  namespaceDeleted,
		"objects of a deleted owner are deleted":               ownedDeleted,
		"RBAC denies access without a role":                    rbacDenies,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			behavior(t, cloud)
		})
	}
}

func connects(t *testing.T, cloud *controlplane.ControlPlane) {
	t.Helper()
	require.Equal(t, controlplane.DefaultName, cloud.Context())
	require.Contains(t, cloud.Host(), "https://127.0.0.1:")
	require.NotEmpty(t, cloud.Version())

	info, err := os.Stat(cloud.KubeconfigPath())
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	written, err := os.ReadFile(cloud.KubeconfigPath())
	require.NoError(t, err)
	require.Equal(t, string(written), string(cloud.Kubeconfig()))

	config, err := clientcmd.BuildConfigFromFlags("", cloud.KubeconfigPath())
	require.NoError(t, err)
	require.Equal(t, cloud.Host(), config.Host)
	client, err := kubernetes.NewForConfig(config)
	require.NoError(t, err)
	version, err := client.Discovery().ServerVersion()
	require.NoError(t, err)
	require.Equal(t, cloud.Version(), version.GitVersion)
}

func nodesInThreeZones(t *testing.T, cloud *controlplane.ControlPlane) {
	t.Helper()
	nodes, err := cloud.Client().CoreV1().Nodes().List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	require.Len(t, nodes.Items, controlplane.DefaultNodes)
	var zones []string
	for _, node := range nodes.Items {
		zones = append(zones, node.Labels[corev1.LabelTopologyZone])
		require.Equal(t, "local", node.Labels[corev1.LabelTopologyRegion])
		require.Equal(t, node.Name, node.Labels[corev1.LabelHostname])
		require.Equal(t, "110", node.Status.Allocatable.Pods().String())
		require.Empty(t, node.Spec.Taints)
	}
	require.ElementsMatch(t, controlplane.DefaultZones(), zones)
}

func nodesRenewLeases(t *testing.T, cloud *controlplane.ControlPlane) {
	t.Helper()
	leases := cloud.Client().CoordinationV1().Leases(corev1.NamespaceNodeLease)
	first, err := leases.Get(t.Context(), "node-1", metav1.GetOptions{})
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		lease, err := leases.Get(t.Context(), "node-1", metav1.GetOptions{})
		return err == nil && lease.Spec.RenewTime.After(first.Spec.RenewTime.Time)
	}, patience, interval, "the lease of node-1 is not renewed")
}

func deploymentSpreads(t *testing.T, cloud *controlplane.ControlPlane) {
	t.Helper()
	client := cloud.Client()
	ns := namespace(t, client, "spread", nil)
	_, err := client.AppsV1().Deployments(ns).Create(t.Context(), deployment("web", 3), metav1.CreateOptions{})
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		got, err := client.AppsV1().Deployments(ns).Get(t.Context(), "web", metav1.GetOptions{})
		return err == nil && got.Status.AvailableReplicas == 3
	}, patience, interval, "the deployment is not available")

	pods, err := client.CoreV1().Pods(ns).List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	require.Len(t, pods.Items, 3)
	var zones []string
	for _, pod := range pods.Items {
		require.Equal(t, corev1.PodRunning, pod.Status.Phase)
		require.NotEmpty(t, pod.Status.PodIP)
		node, err := client.CoreV1().Nodes().Get(t.Context(), pod.Spec.NodeName, metav1.GetOptions{})
		require.NoError(t, err)
		zones = append(zones, node.Labels[corev1.LabelTopologyZone])
	}
	require.ElementsMatch(t, controlplane.DefaultZones(), zones)
}

func podSecurityEnforces(t *testing.T, cloud *controlplane.ControlPlane) {
	t.Helper()
	client := cloud.Client()
	ns := namespace(t, client, "restricted", map[string]string{"pod-security.kubernetes.io/enforce": "restricted"})

	_, err := client.CoreV1().Pods(ns).Create(t.Context(), privilegedPod(), metav1.CreateOptions{})
	require.Truef(t, apierrors.IsForbidden(err), "error for a privileged pod: %v", err)
	require.ErrorContains(t, err, `violates PodSecurity "restricted:latest"`)

	_, err = client.CoreV1().Pods(ns).Create(t.Context(), hardenedPod(), metav1.CreateOptions{})
	require.NoError(t, err, "a hardened pod is admitted")
	open := namespace(t, client, "open", nil)
	_, err = client.CoreV1().Pods(open).Create(t.Context(), privilegedPod(), metav1.CreateOptions{})
	require.NoError(t, err, "without the label, the pod is admitted")
}

func namespaceDeleted(t *testing.T, cloud *controlplane.ControlPlane) {
	t.Helper()
	client := cloud.Client()
	ns := namespace(t, client, "doomed", nil)
	_, err := client.CoreV1().ConfigMaps(ns).Create(t.Context(),
		&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "settings"}}, metav1.CreateOptions{})
	require.NoError(t, err)
	_, err = client.AppsV1().Deployments(ns).Create(t.Context(), deployment("web", 2), metav1.CreateOptions{})
	require.NoError(t, err)

	require.NoError(t, client.CoreV1().Namespaces().Delete(t.Context(), ns, metav1.DeleteOptions{}))
	require.Eventually(t, func() bool {
		_, err := client.CoreV1().Namespaces().Get(t.Context(), ns, metav1.GetOptions{})
		return apierrors.IsNotFound(err)
	}, patience, interval, "the namespace still exists")
}

func ownedDeleted(t *testing.T, cloud *controlplane.ControlPlane) {
	t.Helper()
	client := cloud.Client()
	ns := namespace(t, client, "owned", nil)
	maps := client.CoreV1().ConfigMaps(ns)
	owner, err := maps.Create(t.Context(), &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "owner"}},
		metav1.CreateOptions{})
	require.NoError(t, err)
	_, err = maps.Create(t.Context(), &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{
		Name: "owned",
		OwnerReferences: []metav1.OwnerReference{{APIVersion: "v1", Kind: "ConfigMap", Name: owner.Name,
			UID: owner.UID}},
	}}, metav1.CreateOptions{})
	require.NoError(t, err)

	foreground := metav1.DeletePropagationForeground
	require.NoError(t, maps.Delete(t.Context(), "owner", metav1.DeleteOptions{PropagationPolicy: &foreground}))
	require.Eventually(t, func() bool {
		_, ownerErr := maps.Get(t.Context(), "owner", metav1.GetOptions{})
		_, ownedErr := maps.Get(t.Context(), "owned", metav1.GetOptions{})
		return apierrors.IsNotFound(ownerErr) && apierrors.IsNotFound(ownedErr)
	}, patience, interval, "the objects still exist")
}

func rbacDenies(t *testing.T, cloud *controlplane.ControlPlane) {
	t.Helper()
	config := cloud.Config()
	config.Impersonate.UserName = "system:serviceaccount:default:default"
	client, err := kubernetes.NewForConfig(config)
	require.NoError(t, err)
	_, err = client.CoreV1().Secrets("kube-system").List(t.Context(), metav1.ListOptions{})
	require.Truef(t, apierrors.IsForbidden(err), "error for a service account without a role: %v", err)
}

// namespace creates a namespace and waits for its default service account.
func namespace(t *testing.T, client kubernetes.Interface, name string, labels map[string]string) string {
	t.Helper()
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels}}
	_, err := client.CoreV1().Namespaces().Create(t.Context(), ns, metav1.CreateOptions{})
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		_, err := client.CoreV1().ServiceAccounts(name).Get(context.Background(), "default", metav1.GetOptions{})
		return err == nil
	}, patience, interval, "namespace %s has no service account", name)
	return name
}

func deployment(name string, replicas int32) *appsv1.Deployment {
	labels := map[string]string{"app": name}
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: appsv1.DeploymentSpec{
			Replicas: &replicas,
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels},
				Spec: corev1.PodSpec{
					Containers: []corev1.Container{{Name: "web", Image: "example.com/web:1"}},
					TopologySpreadConstraints: []corev1.TopologySpreadConstraint{{
						MaxSkew:           1,
						TopologyKey:       corev1.LabelTopologyZone,
						WhenUnsatisfiable: corev1.DoNotSchedule,
						LabelSelector:     &metav1.LabelSelector{MatchLabels: labels},
					}},
				},
			},
		},
	}
}

func privilegedPod() *corev1.Pod {
	yes := true
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "privileged"},
		Spec: corev1.PodSpec{Containers: []corev1.Container{{
			Name: "web", Image: "example.com/web:1",
			SecurityContext: &corev1.SecurityContext{Privileged: &yes},
		}}},
	}
}

func hardenedPod() *corev1.Pod {
	yes, no := true, false
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "hardened"},
		Spec: corev1.PodSpec{Containers: []corev1.Container{{
			Name: "web", Image: "example.com/web:1",
			SecurityContext: &corev1.SecurityContext{
				AllowPrivilegeEscalation: &no,
				Capabilities:             &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
				RunAsNonRoot:             &yes,
				SeccompProfile:           &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
			},
		}}},
	}
}
