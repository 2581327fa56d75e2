// Package aws deploys what a stack's configuration says about AWS: networks, buckets, roles, policies and machines in named regions and
// accounts.
//
// [Module] is for deployment.Run. [NewProvider] makes a provider with a guard on the account, for programs in code. The components are in the
// packages below, each usable alone.
package aws
