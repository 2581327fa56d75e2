// Package azure is a simulated Azure: the types and functions of the provider "azure-native", with the values that Azure
// computes and the requests that Azure and the provider reject, in their own words.
//
// Each service is a package of its own below this one, with a Service function that returns its types and functions.
// This package registers them, and configures the provider. The page "Simulated Azure" of the documentation lists the
// types, and says how to add one.
package azure
