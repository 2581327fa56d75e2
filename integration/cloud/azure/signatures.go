package azure

import (
	authorization "github.com/pulumi/pulumi-azure-native-sdk/authorization/v2/v20220501preview"
	disk "github.com/pulumi/pulumi-azure-native-sdk/compute/v2/v20240302"
	compute "github.com/pulumi/pulumi-azure-native-sdk/compute/v2/v20241101"
	containerservice "github.com/pulumi/pulumi-azure-native-sdk/containerservice/v2/v20240901"
	keyvault "github.com/pulumi/pulumi-azure-native-sdk/keyvault/v2/v20241101"
	managedidentity "github.com/pulumi/pulumi-azure-native-sdk/managedidentity/v2/v20230131"
	network "github.com/pulumi/pulumi-azure-native-sdk/network/v2/v20240501"
	dns "github.com/pulumi/pulumi-azure-native-sdk/network/v2/v20240601"
	operationalinsights "github.com/pulumi/pulumi-azure-native-sdk/operationalinsights/v2/v20250201"
	resources "github.com/pulumi/pulumi-azure-native-sdk/resources/v2/v20241101"
	storage "github.com/pulumi/pulumi-azure-native-sdk/storage/v2/v20240101"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// clientConfig is authorization.GetClientConfigResult of the SDK, whose package takes long to compile.
type clientConfig struct {
	ClientID       string `pulumi:"clientId"`
	ObjectID       string `pulumi:"objectId"`
	SubscriptionID string `pulumi:"subscriptionId"`
	TenantID       string `pulumi:"tenantId"`
}

// signatures are the SDK's types of the covered functions.
func signatures() map[string]cloud.Signature {
	return map[string]cloud.Signature{
		"azure-native:authorization:getClientConfig": {Result: clientConfig{}},
		"azure-native:authorization:getRoleDefinition": {Args: authorization.LookupRoleDefinitionArgs{},
			Result: authorization.LookupRoleDefinitionResult{}},
		"azure-native:compute:getDisk": {Args: disk.LookupDiskArgs{}, Result: disk.LookupDiskResult{}},
		"azure-native:compute:getDiskEncryptionSet": {Args: disk.LookupDiskEncryptionSetArgs{},
			Result: disk.LookupDiskEncryptionSetResult{}},
		"azure-native:compute:getVirtualMachine": {Args: compute.LookupVirtualMachineArgs{},
			Result: compute.LookupVirtualMachineResult{}},
		"azure-native:containerservice:getAgentPool": {Args: containerservice.LookupAgentPoolArgs{},
			Result: containerservice.LookupAgentPoolResult{}},
		"azure-native:containerservice:getMaintenanceConfiguration": {Args: containerservice.LookupMaintenanceConfigurationArgs{},
			Result: containerservice.LookupMaintenanceConfigurationResult{}},
		"azure-native:containerservice:getManagedCluster": {Args: containerservice.LookupManagedClusterArgs{},
			Result: containerservice.LookupManagedClusterResult{}},
		"azure-native:containerservice:listManagedClusterAdminCredentials": {
			Args:   containerservice.ListManagedClusterAdminCredentialsArgs{},
			Result: containerservice.ListManagedClusterAdminCredentialsResult{}},
		"azure-native:containerservice:listManagedClusterUserCredentials": {
			Args:   containerservice.ListManagedClusterUserCredentialsArgs{},
			Result: containerservice.ListManagedClusterUserCredentialsResult{}},
		"azure-native:keyvault:getKey":   {Args: keyvault.LookupKeyArgs{}, Result: keyvault.LookupKeyResult{}},
		"azure-native:keyvault:getVault": {Args: keyvault.LookupVaultArgs{}, Result: keyvault.LookupVaultResult{}},
		"azure-native:managedidentity:getFederatedIdentityCredential": {
			Args:   managedidentity.LookupFederatedIdentityCredentialArgs{},
			Result: managedidentity.LookupFederatedIdentityCredentialResult{}},
		"azure-native:managedidentity:getUserAssignedIdentity": {Args: managedidentity.LookupUserAssignedIdentityArgs{},
			Result: managedidentity.LookupUserAssignedIdentityResult{}},
		"azure-native:network:getFlowLog": {Args: network.LookupFlowLogArgs{}, Result: network.LookupFlowLogResult{}},
		"azure-native:network:getNetworkInterface": {Args: network.LookupNetworkInterfaceArgs{},
			Result: network.LookupNetworkInterfaceResult{}},
		"azure-native:network:getNetworkWatcher": {Args: network.LookupNetworkWatcherArgs{},
			Result: network.LookupNetworkWatcherResult{}},
		"azure-native:network:getPrivateRecordSet": {Args: dns.LookupPrivateRecordSetArgs{},
			Result: dns.LookupPrivateRecordSetResult{}},
		"azure-native:network:getNatGateway": {Args: network.LookupNatGatewayArgs{}, Result: network.LookupNatGatewayResult{}},
		"azure-native:network:getNetworkSecurityGroup": {Args: network.LookupNetworkSecurityGroupArgs{},
			Result: network.LookupNetworkSecurityGroupResult{}},
		"azure-native:network:getPrivateDnsZoneGroup": {Args: network.LookupPrivateDnsZoneGroupArgs{},
			Result: network.LookupPrivateDnsZoneGroupResult{}},
		"azure-native:network:getPrivateEndpoint": {Args: network.LookupPrivateEndpointArgs{},
			Result: network.LookupPrivateEndpointResult{}},
		"azure-native:network:getPrivateZone": {Args: dns.LookupPrivateZoneArgs{}, Result: dns.LookupPrivateZoneResult{}},
		"azure-native:network:getPublicIPAddress": {Args: network.LookupPublicIPAddressArgs{},
			Result: network.LookupPublicIPAddressResult{}},
		"azure-native:network:getPublicIPPrefix": {Args: network.LookupPublicIPPrefixArgs{},
			Result: network.LookupPublicIPPrefixResult{}},
		"azure-native:network:getRoute":      {Args: network.LookupRouteArgs{}, Result: network.LookupRouteResult{}},
		"azure-native:network:getRouteTable": {Args: network.LookupRouteTableArgs{}, Result: network.LookupRouteTableResult{}},
		"azure-native:network:getSecurityRule": {Args: network.LookupSecurityRuleArgs{},
			Result: network.LookupSecurityRuleResult{}},
		"azure-native:network:getSubnet": {Args: network.LookupSubnetArgs{}, Result: network.LookupSubnetResult{}},
		"azure-native:network:getVirtualNetwork": {Args: network.LookupVirtualNetworkArgs{},
			Result: network.LookupVirtualNetworkResult{}},
		"azure-native:network:getVirtualNetworkPeering": {Args: network.LookupVirtualNetworkPeeringArgs{},
			Result: network.LookupVirtualNetworkPeeringResult{}},
		"azure-native:network:getVirtualNetworkLink": {Args: dns.LookupVirtualNetworkLinkArgs{},
			Result: dns.LookupVirtualNetworkLinkResult{}},
		"azure-native:operationalinsights:getSharedKeys": {Args: operationalinsights.GetSharedKeysArgs{},
			Result: operationalinsights.GetSharedKeysResult{}},
		"azure-native:operationalinsights:getWorkspace": {Args: operationalinsights.LookupWorkspaceArgs{},
			Result: operationalinsights.LookupWorkspaceResult{}},
		"azure-native:resources:getResourceGroup": {Args: resources.LookupResourceGroupArgs{},
			Result: resources.LookupResourceGroupResult{}},
		"azure-native:storage:getBlobContainer": {Args: storage.LookupBlobContainerArgs{},
			Result: storage.LookupBlobContainerResult{}},
		"azure-native:storage:getBlobServiceProperties": {Args: storage.LookupBlobServicePropertiesArgs{},
			Result: storage.LookupBlobServicePropertiesResult{}},
		"azure-native:storage:getManagementPolicy": {Args: storage.LookupManagementPolicyArgs{},
			Result: storage.LookupManagementPolicyResult{}},
		"azure-native:storage:getStorageAccount": {Args: storage.LookupStorageAccountArgs{},
			Result: storage.LookupStorageAccountResult{}},
		"azure-native:storage:listStorageAccountKeys": {Args: storage.ListStorageAccountKeysArgs{},
			Result: storage.ListStorageAccountKeysResult{}},
	}
}
