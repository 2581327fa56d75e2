package aws_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
)

// TestSchema binds the schema, as languages without a generated SDK do.
func TestSchema(t *testing.T) {
	t.Parallel()
	a := awstest.NewAccount(t, true)
	c := aws.New(func() bool { return true })
	var functions []string
	for _, service := range c.Services {
		functions = slices.AppendSeq(functions, maps.Keys(service.Functions))
	}
	require.ElementsMatch(t, functions, slices.Collect(maps.Keys(c.Signatures)), "each function has the types of the SDK")

	answer, err := a.GetSchema(t.Context(), provider.GetSchemaRequest{})
	require.NoError(t, err)
	var spec schema.PackageSpec
	require.NoError(t, json.Unmarshal([]byte(answer.Schema), &spec))
	pkg, err := schema.ImportSpec(spec, nil, nil, schema.ValidationOptions{})
	require.NoError(t, err)
	bucket, ok, err := pkg.Reference().Resources().Get("aws:s3/bucketPolicy:BucketPolicy")
	require.NoError(t, err)
	require.True(t, ok)
	inputs := map[string]string{}
	for _, p := range bucket.InputProperties {
		inputs[p.Name] = p.Type.String()
	}
	require.Equal(t, map[string]string{"bucket": "string", "policy": "Optional<pulumi:pulumi:Any>"}, inputs,
		"a document can be a text or an object")
	look, ok, err := pkg.Reference().Functions().Get("aws:ec2/getVpc:getVpc")
	require.NoError(t, err)
	require.True(t, ok)
	isDefault, ok := look.Inputs.Property("default")
	require.True(t, ok)
	require.Equal(t, "Optional<boolean>", isDefault.Type.String())
}

// TestArgumentsOfFunctions converts arguments, and rejects unknown ones.
func TestArgumentsOfFunctions(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History()
	require.Equal(t, true, look(t, h, "aws:ec2/getVpc:getVpc", in{"default": "true"})["default"])
	_, err := h.Call("aws:ec2/getVpc:getVpc", in{"isDefault": true})
	require.ErrorContains(t, err, `calling aws:ec2/getVpc:getVpc: isDefault: unknown property`)
}
