package kubernetes_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	kubecore "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	kubemeta "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	policyv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/policy/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	clientset "k8s.io/client-go/kubernetes"

	"github.com/ashlar-iac/ashlar/integration/testenv"
	"github.com/ashlar-iac/ashlar/kubernetes/application"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
	"github.com/ashlar-iac/ashlar/kubernetes/workload"
)

// earlierComponent stands for a component of an earlier version of the library.
type earlierComponent struct{ pulumi.ResourceState }

// earlierApplication registers the resources of an application as versions did that selected pods by their name alone.
func earlierApplication(ctx *pulumi.Context, ns *namespace.Namespace, provider pulumi.ResourceOption) error {
	group := func(token string, opts ...pulumi.ResourceOption) (pulumi.ResourceOption, error) {
		c := &earlierComponent{}
		err := ctx.RegisterComponentResource(token, "web", c, opts...)
		return pulumi.Parent(c), err
	}
	app, err := group(application.ApplicationToken, provider)
	if err != nil {
		return err
	}
	selector := pulumi.StringMap{"app.kubernetes.io/name": pulumi.String("web")}
	object := func(labels pulumi.StringMapInput) *kubemeta.ObjectMetaArgs {
		return &kubemeta.ObjectMetaArgs{Namespace: ns.Name, Name: pulumi.String("web"), Labels: labels}
	}
	account, err := kubecore.NewServiceAccount(ctx, "web", &kubecore.ServiceAccountArgs{
		Metadata: object(selector), AutomountServiceAccountToken: pulumi.Bool(false),
	}, app)
	if err != nil {
		return err
	}
	isolation, err := group(network.IsolationToken, app)
	if err != nil {
		return err
	}
	policy, err := networkingv1.NewNetworkPolicy(ctx, "web", &networkingv1.NetworkPolicyArgs{
		Metadata: object(nil),
		Spec: &networkingv1.NetworkPolicySpecArgs{
			PodSelector: &kubemeta.LabelSelectorArgs{MatchLabels: selector},
			PolicyTypes: pulumi.ToStringArray([]string{"Ingress", "Egress"}),
		},
	}, isolation)
	if err != nil {
		return err
	}
	deployment, err := group(workload.DeploymentToken, app)
	if err != nil {
		return err
	}
	_, err = appsv1.NewDeployment(ctx, "web", &appsv1.DeploymentArgs{
		Metadata: object(selector),
		Spec: &appsv1.DeploymentSpecArgs{
			Replicas: pulumi.Int(3),
			Selector: &kubemeta.LabelSelectorArgs{MatchLabels: selector},
			Strategy: &appsv1.DeploymentStrategyArgs{
				Type: pulumi.String("RollingUpdate"),
				RollingUpdate: &appsv1.RollingUpdateDeploymentArgs{
					MaxSurge: pulumi.String("25%"), MaxUnavailable: pulumi.Int(0),
				},
			},
			Template: &kubecore.PodTemplateSpecArgs{
				Metadata: &kubemeta.ObjectMetaArgs{Labels: selector},
				Spec: &kubecore.PodSpecArgs{
					ServiceAccountName:           account.Metadata.Name(),
					AutomountServiceAccountToken: pulumi.Bool(false),
					SecurityContext: &kubecore.PodSecurityContextArgs{
						RunAsNonRoot: pulumi.Bool(true), SeccompProfile: &kubecore.SeccompProfileArgs{Type: pulumi.String("RuntimeDefault")},
					},
					Containers: kubecore.ContainerArray{&kubecore.ContainerArgs{
						Name: pulumi.String("web"), Image: pulumi.String(image),
						Ports: kubecore.ContainerPortArray{&kubecore.ContainerPortArgs{
							Name: pulumi.String("main"), ContainerPort: pulumi.Int(8080), Protocol: pulumi.String("TCP"),
						}},
						SecurityContext: &kubecore.SecurityContextArgs{
							AllowPrivilegeEscalation: pulumi.Bool(false), ReadOnlyRootFilesystem: pulumi.Bool(true),
							Capabilities: &kubecore.CapabilitiesArgs{Drop: pulumi.ToStringArray([]string{"ALL"})},
						},
					}},
				},
			},
		},
	}, deployment, pulumi.DependsOn([]pulumi.Resource{policy}))
	if err != nil {
		return err
	}
	_, err = policyv1.NewPodDisruptionBudget(ctx, "web", &policyv1.PodDisruptionBudgetArgs{
		Metadata: object(selector),
		Spec: &policyv1.PodDisruptionBudgetSpecArgs{
			MaxUnavailable:             pulumi.Int(1),
			Selector:                   &kubemeta.LabelSelectorArgs{MatchLabels: selector},
			UnhealthyPodEvictionPolicy: pulumi.String("AlwaysAllow"),
		},
	}, app)
	if err != nil {
		return err
	}
	service, err := group(network.ServiceToken, app)
	if err != nil {
		return err
	}
	_, err = kubecore.NewService(ctx, "web", &kubecore.ServiceArgs{
		Metadata: object(nil),
		Spec: &kubecore.ServiceSpecArgs{
			Type: pulumi.String("ClusterIP"), Selector: selector,
			Ports: kubecore.ServicePortArray{&kubecore.ServicePortArgs{
				Name: pulumi.String("main"), Port: pulumi.Int(80), TargetPort: pulumi.Int(8080), Protocol: pulumi.String("TCP"),
			}},
		},
	}, service)
	return err
}

// watched collects what is wrong with an application while it is changed.
type watched struct {
	mutex    sync.Mutex
	problems map[string]bool
	looks    int
}

// look checks that the Service has three ready pods, and that a policy isolates each pod.
func (w *watched) look(ctx context.Context, client clientset.Interface) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	service, err := client.CoreV1().Services("team").Get(ctx, "web", metav1.GetOptions{})
	if err != nil {
		return
	}
	policies, err := client.NetworkingV1().NetworkPolicies("team").List(ctx, metav1.ListOptions{})
	if err != nil {
		return
	}
	pods, err := client.CoreV1().Pods("team").List(ctx, metav1.ListOptions{})
	if err != nil {
		return
	}
	w.looks++
	ready := 0
	for _, pod := range pods.Items {
		set := labels.Set(pod.Labels)
		isReady := slices.ContainsFunc(pod.Status.Conditions, func(c corev1.PodCondition) bool {
			return c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue
		})
		if isReady && labels.SelectorFromSet(service.Spec.Selector).Matches(set) {
			ready++
		}
		isolated := false
		for _, p := range policies.Items {
			isolated = isolated || labels.SelectorFromSet(p.Spec.PodSelector.MatchLabels).Matches(set)
		}
		if !isolated {
			w.problems["a pod is not isolated"] = true
		}
	}
	if ready < 3 {
		w.problems[fmt.Sprintf("the Service has %d ready pods", ready)] = true
	}
}

// TestEarlierApplicationIsUpgraded deploys an application of an earlier version of the library again: its pods get other
// labels in one rollout, during which the Service always has its pods, and each pod is isolated.
func TestEarlierApplicationIsUpgraded(t *testing.T) {
	t.Parallel()
	cluster := testenv.ControlPlane(t)
	client := cluster.Client()
	earlier := true
	stack, err := testenv.Engine(t).Inline(t.Context(), "upgrade", "dev", on(cluster,
		func(ctx *pulumi.Context, ns *namespace.Namespace, provider pulumi.ResourceOption) error {
			if earlier {
				return earlierApplication(ctx, ns, provider)
			}
			_, err := application.NewApplication(ctx, "web", &application.ApplicationArgs{
				Namespace: ns.Name, Image: pulumi.String(image), Port: 8080, Replicas: new(3),
			}, provider)
			return err
		}))
	require.NoError(t, err)
	ran := testenv.Succeeds(t)
	ran(stack.Up(t.Context()))
	before, err := client.AppsV1().Deployments("team").Get(t.Context(), "web", metav1.GetOptions{})
	require.NoError(t, err)

	earlier = false
	w := &watched{problems: map[string]bool{}}
	watching, stop := context.WithCancel(t.Context())
	var group sync.WaitGroup
	group.Go(func() {
		for watching.Err() == nil {
			w.look(watching, client)
			time.Sleep(50 * time.Millisecond)
		}
	})
	ran(stack.Up(t.Context()))
	stop()
	group.Wait()
	assert.Empty(t, slices.Sorted(maps.Keys(w.problems)))
	assert.Positive(t, w.looks)

	after, err := client.AppsV1().Deployments("team").Get(t.Context(), "web", metav1.GetOptions{})
	require.NoError(t, err)
	assert.Equal(t, before.UID, after.UID, "the Deployment is updated in place")
	service, err := client.CoreV1().Services("team").Get(t.Context(), "web", metav1.GetOptions{})
	require.NoError(t, err)
	assert.Equal(t, workload.SelectorLabels("web"), service.Spec.Selector)
	budget, err := client.PolicyV1().PodDisruptionBudgets("team").Get(t.Context(), "web", metav1.GetOptions{})
	require.NoError(t, err)
	assert.Equal(t, workload.SelectorLabels("web"), budget.Spec.Selector.MatchLabels)
	policies, err := client.NetworkingV1().NetworkPolicies("team").List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	require.Len(t, policies.Items, 1, "the earlier policy is deleted")
	assert.Equal(t, workload.SelectorLabels("web"), policies.Items[0].Spec.PodSelector.MatchLabels)
	ran(stack.CheckUnchanged(t.Context()))
	ran(stack.CheckDestroyed(t.Context()))
}
