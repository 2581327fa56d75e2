package gitinfo_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"

	"github.com/ashlar-iac/ashlar/core/gitinfo"
)

func TestFactsAreRendered(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		facts  gitinfo.Facts
		text   string
		values map[string]string
	}{
		"Nothing": {"what is unknown has no value", gitinfo.Facts{}, "unknown", map[string]string{}},
		"Detached": {
			"a commit stands without a branch", gitinfo.Facts{Commit: "0123456789abcdef", Dirty: gitinfo.Clean},
			"@0123456789ab (clean)", map[string]string{"commit": "0123456789abcdef", "dirty": "false"},
		},
		"All": {
			"all of them", gitinfo.Facts{Repository: "ssh://h/x", Branch: "main", Commit: "01", Tag: "v1", Dirty: gitinfo.Dirty},
			"ssh://h/x main@01 (v1, dirty)",
			map[string]string{"repository": "ssh://h/x", "branch": "main", "commit": "01", "tag": "v1", "dirty": "true"},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tc.text, tc.facts.String(), tc.reason)
			if diff := cmp.Diff(tc.values, tc.facts.Values()); diff != "" {
				t.Errorf("%s\n-want +got:\n%s", tc.reason, diff)
			}
		})
	}
	assert.Equal(t, "unknown", gitinfo.Unknown.String())
	assert.Equal(t, "dirty", gitinfo.Dirty.String())
}
