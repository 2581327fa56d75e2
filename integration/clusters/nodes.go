package clusters

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	typedv1 "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/util/retry"

	"github.com/ashlar-iac/ashlar/integration/controlplane"
)

// Node is a node of a cluster. A pod that is scheduled to it runs at once.
type Node struct {
	// Name is unique in the cluster. Required.
	Name string
	// Region and Zone are the labels topology.kubernetes.io/region and topology.kubernetes.io/zone.
	Region, Zone string
	// InstanceType is the label node.kubernetes.io/instance-type.
	InstanceType string
	// Version is the version of its kubelet: a minor version such as "1.35", or a full one such as "v1.35.2-cloud.1".
	// Required.
	Version string
	// Labels are additional labels, including those of the cloud. kubernetes.io/arch is amd64 unless it is set here.
	Labels map[string]string
	// Taints are its taints.
	Taints []corev1.Taint
	// CPU and Memory are its allocatable resources, such as "2" and "8Gi". Required.
	CPU, Memory string
	// Pods is the maximum number of pods. Default: 110.
	Pods int
	// ProviderID is the id of the node in the cloud, such as "example:///north-a/node-1".
	ProviderID string
}

// The annotations of nodes: their group, and the labels that the simulation set.
const (
	groupAnnotation  = "simulated-cloud/group"
	labelsAnnotation = "simulated-cloud/labels"
)

// SetNodes gives a group exactly these nodes. It creates and updates nodes, waits until all of them are Ready, and then
// drains and deletes the other nodes of the group one after the other.
//
// Without nodes, it succeeds if there is no control plane, or one that cannot be started again: deleting a node group
// of a cloud does not require the API server.
func SetNodes(ctx context.Context, dir, group string, nodes []Node) error {
	k, err := open(ctx, dir)
	if len(nodes) == 0 && err != nil {
		return nil
	}
	if err != nil {
		return err
	}
	if err := setNodes(ctx, k.Client(), group, nodes); err != nil {
		if _, unreachable := k.Client().Discovery().ServerVersion(); unreachable != nil && len(nodes) == 0 {
			return nil
		}
		return fmt.Errorf("set the nodes of group %q of cluster %q: %w", group, k.Name(), err)
	}
	return nil
}

func setNodes(ctx context.Context, client kubernetes.Interface, group string, nodes []Node) error {
	there, err := client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	old := map[string]*corev1.Node{}
	for i, node := range there.Items {
		if node.Annotations[groupAnnotation] == group {
			old[node.Name] = &there.Items[i]
		}
	}
	for _, n := range nodes {
		if err := n.put(ctx, client, group, old[n.Name]); err != nil {
			return fmt.Errorf("node %q: %w", n.Name, err)
		}
		delete(old, n.Name)
	}
	for _, n := range nodes {
		if err := waitReady(ctx, client, n.Name); err != nil {
			return fmt.Errorf("node %q: %w", n.Name, err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(old)) {
		if err := removeNode(ctx, client, name); err != nil {
			return fmt.Errorf("remove node %q: %w", name, err)
		}
	}
	return nil
}

// Nodes returns all nodes of the cluster.
func Nodes(ctx context.Context, dir string) ([]corev1.Node, error) {
	k, err := open(ctx, dir)
	if err != nil {
		return nil, err
	}
	nodes, err := k.Client().CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, fmt.Errorf("list the nodes of cluster %q: %w", k.Name(), err)
	}
	return nodes.Items, nil
}

// put creates a node, or updates an existing one.
func (n Node) put(ctx context.Context, client kubernetes.Interface, group string, there *corev1.Node) error {
	want, err := n.object(group)
	if err != nil {
		return err
	}
	if there == nil {
		return create(ctx, client, want)
	}
	// Controllers update nodes at any time.
	return retry.RetryOnConflict(retry.DefaultBackoff,
		func() error { return update(ctx, client.CoreV1().Nodes(), n.Name, want) })
}

// update updates an existing node.
func update(ctx context.Context, api typedv1.NodeInterface, name string, want *corev1.Node) error {
	node, err := api.Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return err
	}
	for label := range strings.SplitSeq(node.Annotations[labelsAnnotation], ",") {
		delete(node.Labels, label)
	}
	maps.Copy(node.Labels, want.Labels)
	maps.Copy(node.Annotations, want.Annotations)
	system := slices.DeleteFunc(node.Spec.Taints,
		func(t corev1.Taint) bool { return !strings.HasPrefix(t.Key, "node.kubernetes.io/") })
	node.Spec.Taints = slices.Concat(system, want.Spec.Taints)
	if node, err = api.Update(ctx, node, metav1.UpdateOptions{}); err != nil {
		return err
	}
	node.Status.Allocatable, node.Status.Capacity = want.Status.Allocatable, want.Status.Capacity
	node.Status.NodeInfo.KubeletVersion = want.Status.NodeInfo.KubeletVersion
	_, err = api.UpdateStatus(ctx, node, metav1.UpdateOptions{})
	return err
}

// create creates a node. A node of another group may have its name for a while: the cloud reuses the address of a node
// that is being deleted.
func create(ctx context.Context, client kubernetes.Interface, node *corev1.Node) error {
	var other error
	err := poll(ctx, func(ctx context.Context) error {
		_, err := client.CoreV1().Nodes().Create(ctx, node, metav1.CreateOptions{})
		if apierrors.IsAlreadyExists(err) {
			return err
		}
		other = err
		return nil
	})
	return errors.Join(other, err)
}

func (n Node) object(group string) (*corev1.Node, error) {
	size, err := n.size()
	if err != nil {
		return nil, err
	}
	labels := map[string]string{corev1.LabelArchStable: "amd64", corev1.LabelOSStable: "linux",
		corev1.LabelHostname: n.Name}
	for label, value := range map[string]string{
		corev1.LabelTopologyRegion: n.Region, corev1.LabelTopologyZone: n.Zone,
		corev1.LabelInstanceTypeStable: n.InstanceType,
	} {
		if value != "" {
			labels[label] = value
		}
	}
	maps.Copy(labels, n.Labels)
	version := n.Version
	if !strings.HasPrefix(version, "v") {
		version = "v" + version + ".0-simulated"
	}
	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{
			Name:   n.Name,
			Labels: labels,
			Annotations: map[string]string{
				groupAnnotation: group, labelsAnnotation: strings.Join(slices.Sorted(maps.Keys(labels)), ","),
				"kwok.x-k8s.io/node": "fake",
			},
		},
		Spec: corev1.NodeSpec{ProviderID: n.ProviderID, Taints: n.Taints},
		Status: corev1.NodeStatus{
			Allocatable: size,
			Capacity:    size,
			NodeInfo: corev1.NodeSystemInfo{
				Architecture: labels[corev1.LabelArchStable], OperatingSystem: "linux", KubeletVersion: version,
			},
		},
	}, nil
}

func (n Node) size() (corev1.ResourceList, error) {
	pods := n.Pods
	if pods == 0 {
		pods = 110
	}
	size := corev1.ResourceList{}
	for name, text := range map[corev1.ResourceName]string{
		corev1.ResourceCPU: n.CPU, corev1.ResourceMemory: n.Memory, corev1.ResourceEphemeralStorage: "20Gi",
		corev1.ResourcePods: strconv.Itoa(pods),
	} {
		quantity, err := resource.ParseQuantity(text)
		if err != nil {
			return nil, fmt.Errorf("%s %q: %w", name, text, err)
		}
		size[name] = quantity
	}
	return size, nil
}

func waitReady(ctx context.Context, client kubernetes.Interface, name string) error {
	return poll(ctx, func(ctx context.Context) error {
		node, err := client.CoreV1().Nodes().Get(ctx, name, metav1.GetOptions{})
		if err == nil && !controlplane.NodeReady(node) {
			err = fmt.Errorf("it is not Ready")
		}
		return err
	})
}

// removeNode drains a node and deletes it, with the pods of its daemon sets.
func removeNode(ctx context.Context, client kubernetes.Interface, name string) error {
	cordon := []byte(`{"spec":{"unschedulable":true}}`)
	if _, err := client.CoreV1().Nodes().Patch(ctx, name, mergePatch, cordon, metav1.PatchOptions{}); err != nil {
		return gone(err)
	}
	if err := drain(ctx, client, name); err != nil {
		return err
	}
	if err := gone(client.CoreV1().Nodes().Delete(ctx, name, metav1.DeleteOptions{})); err != nil {
		return err
	}
	left, err := podsOf(ctx, client, name)
	if err != nil {
		return err
	}
	now := int64(0)
	for _, pod := range left {
		if err := gone(client.CoreV1().Pods(pod.Namespace).Delete(ctx, pod.Name,
			metav1.DeleteOptions{GracePeriodSeconds: &now})); err != nil {
			return err
		}
	}
	return nil
}

// gone ignores that something does not exist.
func gone(err error) error {
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}
