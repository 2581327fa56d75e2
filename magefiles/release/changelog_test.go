package release_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/magefiles/release"
)

const valid = `# Changelog of core

Versions are semantic.

## Unreleased

### Breaking

* A removed function
  with a reason.

### Fixed

* One.
- Two.

### Added

## v0.2.0 - 2026-02-01

### Anything

Old text is not checked.

## v0.1.0 - 2026-01-01
`

func TestParseChangelog(t *testing.T) {
	t.Parallel()
	c, err := release.ParseChangelog([]byte(valid))
	require.NoError(t, err)
	require.Equal(t, []release.Section{{Kind: "Breaking", Entries: 1}, {Kind: "Fixed", Entries: 2}}, c.Unreleased,
		"a heading without entries is no change")
	require.Equal(t, []string{"v0.2.0", "v0.1.0"}, c.Versions)
	require.Equal(t, release.Break, c.Effect())
	require.Equal(t, "1 breaking, 2 fixed", c.Summary())
	require.Regexp(t, `^### Breaking\n\n\* A removed function\n  with a reason\.\n\n### Fixed\n\n\* One\.\n- Two\.\n\n### Added$`, c.Notes())

	released, err := release.ParseChangelog(c.Release("v0.3.0", "2026-03-01"))
	require.NoError(t, err)
	require.Empty(t, released.Unreleased)
	require.Equal(t, release.None, released.Effect())
	require.Equal(t, "no entries", released.Summary())
	require.Equal(t, []string{"v0.3.0", "v0.2.0", "v0.1.0"}, released.Versions)
}

func TestParseChangelogReportsAllProblems(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason, data string
		want         []string
	}{
		"Empty": {reason: "nothing at all", want: []string{`no heading "## Unreleased": write it above the versions`}},
		"Kinds": {
			reason: "an unknown kind and a repeated one",
			data:   "## Unreleased\n### Fixes\n* One.\n### Added\n* Two.\n### Added\n* Three.\n",
			want: []string{
				`line 2: unknown kind "Fixes": write one of Breaking, Added, Changed, Deprecated, Fixed, Security`,
				"line 6: the kind Added is also on line 4: merge the two",
			},
		},
		"Text": {
			reason: "text that is no entry", data: "## Unreleased\n\nNothing yet.\n\n### Added\n* One.\ncontinued\n",
			want: []string{"line 3: text without a kind: write entries", "line 7: text outside of an entry: begin an entry"},
		},
		"Versions": {
			reason: "versions in another form or order",
			data:   "## v0.1.0 - 2026-01-01\n## v0.2.0 - 2026-02-01\n## 0.3.0\n## Unreleased\n## Unreleased\n",
			want: []string{
				"line 2: v0.2.0 is listed after v0.1.0: put the newest version first", `line 3: unknown heading "## 0.3.0": write`,
				`line 4: "## Unreleased" must be above all versions`, `line 5: "## Unreleased" is also on line 4: merge the two`,
			},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := release.ParseChangelog([]byte(c.data))
			for _, want := range c.want {
				require.ErrorContains(t, err, want, c.reason)
			}
		})
	}
}

func FuzzChangelog(f *testing.F) {
	f.Add([]byte(valid))
	f.Add([]byte("## Unreleased"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := release.ParseChangelog(data)
		if err != nil {
			return
		}
		released, err := release.ParseChangelog(c.Release("v99.0.0", "2026-01-01"))
		if len(c.Versions) > 0 && err != nil {
			t.Skip("the file may have a higher version")
		}
		require.NoError(t, err)
		require.Empty(t, released.Unreleased)
	})
}
