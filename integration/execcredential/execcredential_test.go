package execcredential_test

import (
	"bytes"
	"flag"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/execcredential"
)

func TestCredentialsHaveTheFormOfKubectl(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.NoError(t, execcredential.WriteToken(&out, "secret"))
	require.JSONEq(t, `{"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1beta1",
		"spec": {"interactive": false}, "status": {"token": "secret"}}`, out.String())
	out.Reset()
	expires := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	require.NoError(t, execcredential.WriteCertificate(&out, []byte("cert"), []byte("key"), expires))
	require.JSONEq(t, `{"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1beta1",
		"spec": {"interactive": false}, "status": {"expirationTimestamp": "2030-01-02T03:04:05Z",
		"clientCertificateData": "cert", "clientKeyData": "key"}}`, out.String())
}

func TestOptionsAreAnywhere(t *testing.T) {
	t.Parallel()
	flags := flag.NewFlagSet("cli", flag.ContinueOnError)
	name := flags.String("name", "", "")
	command, err := execcredential.Parse(flags, []string{"one", "--name", "x", "two"}, "usage")
	require.NoError(t, err)
	require.Equal(t, []string{"one", "two"}, command)
	require.Equal(t, "x", *name)
	_, err = execcredential.Parse(flags, []string{"one", "--other"}, "usage")
	require.EqualError(t, err, "flag provided but not defined: -other: usage")
}
