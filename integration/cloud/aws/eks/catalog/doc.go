// Package catalog lists what EKS offers: Kubernetes versions, releases of node images, and add-ons with their versions.
package catalog
