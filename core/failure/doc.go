// Package failure sorts errors into the classes that callers act on.
//
// An error belongs to a class when errors.Is says so:
//
//	if errors.Is(err, failure.Configuration) {
//		// What the user wrote is wrong: show it, do not retry.
//	}
//
// It carries details for errors.As: an [Error] says what was attempted on
// what, and packages have types of their own where there is more to say, such
// as *config.Error with its findings.
//
// An error may belong to several classes, because errors wrap each other: a
// component that was given wrong arguments fails with an error of the class
// [Component] that wraps one of the class [Configuration]. [Classes] lists
// them.
//
// Several problems travel together in one error made by [Join], in the order in
// which they were found; [All] takes them apart again.
package failure
