package component_test

import (
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
)

// bucket is a component with the type of a module.
type bucket struct {
	pulumi.ResourceState
	component.Base
}

func newBucket(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) (*bucket, error) {
	b := &bucket{}
	if _, err := component.Register(ctx, "ashlar-aws:test:Bucket", name, b, &struct{}{}, opts...); err != nil {
		return nil, err
	}
	return component.Finish(ctx, b)
}

// mixed declares the packages of its resources.
type mixed struct {
	pulumi.ResourceState
	component.Base
}

func (*mixed) ProviderPackages() []string { return []string{"aws", "leafs"} }

func newMixed(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) (*mixed, error) {
	m := &mixed{}
	if _, err := component.Register(ctx, "acme:test:Mixed", name, m, &struct{}{}, opts...); err != nil {
		return nil, err
	}
	return component.Finish(ctx, m)
}

func TestOptionsAreChecked(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		opts   func(aws, kubernetes pulumi.ProviderResource) []pulumi.ResourceOption
		mixed  bool
		want   []string
	}{
		"Own provider": {
			reason: "a resource of the component uses it",
			opts: func(aws, _ pulumi.ProviderResource) []pulumi.ResourceOption {
				return []pulumi.ResourceOption{pulumi.Provider(aws)}
			},
		},
		"Foreign provider": {
			reason: "the resources of the component would use the default provider",
			opts: func(_, kubernetes pulumi.ProviderResource) []pulumi.ResourceOption {
				return []pulumi.ResourceOption{pulumi.Provider(kubernetes)}
			},
			want: []string{`provider: provider "kubernetes" is for the package kubernetes, which no resource of the component belongs to: pass a provider of aws`},
		},
		"Foreign provider among others": {
			reason: "lists and maps of providers are checked as well",
			opts: func(aws, kubernetes pulumi.ProviderResource) []pulumi.ResourceOption {
				return []pulumi.ResourceOption{pulumi.ProviderMap(map[string]pulumi.ProviderResource{"aws": aws, "kubernetes": kubernetes})}
			},
			want: []string{`provider: provider "kubernetes" is for the package kubernetes`},
		},
		"Declared packages": {
			reason: "a component of other modules says which providers it takes", mixed: true,
			opts: func(aws, kubernetes pulumi.ProviderResource) []pulumi.ResourceOption {
				return []pulumi.ResourceOption{pulumi.Providers(aws, kubernetes)}
			},
			want: []string{`provider: provider "kubernetes" is for the package kubernetes, which no resource of the component belongs to: pass a provider of aws, leafs`},
		},
		"Nil resources": {
			reason: "the SDK panics when it registers the component",
			opts: func(aws, _ pulumi.ProviderResource) []pulumi.ResourceOption {
				return []pulumi.ResourceOption{pulumi.Parent((*site)(nil)), pulumi.DependsOn([]pulumi.Resource{(*site)(nil), aws})}
			},
			want: []string{
				"nil option, provider or dependency: pass a constructed one or omit the option",
			},
		},
		"Nil parent": {
			reason: "a constructor that failed",
			opts: func(_, _ pulumi.ProviderResource) []pulumi.ResourceOption {
				return []pulumi.ResourceOption{pulumi.Parent((*site)(nil)), pulumi.DependsOn([]pulumi.Resource{nil})}
			},
			want: []string{
				"parent: nil *component_test.site: pass a constructed one or omit the option",
				"dependsOn[0]: nil resource: pass a constructed one or omit it",
			},
		},
		"Nil provider": {
			reason: "a provider that was never created",
			opts: func(_, _ pulumi.ProviderResource) []pulumi.ResourceOption {
				return []pulumi.ResourceOption{pulumi.Provider(nil)}
			},
			want: []string{"nil option, provider or dependency: pass a constructed one or omit the option"},
		},
		"Nil option": {
			reason: "an option that a helper did not return",
			opts:   func(_, _ pulumi.ProviderResource) []pulumi.ResourceOption { return []pulumi.ResourceOption{nil} },
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			calls, err := run(t, func(ctx *pulumi.Context) error {
				providers := map[string]pulumi.ProviderResource{}
				for _, pkg := range []string{"aws", "kubernetes"} {
					p := &otherProvider{}
					if err := ctx.RegisterResource("pulumi:providers:"+pkg, pkg, nil, p); err != nil {
						return err
					}
					providers[pkg] = p
				}
				opts := tc.opts(providers["aws"], providers["kubernetes"])
				var err error
				if tc.mixed {
					_, err = newMixed(ctx, "tested", opts...)
				} else {
					_, err = newBucket(ctx, "tested", opts...)
				}
				if len(tc.want) == 0 {
					require.NoError(t, err, tc.reason)
					return nil
				}
				var invalid *config.Error
				require.ErrorAs(t, err, &invalid, tc.reason)
				require.Len(t, invalid.Findings, len(tc.want), tc.reason)
				for i, want := range tc.want {
					assert.Contains(t, invalid.Findings[i].String(), want, tc.reason)
				}
				return nil
			})
			require.NoError(t, err)
			if len(tc.want) > 0 {
				assert.NotContains(t, calls, "tested", "nothing is registered")
			}
		})
	}
}

func TestInheritedProvidersCanBeOfOtherPackages(t *testing.T) {
	t.Parallel()
	_, err := run(t, func(ctx *pulumi.Context) error {
		p := &otherProvider{}
		if err := ctx.RegisterResource("pulumi:providers:kubernetes", "cluster", nil, p); err != nil {
			return err
		}
		outer := &foreign{}
		if err := ctx.RegisterComponentResource("acme:test:Outer", "outer", outer, pulumi.Providers(p)); err != nil {
			return err
		}
		_, err := newBucket(ctx, "inner", pulumi.Parent(outer))
		return err
	})
	require.NoError(t, err)
}

func TestDefaultProviderMustBeConfigured(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	for _, name := range []string{"AWS_REGION", "AWS_DEFAULT_REGION"} {
		t.Setenv(name, "")
	}
	t.Setenv("AWS_CONFIG_FILE", missing)
	tests := map[string]struct {
		reason string
		config map[string]string
		opts   func(pulumi.ProviderResource) []pulumi.ResourceOption
		unit   bool
		fails  bool
	}{
		"Nothing": {reason: "the default provider would fail with a message of its own", fails: true},
		"Region":  {reason: "the configuration of the stack", config: map[string]string{"aws:region": "eu-west-1"}},
		"Own provider": {reason: "no default provider is used", opts: func(p pulumi.ProviderResource) []pulumi.ResourceOption {
			return []pulumi.ResourceOption{pulumi.Provider(p)}
		}},
		"Unit test": {reason: "mocks have no default provider", unit: true},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			m := &mocks{calls: map[string]pulumi.MockResourceArgs{}}
			err := pulumi.RunErr(func(ctx *pulumi.Context) error {
				p := &otherProvider{}
				if err := ctx.RegisterResource("pulumi:providers:aws", "main", nil, p); err != nil {
					return err
				}
				var opts []pulumi.ResourceOption
				if tc.opts != nil {
					opts = tc.opts(p)
				}
				_, err := newBucket(ctx, "tested", opts...)
				if !tc.fails {
					require.NoError(t, err, tc.reason)
					return nil
				}
				require.ErrorIs(t, err, failure.Provider, tc.reason)
				require.ErrorContains(t, err, `register ashlar-aws:test:Bucket "tested": find provider of aws: no provider is passed`, tc.reason)
				return nil
			}, pulumi.WithMocks("project", "stack", m), func(info *pulumi.RunInfo) {
				info.Config = tc.config
				if !tc.unit {
					info.RootDirectory = filepath.Dir(missing)
				}
			})
			require.NoError(t, err)
		})
	}
}

func TestModulesTakeTheProvidersOfTheirPackage(t *testing.T) {
	t.Parallel()
	for token, want := range map[string][]string{
		"ashlar-aws:s3:Bucket": {"aws"}, "ashlar-azure:storage:Account": {"azure-native"},
		"ashlar-kubernetes:workload:Deployment": {"kubernetes"}, "acme:shop:Shop": nil,
	} {
		require.Equal(t, want, component.Packages(token, &bucket{}), token)
	}
}
