package azure

import (
	"fmt"

	azurenative "github.com/pulumi/pulumi-azure-native-sdk/v2"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/credentials"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/provider"
)

// lookups checks the credentials, and the subscriptions and tenants that they are for, before anything is created.
type lookups struct {
	*deployment.LookupContext

	config      *Configuration
	credentials *credentials.Resolver
}

// run resolves the credentials of every provider that is used, so that missing credentials of one subscription stop the
// deployment before another one is changed. Providers that are not used are not created.
func (l *lookups) run() error {
	used := map[string]bool{}
	l.config.eachProvider(func(_, _, name string, _ bool) { used[l.config.Providers.Resolve(name)] = true })
	var failed []error
	for _, name := range l.config.Providers.Names() {
		args := l.config.Providers[name]
		if !l.Report().Sound("providers", name) {
			continue
		}
		args.Credentials = l.credentials
		info := core.ProviderInfo{Module: ModuleName, Name: name, Region: args.Location, Account: args.SubscriptionID}
		failed = append(failed, provider.Add(l.Providers(), info, func() (*azurenative.Provider, error) {
			return NewProvider(l.Context, name, args)
		}))
		if used[name] {
			failed = append(failed, l.Report().LocateError(l.check(name, args), "providers", name))
		}
	}
	return failure.Join(failed...)
}

// check reports missing credentials. With a guard, it creates the provider, which looks up what the credentials are for.
func (l *lookups) check(name string, args *ProviderArgs) error {
	found, err := l.credentials.Azure(args.request(name))
	if err != nil {
		return err
	}
	if err := l.Log.Debug(fmt.Sprintf("credentials of provider %s: %s", name, found), nil); err != nil {
		return err
	}
	if len(args.AllowedSubscriptionIDs)+len(args.AllowedTenantIDs) == 0 {
		return nil
	}
	_, err = provider.Get[*azurenative.Provider](l.Providers(), ModuleName, name)
	return err
}
