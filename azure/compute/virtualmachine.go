package compute

import (
	"encoding/base64"
	"strings"

	azdisk "github.com/pulumi/pulumi-azure-native-sdk/compute/v2/v20240302"
	azcompute "github.com/pulumi/pulumi-azure-native-sdk/compute/v2/v20241101"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/internal/logicalname"
	"github.com/ashlar-iac/ashlar/azure/internal/names"
	"github.com/ashlar-iac/ashlar/core/component"
)

// VirtualMachineToken is the type of the component [VirtualMachine].
const VirtualMachineToken = "ashlar-azure:compute:VirtualMachine"

// machineType is the type of the virtual machine, without API version.
const machineType = "azure-native:compute:VirtualMachine"

// VirtualMachine is a virtual machine with its network interface and data disks. It has no public address.
type VirtualMachine struct {
	pulumi.ResourceState
	component.Base

	// Name is the name of the virtual machine.
	Name pulumi.StringOutput `pulumi:"name"`
	// ID is the resource ID of the virtual machine.
	ID pulumi.StringOutput `pulumi:"id"`
	// PrivateIP is the private address.
	PrivateIP pulumi.StringOutput `pulumi:"privateIp"`
	// PrincipalID is the object ID of the system-assigned identity, for role assignments. Nil without one.
	PrincipalID pulumi.StringPtrOutput `pulumi:"principalId,optional"`
}

// createOnly are the properties that Azure sets when it creates a virtual machine, and rejects to change with
// PropertyChangeNotAllowed.
var createOnly = []string{
	"location", "networkProfile.networkInterfaces", "osProfile.adminUsername", "osProfile.adminPassword", "osProfile.computerName", "osProfile.customData",
	"osProfile.linuxConfiguration.ssh", "securityProfile.securityType", "storageProfile.imageReference",
	"storageProfile.osDisk.managedDisk.storageAccountType", "zones",
}

// NewVirtualMachine creates a virtual machine. Args are required, because a virtual machine needs a size and a subnet.
func NewVirtualMachine(
	ctx *pulumi.Context, name string, args *VirtualMachineArgs, opts ...pulumi.ResourceOption,
) (*VirtualMachine, error) {
	m := &VirtualMachine{}
	args, err := component.Register(ctx, VirtualMachineToken, name, m, args, opts...)
	if err != nil {
		return nil, err
	}
	logical, err := logicalname.For(name, machineType)
	if err != nil {
		return nil, err
	}
	computer, err := args.computerName(name)
	if err != nil {
		return nil, err
	}
	network, err := m.networkInterface(ctx, name, args)
	if err != nil {
		return nil, err
	}
	disks, err := m.disks(ctx, name, args)
	if err != nil {
		return nil, err
	}
	options := []pulumi.ResourceOption{
		// Data disks can be attached to one virtual machine only.
		pulumi.ReplaceOnChanges(createOnly), pulumi.DeleteBeforeReplace(true),
	}
	if args.AdminPassword != nil || args.CustomData != nil {
		options = append(options, pulumi.AdditionalSecretOutputs([]string{"osProfile"}))
	}
	machine, err := azcompute.NewVirtualMachine(ctx, logical, &azcompute.VirtualMachineArgs{
		ResourceGroupName: args.ResourceGroupName, VmName: names.Optional(args.Name), Location: names.Optional(args.Location),
		Zones: args.zones(), Tags: args.Tags,
		HardwareProfile: &azcompute.HardwareProfileArgs{VmSize: pulumi.String(args.Size)},
		OsProfile:       args.osProfile(computer),
		StorageProfile: &azcompute.StorageProfileArgs{
			ImageReference: args.image(), OsDisk: args.osDisk(), DataDisks: disks,
		},
		NetworkProfile: &azcompute.NetworkProfileArgs{NetworkInterfaces: azcompute.NetworkInterfaceReferenceArray{
			&azcompute.NetworkInterfaceReferenceArgs{
				Id: network.ID().ToStringOutput().ToStringPtrOutput(), Primary: pulumi.Bool(true),
				// The stack owns the network interface.
				DeleteOption: pulumi.String(azcompute.DeleteOptionsDetach),
			},
		}},
		SecurityProfile: args.security(), Identity: args.identity(),
		// Without the URI of an account, Azure stores the diagnostics.
		DiagnosticsProfile: &azcompute.DiagnosticsProfileArgs{
			BootDiagnostics: &azcompute.BootDiagnosticsArgs{Enabled: pulumi.Bool(true)},
		},
	}, m.Main(options...))
	if err != nil {
		return nil, err
	}
	m.AddChildren(machine)
	m.Name, m.ID = machine.Name, machine.ID().ToStringOutput()
	m.PrivateIP = pulumi.OutputWithDependencies(ctx.Context(), network.privateIP(), machine).(pulumi.StringOutput)
	if *args.SystemIdentity {
		m.PrincipalID = machine.Identity.PrincipalId()
	}
	return component.Finish(ctx, m)
}

// zones returns nil without a zone.
func (a *VirtualMachineArgs) zones() pulumi.StringArrayInput {
	if a.Zone == "" {
		return nil
	}
	return pulumi.StringArray{pulumi.String(a.Zone)}
}

// diskZones returns the zone of a data disk. Zone-redundant disks are in all zones: Azure rejects one with a zone.
func (a *VirtualMachineArgs) diskZones(d DataDisk) pulumi.StringArrayInput {
	if strings.HasSuffix(string(d.Type), "_ZRS") {
		return nil
	}
	return a.zones()
}

func (a *VirtualMachineArgs) image() *azcompute.ImageReferenceArgs {
	if a.ImageID != nil {
		return &azcompute.ImageReferenceArgs{Id: optionalID(a.ImageID)}
	}
	image := Image{Publisher: "Canonical", Offer: "ubuntu-24_04-lts", SKU: "server", Version: "latest"}
	if a.OS == OSWindows {
		image = Image{
			Publisher: "MicrosoftWindowsServer", Offer: "WindowsServer", SKU: "2022-datacenter-azure-edition", Version: "latest",
		}
	}
	if a.Image != nil {
		image = *a.Image
	}
	return &azcompute.ImageReferenceArgs{
		Publisher: pulumi.String(image.Publisher), Offer: pulumi.String(image.Offer), Sku: pulumi.String(image.SKU),
		Version: pulumi.String(image.Version),
	}
}

func (a *VirtualMachineArgs) osDisk() *azcompute.OSDiskArgs {
	out := &azcompute.OSDiskArgs{
		CreateOption: pulumi.String(azcompute.DiskCreateOptionTypesFromImage), Caching: azcompute.CachingTypesReadWrite,
		DeleteOption: pulumi.String(azcompute.DiskDeleteOptionTypesDelete),
		ManagedDisk:  &azcompute.ManagedDiskParametersArgs{StorageAccountType: pulumi.String(a.Disk.Type), DiskEncryptionSet: encryptionSet(a.Disk.EncryptionSetID)},
	}
	if a.Disk.SizeGB != nil {
		out.DiskSizeGB = pulumi.Int(*a.Disk.SizeGB)
	}
	return out
}

func encryptionSet(id pulumi.StringInput) azcompute.DiskEncryptionSetParametersPtrInput {
	if id == nil {
		return nil
	}
	return &azcompute.DiskEncryptionSetParametersArgs{Id: optionalID(id)}
}

// osProfile returns the settings of the operating system. Patches are installed by the platform, zone by zone.
func (a *VirtualMachineArgs) osProfile(computer string) *azcompute.OSProfileArgs {
	out := &azcompute.OSProfileArgs{ComputerName: pulumi.String(computer), AdminUsername: pulumi.String(a.AdminUsername)}
	if a.CustomData != nil {
		out.CustomData = a.CustomData.ToStringOutput().ApplyT(func(text string) *string {
			encoded := base64.StdEncoding.EncodeToString([]byte(text))
			return &encoded
		}).(pulumi.StringPtrOutput)
	}
	if a.OS == OSWindows {
		out.AdminPassword = optionalID(a.AdminPassword)
		out.WindowsConfiguration = &azcompute.WindowsConfigurationArgs{
			ProvisionVMAgent: pulumi.Bool(true), EnableAutomaticUpdates: pulumi.Bool(true),
			PatchSettings: &azcompute.PatchSettingsArgs{
				PatchMode:      pulumi.String(azcompute.WindowsVMGuestPatchModeAutomaticByPlatform),
				AssessmentMode: pulumi.String(azcompute.WindowsPatchAssessmentModeAutomaticByPlatform),
			},
		}
		return out
	}
	var keys azcompute.SshPublicKeyTypeArray
	for _, key := range a.SSHKeys {
		keys = append(keys, &azcompute.SshPublicKeyTypeArgs{
			Path: pulumi.String("/home/" + a.AdminUsername + "/.ssh/authorized_keys"), KeyData: pulumi.String(strings.TrimSpace(key)),
		})
	}
	out.LinuxConfiguration = &azcompute.LinuxConfigurationArgs{
		DisablePasswordAuthentication: pulumi.Bool(true), ProvisionVMAgent: pulumi.Bool(true),
		Ssh: &azcompute.SshConfigurationArgs{PublicKeys: keys},
		PatchSettings: &azcompute.LinuxPatchSettingsArgs{
			PatchMode:      pulumi.String(azcompute.LinuxVMGuestPatchModeAutomaticByPlatform),
			AssessmentMode: pulumi.String(azcompute.LinuxPatchAssessmentModeAutomaticByPlatform),
		},
	}
	return out
}

func (a *VirtualMachineArgs) security() *azcompute.SecurityProfileArgs {
	out := &azcompute.SecurityProfileArgs{EncryptionAtHost: pulumi.Bool(*a.EncryptionAtHost)}
	if *a.TrustedLaunch {
		out.SecurityType = pulumi.String(azcompute.SecurityTypesTrustedLaunch)
		out.UefiSettings = &azcompute.UefiSettingsArgs{SecureBootEnabled: pulumi.Bool(true), VTpmEnabled: pulumi.Bool(true)}
	}
	return out
}

// identity returns the identities of the virtual machine. Without a type, former ones would stay assigned.
func (a *VirtualMachineArgs) identity() azcompute.VirtualMachineIdentityPtrInput {
	known, isKnown := a.IdentityIDs.(pulumi.StringArray)
	assigned := a.IdentityIDs != nil && (!isKnown || len(known) > 0)
	switch {
	case *a.SystemIdentity && assigned:
		return &azcompute.VirtualMachineIdentityArgs{
			Type: azcompute.ResourceIdentityType_SystemAssigned_UserAssigned, UserAssignedIdentities: a.IdentityIDs,
		}
	case *a.SystemIdentity:
		return &azcompute.VirtualMachineIdentityArgs{Type: azcompute.ResourceIdentityTypeSystemAssigned}
	case assigned:
		return &azcompute.VirtualMachineIdentityArgs{
			Type: azcompute.ResourceIdentityTypeUserAssigned, UserAssignedIdentities: a.IdentityIDs,
		}
	}
	return &azcompute.VirtualMachineIdentityArgs{Type: azcompute.ResourceIdentityTypeNone}
}

// disks creates the data disks, which cannot be exported through a public or private endpoint, and returns how they are
// attached.
func (m *VirtualMachine) disks(ctx *pulumi.Context, name string, args *VirtualMachineArgs) (azcompute.DataDiskArray, error) {
	var out azcompute.DataDiskArray
	for _, key := range args.DataDisks.Names() {
		d := args.DataDisks[key]
		in := &azdisk.DiskArgs{
			ResourceGroupName: args.ResourceGroupName, Location: names.Optional(args.Location), Zones: args.diskZones(d), Tags: args.Tags,
			CreationData:        &azdisk.CreationDataArgs{CreateOption: pulumi.String(azdisk.DiskCreateOptionEmpty)},
			DiskSizeGB:          pulumi.Int(d.SizeGB),
			Sku:                 &azdisk.DiskSkuArgs{Name: pulumi.String(d.Type)},
			NetworkAccessPolicy: pulumi.String(azdisk.NetworkAccessPolicyDenyAll),
			PublicNetworkAccess: pulumi.String(azdisk.PublicNetworkAccessDisabled),
		}
		if d.EncryptionSetID != nil {
			in.Encryption = &azdisk.EncryptionArgs{
				Type:                pulumi.String(azdisk.EncryptionTypeEncryptionAtRestWithCustomerKey),
				DiskEncryptionSetId: optionalID(d.EncryptionSetID),
			}
		}
		logical, err := logicalname.For(name+"-"+key, "azure-native:compute:Disk")
		if err != nil {
			return nil, err
		}
		disk, err := azdisk.NewDisk(ctx, logical, in, m.Child(pulumi.Protect(*args.DeletionProtection),
			pulumi.ReplaceOnChanges([]string{"location", "zones"})))
		if err != nil {
			return nil, err
		}
		out = append(out, &azcompute.DataDiskArgs{
			Lun: pulumi.Int(d.LUN), CreateOption: pulumi.String(azcompute.DiskCreateOptionTypesAttach),
			DeleteOption: pulumi.String(azcompute.DiskDeleteOptionTypesDetach), Caching: caching(d.Caching),
			ManagedDisk: &azcompute.ManagedDiskParametersArgs{Id: disk.ID().ToStringOutput().ToStringPtrOutput()},
		})
	}
	return out, nil
}

func caching(c Caching) azcompute.CachingTypes { return azcompute.CachingTypes(c) }
