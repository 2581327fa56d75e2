package config_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
)

// BenchmarkLoad reads, merges, validates and decodes a stack file over a
// project file, each with the given number of named entries.
func BenchmarkLoad(b *testing.B) {
	for _, entries := range []int{100, 10_000} {
		b.Run(fmt.Sprintf("entries=%d", entries), func(b *testing.B) {
			dir := b.TempDir()
			stack, project := strings.Builder{}, strings.Builder{}
			stack.WriteString("config:\n  ashlar:shop:\n    apps:\n")
			project.WriteString("shop:\n  apps:\n")
			apps := map[string]any{}
			for i := range entries {
				fmt.Fprintf(&stack, "      app-%d: { image: web:%d }\n", i, i)
				fmt.Fprintf(&project, "    app-%d: { replicas: %d, labels: { team: shop } }\n", i, i%100)
				apps[fmt.Sprintf("app-%d", i)] = map[string]any{"image": fmt.Sprintf("web:%d", i)}
			}
			value, err := json.Marshal(map[string]any{"apps": apps})
			if err != nil {
				b.Fatal(err)
			}
			for name, text := range map[string]string{
				"Pulumi.yaml": "name: project\nruntime: go\n", "Pulumi.dev.yaml": stack.String(), "ashlar.yaml": project.String(),
			} {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
					b.Fatal(err)
				}
			}
			b.SetBytes(int64(stack.Len() + project.Len()))
			b.ReportAllocs()
			err = pulumi.RunErr(func(ctx *pulumi.Context) error {
				for b.Loop() {
					m, err := config.Load(ctx, []config.Section{config.NewSection[shop]("shop", nil)},
						config.WithStackFile(filepath.Join(dir, "Pulumi.dev.yaml")))
					if err != nil {
						return err
					}
					if s, err := config.Get[*shop](m, "shop"); err != nil || len(s.Apps) != entries {
						return fmt.Errorf("%d entries: %w", len(s.Apps), err)
					}
				}
				return nil
			}, pulumi.WithMocks("project", "dev", noMocks{}), func(info *pulumi.RunInfo) {
				info.Config = map[string]string{"ashlar:shop": string(value)}
			})
			if err != nil {
				b.Fatal(err)
			}
		})
	}
}
