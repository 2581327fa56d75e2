package metadata_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/kubernetes/internal/metadata"
)

func TestWhatIsEmptyIsLeftOut(t *testing.T) {
	t.Parallel()
	for name, empty := range map[string]map[string]string{"Nil": nil, "Empty": {}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := metadata.New(nil, nil, empty, empty)
			require.Nil(t, m.Namespace)
			require.Nil(t, m.Name, "the provider makes up a name")
			require.Nil(t, m.Labels, "an empty map would show as a difference on every run")
			require.Nil(t, m.Annotations)
		})
	}
}

func TestAnnotationsMayComeFromOtherResources(t *testing.T) {
	t.Parallel()
	for _, given := range []pulumi.StringMapInput{
		pulumi.StringMap{"c": pulumi.String("d").ToStringOutput()}, pulumi.ToStringMap(map[string]string{"c": "d"}).ToStringMapOutput(),
	} {
		require.Equal(t, given, metadata.Annotated(metadata.New(nil, nil, nil, nil), given).Annotations)
	}
	for _, empty := range []pulumi.StringMapInput{nil, pulumi.StringMap(nil), pulumi.StringMap{}} {
		require.Nil(t, metadata.Annotated(metadata.New(nil, nil, nil, nil), empty).Annotations, "what is empty is left out")
	}
}

func TestWhatIsGivenIsKept(t *testing.T) {
	t.Parallel()
	m := metadata.New(pulumi.String("team"), pulumi.String("web"),
		map[string]string{"a": "b"}, map[string]string{"c": "d"})
	require.NotNil(t, m.Namespace)
	require.NotNil(t, m.Name)
	require.Equal(t, pulumi.StringMap{"a": pulumi.String("b")}, m.Labels)
	require.Equal(t, pulumi.StringMap{"c": pulumi.String("d")}, m.Annotations)
}
