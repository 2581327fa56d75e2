package compute

import (
	"maps"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/vmsize"
)

// setStorage checks the disks of a virtual machine, and creates its OS disk.
func setStorage(c *cloud.Call, size vmsize.Size) error {
	storage := c.Object.Block("storageProfile")
	image, osDisk := block(storage, "imageReference"), block(storage, "osDisk")
	if size.NVMeOnly && storage["diskControllerType"] == "SCSI" {
		return invalid("The VM size '%s' cannot boot with the disk controller type SCSI: it supports NVMe only.", size.Name)
	}
	kind := "SCSI"
	if size.NVMeOnly {
		kind = "NVMe"
	}
	cloud.Fill(storage, map[string]any{"diskControllerType": kind})
	if err := checkImage(image, osDisk); err != nil {
		return err
	}
	if err := checkEphemeral(osDisk, size); err != nil {
		return err
	}
	managed := block(osDisk, "managedDisk")
	if err := needSet(c, cloud.Text(block(managed, "diskEncryptionSet"), "id")); err != nil {
		return err
	}
	cloud.Fill(managed, map[string]any{"storageAccountType": "Standard_LRS"})
	if strings.HasPrefix(cloud.Text(managed, "storageAccountType"), "Premium") && !size.Premium {
		return invalid("Requested operation cannot be performed because the VM size %s does not support the storage account type "+
			"%s of the OS disk.", size.Name, managed["storageAccountType"])
	}
	if err := setOSDisk(c, osDisk, managed); err != nil {
		return err
	}
	osDisk["managedDisk"] = managed
	storage["osDisk"] = osDisk
	data, err := dataDisks(c, cloud.Objects(storage["dataDisks"]), size)
	if err != nil {
		return err
	}
	storage["dataDisks"] = data
	if len(image) > 0 && cloud.Text(image, "id") == "" {
		image["exactVersion"] = exactVersion(image)
		storage["imageReference"] = image
	}
	c.Set("storageProfile", storage)
	return nil
}

// exactVersion returns the version of an image that "latest" stands for. It is the simulation's own.
func exactVersion(image map[string]any) string {
	if v := cloud.Text(image, "version"); v != "latest" {
		return v
	}
	return "1.0.202611010"
}

// checkImage checks where the OS disk comes from.
func checkImage(image, osDisk map[string]any) error {
	option := cloud.Text(osDisk, "createOption")
	complete := cloud.Text(image, "id") != "" || cloud.Text(image, "publisher") != "" && cloud.Text(image, "offer") != "" &&
		cloud.Text(image, "sku") != "" && cloud.Text(image, "version") != ""
	switch {
	case option == "FromImage" && !complete:
		return invalid("Required parameter 'imageReference' is missing (null), or incomplete.")
	case option == "Attach" && cloud.Text(block(osDisk, "managedDisk"), "id") == "":
		return invalid("Required parameter 'osDisk.managedDisk.id' is missing (null).")
	case option != "FromImage" && option != "Attach":
		return invalid("The value '%s' of parameter osDisk.createOption is invalid.", option)
	}
	return nil
}

// checkEphemeral checks an ephemeral OS disk against the local disk. Source: "Ephemeral OS disks for Azure VMs".
func checkEphemeral(osDisk map[string]any, size vmsize.Size) error {
	local := block(osDisk, "diffDiskSettings")
	if cloud.Text(local, "option") == "" {
		return nil
	}
	has := map[string]int{"CacheDisk": size.Cache, "ResourceDisk": size.TempDisk, "": size.Ephemeral()}
	if size.NVMe {
		has = map[string]int{"NvmeDisk": size.TempDisk, "": size.TempDisk}
	}
	wants, _ := osDisk["diskSizeGB"].(float64)
	switch limit := has[cloud.Text(local, "placement")]; {
	case cloud.Text(osDisk, "caching") != "ReadOnly":
		return invalid("The OS disk caching of an ephemeral OS disk must be ReadOnly.")
	case limit == 0 || int(wants) > limit:
		return notAllowed("OS disk of Ephemeral VM with size greater than %d GB is not allowed for VM size %s when the DiffDiskPlacement "+
			"is %s.", limit, size.Name, cloud.Text(local, "placement"))
	}
	return nil
}

// dataDisks returns the answers for attached disks: they exist, are free, and fit to the location and zone.
func dataDisks(c *cloud.Call, requested []map[string]any, size vmsize.Size) ([]any, error) {
	const largest = 64
	if most := min(2*size.VCPUs, largest); len(requested) > most {
		return nil, notAllowed("The maximum number of data disks allowed to be attached to a VM of this size is %d.", most)
	}
	out := []any{}
	units := map[any]bool{}
	for _, values := range requested {
		if units[values["lun"]] {
			return nil, invalid("A disk at LUN %v already exists.", values["lun"])
		}
		units[values["lun"]] = true
		if values["createOption"] != "Attach" {
			return nil, invalid("The simulated Azure covers the create option Attach of data disks, not %v.", values["createOption"])
		}
		o, err := dataDisk(c, cloud.Text(block(values, "managedDisk"), "id"))
		if err != nil {
			return nil, err
		}
		managed := block(values, "managedDisk")
		managed["storageAccountType"] = o.Block("sku")["name"]
		answer := map[string]any{"name": o.Text("name"), "diskSizeGB": o.Number("diskSizeGB"), "toBeDetached": false}
		cloud.Fill(answer, values)
		answer["managedDisk"] = managed
		out = append(out, answer)
	}
	return out, nil
}

// dataDisk returns a disk that can be attached to a virtual machine.
func dataDisk(c *cloud.Call, id string) (*cloud.Object, error) {
	o, err := c.Lookup(diskToken, id)
	if err != nil {
		return nil, err
	}
	if o == nil {
		return nil, kernel.Refuse("NotFound", "Disk %s is not found.", id)
	}
	zone, own := c.Texts("zones"), o.Texts("zones")
	switch {
	case !kernel.SameLocation(o.Text("location"), c.Text("location")):
		return nil, invalid("Disk %s is in location %s, and the VM in %s.", id, o.Text("location"), c.Text("location"))
	case len(own) > 0 && (len(zone) == 0 || zone[0] != own[0]), len(own) == 0 && len(zone) > 0 &&
		!strings.HasSuffix(cloud.Text(o.Block("sku"), "name"), "_ZRS"):
		return nil, kernel.Refuse("BadRequest", "Disk %s cannot be attached to the VM because it is not in the same zone as the VM. "+
			"VM zone: '%s'. Disk zone: '%s'.", id, strings.Join(zone, ""), strings.Join(own, ""))
	}
	other, err := attached(c, o)
	if err == nil && other != nil && !kernel.ID(other.ID).Same(c.Object.ID) {
		err = kernel.Refuse("ConflictingUserInput", "Disk '%s' cannot be attached as the disk is already owned by VM '%s'.",
			o.Text("name"), other.ID)
	}
	return o, err
}

// setOSDisk creates the OS disk of a new virtual machine, unless it is an ephemeral or an existing one.
func setOSDisk(c *cloud.Call, osDisk, managed map[string]any) error {
	kind := "Linux"
	if len(block(c.Object.Block("osProfile"), "windowsConfiguration")) > 0 {
		kind = "Windows"
	}
	cloud.Fill(osDisk, map[string]any{"osType": kind, "deleteOption": "Detach", "caching": "None"})
	if c.Old != nil {
		was := block(block(c.Old.Outputs, "storageProfile"), "osDisk")
		cloud.Fill(osDisk, was)
		cloud.Fill(managed, block(was, "managedDisk"))
		return nil
	}
	if len(block(osDisk, "diffDiskSettings")) > 0 || cloud.Text(managed, "id") != "" {
		return nil
	}
	gib := 30.0 // The size of most Linux images.
	if kind == "Windows" {
		gib = 127
	}
	cloud.Fill(osDisk, map[string]any{"diskSizeGB": gib})
	id, err := c.Hex(32)
	if err != nil {
		return err
	}
	cloud.Fill(osDisk, map[string]any{"name": c.Text("name") + "_OsDisk_1_" + id})
	group := kernel.ID(c.Object.ID).Group()
	inputs := map[string]any{"resourceGroupName": group, "diskName": osDisk["name"], "location": c.Text("location"),
		"diskSizeGB": osDisk["diskSizeGB"], "sku": map[string]any{"name": managed["storageAccountType"]}, "osType": kind,
		"creationData": map[string]any{"createOption": "FromImage"}}
	zoned := !strings.HasSuffix(cloud.Text(managed, "storageAccountType"), "_ZRS")
	if zones := c.Texts("zones"); zoned && len(zones) > 0 {
		inputs["zones"] = cloud.List(zones...)
	}
	if set := cloud.Text(block(managed, "diskEncryptionSet"), "id"); set != "" {
		inputs["encryption"] = map[string]any{"type": "EncryptionAtRestWithCustomerKey", "diskEncryptionSetId": set}
	}
	managed["id"] = kernel.Below(c.Scope, group, disks, cloud.Text(osDisk, "name"))
	// The disk stays when the virtual machine is deleted, unless its option says otherwise.
	return c.Add(&cloud.Object{Type: diskToken, Place: c.Object.Place, Folded: c.Object.Folded, Inputs: inputs,
		Outputs: maps.Clone(inputs)})
}
