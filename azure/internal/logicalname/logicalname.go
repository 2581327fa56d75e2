// Package logicalname returns logical names of resources whose physical names, after auto-naming, are valid in Azure.
package logicalname

import "github.com/ashlar-iac/ashlar/core/naming"

// For returns the logical name of a resource of a component: the name of the component, or a changed one where Azure
// would reject it with the digits that auto-naming appends, such as a storage account whose name has a hyphen.
func For(name, token string) (string, error) {
	return naming.Name{Parts: []string{name}, Flat: true, Reserve: naming.ReserveAzureNative}.For(naming.Azure()[token])
}
