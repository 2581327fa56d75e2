package versions_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/versions"
)

// table is what the tests resolve from.
func table() versions.Table {
	return versions.Table{
		"istio": {
			Default: "1.26.2",
			Versions: []versions.Release{
				{Version: "1.25.3", Kubernetes: ">=1.28 <1.33"},
				{Version: "v1.27.0", Kubernetes: ">=1.30 <1.35"},
				{Version: "1.28.0-rc.1", Kubernetes: ">=1.31 <1.36"},
				{Version: "1.26.2", Kubernetes: ">=1.29 <1.34"},
				{Version: "1.26.10", Kubernetes: ">=1.29 <1.34"},
			},
		},
		"cert-manager": {Versions: []versions.Release{{Version: "1.18.2"}, {Version: "1.17.0"}}},
		"vpc-cni": {
			Suffix: "eksbuild",
			Versions: []versions.Release{
				{Version: "v1.20.1-eksbuild.3"}, {Version: "v1.20.1-eksbuild.10"},
				{Version: "v1.19.6-eksbuild.1"}, {Version: "v1.21.0-rc.1"},
			},
		},
		"mixed": {
			Versions: []versions.Release{
				{Version: "3.0.0"}, {Version: "2.0.0", Kubernetes: "1.30 - 1.33"}, {Version: "1.0.0", Kubernetes: "<1.30"},
			},
		},
	}
}

func TestNewRejectsInvalidTablesWithEveryProblem(t *testing.T) {
	t.Parallel()
	_, err := versions.New(versions.Table{
		"Bad Name": {Versions: []versions.Release{{Version: "1.0.0"}}},
		"empty":    {},
		"many": {
			Default: "2.0.0",
			Suffix:  "EKS",
			Versions: []versions.Release{
				{Version: "1.0.0", Kubernetes: ">=1.29.3"}, {Version: "v1.0.0"}, {Version: "1.0"}, {Version: "latest"}, {},
				{Version: "1.0.0+build"}, {Version: "1.1.0", Kubernetes: "new"},
			},
		},
		"previews": {Versions: []versions.Release{{Version: "1.0.0-rc.1"}}},
	})
	require.ErrorIs(t, err, failure.Version)
	var details *versions.TableError
	require.ErrorAs(t, err, &details)
	got := make([]string, 0, len(details.Problems))
	for _, p := range details.Problems {
		got = append(got, p.Path)
	}
	assert.Equal(t, []string{
		`["Bad Name"]`,
		"empty.versions",
		"many.default",
		"many.suffix",
		"many.versions[0].kubernetes",
		"many.versions[1].version",
		"many.versions[2].version",
		"many.versions[3].version",
		"many.versions[4].version",
		"many.versions[5].version",
		"many.versions[6].kubernetes",
		"previews.default",
	}, got)
	require.ErrorContains(t, err, "invalid built-in table: 12 problems:\n")
	require.ErrorContains(t, err, "built-in table: many.versions[1].version: 1.0.0 duplicates versions[0], 1.0.0: keep one of them")
	require.ErrorContains(t, err, `"latest" changes over time`)
}

func TestNewCopiesItsArguments(t *testing.T) {
	t.Parallel()
	given := table()
	r := newResolver(t, given, versions.Configuration{})
	given["istio"].Versions[0].Version = "broken"
	delete(given, "istio")
	got, err := r.Resolve(t.Context(), "istio")
	require.NoError(t, err)
	assert.Equal(t, "1.26.2", got.Version)
}

func TestMergePrefersLaterTables(t *testing.T) {
	t.Parallel()
	one := versions.Table{"a": {Default: "1.0.0"}, "b": {Default: "1.0.0"}}
	two := versions.Table{"b": {Default: "2.0.0"}}
	assert.Equal(t, versions.Table{"a": {Default: "1.0.0"}, "b": {Default: "2.0.0"}}, versions.Merge(one, nil, two))
	assert.Equal(t, "1.0.0", one["b"].Default, "the tables are not modified")
	assert.Empty(t, versions.Merge())
}
