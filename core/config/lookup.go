package config

import "slices"

// Checker runs checks that need answers of a cloud, such as whether a zone exists. They run after the configuration was
// loaded, and before anything is registered.
type Checker struct {
	subject string
	report  *Report
	// place turns the problems into findings.
	place func(problems []problem) []Finding
}

// Checks returns the checker of the arguments of a component, whose findings have paths only. subject is that of
// [Arguments].
func Checks(subject string) *Checker {
	return &Checker{subject: subject, report: &Report{problems: &[]problem{}, scope: scope{arguments: true, claims: claims{}}}, place: findings}
}

// Checks returns the checker of a section, whose findings have the positions of their values in the files.
func (m *Manager) Checks(name string) *Checker {
	s := m.sections[name]
	if s == nil || m.loader == nil {
		return Checks("section " + name)
	}
	return &Checker{
		subject: m.loader.subject(),
		report:  &Report{problems: &[]problem{}, scope: scope{manager: m, section: name, value: s.value}},
		place: func(problems []problem) []Finding {
			l := *m.loader
			l.findings = nil
			for _, p := range problems {
				l.report(name, s.root, p)
			}
			return l.findings
		},
	}
}

// At returns the report for problems with the value at a path.
func (c *Checker) At(path ...string) *Report {
	return c.report.below(slices.Clone(path))
}

// Err returns nil, or an [Error] with all problems that were reported.
func (c *Checker) Err() error { return newError(c.subject, c.place(*c.report.problems)) }
