package compliance

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Status is the status of a control or a framework.
type Status string

// The statuses.
const (
	// Met means that all evidence of the control, or all controls of the framework, are met.
	Met Status = "met"
	// NotMet means that at least one is not met.
	NotMet Status = "not met"
	// NoEvidence means that no registered component declares evidence for the framework.
	NoEvidence Status = "no evidence"
)

// Declarer declares evidence. The types of components' arguments implement it, and components through component.Base.
type Declarer interface {
	// Evidence returns the evidence of the settings. It is called once, after defaults are set. It must not modify its
	// receiver and must not contain secrets.
	Evidence() []Evidence
}

// Evidence is the evidence of one setting for controls.
type Evidence struct {
	// Setting is the path of the argument, such as security.runAsNonRoot, or of a property of a resource that is always
	// set to one value.
	Setting string
	// Value is its value as written in configuration. It is never secret.
	Value string
	// Met says whether the value meets the controls.
	Met bool
	// Remedy is the value that meets the controls. It is reported when they are not met.
	Remedy string
	// Controls are the controls of the setting.
	Controls []Control
}

// Check returns the evidence of a setting. remedy is the value that meets the controls.
func Check(setting string, value any, met bool, remedy string, controls ...Control) Evidence {
	return Evidence{Setting: setting, Value: fmt.Sprint(value), Met: met, Remedy: remedy, Controls: controls}
}

// Always returns the evidence of a setting that does not depend on the arguments of a component.
func Always(setting string, value any, controls ...Control) Evidence {
	return Evidence{Setting: setting, Value: fmt.Sprint(value), Met: true, Controls: controls}
}

// Collector collects the evidence of the components of a program. It is safe for concurrent use.
type Collector struct {
	mu       sync.Mutex
	declared map[subject][]Evidence
}

// subject is a component.
type subject struct{ typ, name string }

// Collect returns a collector of the evidence of every component that is registered after it.
func Collect(ctx *pulumi.Context) (*Collector, error) {
	c := &Collector{declared: map[subject][]Evidence{}}
	// A transformation sees every resource of the program, at any depth, before it is registered. It changes nothing.
	err := ctx.RegisterStackTransformation(func(
		args *pulumi.ResourceTransformationArgs,
	) *pulumi.ResourceTransformationResult {
		if d, ok := args.Resource.(Declarer); ok {
			c.Add(args.Type, args.Name, d.Evidence()...)
		}
		return nil
	})
	return c, err
}

// Add adds the evidence of another resource, by type and name.
func (c *Collector) Add(typ, name string, evidence ...Evidence) {
	if len(evidence) == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	s := subject{typ, name}
	c.declared[s] = append(c.declared[s], evidence...)
}

// Report returns the evidence of the given frameworks, each once, in alphabetical order; by default, of all
// frameworks with evidence. A framework that is not in the catalogue has only its ID.
func (c *Collector) Report(catalogue Catalogue, frameworks ...string) *Report {
	c.mu.Lock()
	defer c.mu.Unlock()
	b := builder{}
	for _, id := range frameworks {
		b.framework(id)
	}
	for s, all := range c.declared {
		for _, e := range all {
			for _, control := range e.Controls {
				if len(frameworks) == 0 || slices.Contains(frameworks, control.Framework) {
					b.add(control, s, e)
				}
			}
		}
	}
	return b.report(catalogue)
}

// builder groups evidence by framework and control.
type builder map[string]map[string]*ControlReport

func (b builder) framework(id string) map[string]*ControlReport {
	if b[id] == nil {
		b[id] = map[string]*ControlReport{}
	}
	return b[id]
}

func (b builder) add(control Control, s subject, e Evidence) {
	f := b.framework(control.Framework)
	c := f[control.ID]
	if c == nil {
		c = &ControlReport{ID: control.ID, Title: control.Title, Status: Met}
		f[control.ID] = c
	}
	// Every declaration of a control has a title. The choice among different titles must not depend on the order.
	if c.Title == "" || control.Title != "" && control.Title < c.Title {
		c.Title = control.Title
	}
	finding := Finding{Type: s.typ, Name: s.name, Setting: e.Setting, Value: e.Value, Status: Met}
	if !e.Met {
		finding.Status, finding.Remedy = NotMet, e.Remedy
		c.Status = NotMet
	}
	c.Evidence = append(c.Evidence, finding)
}

func (b builder) report(catalogue Catalogue) *Report {
	out := &Report{Frameworks: []FrameworkReport{}}
	for id, controls := range b {
		framework, ok := catalogue[id]
		if !ok {
			framework = Framework{ID: id, Title: id}
		}
		f := FrameworkReport{Framework: framework, Status: NoEvidence, Controls: []ControlReport{}}
		for _, control := range controls {
			slices.SortFunc(control.Evidence, compareFindings)
			control.Evidence = slices.Compact(control.Evidence)
			f.Controls = append(f.Controls, *control)
			if f.Status != NotMet {
				f.Status = control.Status
			}
		}
		slices.SortFunc(f.Controls, func(a, b ControlReport) int { return compareIDs(a.ID, b.ID) })
		out.Frameworks = append(out.Frameworks, f)
	}
	slices.SortFunc(out.Frameworks, func(a, b FrameworkReport) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

func compareFindings(a, b Finding) int {
	return cmp.Or(
		cmp.Compare(a.Type, b.Type), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Setting, b.Setting),
		cmp.Compare(a.Value, b.Value), cmp.Compare(a.Status, b.Status), cmp.Compare(a.Remedy, b.Remedy),
	)
}

var digits = regexp.MustCompile(`[0-9]+`)

// compareIDs orders 5.2.9 before 5.2.10.
func compareIDs(a, b string) int {
	padded := func(id string) string {
		return digits.ReplaceAllStringFunc(id, func(n string) string { return strings.Repeat("0", max(0, 9-len(n))) + n })
	}
	return cmp.Or(cmp.Compare(padded(a), padded(b)), cmp.Compare(a, b))
}
