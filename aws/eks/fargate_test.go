package eks_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

const fargateType = "aws:eks/fargateProfile:FargateProfile"

func fargateArgs(changes ...func(*eks.FargateProfileArgs)) *eks.FargateProfileArgs {
	args := &eks.FargateProfileArgs{
		Selectors: []eks.FargateSelector{
			{Namespace: "batch-*"}, {Namespace: "shop", Labels: pulumi.StringMap{"runs-on": pulumi.String("fargate")}},
		},
		ClusterName: pulumi.String("shop"), SubnetIDs: nodeSubnets(),
	}
	for _, change := range changes {
		change(args)
	}
	return args
}

func madeFargate(t *testing.T, args *eks.FargateProfileArgs) *pulumitest.Recording {
	t.Helper()
	return fixture.Run(t, func(ctx *pulumi.Context) error {
		_, err := eks.NewFargateProfile(ctx, "batch", args)
		return err
	}, fixture.Cloud())
}

func TestFargateProfileGolden(t *testing.T) {
	t.Parallel()
	madeFargate(t, fargateArgs()).Golden(t, "testdata/fargateprofile.golden")
}

func TestFargateProfileConforms(t *testing.T) {
	t.Parallel()
	pulumitest.Conform(t, pulumitest.Suite[eks.FargateProfileArgs, *eks.FargateProfile]{
		Token: eks.FargateProfileToken,
		New:   eks.NewFargateProfile,
		Args: func(ctx *pulumi.Context) *eks.FargateProfileArgs {
			return fargateArgs(func(a *eks.FargateProfileArgs) {
				a.ClusterName = fixture.Text(ctx, "shop")
				a.SubnetIDs["eu-west-1a"] = fixture.Text(ctx, "subnet-a")
				a.Zones = []string{"eu-west-1a"}
				a.Role = &eks.FargateRole{ManagedPolicies: config.Named[pulumi.StringInput]{"logs": fixture.Text(ctx,
					"arn:aws:iam::123456789012:policy/logs")}}
				a.Tags = pulumi.StringMap{"team": pulumi.String("shop")}
			})
		},
		RefusesNil: failure.Configuration,
		Metadata:   fixture.Metadata(),
		Options:    []pulumitest.Option{fixture.Cloud()},
	})
}

// Only Fargate profiles of this cluster can use the role.
func TestFargateRoleTrustPolicy(t *testing.T) {
	t.Parallel()
	trust := nodeInput(t, madeFargate(t, fargateArgs()).One(t, "aws:iam/role:Role"), "assumeRolePolicy").(string)
	for _, want := range []string{
		`"Service":"eks-fargate-pods.amazonaws.com"`,
		`"aws:SourceArn":"arn:aws:eks:eu-west-1:123456789012:fargateprofile/shop/*"`,
		`"aws:SourceAccount":"123456789012"`,
	} {
		require.Contains(t, trust, want)
	}
}

func TestExistingFargateRole(t *testing.T) {
	t.Parallel()
	const role = "arn:aws:iam::123456789012:role/pods"
	r := madeFargate(t,
		fargateArgs(func(a *eks.FargateProfileArgs) {
			a.RoleARN, a.Zones = pulumi.String(role),
				[]string{"eu-west-1b"}
		}))
	require.Empty(t, r.OfType("aws:iam/role:Role"))
	profile := r.One(t, fargateType)
	require.Equal(t, role, nodeInput(t, profile, "podExecutionRoleArn"))
	require.Equal(t, []any{"subnet-b"}, nodeInput(t, profile, "subnetIds"))
}

func TestInvalidFargateProfiles(t *testing.T) {
	t.Parallel()
	type args = eks.FargateProfileArgs
	tests := map[string]struct {
		reason string
		change func(*args)
		want   string
	}{
		"cluster": {"a cluster is required", func(a *args) { a.ClusterName = nil },
			"clusterName: required, but missing"},
		"subnets": {"subnets are required", func(a *args) { a.SubnetIDs = nil }, "subnetIds: required, but missing"},
		"zones": {"no subnet in the zone", func(a *args) { a.Zones = []string{"eu-west-1z"} },
			`zones[0]: no subnet in "eu-west-1z"`},
		"none": {"selectors are required", func(a *args) { a.Selectors = nil },
			"selectors: required, but missing"},
		"many": {"EKS allows five",
			func(a *args) {
				a.Selectors = slices.Repeat([]eks.FargateSelector{{Namespace: "shop"}},
					6)
			}, "selectors: 6 selectors: use at most 5"},
		"namespace": {"the grammar of names", func(a *args) { a.Selectors[0].Namespace = "Shop" },
			`selectors[0].namespace: found "Shop"`},
		"same": {"duplicates", func(a *args) { a.Selectors[1] = a.Selectors[0] },
			"selectors[1]: duplicate selector"},
		"role": {"they are mutually exclusive",
			func(a *args) {
				a.RoleARN, a.Role = pulumi.String("arn"),
					&eks.FargateRole{AllowBroadPolicies: true}
			}, "role: mutually exclusive with roleArn"},
		"own policy": {"the name is in use", func(a *args) {
			a.Role = &eks.FargateRole{ManagedPolicies: config.Named[pulumi.StringInput]{"pods": pulumi.String("X")}}
		}, "role.managedPolicies.pods: the name is used by a policy of the component"},
		"broad": {"AdministratorAccess is too broad", func(a *args) {
			a.Role = &eks.FargateRole{ManagedPolicies: config.Named[pulumi.StringInput]{"all": pulumi.String("AdministratorAccess")}}
		}, "role.managedPolicies.all: AdministratorAccess allows all actions"},
		"labels": {"EKS allows five", func(a *args) {
			labels := pulumi.StringMap{}
			for _, key := range strings.Split("abcdef", "") {
				labels[key] = pulumi.String("x")
			}
			a.Selectors[0].Labels = labels
		}, "selectors[0].labels: 6 labels: use at most 5"},
		"tags": {"AWS reserves the prefix", func(a *args) { a.Tags = pulumi.StringMap{"aws:a": pulumi.String("")} },
			`tags["aws:a"]: the prefix aws: is reserved`},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := pulumitest.Record(func(ctx *pulumi.Context) error {
				_, err := eks.NewFargateProfile(ctx, "batch", fargateArgs(tc.change))
				return err
			}, fixture.Cloud())
			require.ErrorContains(t, err, tc.want, tc.reason)
		})
	}
}
