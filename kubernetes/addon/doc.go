// Package addon installs platform add-ons of clusters, such as cert-manager, from their Helm charts with values for
// production: two replicas, disruption budgets, and the identity of a cloud.
package addon
