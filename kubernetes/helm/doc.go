// Package helm installs Helm charts. The program renders the chart with the code of Helm, and each object of the chart is a
// resource of the component: previews show it, metadata reaches it, and drift is detected. The cluster has no release of
// Helm.
package helm
