// Package policy reads and evaluates policy documents: trust policies, identity policies and policies of resources.
//
// What exists is from the data of AWS in the package reference. The package does not use the policy package of the components, so that neither hides a mistake of the other.
package policy
