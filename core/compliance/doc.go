// Package compliance tells which controls of a compliance framework the settings
// of a program meet, and writes it down as evidence.
//
// Components declare it: the type of a component's arguments is a [Declarer],
// which says for each setting that a control asks about what it is set to and
// whether that meets the control. The method sees the arguments with their
// defaults, so a default that meets a control is evidence, and a setting that
// somebody weakened shows as not met, with what to write instead.
//
//	func (a *BucketArgs) Evidence() []compliance.Evidence {
//		return []compliance.Evidence{
//			compliance.Check("publicAccess", a.PublicAccess, !a.PublicAccess, "false", controls.NoPublicBuckets),
//		}
//	}
//
// A [Collector] gathers the evidence of every component that a program
// registers, however deep, and makes a [Report] of it, for an output of the
// stack and as JSON and Markdown files. deployment.Run does all of that; a
// program without it does so in a few lines:
//
//	evidence, err := compliance.Collect(ctx)
//	...
//	report := evidence.Report(compliance.NewCatalogue(), "cis-kubernetes", "soc2")
//	ctx.Export("compliance", report.Output())
//
// # What a report says, and what it does not
//
// It says what the program asks for, at the time it ran: the same in a preview
// and in an update, without dates, so that it changes only when the settings do.
// It is no audit of what is in the cloud, and it says nothing about controls that
// no component knows of: a framework without any evidence is listed as such,
// never as met.
package compliance
