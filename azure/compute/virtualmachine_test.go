package compute_test

import (
	"flag"
	"os/exec"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure/compute"
	"github.com/ashlar-iac/ashlar/azure/internal/fixture"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

var _ = flag.Bool("update", false, "update the golden files")

const (
	machineType = "azure-native:compute/v20241101:VirtualMachine"
	diskType    = "azure-native:compute/v20240302:Disk"
	networkType = "azure-native:network/v20240501:NetworkInterface"
	subnet      = "/subscriptions/" + fixture.Subscription + "/resourceGroups/shop/providers/Microsoft.Network/virtualNetworks/main/subnets/web"
	identityID  = "/subscriptions/" + fixture.Subscription + "/resourceGroups/shop/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-shop"
	setID       = "/subscriptions/" + fixture.Subscription + "/resourceGroups/shop/providers/Microsoft.Compute/diskEncryptionSets/des-shop"
	imageID     = "/subscriptions/" + fixture.Subscription + "/resourceGroups/shop/providers/Microsoft.Compute/images/web"
	canary      = "canary-5d41402abc4b2a76"
	publicKey   = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGV4YW1wbGVleGFtcGxlZXhhbXBsZWV4YW1wbGVl"
)

var group = pulumi.String("shop")

func shortest(*pulumi.Context) *compute.VirtualMachineArgs {
	return &compute.VirtualMachineArgs{
		ResourceGroupName: group, Size: "Standard_D2s_v5", SubnetID: pulumi.String(subnet), SSHKeys: []string{publicKey},
	}
}

// full returns arguments with all options for Linux.
func full(ctx *pulumi.Context) *compute.VirtualMachineArgs {
	return &compute.VirtualMachineArgs{
		ResourceGroupName: fixture.Text(ctx, "shop"), Name: "vm-web", ComputerName: "web1", Location: "northeurope", Zone: "2",
		Size: "Standard_D4ds_v5", ImageID: fixture.Text(ctx, imageID), SubnetID: fixture.Text(ctx, subnet), PrivateIP: "10.0.1.10",
		AcceleratedNetworking: new(false), AdminUsername: "operator", SSHKeys: []string{publicKey, publicKey + " ops"},
		CustomData: pulumi.ToSecret(pulumi.String(canary)).(pulumi.StringOutput), IdentityIDs: pulumi.StringArray{fixture.Text(ctx, identityID)},
		TrustedLaunch: new(false), EncryptionAtHost: new(false),
		Disk: &compute.OSDisk{Type: compute.DiskStandardSSDLRS, SizeGB: new(64), EncryptionSetID: fixture.Text(ctx, setID)},
		DataDisks: config.Named[compute.DataDisk]{
			"data": {LUN: 10, SizeGB: 512, Type: compute.DiskPremiumZRS, Caching: compute.CachingReadOnly, EncryptionSetID: pulumi.String(setID)},
			"logs": {LUN: 11, SizeGB: 64},
		},
		DeletionProtection: new(false), Tags: pulumi.StringMap{"team": pulumi.String("shop")},
	}
}

func windows(ctx *pulumi.Context) *compute.VirtualMachineArgs {
	return &compute.VirtualMachineArgs{
		ResourceGroupName: group, Size: "Standard_D2s_v5", SubnetID: pulumi.String(subnet), OS: compute.OSWindows,
		Image:         &compute.Image{Publisher: "MicrosoftWindowsServer", Offer: "WindowsServer", SKU: "2025-datacenter-azure-edition"},
		AdminPassword: pulumi.ToSecret(pulumi.String(canary)).(pulumi.StringOutput), SystemIdentity: new(false),
		IdentityIDs: pulumi.StringArray{fixture.Text(ctx, identityID)},
	}
}

func create(t *testing.T, args func(*pulumi.Context) *compute.VirtualMachineArgs) *pulumitest.Recording {
	t.Helper()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := compute.NewVirtualMachine(ctx, "web", args(ctx))
		return err
	}, fixture.Cloud()...)
	fixture.RequireOneVersion(t, r)
	return r
}

func changed(change func(*compute.VirtualMachineArgs)) func(*pulumi.Context) *compute.VirtualMachineArgs {
	return func(ctx *pulumi.Context) *compute.VirtualMachineArgs {
		args := shortest(ctx)
		change(args)
		return args
	}
}

func TestVirtualMachineConforms(t *testing.T) {
	t.Parallel()
	suite := pulumitest.Suite[compute.VirtualMachineArgs, *compute.VirtualMachine]{
		Token: compute.VirtualMachineToken, New: compute.NewVirtualMachine, RefusesNil: failure.Configuration,
		Defaults: []string{"os", "adminUsername", "trustedLaunch", "encryptionAtHost", "systemIdentity", "acceleratedNetworking",
			"deletionProtection"},
	}
	fixture.Conform(t, suite, map[string]func(*pulumi.Context) *compute.VirtualMachineArgs{"shortest": shortest})
	suite.Secrets = []string{canary}
	fixture.Conform(t, suite, map[string]func(*pulumi.Context) *compute.VirtualMachineArgs{"everything": full, "Windows": windows})
}

func TestVirtualMachineGolden(t *testing.T) {
	t.Parallel()
	for file, args := range map[string]func(*pulumi.Context) *compute.VirtualMachineArgs{
		"default": shortest, "full": full, "windows": windows,
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			create(t, args).Golden(t, "testdata/"+file+".txt")
		})
	}
}

// A program with a virtual machine does not compile the package of networks, which takes minutes.
func TestDependencies(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", ".").Output()
	require.NoError(t, err)
	all := strings.Fields(string(out))
	require.Contains(t, all, "github.com/ashlar-iac/ashlar/azure/compute")
	for _, path := range all {
		for _, foreign := range []string{
			"pulumi-azure-native-sdk/network", "pulumi-azure-native-sdk/containerservice", "pulumi-azure-native-sdk/storage",
			"pulumi-aws", "pulumi-kubernetes", "k8s.io",
		} {
			require.NotContains(t, path, foreign)
		}
	}
}

func TestWhatAzureCannotChangeReplacesTheMachine(t *testing.T) {
	t.Parallel()
	r := create(t, full)
	machine := r.One(t, machineType)
	for _, property := range []string{"osProfile.computerName", "storageProfile.imageReference", "zones", "securityProfile.securityType"} {
		require.Contains(t, machine.ReplaceOnChanges, property)
	}
	require.True(t, machine.DeleteBeforeReplace, "data disks are attached to one machine at a time")
	require.Contains(t, machine.AdditionalSecretOutputs, "osProfile")
	require.Empty(t, create(t, shortest).One(t, machineType).AdditionalSecretOutputs, "no secret is given")
}

func TestDataDisksSurviveTheMachine(t *testing.T) {
	t.Parallel()
	r := create(t, changed(func(a *compute.VirtualMachineArgs) {
		a.Zone = "1"
		a.DataDisks = config.Named[compute.DataDisk]{"data": {LUN: 1, SizeGB: 64}}
	}))
	disk := r.One(t, diskType)
	require.True(t, disk.Protect)
	require.Empty(t, disk.DeletedWith)
	zone, _ := disk.Input("zones[0]")
	require.Equal(t, "1", zone.StringValue(), "a disk is in the zone of its machine")
	for path, want := range map[string]string{"networkAccessPolicy": "DenyAll", "publicNetworkAccess": "Disabled"} {
		got, _ := disk.Input(path)
		require.Equal(t, want, got.StringValue())
	}
	attached, _ := r.One(t, machineType).Input("storageProfile.dataDisks[0]")
	require.Equal(t, map[string]any{
		"caching": "None", "createOption": "Attach", "deleteOption": "Detach", "lun": 1.0, "managedDisk": map[string]any{"id": disk.ID},
	}, attached.Mappable())
}

func TestTheNetworkInterfaceHasNoPublicAddress(t *testing.T) {
	t.Parallel()
	for _, args := range []func(*pulumi.Context) *compute.VirtualMachineArgs{shortest, full, windows} {
		network := create(t, args).One(t, networkType)
		configuration, _ := network.Input("ipConfigurations[0]")
		_, public := configuration.ObjectValue()["publicIPAddress"]
		require.False(t, public)
	}
}

func TestLongNamesHaveAValidHostName(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := compute.NewVirtualMachine(ctx, "web-frontend-of-the-shop", windows(ctx))
		return err
	}, fixture.Cloud()...)
	host, _ := r.One(t, machineType).Input("osProfile.computerName")
	require.LessOrEqual(t, len(host.StringValue()), 15)
}

func TestInvalidVirtualMachinesAreRejected(t *testing.T) {
	t.Parallel()
	password := pulumi.ToSecret(pulumi.String(canary)).(pulumi.StringOutput)
	tests := map[string]struct {
		reason string
		change func(*compute.VirtualMachineArgs)
		want   []string
	}{
		"nothing": {"what is required", func(a *compute.VirtualMachineArgs) { *a = compute.VirtualMachineArgs{} },
			[]string{"resourceGroupName: required", "size: required, but missing", "sshKeys: required with Linux", "subnetId: required"}},
		"size":      {"with its prefix", func(a *compute.VirtualMachineArgs) { a.Size = "D2s_v5" }, []string{"size: "}},
		"name":      {"letters, digits, _ . and -", func(a *compute.VirtualMachineArgs) { a.Name = "vm web" }, []string{`name: invalid name "vm web" of a virtual machine`}},
		"host name": {"no underscores", func(a *compute.VirtualMachineArgs) { a.ComputerName = "web_1" }, []string{`computerName: invalid name "web_1" of a Linux computer`}},
		"Windows host name": {"15 characters", func(a *compute.VirtualMachineArgs) {
			a.OS, a.SSHKeys, a.AdminPassword, a.ComputerName = compute.OSWindows, nil, password, "web-frontend-of-shop"
		}, []string{`computerName: invalid name "web-frontend-of-shop" of a Windows computer`}},
		"location":  {"the short form", func(a *compute.VirtualMachineArgs) { a.Location = "West US" }, []string{`location: unknown location "West US", did you mean "westus"?`}},
		"zone":      {"not in this location", func(a *compute.VirtualMachineArgs) { a.Location, a.Zone = "westus", "1" }, []string{`zone: location "westus" has no availability zones`}},
		"zone name": {"numbers", func(a *compute.VirtualMachineArgs) { a.Zone = "westeurope-1" }, []string{`zone: unknown value "westeurope-1"`}},
		"subnet":    {"an ID", func(a *compute.VirtualMachineArgs) { a.SubnetID = pulumi.String("web") }, []string{`subnetId: found "web"`}},
		"images": {"one of them", func(a *compute.VirtualMachineArgs) {
			a.ImageID, a.Image = pulumi.String(imageID), &compute.Image{Publisher: "a", Offer: "b", SKU: "c"}
		}, []string{"image: image and imageId are mutually exclusive"}},
		"address":       {"IPv4", func(a *compute.VirtualMachineArgs) { a.PrivateIP = "10.0.1.10/24" }, []string{`privateIp: found "10.0.1.10/24"`}},
		"reserved name": {"Azure rejects it", func(a *compute.VirtualMachineArgs) { a.AdminUsername = "Admin" }, []string{`adminUsername: "Admin" is reserved by Azure`, "adminUsername: invalid name"}},
		"private key":   {"public keys only", func(a *compute.VirtualMachineArgs) { a.SSHKeys = []string{"ecdsa-sha2-nistp256 AAAA"} }, []string{"sshKeys[0]: not a public key"}},
		"password with Linux": {"only keys are accepted", func(a *compute.VirtualMachineArgs) { a.AdminPassword = password },
			[]string{"os: Linux accepts SSH keys only: omit adminPassword"}},
		"keys with Windows": {"only passwords are supported", func(a *compute.VirtualMachineArgs) { a.OS, a.AdminPassword = compute.OSWindows, password },
			[]string{"sshKeys: not supported with Windows"}},
		"Windows without password": {"it is required", func(a *compute.VirtualMachineArgs) { a.OS, a.SSHKeys = compute.OSWindows, nil },
			[]string{"adminPassword: required with Windows"}},
		"duplicate LUN": {"one disk each", func(a *compute.VirtualMachineArgs) {
			a.DataDisks = config.Named[compute.DataDisk]{"a": {LUN: 1, SizeGB: 1}, "b": {LUN: 1, SizeGB: 1}}
		}, []string{"dataDisks.b.lun: duplicate logical unit number 1, same as dataDisks.a.lun"}},
		"no LUN": {"it must not change", func(a *compute.VirtualMachineArgs) { a.DataDisks = config.Named[compute.DataDisk]{"a": {SizeGB: 1}} }, []string{"dataDisks.a.lun: "}},
		"tags":   {"reserved by Azure", func(a *compute.VirtualMachineArgs) { a.Tags = pulumi.StringMap{"microsoft": pulumi.String("")} }, []string{"tags.microsoft: the prefix microsoft is reserved"}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixture.RequireRejected(t, func(ctx *pulumi.Context) error {
				_, err := compute.NewVirtualMachine(ctx, "web", changed(tc.change)(ctx))
				return err
			}, tc.want...)
		})
	}
}

func TestVirtualMachineEvidence(t *testing.T) {
	t.Parallel()
	require.Equal(t, map[string]bool{
		"trustedLaunch": true, "encryptionAtHost": true, "systemIdentity": true, "networkInterface.publicIPAddress": true,
		"patchSettings.patchMode": true,
	}, pulumitest.Evidence((&compute.VirtualMachineArgs{}).Evidence()))
	weak := &compute.VirtualMachineArgs{TrustedLaunch: new(false), EncryptionAtHost: new(false), SystemIdentity: new(false)}
	require.Equal(t, map[string]bool{
		"trustedLaunch": false, "encryptionAtHost": false, "systemIdentity": false, "networkInterface.publicIPAddress": true,
		"patchSettings.patchMode": true,
	}, pulumitest.Evidence(weak.Evidence()))
}
