package config_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

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

// fleet is a section whose entries are arguments with nested ones.
type fleet struct {
	Clusters config.Named[*fleetEntry] `pulumi:"clusters"`
}

type fleetEntry struct {
	Provider string `pulumi:"provider"`
	FleetArgs
}

type FleetArgs struct {
	Version string              `pulumi:"version,optional" jsonschema:"default=1.33,format=kubernetes-version"`
	Tags    map[string]string   `pulumi:"tags,optional"`
	Logs    *logOptions         `pulumi:"logs,optional" config:"group"`
	Nodes   config.Named[nodes] `pulumi:"nodes,optional"`
}

type nodes struct {
	Size   string             `pulumi:"size,optional" jsonschema:"default=small,enum=small,enum=large"`
	Count  *int               `pulumi:"count,optional" jsonschema:"default=2,minimum=0"`
	Image  pulumi.StringInput `pulumi:"image,optional"`
	Labels map[string]string  `pulumi:"labels,optional"`
}

// BenchmarkArguments compares the arguments of a loaded section, which are not checked again, with a copy of them. The
// metric "times" is the ratio of the two.
func BenchmarkArguments(b *testing.B) {
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		m, err := config.Load(ctx, []config.Section{config.NewSection[fleet]("fleet", nil)})
		if err != nil {
			return err
		}
		section, err := config.Get[*fleet](m, "fleet")
		if err != nil {
			return err
		}
		ctx = m.Context(ctx)
		checked := &section.Clusters["main"].FleetArgs
		other := *checked
		var took [2]time.Duration
		for b.Loop() {
			for i, args := range []*FleetArgs{checked, &other} {
				start := time.Now()
				if _, _, err := config.Arguments(ctx, "arguments", "main", args); err != nil {
					return err
				}
				took[i] += time.Since(start)
			}
		}
		b.ReportMetric(float64(took[0].Nanoseconds())/float64(b.N), "checked-ns/op")
		b.ReportMetric(float64(took[1].Nanoseconds())/float64(b.N), "unchecked-ns/op")
		b.ReportMetric(float64(took[1])/float64(took[0]), "times")
		return nil
	}, pulumi.WithMocks("project", "dev", noMocks{}), func(info *pulumi.RunInfo) {
		info.Config = map[string]string{"ashlar:fleet": `{"clusters":{"main":{"provider":"a","tags":{"team":"shop"},"nodes":{
			"a":{"count":3,"labels":{"tier":"front"}},"b":{"size":"large","image":"ami-1"},"c":{}}}}}`}
	})
	if err != nil {
		b.Fatal(err)
	}
}
