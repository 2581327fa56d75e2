// Package application deploys stateless services: pods that meet the restricted
// Pod Security Standard, a service account without a token, configuration that
// triggers rollouts, declared ingress and egress, and a disruption budget.
package application
