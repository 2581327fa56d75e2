package failure

// Class is a kind of failure. It is an error, so that errors.Is can look for
// it.
type Class string

// The classes.
const (
	// Configuration means that what a person wrote in a configuration file or
	// gave as arguments is wrong.
	Configuration Class = "configuration"
	// Credentials means that credentials are missing, incomplete or unusable.
	Credentials Class = "credentials"
	// Provider means that a provider cannot be made, or is not known.
	Provider Class = "provider"
	// Component means that a component could not be registered.
	Component Class = "component"
	// Deployment means that a module could not be deployed.
	Deployment Class = "deployment"
	// DependencyCycle means that things depend on each other in a circle.
	DependencyCycle Class = "dependency cycle"
	// Version means that no version of a component fits what was asked for.
	Version Class = "version"
)

// Error makes a class usable as the target of errors.Is.
func (c Class) Error() string { return string(c) + " failure" }
