package kubernetes_test

import (
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	authorizationv1 "k8s.io/api/authorization/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ashlar-iac/ashlar/integration/testenv"
	"github.com/ashlar-iac/ashlar/kubernetes"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
	"github.com/ashlar-iac/ashlar/kubernetes/rbac"
)

// TestServiceAccounts asks the API server what a service account can do, before and after a change of its rules.
func TestServiceAccounts(t *testing.T) {
	t.Parallel()
	cluster := testenv.ControlPlane(t)
	client := cluster.Client()
	verbs := []string{"get"}
	stack, err := testenv.Engine(t).Inline(t.Context(), "rbac", "dev", func(ctx *pulumi.Context) error {
		p, err := kubernetes.NewProvider(ctx, "local", &kubernetes.ProviderArgs{Kubeconfig: pulumi.String(cluster.Kubeconfig())})
		if err != nil {
			return err
		}
		on := pulumi.Provider(p)
		ns, err := namespace.NewNamespace(ctx, "team", nil, on)
		if err != nil {
			return err
		}
		_, err = rbac.NewServiceAccount(ctx, "agent", &rbac.ServiceAccountArgs{
			Namespace:    ns.Name,
			Rules:        []rbac.Rule{{Resources: []string{"configmaps"}, ResourceNames: []string{"settings"}, Verbs: verbs}},
			ClusterRules: []rbac.Rule{{Resources: []string{"nodes"}, Verbs: []string{"list"}}},
		}, on)
		return err
	})
	require.NoError(t, err)
	can := func(verb, namespace, resource, name string) bool {
		review, err := client.AuthorizationV1().SubjectAccessReviews().Create(t.Context(), &authorizationv1.SubjectAccessReview{
			Spec: authorizationv1.SubjectAccessReviewSpec{
				User: "system:serviceaccount:team:agent",
				ResourceAttributes: &authorizationv1.ResourceAttributes{
					Verb: verb, Namespace: namespace, Resource: resource, Name: name,
				},
			},
		}, metav1.CreateOptions{})
		require.NoError(t, err)
		return review.Status.Allowed
	}
	ran := testenv.Succeeds(t)
	ran(stack.Up(t.Context()))
	ran(stack.CheckUnchanged(t.Context()))
	ran(stack.CheckSettled(t.Context()))
	require.Eventually(t, func() bool { return can("get", "team", "configmaps", "settings") }, time.Minute, 100*time.Millisecond)
	assert.True(t, can("list", "", "nodes", ""))
	assert.False(t, can("patch", "team", "configmaps", "settings"))
	assert.False(t, can("get", "team", "configmaps", "other"))
	assert.False(t, can("get", "default", "configmaps", "settings"))
	assert.False(t, can("get", "team", "secrets", ""))

	verbs = []string{"get", "patch"}
	changed := ran(stack.Up(t.Context()))
	assert.Equal(t, 2, changed.Changes[apitype.OpUpdate], "only the component and the role change: %v", changed.Changes)
	require.Eventually(t, func() bool { return can("patch", "team", "configmaps", "settings") }, time.Minute, 100*time.Millisecond)

	ran(stack.CheckDestroyed(t.Context()))
	_, err = client.RbacV1().ClusterRoles().Get(t.Context(), "team:agent", metav1.GetOptions{})
	require.True(t, apierrors.IsNotFound(err), "%v", err)
	_, err = client.RbacV1().ClusterRoleBindings().Get(t.Context(), "team:agent", metav1.GetOptions{})
	require.True(t, apierrors.IsNotFound(err), "%v", err)
}
