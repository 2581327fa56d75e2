package aws_test

import (
	"testing"

	pulumiaws "github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/engine"
	"github.com/ashlar-iac/ashlar/integration/plugin"
	"github.com/ashlar-iac/ashlar/integration/testenv"
	"github.com/ashlar-iac/ashlar/integration/variables"
)

// start returns a stack that runs in a simulated AWS, whose providers are plugins, and its store.
func start(t *testing.T, program pulumi.RunFunc) (*engine.Stack, *cloud.Store) {
	t.Helper()
	e := testenv.Engine(t)
	built, err := plugin.AWS(t.Context())
	require.NoError(t, err)
	require.NoError(t, e.InstallProvider("aws", aws.Version, built.Provider))
	stack, err := e.Inline(t.Context(), "network", "dev", program)
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, stack.Workspace().SetEnvVars(map[string]string{variables.Cloud: dir, "AWS_ACCESS_KEY_ID": "x",
		variables.Clusters: variables.None}))
	store, err := cloud.Open(dir)
	require.NoError(t, err)
	return stack, store
}

func TestNetworkOnTheEngine(t *testing.T) {
	t.Parallel()
	second := "10.0.1.0/24"
	stack, store := start(t, func(ctx *pulumi.Context) error {
		provider, err := pulumiaws.NewProvider(ctx, "primary", &pulumiaws.ProviderArgs{
			Region:      pulumi.String("eu-west-1"),
			DefaultTags: &pulumiaws.ProviderDefaultTagsArgs{Tags: pulumi.StringMap{"owner": pulumi.String("platform")}},
		})
		if err != nil {
			return err
		}
		zones, err := pulumiaws.GetAvailabilityZones(ctx, nil, pulumi.Provider(provider))
		if err != nil {
			return err
		}
		network, err := ec2.NewVpc(ctx, "main", &ec2.VpcArgs{
			CidrBlock: pulumi.String("10.0.0.0/16"), Tags: pulumi.StringMap{"Name": pulumi.String("main")},
		}, pulumi.Provider(provider))
		if err != nil {
			return err
		}
		for i, cidr := range []string{"10.0.0.0/24", second} {
			_, err := ec2.NewSubnet(ctx, zones.Names[i], &ec2.SubnetArgs{
				VpcId: network.ID(), CidrBlock: pulumi.String(cidr), AvailabilityZone: pulumi.String(zones.Names[i]),
			}, pulumi.Provider(provider))
			if err != nil {
				return err
			}
		}
		ctx.Export("arn", network.Arn)
		return nil
	})
	preview, err := stack.Preview(t.Context())
	require.NoError(t, err, preview.Output)
	require.Empty(t, objects(t, store), "a preview makes nothing")
	up, err := stack.Up(t.Context())
	require.NoError(t, err, up.Output)
	require.Regexp(t, `^arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-[0-9a-f]{17}$`, up.Outputs["arn"].Value)
	counts := map[string]int{}
	for _, o := range objects(t, store) {
		counts[o.Type]++
	}
	for typ, want := range map[string]int{
		kernel.VPCToken: 1, kernel.SecurityGroupToken: 1, kernel.RouteTableToken: 1,
		"aws:ec2/networkAcl:NetworkAcl": 1, kernel.SubnetToken: 2,
	} {
		require.Equal(t, want, counts[typ], "the network, its parts and two subnets: %s", typ)
	}
	networks, err := store.List("aws:ec2/vpc:Vpc")
	require.NoError(t, err)
	require.Equal(t, map[string]any{"Name": "main", "owner": "platform"}, networks[0].Outputs["tagsAll"])
	require.Equal(t, "123456789012/eu-west-1", networks[0].Place)
	_, err = stack.CheckUnchanged(t.Context())
	require.NoError(t, err)
	_, err = stack.CheckNoDrift(t.Context())
	require.NoError(t, err)

	second = "10.0.2.0/24"
	up, err = stack.Up(t.Context())
	require.NoError(t, err, up.Output)
	require.Equal(t, map[apitype.OpType]int{apitype.OpReplace: 1, apitype.OpSame: 4}, up.Changes)
	second = "10.0.0.128/25"
	up, err = stack.Up(t.Context())
	require.Error(t, err)
	require.Contains(t, up.Output,
		"api error InvalidSubnet.Conflict: The CIDR '10.0.0.128/25' conflicts with another subnet")
	_, err = stack.CheckDestroyed(t.Context())
	require.NoError(t, err)
	require.Empty(t, objects(t, store))
}

func objects(t *testing.T, store *cloud.Store) []*cloud.Object {
	t.Helper()
	all, err := store.List("")
	require.NoError(t, err)
	return all
}

// TestDriftAndUncoveredTypes changes objects without the engine, which finds and corrects them.
func TestDriftAndUncoveredTypes(t *testing.T) {
	t.Parallel()
	hosts := false
	stack, store := start(t, func(ctx *pulumi.Context) error {
		provider, err := pulumiaws.NewProvider(ctx, "dr",
			&pulumiaws.ProviderArgs{Region: pulumi.String("eu-central-1")})
		if err != nil {
			return err
		}
		if hosts {
			_, err := ec2.NewDedicatedHost(ctx, "own",
				&ec2.DedicatedHostArgs{AvailabilityZone: pulumi.String("eu-central-1a")}, pulumi.Provider(provider))
			if err != nil {
				return err
			}
		}
		network, err := ec2.NewVpc(ctx, "main", &ec2.VpcArgs{CidrBlock: pulumi.String("10.1.0.0/16")},
			pulumi.Provider(provider))
		if err != nil {
			return err
		}
		_, err = ec2.NewSecurityGroup(ctx, "web", &ec2.SecurityGroupArgs{VpcId: network.ID()},
			pulumi.Provider(provider))
		return err
	})
	up, err := stack.Up(t.Context())
	require.NoError(t, err, up.Output)
	require.NoError(t, store.Do(func(tx *cloud.Tx) error {
		networks, err := tx.List("aws:ec2/vpc:Vpc")
		if err != nil {
			return err
		}
		networks[0].Inputs["enableDnsSupport"], networks[0].Outputs["enableDnsSupport"] = false, false
		return tx.Put(networks[0])
	}))
	_, err = stack.CheckSettled(t.Context())
	require.ErrorContains(t, err, "aws:ec2/vpc:Vpc::main", "a preview sees it, too")
	r, err := stack.CheckNoDrift(t.Context())
	require.Error(t, err)
	require.Equal(t, 1, r.Changes[apitype.OpUpdate])
	up, err = stack.Up(t.Context())
	require.NoError(t, err, up.Output)
	require.Equal(t, map[apitype.OpType]int{apitype.OpUpdate: 1, apitype.OpSame: 3}, up.Changes)
	networks, err := store.List("aws:ec2/vpc:Vpc")
	require.NoError(t, err)
	require.Equal(t, true, networks[0].Outputs["enableDnsSupport"])

	hosts = true
	preview, err := stack.Preview(t.Context())
	require.Error(t, err)
	require.Contains(t, preview.Output,
		`the simulated cloud "aws" does not cover the type "aws:ec2/dedicatedHost:DedicatedHost"`)
	_, err = stack.CheckDestroyed(t.Context())
	require.NoError(t, err)
	require.Empty(t, objects(t, store))
}

// TestInterruptedCreate ends the provider after AWS created a VPC, and before the engine is told.
func TestInterruptedCreate(t *testing.T) {
	t.Parallel()
	stack, store := start(t, func(ctx *pulumi.Context) error {
		provider, err := pulumiaws.NewProvider(ctx, "primary",
			&pulumiaws.ProviderArgs{Region: pulumi.String("eu-west-1")})
		if err != nil {
			return err
		}
		_, err = ec2.NewVpc(ctx, "main", &ec2.VpcArgs{CidrBlock: pulumi.String("10.0.0.0/16")},
			pulumi.Provider(provider))
		return err
	})
	require.NoError(t, store.AddFault(cloud.Fault{Operation: "create", Kill: true}))
	require.NoError(t, store.AddFault(cloud.Fault{Skip: 1, Times: 3, Operation: "create",
		Code: "RequestLimitExceeded"}))
	up, err := stack.Up(t.Context())
	require.Error(t, err, up.Output)
	networks, err := store.List("aws:ec2/vpc:Vpc")
	require.NoError(t, err)
	require.Len(t, networks, 1)
	up, err = stack.Up(t.Context())
	require.NoError(t, err, "a busy cloud is retried: %s", up.Output)
	_, err = stack.CheckDestroyed(t.Context())
	require.NoError(t, err)
	left, err := store.List("aws:ec2/vpc:Vpc")
	require.NoError(t, err)
	require.Equal(t, networks, left, "the engine never knew of the first one, as with a real cloud")
}

// TestRoutesAndGatewaysOnTheEngine deploys a VPC with a public and a private subnet, and their gateways.
func TestRoutesAndGatewaysOnTheEngine(t *testing.T) {
	t.Parallel()
	stack, store := start(t, func(ctx *pulumi.Context) error {
		provider, err := pulumiaws.NewProvider(ctx, "primary", &pulumiaws.ProviderArgs{Region: pulumi.String("eu-west-1")})
		if err != nil {
			return err
		}
		return routed(ctx, pulumi.Provider(provider))
	})
	up, err := stack.Up(t.Context())
	require.NoError(t, err, up.Output)
	require.Equal(t, "203.0.113.1", up.Outputs["address"].Value)
	_, err = stack.CheckUnchanged(t.Context())
	require.NoError(t, err)
	_, err = stack.CheckNoDrift(t.Context())
	require.NoError(t, err)
	_, err = stack.CheckDestroyed(t.Context())
	require.NoError(t, err)
	require.Empty(t, objects(t, store))
}

func routed(ctx *pulumi.Context, opt pulumi.ResourceOption) error {
	network, err := ec2.NewVpc(ctx, "main", &ec2.VpcArgs{CidrBlock: pulumi.String("10.0.0.0/16")}, opt)
	if err != nil {
		return err
	}
	internet, err := ec2.NewInternetGateway(ctx, "main", &ec2.InternetGatewayArgs{VpcId: network.ID()}, opt)
	if err != nil {
		return err
	}
	egress, err := ec2.NewEgressOnlyInternetGateway(ctx, "main",
		&ec2.EgressOnlyInternetGatewayArgs{VpcId: network.ID()}, opt)
	if err != nil {
		return err
	}
	address, err := ec2.NewEip(ctx, "nat", &ec2.EipArgs{Domain: pulumi.String("vpc")}, opt)
	if err != nil {
		return err
	}
	ctx.Export("address", address.PublicIp)
	table := func(name, cidr string) (*ec2.Subnet, *ec2.RouteTable, error) {
		subnet, err := ec2.NewSubnet(ctx, name, &ec2.SubnetArgs{VpcId: network.ID(), CidrBlock: pulumi.String(cidr)},
			opt)
		if err != nil {
			return nil, nil, err
		}
		table, err := ec2.NewRouteTable(ctx, name, &ec2.RouteTableArgs{VpcId: network.ID()}, opt)
		if err != nil {
			return nil, nil, err
		}
		_, err = ec2.NewRouteTableAssociation(ctx, name,
			&ec2.RouteTableAssociationArgs{SubnetId: subnet.ID(), RouteTableId: table.ID()}, opt)
		return subnet, table, err
	}
	subnet, public, err := table("public", "10.0.0.0/24")
	if err != nil {
		return err
	}
	_, private, err := table("private", "10.0.1.0/24")
	if err != nil {
		return err
	}
	// AWS needs the internet gateway before resources with a public address, which the inputs do not show.
	nat, err := ec2.NewNatGateway(ctx, "main", &ec2.NatGatewayArgs{SubnetId: subnet.ID(), AllocationId: address.ID()},
		opt,
		pulumi.DependsOn([]pulumi.Resource{internet}))
	if err != nil {
		return err
	}
	for name, args := range map[string]*ec2.RouteArgs{
		"public": {RouteTableId: public.ID(), DestinationCidrBlock: pulumi.String("0.0.0.0/0"),
			GatewayId: internet.ID()},
		"private": {RouteTableId: private.ID(), DestinationCidrBlock: pulumi.String("0.0.0.0/0"),
			NatGatewayId: nat.ID()},
		"ipv6": {RouteTableId: private.ID(), DestinationIpv6CidrBlock: pulumi.String("::/0"),
			EgressOnlyGatewayId: egress.ID()},
	} {
		if _, err := ec2.NewRoute(ctx, name, args, opt); err != nil {
			return err
		}
	}
	return nil
}
