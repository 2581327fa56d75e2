package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/config"
)

type lookedUp struct {
	Networks config.Named[*lookedUpNetwork] `pulumi:"networks"`
}

type lookedUpNetwork struct {
	Zones []string `pulumi:"zones"`
	Size  int      `pulumi:"size"`
}

// Validate implements config.Validator.
func (n *lookedUpNetwork) Validate(report *config.Report) {
	if n.Size > 9 {
		report.Add([]string{"size"}, "too large")
	}
}

// zoneCheck reports the zone b of all networks without other problems.
func zoneCheck(report *config.Report) error {
	section := report.Decoded().(*lookedUp)
	for _, name := range section.Networks.Names() {
		if !report.Sound("networks", name) {
			continue
		}
		if i := slices.Index(section.Networks[name].Zones, "b"); i >= 0 {
			report.At("networks", name).Add([]string{"zones", strconv.Itoa(i)}, "unknown zone")
		}
	}
	if !report.Sound("networks") {
		return nil
	}
	return errors.New("no answer")
}

func TestLookUpsRunForWhatHasNoOtherProblem(t *testing.T) {
	t.Parallel()
	const network = "config:\n  ashlar:one:\n    networks:\n      main: { zones: [a, b] }\n      "
	for name, tc := range map[string]struct {
		reason, stack string
		preview       bool
		want          []string
		err           string
	}{
		"alone": {"the answer is a finding with the place of the value", network, false,
			[]string{"Pulumi.dev.yaml:4:26: one.networks.main.zones[1]: unknown zone"}, ""},
		"with others": {"one message has all", network + "bad: { zones: [b], size: 10 }\n      text: { zones: [b], size: x }\n", true, []string{
			"Pulumi.dev.yaml:4:26: one.networks.main.zones[1]: unknown zone",
			"Pulumi.dev.yaml:5:32: one.networks.bad.size: too large",
			`Pulumi.dev.yaml:6:33: one.networks.text.size: expected an integer, found the string "x"`,
		}, ""},
		"update": {"look-ups would register providers", network + "bad: { size: 10 }\n", false,
			[]string{"Pulumi.dev.yaml:5:20: one.networks.bad.size: too large"}, ""},
		"failure": {"it is no finding", "config:\n  ashlar:one: {}\n", false, nil, "no answer"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "Pulumi.dev.yaml")
			require.NoError(t, os.WriteFile(path, []byte(tc.stack), 0o600))
			values, _ := engineValues(t, tc.stack)
			err := pulumi.RunErr(func(ctx *pulumi.Context) error {
				_, err := config.Load(ctx, []config.Section{config.NewSection[lookedUp]("one", nil)},
					config.WithStackFile(path), config.WithLookups("one", zoneCheck))
				return err
			}, pulumi.WithMocks("project", "dev", noMocks{}), func(info *pulumi.RunInfo) {
				info.Config, info.DryRun = values, tc.preview
			})
			if tc.err != "" {
				require.ErrorContains(t, err, tc.err, tc.reason)
				return
			}
			assert.Equal(t, tc.want, findings(t, err), tc.reason)
		})
	}
}

func TestChecksOfArgumentsHavePaths(t *testing.T) {
	t.Parallel()
	checks := config.Checks(`arguments of network "main"`)
	require.NoError(t, checks.Err())
	checks.At("tiers", "public").Add([]string{"size"}, "too small")
	require.EqualError(t, checks.Err(), "invalid arguments of network \"main\": 1 problem:\n  tiers.public.size: too small")
}
