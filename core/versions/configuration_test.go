package versions_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/versions"
)

func TestSectionHasASchema(t *testing.T) {
	t.Parallel()
	section := versions.Section()
	assert.Equal(t, "versions", section.Name())
	data, err := section.Schema()
	require.NoError(t, err)
	var schema struct {
		Properties map[string]any `json:"properties"`
	}
	require.NoError(t, json.Unmarshal(data, &schema))
	assert.Len(t, schema.Properties, 3)
}

func TestConfigurationIsChecked(t *testing.T) {
	t.Parallel()
	pin := strings.Repeat("0", 64)
	tests := map[string]struct {
		reason string
		give   versions.Configuration
		want   []string
	}{
		"Empty": {reason: "nothing has to be configured"},
		"Right": {reason: "a file with a pin", give: versions.Configuration{File: "https://example.com/v.yaml?ref=1", SHA256: pin}},
		"Unpinned": {
			reason: "a missing pin is found when the digest is known",
			give:   versions.Configuration{File: "https://example.com/v.yaml"},
		},
		"Components": {
			reason: "every component that is wrong is reported, in order",
			give: versions.Configuration{Components: config.Named[string]{
				"d": "latest", "c": "Stable", "b": "", "a": "1.2.3.4", "e": strings.Repeat("1", 300), "f": "1.2.3",
			}},
			want: []string{
				`components.a: invalid version or constraint "1.2.3.4": use 1.26.2, ~1.26 or ">=1.25 <1.27"`,
				`components.b: empty: use a version such as 1.26.2, or a constraint such as ">=1.25 <1.27"`,
				`components.c: "Stable" changes over time`,
				`components.d: "latest" changes over time`,
				"components.e: 300 bytes exceed the maximum of 256 for a constraint",
			},
		},
		"PlainHTTP": {
			reason: "plain HTTP is refused", give: versions.Configuration{File: "http://example.com/v.yaml"},
			want: []string{`file: unsupported scheme "http": use https, or a path`},
		},
		"OtherScheme": {
			reason: "other schemes are refused", give: versions.Configuration{File: "file:///v.yaml"},
			want: []string{`file: unsupported scheme "file": use https, or a path`},
		},
		"NoHost": {
			reason: "a URL needs a host", give: versions.Configuration{File: "https:///v.yaml"},
			want: []string{"file: the URL has no host"},
		},
		"Credentials": {
			reason: "credentials are refused and not shown", give: versions.Configuration{File: "https://me:canary@example.com/v.yaml"},
			want: []string{"file: the URL contains credentials"},
		},
		"NotAURL": {
			reason: "what cannot be read as a URL is not shown", give: versions.Configuration{File: "https://me:canary@exa mple.com/"},
			want: []string{"file: not a valid URL"},
		},
		"Pin": {
			reason: "a pin is a digest", give: versions.Configuration{File: "v.yaml", SHA256: "sha256:" + pin},
			want: []string{"sha256: not a SHA-256 digest: use the 64 hexadecimal digits that sha256sum prints"},
		},
		"PinOfNothing": {
			reason: "a pin needs a file", give: versions.Configuration{SHA256: pin},
			want: []string{"sha256: file is not set: set it, or omit sha256"},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := versions.New(nil, versions.WithConfiguration(tc.give))
			valid := config.Check("versions", &tc.give)
			if len(tc.want) == 0 {
				require.NoError(t, err, tc.reason)
				require.NoError(t, valid, tc.reason)
				return
			}
			require.ErrorIs(t, err, failure.Configuration, tc.reason)
			assert.NotContains(t, err.Error(), "canary", tc.reason)
			assert.Equal(t, len(tc.want), strings.Count(err.Error(), "\n")+1, tc.reason)
			for _, want := range tc.want {
				require.ErrorContains(t, err, "check versions."+want, tc.reason)
				require.ErrorContains(t, valid, want, "the section's validator finds the same")
			}
		})
	}
}
