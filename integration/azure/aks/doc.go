// Package aks tests the AKS clusters of the azure module on the engine.
package aks
