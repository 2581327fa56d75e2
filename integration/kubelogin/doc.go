// Package kubelogin is a simulated kubelogin with the command that kubeconfigs of AKS run:
//
//	kubelogin get-token --login METHOD --server-id ID [--client-id ID] [--tenant-id ID] ...
//
// The real command returns a token of Microsoft Entra ID for any caller and any cluster. This one returns
// a client certificate that all clusters of the simulated cloud accept. Its user is the object id of the caller, and its
// groups are those in ASHLAR_AZURE_GROUPS. The cluster decides what they may do, as with the real command.
//
// Methods without a person are supported: azurecli and azd are the principal that the provider authenticates as; spn, msi
// and workloadidentity are the provider's service principal or a managed identity of the simulated cloud.
package kubelogin
