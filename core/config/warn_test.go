package config_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// garden has a value that only the cloud knows.
type garden struct {
	Plant string `pulumi:"plant"`
	Depth int    `pulumi:"depth,optional"`
}

func (g *garden) Validate(report *config.Report) {
	if g.Plant == "triffid" {
		report.Warn([]string{"plant"}, "unknown plant %q", g.Plant)
	}
	if g.Depth > 9 {
		report.Add([]string{"depth"}, "too deep")
	}
}

type bed struct {
	pulumi.ResourceState
	component.Base
}

func TestWarningsAreShownAndDoNotEndTheProgram(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "Pulumi.dev.yaml")
	require.NoError(t, os.WriteFile(file, []byte("config:\n  ashlar:garden:\n    plant: triffid\n"), 0o600))
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := config.Load(ctx, []config.Section{config.NewSection[garden]("garden", nil)}, config.WithStackFile(file))
		require.NoError(t, err)
		_, err = component.Register(ctx, "ashlar-test:index:Bed", "a", &bed{}, &garden{Plant: "triffid"})
		require.NoError(t, err)
		_, err = component.Register(ctx, "ashlar-test:index:Bed", "b", &bed{}, &garden{Plant: "triffid", Depth: 10})
		require.EqualError(t, err, "invalid arguments of ashlar-test:index:Bed \"b\": 1 problem:\n  depth: too deep")
		return nil
	}, pulumitest.WithConfig(map[string]string{"ashlar:garden": `{"plant":"triffid"}`}))
	var shown []string
	for _, log := range r.Logs {
		shown = append(shown, log.Severity+": "+log.Message)
	}
	require.Equal(t, []string{
		`warning: Pulumi.dev.yaml:3:12: garden.plant: unknown plant "triffid"`,
		`warning: plant: unknown plant "triffid", in the arguments of ashlar-test:index:Bed "a"`,
	}, shown)
	require.NoError(t, config.Check("garden", &garden{Plant: "triffid"}))
}

// The CLI rewrites the whole stack file when it sets a value, and converts dates.
func TestDatesThatTheCLIRewroteAreAWarning(t *testing.T) {
	t.Parallel()
	const text = "config:\n  ashlar:app:\n    env: { RELEASED: \"2026-11-01 00:00:00 +0000 UTC\", AT: \"2026-11-01 00:00:00\" }\n"
	file := filepath.Join(t.TempDir(), "Pulumi.dev.yaml")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	values, _ := engineValues(t, text)
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := config.Load(ctx, []config.Section{config.NewSection[scalars]("app", nil)}, config.WithStackFile(file))
		return err
	}, pulumitest.WithConfig(values))
	require.Len(t, r.Logs, 1)
	require.Equal(t, `Pulumi.dev.yaml:3:22: app.env.RELEASED: found "2026-11-01 00:00:00 +0000 UTC": pulumi config set writes dates `+
		`that are not in quotes like this: if it was one, write the date in quotes`, r.Logs[0].Message)
}
