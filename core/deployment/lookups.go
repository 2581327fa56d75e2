package deployment

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/provider"
)

// ModuleWithLookups is a [Module] that checks its section with look-ups in the cloud.
type ModuleWithLookups interface {
	// LookUp reports what look-ups show about the decoded section. Its error is for look-ups that fail.
	LookUp(ctx *LookupContext, section any) error
}

// LookupContext is Pulumi's context with what look-ups need.
type LookupContext struct {
	*pulumi.Context

	report    *config.Report
	providers *provider.Registry
}

// Report returns the report for the module's section. Its method Sound tells which entries can be looked up.
func (c *LookupContext) Report() *config.Report { return c.report }

// Providers returns the registry of named providers, which is that of the deployment: a module adds its own providers
// before it looks anything up.
func (c *LookupContext) Providers() *provider.Registry { return c.providers }

// WithLookups checks the section of an enabled module with look-ups in the cloud: for problems that nothing else shows, such
// as a zone that the region does not have. They run after all validators of all modules, and before any module is deployed.
// Their findings are in the same error as those of validators. When there are some of these, look-ups run in previews only,
// because they register providers.
func WithLookups[C any](lookUp func(ctx *LookupContext, section *C) error) ModuleOption {
	return moduleOptionFunc(func(s *moduleSettings) {
		s.lookUp = func(ctx *LookupContext, section any) error {
			c, ok := section.(*C)
			if !ok {
				return fmt.Errorf("look-ups: expected a %T, got a %T", c, section)
			}
			return lookUp(ctx, c)
		}
	})
}

// lookups returns the look-ups of a module for the loader of the configuration.
func lookups(ctx *pulumi.Context, m Module, providers *provider.Registry) config.Option {
	return config.WithLookups(m.Name(), func(report *config.Report) error {
		l, ok := m.(ModuleWithLookups)
		if !ok || !m.Enabled(report.Decoded()) {
			return nil
		}
		return l.LookUp(&LookupContext{Context: ctx, report: report, providers: providers}, report.Decoded())
	})
}
