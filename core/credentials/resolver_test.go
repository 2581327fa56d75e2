package credentials_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/credentials"
)

func contains(text, part string) bool { return strings.Contains(text, part) }

// noFiles is a disk with nothing on it.
func noFiles(path string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
}

func TestResolverReadsTheEnvironmentOfTheProcessByDefault(t *testing.T) {
	for _, v := range credentials.Variables(credentials.CloudAWS) {
		t.Setenv(v.Name, "")
		require.NoError(t, os.Unsetenv(v.Name))
	}
	r := credentials.New(credentials.WithLookup(nil), credentials.WithOpen(nil))
	_, err := r.AWS(credentials.AWSRequest{})
	require.ErrorContains(t, err, "none found")

	token := filepath.Join(t.TempDir(), "token")
	t.Setenv(credentials.EnvAWSWebIdentityTokenFile, token)
	t.Setenv(credentials.EnvAWSRoleARN, "arn:aws:iam::123456789012:role/deploy")
	_, err = r.AWS(credentials.AWSRequest{})
	require.ErrorContains(t, err, credentials.EnvAWSWebIdentityTokenFile+" names a file that does not exist")
	assert.NotContains(t, err.Error(), token)

	require.NoError(t, os.WriteFile(token, []byte("token"), 0o600))
	got, err := r.AWS(credentials.AWSRequest{})
	require.NoError(t, err, "what changes in the environment counts at the next call")
	assert.Equal(t, token, got.WebIdentityTokenFile)
}

func TestVariablesAreThoseOfTheSources(t *testing.T) {
	t.Parallel()
	for _, cloud := range credentials.Clouds() {
		known := map[string]bool{}
		for _, v := range credentials.Variables(cloud) {
			assert.False(t, known[v.Name], "%s is listed twice", v.Name)
			known[v.Name] = true
			assert.NotEmpty(t, v.Purpose)
			assert.False(t, strings.HasSuffix(v.Purpose, "."), v.Name)
		}
		used := map[string]bool{}
		sources := map[credentials.Source]bool{}
		for _, a := range credentials.Alternatives(cloud) {
			assert.False(t, sources[a.Source], "%s is listed twice", string(a.Source))
			sources[a.Source] = true
			assert.NotEqual(t, string(a.Source), a.Source.String(), "a source says what it is made of")
			for _, names := range append(a.OneOf, a.Required, a.Optional) {
				for _, name := range names {
					used[name] = true
				}
			}
		}
		assert.Equal(t, known, used, "the variables of %s are those that its sources use", cloud)
		for _, s := range credentials.Sources(cloud) {
			assert.True(t, sources[s])
		}
	}
	assert.Nil(t, credentials.Variables("other"))
	assert.Nil(t, credentials.Sources("other"))
	assert.Nil(t, credentials.Alternatives("other"))
	assert.Equal(t, "other", credentials.Source("other").String())
	assert.Equal(t, "environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", credentials.AWSStaticKeys.String())
}
