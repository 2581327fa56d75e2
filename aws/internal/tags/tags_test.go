package tags_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/internal/tags"
	"github.com/ashlar-iac/ashlar/core/config"
)

func TestLaterTagsWin(t *testing.T) {
	t.Parallel()
	given := map[string]string{"team": "a"}
	require.Equal(t, pulumi.StringMap{"Name": pulumi.String("main"), "team": pulumi.String("b")},
		tags.Named("main", given, map[string]string{"team": "b"}))
	require.Equal(t, map[string]string{"team": "a"}, given, "the caller's map stays as it is")
	require.Equal(t, pulumi.StringMap{"Name": pulumi.String("other")}, tags.Named("main", map[string]string{"Name": "other"}))
	require.Empty(t, tags.Merge(nil, nil))
}

type holder struct {
	Tags map[string]string `pulumi:"tags"`
}

func (h *holder) Validate(report *config.Report) { tags.Check(report, []string{"tags"}, h.Tags) }

func TestTagsThatAWSRefuses(t *testing.T) {
	t.Parallel()
	many := map[string]string{}
	for i := range 51 {
		many[fmt.Sprintf("key-%d", i)] = "x"
	}
	tests := map[string]struct {
		tags map[string]string
		want string
	}{
		"right":         {map[string]string{"cost center": "47/11 a@b=c+d", "Überschrift": "größe"}, ""},
		"reserved":      {map[string]string{"AWS:x": "y"}, "reserved"},
		"empty key":     {map[string]string{"": "y"}, "expected a key"},
		"long key":      {map[string]string{strings.Repeat("ä", 129): "y"}, "expected a key of 1 to 128"},
		"key":           {map[string]string{"a*b": "y"}, "expected a key"},
		"long value":    {map[string]string{"a": strings.Repeat("y", 257)}, "expected a value of up to 256"},
		"value":         {map[string]string{"a": "x\ny"}, "expected a value"},
		"fifty and one": {many, "51 tags"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := config.Check("tags", &holder{tc.tags})
			if tc.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tc.want)
		})
	}
}
