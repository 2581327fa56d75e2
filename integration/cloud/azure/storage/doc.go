// Package storage simulates storage accounts: the accounts, their blob services, containers and lifecycle policies. They
// hold no data.
//
// Sources: the specification of Microsoft.Storage 2024-01-01, "Troubleshoot common Azure deployment errors", "Azure
// Storage redundancy" and "Configure Azure Storage firewalls". Codes and messages of errors without another source are
// from memory.
package storage
