package integration_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"

	"github.com/ashlar-iac/ashlar/integration/controlplane"
)

// The time limit for the controllers of the cluster, and the poll interval.
const (
	evictionTimeout = 30 * time.Second
	pollInterval    = 250 * time.Millisecond
)

// rotated returns a kubeconfig of the same server with other credentials: the token
// of a new service account with the role cluster-admin.
func rotated(t *testing.T, cluster *controlplane.ControlPlane) string {
	t.Helper()
	client := cluster.Client()
	const name, namespace = "deployer", "default"
	_, err := client.CoreV1().ServiceAccounts(namespace).Create(t.Context(),
		&corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{})
	require.NoError(t, err)
	_, err = client.RbacV1().ClusterRoleBindings().Create(t.Context(), &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "cluster-admin"},
		Subjects:   []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Name: name, Namespace: namespace}},
	}, metav1.CreateOptions{})
	require.NoError(t, err)
	token, err := client.CoreV1().ServiceAccounts(namespace).CreateToken(t.Context(), name,
		&authenticationv1.TokenRequest{}, metav1.CreateOptions{})
	require.NoError(t, err)

	config, err := clientcmd.Load(cluster.Kubeconfig())
	require.NoError(t, err)
	for user := range config.AuthInfos {
		config.AuthInfos[user] = &api.AuthInfo{Token: token.Status.Token}
	}
	out, err := clientcmd.Write(*config)
	require.NoError(t, err)
	return string(out)
}
