// Package failure defines the classes of errors that callers can act on.
//
// errors.Is reports whether an error belongs to a class:
//
//	if errors.Is(err, failure.Configuration) {
//		// The configuration is invalid: show the error, do not retry.
//	}
//
// errors.As returns the details: an [Error] has the attempted action and its subject, and packages define more specific
// types, such as *config.Error with its findings.
//
// An error can belong to several classes, because errors wrap each other: a component with invalid arguments returns an
// error of the class [Component] that wraps one of the class [Configuration]. [Classes] lists them.
//
// [Join] combines several problems in one error in their order; [All] ranges over them.
package failure
