package deployment

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/config"
)

// ComplianceOutput is the stack output with the compliance evidence for the frameworks that the stack names.
const ComplianceOutput = compliance.SectionName

// ModuleWithFrameworks is a [Module] that declares evidence for additional compliance frameworks.
type ModuleWithFrameworks interface {
	// Frameworks returns the additional frameworks.
	Frameworks() []compliance.Framework
}

// catalogueOf returns the frameworks that a stack can name.
func catalogueOf(modules []Module) compliance.Catalogue {
	var additional []compliance.Framework
	for _, m := range modules {
		if f, ok := m.(ModuleWithFrameworks); ok {
			additional = append(additional, f.Frameworks()...)
		}
	}
	return compliance.NewCatalogue(additional...)
}

// evidence collects the compliance evidence of a run.
type evidence struct {
	settings  *compliance.Configuration
	catalogue compliance.Catalogue
	collector *compliance.Collector
}

// collect starts to collect the evidence of every component that is registered from now on.
func collect(ctx *pulumi.Context, manager *config.Manager, catalogue compliance.Catalogue) (*evidence, error) {
	settings, err := config.Get[*compliance.Configuration](manager, compliance.SectionName)
	if err != nil {
		return nil, err
	}
	collector, err := compliance.Collect(ctx)
	return &evidence{settings: settings, catalogue: catalogue, collector: collector}, err
}

// report exports and writes the evidence, if the stack configures it.
func (r *run) report() error {
	settings := r.evidence.settings
	if len(settings.Frameworks) == 0 && settings.Report == "" {
		return nil
	}
	report := r.evidence.collector.Report(r.evidence.catalogue, settings.Frameworks...)
	r.ctx.Export(ComplianceOutput, report.Output())
	for _, f := range report.Frameworks {
		met, notMet := f.Count()
		switch f.Status {
		case compliance.NoEvidence:
			r.logger.Warn("compliance: no component declares evidence", "framework", f.ID)
		default:
			r.logger.Info("compliance", "framework", f.ID, "met", met, "notMet", notMet)
		}
	}
	if settings.Report == "" {
		return nil
	}
	return report.Write(settings.Report)
}
