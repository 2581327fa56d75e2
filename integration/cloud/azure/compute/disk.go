package compute

import (
	"reflect"
	"regexp"
	"slices"
	"strings"

	v20240302 "github.com/pulumi/pulumi-azure-native-sdk/compute/v2/v20240302"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

const disks = "Microsoft.Compute/disks"

// diskName is what names of disks match.
var diskName = regexp.MustCompile(`^[a-zA-Z0-9]([a-zA-Z0-9_.-]{0,78}[a-zA-Z0-9_])?$`)

func disk() *cloud.Type {
	return kernel.Grouped(&cloud.Type{
		Token: diskToken, Args: v20240302.DiskArgs{}, Resource: &v20240302.Disk{},
		Name: "diskName",
		Same: sameIDs(),
		Create: func(c *cloud.Call) error {
			c.Set("timeCreated", kernel.Now())
			if err := kernel.SetNewGUIDs(c, "uniqueId"); err != nil {
				return err
			}
			return setDisk(c)
		},
		Update:  setDisk,
		Refresh: readDisk,
		Delete: func(c *cloud.Call) error {
			o, err := attached(c, c.Object)
			if err == nil && o != nil {
				err = notAllowed("Disk %s is attached to VM %s.", c.Text("name"), o.ID)
			}
			return err
		},
	}, disks)
}

// attached returns the virtual machine to which a disk is attached, or nil.
func attached(c *cloud.Call, o *cloud.Object) (*cloud.Object, error) {
	all, err := c.List(kernel.MachineToken)
	for _, machine := range all {
		if slices.ContainsFunc(disksOf(machine), kernel.ID(o.ID).Same) {
			return machine, err
		}
	}
	return nil, err
}

// disksOf returns the ids of the disks of a virtual machine.
func disksOf(machine *cloud.Object) []string {
	storage := machine.Block("storageProfile")
	out := []string{cloud.Text(block(block(storage, "osDisk"), "managedDisk"), "id")}
	for _, d := range cloud.Objects(storage["dataDisks"]) {
		out = append(out, cloud.Text(block(d, "managedDisk"), "id"))
	}
	return slices.DeleteFunc(out, func(id string) bool { return id == "" })
}

// readDisk sets the virtual machine of a disk.
func readDisk(c *cloud.Call) error {
	machine, err := attached(c, c.Object)
	delete(c.Object.Outputs, "managedBy")
	c.Set("diskState", "Unattached")
	if machine != nil {
		c.Set("managedBy", machine.ID)
		c.Set("diskState", "Attached")
	}
	return err
}

// diskSKUs are the types of disks. Source: "Azure managed disk types".
func diskSKUs() []string {
	return []string{"Standard_LRS", "StandardSSD_LRS", "StandardSSD_ZRS", "Premium_LRS", "Premium_ZRS", "PremiumV2_LRS",
		"UltraSSD_LRS"}
}

// setDisk checks a disk, and sets what Azure computes.
func setDisk(c *cloud.Call) error {
	if n := c.Text("name"); !diskName.MatchString(n) {
		return invalid("The entity name 'diskName' is invalid according to its validation rule: %s.", n)
	}
	if err := checkZones(c); err != nil {
		return err
	}
	sku := c.Object.Block("sku")
	cloud.Fill(sku, map[string]any{"name": "Standard_LRS"})
	kind := cloud.Text(sku, "name")
	redundant := strings.HasSuffix(kind, "_ZRS")
	switch {
	case !slices.Contains(diskSKUs(), kind):
		return invalid("The value '%s' of parameter sku.name is invalid. Supported values are %s.", kind,
			strings.Join(diskSKUs(), ", "))
	case redundant && len(c.Texts("zones")) > 0:
		// Source: issue 236 of terraform-azurerm-avm-res-compute-virtualmachine.
		return notAllowed("A disk with sku '%s' cannot be created in an availability zone.", kind)
	case redundant && !kernel.Locations()[c.Text("location")].Zones:
		return invalid("SKU %s is not available.", kind) // Source: issue 792 of ansible-collections/azure.
	}
	if redundant || strings.HasPrefix(kind, "Premium") {
		sku["tier"] = "Premium"
	} else {
		sku["tier"] = "Standard"
	}
	c.Set("sku", sku)
	if err := setDiskSize(c); err != nil {
		return err
	}
	if err := checkDiskEncryption(c); err != nil {
		return err
	}
	if c.Old != nil && !reflect.DeepEqual(c.Old.Texts("zones"), c.Texts("zones")) {
		return kernel.Immutable("zones")
	}
	cloud.Fill(c.Object.Outputs, map[string]any{"networkAccessPolicy": "AllowAll", "publicNetworkAccess": "Enabled"})
	access := c.Text("networkAccessPolicy")
	if !slices.Contains([]string{"AllowAll", "AllowPrivate", "DenyAll"}, access) ||
		(access == "AllowPrivate") != (c.Text("diskAccessId") != "") {
		return invalid("The network access policy '%s' is invalid: it is AllowAll, DenyAll, or AllowPrivate with a disk access "+
			"resource.", access)
	}
	return readDisk(c)
}

// setDiskSize checks the size of a disk. Source: "Expand virtual hard disks", for the refusal to shrink.
func setDiskSize(c *cloud.Call) error {
	source := c.Object.Block("creationData")
	size, given := c.Object.Outputs["diskSizeGB"].(float64)
	const largest = 65536
	switch {
	case source["createOption"] == "Empty" && !given:
		return invalid("Required parameter 'diskSizeGB' is missing (null).")
	case given && (size < 1 || size > largest):
		return invalid("The value '%v' of disk size is out of range. Value '%v' must be between '1' and '%d' inclusive.", size, size,
			largest)
	case c.Old != nil && !reflect.DeepEqual(c.Old.Outputs["creationData"], c.Object.Outputs["creationData"]):
		return kernel.Immutable("creationData")
	case c.Old != nil && size < c.Old.Number("diskSizeGB"):
		return kernel.Refuse("ResizeDiskError", "New disk size %v GB is smaller than the existing size %v GB. Shrinking disks is "+
			"not supported.", size, c.Old.Number("diskSizeGB"))
	}
	if given {
		c.Set("diskSizeBytes", size*(1<<30))
	}
	return nil
}

// checkDiskEncryption checks the disk encryption set.
func checkDiskEncryption(c *cloud.Call) error {
	encryption := c.Object.Block("encryption")
	set := cloud.Text(encryption, "diskEncryptionSetId")
	cloud.Fill(encryption, map[string]any{"type": "EncryptionAtRestWithPlatformKey"})
	if (set != "") != (encryption["type"] != "EncryptionAtRestWithPlatformKey") {
		return invalid("The encryption type %v of the disk does not fit to the disk encryption set '%s'.", encryption["type"], set)
	}
	c.Set("encryption", encryption)
	return needSet(c, set)
}

// needSet refuses a disk encryption set that does not exist or is in another location. "" is none.
func needSet(c *cloud.Call, id string) error {
	if id == "" {
		return nil
	}
	o, err := c.Lookup(kernel.DiskSetToken, id)
	switch {
	case err != nil:
		return err
	case o == nil:
		return kernel.Need(c, id)
	case !kernel.SameLocation(o.Text("location"), c.Text("location")):
		return invalid("The disk encryption set %s is in location %s, and the disk in %s.", id, o.Text("location"),
			c.Text("location"))
	}
	return nil
}
