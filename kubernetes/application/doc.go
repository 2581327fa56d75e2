// Package application deploys a stateless service the way a platform team
// would: pods that meet the restricted Pod Security Standard, an identity
// without a token, configuration that rolls out, traffic that is declared, and
// room for nodes to be drained.
package application
