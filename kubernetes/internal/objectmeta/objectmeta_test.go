package objectmeta_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/objectmeta"
)

func TestNewOmitsEmptyFields(t *testing.T) {
	t.Parallel()
	for name, empty := range map[string]pulumi.StringMapInput{"Nil": nil, "NilMap": pulumi.StringMap(nil), "Empty": pulumi.StringMap{}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := objectmeta.New(nil, nil, empty, empty)
			require.Nil(t, m.Namespace)
			require.Nil(t, m.Name, "the provider generates a name")
			require.Nil(t, m.Labels, "an empty map would be a difference on every run")
			require.Nil(t, m.Annotations)
		})
	}
}

func TestNewKeepsGivenFields(t *testing.T) {
	t.Parallel()
	labels, annotations := pulumi.StringMap{"a": pulumi.String("b")}, pulumi.StringMap{"c": pulumi.String("d")}.ToStringMapOutput()
	m := objectmeta.New(pulumi.String("team"), pulumi.String("web"), labels, annotations)
	require.NotNil(t, m.Namespace)
	require.NotNil(t, m.Name)
	require.Equal(t, labels, m.Labels)
	require.Equal(t, annotations, m.Annotations)
}

func TestMergeKeepsTheLastValueOfAKey(t *testing.T) {
	t.Parallel()
	given := pulumi.StringMap{"a": pulumi.String("1"), "b": pulumi.String("1")}
	require.Equal(t, pulumi.StringMap{"a": pulumi.String("1"), "b": pulumi.String("2")},
		objectmeta.Merge(given, nil, pulumi.StringMap{"b": pulumi.String("2")}))
	require.Equal(t, pulumi.String("1"), given["b"], "the caller's map is not modified")
	require.Empty(t, objectmeta.Merge(nil, nil))
}

func TestMergeAcceptsOutputs(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		ctx.Export("labels", objectmeta.Merge(
			pulumi.StringMap{"a": pulumi.String("1"), "b": pulumi.String("1").ToStringOutput()}.ToStringMapOutput(),
			pulumi.StringMap{"b": pulumi.String("2").ToStringOutput()}, nil,
		))
		return nil
	})
	require.Equal(t, map[string]any{"a": "1", "b": "2"}, r.Exports["labels"].Mappable())
}
