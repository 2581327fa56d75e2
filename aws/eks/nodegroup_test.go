package eks_test

import (
	"encoding/base64"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/aws/internal/fixture"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

func madeNodes(t *testing.T, args *eks.NodeGroupArgs, opts ...pulumitest.Option) *pulumitest.Recording {
	t.Helper()
	return fixture.Run(t, func(ctx *pulumi.Context) error {
		_, err := eks.NewNodeGroup(ctx, "web", args)
		return err
	}, append(nodeCloud(nil), opts...)...)
}

func nodeInput(t *testing.T, r *pulumitest.Registration, path string) any {
	t.Helper()
	value, ok := r.Input(path)
	require.True(t, ok, "%s of %s", path, r.Name)
	return value.Mappable()
}

const (
	nodeGroupType  = "aws:eks/nodeGroup:NodeGroup"
	launchTemplate = "aws:ec2/launchTemplate:LaunchTemplate"
)

func TestNodeGroupGolden(t *testing.T) {
	t.Parallel()
	madeNodes(t, nodeArgs()).Golden(t, "testdata/nodegroup.golden")
	madeNodes(t, nodeEverything()).Golden(t, "testdata/nodegroup-everything.golden")
}

func TestNodeGroupConforms(t *testing.T) {
	t.Parallel()
	pulumitest.Conform(t, pulumitest.Suite[eks.NodeGroupArgs, *eks.NodeGroup]{
		Token: eks.NodeGroupToken,
		New:   eks.NewNodeGroup,
		Args: func(ctx *pulumi.Context) *eks.NodeGroupArgs {
			args := nodeEverything()
			args.SubnetIDs["eu-west-1b"] = fixture.Text(ctx, "subnet-b")
			args.SecurityGroupIDs = pulumi.StringArray{fixture.Text(ctx, "sg-1")}
			args.KMSKeyARN = fixture.Text(ctx, "arn:aws:kms:eu-west-1:123456789012:key/1")
			args.Role.ManagedPolicies["queue"] = fixture.Text(ctx, "arn:aws:iam::123456789012:policy/queue")
			args.UserData = pulumi.ToSecret(pulumi.String("[settings]\ncanary-0815 = 1")).(pulumi.StringOutput)
			return args
		},
		RefusesNil: failure.Configuration,
		Secrets:    []string{"canary-0815"},
		// The current size is looked up by the name.
		Known:    []string{"clusterName"},
		Metadata: fixture.Metadata(),
		Options:  nodeCloud(nil, "shop"),
	})
}

func TestPlainNodeGroupConforms(t *testing.T) {
	t.Parallel()
	pulumitest.Conform(t, pulumitest.Suite[eks.NodeGroupArgs, *eks.NodeGroup]{
		Token: eks.NodeGroupToken,
		New:   eks.NewNodeGroup,
		Args: func(ctx *pulumi.Context) *eks.NodeGroupArgs {
			return nodeArgs(func(a *eks.NodeGroupArgs) {
				a.RoleARN = fixture.Text(ctx,
					"arn:aws:iam::123456789012:role/nodes")
			})
		},
		RefusesNil: failure.Configuration,
		Defaults: []string{
			"capacityType", "image", "size", "disk", "repair", "metadataService", "monitoring", "generation",
		},
		Metadata: fixture.Metadata(),
		Options:  nodeCloud(nil),
	})
}

func TestNodeDefaultsAreSecure(t *testing.T) {
	t.Parallel()
	r := madeNodes(t, nodeArgs())
	template := r.One(t, launchTemplate)
	require.Equal(t,
		map[string]any{"httpEndpoint": "enabled", "httpTokens": "required", "httpPutResponseHopLimit": 1.0},
		nodeInput(t, template, "metadataOptions"))
	require.Equal(t, []any{map[string]any{
		"deviceName": "/dev/xvda",
		"ebs": map[string]any{"encrypted": "true", "volumeType": "gp3", "volumeSize": 50.0,
			"deleteOnTermination": "true"},
	}}, nodeInput(t, template, "blockDeviceMappings"))
	require.NotContains(t, template.Inputs.Mappable(), "imageId",
		"the type of the image and its release decide, so that EKS knows what it updates")
	require.NotContains(t, template.Inputs.Mappable(), "keyName")
	var policies []any
	for _, p := range r.OfType("aws:iam/rolePolicyAttachment:RolePolicyAttachment") {
		policies = append(policies, nodeInput(t, p, "policyArn"))
	}
	require.ElementsMatch(t, []any{
		"arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
		"arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
	}, policies, "the CNI has its own identity, and Session Manager is disabled")
	group := r.One(t, nodeGroupType)
	require.Equal(t, true, nodeInput(t, group, "nodeRepairConfig.enabled"))
	require.Equal(t, []any{"subnet-a", "subnet-b"}, nodeInput(t, group, "subnetIds"))
	require.Empty(t, group.IgnoreChanges)
	require.False(t, group.DeleteBeforeReplace, "a new group stands before the old one goes")
}

// EKS does not propagate the tags of the node group to instances.
func TestTagsOfInstances(t *testing.T) {
	t.Parallel()
	template := madeNodes(t, nodeEverything()).One(t, launchTemplate)
	got := map[any]any{}
	for _, s := range nodeInput(t, template, "tagSpecifications").([]any) {
		got[s.(map[string]any)["resourceType"]] = s.(map[string]any)["tags"]
	}
	want := map[string]any{"Name": "web", "team": "shop"}
	require.Equal(t, map[any]any{"instance": want, "volume": want, "network-interface": want}, got)
}

// Nodes cannot join without the policies of their role.
func TestNodeGroupDependsOnPoliciesOfItsRole(t *testing.T) {
	t.Parallel()
	r := madeNodes(t, nodeArgs())
	group := r.One(t, nodeGroupType)
	for _, p := range r.OfType("aws:iam/rolePolicyAttachment:RolePolicyAttachment") {
		require.Contains(t, group.Dependencies, p.URN)
	}
}

func TestExistingNodeRole(t *testing.T) {
	t.Parallel()
	r := madeNodes(t,
		nodeArgs(func(a *eks.NodeGroupArgs) { a.RoleARN = pulumi.String("arn:aws:iam::123456789012:role/nodes") }))
	require.Empty(t, r.OfType("aws:iam/role:Role"))
	require.Equal(t, "arn:aws:iam::123456789012:role/nodes", nodeInput(t, r.One(t, nodeGroupType), "nodeRoleArn"))
}

func TestBottlerocketHasTwoVolumes(t *testing.T) {
	t.Parallel()
	template := madeNodes(t, nodeArgs(func(a *eks.NodeGroupArgs) { a.Image.System = "bottlerocket" })).One(t,
		launchTemplate)
	require.Equal(t, "/dev/xvda", nodeInput(t, template, "blockDeviceMappings[0].deviceName"))
	require.Equal(t, "true", nodeInput(t, template, "blockDeviceMappings[0].ebs.encrypted"))
	require.NotContains(t, nodeInput(t, template, "blockDeviceMappings[0].ebs"), "volumeSize",
		"the system has a size of its own")
	require.Equal(t, "/dev/xvdb", nodeInput(t, template, "blockDeviceMappings[1].deviceName"))
	require.Equal(t,
		map[string]any{"encrypted": "true", "volumeType": "gp3", "volumeSize": 50.0, "deleteOnTermination": "true"},
		nodeInput(t, template, "blockDeviceMappings[1].ebs"))
}

// Auto-naming appends random digits to names, which have a maximum length.
func TestNodeGroupShortensLongNames(t *testing.T) {
	t.Parallel()
	const name = "a-group-of-nodes-with-a-name-that-somebody-thought-about-for-much-too-long"
	r := fixture.Run(t, func(ctx *pulumi.Context) error {
		_, err := eks.NewNodeGroup(ctx, name, nodeArgs())
		return err
	}, nodeCloud(nil)...)
	require.LessOrEqual(t, len(r.One(t, nodeGroupType).Name), 63-8)
	require.LessOrEqual(t, len(r.One(t, "aws:iam/role:Role").Name), 64-8)
	require.Equal(t, name, nodeInput(t, r.One(t, nodeGroupType), "tags.Name"))
}

func TestNodeUserData(t *testing.T) {
	t.Parallel()
	message := func(kind, text string) string {
		return "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"ashlar\"\r\n\r\n--ashlar\r\nContent-Type: " + kind + "\r\n\r\n" +
			text + "\r\n--ashlar--\r\n"
	}
	const (
		script = "#!/bin/sh\necho a\n"
		node   = "apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\n"
		whole  = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"x\"\r\n\r\n--x--\r\n"
	)
	tests := map[string]struct{ reason, system, text, want string }{
		"Script": {"EKS merges parts of messages only", "al2023", script,
			message(`text/x-shellscript; charset="us-ascii"`, script)},
		"NodeConfig": {"nodeadm reads its own kind of part", "al2023", node,
			message("application/node.eks.aws", node)},
		"Message":      {"who wrote a message has one", "al2023", whole, whole},
		"Bottlerocket": {"it reads TOML", "bottlerocket", "[settings.ntp]\n", "[settings.ntp]\n"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, in := range []pulumi.StringInput{pulumi.String(tc.text), pulumi.String(tc.text).ToStringOutput()} {
				r := madeNodes(t,
					nodeArgs(func(a *eks.NodeGroupArgs) { a.Image.System, a.UserData = eks.NodeOperatingSystem(tc.system), in }))
				got, err := base64.StdEncoding.DecodeString(nodeInput(t, r.One(t, launchTemplate), "userData").(string))
				require.NoError(t, err)
				require.Equal(t, tc.want, string(got), tc.reason)
			}
		})
	}
}
