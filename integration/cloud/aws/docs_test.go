package aws_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/accounttest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/testdata/backup"
)

var update = flag.Bool("update", false, "rewrite the tables and the example in the documentation")

var page = filepath.Join("..", "..", "..", "docs", "simulated-aws.md")

// TestDocumentationIsCurrent compares the tables of the page with the types and functions of the services, and its
// example of a type with the source that TestTypeOfTheDocumentation runs.
func TestDocumentationIsCurrent(t *testing.T) {
	t.Parallel()
	var types, functions []string
	for _, service := range aws.New(func() bool { return true }).Services {
		for _, covered := range service.Types {
			types = append(types, covered.Token)
		}
		for token := range service.Functions {
			functions = append(functions, token)
		}
	}
	example, err := os.ReadFile(filepath.Join("testdata", "backup", "backup.go"))
	require.NoError(t, err)
	accounttest.UpdatePage(t, page, *update, map[string]string{
		"covered types":     accounttest.CoveredTable("types", types),
		"covered functions": accounttest.CoveredTable("functions", functions),
		"example type":      "```go\n" + string(example) + "```\n",
	})
}

// TestTypeOfTheDocumentation registers the service of the page's example, and uses its type through the provider.
func TestTypeOfTheDocumentation(t *testing.T) {
	t.Parallel()
	const vault = "aws:backup/vault:Vault"
	a := awstest.NewAccount(t, true)
	c := aws.New(func() bool { return true })
	c.Services = append(slices.Clone(c.Services), backup.Service())
	a.Provider = c.Provider(a.Store)
	h := a.Use(in{"region": "eu-west-1", "defaultTags": `{"tags": {"owner": "platform"}}`}).History()

	h.All(awstest.Step{Name: "key", Type: awstest.KeyToken, Inputs: in{}},
		awstest.Step{Name: "vault", Type: vault, Inputs: in{"name": "daily", "tags": in{"a": "b"}}})
	require.Equal(t, "arn:aws:backup:eu-west-1:123456789012:backup-vault:daily", h.Output("vault", "arn"))
	require.Equal(t, in{"a": "b", "owner": "platform"}, h.Output("vault", "tagsAll"), "default tags come from the frame")
	for want, inputs := range map[string]in{
		"api error AlreadyExistsException: Backup vault with the same name already exists: daily": {"name": "daily"},
		"api error InvalidParameterValueException: Invalid key: ":                                 {"kmsKeyArn": "arn:aws:kms:eu-west-1:123456789012:key/none"},
		"is an invalid ARN: arn: invalid prefix":                                                  {"kmsKeyArn": "none"},
		"in the range (1 - 50)":                                                                   {"name": strings.Repeat("a", 51)},
		`did you mean "forceDestroy"?`:                                                            {"forcedestroy": true},
	} {
		require.ErrorContains(t, h.Do(awstest.Step{Name: "bad", Type: vault, Inputs: inputs}), want)
	}
	h.All(awstest.Step{Name: "unnamed", Type: vault,
		Inputs: in{"kmsKeyArn": "arn:aws:kms:eu-west-1:123456789012:key/$key"}})
	require.Regexp(t, `^unnamed-[0-9a-f]{7}$`, h.IDs["unnamed"])
	diff, err := h.Diff(t.Context(), provider.DiffRequest{
		Urn: awstest.URN(vault), OldInputs: h.Inputs["vault"],
		Inputs: awstest.Properties(in{"name": "weekly", "forceDestroy": true}),
	})
	require.NoError(t, err)
	require.Equal(t, provider.UpdateReplace, diff.DetailedDiff["name"].Kind)
	require.Equal(t, provider.Update, diff.DetailedDiff["forceDestroy"].Kind)
	h.All(awstest.Step{Name: "-vault"}, awstest.Step{Name: "-unnamed"})
	left, err := a.Store.List(vault)
	require.NoError(t, err)
	require.Empty(t, left)
	_, err = aws.New(func() bool { return true }).Provider(a.Store).Check(t.Context(),
		provider.CheckRequest{Urn: awstest.URN(vault)})
	require.ErrorContains(t, err, "does not cover the type", "without the service there is no type")
}
