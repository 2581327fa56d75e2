package eks_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

var errRefused = errors.New("refused")

// clusterOf is a program with a cluster.
func clusterOf(args *eks.ClusterArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := eks.NewCluster(ctx, "main", args)
		return err
	}
}

func TestClusterGoldens(t *testing.T) {
	t.Parallel()
	for name, args := range map[string]func() *eks.ClusterArgs{"cluster": plainCluster,
		"cluster-everything": fullCluster} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixture.Run(t, clusterOf(args()), clusterOptions(control{})...).Golden(t, "testdata/"+name+".golden")
		})
	}
}

func TestClusterConforms(t *testing.T) {
	t.Parallel()
	pulumitest.Conform(t, pulumitest.Suite[eks.ClusterArgs, *eks.Cluster]{
		Token: eks.ClusterToken, New: eks.NewCluster,
		Args: func(ctx *pulumi.Context) *eks.ClusterArgs {
			args := fullCluster()
			args.Network = nil
			args.VpcID = fixture.Text(ctx, "vpc-1")
			args.SubnetIDs = map[string]pulumi.StringInput{"eu-west-1a": fixture.Text(ctx, "subnet-eu-west-1a"),
				"eu-west-1b": fixture.Text(ctx, "subnet-eu-west-1b")}
			args.NodeSubnetIDs = map[string]pulumi.StringInput{"eu-west-1a": fixture.Text(ctx, "subnet-3")}
			args.API.SecurityGroupIDs = pulumi.StringArray{fixture.Text(ctx, "sg-1")}
			args.Administrators["platform"] = fixture.Text(ctx, platformRole)
			args.Encryption.KeyARN = fixture.Text(ctx, givenKey)
			args.Kubeconfig.RoleARN = fixture.Text(ctx, "arn:aws:iam::123456789012:role/deploy")
			return args
		},
		RefusesNil: failure.Configuration,
		Metadata:   fixture.Metadata(),
		Options:    clusterOptions(control{}),
	})
}

func TestShortestClusterConforms(t *testing.T) {
	t.Parallel()
	pulumitest.Conform(t, pulumitest.Suite[eks.ClusterArgs, *eks.Cluster]{
		Token: eks.ClusterToken, New: eks.NewCluster,
		Args:       func(*pulumi.Context) *eks.ClusterArgs { return plainCluster() },
		RefusesNil: failure.Configuration,
		Defaults: []string{
			"name", "preflight", "support", "deletionProtection", "api", "encryption", "logs", "identityProvider",
			"tier", "ipFamily",
		},
		Metadata: fixture.Metadata(),
		Options:  clusterOptions(control{}),
	})
}

// Dependents are created after, and deleted before, all resources of the cluster.
func TestDependentsWaitForAllResourcesOfTheCluster(t *testing.T) {
	t.Parallel()
	r := fixture.Run(t, func(ctx *pulumi.Context) error {
		c, err := eks.NewCluster(ctx, "main", fullCluster())
		if err != nil {
			return err
		}
		return ctx.RegisterResource("test:index:Workload", "web", pulumi.Map{"kubeconfig": c.ClusterInfo().Kubeconfig},
			&workload{})
	}, clusterOptions(control{})...)
	user := r.One(t, ":Workload")
	require.True(t, user.Inputs["kubeconfig"].IsSecret())
	for _, typ := range []string{
		":Cluster", ":AccessEntry", ":AccessPolicyAssociation", ":SecurityGroup", ":SecurityGroupIngressRule",
		":SecurityGroupEgressRule", ":LogGroup",
		":VpcEndpoint", ":OpenIdConnectProvider",
	} {
		found := slices.DeleteFunc(r.OfType(typ), func(r *pulumitest.Registration) bool { return !r.Custom })
		require.NotEmpty(t, found, typ)
		for _, part := range found {
			require.Contains(t, user.Dependencies, part.URN)
		}
	}
}

// workload is a resource that is deployed to a cluster.
type workload struct{ pulumi.CustomResourceState }

// A kubeconfig that is unknown in a preview would replace the Kubernetes provider with all of its resources.
func TestKubeconfigStaysKnownInPreviews(t *testing.T) {
	t.Parallel()
	fixture.Run(t, func(ctx *pulumi.Context) error {
		c, err := eks.NewCluster(ctx, "main", plainCluster())
		if err != nil {
			return err
		}
		require.Equal(t, kubeconfigText, pulumitest.Await[string](t, c.ClusterInfo().Kubeconfig))
		require.Equal(t, server, pulumitest.Await[string](t, c.ClusterInfo().Server.ToStringOutput()))
		require.False(t, pulumitest.Inspect[*string](t, c.IssuerARN).Known, "the rest of the cluster is not there yet")
		return nil
	}, append(clusterOptions(control{}), pulumitest.WithDefaults(eksAnswers), pulumitest.Preview())...)
}

const server = "https://0123456789ABCDEF.gr7.eu-west-1.eks.amazonaws.com"

// kubeconfigText must not change, neither between runs nor between releases of this package.
const kubeconfigText = `apiVersion: v1
clusters:
  - cluster:
      certificate-authority-data: Y2VydGlmaWNhdGU=
      server: https://0123456789ABCDEF.gr7.eu-west-1.eks.amazonaws.com
    name: main
contexts:
  - context:
      cluster: main
      user: main
    name: main
current-context: main
kind: Config
users:
  - name: main
    user:
      exec:
        apiVersion: client.authentication.k8s.io/v1beta1
        args:
          - "--region"
          - eu-west-1
          - eks
          - get-token
          - "--cluster-name"
          - main
          - "--output"
          - json
        command: aws
        interactiveMode: Never
        provideClusterInfo: false
`

func TestKubeconfigAssumesARole(t *testing.T) {
	t.Parallel()
	fixture.Run(t, func(ctx *pulumi.Context) error {
		c, err := eks.NewCluster(ctx, "main", fullCluster())
		if err != nil {
			return err
		}
		text := pulumitest.Await[string](t, c.Kubeconfig)
		require.Contains(t, text, "- \"--role-arn\"\n          - arn:aws:iam::123456789012:role/deploy\n")
		require.Contains(t, text, "- \"--cluster-name\"\n          - shop\n")
		return nil
	}, clusterOptions(control{})...)
}

func TestAdditionalPartsDependOnTheCluster(t *testing.T) {
	t.Parallel()
	r := fixture.Run(t, func(ctx *pulumi.Context) error {
		c, err := eks.NewCluster(ctx, "main", plainCluster())
		if err != nil {
			return err
		}
		if _, err := eks.NewNodeGroup(ctx, "web", &eks.NodeGroupArgs{Cluster: c}); err != nil {
			return err
		}
		_, err = eks.NewAddon(ctx, "efs", &eks.AddonArgs{AddonName: "aws-efs-csi-driver", Cluster: c})
		return err
	}, clusterOptions(control{})...)
	group, ok := r.Find(nodeGroupType, "web")
	require.True(t, ok)
	require.Equal(t, "main", nodeInput(t, group, "clusterName"))
	require.Equal(t, "1.36", nodeInput(t, group, "version"))
	require.Equal(t, []any{"subnet-private-eu-west-1a", "subnet-private-eu-west-1b"}, nodeInput(t, group, "subnetIds"),
		"the subnets of its nodes")
	template, ok := r.Find(launchTemplate, "web")
	require.True(t, ok)
	require.Equal(t, []any{"main-nodes-id"}, nodeInput(t, template, "vpcSecurityGroupIds"), "the node security group")
	efs, ok := r.Find(addonType, "efs")
	require.True(t, ok)
	for _, part := range []*pulumitest.Registration{group, efs} {
		var types []string
		for _, urn := range part.Dependencies {
			types = append(types, string(urn.Type()))
		}
		require.Contains(t, types, "aws:eks/accessPolicyAssociation:AccessPolicyAssociation")
		require.Contains(t, types, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
	}
}

func TestDefaultsAreSecure(t *testing.T) {
	t.Parallel()
	r := fixture.Run(t, clusterOf(plainCluster()), clusterOptions(control{})...)
	cluster := r.One(t, "aws:eks/cluster:Cluster")
	require.True(t, cluster.Protect)
	want := map[string]any{
		"accessConfig": map[string]any{"authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": false},
		"vpcConfig": map[string]any{
			"endpointPrivateAccess": true, "endpointPublicAccess": false,
			"subnetIds": []any{"subnet-private-eu-west-1a",
				"subnet-private-eu-west-1b"}, "securityGroupIds": []any{"main-control-plane-id"},
		},
		"enabledClusterLogTypes":     []any{"api", "audit", "authenticator", "controllerManager", "scheduler"},
		"bootstrapSelfManagedAddons": false,
	}
	got := cluster.Inputs.Mappable()
	for key := range want {
		require.Equal(t, want[key], got[key], key)
	}
	for _, rule := range r.OfType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule") {
		require.Contains(t, rule.Inputs, resource.PropertyKey("referencedSecurityGroupId"), "%s is for a group alone",
			rule.Name)
	}
}
