package kernel

// The tokens of types that several services use, without the API version.
const (
	GroupToken      = "azure-native:resources:ResourceGroup"
	IdentityToken   = "azure-native:managedidentity:UserAssignedIdentity"
	KeyToken        = "azure-native:keyvault:Key"
	StorageToken    = "azure-native:storage:StorageAccount"
	VaultToken      = "azure-native:keyvault:Vault"
	WorkspaceToken  = "azure-native:operationalinsights:Workspace"
	AddressToken    = "azure-native:network:PublicIPAddress"
	AssignmentToken = "azure-native:authorization:RoleAssignment"
	ClusterToken    = "azure-native:containerservice:ManagedCluster"
	DiskSetToken    = "azure-native:compute:DiskEncryptionSet"
	InterfaceToken  = "azure-native:network:NetworkInterface"
	MachineToken    = "azure-native:compute:VirtualMachine"
	NetworkToken    = "azure-native:network:VirtualNetwork"
	PoolToken       = "azure-native:containerservice:AgentPool"
	ZoneToken       = "azure-native:network:PrivateZone"
)
