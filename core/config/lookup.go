package config

import "slices"

// Checker runs checks of the arguments of a component that need answers of a cloud, such as whether a zone exists. They
// run before anything is registered. Those of sections are in [WithLookups].
type Checker struct {
	subject string
	report  *Report
}

// Checks returns a checker. subject is that of [Arguments].
func Checks(subject string) *Checker {
	return &Checker{subject, &Report{problems: &[]problem{}, scope: scope{arguments: true, claims: claims{}}}}
}

// At returns the report for problems with the value at a path.
func (c *Checker) At(path ...string) *Report {
	return c.report.below(slices.Clone(path))
}

// Err returns nil, or an [Error] with all problems that were reported.
func (c *Checker) Err() error { return newError(c.subject, findings(*c.report.problems)) }
