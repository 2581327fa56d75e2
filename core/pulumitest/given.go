package pulumitest

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/metadata"
)

// source is a resource with a text as its output.
type source struct {
	pulumi.CustomResourceState

	Text pulumi.StringOutput `pulumi:"text"`
}

// Text returns a text that is the output of another resource, so that a component depends on it. It panics when the
// resource cannot be registered, such as for the same text twice.
func Text(ctx *pulumi.Context, text string) pulumi.StringOutput {
	s := &source{}
	inputs := pulumi.Map{"text": pulumi.String(text)}
	if err := ctx.RegisterResource("test:index:Text", "given-"+text, inputs, s); err != nil {
		panic(err)
	}
	return s.Text
}

// OwnerMetadata returns metadata with an owner and an organization, which all resources of taggable types must have. The
// keys begin with a prefix, which may be empty.
func OwnerMetadata(types metadata.TaggableTypes, prefix string, taggable func(token string) bool) *Metadata {
	return &Metadata{
		Install: func(ctx *pulumi.Context) error {
			m, err := metadata.New(metadata.Metadata{Owner: "platform", Organization: "Acme Inc."}, types)
			if err != nil {
				return err
			}
			return m.Install(ctx)
		},
		Read: func(token string, inputs resource.PropertyMap) (map[string]string, bool) {
			if !taggable(token) {
				return nil, false
			}
			return types.Tagger(token).Read(inputs), true
		},
		Want: func(string) map[string]string {
			return map[string]string{prefix + "owner": "platform", prefix + "organization": "Acme Inc."}
		},
	}
}

// RequireRejected runs a constructor that has to reject its arguments with findings that contain the texts, in this
// order, before anything is registered.
func RequireRejected(tb testing.TB, create func(ctx *pulumi.Context) error, want []string, opts ...Option) {
	tb.Helper()
	r := Run(tb, func(ctx *pulumi.Context) error {
		var invalid *config.Error
		require.ErrorAs(tb, create(ctx), &invalid)
		var got []string
		for _, f := range invalid.Findings {
			got = append(got, f.Path+": "+f.Message)
		}
		require.Len(tb, got, len(want), "%s", strings.Join(got, "\n"))
		for i := range want {
			require.Contains(tb, got[i], want[i])
		}
		return nil
	}, opts...)
	require.Empty(tb, r.Resources, "nothing is registered")
}
