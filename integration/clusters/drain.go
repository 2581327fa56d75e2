package clusters

import (
	"context"
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
)

const (
	mergePatch   = types.MergePatchType
	pollInterval = 50 * time.Millisecond
	// readyTimeout is how long parts of a cluster may take to become ready.
	readyTimeout = time.Minute
	// evictionTimeout is how long a disruption budget protects pods on a node that is removed. A real cloud waits for
	// 15 minutes.
	evictionTimeout = 5 * time.Second
)

// poll calls what until it returns nil.
func poll(ctx context.Context, what func(context.Context) error) error {
	var last error
	err := wait.PollUntilContextTimeout(ctx, pollInterval, readyTimeout, true, func(ctx context.Context) (bool, error) {
		last = what(ctx)
		return last == nil, nil
	})
	if err != nil && last != nil {
		return fmt.Errorf("%w; the last answer was: %w", err, last)
	}
	return err
}

func podsOf(ctx context.Context, client kubernetes.Interface, node string) ([]corev1.Pod, error) {
	pods, err := client.CoreV1().Pods(metav1.NamespaceAll).List(ctx, metav1.ListOptions{
		FieldSelector: fields.OneTermEqualSelector("spec.nodeName", node).String(),
	})
	if err != nil {
		return nil, err
	}
	return pods.Items, nil
}

// drain evicts the pods of a node, except those of daemon sets, and waits until they are gone. Disruption budgets are
// respected for a while; then pods are deleted, as in a forced update of a node group.
func drain(ctx context.Context, client kubernetes.Interface, node string) error {
	begin := time.Now()
	return poll(ctx, func(ctx context.Context) error {
		pods, err := podsOf(ctx, client, node)
		if err != nil {
			return err
		}
		pods = slices.DeleteFunc(pods, func(pod corev1.Pod) bool {
			owner := metav1.GetControllerOf(&pod)
			return owner != nil && owner.Kind == "DaemonSet"
		})
		for _, pod := range pods {
			if pod.DeletionTimestamp != nil {
				continue
			}
			meta := metav1.ObjectMeta{Namespace: pod.Namespace, Name: pod.Name}
			err := client.PolicyV1().Evictions(pod.Namespace).Evict(ctx, &policyv1.Eviction{ObjectMeta: meta})
			if apierrors.IsTooManyRequests(err) && time.Since(begin) > evictionTimeout {
				err = client.CoreV1().Pods(pod.Namespace).Delete(ctx, pod.Name, metav1.DeleteOptions{})
			}
			if gone(err) != nil && !apierrors.IsTooManyRequests(err) {
				return err
			}
		}
		if len(pods) > 0 {
			return fmt.Errorf("%d pods still exist, such as %s/%s", len(pods), pods[0].Namespace, pods[0].Name)
		}
		return nil
	})
}
