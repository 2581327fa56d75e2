// Package apirules reports option values that the API server rejects or changes. The functions that validate them are
// those of the API server, from k8s.io/apimachinery.
//
// Values that are known during registration are findings of the validators of arguments. Values of outputs are checked
// when they resolve, and are not shown, because they may be secrets.
package apirules
