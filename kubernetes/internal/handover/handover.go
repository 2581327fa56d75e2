// Package handover hands a kubeconfig over to the provider in a way that leaves no credentials behind.
//
// The provider writes every kubeconfig to a file in the temporary directory, for Helm, and never deletes it, in a destroy
// as well, in which the program does not run. The kubeconfig that it gets therefore has a credential plugin, which
// deletes the file and returns the credentials. Client libraries run it before the first request.
//
// Source: pulumi-kubernetes, Configure and writeKubeconfigToFile; "Authenticating", client-go credential plugins,
// Kubernetes documentation.
package handover

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os/exec"
	"runtime"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clientauthentication "k8s.io/client-go/pkg/apis/clientauthentication/v1"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"

	"github.com/ashlar-iac/ashlar/kubernetes/internal/stabletext"
)

// shell runs the plugin.
const shell = "sh"

// variable holds the credentials of the plugin.
const variable = "ASHLAR_CREDENTIAL"

// maxLength is a safe length of an environment variable.
const maxLength = 100 << 10

// script deletes files with its mark, and prints the credentials. Its result must not depend on the deletion.
const script = `for f in "${TMPDIR:-/tmp}"/kubeconfig*; do grep -qs %s "$f" && rm -f "$f"; done; printf %%s "$` + variable + `"`

// Kubeconfig returns a kubeconfig whose bearer tokens and client keys come from a credential plugin. One without them,
// such as one that has its own plugin, is returned as it is, and so is every kubeconfig on a machine without a shell.
func Kubeconfig(content string) (string, error) {
	if _, err := exec.LookPath(shell); err != nil || runtime.GOOS == "windows" {
		return content, nil
	}
	config, err := clientcmd.Load([]byte(content))
	if err != nil {
		// The error quotes the content.
		return "", fmt.Errorf("invalid kubeconfig")
	}
	changed := false
	for _, user := range config.AuthInfos {
		if user.Exec != nil || user.AuthProvider != nil || user.Token == "" && len(user.ClientKeyData) == 0 {
			continue
		}
		credential, err := json.Marshal(clientauthentication.ExecCredential{
			TypeMeta: metav1.TypeMeta{APIVersion: clientauthentication.SchemeGroupVersion.String(), Kind: "ExecCredential"},
			Status: &clientauthentication.ExecCredentialStatus{
				Token:                 user.Token,
				ClientCertificateData: string(user.ClientCertificateData),
				ClientKeyData:         string(user.ClientKeyData),
			},
		})
		if err != nil {
			return "", err
		}
		if len(credential) > maxLength {
			continue
		}
		changed = true
		user.Token, user.ClientCertificateData, user.ClientKeyData = "", nil, nil
		user.Exec = &api.ExecConfig{
			APIVersion:      clientauthentication.SchemeGroupVersion.String(),
			Command:         shell,
			Args:            []string{"-c", fmt.Sprintf(script, fmt.Sprintf("ashlar-%.16x", sha256.Sum256(credential)))},
			Env:             []api.ExecEnvVar{{Name: variable, Value: string(credential)}},
			InteractiveMode: api.NeverExecInteractiveMode,
		}
	}
	if !changed {
		return content, nil
	}
	out, err := stabletext.Write(*config)
	return string(out), err
}
