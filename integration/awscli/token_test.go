//go:build unix

package awscli_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/clusters"
	"github.com/ashlar-iac/ashlar/integration/testenv"
	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// TestTokens checks the identity and the permissions of callers in a real API.
func TestTokens(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	store, err := cloud.Open(root)
	require.NoError(t, err)
	const role = "arn:aws:iam::123456789012:role/team/developer"
	policy := func(name string) string { return "arn:aws:eks::aws:cluster-access-policy/" + name }
	const policies = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"
	put(t, store,
		&cloud.Object{Type: "aws:iam/role:Role", Place: "123456789012", ID: "developer",
			Outputs: map[string]any{"arn": role}},
		entry("main", user, map[string]any{"kubernetesGroups": []any{"operators"}}),
		object(policies, "main", user, map[string]any{"policyArn": policy("AmazonEKSClusterAdminPolicy"),
			"accessScope": map[string]any{"type": "cluster"}}),
		entry("main", role, map[string]any{
			"userName": "arn:aws:sts::123456789012:assumed-role/developer/{{SessionName}}",
		}),
		object(policies, "main", role, map[string]any{"policyArn": policy("AmazonEKSViewPolicy"),
			"accessScope": map[string]any{"type": "namespace", "namespaces": []any{"shop", "kube-*"}}}),
	)
	at := start(t, root)
	dir := clusters.Dir(root, "123456789012/eu-west-1", "main")
	require.NoError(t, clusters.SetAccess(t.Context(), dir, func() ([]clusters.Access, error) {
		return []clusters.Access{
			{Group: "eks:policy:AmazonEKSClusterAdminPolicy", ClusterRole: "cluster-admin"},
			{Group: "eks:policy:AmazonEKSViewPolicy:shop", ClusterRole: "view", Namespace: "shop"},
			{Group: "eks:policy:AmazonEKSViewPolicy:kube-*", ClusterRole: "view", Namespace: "kube-*"},
		}, nil
	}))

	admin := client(t, root, at, "eks", "get-token", "--cluster-name", "main")
	me, err := admin.AuthenticationV1().SelfSubjectReviews().Create(t.Context(),
		&authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{})
	require.NoError(t, err)
	require.Equal(t, user, me.Status.UserInfo.Username)
	require.Subset(t, me.Status.UserInfo.Groups, []string{"operators", "eks:policy:AmazonEKSClusterAdminPolicy"})
	_, err = admin.CoreV1().Namespaces().Create(t.Context(),
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "shop"}}, metav1.CreateOptions{})
	require.NoError(t, err)

	developer := client(t, root, at, "eks", "get-token", "--cluster-name", "main", "--role-arn", role)
	me, err = developer.AuthenticationV1().SelfSubjectReviews().Create(t.Context(),
		&authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{})
	require.NoError(t, err)
	require.Equal(t, "arn:aws:sts::123456789012:assumed-role/developer/EKSGetTokenAuth", me.Status.UserInfo.Username)
	for namespace, allowed := range map[string]bool{"shop": true, "kube-system": true, "default": false} {
		require.Eventually(t, func() bool {
			_, err := developer.CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{})
			return allowed == (err == nil) && (allowed || apierrors.IsForbidden(err))
		}, 20*time.Second, 50*time.Millisecond, namespace)
	}

	stranger := client(t, root, at, "eks", "get-token", "--cluster-name", "main", "--role-arn",
		"arn:aws:iam::210987654321:role/somebody")
	_, err = stranger.CoreV1().Pods("default").List(t.Context(), metav1.ListOptions{})
	require.True(t, apierrors.IsUnauthorized(err), "%v", err)
}

// start starts the control plane of the cluster main. It stops with the test.
func start(t *testing.T, root string) clusters.Endpoint {
	t.Helper()
	set := testenv.Tools(t, tools.ControlPlane()...)
	t.Cleanup(func() {
		if err := clusters.StopAll(context.Background(), root); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	at, err := clusters.Start(t.Context(), clusters.Dir(root, "123456789012/eu-west-1", "main"),
		clusters.Spec{Name: "main", Tools: set})
	require.NoError(t, err)
	return at
}

// client returns a client with the credential that the command prints.
func client(t *testing.T, root string, at clusters.Endpoint, args ...string) kubernetes.Interface {
	t.Helper()
	credential, err := run(t, root, args...)
	require.NoError(t, err)
	config := &rest.Config{Host: at.Server, BearerToken: credential.Status.Token, TLSClientConfig: rest.TLSClientConfig{
		CAData: at.CA, CertData: []byte(credential.Status.ClientCertificateData),
		KeyData: []byte(credential.Status.ClientKeyData),
	}}
	out, err := kubernetes.NewForConfig(config)
	require.NoError(t, err)
	return out
}
