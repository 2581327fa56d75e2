// Package insights simulates the diagnostic settings of Azure Monitor. Nothing is logged.
//
// Sources: "Diagnostic settings in Azure Monitor", and "Supported Resource log categories for Azure Monitor". Codes and
// messages of errors are from memory.
package insights
