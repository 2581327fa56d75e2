package application_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	kubecore "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	networkingv1 "k8s.io/api/networking/v1"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/application"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
	"github.com/ashlar-iac/ashlar/kubernetes/workload"
)

// given is an identity that a cloud made.
type given core.WorkloadIdentityInfo

func (g given) WorkloadIdentityInfo() core.WorkloadIdentityInfo { return core.WorkloadIdentityInfo(g) }

const role = "arn:aws:iam::123456789012:role/web"

// agent is an identity whose credentials an agent hands out.
func agent() given {
	return given{
		Name: "shop", Namespace: pulumi.String("team"), ServiceAccount: pulumi.String("web"), Revision: pulumi.String("agent"),
		Endpoints: []core.CredentialEndpoint{{CIDR: "169.254.170.23/32", Port: 80}, {CIDR: "fd00:ec2::23/128", Port: 80}},
	}
}

// annotated is an identity that the service account names, and for which pods are labelled.
func annotated() given {
	return given{
		Name: "shop", Namespace: pulumi.String("team"), ServiceAccount: pulumi.String("web"), Revision: pulumi.String(role),
		Annotations: map[string]pulumi.StringInput{"cloud.example.com/role": pulumi.String(role).ToStringOutput()},
		Labels:      map[string]string{"cloud.example.com/use": "true", "team": "identity"},
	}
}

// identified returns the least that an application with an identity needs.
func identified(identity core.WorkloadIdentity, changes ...func(*application.Args)) *application.Args {
	return minimal(append([]func(*application.Args){func(a *application.Args) { a.Identity = identity }}, changes...)...)
}

func TestAServiceAccountNamesItsIdentity(t *testing.T) {
	t.Parallel()
	r := run(t, identified(annotated(), func(a *application.Args) { a.Labels = map[string]string{"team": "payments"} }))
	require.Equal(t, map[string]string{"cloud.example.com/role": role}, metadataOf(t, r.One(t, ":ServiceAccount")).Annotations)
	d := pulumitest.Decode[appsv1.Deployment](t, r.One(t, ":apps/v1:Deployment"))
	require.Equal(t, workload.SelectorLabels("web"), d.Spec.Selector.MatchLabels, "what finds the pods stays the same")
	require.Equal(t, "true", d.Spec.Template.Labels["cloud.example.com/use"])
	require.Equal(t, "identity", d.Spec.Template.Labels["team"], "what the identity needs wins")
	require.Equal(t, "payments", metadataOf(t, r.One(t, ":ServiceAccount")).Labels["team"])
	require.False(t, *d.Spec.Template.Spec.AutomountServiceAccountToken, "there is still no token for the API server")

	plain := run(t, identified(agent()))
	require.Empty(t, metadataOf(t, plain.One(t, ":ServiceAccount")).Annotations)
}

// Pods that run got their way to the credentials when they started: a Deployment that stays the same would not start them anew.
func TestAnotherIdentityRollsOut(t *testing.T) {
	t.Parallel()
	annotations := func(args *application.Args) map[string]string {
		return pulumitest.Decode[appsv1.Deployment](t, run(t, args).One(t, ":apps/v1:Deployment")).Spec.Template.Annotations
	}
	none := agent()
	none.Revision = nil
	require.Empty(t, annotations(minimal()))
	require.Empty(t, annotations(identified(none)), "pods of such an identity never have to")
	require.Equal(t, map[string]string{"ashlar-iac.github.io/identity": "agent"}, annotations(identified(agent())))
	require.Equal(t, map[string]string{"ashlar-iac.github.io/identity": role}, annotations(identified(annotated())))
}

func TestIsolatedPodsReachTheirCredentials(t *testing.T) {
	t.Parallel()
	// egress returns the ranges of addresses that the pods may talk to, by their ports.
	egress := func(args *application.Args) map[string]int {
		out := map[string]int{}
		for _, rule := range pulumitest.Decode[networkingv1.NetworkPolicy](t, run(t, args).One(t, ":NetworkPolicy")).Spec.Egress {
			for _, peer := range rule.To {
				if peer.IPBlock != nil && len(rule.Ports) == 1 {
					out[peer.IPBlock.CIDR] = rule.Ports[0].Port.IntValue()
				}
			}
		}
		return out
	}
	require.Empty(t, egress(minimal()))
	require.Empty(t, egress(identified(annotated())), "it has no address of its own")
	want := map[string]int{"169.254.170.23/32": 80, "fd00:ec2::23/128": 80}
	if diff := cmp.Diff(want, egress(identified(agent()))); diff != "" {
		t.Errorf("the agent is reached at its port alone (-want +got):\n%s", diff)
	}
	open := run(t, identified(agent(), func(a *application.Args) { a.Network.Isolated = ptr(false) }))
	require.Empty(t, open.Of(":NetworkPolicy"), "nothing keeps the pods from their credentials")
}

func TestPodsWaitForTheirIdentity(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		association, err := kubecore.NewConfigMap(ctx, "association", nil)
		require.NoError(t, err)
		identity := agent()
		identity.Ready = []pulumi.Resource{association}
		_, err = application.New(ctx, "web", identified(identity))
		return err
	}, fixture.Cluster())
	association, ok := r.Find(":ConfigMap", "association")
	require.True(t, ok)
	require.Contains(t, r.One(t, workload.DeploymentToken).Dependencies, association.URN)
	require.NotContains(t, r.One(t, ":ServiceAccount").Dependencies, association.URN, "everything else need not wait")
}

func TestAnIdentityIsThatOfTheApplication(t *testing.T) {
	t.Parallel()
	other := agent()
	other.Namespace, other.ServiceAccount = pulumi.String("shop"), pulumi.String("api")
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := application.New(ctx, "web", identified(other))
		var invalid *config.Error
		require.ErrorAs(t, err, &invalid)
		var got []string
		for _, f := range invalid.Findings {
			got = append(got, f.String())
		}
		require.Equal(t, []string{
			`identity: "shop" is for the service account "api", that of the application is called "web": give one the name of the other`,
			`identity: "shop" is for the namespace "shop", the application is in "team": move one of them`,
		}, got)
		return nil
	}, fixture.Cluster())
	require.Empty(t, r.Resources)
}

// A namespace is mostly another resource's name, which the engine knows alone.
func TestAnIdentityOfAnotherNamespaceStopsTheRun(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		change func(*pulumi.Context, *given)
		want   string
	}{
		"same": {"it fits", func(*pulumi.Context, *given) {}, ""},
		"namespace": {"it is for others", func(_ *pulumi.Context, g *given) { g.Namespace = pulumi.String("shop") },
			`the identity "shop" is for shop/web`},
		"service account": {"it is for others", func(ctx *pulumi.Context, g *given) { g.ServiceAccount = fixture.Text(ctx, "api") },
			`the identity "shop" is for team/api`},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := pulumitest.Record(func(ctx *pulumi.Context) error {
				identity := agent()
				tc.change(ctx, &identity)
				_, err := application.New(ctx, "web", identified(identity, func(a *application.Args) { a.Namespace = fixture.Text(ctx, "team") }))
				return err
			}, fixture.Cluster())
			if tc.want == "" {
				require.NoError(t, err, tc.reason)
				require.Equal(t, "team", metadataOf(t, r.One(t, ":ServiceAccount")).Namespace)
				return
			}
			require.ErrorContains(t, err, tc.want, tc.reason)
			require.ErrorIs(t, err, failure.Configuration)
			require.Empty(t, r.Of("kubernetes:apps/v1:Deployment"), "no pod runs without its identity")
		})
	}
}
