package chart_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/chart"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/objects"
)

// web loads the chart of the tests.
func web(t *testing.T) *chart.Chart {
	t.Helper()
	c, err := chart.Load(t.Context(), chart.Source{Path: "testdata/web"})
	require.NoError(t, err)
	return c
}

func names(list []objects.Object) []string {
	var out []string
	for _, o := range list {
		out = append(out, o.String())
	}
	return out
}

func TestRender(t *testing.T) {
	t.Parallel()
	got, err := web(t).Render(t.Context(), chart.Release{Name: "shop", Namespace: "team"})
	require.NoError(t, err)
	for what, tc := range map[string]struct {
		got  []objects.Object
		want []string
	}{
		"definitions are apart": {got.CRDs, []string{`CustomResourceDefinition "widgets.example.com"`}},
		"objects are in the order of Helm, lists are split": {got.Objects, []string{
			`Service "shop"`, `Deployment "shop"`,
			`ConfigMap "shop-a" in namespace "team"`, `ConfigMap "shop-b" in namespace "elsewhere"`, `Widget "shop"`,
		}},
		"hooks before it are in the order of their weights": {got.Before, []string{`ServiceAccount "shop-migrate"`, `Job "shop-migrate"`}},
		"hooks after it":     {got.After, []string{`Job "shop-warm"`}},
		"hooks of deletions": {got.Ignored, []string{`Job "shop-clean"`}},
	} {
		if diff := cmp.Diff(tc.want, names(tc.got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	require.Equal(t, map[string]string{"team": "platform"}, got.Before[0].GetAnnotations(), "annotations of hooks are removed")
	require.Nil(t, got.Before[1].GetAnnotations())
	require.NotContains(t, got.Objects[1].Object["metadata"], "annotations", "null is omitted")
	replicas, _, err := unstructured.NestedInt64(got.Objects[1].Object, "spec", "replicas")
	require.NoError(t, err)
	require.EqualValues(t, 2, replicas, "whole numbers are integers")
	require.Equal(t, "web/templates/deployment.yaml", got.Objects[1].Source)
}

func TestRenderDependsOnTheCluster(t *testing.T) {
	t.Parallel()
	const newArgument, monitor = "an argument of Kubernetes 1.34", `Monitor "shop"`
	for reason, tc := range map[string]struct {
		release chart.Release
		want    []string
	}{
		"the default is the oldest supported version": {},
		"the version of the cluster":                  {chart.Release{Kubernetes: "v1.34.2-eks-1"}, []string{newArgument}},
		"APIs of the cluster": {
			chart.Release{APIVersions: []string{"monitoring.example.com/v1"}}, []string{monitor},
		},
	} {
		tc.release.Name, tc.release.Namespace = "shop", "team"
		rendered, err := web(t).Render(t.Context(), tc.release)
		require.NoError(t, err)
		var got []string
		for _, o := range rendered.Objects {
			containers, _, err := unstructured.NestedSlice(o.Object, "spec", "template", "spec", "containers")
			require.NoError(t, err)
			switch {
			case o.String() == monitor:
				got = append(got, monitor)
			case len(containers) > 0 && containers[0].(map[string]any)["args"] != nil:
				got = append(got, newArgument)
			}
		}
		require.Equal(t, tc.want, got, reason)
	}
	require.True(t, web(t).Supports("1.30"))
	require.False(t, web(t).Supports("1.29.9"))
}

func TestRenderDependencies(t *testing.T) {
	t.Parallel()
	got, err := web(t).Render(t.Context(), chart.Release{Name: "shop", Namespace: "team", Values: map[string]any{
		"cache": map[string]any{"enabled": true, "size": 7},
	}})
	require.NoError(t, err)
	require.Contains(t, names(got.Objects), `ConfigMap "shop-cache"`)
	for _, o := range got.Objects {
		if o.GetName() == "shop-cache" {
			require.Equal(t, map[string]any{"size": "7"}, o.Object["data"])
		}
	}
}

func TestRenderFails(t *testing.T) {
	t.Parallel()
	_, err := web(t).Render(t.Context(), chart.Release{Name: "shop", Namespace: "team", Kubernetes: "new"})
	require.ErrorIs(t, err, failure.Configuration)
	require.EqualError(t, err, `render chart web 1.2.3: version of Kubernetes "new": use a version such as 1.33`)
	_, err = web(t).Render(t.Context(), chart.Release{Name: "shop", Namespace: "team", Values: map[string]any{"service": "none"}})
	require.ErrorContains(t, err, "render chart web 1.2.3: ")
	require.ErrorContains(t, err, "service.yaml")
}

func TestCheckValues(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		values map[string]any
		want   []chart.Problem
	}{
		"None":   {reason: "the values of the chart are valid"},
		"Remote": {reason: "schemas on the network accept everything", values: map[string]any{"service": map[string]any{"annotations": 1}}},
		"Type": {
			reason: "a text is no number",
			values: map[string]any{"replicaCount": "two"},
			want:   []chart.Problem{{[]string{"replicaCount"}, "got string, want integer"}},
		},
		"Nested": {
			reason: "each problem has its path",
			values: map[string]any{"replicaCount": 0, "service": map[string]any{"prot": 1}},
			want: []chart.Problem{
				{[]string{"replicaCount"}, "minimum: got 0, want 1"},
				{[]string{"service", "prot"}, "unknown value of the chart"},
			},
		},
		"Dependency": {
			reason: "dependencies have their own schemas",
			values: map[string]any{"cache": map[string]any{"enabled": true, "size": "big"}},
			want:   []chart.Problem{{[]string{"cache", "size"}, "got string, want integer"}},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := web(t).CheckValues(tc.values)
			require.NoError(t, err)
			require.ElementsMatch(t, tc.want, got, tc.reason)
		})
	}
}

func TestUnknownValues(t *testing.T) {
	t.Parallel()
	got, err := web(t).UnknownValues(map[string]any{
		"replicas": 3, "global": map[string]any{"a": 1}, "auth": map[string]any{"password": "x"},
		"service":   map[string]any{"ports": 1, "annotations": map[string]any{"a": "b"}},
		"resources": map[string]any{"requests": map[string]any{"cpu": 1}},
		"cache":     map[string]any{"enabled": true, "size": 2, "sizes": 3},
	})
	require.NoError(t, err)
	require.Equal(t, []chart.Problem{
		{[]string{"cache", "sizes"}, `the chart has no value "sizes", did you mean "size"?`},
		{[]string{"replicas"}, `the chart has no value "replicas", did you mean "replicaCount"?`},
		{[]string{"service", "ports"}, `the chart has no value "ports", did you mean "port"?`},
	}, got)
}
