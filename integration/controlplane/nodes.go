package controlplane

import (
	"context"
	"fmt"
	"runtime"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// createNodes creates the nodes. It retries until the API server accepts them.
func createNodes(ctx context.Context, client kubernetes.Interface, opts Options, version string) error {
	for i := range max(0, opts.Nodes) {
		node := newNode(i, opts.Zones[i%len(opts.Zones)], opts.Region, version)
		err := poll(ctx, func(ctx context.Context) error {
			_, err := client.CoreV1().Nodes().Create(ctx, node, metav1.CreateOptions{})
			if apierrors.IsAlreadyExists(err) {
				return nil
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("create node %q: %w", node.Name, err)
		}
	}
	return nil
}

func newNode(index int, zone, region, version string) *corev1.Node {
	name := fmt.Sprintf("node-%d", index+1)
	size := corev1.ResourceList{
		corev1.ResourceCPU:              *resource.NewQuantity(16, resource.DecimalSI),
		corev1.ResourceMemory:           *resource.NewQuantity(64<<30, resource.BinarySI),
		corev1.ResourceEphemeralStorage: *resource.NewQuantity(100<<30, resource.BinarySI),
		corev1.ResourcePods:             *resource.NewQuantity(110, resource.DecimalSI),
	}
	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{
			Name: name,
			Labels: map[string]string{
				corev1.LabelArchStable:     runtime.GOARCH,
				corev1.LabelHostname:       name,
				corev1.LabelOSStable:       "linux",
				corev1.LabelTopologyRegion: region,
				corev1.LabelTopologyZone:   zone,
			},
			Annotations: map[string]string{"kwok.x-k8s.io/node": "fake"},
		},
		Status: corev1.NodeStatus{
			Allocatable: size,
			Capacity:    size,
			NodeInfo: corev1.NodeSystemInfo{
				Architecture:    runtime.GOARCH,
				KubeletVersion:  version,
				OperatingSystem: "linux",
			},
		},
	}
}

// nodesReady returns nil if at least want nodes are Ready and schedulable.
func nodesReady(ctx context.Context, client kubernetes.Interface, want int) error {
	if want <= 0 {
		return nil
	}
	nodes, err := client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	ready := 0
	for i := range nodes.Items {
		if NodeReady(&nodes.Items[i]) {
			ready++
		}
	}
	if ready < want {
		return fmt.Errorf("%d of %d nodes are ready", ready, want)
	}
	return nil
}

// NodeReady reports whether a node is Ready and schedulable.
func NodeReady(node *corev1.Node) bool {
	// The taint is removed a moment after the node is Ready. Until then, no pod is scheduled.
	for _, taint := range node.Spec.Taints {
		if taint.Key == corev1.TaintNodeNotReady {
			return false
		}
	}
	for _, condition := range node.Status.Conditions {
		if condition.Type == corev1.NodeReady {
			return condition.Status == corev1.ConditionTrue
		}
	}
	return false
}
