package release_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/magefiles/release"
)

func TestNext(t *testing.T) {
	t.Parallel()
	cases := []struct {
		last   string
		effect release.Effect
		want   string
	}{
		{"", release.Fix, "v0.1.0"},
		{"", release.Break, "v0.1.0"},
		{"v0.1.9", release.Fix, "v0.1.10"},
		{"v0.1.9", release.Feature, "v0.2.0"},
		{"v0.9.3", release.Break, "v0.10.0"},
		{"v1.2.3", release.Fix, "v1.2.4"},
		{"v1.2.3", release.Feature, "v1.3.0"},
		{"v1.2.3", release.Break, "v2.0.0"},
	}
	for _, c := range cases {
		require.Equal(t, c.want, release.Next(c.last, c.effect), "%s after %q", c.effect, c.last)
	}
}

func TestCheckVersion(t *testing.T) {
	t.Parallel()
	const path = "ashlar.example/core"
	cases := map[string]struct {
		path, last, version string
		effect              release.Effect
		want                string
	}{
		"First":        {path: path, version: "v0.1.0", effect: release.Feature},
		"FirstStable":  {path: path, version: "v1.0.0", effect: release.Feature},
		"Patch":        {path: path, last: "v0.1.0", version: "v0.1.1", effect: release.Fix},
		"MinorForFix":  {path: path, last: "v0.1.0", version: "v0.2.0", effect: release.Fix},
		"Break":        {path: path, last: "v0.1.0", version: "v0.2.0", effect: release.Break},
		"Stable":       {path: path, last: "v0.7.0", version: "v1.0.0", effect: release.Feature},
		"Second":       {path: path + "/v2", last: "v1.4.0", version: "v2.0.0", effect: release.Break},
		"WithoutV":     {path: path, version: "0.1.0", want: `version "0.1.0" has not the form v1.2.3: write v0.1.0`},
		"Short":        {path: path, version: "v0.1", want: `version "v0.1" has not the form v1.2.3: write v0.1.0`},
		"PreRelease":   {path: path, last: "v0.1.0", version: "v0.2.0-rc.1", effect: release.Fix, want: "has not the form v1.2.3: write v0.1.1"},
		"FirstSkips":   {path: path, version: "v0.3.0", want: "version v0.3.0 cannot be the first: write v0.1.0"},
		"Same":         {path: path, last: "v0.1.0", version: "v0.1.0", effect: release.Fix, want: "version v0.1.0 is not above the last tag, v0.1.0: write v0.1.1"},
		"Below":        {path: path, last: "v0.2.0", version: "v0.1.1", effect: release.Fix, want: "is not above the last tag, v0.2.0: write v0.2.1"},
		"FeaturePatch": {path: path, last: "v1.1.0", version: "v1.1.1", effect: release.Feature, want: "is too low after v1.1.0 for additions: write v1.2.0"},
		"BreakMinor":   {path: path, last: "v1.1.0", version: "v1.2.0", effect: release.Break, want: "is too low after v1.1.0 for breaking changes: write v2.0.0"},
		"Skips":        {path: path, last: "v0.1.0", version: "v0.3.0", effect: release.Feature, want: "version v0.3.0 skips versions after v0.1.0: write v0.2.0"},
		"ImportPath":   {path: path, last: "v1.1.0", version: "v2.0.0", effect: release.Break, want: "requires the import path ashlar.example/core/v2: change it"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := release.CheckVersion(c.path, c.last, c.version, c.effect)
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.want)
		})
	}
}
