package kernel

// The tokens of types that several services use, without the API version.
const (
	GroupToken     = "azure-native:resources:ResourceGroup"
	IdentityToken  = "azure-native:managedidentity:UserAssignedIdentity"
	KeyToken       = "azure-native:keyvault:Key"
	StorageToken   = "azure-native:storage:StorageAccount"
	VaultToken     = "azure-native:keyvault:Vault"
	WorkspaceToken = "azure-native:operationalinsights:Workspace"

	NetworkToken = "azure-native:network:VirtualNetwork"
)
