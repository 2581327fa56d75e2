package component_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/component"
)

type otherProvider struct{ pulumi.ProviderResourceState }

// foreign is a component that does not embed component.Base.
type foreign struct{ pulumi.ResourceState }

func TestProviderIsThatOfTheNearestComponent(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		// outer and inner are the options of a component and of one within it.
		outer, inner func(leafs, second, other pulumi.ProviderResource) []pulumi.ResourceOption
		// want is 1 for leafs, 2 for second and 0 for the default provider.
		want  int
		known bool
	}{
		"no options":   {reason: "the default provider", known: true},
		"own provider": {reason: "its own option", inner: with(0), want: 1, known: true},
		"inherited":    {reason: "the option of the component around it", outer: with(0), want: 1, known: true},
		"nearest": {
			reason: "its own option takes precedence", outer: with(0), inner: with(1), want: 2, known: true,
		},
		"several":    {reason: "the one of the type, among others", outer: with(0, 2), want: 1, known: true},
		"other type": {reason: "it may be for the same package", outer: with(0), inner: with(2)},
		"transformed": {reason: "a transformation can set another provider",
			outer: func(pulumi.ProviderResource, pulumi.ProviderResource, pulumi.ProviderResource) []pulumi.ResourceOption {
				return []pulumi.ResourceOption{pulumi.Transformations([]pulumi.ResourceTransformation{
					func(*pulumi.ResourceTransformationArgs) *pulumi.ResourceTransformationResult { return nil },
				})}
			}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := run(t, func(ctx *pulumi.Context) error {
				all := []pulumi.ProviderResource{&leafProvider{}, &leafProvider{}, &otherProvider{}}
				for i, typ := range []string{"leafs", "leafs", "others"} {
					if err := ctx.RegisterResource("pulumi:providers:"+typ, string(rune('a'+i)), nil, all[i]); err != nil {
						return err
					}
				}
				options := func(f func(a, b, c pulumi.ProviderResource) []pulumi.ResourceOption) []pulumi.ResourceOption {
					if f == nil {
						return nil
					}
					return f(all[0], all[1], all[2])
				}
				outer, err := newPair(ctx, "outer", false, options(tc.outer)...)
				require.NoError(t, err)
				inner, err := newPair(ctx, "inner", false, append(options(tc.inner), pulumi.Parent(outer))...)
				require.NoError(t, err)
				got, known := component.Provider[*leafProvider](inner)
				assert.Equal(t, tc.known, known, tc.reason)
				if tc.want == 0 {
					assert.Nil(t, got, tc.reason)
				} else {
					assert.Same(t, all[tc.want-1], got, tc.reason)
				}
				return nil
			})
			require.NoError(t, err)
		})
	}
}

// with returns a function that passes on some of the providers.
func with(indexes ...int) func(a, b, c pulumi.ProviderResource) []pulumi.ResourceOption {
	return func(a, b, c pulumi.ProviderResource) []pulumi.ResourceOption {
		var out []pulumi.ProviderResource
		for _, i := range indexes {
			out = append(out, []pulumi.ProviderResource{a, b, c}[i])
		}
		return []pulumi.ResourceOption{pulumi.Providers(out...)}
	}
}

func TestProviderIsNotKnownWithinForeignResources(t *testing.T) {
	t.Parallel()
	_, err := run(t, func(ctx *pulumi.Context) error {
		around := &foreign{}
		require.NoError(t, ctx.RegisterComponentResource("test:index:Foreign", "around", around))
		inner, err := newPair(ctx, "inner", false, pulumi.Parent(around))
		require.NoError(t, err)
		_, known := component.Provider[*leafProvider](inner)
		assert.False(t, known)
		return nil
	})
	require.NoError(t, err)
}
