// Package vmsize lists the sizes of virtual machines of the simulated Azure, with what decides whether Azure accepts a
// virtual machine or a node pool of that size. It contains common sizes of the families A, B, D, DC, E, F, L, M and N.
//
// Sources: the page of each series in "Sizes for virtual machines in Azure", "Trusted Launch for Azure virtual machines",
// "Ephemeral OS disks for Azure VMs" and "Azure support for Generation 2 VMs".
package vmsize
