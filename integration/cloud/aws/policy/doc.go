// Package policy reads and evaluates policy documents: trust policies, identity policies and policies of resources.
//
// It does not use the policy package of the components, so that neither hides a mistake of the other.
package policy
