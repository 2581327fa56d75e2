// Package compliance collects evidence of the controls of compliance frameworks that the settings of a program meet.
//
// Components declare evidence: the type of a component's arguments is a [Declarer], which says for each setting that
// controls require what its value is and whether it meets them. It sees the arguments with their defaults, so a secure
// default is evidence, and a weakened setting is reported as not met, with the value to use instead.
//
//	func (a *BucketArgs) Evidence() []compliance.Evidence {
//		return []compliance.Evidence{
//			compliance.Check("publicAccess", a.PublicAccess, !a.PublicAccess, "false", controls.NoPublicBuckets),
//		}
//	}
//
// A [Collector] collects the evidence of every component of a program, at any depth, for a [Report]: an output of the
// stack, JSON and Markdown files. deployment.Run does all of that; other programs need a few lines:
//
//	evidence, err := compliance.Collect(ctx)
//	...
//	report := evidence.Report(compliance.NewCatalogue(), "cis-kubernetes", "soc2")
//	ctx.Export("compliance", report.Output())
//
// # Scope of a report
//
// A report describes the configuration of the program. It is the same in a preview and in an update and contains no
// dates, so that it changes only when settings do. It is not an audit of deployed resources, and it does not
// cover controls without evidence: a framework without any evidence is reported as such, never as met.
package compliance
