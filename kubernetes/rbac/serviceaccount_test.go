package rbac_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
	"github.com/ashlar-iac/ashlar/kubernetes/rbac"
)

// given is an identity of a cloud.
type given core.WorkloadIdentityInfo

func (g given) WorkloadIdentityInfo() core.WorkloadIdentityInfo { return core.WorkloadIdentityInfo(g) }

// reads returns a rule that allows to read resources of the core group.
func reads(resources ...string) []rbac.Rule {
	return []rbac.Rule{{Resources: resources, Verbs: []string{"get", "list"}}}
}

func TestRulesBecomeRoles(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		s, err := rbac.NewServiceAccount(ctx, "agent", &rbac.ServiceAccountArgs{
			Namespace: pulumi.String("team"),
			Rules: []rbac.Rule{
				{Resources: []string{"pods", "pods/log"}, Verbs: []string{"get"}},
				{APIGroups: []string{"apps"}, Resources: []string{"deployments"}, ResourceNames: []string{"web"}, Verbs: []string{"patch"}},
			},
			ClusterRules: reads("nodes"),
			Labels:       pulumi.StringMap{"team": pulumi.String("payments")},
		})
		require.NoError(t, err)
		require.Equal(t, "agent", pulumitest.Await[string](t, s.Name))
		require.Equal(t, "team", pulumitest.Await[string](t, s.Namespace))
		return nil
	}, fixture.Cluster())
	fixture.RequireChildren(t, r, rbac.ServiceAccountToken)

	account := pulumitest.Decode[corev1.ServiceAccount](t, r.One(t, ":core/v1:ServiceAccount"))
	require.False(t, *account.AutomountServiceAccountToken)
	subjects := []rbacv1.Subject{{Kind: "ServiceAccount", Name: "agent", Namespace: "team"}}

	role := pulumitest.Decode[rbacv1.Role](t, r.One(t, ":rbac.authorization.k8s.io/v1:Role"))
	require.Equal(t, "team", role.Namespace)
	require.Equal(t, "agent", role.Name)
	require.Empty(t, cmp.Diff([]rbacv1.PolicyRule{
		{APIGroups: []string{""}, Resources: []string{"pods", "pods/log"}, Verbs: []string{"get"}},
		{APIGroups: []string{"apps"}, Resources: []string{"deployments"}, ResourceNames: []string{"web"}, Verbs: []string{"patch"}},
	}, role.Rules))
	binding := pulumitest.Decode[rbacv1.RoleBinding](t, r.One(t, ":rbac.authorization.k8s.io/v1:RoleBinding"))
	require.Equal(t, rbacv1.RoleRef{APIGroup: "rbac.authorization.k8s.io", Kind: "Role", Name: "agent"}, binding.RoleRef)
	require.Equal(t, subjects, binding.Subjects)
	require.Equal(t, "team", binding.Namespace)

	clusterRole := pulumitest.Decode[rbacv1.ClusterRole](t, r.One(t, ":rbac.authorization.k8s.io/v1:ClusterRole"))
	require.Equal(t, "team:agent", clusterRole.Name, "it is unique in the cluster")
	require.Empty(t, clusterRole.Namespace)
	require.Equal(t, map[string]string{"team": "payments"}, clusterRole.Labels)
	clusterBinding := pulumitest.Decode[rbacv1.ClusterRoleBinding](t, r.One(t, ":rbac.authorization.k8s.io/v1:ClusterRoleBinding"))
	require.Equal(t, rbacv1.RoleRef{APIGroup: "rbac.authorization.k8s.io", Kind: "ClusterRole", Name: "team:agent"}, clusterBinding.RoleRef)
	require.Equal(t, subjects, clusterBinding.Subjects)
}

func TestNoRolesWithoutRules(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := rbac.NewServiceAccount(ctx, "agent", &rbac.ServiceAccountArgs{Namespace: pulumi.String("team"), MountToken: true})
		return err
	}, fixture.Cluster())
	require.Len(t, r.Resources, 2, "the component and the service account")
	require.True(t, *pulumitest.Decode[corev1.ServiceAccount](t, r.One(t, ":core/v1:ServiceAccount")).AutomountServiceAccountToken)
}

func TestIdentity(t *testing.T) {
	t.Parallel()
	identity := given{
		Name: "agent", Namespace: pulumi.String("team"), ServiceAccount: pulumi.String("agent"),
		Annotations: map[string]pulumi.StringInput{"cloud.example.com/role": pulumi.String("reader")},
	}
	args := &rbac.ServiceAccountArgs{
		Namespace: pulumi.String("team"), Identity: identity, Annotations: pulumi.StringMap{"owner": pulumi.String("Ada")},
	}
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := rbac.NewServiceAccount(ctx, "agent", args)
		return err
	}, fixture.Cluster())
	account := pulumitest.Decode[corev1.ServiceAccount](t, r.One(t, ":core/v1:ServiceAccount"))
	require.Equal(t, map[string]string{"cloud.example.com/role": "reader", "owner": "Ada"}, account.Annotations)

	fixture.RequireRejected(t, rbac.NewServiceAccount, args, []string{
		`identity: "agent" is for service account "agent", the service account's is "web": use the same name`,
	}, "it would have no effect")
}

func TestInvalidRulesAreRejected(t *testing.T) {
	t.Parallel()
	team := pulumi.String("team")
	fixture.RequireRejected(t, rbac.NewServiceAccount, nil, []string{"namespace: required, but missing"}, "the namespace is required")
	fixture.RequireRejected(t, rbac.NewServiceAccount, &rbac.ServiceAccountArgs{
		Namespace: team, Name: "default",
		Rules: []rbac.Rule{
			{APIGroups: []string{"apps/v1"}, Resources: []string{"Deployment"}, Verbs: []string{"get"}},
			{APIGroups: []string{"*"}, Resources: []string{"*"}, Verbs: []string{"*"}},
		},
		ClusterRules: []rbac.Rule{
			{Resources: []string{"users"}, Verbs: []string{"impersonate"}},
			{Resources: []string{"secrets"}, ResourceNames: []string{"web"}, Verbs: []string{"create"}},
		},
	}, []string{
		`clusterRules[0].verbs[0]: "impersonate" gives permissions that the service account does not have: remove it, or set allowEscalation`,
		"clusterRules[1].verbs[0]: requests to create have no name: use another rule without resourceNames",
		`name: the service account "default" belongs to Kubernetes: use another name`,
		`rules[0].apiGroups[0]: found the string "apps/v1", expected an API group without a version, such as apps`,
		`rules[0].resources[0]: found the string "Deployment", expected a resource in lower case and plural, such as pods or pods/log`,
		`rules[1].apiGroups[0]: "*" also allows what is added later: list the API groups, or set allowWildcards`,
		`rules[1].resources[0]: "*" also allows what is added later: list the resources, or set allowWildcards`,
		`rules[1].verbs[0]: "*" also allows what is added later: list the verbs, or set allowWildcards`,
	}, "roles name what they allow")
	fixture.RequireRejected(t, rbac.NewServiceAccount, &rbac.ServiceAccountArgs{
		Namespace: team, Rules: []rbac.Rule{{}},
	}, []string{
		"rules[0].resources: required, but missing", "rules[0].verbs: required, but missing",
	}, "an empty rule allows nothing")
}

func TestPermissionsByName(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := rbac.NewServiceAccount(ctx, "admin", &rbac.ServiceAccountArgs{
			Namespace: pulumi.String("team"), AllowWildcards: true, AllowEscalation: true,
			Rules: []rbac.Rule{
				{APIGroups: []string{"*"}, Resources: []string{"*"}, Verbs: []string{"*"}},
				{APIGroups: []string{"rbac.authorization.k8s.io"}, Resources: []string{"roles"}, Verbs: []string{"bind"}},
			},
		})
		return err
	}, fixture.Cluster())
	require.Len(t, pulumitest.Decode[rbacv1.Role](t, r.One(t, ":rbac.authorization.k8s.io/v1:Role")).Rules, 2)
}

func TestEvidence(t *testing.T) {
	t.Parallel()
	all := []string{
		"no access to nodes/proxy", "no access to secrets", "no approval of certificate signing requests",
		"no bind, escalate or impersonate", "no changes of webhook configurations", "no creation of persistent volumes",
		"no creation of pods", "no creation of service account tokens", "no wildcards",
	}
	tests := map[string]struct {
		reason string
		args   rbac.ServiceAccountArgs
		// notMet are the remedies of what is not met.
		notMet []string
	}{
		"Harmless": {"reading pods is harmless", rbac.ServiceAccountArgs{Rules: reads("pods")}, nil},
		"Token":    {"pods of other workloads get a token", rbac.ServiceAccountArgs{MountToken: true}, []string{"false"}},
		"Secrets":  {"in the cluster as well", rbac.ServiceAccountArgs{ClusterRules: reads("secrets")}, []string{"no access to secrets"}},
		"Escalation": {
			"each verb of the three", rbac.ServiceAccountArgs{Rules: []rbac.Rule{{Resources: []string{"users"}, Verbs: []string{"impersonate"}}}},
			[]string{"no bind, escalate or impersonate"},
		},
		"Subresource": {
			"a wildcard of resources", rbac.ServiceAccountArgs{Rules: []rbac.Rule{{Resources: []string{"*/proxy"}, Verbs: []string{"get"}}}},
			[]string{"no access to nodes/proxy", "no wildcards"},
		},
		"Everything": {
			"a wildcard is everything",
			rbac.ServiceAccountArgs{Rules: []rbac.Rule{{APIGroups: []string{"*"}, Resources: []string{"*"}, Verbs: []string{"*"}}}}, all,
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			notMet := map[string]bool{}
			for _, e := range tc.args.Evidence() {
				require.NotEmpty(t, e.Controls)
				if !e.Met {
					notMet[e.Remedy] = true
				}
			}
			want := map[string]bool{}
			for _, remedy := range tc.notMet {
				want[remedy] = true
			}
			require.Empty(t, cmp.Diff(want, notMet), tc.reason)
		})
	}
}
