package examples_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-yaml/pkg/pulumiyaml"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	simulated "github.com/ashlar-iac/ashlar/integration/cloud/aws"
)

// bound returns the schema of the simulated AWS, which it answers to languages without a generated SDK.
var bound = sync.OnceValues(func() (*schema.Package, error) {
	store, err := cloud.Open(filepath.Join(os.TempDir(), "unused"))
	if err != nil {
		return nil, err
	}
	answer, err := simulated.New(func() bool { return true }).Provider(store).GetSchema(context.Background(), provider.GetSchemaRequest{})
	if err != nil {
		return nil, err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal([]byte(answer.Schema), &spec); err != nil {
		return nil, err
	}
	pkg, err := schema.ImportSpec(spec, nil, nil, schema.ValidationOptions{AllowDanglingReferences: false})
	return pkg, err
})

// loader gives the YAML language the schema, as the engine does.
type loader struct{ schema.ReferenceLoader }

func (loader) LoadPackageReferenceV2(context.Context, *schema.PackageDescriptor) (schema.PackageReference, error) {
	pkg, err := bound()
	if err != nil {
		return nil, err
	}
	return pkg.Reference(), nil
}

// yamlPrograms returns the programs in YAML by name. The language runs in the test, instead of in a host of its own.
func yamlPrograms(t *testing.T) map[string]pulumi.RunFunc {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "*.yaml"))
	require.NoError(t, err)
	out := map[string]pulumi.RunFunc{}
	for _, file := range files {
		source, err := os.ReadFile(file)
		require.NoError(t, err)
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		out[name] = func(ctx *pulumi.Context) error {
			template, diags, err := pulumiyaml.LoadYAMLBytes(file, source)
			if err != nil {
				return err
			}
			if diags.HasErrors() {
				return diags
			}
			return pulumiyaml.RunTemplate(ctx, template, nil, pulumiyaml.NewPackageLoaderFromSchemaLoader(loader{}))
		}
	}
	return out
}
