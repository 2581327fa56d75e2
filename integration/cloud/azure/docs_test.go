package azure_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/accounttest"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/azuretest"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/testdata/queue"
)

var page = filepath.Join("..", "..", "..", "docs", "simulated-azure.md")

// TestDocumentationIsCurrent compares the tables of the page with the types and functions of the services, and its
// example of a type with the source that TestTypeOfTheDocumentation runs.
func TestDocumentationIsCurrent(t *testing.T) {
	t.Parallel()
	var types, functions []string
	for _, service := range azure.New().Services {
		for _, covered := range service.Types {
			types = append(types, covered.Token)
		}
		functions = slices.AppendSeq(functions, maps.Keys(service.Functions))
	}
	example, err := os.ReadFile(filepath.Join("testdata", "queue", "queue.go"))
	require.NoError(t, err)
	accounttest.UpdatePage(t, page, *update, map[string]string{
		"covered types":     accounttest.CoveredTable("types", types),
		"covered functions": accounttest.CoveredTable("functions", functions),
		"example type":      "```go\n" + string(example) + "```\n",
	})
}

// TestSignatures says that languages without a generated SDK know each function.
func TestSignatures(t *testing.T) {
	t.Parallel()
	c := azure.New()
	var functions []string
	for _, service := range c.Services {
		functions = slices.AppendSeq(functions, maps.Keys(service.Functions))
	}
	require.ElementsMatch(t, slices.Collect(maps.Keys(c.Signatures)), functions)
	answer, err := azuretest.NewAccount(t).GetSchema(t.Context(), provider.GetSchemaRequest{})
	require.NoError(t, err)
	for _, token := range []string{"azure-native:storage:StorageAccount", "azure-native:storage/v20240101:StorageAccount",
		"azure-native:storage:listStorageAccountKeys", "azure-native:storage/v20240101:listStorageAccountKeys"} {
		require.Contains(t, answer.Schema, `"`+token+`"`)
	}
	_, err = newHistory(t).Call("azure-native:storage:listStorageAccountKeys", in{"account": "x"})
	require.ErrorContains(t, err, `account: unknown property, did you mean "accountName"?`)
}

// TestTypeOfTheDocumentation registers the service of the page's example, and uses its type through the provider.
func TestTypeOfTheDocumentation(t *testing.T) {
	t.Parallel()
	const token = "azure-native:storage:Queue"
	a := azuretest.NewAccount(t)
	c := azure.New()
	c.Services = append(slices.Clone(c.Services), queue.Service())
	a.Provider = c.Provider(a.Store)
	h := a.Use(nil).History().All(azuretest.Group()...).All(azuretest.Account(nil),
		step{Name: "orders", Type: token, Inputs: azuretest.In(in{"accountName": "ashlar"})})
	require.Equal(t, h.IDs["sa"]+"/queueServices/default/queues/orders", h.IDs["orders"])
	require.Equal(t, "Microsoft.Storage/storageAccounts/queueServices/queues", h.Output("orders", "type"))
	require.Zero(t, h.Output("orders", "approximateMessageCount"))
	blobs := azuretest.Account(in{"accountName": "blobs", "kind": "BlockBlobStorage", "sku": in{"name": "Premium_LRS"}})
	blobs.Name = "blobs"
	h.All(blobs)
	for want, inputs := range map[string]in{
		`Code="FeatureNotSupportedForAccount" Message="Queue is not supported for the account."`: {"accountName": "blobs"},
		`Code="ParentResourceNotFound"`:           {"accountName": "none"},
		"'queueName' does not match expression":   {"accountName": "ashlar", "queueName": "my--queue"},
		`did you mean "metadata"?`:                {"accountName": "ashlar", "metdata": in{}},
		"cannot create already existing resource": {"accountName": "ashlar", "queueName": "orders"},
	} {
		require.ErrorContains(t, h.Do(step{Name: "bad", Type: token, Inputs: azuretest.In(inputs)}), want)
	}
	d := h.Differences(step{Name: "~orders", Inputs: azuretest.In(in{"accountName": "other", "queueName": "orders"})})
	require.Equal(t, provider.UpdateReplace, d.DetailedDiff["accountName"].Kind)
	require.True(t, d.DeleteBeforeReplace)
	h.All(step{Name: "-orders"})
	_, err := azure.New().Provider(a.Store).Check(t.Context(), provider.CheckRequest{Urn: accounttest.URN(token)})
	require.ErrorContains(t, err, "does not cover the type", "without the service there is no type")
	require.ErrorContains(t, err, strings.TrimPrefix(filepath.ToSlash(page), "../../../"))
}
