package compute

import (
	"reflect"
	"regexp"
	"slices"
	"strings"

	v20241101 "github.com/pulumi/pulumi-azure-native-sdk/compute/v2/v20241101"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/managedidentity"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/vmsize"
)

// machineName is what names of virtual machines match.
var machineName = regexp.MustCompile("^[^_\\\\/\"\\[\\]:|<>+=;,?*@&`\\s][^\\\\/\"\\[\\]:|<>+=;,?*@&`\\s]{0,63}$")

// machine is the type of virtual machines. cores is the quota of virtual CPUs in a location.
func machine(cores int) *cloud.Type {
	set := func(c *cloud.Call) error { return setMachine(c, cores) }
	return kernel.Grouped(&cloud.Type{
		Token: kernel.MachineToken, Args: v20241101.VirtualMachineArgs{}, Resource: &v20241101.VirtualMachine{},
		Name:     "vmName",
		Same:     sameIDs(),
		Computed: map[string][]string{"identity": {"principalId", "tenantId"}},
		Create: func(c *cloud.Call) error {
			c.Set("timeCreated", kernel.Now())
			if err := kernel.SetNewGUIDs(c, "vmId"); err != nil {
				return err
			}
			return set(c)
		},
		Update: set,
		Delete: deleteMachine,
	}, "Microsoft.Compute/virtualMachines")
}

// fixed are the properties of a virtual machine that cannot be changed, by path. Source: issue 1530 of aks-engine for the
// error; the list is from the descriptions of the specification of Microsoft.Compute, and from memory.
func fixed() []string {
	return []string{"availabilitySet", "extendedLocation", "osProfile.adminPassword", "osProfile.adminUsername",
		"osProfile.computerName", "osProfile.customData", "osProfile.linuxConfiguration.disablePasswordAuthentication",
		"osProfile.linuxConfiguration.ssh", "osProfile.windowsConfiguration.timeZone", "plan", "platformFaultDomain",
		"priority", "securityProfile.securityType", "storageProfile.imageReference", "storageProfile.osDisk.createOption",
		"storageProfile.osDisk.diffDiskSettings", "storageProfile.osDisk.name", "storageProfile.osDisk.osType",
		"virtualMachineScaleSet", "zones"}
}

// deallocated are the properties that change only while the virtual machine is deallocated, which the provider does not do.
func deallocated() []string {
	return []string{"networkProfile.networkInterfaces", "securityProfile.encryptionAtHost",
		"securityProfile.uefiSettings", "storageProfile.osDisk.diskSizeGB"}
}

// at returns the input at a path.
func at(inputs map[string]any, path string) any {
	name, rest, within := strings.Cut(path, ".")
	if !within {
		return inputs[name]
	}
	of, _ := inputs[name].(map[string]any)
	return at(of, rest)
}

// checkFixed refuses changes that Azure does not make.
func checkFixed(c *cloud.Call) error {
	if c.Old == nil {
		return nil
	}
	before, after := c.Old.Inputs, c.Object.Inputs
	for _, path := range fixed() {
		if !reflect.DeepEqual(at(before, path), at(after, path)) {
			return kernel.Immutable(strings.TrimPrefix(path, "storageProfile."))
		}
	}
	const kind = "storageProfile.osDisk.managedDisk.storageAccountType"
	if !reflect.DeepEqual(at(before, kind), at(after, kind)) {
		return notAllowed("Managed disk storage account type change through Virtual Machine '%s' is not allowed.", c.Text("name"))
	}
	for _, path := range deallocated() {
		if !reflect.DeepEqual(at(before, path), at(after, path)) {
			return notAllowed("'%s' can be updated only when VM is in deallocated state.", path)
		}
	}
	return nil
}

// setMachine checks a virtual machine, and sets what Azure computes.
func setMachine(c *cloud.Call, cores int) error {
	name := c.Text("name")
	if !machineName.MatchString(name) || strings.HasSuffix(name, ".") || strings.HasSuffix(name, "-") {
		return kernel.Refuse("InvalidResourceName", "The virtual machine name '%s' is invalid.", name)
	}
	if err := checkFixed(c); err != nil {
		return err
	}
	if err := checkZones(c); err != nil {
		return err
	}
	size, err := checkSize(c, cores)
	if err != nil {
		return err
	}
	for _, check := range []func(*cloud.Call, vmsize.Size) error{checkSecurity, setSystem, checkInterfaces, setStorage} {
		if err := check(c, size); err != nil {
			return err
		}
	}
	return managedidentity.Set(c)
}

// checkSize checks the size of a virtual machine and the quota. Source of the latter: issue 5808 of AKS.
func checkSize(c *cloud.Call, cores int) (vmsize.Size, error) {
	name := cloud.Text(c.Object.Block("hardwareProfile"), "vmSize")
	size, ok := vmsize.Find(name)
	if !ok {
		return size, invalid("The value %s provided for the VM size is not valid. The valid sizes in the current region are: %s. "+
			"Find out more on the valid VM sizes in each region at https://aka.ms/azure-regions.", name,
			strings.Join(vmsize.Names(), ", "))
	}
	used, err := vmsize.Used(c, c.Text("location"))
	if err != nil {
		return size, err
	}
	if used+size.VCPUs > cores {
		return size, kernel.Refuse("QuotaExceeded", "Operation could not be completed as it results in exceeding approved Total "+
			"Regional Cores quota. Additional details - Deployment Model: Resource Manager, Location: %s, Current Limit: %d, "+
			"Current Usage: %d, Additional Required: %d, (Minimum) New Limit Required: %d.", c.Text("location"), cores, used,
			size.VCPUs, used+size.VCPUs)
	}
	return size, nil
}

// generation1 reports whether an image of the Azure Marketplace is known to be of generation 1. Source: "Support for
// Generation 2 VMs on Azure".
func generation1(image map[string]any) bool {
	sku := strings.ToLower(cloud.Text(image, "sku"))
	switch strings.ToLower(cloud.Text(image, "offer")) {
	case "windowsserver":
		return !strings.HasSuffix(sku, "-g2") && !strings.Contains(sku, "-azure-edition") && !strings.HasSuffix(sku, "-gensecond")
	case "0001-com-ubuntu-server-jammy", "0001-com-ubuntu-server-focal":
		return !strings.HasSuffix(sku, "-gen2")
	}
	return strings.HasSuffix(sku, "-gen1")
}

// checkSecurity checks Trusted Launch and encryption at host. Source: "Trusted Launch for Azure virtual machines". The codes
// and messages are from memory.
func checkSecurity(c *cloud.Call, size vmsize.Size) error {
	security := c.Object.Block("securityProfile")
	image := block(c.Object.Block("storageProfile"), "imageReference")
	kind := cloud.Text(security, "securityType")
	old := generation1(image)
	switch {
	case kind != "" && !slices.Contains([]string{"TrustedLaunch", "ConfidentialVM", "Standard"}, kind):
		return invalid("The value '%s' of parameter securityProfile.securityType is invalid.", kind)
	case kind == "TrustedLaunch" && !size.TrustedLaunch:
		return kernel.Refuse("BadRequest", "The VM size '%s' is not supported for creation of VMs and Virtual Machine Scale Set "+
			"with '%s' security type.", size.Name, kind)
	case kind == "TrustedLaunch" && old:
		return kernel.Refuse("BadRequest", "The provided image only supports creation of VMs and Virtual Machine Scale Set with "+
			"'Standard' security type.")
	case len(block(security, "uefiSettings")) > 0 && (kind == "" || kind == "Standard"):
		return invalid("Parameter 'securityProfile.uefiSettings' is not allowed without securityType TrustedLaunch or " +
			"ConfidentialVM.")
	case security["encryptionAtHost"] == true && !size.EncryptionAtHost:
		return invalid("The property 'securityProfile.encryptionAtHost' is not supported by the VM size '%s'.", size.Name)
	case old && !size.Generation1:
		return kernel.Refuse("BadRequest", "The selected VM size '%s' cannot boot Hypervisor Generation '1'. If this was a Create "+
			"operation please check that the Hypervisor Generation of the Image matches the Hypervisor Generation of the selected "+
			"VM Size.", size.Name)
	}
	return nil
}

// checkInterfaces checks the network interfaces: they exist, are free, and one of them is the primary one.
func checkInterfaces(c *cloud.Call, _ vmsize.Size) error {
	references := cloud.Objects(c.Object.Block("networkProfile")["networkInterfaces"])
	if len(references) == 0 {
		return invalid("Required parameter 'networkProfile' is missing (null).")
	}
	primaries := 0
	for _, reference := range references {
		id := cloud.Text(reference, "id")
		if reference["primary"] == true || len(references) == 1 {
			primaries++
		}
		o, err := c.Lookup(kernel.InterfaceToken, id)
		if err != nil {
			return err
		}
		if o == nil || !kernel.SameLocation(o.Text("location"), c.Text("location")) {
			return kernel.Refuse("InvalidResourceReference", "Resource %s referenced by resource %s was not found. Please make sure "+
				"that the referenced resource exists, and that both resources are in the same region.", id, c.Object.ID)
		}
		others, err := c.All(kernel.MachineToken, func(other *cloud.Object) bool {
			return slices.ContainsFunc(cloud.Objects(other.Block("networkProfile")["networkInterfaces"]),
				func(of map[string]any) bool { return kernel.SameID(cloud.Text(of, "id"), id) })
		})
		if err != nil {
			return err
		}
		if len(others) > 0 {
			return kernel.Refuse("NicInUse", "Network Interface %s is used by existing resource %s. In order to delete the network "+
				"interface, it must be dissociated from the resource. To learn more, see aka.ms/deletenic.", id, others[0].ID)
		}
	}
	if primaries != 1 {
		return kernel.Refuse("VirtualMachineMustHaveOneNetworkInterfaceAsPrimary", "Virtual machine %s must have one network "+
			"interface set as the primary.", c.Text("name"))
	}
	return nil
}

// deleteMachine deletes the disks and network interfaces of a virtual machine that go with it.
func deleteMachine(c *cloud.Call) error {
	storage := c.Object.Block("storageProfile")
	kinds := map[string][]map[string]any{
		diskToken:             append(cloud.Objects(storage["dataDisks"]), block(storage, "osDisk")),
		kernel.InterfaceToken: cloud.Objects(c.Object.Block("networkProfile")["networkInterfaces"]),
	}
	for token, references := range kinds {
		for _, reference := range references {
			if reference["deleteOption"] != "Delete" {
				continue
			}
			id := cloud.Text(reference, "id")
			if token == diskToken {
				id = cloud.Text(block(reference, "managedDisk"), "id")
			}
			o, err := c.Lookup(token, id)
			if err != nil {
				return err
			}
			if o != nil {
				if err := c.Delete(o); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
