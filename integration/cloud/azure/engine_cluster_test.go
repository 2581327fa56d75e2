package azure_test

import (
	"testing"

	disk "github.com/pulumi/pulumi-azure-native-sdk/compute/v2/v20240302"
	compute "github.com/pulumi/pulumi-azure-native-sdk/compute/v2/v20241101"
	containerservice "github.com/pulumi/pulumi-azure-native-sdk/containerservice/v2/v20240901"
	managedidentity "github.com/pulumi/pulumi-azure-native-sdk/managedidentity/v2/v20230131"
	network "github.com/pulumi/pulumi-azure-native-sdk/network/v2/v20240501"
	resources "github.com/pulumi/pulumi-azure-native-sdk/resources/v2/v20241101"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/testenv"
)

// platform is a program with a cluster and a virtual machine.
type platform struct {
	version string
	// pools are the user pools, with their sizes.
	pools map[string]string
	// machine adds the virtual machine.
	machine bool
}

func (p *platform) run(ctx *pulumi.Context) error {
	group, err := resources.NewResourceGroup(ctx, "platform", &resources.ResourceGroupArgs{
		ResourceGroupName: pulumi.String("platform"), Location: pulumi.String("westeurope")})
	if err != nil {
		return err
	}
	net, err := network.NewVirtualNetwork(ctx, "platform", &network.VirtualNetworkArgs{ResourceGroupName: group.Name,
		VirtualNetworkName: pulumi.String("platform"),
		AddressSpace:       &network.AddressSpaceArgs{AddressPrefixes: pulumi.StringArray{pulumi.String("10.2.0.0/16")}}})
	if err != nil {
		return err
	}
	subnet, err := network.NewSubnet(ctx, "nodes", &network.SubnetArgs{ResourceGroupName: group.Name,
		VirtualNetworkName: net.Name, AddressPrefix: pulumi.String("10.2.0.0/24")})
	if err != nil {
		return err
	}
	if err := p.cluster(ctx, group, subnet); err != nil || !p.machine {
		return err
	}
	return p.server(ctx, group, subnet)
}

func (p *platform) cluster(ctx *pulumi.Context, group *resources.ResourceGroup, subnet *network.Subnet) error {
	identity, err := managedidentity.NewUserAssignedIdentity(ctx, "plane", &managedidentity.UserAssignedIdentityArgs{
		ResourceGroupName: group.Name})
	if err != nil {
		return err
	}
	cluster, err := containerservice.NewManagedCluster(ctx, "main", &containerservice.ManagedClusterArgs{
		ResourceGroupName: group.Name, ResourceName: pulumi.String("main"), DnsPrefix: pulumi.String("main"),
		KubernetesVersion: pulumi.String(p.version),
		Identity: &containerservice.ManagedClusterIdentityArgs{Type: containerservice.ResourceIdentityTypeUserAssigned,
			UserAssignedIdentities: pulumi.StringArray{identity.ID()}},
		NetworkProfile: &containerservice.ContainerServiceNetworkProfileArgs{
			NetworkPlugin: pulumi.String("azure"), NetworkPluginMode: pulumi.String("overlay"),
			ServiceCidr: pulumi.String("172.16.0.0/16"), DnsServiceIP: pulumi.String("172.16.0.10"),
			PodCidr: pulumi.String("192.168.0.0/16"), OutboundType: pulumi.String("loadBalancer"),
		},
		AgentPoolProfiles: containerservice.ManagedClusterAgentPoolProfileArray{
			&containerservice.ManagedClusterAgentPoolProfileArgs{Name: pulumi.String("system"), Mode: pulumi.String("System"),
				Count: pulumi.Int(2), VmSize: pulumi.String("Standard_D4ds_v5"), VnetSubnetID: subnet.ID(),
				Type: pulumi.String("VirtualMachineScaleSets")},
		},
	}, pulumi.IgnoreChanges([]string{"agentPoolProfiles"}))
	if err != nil {
		return err
	}
	for name, size := range p.pools {
		_, err := containerservice.NewAgentPool(ctx, name, &containerservice.AgentPoolArgs{ResourceGroupName: group.Name,
			ResourceName: cluster.Name, AgentPoolName: pulumi.String(name), Mode: pulumi.String("User"),
			VmSize: pulumi.String(size), VnetSubnetID: subnet.ID(), Count: pulumi.Int(2),
			OrchestratorVersion: pulumi.String(p.version)}, pulumi.DeletedWith(cluster))
		if err != nil {
			return err
		}
	}
	_, err = containerservice.NewMaintenanceConfiguration(ctx, "upgrades", &containerservice.MaintenanceConfigurationArgs{
		ResourceGroupName: group.Name, ResourceName: cluster.Name, ConfigName: pulumi.String("aksManagedAutoUpgradeSchedule"),
		MaintenanceWindow: &containerservice.MaintenanceWindowArgs{DurationHours: pulumi.Int(4), StartTime: pulumi.String("02:00"),
			Schedule: &containerservice.ScheduleArgs{Weekly: &containerservice.WeeklyScheduleArgs{
				DayOfWeek: pulumi.String("Sunday"), IntervalWeeks: pulumi.Int(1)}}},
	})
	credentials := containerservice.ListManagedClusterUserCredentialsOutput(ctx,
		containerservice.ListManagedClusterUserCredentialsOutputArgs{ResourceGroupName: group.Name, ResourceName: cluster.Name})
	ctx.Export("kubeconfig", pulumi.ToSecret(credentials.Kubeconfigs().Index(pulumi.Int(0)).Value()))
	ctx.Export("version", cluster.CurrentKubernetesVersion)
	return err
}

// server adds a virtual machine with a data disk.
func (p *platform) server(ctx *pulumi.Context, group *resources.ResourceGroup, subnet *network.Subnet) error {
	nic, err := network.NewNetworkInterface(ctx, "server", &network.NetworkInterfaceArgs{ResourceGroupName: group.Name,
		IpConfigurations: network.NetworkInterfaceIPConfigurationArray{&network.NetworkInterfaceIPConfigurationArgs{
			Name: pulumi.String("primary"), Subnet: &network.SubnetTypeArgs{Id: subnet.ID()}}}})
	if err != nil {
		return err
	}
	data, err := disk.NewDisk(ctx, "data", &disk.DiskArgs{ResourceGroupName: group.Name, DiskSizeGB: pulumi.Int(64),
		CreationData: &disk.CreationDataArgs{CreateOption: pulumi.String("Empty")}})
	if err != nil {
		return err
	}
	_, err = disk.NewDiskEncryptionSet(ctx, "keys", &disk.DiskEncryptionSetArgs{ResourceGroupName: group.Name,
		Identity: &disk.EncryptionSetIdentityArgs{Type: pulumi.String("SystemAssigned")}})
	if err != nil {
		return err
	}
	_, err = compute.NewVirtualMachine(ctx, "server", &compute.VirtualMachineArgs{ResourceGroupName: group.Name,
		HardwareProfile: &compute.HardwareProfileArgs{VmSize: pulumi.String("Standard_D2s_v5")},
		NetworkProfile: &compute.NetworkProfileArgs{NetworkInterfaces: compute.NetworkInterfaceReferenceArray{
			&compute.NetworkInterfaceReferenceArgs{Id: nic.ID()}}},
		OsProfile: &compute.OSProfileArgs{ComputerName: pulumi.String("server"), AdminUsername: pulumi.String("operator"),
			LinuxConfiguration: &compute.LinuxConfigurationArgs{DisablePasswordAuthentication: pulumi.Bool(true),
				Ssh: &compute.SshConfigurationArgs{PublicKeys: compute.SshPublicKeyTypeArray{&compute.SshPublicKeyTypeArgs{
					Path:    pulumi.String("/home/operator/.ssh/authorized_keys"),
					KeyData: pulumi.String("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGV4YW1wbGVleGFtcGxlZXhhbXBsZWV4YW1wbGVl")}}}}},
		StorageProfile: &compute.StorageProfileArgs{
			ImageReference: &compute.ImageReferenceArgs{Publisher: pulumi.String("Canonical"), Offer: pulumi.String("ubuntu-24_04-lts"),
				Sku: pulumi.String("server"), Version: pulumi.String("latest")},
			OsDisk: &compute.OSDiskArgs{CreateOption: pulumi.String("FromImage"), DeleteOption: pulumi.String("Delete")},
			DataDisks: compute.DataDiskArray{&compute.DataDiskArgs{CreateOption: pulumi.String("Attach"), Lun: pulumi.Int(1),
				ManagedDisk: &compute.ManagedDiskParametersArgs{Id: data.ID()}}},
		},
	})
	return err
}

// TestClustersOnTheEngine creates a cluster, upgrades it, replaces a pool by another one, and deletes all.
func TestClustersOnTheEngine(t *testing.T) {
	t.Parallel()
	p := &platform{version: "1.35", pools: map[string]string{"apps": "Standard_D4s_v5"}, machine: true}
	stack, store := served(t, p.run)
	ran := testenv.Succeeds(t)
	ran(stack.Preview(t.Context()))
	require.Empty(t, made(t, store), "a preview creates nothing")
	up := ran(stack.Up(t.Context()))
	require.Equal(t, "1.35.6", up.Outputs["version"].Value)
	require.True(t, up.Outputs["kubeconfig"].Secret)
	ran(stack.CheckUnchanged(t.Context()))
	// A cluster answers with all pools, and the provider adds those of other resources to the inputs of one that has a list.
	refreshed := ran(stack.Refresh(t.Context()))
	require.Equal(t, 1, refreshed.Changes[apitype.OpUpdate])
	ran(stack.CheckUnchanged(t.Context()))
	ran(stack.CheckNoDrift(t.Context()))

	p.version = "1.36"
	up = ran(stack.Up(t.Context()))
	require.Equal(t, 2, up.Changes[apitype.OpUpdate], "the control plane and the pool")
	require.Equal(t, "1.36.2", up.Outputs["version"].Value)
	p.pools = map[string]string{"more": "Standard_D8s_v5"}
	up = ran(stack.Up(t.Context()))
	require.Equal(t, 1, up.Changes[apitype.OpCreate])
	require.Equal(t, 1, up.Changes[apitype.OpDelete])
	ran(stack.Refresh(t.Context()))
	ran(stack.CheckSettled(t.Context()))
	ran(stack.CheckDestroyed(t.Context()))
	require.Empty(t, made(t, store))
}
