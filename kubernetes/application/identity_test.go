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
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/application"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
	"github.com/ashlar-iac/ashlar/kubernetes/workload"
)

// given is an identity of a cloud.
type given core.WorkloadIdentityInfo

func (g given) WorkloadIdentityInfo() core.WorkloadIdentityInfo { return core.WorkloadIdentityInfo(g) }

const role = "arn:aws:iam::123456789012:role/web"

// agent returns an identity whose credentials come from an agent on the node.
func agent() given {
	return given{
		Name: "shop", Namespace: pulumi.String("team"), ServiceAccount: pulumi.String("web"), Revision: pulumi.String("agent"),
		Endpoints: []core.CredentialEndpoint{{CIDR: "169.254.170.23/32", Port: 80}, {CIDR: "fd00:ec2::23/128", Port: 80}},
	}
}

// annotated returns an identity that requires an annotation of the service account and labels of the pods.
func annotated() given {
	return given{
		Name: "shop", Namespace: pulumi.String("team"), ServiceAccount: pulumi.String("web"), Revision: pulumi.String(role),
		Annotations: map[string]pulumi.StringInput{"cloud.example.com/role": pulumi.String(role).ToStringOutput()},
		Labels:      map[string]string{"cloud.example.com/use": "true", "team": "identity"},
	}
}

// identified returns the shortest arguments with an identity, with changes.
func identified(identity core.WorkloadIdentity, changes ...func(*application.ApplicationArgs)) *application.ApplicationArgs {
	return minimal(append([]func(*application.ApplicationArgs){func(a *application.ApplicationArgs) { a.Identity = identity }}, changes...)...)
}

func TestIdentityAddsAnnotationsAndLabels(t *testing.T) {
	t.Parallel()
	r := run(t, identified(annotated(), func(a *application.ApplicationArgs) { a.Labels = pulumi.StringMap{"team": pulumi.String("payments")} }))
	require.Equal(t, map[string]string{"cloud.example.com/role": role}, metadataOf(t, r.One(t, ":ServiceAccount")).Annotations)
	d := pulumitest.Decode[appsv1.Deployment](t, r.One(t, ":apps/v1:Deployment"))
	require.Equal(t, workload.SelectorLabels("web"), d.Spec.Selector.MatchLabels, "the selector stays the same")
	require.Equal(t, "true", d.Spec.Template.Labels["cloud.example.com/use"])
	require.Equal(t, "identity", d.Spec.Template.Labels["team"], "labels of the identity take precedence")
	require.Equal(t, "payments", metadataOf(t, r.One(t, ":ServiceAccount")).Labels["team"])
	require.False(t, *d.Spec.Template.Spec.AutomountServiceAccountToken, "there is no token for the API server")

	plain := run(t, identified(agent()))
	require.Empty(t, metadataOf(t, plain.One(t, ":ServiceAccount")).Annotations)
}

// The identity is one of Azure. Source: "Use Microsoft Entra Workload ID with Azure Kubernetes Service".
func TestAzureIdentityAddsTheAnnotationAndTheLabelOfItsWebhook(t *testing.T) {
	t.Parallel()
	const client = "56565656-0000-0000-0000-000000000000"
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		id := fixture.Text(ctx, client)
		_, err := application.NewApplication(ctx, "web", identified(given{
			Name: "shop", Platform: "aks", Namespace: pulumi.String("team"), ServiceAccount: pulumi.String("web"), Revision: id,
			Annotations: map[string]pulumi.StringInput{"azure.workload.identity/client-id": id},
			Labels:      map[string]string{"azure.workload.identity/use": "true"},
		}))
		return err
	}, fixture.Cluster())
	require.Equal(t, map[string]string{"azure.workload.identity/client-id": client}, metadataOf(t, r.One(t, ":ServiceAccount")).Annotations)
	template := pulumitest.Decode[appsv1.Deployment](t, r.One(t, ":apps/v1:Deployment")).Spec.Template
	require.Equal(t, "true", template.Labels["azure.workload.identity/use"])
	require.Equal(t, client, template.Annotations["ashlar-iac.github.io/identity"], "another identity restarts the pods")
}

// Pods get access to credentials when they start. Without a change of the pod template, they would not restart.
func TestAnotherIdentityTriggersARollout(t *testing.T) {
	t.Parallel()
	annotations := func(args *application.ApplicationArgs) map[string]string {
		return pulumitest.Decode[appsv1.Deployment](t, run(t, args).One(t, ":apps/v1:Deployment")).Spec.Template.Annotations
	}
	none := agent()
	none.Revision = nil
	require.Empty(t, annotations(minimal()))
	require.Empty(t, annotations(identified(none)), "pods with such an identity need no restart")
	require.Equal(t, map[string]string{"ashlar-iac.github.io/identity": "agent"}, annotations(identified(agent())))
	require.Equal(t, map[string]string{"ashlar-iac.github.io/identity": role}, annotations(identified(annotated())))
}

func TestIsolatedPodsHaveEgressToTheirCredentials(t *testing.T) {
	t.Parallel()
	// egress returns the port of each allowed CIDR block.
	egress := func(args *application.ApplicationArgs) map[string]int {
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
	require.Empty(t, egress(identified(annotated())), "it has no endpoint")
	want := map[string]int{"169.254.170.23/32": 80, "fd00:ec2::23/128": 80}
	if diff := cmp.Diff(want, egress(identified(agent()))); diff != "" {
		t.Errorf("the agent is accessible at its port only (-want +got):\n%s", diff)
	}
	open := run(t, identified(agent(), func(a *application.ApplicationArgs) { a.Network = &application.Network{Isolated: new(false)} }))
	require.Empty(t, open.OfType(":NetworkPolicy"), "the pods are not isolated")
}

func TestPodsDependOnTheirIdentity(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		association, err := kubecore.NewConfigMap(ctx, "association", nil)
		require.NoError(t, err)
		identity := agent()
		identity.Ready = []pulumi.Resource{association}
		_, err = application.NewApplication(ctx, "web", identified(identity))
		return err
	}, fixture.Cluster())
	association, ok := r.Find(":ConfigMap", "association")
	require.True(t, ok)
	require.Contains(t, r.One(t, workload.DeploymentToken).Dependencies, association.URN)
	require.NotContains(t, r.One(t, ":ServiceAccount").Dependencies, association.URN, "other objects do not depend on it")
}

func TestIdentityOfAnotherServiceAccountIsRejected(t *testing.T) {
	t.Parallel()
	other := agent()
	other.Namespace, other.ServiceAccount = pulumi.String("shop"), pulumi.String("api")
	fixture.RequireRejected(t, application.NewApplication, identified(other), []string{
		`identity: "shop" is for service account "api", the application's is "web": use the same name`,
		`identity: "shop" is for namespace "shop", the application is in "team": use the same namespace`,
	}, "the names are known")
}

// A namespace is usually an output, which is unknown before the deployment.
func TestIdentityOfAnotherNamespaceStopsTheDeployment(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		change func(*pulumi.Context, *given)
		want   string
	}{
		"same": {"it matches", func(*pulumi.Context, *given) {}, ""},
		"namespace": {"another namespace", func(_ *pulumi.Context, g *given) { g.Namespace = pulumi.String("shop") },
			`use identity "shop": it is for service account shop/web, the application's is team/web`},
		"service account": {"another service account", func(ctx *pulumi.Context, g *given) { g.ServiceAccount = fixture.Text(ctx, "api") },
			`use identity "shop": it is for service account team/api, the application's is team/web`},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := pulumitest.Record(func(ctx *pulumi.Context) error {
				identity := agent()
				tc.change(ctx, &identity)
				_, err := application.NewApplication(ctx, "web", identified(identity, func(a *application.ApplicationArgs) { a.Namespace = fixture.Text(ctx, "team") }))
				return err
			}, fixture.Cluster())
			if tc.want == "" {
				require.NoError(t, err, tc.reason)
				require.Equal(t, "team", metadataOf(t, r.One(t, ":ServiceAccount")).Namespace)
				return
			}
			require.ErrorContains(t, err, tc.want, tc.reason)
			require.ErrorIs(t, err, failure.Configuration)
			require.Empty(t, r.OfType("kubernetes:apps/v1:Deployment"), "no pod starts without its identity")
		})
	}
}
