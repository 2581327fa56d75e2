package compute

import (
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/azure/internal/location"
	"github.com/ashlar-iac/ashlar/azure/internal/names"
	"github.com/ashlar-iac/ashlar/azure/internal/tagging"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/naming"
)

// VirtualMachineArgs are the arguments of a [VirtualMachine]. Those that Azure sets when it creates a virtual machine
// replace it when they change: the old one is deleted first, with its OS disk. Data disks stay.
type VirtualMachineArgs struct {
	// ResourceGroupName is the name of the resource group. Required for the constructor. Changing it replaces the virtual
	// machine and its data disks.
	ResourceGroupName pulumi.StringInput `pulumi:"resourceGroupName,optional" config:"plain"`
	// Name is the name of the virtual machine, unique in the resource group. Default: the name of the component with random
	// characters. Changing it replaces the virtual machine.
	Name string `pulumi:"name,optional"`
	// ComputerName is the host name: at most 64 characters with Linux, 15 with Windows. Default: the name of the component,
	// shortened. Changing it replaces the virtual machine.
	ComputerName string `pulumi:"computerName,optional"`
	// Location is the location, in its short form, such as westeurope: that of the subnet. Default: the location of the
	// provider. Changing it replaces the virtual machine and its data disks.
	Location string `pulumi:"location,optional" jsonschema:"example=westeurope"`
	// Zone is the availability zone of the virtual machine and its data disks: 1, 2 or 3. Default: none; Azure chooses.
	// Changing it replaces the virtual machine and its data disks.
	Zone string `pulumi:"zone,optional" jsonschema:"enum=1,enum=2,enum=3"`
	// Size is the size, such as Standard_D2s_v5. Required. Changing it restarts the virtual machine.
	Size string `pulumi:"size" jsonschema:"required,pattern=^(Standard|Basic)_[A-Z][A-Za-z0-9_-]+$,example=Standard_D2s_v5"`
	// OS is the operating system of the image. Changing it replaces the virtual machine.
	OS OS `pulumi:"os,optional" jsonschema:"default=linux,enum=linux,enum=windows"`
	// Image is an image of the Azure Marketplace. Mutually exclusive with imageId. Default: Ubuntu 24.04 LTS, or Windows
	// Server 2022. Changing it replaces the virtual machine.
	Image *Image `pulumi:"image,optional"`
	// ImageID is the resource ID of an image, or of an image version in a gallery. Default: image. Changing it replaces the
	// virtual machine.
	ImageID pulumi.StringInput `pulumi:"imageId,optional" config:"plain"`
	// SubnetID is the resource ID of the subnet of the network interface. Required for the constructor. Changing it moves the
	// network interface and restarts the virtual machine. Azure rejects a subnet of another network.
	SubnetID pulumi.StringInput `pulumi:"subnetId,optional" config:"plain"`
	// PrivateIP is the private IPv4 address, in the subnet. Default: Azure assigns one, which stays the same. Changing it
	// restarts the virtual machine.
	PrivateIP string `pulumi:"privateIp,optional"`
	// AcceleratedNetworking bypasses the host for network traffic. Small sizes do not support it. Changing it restarts the
	// virtual machine.
	AcceleratedNetworking *bool `pulumi:"acceleratedNetworking,optional" jsonschema:"default=true"`
	// AdminUsername is the name of the administrator. Changing it replaces the virtual machine.
	AdminUsername string `pulumi:"adminUsername,optional" jsonschema:"default=azureuser"`
	// SSHKeys are the public keys of the administrator of Linux: ssh-rsa of 2048 bits and more, or ssh-ed25519. Required with
	// Linux, which accepts no passwords. Changing them replaces the virtual machine.
	SSHKeys []string `pulumi:"sshKeys,optional"`
	// AdminPassword is the password of the administrator of Windows, of 12 to 123 characters. It is a secret. Required with
	// Windows. Changing it replaces the virtual machine.
	AdminPassword pulumi.StringInput `pulumi:"adminPassword,optional" config:"secret"`
	// CustomData is the content of a file for the first start, such as cloud-init. It is a secret. Default: none. Changing it
	// replaces the virtual machine.
	CustomData pulumi.StringInput `pulumi:"customData,optional" config:"secret"`
	// SystemIdentity gives the virtual machine an identity of its own.
	SystemIdentity *bool `pulumi:"systemIdentity,optional" jsonschema:"default=true"`
	// IdentityIDs are resource IDs of user-assigned identities of the virtual machine. Default: none.
	IdentityIDs pulumi.StringArrayInput `pulumi:"identityIds,optional" config:"plain"`
	// TrustedLaunch enables secure boot and a virtual TPM. It requires an image of generation 2 and a size that supports it.
	// Changing it replaces the virtual machine.
	TrustedLaunch *bool `pulumi:"trustedLaunch,optional" jsonschema:"default=true"`
	// EncryptionAtHost encrypts temporary disks and caches, too. The feature EncryptionAtHost of Microsoft.Compute must be
	// registered in the subscription. Azure changes it only while the virtual machine is deallocated.
	EncryptionAtHost *bool `pulumi:"encryptionAtHost,optional" jsonschema:"default=true"`
	// Disk is the OS disk.
	Disk *OSDisk `pulumi:"disk,optional" config:"group"`
	// DataDisks are data disks, by names of your choice. They stay when the virtual machine is replaced. Default: none.
	DataDisks config.Named[DataDisk] `pulumi:"dataDisks,optional"`
	// DeletionProtection rejects the deletion and the replacement of data disks by Pulumi: set it to false and update before
	// you destroy them.
	DeletionProtection *bool `pulumi:"deletionProtection,optional" jsonschema:"default=true"`
	// Tags are added to the virtual machine, its network interface and its data disks. Default: none.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`
}

// OS is an operating system.
type OS string

// The operating systems.
const (
	OSLinux   OS = "linux"
	OSWindows OS = "windows"
)

// Image is an image of the Azure Marketplace.
type Image struct {
	// Publisher is the publisher, such as Canonical. Required.
	Publisher string `pulumi:"publisher" jsonschema:"required,example=Canonical"`
	// Offer is the offer, such as ubuntu-24_04-lts. Required.
	Offer string `pulumi:"offer" jsonschema:"required,example=ubuntu-24_04-lts"`
	// SKU is the SKU, such as server. Required.
	SKU string `pulumi:"sku" jsonschema:"required,example=server"`
	// Version is the version. The latest one is that of the day on which the virtual machine is created; later ones do not
	// replace it.
	Version string `pulumi:"version,optional" jsonschema:"default=latest"`
}

// OSDisk is the OS disk, which is deleted with the virtual machine.
type OSDisk struct {
	// Type is the type of the disk. Changing it replaces the virtual machine.
	Type DiskType `pulumi:"type,optional" jsonschema:"default=Premium_LRS,enum=Premium_LRS,enum=Premium_ZRS,enum=StandardSSD_LRS,enum=StandardSSD_ZRS,enum=Standard_LRS"`
	// SizeGB is the size in GiB. Default: that of the image. It cannot be reduced.
	SizeGB *int `pulumi:"sizeGb,optional" jsonschema:"minimum=4,maximum=4095"`
	// EncryptionSetID is the resource ID of a disk encryption set with a customer-managed key. Default: a key that Microsoft
	// manages.
	EncryptionSetID pulumi.StringInput `pulumi:"encryptionSetId,optional" config:"plain"`
}

// DataDisk is a data disk.
type DataDisk struct {
	// LUN is the logical unit number, unique among the data disks, under which the operating system sees the disk. Required:
	// it must not change when another disk is added.
	LUN int `pulumi:"lun" jsonschema:"required,minimum=1,maximum=63"`
	// SizeGB is the size in GiB. Required. It cannot be reduced.
	SizeGB int `pulumi:"sizeGb" jsonschema:"required,minimum=1,maximum=65536"`
	// Type is the type of the disk. Changing it updates the disk.
	Type DiskType `pulumi:"type,optional" jsonschema:"default=Premium_LRS,enum=Premium_LRS,enum=Premium_ZRS,enum=StandardSSD_LRS,enum=StandardSSD_ZRS,enum=Standard_LRS"`
	// Caching is the host cache: None for databases and logs, ReadOnly for data that is mostly read.
	Caching Caching `pulumi:"caching,optional" jsonschema:"default=None,enum=None,enum=ReadOnly,enum=ReadWrite"`
	// EncryptionSetID is the resource ID of a disk encryption set with a customer-managed key. Default: a key that Microsoft
	// manages.
	EncryptionSetID pulumi.StringInput `pulumi:"encryptionSetId,optional" config:"plain"`
}

// DiskType is a type of disks. Source: "Azure managed disk types".
type DiskType string

// The types of disks.
const (
	DiskPremiumLRS     DiskType = "Premium_LRS"
	DiskPremiumZRS     DiskType = "Premium_ZRS"
	DiskStandardSSDLRS DiskType = "StandardSSD_LRS"
	DiskStandardSSDZRS DiskType = "StandardSSD_ZRS"
	DiskStandardLRS    DiskType = "Standard_LRS"
)

// Caching is a host cache.
type Caching string

// The host caches.
const (
	CachingNone      Caching = "None"
	CachingReadOnly  Caching = "ReadOnly"
	CachingReadWrite Caching = "ReadWrite"
)

var (
	_ config.Validator          = (*VirtualMachineArgs)(nil)
	_ config.ArgumentsValidator = (*VirtualMachineArgs)(nil)
	_ compliance.Declarer       = (*VirtualMachineArgs)(nil)
)

// reservedUsers are names that Azure rejects for administrators. Source: "Frequently asked questions about Linux Virtual
// Machines" and "about Windows Virtual Machines", username requirements.
var reservedUsers = []string{
	"1", "123", "a", "actuser", "adm", "admin", "admin1", "admin2", "administrator", "aspnet", "backup", "console", "david",
	"guest", "john", "owner", "root", "server", "sql", "support", "support_388945a0", "sys", "test", "test1", "test2", "test3",
	"user", "user1", "user2", "user3", "user4", "user5",
}

var (
	linuxUser = regexp.MustCompile(`^[a-z_][a-z0-9_-]{0,31}$`)
	sshKey    = regexp.MustCompile(`^(ssh-rsa|ssh-ed25519) [A-Za-z0-9+/]+=*( [^\n]*)?$`)
)

// Validate implements config.Validator.
func (a *VirtualMachineArgs) Validate(report *config.Report) {
	names.Check(report, []string{"name"}, machineType, a.Name)
	names.Check(report, []string{"computerName"}, a.computerType(), a.ComputerName)
	location.Check(report, []string{"location"}, a.Location)
	tagging.Check(report, []string{"tags"}, a.Tags, tagging.MaxKey)
	names.CheckID(report, []string{"subnetId"}, a.SubnetID, "Microsoft.Network/virtualNetworks", "subnet")
	if a.Image != nil && a.ImageID != nil {
		report.Add([]string{"image"}, "image and imageId are mutually exclusive: remove one of them")
	}
	if address, err := netip.ParseAddr(a.PrivateIP); a.PrivateIP != "" && (err != nil || !address.Is4()) {
		report.Add([]string{"privateIp"}, "found %q: use an IPv4 address in the subnet, such as 10.0.1.10", a.PrivateIP)
	}
	if zones, known := location.HasZones(a.Location); a.Zone != "" && known && !zones {
		report.Add([]string{"zone"}, "location %q has no availability zones: omit zone", a.Location)
	}
	a.checkAdministrator(report)
	a.checkDisks(report)
}

func (a *VirtualMachineArgs) checkAdministrator(report *config.Report) {
	user := a.AdminUsername
	if slices.Contains(reservedUsers, strings.ToLower(user)) {
		report.Add([]string{"adminUsername"}, "%q is reserved by Azure: use another name, such as azureuser", user)
	}
	if a.OS == OSWindows {
		const longest = 20
		if user != "" && (len(user) > longest || strings.ContainsAny(user, `"/\[]:;|=,+*?<>@`) || strings.HasSuffix(user, ".")) {
			report.Add([]string{"adminUsername"}, "invalid name %q: use at most %d letters, digits, _ and -", user, longest)
		}
		if len(a.SSHKeys) > 0 {
			report.Add([]string{"sshKeys"}, "not supported with Windows: use adminPassword")
		}
		if a.AdminPassword == nil {
			report.Add([]string{"adminPassword"}, "required with Windows: add an encrypted value")
		}
		return
	}
	if user != "" && !linuxUser.MatchString(user) {
		report.Add([]string{"adminUsername"}, "invalid name %q: use at most 32 lower case letters, digits, _ and -, "+
			"and begin with a letter", user)
	}
	if a.AdminPassword != nil {
		report.Add([]string{"os"}, "Linux accepts SSH keys only: omit adminPassword, or set os to windows")
	}
	if len(a.SSHKeys) == 0 {
		report.Add([]string{"sshKeys"}, "required with Linux: add the public keys of the administrator")
	}
	for i, key := range a.SSHKeys {
		if !sshKey.MatchString(strings.TrimSpace(key)) {
			report.Add([]string{"sshKeys", strconv.Itoa(i)}, "not a public key: use the line of an id_ed25519.pub or id_rsa.pub file")
		}
	}
}

func (a *VirtualMachineArgs) checkDisks(report *config.Report) {
	taken := map[int]string{}
	for _, name := range a.DataDisks.Names() {
		lun := a.DataDisks[name].LUN
		if other, ok := taken[lun]; ok {
			report.Add([]string{"dataDisks", name, "lun"}, "duplicate logical unit number %d, same as %s: use another number", lun,
				report.Locate("dataDisks", other, "lun"))
		}
		taken[lun] = name
	}
}

// ValidateArguments implements config.ArgumentsValidator.
func (a *VirtualMachineArgs) ValidateArguments(report *config.Report) {
	names.CheckGroup(report, a.ResourceGroupName)
	if a.SubnetID == nil {
		report.Add([]string{"subnetId"}, "required: add the resource ID of a subnet")
	}
}

// Evidence implements compliance.Declarer.
func (a *VirtualMachineArgs) Evidence() []compliance.Evidence {
	on := func(option *bool) bool { return option == nil || *option }
	launch, host, identity := on(a.TrustedLaunch), on(a.EncryptionAtHost), on(a.SystemIdentity)
	return []compliance.Evidence{
		compliance.Check("trustedLaunch", launch, launch, "true", compliancecontrols.Integrity...),
		compliance.Check("encryptionAtHost", host, host, "true", compliancecontrols.EncryptionAtRest...),
		compliance.Check("systemIdentity", identity, identity || a.IdentityIDs != nil, "true, or identityIds",
			compliancecontrols.Federation...),
		compliance.Always("networkInterface.publicIPAddress", "none", compliancecontrols.NetworkAccess...),
		compliance.Always("patchSettings.patchMode", "AutomaticByPlatform", compliancecontrols.Patches...),
	}
}

// computerType returns the rule of the host name.
func (a *VirtualMachineArgs) computerType() string {
	if a.OS == OSWindows {
		return machineType + "#windowsComputerName"
	}
	return machineType + "#computerName"
}

// computerName returns the host name.
func (a *VirtualMachineArgs) computerName(name string) (string, error) {
	if a.ComputerName != "" {
		return a.ComputerName, nil
	}
	return naming.Name{Parts: []string{name}, Flat: true}.For(naming.Azure()[a.computerType()])
}
