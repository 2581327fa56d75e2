// Package kernel is what the services of the simulated Azure share: ids, locations, errors, names, tags, and what Azure
// Resource Manager and the azure-native provider do for every type.
//
// Rules without a source at their place are those of "Azure Resource Manager: resource ID", "Naming rules and
// restrictions for Azure resources" and "Troubleshoot common Azure deployment errors". "From memory" marks what no
// public page confirms.
package kernel
