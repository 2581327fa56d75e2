// Package release has the rules for releases of the modules: which changelog entries and versions are valid, which
// changes of the API are compatible, and how the go command sees a version that is not published yet.
//
// It knows neither the workspace nor the order of modules. Package targets does.
package release
