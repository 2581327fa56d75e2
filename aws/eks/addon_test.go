package eks_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
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

const (
	clusterARN  = "arn:aws:eks:" + fixture.Region + ":" + fixture.Account + ":cluster/main"
	issuer      = "https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF"
	issuerARN   = "arn:aws:iam::" + fixture.Account + ":oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF"
	existing    = "arn:aws:iam::" + fixture.Account + ":role/teams/shop/web"
	addonType   = "aws:eks/addon:Addon"
	roleType    = "aws:iam/role:Role"
	attachments = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
	volumeKey   = "arn:aws:kms:eu-west-1:" + fixture.Account + ":key/1"
)

// inMain places an add-on in the cluster main, which is not part of the program.
func inMain(args eks.AddonArgs) *eks.AddonArgs {
	args.ClusterName, args.ClusterVersion, args.ClusterARN = pulumi.String("main"), "1.35", pulumi.String(clusterARN)
	args.OIDCIssuer, args.OIDCProviderARN = pulumi.String(issuer), pulumi.String(issuerARN)
	return &args
}

// addonVersions answers that EKS recommends v1.0.0-eksbuild.1 of every add-on, and that v1.1.0-eksbuild.1 is the
// newest.
func addonVersions() pulumitest.Option {
	return pulumitest.WithInvoke(func(i pulumitest.Invocation) (resource.PropertyMap, error) {
		if i.Token != "aws:eks/getAddonVersion:getAddonVersion" {
			return nil, nil
		}
		version := "v1.0.0-eksbuild.1"
		if newest, ok := i.Args["mostRecent"]; ok && newest.BoolValue() {
			version = "v1.1.0-eksbuild.1"
		}
		return resource.NewPropertyMapFromMap(map[string]any{
			"id": "version", "version": version, "addonName": i.Args["addonName"].StringValue(),
			"kubernetesVersion": i.Args["kubernetesVersion"].StringValue(),
		}), nil
	})
}

// addon creates an add-on with the name extra.
func addon(t *testing.T, args *eks.AddonArgs, opts ...pulumitest.Option) *pulumitest.Recording {
	t.Helper()
	return fixture.Run(t, func(ctx *pulumi.Context) error {
		_, err := eks.NewAddon(ctx, "extra", args)
		return err
	}, append(opts, fixture.Cloud(), addonVersions(), fixture.Pins())...)
}

func TestAddonGoldens(t *testing.T) {
	t.Parallel()
	addon(t, inMain(eks.AddonArgs{AddonName: "metrics-server"})).Golden(t, "testdata/addon.golden")
	addon(t, fullAddon()).Golden(t, "testdata/addon-everything.golden")
}

func TestAddonConforms(t *testing.T) {
	t.Parallel()
	pulumitest.Conform(t, pulumitest.Suite[eks.AddonArgs, *eks.Addon]{
		Token: eks.AddonToken,
		New:   eks.NewAddon,
		Args: func(ctx *pulumi.Context) *eks.AddonArgs {
			args := fullAddon()
			args.ClusterName = fixture.Text(ctx, "main")
			args.ClusterARN = fixture.Text(ctx, clusterARN)
			args.Identity.ManagedPolicies["own"] = fixture.Text(ctx, "arn:aws:iam::"+fixture.Account+":policy/files")
			return args
		},
		RefusesNil: failure.Configuration,
		Defaults:   []string{"conflictsOnCreate", "conflictsOnUpdate"},
		Metadata:   fixture.Metadata(),
		Options:    []pulumitest.Option{fixture.Cloud(), addonVersions(), fixture.Pins()},
	})
}

// fullAddon returns arguments with all options that are not mutually exclusive.
func fullAddon() *eks.AddonArgs {
	return inMain(eks.AddonArgs{
		AddonName: "aws-efs-csi-driver",
		Release:   "2026-11", Newest: true,
		Configuration: map[string]any{"controller": map[string]any{"replicaCount": 3}},
		Identity: &eks.AddonIdentity{
			Method: "irsa", Namespace: "storage", ServiceAccounts: []string{"efs-csi-controller-sa", "efs-csi-node-sa"},
			ManagedPolicies: config.Named[pulumi.StringInput]{"own": pulumi.String("arn:aws:iam::" + fixture.Account +
				":policy/files")},
			InlinePolicies: config.Named[policy.Document]{"read": {Statements: []policy.Statement{{
				Effect: policy.Allow, Actions: []string{"elasticfilesystem:DescribeTags"},
				Resources: pulumi.StringArray{pulumi.String("*")},
			}}}},
			PermissionsBoundary: pulumi.String("arn:aws:iam::" + fixture.Account + ":policy/boundary"),
		},
		Preserve: true, ConflictsOnCreate: "refuse", ConflictsOnUpdate: "preserve",
		Tags: pulumi.StringMap{"team": pulumi.String("storage")},
	})
}

// The recommended version changes every few weeks: everything that selects another version is part of the stash's name.
func TestAddonVersionIsPinned(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason        string
		change        func(*eks.AddonArgs)
		stash, wanted string
	}{
		"recommended": {"what EKS recommends for the version of Kubernetes", func(*eks.AddonArgs) {},
			"extra-recommended-coredns-1.35", "v1.0.0-eksbuild.1"},
		"kubernetes": {"an upgrade of the cluster asks anew", func(a *eks.AddonArgs) { a.ClusterVersion = "1.36" },
			"extra-recommended-coredns-1.36", "v1.0.0-eksbuild.1"},
		"release": {"another text asks anew", func(a *eks.AddonArgs) { a.Release = "2026-11" },
			"extra-recommended-coredns-1.35-2026-11", "v1.0.0-eksbuild.1"},
		"newest": {"which is another question", func(a *eks.AddonArgs) { a.Newest = true },
			"extra-newest-coredns-1.35", "v1.1.0-eksbuild.1"},
		"version": {"what is known is not looked up", func(a *eks.AddonArgs) { a.Version = "v1.2.3-eksbuild.4" }, "",
			"v1.2.3-eksbuild.4"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := inMain(eks.AddonArgs{AddonName: "coredns"})
			tc.change(args)
			r := addon(t, args)
			require.Equal(t, tc.wanted, r.One(t, addonType).Inputs["addonVersion"].StringValue(), tc.reason)
			var stashes []string
			for _, s := range r.OfType("pulumi:index:Stash") {
				stashes = append(stashes, s.Name)
			}
			if tc.stash == "" {
				require.Empty(t, stashes, tc.reason)
				require.Empty(t, r.Invokes, tc.reason)
				return
			}
			require.Equal(t, []string{tc.stash}, stashes, tc.reason)
		})
	}
}

func TestInvalidAddonVersionFails(t *testing.T) {
	t.Parallel()
	_, err := pulumitest.Record(func(ctx *pulumi.Context) error {
		_, err := eks.NewAddon(ctx, "extra", inMain(eks.AddonArgs{AddonName: "coredns"}))
		return err
	}, fixture.Cloud(), fixture.Pins(), pulumitest.WithInvoke(func(pulumitest.Invocation) (resource.PropertyMap,
		error) {
		return resource.NewPropertyMapFromMap(map[string]any{"id": "version", "version": ""}), nil
	}))
	require.ErrorContains(t, err, `EKS returned an invalid version of add-on "coredns"`)
}

// identityOf returns the policies and the trust policy of an add-on's role, and how its pods get it.
func identityOf(t *testing.T, r *pulumitest.Recording) (policies []string, trust string, associations []string,
	account string) {
	t.Helper()
	for _, a := range r.OfType(attachments) {
		policies = append(policies, a.Inputs["policyArn"].StringValue())
	}
	for _, role := range r.OfType(roleType) {
		trust = role.Inputs["assumeRolePolicy"].StringValue()
	}
	made := r.One(t, addonType)
	if list, ok := made.Inputs["podIdentityAssociations"]; ok {
		for _, a := range list.ArrayValue() {
			associations = append(associations, a.ObjectValue()["serviceAccount"].StringValue())
		}
	}
	if arn, ok := made.Inputs["serviceAccountRoleArn"]; ok {
		account = arn.StringValue()
	}
	return policies, trust, associations, account
}

func TestAddonIdentity(t *testing.T) {
	t.Parallel()
	pods := func(namespace, account string) string {
		return `{"Statement":[{"Action":["sts:AssumeRole","sts:TagSession"],"Condition":{"StringEquals":{"aws:RequestTag/eks-cluster-arn":"` + clusterARN +
			`","aws:RequestTag/kubernetes-namespace":"` + namespace + `","aws:RequestTag/kubernetes-service-account":` + account + `}},` +
			`"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"}}],"Version":"2012-10-17"}`
	}
	const own = "arn:aws:iam::aws:policy/"
	tests := map[string]struct {
		reason       string
		addon        string
		identity     *eks.AddonIdentity
		policies     []string
		trust        string
		associations []string
		account      string
	}{
		"nothing": {reason: "an add-on that does not use AWS has no role", addon: "coredns"},
		"network": {
			reason: "the network plugin has its own identity, and the nodes have not", addon: "vpc-cni",
			policies: []string{own + "AmazonEKS_CNI_Policy"}, trust: pods("kube-system",
				`"aws-node"`), associations: []string{"aws-node"},
		},
		"volumes": {
			reason: "so has the driver of volumes", addon: "aws-ebs-csi-driver",
			policies: []string{own + "AmazonEBSCSIDriverPolicyV2"}, trust: pods("kube-system",
				`"ebs-csi-controller-sa"`),
			associations: []string{"ebs-csi-controller-sa"},
		},
		"namespace": {
			reason: "some stand in a namespace of their own", addon: "amazon-cloudwatch-observability",
			policies: []string{own + "CloudWatchAgentServerPolicy", own + "AWSXrayWriteOnlyAccess"},
			trust:    pods("amazon-cloudwatch", `"cloudwatch-agent"`), associations: []string{"cloudwatch-agent"},
		},
		"whole service": {reason: "what AWS suggests for it allows a whole service, so somebody has to say what is meant", addon: "aws-fsx-csi-driver"},
		"none": {reason: "it is what the nodes are", addon: "vpc-cni",
			identity: &eks.AddonIdentity{Method: "none"}},
		"own policies": {
			reason: "without those that are suggested", addon: "vpc-cni",
			identity: &eks.AddonIdentity{SuggestedPolicies: ptr(false),
				ManagedPolicies: config.Named[pulumi.StringInput]{
					"own": pulumi.String("AmazonEC2ReadOnlyAccess"),
				}},
			policies: []string{own + "AmazonEC2ReadOnlyAccess"}, trust: pods("kube-system",
				`"aws-node"`), associations: []string{"aws-node"},
		},
		"no policies": {reason: "there is nothing that it may do", addon: "vpc-cni",
			identity: &eks.AddonIdentity{SuggestedPolicies: ptr(false)}},
		"unknown": {
			reason: "who it is is said", addon: "acme-agent",
			identity: &eks.AddonIdentity{ServiceAccounts: []string{"one", "two"}, Namespace: "acme",
				ManagedPolicies: config.Named[pulumi.StringInput]{"own": pulumi.String("AmazonEC2ReadOnlyAccess")}},
			policies: []string{own + "AmazonEC2ReadOnlyAccess"}, trust: pods("acme",
				`["one","two"]`), associations: []string{"one", "two"},
		},
		"role": {
			reason: "a role that is there", addon: "vpc-cni",
			identity:     &eks.AddonIdentity{RoleARN: pulumi.String(existing)},
			associations: []string{"aws-node"},
		},
		"irsa": {
			reason: "without the agent", addon: "vpc-cni", identity: &eks.AddonIdentity{Method: "irsa",
				RoleARN: pulumi.String(existing)}, account: existing,
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := addon(t, inMain(eks.AddonArgs{AddonName: tc.addon, Identity: tc.identity}))
			policies, trust, associations, account := identityOf(t, r)
			require.ElementsMatch(t, tc.policies, policies, tc.reason)
			require.Equal(t, tc.trust, trust, tc.reason)
			require.Equal(t, tc.associations, associations, tc.reason)
			require.Equal(t, tc.account, account, tc.reason)
		})
	}
}

func TestAddonWithIRSA(t *testing.T) {
	t.Parallel()
	r := addon(t, inMain(eks.AddonArgs{AddonName: "vpc-cni", Identity: &eks.AddonIdentity{Method: "irsa"}}))
	_, trust, associations, _ := identityOf(t, r)
	require.Contains(t, trust, `"Federated":"`+issuerARN+`"`)
	require.Contains(t, trust, `:sub":"system:serviceaccount:kube-system:aws-node"`)
	require.Empty(t, associations)
	require.Contains(t, r.One(t, addonType).Inputs, resource.PropertyKey("serviceAccountRoleArn"))
}

func TestAddonConfigurationAcceptsOutputs(t *testing.T) {
	t.Parallel()
	run := func(opts ...pulumitest.Option) *pulumitest.Registration {
		return fixture.Run(t, func(ctx *pulumi.Context) error {
			_, err := eks.NewAddon(ctx, "extra", inMain(eks.AddonArgs{
				AddonName: "coredns",
				Configuration: map[string]any{
					"b": map[string]any{"id": fixture.Text(ctx, "subnet-1")}, "a": []any{json.Number("1"), true, "<x>"},
				},
			}))
			return err
		}, append(opts, fixture.Cloud(), addonVersions(), fixture.Pins())...).One(t, addonType)
	}
	require.JSONEq(t, `{"a":[1,true,"<x>"],"b":{"id":"subnet-1"}}`, run().Inputs["configurationValues"].StringValue())
}

func TestInvalidAddons(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		change func(*eks.AddonArgs)
		want   []string
	}{
		"name": {"names are lower case", func(a *eks.AddonArgs) { a.AddonName = "CoreDNS" },
			[]string{`addonName: found the string "CoreDNS", which does not match ^[a-z0-9][a-z0-9_-]*$: write a value such as aws-efs-csi-driver`}},
		"no cluster": {"a cluster is required", func(a *eks.AddonArgs) { a.ClusterName, a.ClusterVersion = nil, "" },
			[]string{
				"clusterName: required, but missing: set it, or Cluster",
			}},
		"version": {"they are mutually exclusive",
			func(a *eks.AddonArgs) { a.Version, a.Newest, a.Release = "v1", true, "x" },
			[]string{"newest: mutually exclusive with version: omit one of them",
				"release: mutually exclusive with version: omit one of them"}},
		"no identity provider": {"the trust policy needs it",
			func(a *eks.AddonArgs) { a.OIDCProviderARN = nil; a.Identity.Method = "irsa" },
			[]string{"oidcProviderArn: required for IRSA, but missing: set oidcIssuer and oidcProviderArn, or use podIdentity"}},
		"no administrators": {"nothing could assume the role", func(a *eks.AddonArgs) {
			a.AddonName = "acme-agent"
			a.Identity.ManagedPolicies = config.Named[pulumi.StringInput]{"own": pulumi.String("AmazonEC2ReadOnlyAccess")}
		}, []string{"identity.serviceAccounts: required, but missing: the service accounts of acme-agent are unknown"}},
		"none and policies": {"they are mutually exclusive", func(a *eks.AddonArgs) {
			a.Identity.Method = "none"
			a.Identity.ManagedPolicies = config.Named[pulumi.StringInput]{"own": pulumi.String("AmazonEC2ReadOnlyAccess")}
		}, []string{"identity.method: none is mutually exclusive with policies and roleArn: omit one of them"}},
		"role and policies": {"they are mutually exclusive", func(a *eks.AddonArgs) {
			a.AddonName, a.Identity.RoleARN = "vpc-cni", pulumi.String("web")
			a.Identity.AllowBroadPolicies = true
		}, []string{
			`identity.roleArn: found "web", expected the ARN of a role: arn:aws:iam::111122223333:role/NAME`,
			"identity.roleArn: mutually exclusive with policies and permissionsBoundary: omit one of them",
		}},
		"broad": {"a whole service", func(a *eks.AddonArgs) {
			a.AddonName = "vpc-cni"
			a.Identity.ManagedPolicies = config.Named[pulumi.StringInput]{"all": pulumi.String("AmazonS3FullAccess")}
		}, []string{"identity.managedPolicies.all: AmazonS3FullAccess allows all actions, or all actions of a service, on all resources: " +
			"use a narrower policy, or set allowBroadPolicies"}},
		"names": {"names of Kubernetes objects", func(a *eks.AddonArgs) {
			a.Identity.Namespace, a.Identity.ServiceAccounts = "Acme", []string{"one", "Two"}
		}, []string{
			`identity.namespace: found "Acme", expected a namespace: up to 63 lower case letters, digits and -`,
			`identity.serviceAccounts[1]: found "Two", expected a service account: lower case letters, digits, - and .`,
		}},
		"tags": {"AWS reserves the prefix", func(a *eks.AddonArgs) { a.Tags = pulumi.StringMap{"aws:x": pulumi.String("y")} },
			[]string{`tags["aws:x"]: the prefix aws: is reserved: use another key`}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := inMain(eks.AddonArgs{AddonName: "coredns", Identity: &eks.AddonIdentity{}})
			tc.change(args)
			requireFindings(t, tc.reason, tc.want, func(ctx *pulumi.Context) error {
				_, err := eks.NewAddon(ctx, "extra", args)
				return err
			})
		})
	}
}

// requireFindings checks the findings for invalid arguments, and that no resource was registered.
func requireFindings(t *testing.T, reason string, want []string, create func(*pulumi.Context) error) {
	t.Helper()
	r := fixture.Run(t, func(ctx *pulumi.Context) error {
		var invalid *config.Error
		require.ErrorAs(t, create(ctx), &invalid, reason)
		var got []string
		for _, f := range invalid.Findings {
			got = append(got, f.String())
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", reason, diff)
		}
		return nil
	}, fixture.Cloud(), addonVersions(), fixture.Pins())
	require.Empty(t, r.Resources, "no resource is registered")
}
