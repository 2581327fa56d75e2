package tagging_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/internal/tagging"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

func TestNamedKeepsTheLastValueOfAKey(t *testing.T) {
	t.Parallel()
	given := pulumi.StringMap{"team": pulumi.String("a")}
	require.Equal(t, pulumi.StringMap{"Name": pulumi.String("main"), "team": pulumi.String("b")},
		tagging.Named("main", given, pulumi.StringMap{"team": pulumi.String("b")}))
	require.Equal(t, pulumi.StringMap{"team": pulumi.String("a")}, given, "the caller's map is not modified")
	require.Equal(t, pulumi.StringMap{"Name": pulumi.String("other")},
		tagging.Named("main", pulumi.StringMap{"Name": pulumi.String("other")}))
}

func TestNamedAcceptsOutputs(t *testing.T) {
	t.Parallel()
	run := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		ctx.Export("tags", tagging.Named("main", pulumi.ToStringMap(map[string]string{"a": "1", "b": "1"}).ToStringMapOutput(),
			pulumi.StringMap{"b": pulumi.String("2")}))
		return nil
	})
	require.Equal(t, map[string]any{"Name": "main", "a": "1", "b": "2"}, run.Exports["tags"].Mappable())
}

type holder struct {
	Tags pulumi.StringMapInput `pulumi:"tags"`
}

func (h *holder) Validate(report *config.Report) { tagging.Check(report, []string{"tags"}, h.Tags) }

func TestCheckReportsTagsThatAWSRejects(t *testing.T) {
	t.Parallel()
	many := map[string]string{}
	for i := range 51 {
		many[fmt.Sprintf("key-%d", i)] = "x"
	}
	tests := map[string]struct {
		tags map[string]string
		want string
	}{
		"valid":           {map[string]string{"cost center": "47/11 a@b=c+d", "Überschrift": "größe"}, ""},
		"reserved prefix": {map[string]string{"AWS:x": "y"}, "the prefix aws: is reserved"},
		"empty key":       {map[string]string{"": "y"}, "invalid key"},
		"long key":        {map[string]string{strings.Repeat("ä", 129): "y"}, "invalid key: use 1 to 128"},
		"key":             {map[string]string{"a*b": "y"}, "invalid key"},
		"long value":      {map[string]string{"a": strings.Repeat("y", 257)}, "invalid value: use up to 256"},
		"value":           {map[string]string{"a": "x\ny"}, "invalid value"},
		"51 tags":         {many, "51 tags"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := config.Check("tags", &holder{pulumi.ToStringMap(tc.tags)})
			if tc.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tc.want)
		})
	}
}

type roleHolder struct {
	Tags pulumi.StringMapInput `pulumi:"tags"`
}

func (h *roleHolder) Validate(report *config.Report) {
	tagging.CheckWithRoles(report, []string{"tags"}, h.Tags)
}

func TestRolesIgnoreTheCaseOfKeys(t *testing.T) {
	t.Parallel()
	both := pulumi.StringMap{"Owner": pulumi.String("a"), "owner": pulumi.String("b")}
	require.ErrorContains(t, config.Check("tags", &roleHolder{both}),
		`tags.owner: the same key as "Owner" for IAM roles, which ignore case: keep one of them`)
	require.NoError(t, config.Check("tags", &holder{both}), "other types are case-sensitive")
	require.NoError(t, config.Check("tags", &roleHolder{pulumi.StringMap{"Owner": pulumi.String("a"), "Name": pulumi.String("b")}}))
}
