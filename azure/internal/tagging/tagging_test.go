package tagging_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure/internal/tagging"
	"github.com/ashlar-iac/ashlar/core/config"
)

type holder struct {
	Tags pulumi.StringMapInput `pulumi:"tags"`
	max  int
}

func (h *holder) Validate(report *config.Report) {
	tagging.Check(report, []string{"tags"}, h.Tags, h.max)
}

func TestCheckReportsTagsThatAzureRejects(t *testing.T) {
	t.Parallel()
	many := map[string]string{}
	for i := range 51 {
		many[fmt.Sprintf("key-%d", i)] = "x"
	}
	tests := map[string]struct {
		tags map[string]string
		want string
	}{
		"valid":            {map[string]string{"cost center": "47/11 <a>", "Überschrift": "größe", strings.Repeat("k", 128): ""}, ""},
		"reserved prefix":  {map[string]string{"Microsoft-x": "y"}, "the prefix microsoft is reserved"},
		"empty key":        {map[string]string{"": "y"}, "invalid key"},
		"long key":         {map[string]string{strings.Repeat("ä", 129): "y"}, "invalid key: use 1 to 128"},
		"slash in the key": {map[string]string{"a/b": "y"}, `invalid key: use 1 to 128 characters without < > % & \ ? /`},
		"long value":       {map[string]string{"a": strings.Repeat("y", 257)}, "invalid value: use at most 256"},
		"case":             {map[string]string{"Owner": "a", "owner": "b"}, `tags.owner: the same key as "Owner"`},
		"51 tags":          {many, "51 tags: use at most 50"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := config.Check("tags", &holder{pulumi.ToStringMap(tc.tags), tagging.MaxStorageKey})
			if tc.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tc.want)
		})
	}
	require.NoError(t, config.Check("tags", &holder{pulumi.ToStringMap(tests["long key"].tags), tagging.MaxKey}),
		"other types have longer keys")
}
