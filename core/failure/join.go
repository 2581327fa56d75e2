package failure

import (
	"errors"
	"iter"
)

// Join returns one error that holds all of errs that are not nil, in their
// order, or nil when there is none. Its text has a line for each. Errors that
// Join itself returned are taken apart, so that what it holds is flat. It never
// changes errs.
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

// All ranges over the problems that travel in err, in their order: those that
// [Join] or errors.Join put together, or err alone. An error that wraps a
// joined one in words of its own is one problem.
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
