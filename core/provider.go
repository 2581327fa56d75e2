package core

import (
	"cmp"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Provider is a named provider of a module: a region, an account, a subscription or a cluster. The provider registry
// implements it; logging and metadata use it, and so do modules that use a provider of another module.
type Provider interface {
	// ProviderInfo describes the provider.
	ProviderInfo() ProviderInfo
	// Resource returns the provider, for pulumi.Provider and pulumi.Providers.
	Resource() pulumi.ProviderResource
}

// ProviderInfo describes the target of a provider, as far as it is known before the engine runs. It has no credentials.
type ProviderInfo struct {
	// Module is the name of the module, such as "aws". Required.
	Module string
	// Name is the name in the module, such as "primary". Required.
	Name string
	// Region is the region or location. Empty for providers without one.
	Region string
	// Account is the account or subscription. Empty means unknown.
	Account string
	// Cluster is the Kubernetes cluster. Empty for providers without one.
	Cluster string
}

// String returns the module and the name, with the region, account and cluster where they are known: "aws/primary" or
// "aws/primary (eu-west-1, 111122223333)".
func (p ProviderInfo) String() string {
	var known []string
	for _, part := range []string{p.Region, p.Account, p.Cluster} {
		if cmp.Or(part, p.Name) != p.Name {
			known = append(known, part)
		}
	}
	out := p.Module + "/" + p.Name
	if len(known) > 0 {
		out += " (" + strings.Join(known, ", ") + ")"
	}
	return out
}
