package resources_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure/compute"
	"github.com/ashlar-iac/ashlar/azure/network"
	"github.com/ashlar-iac/ashlar/azure/resources"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
)

const (
	machineType   = "azure-native:compute/v20241101:VirtualMachine"
	diskType      = "azure-native:compute/v20240302:Disk"
	interfaceType = "azure-native:network/v20240501:NetworkInterface"

	publicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGV4YW1wbGVleGFtcGxlZXhhbXBsZWV4YW1wbGVl"
)

// machineIn returns a program with a network and a virtual machine in its private subnet.
func machineIn(a *cloudtest.Account, args *compute.VirtualMachineArgs) pulumi.RunFunc {
	return a.InGroup(func(ctx *pulumi.Context, group *resources.ResourceGroup, on pulumi.ResourceOption) error {
		v, err := network.NewSecureVNet(ctx, "main", &network.SecureVNetArgs{
			ResourceGroupName: group.Name, AddressPrefix: "10.0.0.0/16", NAT: &network.NAT{Mode: network.NATNone},
		}, on)
		if err != nil {
			return err
		}
		with := *args
		with.ResourceGroupName, with.SubnetID = group.Name, v.SubnetIDs.MapIndex(pulumi.String("private"))
		m, err := compute.NewVirtualMachine(ctx, "web", &with, on)
		if err != nil {
			return err
		}
		ctx.Export("privateIp", m.PrivateIP)
		ctx.Export("principalId", m.PrincipalID)
		return nil
	})
}

// Each step changes an option. A data disk survives the replacement of the virtual machine.
func TestVirtualMachineOptions(t *testing.T) {
	t.Parallel()
	cloudtest.Azure(t, func(t *testing.T, a *cloudtest.Account) {
		args := &compute.VirtualMachineArgs{
			Size: "Standard_D2s_v5", Zone: "1", SSHKeys: []string{publicKey}, DeletionProtection: new(false),
			DataDisks: config.Named[compute.DataDisk]{"data": {LUN: 1, SizeGB: 32}},
		}
		life := a.Life(t, "machine", machineIn(a, args))
		up := life.Up()
		require.Regexp(t, `^10\.0\.\d+\.\d+$`, up.Outputs["privateIp"].Value)
		require.Regexp(t, guid, up.Outputs["principalId"].Value)
		changes := func(option string) {
			t.Helper()
			life.Change(option, "update "+machineType+" web")
		}
		args.Size = "Standard_D4s_v5"
		changes("size")
		args.DataDisks = config.Named[compute.DataDisk]{"data": {LUN: 1, SizeGB: 64}}
		life.Change("size of a data disk", "update "+diskType+" web-data")
		args.DataDisks = config.Named[compute.DataDisk]{
			"data": {LUN: 1, SizeGB: 64}, "copies": {LUN: 2, SizeGB: 32, Type: compute.DiskStandardSSDZRS},
		}
		life.Change("a zone-redundant data disk", "create "+diskType+" web-copies", "update "+machineType+" web")
		args.PrivateIP = "10.0.1.10"
		life.Change("private address", "update "+interfaceType+" web")
		args.Tags = a.Tags(map[string]string{"team": "shop"})
		life.Change("tags", "update "+diskType+" web-copies", "update "+diskType+" web-data", "update "+interfaceType+" web",
			"update "+machineType+" web")
		args.AdminUsername = "operator"
		life.Change("administrator", "replace "+machineType+" web")
		life.Destroy()
	})
}

// Arguments that Azure rejects are reported before any resource is created.
func TestInvalidVirtualMachines(t *testing.T) {
	t.Parallel()
	keys := []string{publicKey}
	cases[compute.VirtualMachineArgs]{
		"LinuxHostNameIsInvalid": {compute.VirtualMachineArgs{Size: "Standard_D2s_v5", SSHKeys: keys, ComputerName: "web_1"}, "computerName: "},
		"InvalidParameter, adminUsername": {
			compute.VirtualMachineArgs{Size: "Standard_D2s_v5", SSHKeys: keys, AdminUsername: "admin"}, `adminUsername: "admin" is reserved by Azure`,
		},
		"InvalidParameter, no key": {compute.VirtualMachineArgs{Size: "Standard_D2s_v5"}, "sshKeys: required with Linux"},
		"zone of a location without": {
			compute.VirtualMachineArgs{Size: "Standard_D2s_v5", SSHKeys: keys, Location: "westus", Zone: "1"},
			`zone: location "westus" has no availability zones`,
		},
		"InvalidTags": {compute.VirtualMachineArgs{Size: "Standard_D2s_v5", SSHKeys: keys, Tags: sameTags()}, sameKey},
	}.run(t, func(ctx *pulumi.Context, args *compute.VirtualMachineArgs) error {
		args.ResourceGroupName, args.SubnetID = pulumi.String("shop"), pulumi.String("/subscriptions/10000000-0000-4000-8000-000000000001/"+
			"resourceGroups/shop/providers/Microsoft.Network/virtualNetworks/main/subnets/private")
		_, err := compute.NewVirtualMachine(ctx, "web", args)
		return err
	})
}
