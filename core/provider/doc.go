// Package provider holds the named providers of a deployment: regions and accounts of the aws module, subscriptions of
// azure, clusters of kubernetes.
//
//	registry := provider.NewRegistry()
//	err := provider.Add(registry, core.ProviderInfo{Module: "aws", Name: "primary", Region: "eu-west-1"},
//		func() (*aws.Provider, error) { return aws.NewProvider(ctx, "primary", args) })
//	...
//	primary, err := provider.Get[*aws.Provider](registry, "aws", "primary")
//
// A provider is created once, when it is first requested: a stack that configures five regions and uses two registers
// two providers. A provider that cannot be created returns the same error to every caller.
//
// # Default provider
//
// The empty name is the default provider of a module: that of [Registry.SetDefault], otherwise the only one. With
// several providers and no default, requesting it is an error that lists them.
//
// # Errors
//
// Errors are of the class failure.Provider. The error for an unknown name suggests the nearest name or lists the known
// ones.
//
// # Information about providers
//
// [Registry.Info] returns the region, account and cluster of a provider without creating it, for logging and metadata.
//
// Package deployment creates a registry for each run and passes it on. A registry is safe for concurrent use.
package provider
