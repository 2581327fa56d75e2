package awscli_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	clientauthentication "k8s.io/client-go/pkg/apis/clientauthentication/v1beta1"

	"github.com/ashlar-iac/ashlar/integration/awscli"
	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// run runs the command in the cloud of a folder.
func run(t *testing.T, dir string, args ...string) (clientauthentication.ExecCredential, error) {
	t.Helper()
	var out bytes.Buffer
	env := map[string]string{"ASHLAR_CLOUD": dir, "AWS_DEFAULT_REGION": "eu-west-1"}
	var credential clientauthentication.ExecCredential
	err := awscli.Run(t.Context(), args, func(name string) string { return env[name] }, &out)
	if err == nil {
		require.NoError(t, json.Unmarshal(out.Bytes(), &credential))
		require.Equal(t, "client.authentication.k8s.io/v1beta1", credential.APIVersion)
		require.Equal(t, "ExecCredential", credential.Kind)
	}
	return credential, err
}

func TestCommandReportsErrors(t *testing.T) {
	t.Parallel()
	token := []string{"eks", "get-token"}
	with := func(args ...string) []string { return append(token, args...) }
	for name, tc := range map[string]struct {
		reason string
		args   []string
		want   string
	}{
		"another command": {"only one is supported", []string{"s3", "ls"},
			`unsupported command "s3 ls": this is a part of the AWS CLI`},
		"no command": {"missing command", nil, `unsupported command ""`},
		"unknown option": {"options must be exact", with("--cluster-name", "a", "--verify"),
			"flag provided but not defined: -verify"},
		"no cluster": {"as in the AWS CLI", with(), "the following arguments are required: --cluster-name"},
		"another output": {"kubectl reads JSON", with("--cluster-name", "a", "--output", "text"),
			"--output text is not supported: use json"},
		"no role": {"a user is not a role", with("--cluster-name", "a", "--role-arn",
			"arn:aws:iam::123456789012:user/a"), "is not the ARN of a role"},
		"unknown role": {"a missing role cannot be assumed",
			with("--cluster-name", "a", "--role-arn", "arn:aws:iam::123456789012:role/a"),
			"AccessDenied) when calling the AssumeRole operation: " +
				"User: arn:aws:iam::123456789012:user/simulated is not authorized"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := run(t, t.TempDir(), tc.args...)
			require.ErrorContains(t, err, tc.want, tc.reason)
		})
	}
	err := awscli.Run(t.Context(), token, func(string) string { return "" }, nil)
	for _, want := range []string{"you must specify a region", "--cluster-name", "ASHLAR_CLOUD is not set"} {
		require.ErrorContains(t, err, want)
	}
}

// As with the real command, the API rejects the token of a caller without access.
func TestUnknownCallerGetsRejectedToken(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	store, err := cloud.Open(dir)
	require.NoError(t, err)
	put(t, store, entry("another", user, nil), entry("main", "arn:aws:iam::123456789012:user/another", nil))
	for _, args := range [][]string{
		{"eks", "get-token", "--cluster-name", "main"},
		{"--region", "eu-west-2", "eks", "--cluster-name=another", "get-token"},
		{"eks", "get-token", "--cluster-name", "another", "--role-arn", "arn:aws:iam::210987654321:role/somebody"},
	} {
		got, err := run(t, dir, args...)
		require.NoError(t, err)
		require.Equal(t, "k8s-aws-v1.nobody", got.Status.Token)
		require.Empty(t, got.Status.ClientCertificateData)
	}
}

const user = "arn:aws:iam::123456789012:user/simulated"

func put(t *testing.T, store *cloud.Store, objects ...*cloud.Object) {
	t.Helper()
	require.NoError(t, store.Do(func(tx *cloud.Tx) error {
		for _, o := range objects {
			if err := tx.Put(o); err != nil {
				return err
			}
		}
		return nil
	}))
}

// entry is an access entry of a cluster in eu-west-1.
func entry(cluster, principal string, outputs map[string]any) *cloud.Object {
	return object("aws:eks/accessEntry:AccessEntry", cluster, principal, outputs)
}

func object(typ, cluster, principal string, outputs map[string]any) *cloud.Object {
	o := &cloud.Object{Type: typ, Place: "123456789012/eu-west-1", ID: cluster + ":" + principal,
		Outputs: map[string]any{
			"clusterName": cluster, "principalArn": principal, "userName": principal,
		}}
	for name, value := range outputs {
		o.Outputs[name] = value
		if name == "policyArn" {
			o.ID += ":" + value.(string)
		}
	}
	return o
}
