package dynamodb_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// in are the inputs of a resource.
type in = map[string]any

func orders(more in) in {
	return awstest.Merge(in{"name": "orders", "hashKey": "id", "billingMode": "PAY_PER_REQUEST",
		"attributes": []any{in{"name": "id", "type": "S"}}}, more)
}

func TestRejectedTables(t *testing.T) {
	t.Parallel()
	table := func(more in) []awstest.Step { return awstest.One("it", kernel.TableToken, orders(more)) }
	two := []any{in{"name": "id", "type": "S"}, in{"name": "day", "type": "N"}}
	index := func(more in) []any {
		return []any{awstest.Merge(in{"name": "by-day", "hashKey": "day", "projectionType": "ALL"}, more)}
	}
	awstest.RunRefusals(t, nil, map[string]awstest.Refusal{
		"a table":                   {Steps: table(nil)},
		"capacity":                  {Steps: table(in{"billingMode": "PROVISIONED", "readCapacity": 1.0, "writeCapacity": 1.0})},
		"no capacity":               {Steps: table(in{"billingMode": "PROVISIONED"}), Want: "api error ValidationException: One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified"},
		"a short name":              {Steps: table(in{"name": "ab"}), Want: "invalid value for name"},
		"a duplicate":               {Steps: append(table(nil), table(nil)...), Want: "api error ResourceInUseException: Table already exists: orders"},
		"no key":                    {Steps: awstest.One("it", kernel.TableToken, in{"name": "orders"}), Want: "missing required property"},
		"an attribute that is none": {Steps: table(in{"attributes": two}), Want: `all attributes must be indexed. Unused attributes: ["day"]`},
		"a key that is none":        {Steps: table(in{"rangeKey": "day"}), Want: `all indexes must match a defined attribute. Unmatched indexes: ["day"]`},
		"a type of attribute":       {Steps: table(in{"attributes": []any{in{"name": "id", "type": "string"}}}), Want: "expected attributes.type to be one of"},
		"an index":                  {Steps: table(in{"attributes": two, "globalSecondaryIndexes": index(nil)})},
		"an index without keys":     {Steps: table(in{"attributes": two, "globalSecondaryIndexes": index(in{"projectionType": "INCLUDE"})}), Want: "nonKeyAttributes are required for the projection type INCLUDE"},
		"an index twice":            {Steps: table(in{"attributes": two, "globalSecondaryIndexes": append(index(nil), index(nil)...)}), Want: "Duplicate index name: by-day"},
		"a local index": {Steps: table(in{"attributes": two, "localSecondaryIndexes": []any{in{"name": "a", "rangeKey": "day", "projectionType": "ALL"}}}),
			Want: "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex"},
		"a stream without a view": {Steps: table(in{"streamEnabled": true}), Want: "stream_view_type is required when stream_enabled = true"},
		"a missing key":           {Steps: table(in{"serverSideEncryption": in{"enabled": true, "kmsKeyArn": "none"}}), Want: "KMS key 'none' does not exist"},
		"a protected table":       {Steps: append(table(in{"deletionProtectionEnabled": true}), awstest.Step{Name: "-it"}), Want: "api error ValidationException: Resource cannot be deleted as it is currently protected against deletion."},
	})
}

func TestTable(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(
		awstest.Step{Name: "table", Type: kernel.TableToken,
			Inputs: orders(in{"streamEnabled": true, "streamViewType": "NEW_IMAGE"})})
	require.Equal(t, "orders", h.IDs["table"])
	require.Equal(t, "arn:aws:dynamodb:eu-west-1:123456789012:table/orders", h.Output("table", "arn"))
	require.Regexp(t, `^arn:aws:dynamodb:eu-west-1:123456789012:table/orders/stream/\d{4}-`, h.Output("table", "streamArn"))
	stream := h.Output("table", "streamArn")
	h.All(awstest.Step{Name: "~table", Inputs: orders(in{"streamEnabled": true, "streamViewType": "NEW_IMAGE", "tags": in{"a": "b"}})})
	require.Equal(t, stream, h.Output("table", "streamArn"), "a change of tags leaves the stream")
	require.NotContains(t, h.Refreshed("table"), "ttl", "what the API fills in is no drift")
	found, err := h.Call("aws:dynamodb/getTable:getTable", in{"name": "orders"})
	require.NoError(t, err)
	require.Equal(t, h.Output("table", "arn"), found["arn"])
	h.All(awstest.Step{Name: "-table"})
}
