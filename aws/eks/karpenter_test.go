package eks_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// karpenterCloud returns valid ARNs, which policy documents require.
func karpenterCloud() []pulumitest.Option {
	return []pulumitest.Option{fixture.Cloud(),
		pulumitest.WithOutputs(func(r pulumitest.Registration) resource.PropertyMap {
			arn := func(text string) resource.PropertyMap {
				return resource.PropertyMap{"arn": resource.NewProperty(text + r.Name)}
			}
			switch r.Type {
			case "aws:iam/role:Role":
				return arn("arn:aws:iam::123456789012:role/")
			case "aws:sqs/queue:Queue":
				return arn("arn:aws:sqs:eu-west-1:123456789012:")
			case "aws:cloudwatch/eventRule:EventRule":
				return arn("arn:aws:events:eu-west-1:123456789012:rule/")
			}
			return nil
		})}
}

func madeKarpenter(t *testing.T, name string) *pulumitest.Recording {
	t.Helper()
	return fixture.Run(t, func(ctx *pulumi.Context) error {
		_, err := eks.NewKarpenter(ctx, name, &eks.KarpenterArgs{ClusterName: pulumi.String("shop")})
		return err
	}, karpenterCloud()...)
}

func TestKarpenterGolden(t *testing.T) {
	t.Parallel()
	madeKarpenter(t, "shop").Golden(t, "testdata/karpenter.golden")
}

func TestKarpenterConforms(t *testing.T) {
	t.Parallel()
	pulumitest.Conform(t, pulumitest.Suite[eks.KarpenterArgs, *eks.Karpenter]{
		Token: eks.KarpenterToken,
		New:   eks.NewKarpenter,
		Args: func(ctx *pulumi.Context) *eks.KarpenterArgs {
			return &eks.KarpenterArgs{
				Namespace: "kube-system", ServiceAccount: "scaler", NodeRole: &eks.NodeRole{SessionManager: true},
				PermissionsBoundary: fixture.Text(ctx,
					"arn:aws:iam::123456789012:policy/boundary"), Tags: pulumi.StringMap{"team": pulumi.String("shop")},
				ClusterName: fixture.Text(ctx, "shop"),
			}
		},
		RefusesNil: failure.Configuration,
		Metadata:   fixture.Metadata(),
		Options:    karpenterCloud(),
	})
}

// The controller can change resources with the tags of its cluster only. Other actions are read-only, or required to
// launch instances.
func TestControllerPolicies(t *testing.T) {
	t.Parallel()
	r := madeKarpenter(t, "shop")
	for _, p := range r.OfType("aws:iam/rolePolicy:RolePolicy") {
		document, err := policy.Parse([]byte(nodeInput(t, p, "policy").(string)))
		require.NoError(t, err)
		for _, s := range document.Statements {
			var keys []string
			for _, c := range s.Conditions {
				keys = append(keys, string(c.Key.(pulumi.String)))
			}
			scoped := strings.Contains(strings.Join(keys, " "), "Tag/kubernetes.io/cluster/shop")
			for _, action := range s.Actions {
				_, verb, _ := strings.Cut(action, ":")
				switch {
				case scoped, strings.HasPrefix(verb, "Describe"), strings.HasPrefix(verb,
					"Get"), strings.HasPrefix(verb, "List"):
				case action == "sqs:ReceiveMessage", action == "sqs:DeleteMessage":
					require.Equal(t, pulumi.StringArray{pulumi.String("arn:aws:sqs:eu-west-1:123456789012:shop")},
						s.Resources)
				case action == "iam:PassRole":
					require.Equal(t, pulumi.StringArray{pulumi.String("arn:aws:iam::123456789012:role/shop-node")},
						s.Resources)
					require.Equal(t, []string{"iam:PassedToService"}, keys)
				case action == "ec2:RunInstances", action == "ec2:CreateFleet":
					for _, resource := range s.Resources.(pulumi.StringArray) {
						require.NotContains(t, string(resource.(pulumi.String)), "instance/", "instances have the tags")
					}
				default:
					require.Fail(t, "it may be done to anything", action)
				}
			}
		}
	}
}

// Only one service account of this cluster can assume the role.
func TestControllerTrustPolicy(t *testing.T) {
	t.Parallel()
	r := madeKarpenter(t, "shop")
	role, ok := r.Find("aws:iam/role:Role", "shop-controller")
	require.True(t, ok)
	trust := nodeInput(t, role, "assumeRolePolicy").(string)
	for _, want := range []string{
		`"Service":"pods.eks.amazonaws.com"`,
		`"aws:RequestTag/eks-cluster-arn":"arn:aws:eks:eu-west-1:123456789012:cluster/shop"`,
		`"aws:RequestTag/kubernetes-namespace":"karpenter"`, `"aws:RequestTag/kubernetes-service-account":"karpenter"`,
	} {
		require.Contains(t, trust, want)
	}
	association := r.One(t, "aws:eks/podIdentityAssociation:PodIdentityAssociation")
	for _, p := range r.OfType("aws:iam/rolePolicy:RolePolicy") {
		require.Contains(t, association.Dependencies, p.URN, "the controller has its policies when it gets the role")
	}
}

// Only the two event rules can send messages to the queue.
func TestInterruptionQueuePolicy(t *testing.T) {
	t.Parallel()
	r := madeKarpenter(t, "shop")
	text := nodeInput(t, r.One(t, "aws:sqs/queuePolicy:QueuePolicy"), "policy").(string)
	for _, want := range []string{
		`"aws:SourceArn":["arn:aws:events:eu-west-1:123456789012:rule/shop-health","arn:aws:events:eu-west-1:123456789012:rule/shop-machines"]`,
		`{"Action":"sqs:*","Condition":{"Bool":{"aws:SecureTransport":"false"}},"Effect":"Deny"`,
	} {
		require.Contains(t, text, want)
	}
	require.Equal(t, true, nodeInput(t, r.One(t, "aws:sqs/queue:Queue"), "sqsManagedSseEnabled"))
	require.Len(t, r.OfType("aws:cloudwatch/eventTarget:EventTarget"), 2)
}

func TestKarpenterShortensLongNames(t *testing.T) {
	t.Parallel()
	r := madeKarpenter(t, strings.Repeat("long-", 20)+"name")
	limits := map[string]int{
		"aws:cloudwatch/eventRule:EventRule": 64, "aws:sqs/queue:Queue": 80, "aws:iam/role:Role": 64,
	}
	for typ, limit := range limits {
		for _, found := range r.OfType(typ) {
			require.LessOrEqual(t, len(found.Name), limit-8, typ)
		}
	}
}

func TestInvalidKarpenter(t *testing.T) {
	t.Parallel()
	type args = eks.KarpenterArgs
	tests := map[string]struct {
		reason string
		change func(*args)
		want   string
	}{
		"cluster": {"a cluster is required", func(a *args) { a.ClusterName = nil }, "clusterName: required, but missing"},
		"namespace": {"the grammar of names", func(a *args) { a.Namespace = "Karpenter" },
			`namespace: found "Karpenter"`},
		"account": {"the grammar of names", func(a *args) { a.ServiceAccount = "a_b" },
			`serviceAccount: found "a_b"`},
		"nodes": {"the rules of roles", func(a *args) {
			a.NodeRole.ManagedPolicies = config.Named[pulumi.StringInput]{"node": pulumi.String("X")}
		}, "nodeRole.managedPolicies.node: the name is used by a policy"},
		"tags": {"AWS reserves the prefix", func(a *args) { a.Tags = pulumi.StringMap{"aws:a": pulumi.String("")} },
			`tags["aws:a"]: the prefix aws: is reserved`},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			given := &args{ClusterName: pulumi.String("shop"), NodeRole: &eks.NodeRole{}}
			tc.change(given)
			_, err := pulumitest.Record(func(ctx *pulumi.Context) error {
				_, err := eks.NewKarpenter(ctx, "shop", given)
				return err
			}, karpenterCloud()...)
			require.ErrorContains(t, err, tc.want, tc.reason)
		})
	}
}
