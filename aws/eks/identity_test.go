package eks_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

const associationType = "aws:eks/podIdentityAssociation:PodIdentityAssociation"

// fullIdentity returns arguments with all options that are not mutually exclusive.
func fullIdentity() *eks.WorkloadIdentityArgs {
	return identityInMain(eks.WorkloadIdentityArgs{
		Namespace: "shop", ServiceAccount: "web", Method: "podIdentity", MaxSessionDuration: "2h",
		ManagedPolicies: config.Named[pulumi.StringInput]{"data": pulumi.String("arn:aws:iam::" + fixture.Account +
			":policy/data")},
		InlinePolicies: config.Named[policy.Document]{"read": {Statements: []policy.Statement{{
			Effect: policy.Allow, Actions: []string{"s3:GetObject"},
			Resources: pulumi.StringArray{pulumi.String("arn:aws:s3:::data/*")},
		}}}},
		PermissionsBoundary: pulumi.String("arn:aws:iam::" + fixture.Account + ":policy/boundary"),
		Tags:                pulumi.StringMap{"team": pulumi.String("shop")},
	})
}

// identityInMain places an identity in the cluster main, which is not part of the program.
func identityInMain(args eks.WorkloadIdentityArgs) *eks.WorkloadIdentityArgs {
	args.ClusterName, args.ClusterARN = pulumi.String("main"), pulumi.String(clusterARN)
	args.OIDCIssuer, args.OIDCProviderARN = pulumi.String(issuer), pulumi.String(issuerARN)
	return &args
}

// irsaIdentity returns the same arguments with IRSA.
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
		fixture.Run(t, func(ctx *pulumi.Context) error {
			_, err := eks.NewWorkloadIdentity(ctx, "web", args)
			return err
		}, fixture.Cloud()).Golden(t, file)
	}
}

func TestWorkloadIdentityConforms(t *testing.T) {
	t.Parallel()
	for name, fresh := range map[string]func() *eks.WorkloadIdentityArgs{"Pod Identity": fullIdentity,
		"IRSA": irsaIdentity} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pulumitest.Conform(t, pulumitest.Suite[eks.WorkloadIdentityArgs, *eks.WorkloadIdentity]{
				Token: eks.WorkloadIdentityToken,
				New:   eks.NewWorkloadIdentity,
				Args: func(ctx *pulumi.Context) *eks.WorkloadIdentityArgs {
					args := fresh()
					args.ClusterName = fixture.Text(ctx, "main")
					args.ClusterARN = fixture.Text(ctx, clusterARN)
					args.OIDCIssuer = fixture.Text(ctx, issuer)
					args.OIDCProviderARN = fixture.Text(ctx, issuerARN)
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

// facts are the resolved values of a core.WorkloadIdentityInfo.
type facts struct {
	Name, Platform, Namespace, ServiceAccount, Revision string
	Annotations, Labels                                 map[string]string
	Endpoints                                           []core.CredentialEndpoint
	Ready                                               []string
}

func TestWorkloadIdentityInfo(t *testing.T) {
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
			change: func(a *eks.WorkloadIdentityArgs) { withRole(a, role) },
			want:   facts{Revision: "pod-identity", Endpoints: agent, Ready: []string{associationType}},
		},
		"IRSA": {
			reason: "the service account names the role, and pods that run have to start anew for another one",
			change: func(a *eks.WorkloadIdentityArgs) { a.Method = "irsa" },
			want: facts{
				Revision:    "arn of the role",
				Annotations: map[string]string{"eks.amazonaws.com/role-arn": "arn of the role"},
				Ready: []string{"aws:iam/role:Role", "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
					"aws:iam/rolePolicy:RolePolicy"},
			},
		},
		"IRSA with a role": {
			reason: "there is nothing to wait for",
			change: func(a *eks.WorkloadIdentityArgs) {
				withRole(a, role)
				a.Method = eks.MethodIRSA
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
			fixture.Run(t, func(ctx *pulumi.Context) error {
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

// roleAnswers returns outputs of roles.
func roleAnswers(r pulumitest.Registration) resource.PropertyMap {
	if r.Type != roleType {
		return nil
	}
	return resource.NewPropertyMapFromMap(map[string]any{"arn": "arn of the role", "name": "web"})
}

// withRole makes an identity use an existing role.
func withRole(a *eks.WorkloadIdentityArgs, role string) {
	a.ManagedPolicies, a.InlinePolicies, a.PermissionsBoundary, a.RoleARN = nil, nil, nil, pulumi.String(role)
}

func factsOf(t *testing.T, info core.WorkloadIdentityInfo) facts {
	t.Helper()
	text := func(in pulumi.StringInput) string { return pulumitest.Inspect[string](t, in.ToStringOutput()).Value }
	out := facts{
		Name: info.Name, Platform: info.Platform, Namespace: text(info.Namespace),
		ServiceAccount: text(info.ServiceAccount),
		Revision:       text(info.Revision), Labels: info.Labels, Endpoints: info.Endpoints,
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

// The name of a cluster in the program can differ from its name in the account.
func TestWorkloadIdentityNamesItsCluster(t *testing.T) {
	t.Parallel()
	fixture.Run(t, func(ctx *pulumi.Context) error {
		c, err := eks.NewCluster(ctx, "main", fullCluster())
		require.NoError(t, err)
		args := fullIdentity()
		args.ClusterName, args.ClusterARN, args.OIDCIssuer, args.OIDCProviderARN = nil, nil, nil, nil
		args.Cluster = c
		w, err := eks.NewWorkloadIdentity(ctx, "web", args)
		require.NoError(t, err)
		require.Equal(t, c.ClusterInfo().Name, w.WorkloadIdentityInfo().Cluster)
		require.Equal(t, "main", w.WorkloadIdentityInfo().Cluster)
		return nil
	}, append(clusterOptions(control{}), addonVersions())...)
}

func TestWorkloadIdentityTrustPolicy(t *testing.T) {
	t.Parallel()
	trust := func(change func(*eks.WorkloadIdentityArgs)) string {
		args := fullIdentity()
		change(args)
		return fixture.Run(t, func(ctx *pulumi.Context) error {
			_, err := eks.NewWorkloadIdentity(ctx, "web", args)
			return err
		}, fixture.Cloud()).One(t, roleType).Inputs["assumeRolePolicy"].StringValue()
	}
	pods := trust(func(*eks.WorkloadIdentityArgs) {})
	require.Contains(t, pods, `"aws:RequestTag/eks-cluster-arn":"`+clusterARN+`"`, "the pods of this cluster alone")
	require.Contains(t, pods,
		`"aws:RequestTag/kubernetes-namespace":"shop","aws:RequestTag/kubernetes-service-account":"web"`)
	require.NotContains(t, trust(func(a *eks.WorkloadIdentityArgs) { a.ClusterARN = nil }), "eks-cluster-arn",
		"a cluster with an unknown ARN")
	require.Contains(t, trust(func(a *eks.WorkloadIdentityArgs) { a.Method = "irsa" }),
		`:sub":"system:serviceaccount:shop:web"`)
}

func TestInvalidWorkloadIdentities(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		args   *eks.WorkloadIdentityArgs
		want   []string
	}{
		"nil": {"required arguments", nil, []string{
			"clusterName: required, but missing: set it, or Cluster", "namespace: required, but missing",
			"serviceAccount: required, but missing",
		}},
		"names": {"names of Kubernetes objects", identityInMain(eks.WorkloadIdentityArgs{
			Namespace: "shop.eu", ServiceAccount: "web_1",
		}), []string{
			`namespace: found "shop.eu", expected a namespace: up to 63 lower case letters, digits and -`,
			`serviceAccount: found "web_1", expected a service account: lower case letters, digits, - and .`,
		}},
		"method": {"there are two methods", identityInMain(eks.WorkloadIdentityArgs{
			Namespace: "shop", ServiceAccount: "web", Method: "kiam",
		}), []string{`method: unknown value "kiam", expected one of: irsa, podIdentity`}},
		"no identity provider": {"the trust policy needs it", &eks.WorkloadIdentityArgs{
			Namespace: "shop", ServiceAccount: "web", Method: "irsa", ClusterName: pulumi.String("main"),
		},
			[]string{"oidcProviderArn: required for IRSA, but missing: set oidcIssuer and oidcProviderArn, or use podIdentity"}},
		"role": {"they are mutually exclusive", identityInMain(eks.WorkloadIdentityArgs{
			Namespace: "shop", ServiceAccount: "web", RoleARN: pulumi.String(existing),
			ManagedPolicies: config.Named[pulumi.StringInput]{"all": pulumi.String("AdministratorAccess")},
		}), []string{
			"managedPolicies.all: AdministratorAccess allows all actions, or all actions of a service, on all resources: " +
				"use a narrower policy, or set allowBroadPolicies",
			"roleArn: mutually exclusive with policies and permissionsBoundary: omit one of them",
		}},
		"session": {"STS has limits", identityInMain(eks.WorkloadIdentityArgs{
			Namespace: "shop", ServiceAccount: "web", MaxSessionDuration: "13h",
			Tags: pulumi.StringMap{"aws:x": pulumi.String("")},
		}), []string{
			`maxSessionDuration: found "13h", expected a duration from 1h to 12h, such as 4h or 1h30m`,
			`tags["aws:x"]: the prefix aws: is reserved: use another key`,
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
