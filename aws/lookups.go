package aws

import (
	"fmt"

	pulumiaws "github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/credentials"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/provider"
)

// lookups checks what only AWS knows, such as zones, versions and instance types, before anything is created. Findings have
// the places of the values. Entries with other findings, and what depends on these, are skipped.
type lookups struct {
	*deployment.LookupContext

	config      *Configuration
	credentials *credentials.Resolver
	networks    map[string]core.Network
}

func (l *lookups) run() error {
	l.networks = map[string]core.Network{}
	for _, step := range []func() error{
		l.checkCredentials, l.addProviders, l.checkNetworks, l.checkClusters, l.checkInstances,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// checkCredentials resolves the credentials of every provider that is used, so that missing credentials of one account
// stop the deployment before another account is changed.
func (l *lookups) checkCredentials() error {
	used := map[string]bool{}
	l.config.eachProvider(func(_, _, name string) { used[l.config.Providers.Resolve(name)] = true })
	var failed []error
	for _, name := range l.config.Providers.Names() {
		if !used[name] || !l.sound(name) {
			continue
		}
		found, err := l.credentials.AWS(l.config.Providers[name].request(name))
		if err == nil {
			err = l.Log.Debug(fmt.Sprintf("credentials of provider %s: %s", name, found), nil)
		}
		failed = append(failed, l.Report().LocateError(err, "providers", name))
	}
	return failure.Join(failed...)
}

// addProviders adds the providers to the registry of the deployment. Providers that are not used are not created.
func (l *lookups) addProviders() error {
	var failed []error
	for _, name := range l.config.Providers.Names() {
		args := l.config.Providers[name]
		if !l.sound(name) {
			continue
		}
		args.Credentials = l.credentials
		info := core.ProviderInfo{Module: ModuleName, Name: name, Region: args.Region, Account: args.account()}
		failed = append(failed, provider.Add(l.Providers(), info, func() (*pulumiaws.Provider, error) {
			return NewProvider(l.Context, name, args)
		}))
	}
	return failure.Join(failed...)
}

// sound reports whether a provider has no findings.
func (l *lookups) sound(name string) bool {
	name = l.config.Providers.Resolve(name)
	return l.config.Providers[name] != nil && l.Report().Sound("providers", name)
}

// each looks up what there is to know about each entry of a kind that has no findings, and whose provider has none.
func (l *lookups) each(kind string, names []string, placed func(name string) string,
	check func(name string, report *config.Report, on pulumi.InvokeOption) error) error {
	for _, name := range names {
		if !l.sound(placed(name)) || !l.Report().Sound(kind, name) {
			continue
		}
		on, err := providerOf(l.Providers(), l.config, placed(name))
		if err == nil {
			err = check(name, l.Report().At(kind, name), on)
		}
		if err != nil {
			return l.Report().LocateError(err, kind, name)
		}
	}
	return nil
}

func (l *lookups) checkNetworks() error {
	all := l.config.Networks
	return l.each("networks", all.Names(), func(name string) string { return all[name].Provider },
		func(name string, report *config.Report, on pulumi.InvokeOption) error {
			planned, err := all[name].LookUp(l.Context, name, report, on)
			if err == nil && l.Report().Sound("networks", name) {
				l.networks[name] = planned
			}
			return err
		})
}

func (l *lookups) checkClusters() error {
	all := l.config.Clusters
	return l.each("clusters", all.Names(), func(name string) string { return l.config.clusterProvider(all[name]) },
		func(name string, report *config.Report, on pulumi.InvokeOption) error {
			args := all[name].ClusterArgs
			args.Network = l.networks[l.config.Networks.Resolve(all[name].Network)]
			if args.Network == nil {
				return nil // Its zones are unknown.
			}
			args.CheckNetwork(report)
			return args.CheckLookups(l.Context, report, on)
		})
}

func (l *lookups) checkInstances() error {
	all := l.config.Instances
	return l.each("instances", all.Names(), func(name string) string { return l.config.instanceProvider(all[name]) },
		func(name string, report *config.Report, on pulumi.InvokeOption) error {
			args := all[name].InstanceArgs
			args.Network = l.networks[l.config.Networks.Resolve(all[name].Network)]
			if args.Network == nil {
				return nil
			}
			args.CheckNetwork(report)
			return args.CheckLookups(l.Context, report, on)
		})
}
