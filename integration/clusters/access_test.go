//go:build unix

package clusters_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ashlar-iac/ashlar/integration/clusters"
)

func groupsHaveAccess(t *testing.T, p *plane) {
	t.Helper()
	set := func(all ...clusters.Access) {
		require.NoError(t, clusters.SetAccess(t.Context(), p.dir,
			func() ([]clusters.Access, error) { return all, nil }))
	}
	reader := p.as(t, "arn:aws:iam::123456789012:user/reader", "readers")
	lists := func(namespace string) bool {
		_, err := reader.CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{})
		if err != nil {
			require.True(t, refused(err), "%v", err)
		}
		return err == nil
	}
	require.False(t, lists("default"), "nothing is granted unasked")
	set(clusters.Access{Group: "readers", ClusterRole: "view"})
	require.Eventually(t, func() bool { return lists("default") }, patience, interval)
	set(clusters.Access{Group: "readers", ClusterRole: "view", Namespace: "shop-*"})
	require.Eventually(t, func() bool { return !lists("default") }, patience, interval, "what is taken away is gone")

	p.namespace(t, "shop-web")
	require.False(t, lists("shop-web"))
	require.NoError(t, clusters.RefreshAccess(t.Context(), p.dir))
	require.Eventually(t, func() bool { return lists("shop-web") }, patience, interval)
	require.False(t, lists("default"))

	user := clusters.Access{User: "arn:aws:iam::123456789012:user/reader", ClusterRole: "view"}
	set(user, clusters.Access{Group: user.User, ClusterRole: "view", Namespace: "shop-web"})
	require.Eventually(t, func() bool { return lists("default") }, patience, interval, "a user has access without a group")
	set(clusters.Access{Group: "readers", ClusterRole: "view", Namespace: "shop-*"})
	require.Eventually(t, func() bool { return !lists("default") && lists("shop-web") }, patience, interval)

	failed := errors.New("the store is away")
	require.ErrorIs(t, clusters.SetAccess(t.Context(), p.dir,
		func() ([]clusters.Access, error) { return nil, failed }), failed)
	require.True(t, lists("shop-web"))

	own := &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: "mine"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "view"},
	}
	_, err := p.client.RbacV1().ClusterRoleBindings().Create(t.Context(), own, metav1.CreateOptions{})
	require.NoError(t, err)
	set()
	_, err = p.client.RbacV1().ClusterRoleBindings().Get(t.Context(), "mine", metav1.GetOptions{})
	require.NoError(t, err, "others' bindings stay")
	require.Eventually(t, func() bool { return !lists("shop-web") }, patience, interval)
}
