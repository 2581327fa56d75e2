// Package stabletext writes kubeconfigs whose text does not change with the version of client-go, because a changed text
// updates the provider.
package stabletext

import (
	"bytes"

	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// Write writes a kubeconfig as YAML. It always contains preferences, which client-go leaves out since 0.34 when they are
// empty.
func Write(config api.Config) ([]byte, error) {
	out, err := clientcmd.Write(config)
	if err != nil || bytes.Contains(out, []byte("\npreferences:")) {
		return out, err
	}
	return bytes.Replace(out, []byte("\nusers:"), []byte("\npreferences: {}\nusers:"), 1), nil
}
