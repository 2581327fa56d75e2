// Package chart loads Helm charts, checks values against them, and renders their objects, with the code of Helm.
//
// Rendering is pure: it reads neither the cluster nor the network, so that the same chart and values have the same objects,
// apart from values that a template generates at random. The template function lookup finds nothing, as with helm template.
package chart
