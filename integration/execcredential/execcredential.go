// Package execcredential is what the simulated command lines of clouds have in common: kubeconfigs run them, and read a
// credential for the API server from their output.
package execcredential

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clientauthentication "k8s.io/client-go/pkg/apis/clientauthentication/v1beta1"
)

// WriteCertificate writes a client certificate and its private key, both as PEM.
func WriteCertificate(out io.Writer, certificate, key []byte, expires time.Time) error {
	return write(out, &clientauthentication.ExecCredentialStatus{
		ExpirationTimestamp: &metav1.Time{Time: expires}, ClientCertificateData: string(certificate),
		ClientKeyData: string(key),
	})
}

// WriteToken writes a bearer token.
func WriteToken(out io.Writer, token string) error {
	return write(out, &clientauthentication.ExecCredentialStatus{Token: token})
}

func write(out io.Writer, status *clientauthentication.ExecCredentialStatus) error {
	return json.NewEncoder(out).Encode(&clientauthentication.ExecCredential{
		TypeMeta: metav1.TypeMeta{APIVersion: clientauthentication.SchemeGroupVersion.String(), Kind: "ExecCredential"},
		Status:   status,
	})
}

// Parse parses arguments, and returns the words of the command. Options may be anywhere. usage completes the error.
func Parse(flags *flag.FlagSet, args []string, usage string) ([]string, error) {
	flags.SetOutput(io.Discard)
	var command []string
	for rest := args; ; {
		if err := flags.Parse(rest); err != nil {
			return nil, fmt.Errorf("%w: %s", err, usage)
		}
		if flags.NArg() == 0 {
			return command, nil
		}
		command, rest = append(command, flags.Arg(0)), flags.Args()[1:]
	}
}
