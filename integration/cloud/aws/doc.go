// Package aws is a simulated AWS: the types and functions of the provider "aws", with the values that AWS computes and
// the requests that AWS rejects, in its own words.
//
// Each service is a package of its own below this one, with a Service function that returns its types and functions.
// This package registers them, and configures the provider. The page "Simulated AWS" of the documentation lists the
// types, and says how to add one.
package aws
