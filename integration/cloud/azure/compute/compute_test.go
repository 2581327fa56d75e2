package compute_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/accounttest"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/azuretest"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

// in are the inputs of a resource.
type in = map[string]any

type step = accounttest.Step

const (
	diskToken = "azure-native:compute:Disk"
	key       = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGV4YW1wbGVleGFtcGxlZXhhbXBsZWV4YW1wbGVl"
	password  = "Correct-Horse-7"
)

func made(name, typ, nameInput string, more in) step {
	return step{Name: name, Type: typ, Inputs: accounttest.Merge(azuretest.In(in{nameInput: name}), more)}
}

func nic(name string) step {
	return made(name, kernel.InterfaceToken, "networkInterfaceName", in{"ipConfigurations": []any{in{"name": "primary",
		"subnet": in{"id": "$web"}}}})
}

// ground returns a group with a network interface "nic".
func ground() []step {
	return append(azuretest.Group(),
		made("net", kernel.NetworkToken, "virtualNetworkName", in{"addressSpace": in{"addressPrefixes": []any{"10.0.0.0/16"}}}),
		made("web", "azure-native:network:Subnet", "subnetName", in{"virtualNetworkName": "net", "addressPrefix": "10.0.0.0/24"}),
		nic("nic"))
}

func disk(name string, more in) step {
	return made(name, diskToken, "diskName", accounttest.Merge(in{"creationData": in{"createOption": "Empty"},
		"diskSizeGB": 64.0}, more))
}

// parts are the blocks of a virtual machine, each of which is completed and replaced by more.
type parts struct{ os, linux, storage, osDisk, security, more in }

// machine returns the step of a Linux virtual machine "vm".
func machine(p parts) step {
	profile := accounttest.Merge(in{"computerName": "web1", "adminUsername": "operator", "linuxConfiguration": accounttest.Merge(
		in{"disablePasswordAuthentication": true, "provisionVMAgent": true,
			"patchSettings": in{"patchMode": "AutomaticByPlatform"},
			"ssh":           in{"publicKeys": []any{in{"path": "/home/operator/.ssh/authorized_keys", "keyData": key}}}}, p.linux)}, p.os)
	storage := accounttest.Merge(in{
		"imageReference": in{"publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "latest"},
		"osDisk": accounttest.Merge(in{"createOption": "FromImage", "deleteOption": "Delete", "caching": "ReadWrite",
			"managedDisk": in{"storageAccountType": "Premium_LRS"}}, p.osDisk)}, p.storage)
	return made("vm", kernel.MachineToken, "vmName", accounttest.Merge(in{"hardwareProfile": in{"vmSize": "Standard_D2s_v5"},
		"osProfile": profile, "storageProfile": storage, "securityProfile": accounttest.Merge(in{"encryptionAtHost": true,
			"securityType": "TrustedLaunch", "uefiSettings": in{"secureBootEnabled": true, "vTpmEnabled": true}}, p.security),
		"networkProfile": in{"networkInterfaces": []any{in{"id": "$nic", "primary": true}}}}, p.more))
}

func update(s step) step {
	s.Name = "~" + s.Name
	return s
}

func attach(disks ...string) in {
	var list []any
	for i, id := range disks {
		list = append(list, in{"createOption": "Attach", "lun": float64(i), "managedDisk": in{"id": id}})
	}
	return in{"dataDisks": list}
}

func TestVirtualMachineOutputs(t *testing.T) {
	t.Parallel()
	h := azuretest.New(t).All(ground()...).All(disk("data", nil), machine(parts{storage: attach("$data"),
		os: in{"customData": "aGVsbG8="}, more: in{"identity": in{"type": "SystemAssigned"}}}))
	require.True(t, kernel.IsGUID(h.Output("vm", "vmId").(string)))
	identity, _ := h.Output("vm", "identity").(in)
	require.True(t, kernel.IsGUID(identity["principalId"].(string)))
	profile, _ := h.Output("vm", "osProfile").(in)
	require.NotContains(t, profile, "customData", "Azure never answers with it")
	storage, _ := h.Output("vm", "storageProfile").(in)
	os, _ := storage["osDisk"].(in)
	require.Regexp(t, `^vm_OsDisk_1_[0-9a-f]{32}$`, os["name"])
	require.Equal(t, "Linux", os["osType"])

	h.Refreshed("nic")
	require.Equal(t, in{"id": h.IDs["vm"]}, h.Output("nic", "virtualMachine"))
	require.Regexp(t, `^00-0D-3A(-[0-9a-f]{2}){3}$`, h.Output("nic", "macAddress"))
	h.Refreshed("data")
	require.Equal(t, []any{"Attached", h.IDs["vm"]}, []any{h.Output("data", "diskState"), h.Output("data", "managedBy")})
	objects, err := h.Store.List(diskToken)
	require.NoError(t, err)
	require.Len(t, objects, 2, "the OS disk is one, too")

	h.All(update(machine(parts{storage: attach("$data"), os: in{"customData": "aGVsbG8="}, more: in{
		"identity": in{"type": "SystemAssigned"}, "tags": in{"a": "b"}}})))
	again, _ := h.Output("vm", "identity").(in)
	require.Equal(t, identity["principalId"], again["principalId"], "the principal stays")
	h.All(step{Name: "-vm"})
	objects, err = h.Store.List(diskToken)
	require.NoError(t, err)
	require.Len(t, objects, 1, "the OS disk is deleted with the virtual machine, the data disk stays")
	h.Refreshed("data")
	require.Equal(t, "Unattached", h.Output("data", "diskState"))
	h.All(step{Name: "-data"}, step{Name: "-nic"})
}

func TestRejectedVirtualMachines(t *testing.T) {
	t.Parallel()
	one := func(p parts) []step { return []step{machine(p)} }
	size := func(name string) in { return in{"hardwareProfile": in{"vmSize": name}} }
	windows := in{"linuxConfiguration": nil, "adminPassword": password, "windowsConfiguration": in{"provisionVMAgent": true}}
	image := func(sku string) in {
		return in{"imageReference": in{"publisher": "MicrosoftWindowsServer", "offer": "WindowsServer", "sku": sku, "version": "latest"}}
	}
	change := func(after parts) []step { return []step{machine(parts{}), update(machine(after))} }
	other := machine(parts{})
	other.Name, other.Inputs["vmName"] = "other", "other"
	azuretest.RunRefusals(t, ground(), map[string]accounttest.Refusal{
		"a virtual machine": {Steps: one(parts{})},
		"Windows":           {Steps: one(parts{os: windows, storage: image("2022-datacenter-azure-edition")})},
		"a name":            {Steps: []step{{Name: "vm", Type: kernel.MachineToken, Inputs: accounttest.Merge(machine(parts{}).Inputs, in{"vmName": "web-"})}}, Want: `Code="InvalidResourceName"`},
		"a size":            {Steps: one(parts{more: size("Standard_D3s_v5")}), Want: `Status=400 Code="InvalidParameter" Message="The value Standard_D3s_v5 provided for the VM size is not valid.`},
		"a zone":            {Steps: one(parts{more: in{"zones": []any{"2"}}})},
		"an unknown zone":   {Steps: one(parts{more: in{"zones": []any{"4"}}}), Want: `Code="AvailabilityZoneNotSupported"`},
		"two zones":         {Steps: one(parts{more: in{"zones": []any{"1", "2"}}}), Want: "can be in one availability zone"},

		"no profile":               {Steps: one(parts{more: in{"osProfile": nil}}), Want: "Required parameter 'osProfile' is missing"},
		"a host name":              {Steps: one(parts{os: in{"computerName": "web_1"}}), Want: "Linux host computer name 'web_1'"},
		"a Windows host name":      {Steps: one(parts{os: accounttest.Merge(windows, in{"computerName": "web-frontend-of-shop"}), storage: image("2022-datacenter-g2")}), Want: "cannot be more than 15 characters long"},
		"a number":                 {Steps: one(parts{os: in{"computerName": "12345"}}), Want: "be entirely numeric"},
		"a reserved user":          {Steps: one(parts{os: in{"adminUsername": "Admin"}}), Want: "The Admin Username specified is not allowed."},
		"no key":                   {Steps: one(parts{linux: in{"ssh": nil}}), Want: "Authentication using either SSH or by user name and password must be enabled"},
		"a password and keys only": {Steps: one(parts{os: in{"adminPassword": password}}), Want: "is not allowed with disablePasswordAuthentication"},
		"a path":                   {Steps: one(parts{linux: in{"ssh": in{"publicKeys": []any{in{"path": "/home/other/.ssh/authorized_keys", "keyData": key}}}}}), Want: "limited to its default value /home/operator/.ssh/authorized_keys"},
		"a key":                    {Steps: one(parts{linux: in{"ssh": in{"publicKeys": []any{in{"path": "/home/operator/.ssh/authorized_keys", "keyData": "ecdsa-sha2-nistp256 AAAA"}}}}}), Want: "keyData is invalid"},
		"a weak password":          {Steps: one(parts{os: accounttest.Merge(windows, in{"adminPassword": "password1234"}), storage: image("2022-datacenter-g2")}), Want: "must satisfy at least 3 of password complexity requirements"},
		"custom data":              {Steps: one(parts{os: in{"customData": "#cloud-config"}}), Want: "must be in Base64 encoding"},
		"patches without agent":    {Steps: one(parts{linux: in{"provisionVMAgent": false}}), Want: "requires provisionVMAgent"},

		"an old size":                        {Steps: one(parts{more: size("Standard_DS2_v2")}), Want: "is not supported for creation of VMs and Virtual Machine Scale Set with 'TrustedLaunch' security type"},
		"an old size without Trusted Launch": {Steps: one(parts{more: size("Standard_DS2_v2"), security: in{"securityType": nil, "uefiSettings": nil}})},
		"an old image":                       {Steps: one(parts{os: windows, storage: image("2022-datacenter")}), Want: "only supports creation of VMs and Virtual Machine Scale Set with 'Standard' security type"},
		"an old image on a new size":         {Steps: one(parts{os: windows, storage: image("2022-datacenter"), more: size("Standard_D2s_v6"), security: in{"securityType": nil, "uefiSettings": nil}}), Want: "cannot boot Hypervisor Generation '1'"},
		"secure boot only":                   {Steps: one(parts{security: in{"securityType": nil}}), Want: "uefiSettings"},
		"encryption at host":                 {Steps: one(parts{more: size("Standard_A2_v2"), osDisk: in{"managedDisk": in{"storageAccountType": "Standard_LRS"}}, security: in{"securityType": nil, "uefiSettings": nil}}), Want: "'securityProfile.encryptionAtHost' is not supported"},

		"no interface":                      {Steps: one(parts{more: in{"networkProfile": in{"networkInterfaces": []any{}}}}), Want: "Required parameter 'networkProfile' is missing"},
		"a missing interface":               {Steps: one(parts{more: in{"networkProfile": in{"networkInterfaces": []any{in{"id": "$rg/none"}}}}}), Want: `Status=400 Code="InvalidResourceReference"`},
		"no primary interface":              {Steps: []step{nic("nic2"), machine(parts{more: in{"networkProfile": in{"networkInterfaces": []any{in{"id": "$nic"}, in{"id": "$nic2"}}}}})}, Want: `Code="VirtualMachineMustHaveOneNetworkInterfaceAsPrimary"`},
		"an interface in use":               {Steps: []step{machine(parts{}), other}, Want: `Status=400 Code="NicInUse" Message="Network Interface $nic is used by existing resource $vm.`},
		"an interface of a virtual machine": {Steps: []step{machine(parts{}), {Name: "-nic"}}, Want: `Code="NicInUse"`},

		"no image":               {Steps: one(parts{storage: in{"imageReference": nil}}), Want: "Required parameter 'imageReference' is missing"},
		"a create option":        {Steps: one(parts{osDisk: in{"createOption": "Empty"}}), Want: "osDisk.createOption is invalid"},
		"a premium disk":         {Steps: one(parts{more: size("Standard_A2_v2"), security: in{"securityType": nil, "uefiSettings": nil, "encryptionAtHost": false}}), Want: "does not support the storage account type Premium_LRS"},
		"ephemeral":              {Steps: one(parts{more: size("Standard_D4ds_v5"), osDisk: in{"caching": "ReadOnly", "diskSizeGB": 128.0, "diffDiskSettings": in{"option": "Local", "placement": "ResourceDisk"}}})},
		"ephemeral without disk": {Steps: one(parts{osDisk: in{"caching": "ReadOnly", "diffDiskSettings": in{"option": "Local", "placement": "ResourceDisk"}}}), Want: "OS disk of Ephemeral VM with size greater than 0 GB is not allowed"},
		"a controller":           {Steps: one(parts{more: size("Standard_D2s_v6"), storage: in{"diskControllerType": "SCSI"}}), Want: "it supports NVMe only"},
		"an encryption set":      {Steps: one(parts{osDisk: in{"managedDisk": in{"storageAccountType": "Premium_LRS", "diskEncryptionSet": in{"id": "$rg/providers/Microsoft.Compute/diskEncryptionSets/none"}}}}), Want: `Status=404 Code="ResourceNotFound"`},
		"data disks":             {Steps: []step{disk("a", nil), disk("b", nil), machine(parts{storage: attach("$a", "$b")})}},
		"a missing disk":         {Steps: one(parts{storage: attach("$rg/none")}), Want: `Status=404 Code="NotFound"`},
		"many disks":             {Steps: one(parts{storage: attach("$a", "$a", "$a", "$a", "$a")}), Want: "The maximum number of data disks allowed to be attached to a VM of this size is 4."},
		"one number twice":       {Steps: []step{disk("a", nil), disk("b", nil), machine(parts{storage: in{"dataDisks": []any{in{"createOption": "Attach", "lun": 1.0, "managedDisk": in{"id": "$a"}}, in{"createOption": "Attach", "lun": 1.0, "managedDisk": in{"id": "$b"}}}}})}, Want: "A disk at LUN 1 already exists."},
		"a disk in a zone":       {Steps: []step{disk("a", in{"zones": []any{"1"}}), machine(parts{storage: attach("$a"), more: in{"zones": []any{"2"}}})}, Want: "it is not in the same zone as the VM. VM zone: '2'. Disk zone: '1'."},
		"a disk in no zone":      {Steps: []step{disk("a", nil), machine(parts{storage: attach("$a"), more: in{"zones": []any{"2"}}})}, Want: "it is not in the same zone as the VM"},
		"a redundant disk":       {Steps: []step{disk("a", in{"sku": in{"name": "Premium_ZRS"}}), machine(parts{storage: attach("$a"), more: in{"zones": []any{"2"}}})}},
		"a disk in use": {Steps: []step{disk("a", nil), nic("nic2"), machine(parts{storage: attach("$a")}), func() step {
			s := machine(parts{storage: attach("$a"), more: in{"networkProfile": in{"networkInterfaces": []any{in{"id": "$nic2"}}}}})
			s.Name, s.Inputs["vmName"] = "vm2", "vm2"
			return s
		}()}, Want: `Status=409 Code="ConflictingUserInput" Message="Disk 'a' cannot be attached as the disk is already owned by VM '$vm'."`},
		"a disk of a virtual machine": {Steps: []step{disk("a", nil), machine(parts{storage: attach("$a")}), {Name: "-a"}}, Want: "Disk a is attached to VM $vm."},

		"another size":          {Steps: change(parts{more: size("Standard_D4s_v5")})},
		"another host name":     {Steps: change(parts{os: in{"computerName": "web2"}}), Want: `Code="PropertyChangeNotAllowed" Message="Changing property 'osProfile.computerName' is not allowed."`},
		"another image":         {Steps: change(parts{storage: in{"imageReference": in{"publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "minimal", "version": "latest"}}}), Want: "'imageReference'"},
		"a later zone":          {Steps: change(parts{more: in{"zones": []any{"1"}}}), Want: "'zones'"},
		"no Trusted Launch":     {Steps: change(parts{security: in{"securityType": nil, "uefiSettings": nil}}), Want: "'securityProfile.securityType'"},
		"another type of disk":  {Steps: change(parts{osDisk: in{"managedDisk": in{"storageAccountType": "StandardSSD_LRS"}}}), Want: "Managed disk storage account type change through Virtual Machine 'vm' is not allowed."},
		"no encryption at host": {Steps: change(parts{security: in{"encryptionAtHost": false}}), Want: "can be updated only when VM is in deallocated state."},
	})
}

func TestRejectedDisks(t *testing.T) {
	t.Parallel()
	one := func(more in) []step { return []step{disk("d", more)} }
	change := func(more in) []step { return []step{disk("d", nil), update(disk("d", more))} }
	azuretest.RunRefusals(t, azuretest.Group(), map[string]accounttest.Refusal{
		"a disk":                  {Steps: one(in{"networkAccessPolicy": "DenyAll", "publicNetworkAccess": "Disabled"})},
		"no size":                 {Steps: one(in{"diskSizeGB": nil}), Want: "Required parameter 'diskSizeGB' is missing"},
		"too large":               {Steps: one(in{"diskSizeGB": 70000.0}), Want: "must be between '1' and '65536' inclusive"},
		"a type":                  {Steps: one(in{"sku": in{"name": "Fast_LRS"}}), Want: "sku.name is invalid"},
		"redundant in a zone":     {Steps: one(in{"sku": in{"name": "Premium_ZRS"}, "zones": []any{"1"}}), Want: `Code="OperationNotAllowed" Message="A disk with sku 'Premium_ZRS' cannot be created in an availability zone."`},
		"redundant without zones": {Steps: one(in{"sku": in{"name": "Premium_ZRS"}, "location": "westus"}), Want: "SKU Premium_ZRS is not available."},
		"a policy":                {Steps: one(in{"networkAccessPolicy": "AllowPrivate"}), Want: "network access policy"},
		"a key without set":       {Steps: one(in{"encryption": in{"type": "EncryptionAtRestWithCustomerKey"}}), Want: "does not fit"},
		"larger":                  {Steps: change(in{"diskSizeGB": 128.0})},
		"smaller":                 {Steps: change(in{"diskSizeGB": 32.0}), Want: `Code="ResizeDiskError"`},
		"another zone":            {Steps: change(in{"zones": []any{"1"}}), Want: "'zones'"},
		"another source":          {Steps: change(in{"creationData": in{"createOption": "FromImage"}}), Want: "'creationData'"},
		"another type":            {Steps: change(in{"sku": in{"name": "Premium_LRS"}})},
	})
}

func TestDiskEncryptionSets(t *testing.T) {
	t.Parallel()
	set := func(more in) step {
		return made("des", kernel.DiskSetToken, "diskEncryptionSetName", accounttest.Merge(in{"identity": in{"type": "SystemAssigned"}}, more))
	}
	vault := azuretest.Vault(in{"enablePurgeProtection": true})
	version := "https://ashlar-vault.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef"
	azuretest.RunRefusals(t, append(azuretest.Group(), vault), map[string]accounttest.Refusal{
		"a set":           {Steps: []step{set(in{"activeKey": in{"keyUrl": version}})}},
		"no version":      {Steps: []step{set(in{"activeKey": in{"keyUrl": "https://ashlar-vault.vault.azure.net/keys/disks"}})}, Want: "is not that of a version of a key"},
		"rotation":        {Steps: []step{set(in{"activeKey": in{"keyUrl": "https://ashlar-vault.vault.azure.net/keys/disks"}, "rotationToLatestKeyVersionEnabled": true})}},
		"a missing vault": {Steps: []step{set(in{"activeKey": in{"keyUrl": "https://none.vault.azure.net/keys/disks/1"}})}, Want: `Code="KeyVaultKeyUrlNotFound"`},
		"another type":    {Steps: []step{set(nil), update(set(in{"encryptionType": "EncryptionAtRestWithPlatformAndCustomerKeys"}))}, Want: "'encryptionType'"},
		"a disk":          {Steps: []step{set(nil), disk("d", in{"encryption": in{"type": "EncryptionAtRestWithCustomerKey", "diskEncryptionSetId": "$des"}})}},
		"a distant set":   {Steps: []step{set(in{"location": "uksouth"}), disk("d", in{"encryption": in{"type": "EncryptionAtRestWithCustomerKey", "diskEncryptionSetId": "$des"}})}, Want: "is in location uksouth, and the disk in westeurope"},
		"in use":          {Steps: []step{set(nil), disk("d", in{"encryption": in{"type": "EncryptionAtRestWithCustomerKey", "diskEncryptionSetId": "$des"}}), {Name: "-des"}}, Want: "is used by disk $d."},
	})
}

func TestQuota(t *testing.T) {
	t.Parallel()
	h := azuretest.NewAccount(t, azure.WithCores(3)).Use(nil).History().All(ground()...).All(nic("nic2"), machine(parts{}))
	second := machine(parts{more: in{"networkProfile": in{"networkInterfaces": []any{in{"id": "$nic2"}}}}})
	second.Name, second.Inputs["vmName"] = "vm2", "vm2"
	require.ErrorContains(t, h.Do(second), `Status=409 Code="QuotaExceeded" Message="Operation could not be completed as it results in exceeding approved Total Regional Cores quota. Additional details - Deployment Model: Resource Manager, Location: westeurope, Current Limit: 3, Current Usage: 2, Additional Required: 2, (Minimum) New Limit Required: 4.`)
}
