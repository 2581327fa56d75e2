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
		labels, ok := checkEverywhere(t, m)
		if ok && owner != "" {
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
