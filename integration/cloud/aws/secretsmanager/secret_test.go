package secretsmanager_test

import (
	"strings"
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
)

// in are the inputs of a resource.
type in = map[string]any

const (
	secretToken  = "aws:secretsmanager/secret:Secret"
	versionToken = "aws:secretsmanager/secretVersion:SecretVersion"
)

func TestRejectedSecrets(t *testing.T) {
	t.Parallel()
	common := []awstest.Step{{Name: "db", Type: secretToken, Inputs: in{"name": "db"}}}
	secret := func(inputs in) []awstest.Step { return awstest.One("it", secretToken, inputs) }
	version := func(inputs in) []awstest.Step {
		return awstest.One("it", versionToken, awstest.Merge(in{"secretId": "$db"}, inputs))
	}
	awstest.RunRefusals(t, common, map[string]awstest.Refusal{
		"a name with a space":     {Steps: secret(in{"name": "a b"}), Want: "must contain only alphanumeric characters"},
		"a path":                  {Steps: secret(in{"name": "prod/db"})},
		"a duplicate":             {Steps: secret(in{"name": "db"}), Want: "api error ResourceExistsException: The operation failed because the secret db already exists."},
		"a window":                {Steps: secret(in{"recoveryWindowInDays": 3.0}), Want: "expected recoveryWindowInDays to be 0 or in the range (7 - 30), got 3"},
		"no window":               {Steps: secret(in{"recoveryWindowInDays": 0.0})},
		"a missing key":           {Steps: secret(in{"kmsKeyId": "none"}), Want: "api error InvalidParameterException"},
		"a policy":                {Steps: secret(in{"policy": awstest.Document(in{"Effect": "Allow", "Action": "secretsmanager:*", "Resource": "*"})}), Want: "api error MalformedPolicyDocumentException"},
		"a value":                 {Steps: version(in{"secretString": "hush"})},
		"a value of nothing":      {Steps: version(in{"secretId": "none", "secretString": "hush"}), Want: "api error ResourceNotFoundException: Secrets Manager can't find the specified secret."},
		"no value":                {Steps: version(nil), Want: "one of secretBinary, secretString must be specified"},
		"two values":              {Steps: version(in{"secretString": "a", "secretBinary": "YQ=="}), Want: "conflicts with secretString"},
		"a value that is too big": {Steps: version(in{"secretString": strings.Repeat("a", 65537)}), Want: "larger than 65536 bytes"},
		"plain binary":            {Steps: version(in{"secretBinary": "#"}), Want: "expected secretBinary to be base64"},
	})
}

func TestVersionsOfASecret(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(
		awstest.Step{Name: "db", Type: secretToken, Inputs: in{"name": "db"}},
		awstest.Step{Name: "one", Type: versionToken, Inputs: in{"secretId": "$db", "secretString": "first"}},
		awstest.Step{Name: "two", Type: versionToken, Inputs: in{"secretId": "db", "secretString": "second"}})
	require.Regexp(t, `^arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-[0-9a-f]{6}$`, h.IDs["db"])
	require.True(t, resource.ToResourcePropertyMap(h.State["two"])["secretString"].IsSecret())
	h.Refreshed("one")
	require.Equal(t, []any{"AWSPREVIOUS"}, h.Output("one", "versionStages"))
	require.Equal(t, []any{"AWSCURRENT"}, h.Output("two", "versionStages"))
	for stage, want := range map[string]string{"": "second", "AWSPREVIOUS": "first"} {
		answer, err := h.Invoke(t.Context(), provider.InvokeRequest{
			Token: tokens.Type("aws:secretsmanager/getSecretVersion:getSecretVersion"),
			Args:  awstest.Properties(in{"secretId": "db", "versionStage": stage})})
		require.NoError(t, err)
		value := resource.ToResourcePropertyMap(answer.Return)["secretString"]
		require.True(t, value.IsSecret())
		require.Equal(t, want, value.SecretValue().Element.StringValue())
	}
	_, err := h.Call("aws:secretsmanager/getSecretVersion:getSecretVersion", in{"secretId": "db", "versionStage": "none"})
	require.ErrorContains(t, err, "can't find the specified secret value for staging label: none")
	h.All(awstest.Step{Name: "-db"})
	left, err := h.Store.List("")
	require.NoError(t, err)
	require.Empty(t, left)
}
