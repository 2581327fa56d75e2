package clusters

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// LoadBalancers returns the Services of type LoadBalancer of a cluster, "NAMESPACE/NAME" each.
func LoadBalancers(ctx context.Context, dir string) ([]string, error) {
	k, err := open(ctx, dir)
	if err != nil {
		return nil, err
	}
	services, err := k.Client().CoreV1().Services(metav1.NamespaceAll).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, fmt.Errorf("list the services of cluster %q: %w", k.Name(), err)
	}
	var out []string
	for _, s := range services.Items {
		if s.Spec.Type == corev1.ServiceTypeLoadBalancer {
			out = append(out, s.Namespace+"/"+s.Name)
		}
	}
	return out, nil
}
