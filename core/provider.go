package core

import (
	"cmp"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Provider is a named provider of a module: a region, an account, a
// subscription or a cluster. The provider registry implements it for what the
// modules make; logging and metadata consume it, and so does whoever needs a
// provider of another module.
type Provider interface {
	// ProviderInfo says what the provider talks to.
	ProviderInfo() ProviderInfo
	// Resource returns the provider, for pulumi.Provider and pulumi.Providers.
	Resource() pulumi.ProviderResource
}

// ProviderInfo says what a provider talks to, as far as it is known before the
// engine runs. It holds no credentials.
type ProviderInfo struct {
	// Module is the module that the provider belongs to, such as "aws". Required.
	Module string
	// Name is the provider's name in its module, such as "primary". Required.
	Name string
	// Region is the region or location. Empty where there is none.
	Region string
	// Account is the account or subscription. Empty when it is not known.
	Account string
	// Cluster is the Kubernetes cluster. Empty where there is none.
	Cluster string
}

// String returns the module and the name, such as "aws/primary", and what is
// known of the place: "aws/primary (eu-west-1, 111122223333)".
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
