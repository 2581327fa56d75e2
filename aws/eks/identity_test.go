package eks_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

const associationType = "aws:eks/podIdentityAssociation:PodIdentityAssociation"

// fullIdentity returns arguments with every field set that goes with the others.
func fullIdentity() *eks.WorkloadIdentityArgs {
	return &eks.WorkloadIdentityArgs{
		WorkloadIdentitySettings: eks.WorkloadIdentitySettings{
			Namespace: "shop", ServiceAccount: "web", Method: "podIdentity", MaxSessionDuration: "2h",
			Permissions: iam.Permissions{
				ManagedPolicies: config.Named[pulumi.StringInput]{"data": pulumi.String("arn:aws:iam::" + fixture.Account + ":policy/data")},
				InlinePolicies: config.Named[policy.Document]{"read": {Statements: []policy.Statement{{
					Effect: policy.Allow, Actions: []string{"s3:GetObject"}, Resources: pulumi.StringArray{pulumi.String("arn:aws:s3:::data/*")},
				}}}},
				PermissionsBoundary: pulumi.String("arn:aws:iam::" + fixture.Account + ":policy/boundary"),
			},
			Tags: map[string]string{"team": "shop"},
		},
		Target: target(),
	}
}

// irsaIdentity is the same on Fargate.
func irsaIdentity() *eks.WorkloadIdentityArgs {
	args := fullIdentity()
	args.Method = "irsa"
	return args
}

func TestWorkloadIdentityGoldens(t *testing.T) {
	t.Parallel()
	for file, args := range map[string]*eks.WorkloadIdentityArgs{
		"testdata/identity-pods.golden": fullIdentity(), "testdata/identity-irsa.golden": irsaIdentity(),
	} {
		pulumitest.Run(t, func(ctx *pulumi.Context) error {
			_, err := eks.NewWorkloadIdentity(ctx, "web", args)
			return err
		}, fixture.Cloud()).Golden(t, file)
	}
}

func TestWorkloadIdentityConforms(t *testing.T) {
	t.Parallel()
	for name, fresh := range map[string]func() *eks.WorkloadIdentityArgs{"Pod Identity": fullIdentity, "IRSA": irsaIdentity} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pulumitest.Conform(t, pulumitest.Suite[eks.WorkloadIdentityArgs, *eks.WorkloadIdentity]{
				Token: eks.WorkloadIdentityToken,
				New:   eks.NewWorkloadIdentity,
				Args: func(ctx *pulumi.Context) *eks.WorkloadIdentityArgs {
					args := fresh()
					args.Target.ClusterName = fixture.Text(ctx, "main")
					args.Target.ARN = fixture.Text(ctx, clusterARN)
					args.Target.Issuer = fixture.Text(ctx, issuer)
					args.Target.IssuerARN = fixture.Text(ctx, issuerARN)
					args.ManagedPolicies["data"] = fixture.Text(ctx, "arn:aws:iam::"+fixture.Account+":policy/data")
					return args
				},
				RefusesNil: failure.Configuration,
				Defaults:   []string{"method", "maxSessionDuration"},
				Metadata:   fixture.Metadata(),
				Options:    []pulumitest.Option{fixture.Cloud()},
			})
		})
	}
}

// facts are what a consumer gets to know of an identity.
type facts struct {
	Name, Platform, Namespace, ServiceAccount, Revision string
	Annotations, Labels                                 map[string]string
	Endpoints                                           []core.CredentialEndpoint
	Ready                                               []string
}

func TestWhatPodsGetToKnowOfTheirIdentity(t *testing.T) {
	t.Parallel()
	const role = "arn:aws:iam::" + fixture.Account + ":role/web"
	agent := []core.CredentialEndpoint{{CIDR: "169.254.170.23/32", Port: 80}, {CIDR: "fd00:ec2::23/128", Port: 80}}
	tests := map[string]struct {
		reason string
		change func(*eks.WorkloadIdentityArgs)
		want   facts
	}{
		"Pod Identity": {
			reason: "nothing is written on the service account, and the agent has to be reached",
			change: func(*eks.WorkloadIdentityArgs) {},
			want:   facts{Revision: "pod-identity", Endpoints: agent, Ready: []string{associationType}},
		},
		"Pod Identity with a role": {
			reason: "pods wait for the association all the same",
			change: func(a *eks.WorkloadIdentityArgs) { a.Permissions, a.RoleARN = iam.Permissions{}, pulumi.String(role) },
			want:   facts{Revision: "pod-identity", Endpoints: agent, Ready: []string{associationType}},
		},
		"IRSA": {
			reason: "the service account names the role, and pods that run have to start anew for another one",
			change: func(a *eks.WorkloadIdentityArgs) { a.Method = "irsa" },
			want: facts{
				Revision: "arn of the role", Annotations: map[string]string{"eks.amazonaws.com/role-arn": "arn of the role"},
				Ready: []string{"aws:iam/role:Role", "aws:iam/rolePolicyAttachment:RolePolicyAttachment", "aws:iam/rolePolicy:RolePolicy"},
			},
		},
		"IRSA with a role": {
			reason: "there is nothing to wait for",
			change: func(a *eks.WorkloadIdentityArgs) {
				a.Method, a.Permissions, a.RoleARN = "irsa", iam.Permissions{}, pulumi.String(role)
			},
			want: facts{Revision: role, Annotations: map[string]string{"eks.amazonaws.com/role-arn": role}},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := fullIdentity()
			tc.change(args)
			tc.want.Name, tc.want.Platform, tc.want.Namespace, tc.want.ServiceAccount = "web", "eks", "shop", "web"
			pulumitest.Run(t, func(ctx *pulumi.Context) error {
				w, err := eks.NewWorkloadIdentity(ctx, "web", args)
				require.NoError(t, err)
				if diff := cmp.Diff(tc.want, factsOf(t, w.WorkloadIdentityInfo())); diff != "" {
					t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
				}
				require.Equal(t, "web", pulumitest.Inspect[string](t, w.RoleName).Value)
				return nil
			}, fixture.Cloud(), pulumitest.WithOutputs(roleAnswers))
		})
	}
}

// roleAnswers gives roles what IAM gives them.
func roleAnswers(r pulumitest.Registration) resource.PropertyMap {
	if r.Type != roleType {
		return nil
	}
	return resource.NewPropertyMapFromMap(map[string]any{"arn": "arn of the role", "name": "web"})
}

func factsOf(t *testing.T, info core.WorkloadIdentityInfo) facts {
	t.Helper()
	text := func(in pulumi.StringInput) string { return pulumitest.Inspect[string](t, in.ToStringOutput()).Value }
	out := facts{
		Name: info.Name, Platform: info.Platform, Namespace: text(info.Namespace), ServiceAccount: text(info.ServiceAccount),
		Revision: text(info.Revision), Labels: info.Labels, Endpoints: info.Endpoints,
	}
	for key, value := range info.Annotations {
		if out.Annotations == nil {
			out.Annotations = map[string]string{}
		}
		out.Annotations[key] = text(value)
	}
	for _, r := range info.Ready {
		out.Ready = append(out.Ready, string(resource.URN(pulumitest.Inspect[pulumi.URN](t, r.URN()).Value).Type()))
	}
	return out
}

// A cluster has one name in the program, and may have another one in the account.
func TestAnIdentityKnowsItsCluster(t *testing.T) {
	t.Parallel()
	pulumitest.Run(t, func(ctx *pulumi.Context) error {
		c, err := eks.NewCluster(ctx, "main", fullCluster())
		require.NoError(t, err)
		args := fullIdentity()
		args.Target = c.Target()
		w, err := eks.NewWorkloadIdentity(ctx, "web", args)
		require.NoError(t, err)
		require.Equal(t, c.ClusterInfo().Name, w.WorkloadIdentityInfo().Cluster)
		require.Equal(t, "main", w.WorkloadIdentityInfo().Cluster)
		return nil
	}, append(clusterOptions(control{}), addonVersions())...)
}

func TestWhoMayHaveTheRoleOfAWorkload(t *testing.T) {
	t.Parallel()
	trust := func(change func(*eks.WorkloadIdentityArgs)) string {
		args := fullIdentity()
		change(args)
		return pulumitest.Run(t, func(ctx *pulumi.Context) error {
			_, err := eks.NewWorkloadIdentity(ctx, "web", args)
			return err
		}, fixture.Cloud()).One(t, roleType).Inputs["assumeRolePolicy"].StringValue()
	}
	pods := trust(func(*eks.WorkloadIdentityArgs) {})
	require.Contains(t, pods, `"aws:RequestTag/eks-cluster-arn":"`+clusterARN+`"`, "the pods of this cluster alone")
	require.Contains(t, pods, `"aws:RequestTag/kubernetes-namespace":"shop","aws:RequestTag/kubernetes-service-account":"web"`)
	require.NotContains(t, trust(func(a *eks.WorkloadIdentityArgs) { a.Target.ARN = nil }), "eks-cluster-arn", "a cluster whose ARN nobody knows")
	require.Contains(t, trust(func(a *eks.WorkloadIdentityArgs) { a.Method = "irsa" }), `:sub":"system:serviceaccount:shop:web"`)
}

func TestWorkloadIdentityRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		args   *eks.WorkloadIdentityArgs
		want   []string
	}{
		"nil": {"the service account has to be named", nil, []string{
			"namespace: required, but missing", "serviceAccount: required, but missing",
			"target: it names no cluster: take Cluster.Target, or set Name",
		}},
		"names": {"Kubernetes has rules", &eks.WorkloadIdentityArgs{
			WorkloadIdentitySettings: eks.WorkloadIdentitySettings{Namespace: "shop.eu", ServiceAccount: "web_1"}, Target: target(),
		}, []string{
			`namespace: found "shop.eu", expected the name of a namespace: lower case letters, digits and -, at most 63`,
			`serviceAccount: found "web_1", expected the name of a service account: lower case letters, digits, - and .`,
		}},
		"method": {"there are two", &eks.WorkloadIdentityArgs{
			WorkloadIdentitySettings: eks.WorkloadIdentitySettings{Namespace: "shop", ServiceAccount: "web", Method: "kiam"}, Target: target(),
		}, []string{`method: unknown value "kiam", expected one of: irsa, podIdentity`}},
		"no identity provider": {"nobody would be trusted", &eks.WorkloadIdentityArgs{
			WorkloadIdentitySettings: eks.WorkloadIdentitySettings{Namespace: "shop", ServiceAccount: "web", Method: "irsa"}, Target: eks.Target{Name: "main"},
		}, []string{"target: IAM roles for service accounts need the cluster's identity provider: set Issuer and IssuerARN"}},
		"role": {"two roles", &eks.WorkloadIdentityArgs{
			WorkloadIdentitySettings: eks.WorkloadIdentitySettings{
				Namespace: "shop", ServiceAccount: "web", RoleARN: pulumi.String(existing),
				Permissions: iam.Permissions{ManagedPolicies: config.Named[pulumi.StringInput]{"all": pulumi.String("AdministratorAccess")}},
			}, Target: target(),
		}, []string{
			"managedPolicies.all: AdministratorAccess allows all actions, or all actions of a service, on all resources: " +
				"use a narrower policy, or set allowBroadPolicies",
			"roleArn: the role exists already, with policies of its own: leave out the role or the policies",
		}},
		"session": {"STS has rules", &eks.WorkloadIdentityArgs{
			WorkloadIdentitySettings: eks.WorkloadIdentitySettings{
				Namespace: "shop", ServiceAccount: "web", MaxSessionDuration: "13h", Tags: map[string]string{"aws:x": ""},
			}, Target: target(),
		}, []string{
			`maxSessionDuration: found "13h", expected a duration from 1h to 12h, such as 4h or 1h30m`,
			`tags["aws:x"]: keys that begin with aws: are reserved: choose another one`,
		}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requireFindings(t, tc.reason, tc.want, func(ctx *pulumi.Context) error {
				_, err := eks.NewWorkloadIdentity(ctx, "web", tc.args)
				return err
			})
		})
	}
}
