package config_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
)

// FuzzLoad gives the loader files and values that need not belong together.
func FuzzLoad(f *testing.F) {
	f.Add("config:\n  ashlar:shop: { mode: fast }\n", `{"mode":"fast"}`)
	f.Add("config:\n  ashlar:shop:\n    apps: { web: { image: x } }\n", `{"apps":{"web":{"image":"x","replicas":-1}}}`)
	f.Add("a: &a [*a]", `[`)
	f.Add("config: { ashlar:shop: { secure: x } }", `"x"`)
	path := filepath.Join(f.TempDir(), "Pulumi.dev.yaml")
	f.Fuzz(func(t *testing.T, file, value string) {
		if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
		err := pulumi.RunErr(func(ctx *pulumi.Context) error {
			// Any error will do, a panic will not.
			_, _ = config.Load(ctx, []config.Section{config.NewSection[shop]("shop", nil)}, config.WithStackFile(path))
			return nil
		}, pulumi.WithMocks("project", "dev", noMocks{}), func(info *pulumi.RunInfo) {
			info.Config = map[string]string{"ashlar:shop": value}
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
