// Package compute simulates virtual machines and managed disks. Nothing runs: a virtual machine is its description, with an
// OS disk of its own.
//
// Rules without a source at their place are those of "Naming rules and restrictions for Azure resources", of the pages about
// virtual machines and managed disks, and of the specification of Microsoft.Compute. "From memory" marks what no public page
// confirms.
package compute
