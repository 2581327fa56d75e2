package metadata_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/metadata"
)

// FuzzRender renders what a person may write for every platform.
func FuzzRender(f *testing.F) {
	f.Add("owner", "key", "value", "example.com")
	f.Add("日本", "AWS:x", "a & b", "")
	f.Add("x-0123456789", "a b", "\xff", "Example")
	f.Add(strings.Repeat("ä", 300), strings.Repeat("k", 513), "\u00a0", "kubernetes.io")
	f.Fuzz(func(t *testing.T, owner, key, value, prefix string) {
		m := metadata.Metadata{Owner: owner, LabelPrefix: prefix, Tags: map[string]string{key: value, "other": owner}}
		if tags, err := metadata.AWS().Render(m); err == nil {
			checkAWS(t, tags)
		}
		if tags, err := metadata.Azure().Render(m); err == nil {
			checkAzure(t, tags)
		}
		labels, err := metadata.KubernetesLabels().Render(m)
		if err != nil {
			return
		}
		annotations, err := metadata.KubernetesAnnotations().Render(m)
		require.NoError(t, err)
		checkObject(t, labels, annotations)
		if owner != "" {
			require.NotEmpty(t, labels[label(prefix, "owner")], "nothing is lost")
		}
	})
}

func label(prefix, name string) string {
	if prefix == "" {
		prefix = metadata.DefaultLabelPrefix
	}
	return prefix + "/" + name
}
