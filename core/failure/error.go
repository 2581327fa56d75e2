package failure

import (
	"fmt"
	"slices"
)

// Error is a failure with its details.
type Error struct {
	// Class is what errors.Is finds the error by.
	Class Class
	// Action is what was attempted, in the imperative: "register", "deploy".
	Action string
	// Subject is what it was attempted on: `module kubernetes`.
	Subject string
	// Err is what went wrong. Not nil.
	Err error
}

var _ error = (*Error)(nil)

// Wrap returns err as a failure of the class, which says that action was
// attempted on subject. It returns nil when err is nil.
func Wrap(class Class, action, subject string, err error) error {
	if err == nil {
		return nil
	}
	return &Error{Class: class, Action: action, Subject: subject, Err: err}
}

// New returns a failure of the class whose cause is described by format and
// args, as in fmt.Errorf.
func New(class Class, action, subject, format string, args ...any) error {
	return &Error{Class: class, Action: action, Subject: subject, Err: fmt.Errorf(format, args...)}
}

// Error returns `action subject: cause`.
func (e *Error) Error() string { return e.Action + " " + e.Subject + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is reports whether target is the error's class.
func (e *Error) Is(target error) bool { return target == e.Class }

// Classes returns the classes that err belongs to, those of outer errors first,
// each once. An error of another package belongs to a class when its Is method
// says so.
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

// belongs reports whether err itself, whatever it wraps, is of the class.
func belongs(err error, class Class) bool {
	switch x := err.(type) { //nolint:errorlint // Wrapped errors are looked at one by one.
	case Class:
		return x == class
	case interface{ Is(target error) bool }:
		return x.Is(class)
	}
	return false
}

// walk visits err and all that it wraps, in order, until visit returns false.
func walk(err error, visit func(error) bool) bool {
	if err == nil {
		return true
	}
	if !visit(err) {
		return false
	}
	switch x := err.(type) { //nolint:errorlint // The tree of errors is what is walked here.
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
