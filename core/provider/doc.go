// Package provider keeps the named providers of a deployment: regions and
// accounts of the aws module, subscriptions of azure, clusters of kubernetes.
//
//	registry := provider.NewRegistry()
//	err := provider.Add(registry, core.ProviderInfo{Module: "aws", Name: "primary", Region: "eu-west-1"},
//		func() (*aws.Provider, error) { return aws.NewProvider(ctx, "primary", args) })
//	...
//	primary, err := provider.Get[*aws.Provider](registry, "aws", "primary")
//
// A provider is made when it is first asked for, and once: a stack that names
// five regions and uses two registers two providers. What failed to be made
// fails in the same way for everyone who asks.
//
// # The default
//
// The empty name means the default provider of a module: the one that
// [Registry.SetDefault] names, else the only one there is. Where there are
// several and none is the default, asking for it is an error that lists them.
//
// # Errors
//
// Errors are of the class failure.Provider. An unknown name lists the known
// ones, with the nearest first.
//
// # What is known about a provider
//
// [Registry.Info] says what a provider talks to (region, account, cluster) and
// does not make it, so that logging and metadata can use it.
//
// A registry is a value that is passed on, made by package deployment for each
// run. It may be used by several goroutines.
package provider
