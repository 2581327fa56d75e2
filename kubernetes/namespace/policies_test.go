package namespace_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
)

func TestPoliciesAreCreatedInTheNamespace(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		ns, err := namespace.NewNamespace(ctx, "team", &namespace.NamespaceArgs{
			Name: "payments",
			Quota: &namespace.Quota{
				CPU: "10000m", Memory: "20Gi", CPULimit: "20", MemoryLimit: "30Gi", Storage: "100Gi", Pods: new(0), LoadBalancers: new(2),
			},
			Limits:      &namespace.Limits{MemoryLimit: "256Mi", MaxCPU: "2000m", MaxMemory: "4Gi"},
			DefaultDeny: true,
			Labels:      pulumi.StringMap{"team": pulumi.String("payments")},
		})
		require.NoError(t, err)
		require.Equal(t, "payments", pulumitest.Await[string](t, ns.Name))
		return nil
	}, fixture.Cluster())
	fixture.RequireChildren(t, r, namespace.NamespaceToken)

	quota := pulumitest.Decode[corev1.ResourceQuota](t, r.One(t, ":core/v1:ResourceQuota"))
	hard := map[string]string{}
	for key, q := range quota.Spec.Hard {
		hard[string(key)] = q.String()
	}
	require.Empty(t, cmp.Diff(map[string]string{
		"requests.cpu": "10", "requests.memory": "20Gi", "limits.cpu": "20", "limits.memory": "30Gi",
		"requests.storage": "100Gi", "pods": "0", "services.loadbalancers": "2",
	}, hard), "an explicit zero is a limit")

	limits := pulumitest.Decode[corev1.LimitRange](t, r.One(t, ":core/v1:LimitRange"))
	require.Len(t, limits.Spec.Limits, 1)
	item := limits.Spec.Limits[0]
	require.Equal(t, corev1.LimitTypeContainer, item.Type)
	texts := func(list corev1.ResourceList) map[string]string {
		return map[string]string{"cpu": list.Cpu().String(), "memory": list.Memory().String()}
	}
	require.Equal(t, map[string]string{"cpu": "100m", "memory": "128Mi"}, texts(item.DefaultRequest))
	require.Equal(t, map[string]string{"cpu": "2", "memory": "256Mi"}, texts(item.Default), "the API server defaults a limit to the maximum")
	require.Equal(t, map[string]string{"cpu": "2", "memory": "4Gi"}, texts(item.Max))

	deny := pulumitest.Decode[networkingv1.NetworkPolicy](t, r.One(t, ":networking.k8s.io/v1:NetworkPolicy"))
	require.Equal(t, networkingv1.NetworkPolicySpec{
		PodSelector: metav1.LabelSelector{},
		PolicyTypes: []networkingv1.PolicyType{networkingv1.PolicyTypeIngress, networkingv1.PolicyTypeEgress},
	}, deny.Spec, "all pods, and nothing is allowed")

	for _, object := range []metav1.Object{&quota, &limits, &deny} {
		require.Equal(t, "payments", object.GetNamespace())
		require.Equal(t, map[string]string{"team": "payments"}, object.GetLabels())
	}
}

func TestDependentsWaitForThePolicies(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		ns, err := namespace.NewNamespace(ctx, "team", &namespace.NamespaceArgs{
			Quota: &namespace.Quota{Pods: new(10)}, Limits: &namespace.Limits{}, DefaultDeny: true,
		})
		require.NoError(t, err)
		ctx.Export("namespace", ns.Name)
		return nil
	}, fixture.Cluster())
	require.Equal(t, "team", r.Exports["namespace"].StringValue())
	require.Len(t, r.Resources, 5)
	preview := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		ns, err := namespace.NewNamespace(ctx, "team", &namespace.NamespaceArgs{DefaultDeny: true})
		require.NoError(t, err)
		ctx.Export("namespace", ns.Name)
		return nil
	}, fixture.Cluster(), pulumitest.Preview())
	require.Equal(t, "team", preview.Exports["namespace"].StringValue(), "the name is known in a preview")
}

func TestNoPoliciesByDefault(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := namespace.NewNamespace(ctx, "team", nil)
		return err
	}, fixture.Cluster())
	require.Len(t, r.Resources, 2, "the component and the namespace")
}

func TestPoliciesOfAnAdoptedNamespaceAreDeleted(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := namespace.NewNamespace(ctx, "team", &namespace.NamespaceArgs{Adopt: true, DefaultDeny: true})
		return err
	}, fixture.Cluster())
	require.True(t, r.One(t, ":core/v1:Namespace").RetainOnDelete)
	require.False(t, r.One(t, ":networking.k8s.io/v1:NetworkPolicy").RetainOnDelete)
}

func TestMeshLabels(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		mesh   namespace.Mesh
		want   map[string]string
	}{
		"Sidecar": {
			"the default revision", namespace.Mesh{Mode: "sidecar"}, map[string]string{"istio-injection": "enabled"},
		},
		"Revision": {
			"a revision, and not the other label, which takes precedence",
			namespace.Mesh{Mode: "sidecar", Revision: "1-26"}, map[string]string{"istio.io/rev": "1-26"},
		},
		"Ambient": {
			"the proxy of the node", namespace.Mesh{Mode: "ambient"}, map[string]string{"istio.io/dataplane-mode": "ambient"},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
				_, err := namespace.NewNamespace(ctx, "team", &namespace.NamespaceArgs{Mesh: &tc.mesh})
				return err
			}, fixture.Cluster())
			got := pulumitest.Decode[corev1.Namespace](t, r.One(t, ":core/v1:Namespace"))
			require.Empty(t, cmp.Diff(with(tc.want), got.Labels), tc.reason)
		})
	}
}

func TestInvalidPoliciesAreRejected(t *testing.T) {
	t.Parallel()
	fixture.RequireRejected(t, namespace.NewNamespace, &namespace.NamespaceArgs{
		Quota: &namespace.Quota{CPU: "10Gi", Memory: "128", Pods: new(-1)},
		Limits: &namespace.Limits{
			CPU: "2", CPULimit: "1", MaxCPU: "500m", Memory: "1Gi", MaxMemory: "512Mi",
		},
		Mesh:   &namespace.Mesh{Mode: "ambient", Revision: "1-26"},
		Labels: pulumi.StringMap{"istio.io/dataplane-mode": pulumi.String("none")},
	}, []string{
		`labels["istio.io/dataplane-mode"]: always has the value "ambient": remove the label`,
		"limits.cpuLimit: 1 is less than cpu, 2: raise it or lower cpu",
		"limits.maxCpu: 500m is less than cpuLimit, 1: raise it or lower cpuLimit",
		"limits.maxMemory: 512Mi is less than memory, 1Gi: raise it or lower memory",
		"mesh.revision: selects the control plane of sidecars: remove it, or use the mode sidecar",
		`quota.cpu: found the string "10Gi", which is 10737418240 cores: write the number of cores, such as 2 or 500m`,
		`quota.memory: found the string "128", which is 128 bytes: did you mean "128Mi"?`,
		"quota.pods: expected at least 0, found the number -1",
	}, "the API server rejects them, or pods later")
	fixture.RequireRejected(t, namespace.NewNamespace, &namespace.NamespaceArgs{
		Quota: &namespace.Quota{}, Mesh: &namespace.Mesh{Mode: "sidcar"},
	}, []string{
		`mesh.mode: unknown value "sidcar", did you mean "sidecar"? Expected one of ambient, sidecar`,
		"quota: empty quota: set cpu, memory, pods or another option",
	}, "they have no effect")
}
