//go:build unix

package clusters_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/ashlar-iac/ashlar/integration/clusters"
)

func node(name, zone string) clusters.Node {
	return clusters.Node{
		Name: name, Region: "eu-west-1", Zone: zone, InstanceType: "m7g.large", Version: "1.35", CPU: "2",
		Memory: "8Gi", Pods: 29,
		Labels: map[string]string{corev1.LabelArchStable: "arm64", "team": "shop"}, ProviderID: "aws:///" + zone +
			"/i-" + name,
	}
}

// template is of pods that are called like their deployment, and may be on tainted nodes.
func template(name string, tolerations ...corev1.Toleration) (*metav1.LabelSelector, corev1.PodTemplateSpec) {
	labels := map[string]string{"app": name}
	return &metav1.LabelSelector{MatchLabels: labels}, corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{Labels: labels},
		Spec: corev1.PodSpec{Tolerations: tolerations,
			Containers: []corev1.Container{{Name: "web", Image: "example.com/web:1"}}},
	}
}

// deploy makes a deployment and returns where its pods run, when all of them do.
func (p *plane) deploy(t *testing.T, name string, replicas int32, tolerations ...corev1.Toleration) {
	t.Helper()
	selector, pods := template(name, tolerations...)
	_, err := p.client.AppsV1().Deployments("default").Create(t.Context(), &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec:       appsv1.DeploymentSpec{Replicas: &replicas, Selector: selector, Template: pods},
	}, metav1.CreateOptions{})
	require.NoError(t, err)
	p.available(t, name, replicas)
}

func (p *plane) available(t *testing.T, name string, replicas int32) {
	t.Helper()
	require.Eventually(t, func() bool {
		d, err := p.client.AppsV1().Deployments("default").Get(t.Context(), name, metav1.GetOptions{})
		return err == nil && d.Status.AvailableReplicas == replicas
	}, patience, interval, "deployment %s is not available", name)
}

// where returns the nodes of the pods of a deployment.
func (p *plane) where(t *testing.T, name string) []string {
	t.Helper()
	pods, err := p.client.CoreV1().Pods("default").List(t.Context(), metav1.ListOptions{LabelSelector: "app=" + name})
	require.NoError(t, err)
	var out []string
	for _, pod := range pods.Items {
		if pod.DeletionTimestamp == nil {
			out = append(out, pod.Spec.NodeName)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func podsRunWhereTheyMay(t *testing.T, p *plane) {
	t.Helper()
	batch := node("b", "eu-west-1b")
	batch.Taints = []corev1.Taint{{Key: "batch", Value: "yes", Effect: corev1.TaintEffectNoSchedule}}
	p.setNodes(t, node("a", "eu-west-1a"), batch)
	a := p.nodes(t)["a"]
	for label, want := range map[string]string{
		corev1.LabelTopologyZone: "eu-west-1a", corev1.LabelTopologyRegion: "eu-west-1",
		corev1.LabelInstanceTypeStable: "m7g.large",
		corev1.LabelArchStable:         "arm64", corev1.LabelHostname: "a", "team": "shop",
	} {
		require.Equal(t, want, a.Labels[label], label)
	}
	require.Equal(t, "v1.35.0-simulated", a.Status.NodeInfo.KubeletVersion)
	require.Equal(t, "arm64", a.Status.NodeInfo.Architecture)
	require.Equal(t, "29", a.Status.Allocatable.Pods().String())
	require.Equal(t, "aws:///eu-west-1a/i-a", a.Spec.ProviderID)

	p.deploy(t, "web", 3)
	require.Equal(t, []string{"a"}, p.where(t, "web"), "the other node is tainted")
	p.deploy(t, "batch", 4, corev1.Toleration{Key: "batch", Operator: corev1.TolerationOpExists})
	require.Equal(t, []string{"a", "b"}, p.where(t, "batch"))
}

func nodesAreReplaced(t *testing.T, p *plane) {
	t.Helper()
	selector, pods := template("agent", corev1.Toleration{Operator: corev1.TolerationOpExists})
	_, err := p.client.AppsV1().DaemonSets("default").Create(t.Context(),
		&appsv1.DaemonSet{ObjectMeta: metav1.ObjectMeta{Name: "agent"},
			Spec: appsv1.DaemonSetSpec{Selector: selector, Template: pods}}, metav1.CreateOptions{})
	require.NoError(t, err)
	budget, web := intstr.FromInt32(2), &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}}
	_, err = p.client.PolicyV1().PodDisruptionBudgets("default").Create(t.Context(), &policyv1.PodDisruptionBudget{
		ObjectMeta: metav1.ObjectMeta{Name: "web"},
		Spec:       policyv1.PodDisruptionBudgetSpec{MinAvailable: &budget, Selector: web},
	}, metav1.CreateOptions{})
	require.NoError(t, err)
	require.NoError(t, clusters.SetNodes(t.Context(), p.dir, "other", []clusters.Node{node("x", "eu-west-1c")}))
	least := p.watchAvailable(t, "web")

	changed := node("b", "eu-west-1b")
	changed.Version, changed.Labels = "v1.36.1-eks-1234567", map[string]string{"team": "platform"}
	p.setNodes(t, changed, node("c", "eu-west-1c"))
	nodes := p.nodes(t)
	require.Len(t, nodes, 3, "another group keeps its nodes")
	require.NotContains(t, nodes, "a")
	require.Equal(t, "platform", nodes["b"].Labels["team"])
	require.Equal(t, "amd64", nodes["b"].Labels[corev1.LabelArchStable])
	require.Empty(t, nodes["b"].Spec.Taints)
	require.Equal(t, "v1.36.1-eks-1234567", nodes["b"].Status.NodeInfo.KubeletVersion)
	p.available(t, "web", 3)
	require.NotContains(t, p.where(t, "web"), "a")
	require.GreaterOrEqual(t, least(), int32(2), "the disruption budget is respected")
	require.Eventually(t, func() bool { return slices.Equal([]string{"b", "c", "x"}, p.where(t, "agent")) }, patience,
		interval)

	// A budget that allows nothing does not keep a node for good.
	p.setBudget(t, 3)
	p.setNodes(t, node("c", "eu-west-1c"))
	require.NotContains(t, p.nodes(t), "b")
	p.setBudget(t, 0)
	require.NoError(t, clusters.SetNodes(t.Context(), p.dir, "other", nil))
	p.setNodes(t)
	require.Empty(t, p.nodes(t))
}

// setBudget sets how many of the pods of web have to stay available.
func (p *plane) setBudget(t *testing.T, least int) {
	t.Helper()
	patch := fmt.Appendf(nil, `{"spec":{"minAvailable":%d}}`, least)
	_, err := p.client.PolicyV1().PodDisruptionBudgets("default").Patch(t.Context(), "web", types.MergePatchType,
		patch, metav1.PatchOptions{})
	require.NoError(t, err)
}

// watchAvailable returns what tells how few replicas were available since.
func (p *plane) watchAvailable(t *testing.T, name string) (least func() int32) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	found := make(chan int32)
	go func() {
		fewest := int32(1 << 30)
		for ctx.Err() == nil {
			if d, err := p.client.AppsV1().Deployments("default").Get(ctx, name, metav1.GetOptions{}); err == nil {
				fewest = min(fewest, d.Status.AvailableReplicas)
			}
			time.Sleep(10 * time.Millisecond)
		}
		found <- fewest
	}()
	return func() int32 {
		cancel()
		return <-found
	}
}
