// Package examples runs programs of the kind that users of Pulumi write, with the plain SDK of AWS and without
// components of Ashlar, in the simulated AWS. The programs in Go are in its tests, those in YAML in testdata.
package examples
