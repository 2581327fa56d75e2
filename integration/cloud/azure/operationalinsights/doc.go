// Package operationalinsights simulates Log Analytics workspaces. They hold no logs.
//
// Sources: the specification of Microsoft.OperationalInsights 2025-02-01, and "Manage data retention in a Log Analytics
// workspace". Codes of errors are from memory.
package operationalinsights
