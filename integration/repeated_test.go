package integration_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/ec2"
	"github.com/ashlar-iac/ashlar/aws/eks"
	awsnetwork "github.com/ashlar-iac/ashlar/aws/network"
	"github.com/ashlar-iac/ashlar/core/config"
)

// TestRepeatedOptionsAreEqual compares options that several types have, as no struct can be embedded in arguments: an
// option of the same key has the same type, limits, default and description.
func TestRepeatedOptionsAreEqual(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason   string
		original any
		repeated []any
		// own are the keys that mean something else in the repeated types.
		own []string
	}{
		"AddOns": {
			reason:   "add-ons of a cluster have the options of any add-on",
			original: &eks.AddonArgs{},
			repeated: []any{&eks.PodIdentityAgent{}, &eks.KubeProxy{}, &eks.VPCCNI{}, &eks.CoreDNS{}, &eks.EBSCSI{}},
			own:      []string{"enabled"},
		},
		"Networks": {
			reason:   "a secure VPC has the options of its VPC",
			original: &awsnetwork.VPCArgs{},
			repeated: []any{&awsnetwork.SecureVPCArgs{}},
			own:      []string{"cidr", "ipv6", "secondaryCidrs", "tenancy"},
		},
		"Volumes": {
			reason:   "the root volume has the options of any volume",
			original: &ec2.Volume{},
			repeated: []any{&ec2.RootVolume{}},
			own:      []string{"encrypted", "size"},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := properties(t, tc.original)
			for _, repeated := range tc.repeated {
				common := 0
				for key, got := range properties(t, repeated) {
					if _, ok := want[key]; !ok || slices.Contains(tc.own, key) {
						continue
					}
					common++
					if diff := cmp.Diff(want[key], got); diff != "" {
						t.Errorf("%s: option %q of %s differs from %s (-want +got):\n%s", tc.reason, key,
							reflect.TypeOf(repeated).Elem(), reflect.TypeOf(tc.original).Elem(), diff)
					}
				}
				assert.Positive(t, common, "%s has options of %s", reflect.TypeOf(repeated).Elem(), reflect.TypeOf(tc.original).Elem())
			}
		})
	}
}

// properties returns the schemas of the options of a type.
func properties(t *testing.T, value any) map[string]any {
	t.Helper()
	text, err := config.Schema(value, sourcesOf(reflect.TypeOf(value)))
	require.NoError(t, err)
	var s struct {
		Properties map[string]any `json:"properties"`
	}
	require.NoError(t, json.Unmarshal(text, &s))
	return s.Properties
}
