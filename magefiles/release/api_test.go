package release_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/magefiles/release"
)

func TestCompare(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"go.mod": "module ashlar.example/lib\n\ngo 1.26.0\n", "lib.go": "package lib\n\ntype T struct{ A int }\n\nfunc F() {}\n",
		"internal/i/i.go": "package i\n\nfunc Hidden() {}\n", "cmd/c/main.go": "package main\n\nfunc Main() {}\n\nfunc main() {}\n",
	}
	cases := map[string]struct {
		reason string
		change map[string]string
		effect release.Effect
		want   []string
	}{
		"Same":     {reason: "no change", effect: release.None},
		"Addition": {reason: "a new field", change: map[string]string{"lib.go": "package lib\n\ntype T struct{ A, B int }\n\nfunc F() {}\n"}, effect: release.Feature},
		"Package":  {reason: "a new package", change: map[string]string{"more/more.go": "package more\n"}, effect: release.Feature},
		"Removal": {
			reason: "a removed function and a changed field", effect: release.Break,
			change: map[string]string{"lib.go": "package lib\n\ntype T struct{ A string }\n"},
			want:   []string{"F: removed", "T.A: changed from int to string"},
		},
		"Hidden": {
			reason: "what no other module can import", effect: release.None,
			change: map[string]string{"internal/i/i.go": "package i\n", "cmd/c/main.go": "package main\n\nfunc main() {}\n"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			load := func(states ...map[string]string) *release.API {
				dir := t.TempDir()
				for _, state := range states {
					write(t, dir, state)
				}
				api, err := release.LoadAPI(t.Context(), "ashlar.example/lib", dir, append(os.Environ(), "GOWORK=off"))
				require.NoError(t, err)
				return api
			}
			effect, incompatible := release.Compare(load(files), load(files, c.change))
			require.Equal(t, c.effect, effect, c.reason)
			require.Equal(t, c.want, incompatible)
		})
	}
}

func TestLoadAPIReportsErrors(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, map[string]string{"go.mod": "module ashlar.example/lib\n\ngo 1.26.0\n", "lib.go": "package lib\n\nvar X = missing\n"})
	_, err := release.LoadAPI(t.Context(), "ashlar.example/lib", dir, append(os.Environ(), "GOWORK=off"))
	require.ErrorContains(t, err, "load the API of ashlar.example/lib")
	require.ErrorContains(t, err, "undefined: missing")
}
