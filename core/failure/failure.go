package failure

import (
	"errors"
	"fmt"
	"iter"
	"slices"
)

// Class is a class of errors. It is an error itself, as the target of errors.Is.
type Class string

// The classes.
const (
	// Configuration means that a configuration file or an argument is invalid.
	Configuration Class = "configuration"
	// Credentials means that credentials are missing, incomplete or unusable.
	Credentials Class = "credentials"
	// Provider means that a provider is unknown or cannot be created.
	Provider Class = "provider"
	// Component means that a component could not be registered.
	Component Class = "component"
	// Deployment means that a module could not be deployed.
	Deployment Class = "deployment"
	// DependencyCycle means that dependencies form a cycle.
	DependencyCycle Class = "dependency cycle"
	// Version means that no version of a component meets the requirements.
	Version Class = "version"
)

// Error returns the name of the class.
func (c Class) Error() string { return string(c) + " failure" }

// Error is an error with its class and details.
type Error struct {
	// Class is the class for errors.Is.
	Class Class
	// Action is the attempted action in the imperative: "register", "deploy".
	Action string
	// Subject is the subject of the action: `module kubernetes`.
	Subject string
	// Err is the cause. Not nil.
	Err error
}

var _ error = (*Error)(nil)

// Wrap returns an [Error] with the cause err, or nil when err is nil.
func Wrap(class Class, action, subject string, err error) error {
	if err == nil {
		return nil
	}
	return &Error{Class: class, Action: action, Subject: subject, Err: err}
}

// New returns an [Error] with a cause from format and args, as in fmt.Errorf.
func New(class Class, action, subject, format string, args ...any) error {
	return &Error{Class: class, Action: action, Subject: subject, Err: fmt.Errorf(format, args...)}
}

// Error returns `action subject: cause`.
func (e *Error) Error() string { return e.Action + " " + e.Subject + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is reports whether target is the class of the error.
func (e *Error) Is(target error) bool { return target == e.Class }

// Classes returns the classes of err, those of outer errors first, each once. An error type belongs to a class when its Is
// method says so.
func Classes(err error) []Class {
	all := []Class{Configuration, Credentials, Provider, Component, Deployment, DependencyCycle, Version}
	var out []Class
	walk(err, func(e error) bool {
		for _, c := range all {
			if belongs(e, c) && !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
		return true
	})
	return out
}

// belongs reports whether err itself, without wrapped errors, is of the class.
func belongs(err error, class Class) bool {
	switch x := err.(type) { //nolint:errorlint // Wrapped errors are visited one by one.
	case Class:
		return x == class
	case interface{ Is(target error) bool }:
		return x.Is(class)
	}
	return false
}

// walk visits err and all wrapped errors in order until visit returns false.
func walk(err error, visit func(error) bool) bool {
	if err == nil {
		return true
	}
	if !visit(err) {
		return false
	}
	switch x := err.(type) { //nolint:errorlint // This walks the tree of errors.
	case interface{ Unwrap() error }:
		return walk(x.Unwrap(), visit)
	case interface{ Unwrap() []error }:
		for _, e := range x.Unwrap() {
			if !walk(e, visit) {
				return false
			}
		}
	}
	return true
}

// Join returns one error with all errs that are not nil in their order, or nil without any. Its text has a line for each.
// Joined errors are flattened. It does not modify errs.
func Join(errs ...error) error {
	var flat []error
	for _, err := range errs {
		for e := range All(err) {
			flat = append(flat, e)
		}
	}
	if len(flat) == 1 {
		return flat[0]
	}
	return errors.Join(flat...)
}

// All ranges over the errors that [Join] or errors.Join combined in err, in their order, or over err alone. An error that
// wraps a joined error with its own text is one error.
func All(err error) iter.Seq[error] {
	return func(yield func(error) bool) { each(err, yield) }
}

func each(err error, yield func(error) bool) bool {
	if err == nil {
		return true
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok && err.Error() == errors.Join(joined.Unwrap()...).Error() {
		for _, e := range joined.Unwrap() {
			if !each(e, yield) {
				return false
			}
		}
		return true
	}
	return yield(err)
}
