package compliance

import "fmt"

// Status says whether something is met.
type Status string

// The statuses.
const (
	// Met means that every piece of evidence meets the control, or that of a framework every control.
	Met Status = "met"
	// NotMet means that at least one does not.
	NotMet Status = "not met"
	// NoEvidence means that no component knows of the framework's controls, or none that does was registered.
	NoEvidence Status = "no evidence"
)

// Declarer is implemented by the types of components' arguments, and through
// component.Base by components. Collectors consume it.
type Declarer interface {
	// Evidence returns what the settings say about controls. It is called once, when defaults are set, and must
	// neither modify its receiver nor say anything about secrets.
	Evidence() []Evidence
}

// Evidence is what one setting says about the controls that ask about it.
type Evidence struct {
	// Setting is the path of the argument that decides, such as security.runAsNonRoot, or of the property of
	// a resource that is always set in one way.
	Setting string
	// Value is what it is set to, as a person writes it. It is never secret.
	Value string
	// Met tells whether the value meets the controls.
	Met bool
	// Remedy is the value that would meet the controls. It is shown when they are not met.
	Remedy string
	// Controls are what the setting is evidence for.
	Controls []Control
}

// Check returns the evidence of a setting. A remedy is the value that would meet
// the controls.
func Check(setting string, value any, met bool, remedy string, controls ...Control) Evidence {
	return Evidence{Setting: setting, Value: fmt.Sprint(value), Met: met, Remedy: remedy, Controls: controls}
}

// Always returns the evidence of what a component always does, whatever its
// arguments are.
func Always(setting string, value any, controls ...Control) Evidence {
	return Evidence{Setting: setting, Value: fmt.Sprint(value), Met: true, Controls: controls}
}
