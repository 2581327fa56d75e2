package metadata_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/metadata"
)

func TestAddToObject(t *testing.T) {
	t.Parallel()
	const owner = "ashlar-iac.github.io/owner"
	m := metadata.Metadata{Owner: "Platform Team"}
	changed := pulumi.String("Platform-Team-f28ffdbdbb")
	tests := map[string]struct {
		reason                    string
		labels                    pulumi.Input
		wantLabels, wantAnnotated pulumi.StringMap
	}{
		"None": {
			reason:     "the annotation has the whole value of the label",
			wantLabels: pulumi.StringMap{owner: changed}, wantAnnotated: pulumi.StringMap{owner: pulumi.String("Platform Team")},
		},
		"Own": {
			reason:     "a label of the object's own has nothing to do with the value",
			labels:     pulumi.StringMap{owner: pulumi.String("me")},
			wantLabels: pulumi.StringMap{owner: pulumi.String("me")},
		},
		"OwnOfTheEngine": {
			reason:     "outputs of the engine are supported",
			labels:     pulumi.Map{owner: pulumi.String("me")},
			wantLabels: pulumi.StringMap{owner: pulumi.String("me")},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			labels, annotations, err := metadata.AddToObject(tc.labels, nil, m)
			require.NoError(t, err)
			require.Equal(t, tc.wantLabels, labels, tc.reason)
			if len(tc.wantAnnotated) == 0 {
				require.Nil(t, annotations, "%s: not even an empty map is left", tc.reason)
			} else {
				require.Equal(t, tc.wantAnnotated, annotations, tc.reason)
			}
		})
	}
	_, _, err := metadata.AddToObject(nil, nil, metadata.Metadata{LabelPrefix: "k8s.io"})
	require.Error(t, err)
}

func TestRead(t *testing.T) {
	t.Parallel()
	pairs := resource.NewProperty(resource.PropertyMap{
		"a": resource.NewProperty("x"), "hidden": resource.MakeSecret(resource.NewProperty("canary")),
	})
	want := map[string]string{"a": "x", "hidden": ""}
	require.Equal(t, want, metadata.Read(pairs))
	require.Equal(t, want, metadata.Read(resource.MakeSecret(pairs)))
	require.Empty(t, metadata.Read(resource.NewProperty("text")))
}
