package manifest_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/crd"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
	"github.com/ashlar-iac/ashlar/kubernetes/manifest"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
)

func TestManifestConforms(t *testing.T) {
	t.Parallel()
	fixture.Conform(t, pulumitest.Suite[manifest.ManifestArgs, *manifest.Manifest]{
		Token: manifest.ManifestToken,
		New:   manifest.NewManifest,
		Args: func(ctx *pulumi.Context) *manifest.ManifestArgs {
			return &manifest.ManifestArgs{
				Path: "testdata/plain", Namespace: fixture.Text(ctx, "team"), CRDs: crd.Delete,
				PodSecurity: namespace.PodSecurityBaseline, SkipAwait: true,
				Objects: []map[string]any{{"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "more"}}},
			}
		},
		Defaults:   []string{"crds", "podSecurity"},
		RefusesNil: failure.Configuration,
	}, func(*pulumi.Context) *manifest.ManifestArgs { return &manifest.ManifestArgs{Path: "testdata/plain"} })
}

func TestManifest(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		args   *manifest.ManifestArgs
		want   []string
	}{
		"File": {
			reason: "one file",
			args:   &manifest.ManifestArgs{Path: "testdata/plain/gadget.yaml"},
			want:   []string{"ConfigMap/settings", "Gadget/first"},
		},
		"Folder": {
			reason: "all files of a folder, with definitions first",
			args:   &manifest.ManifestArgs{Path: "testdata/plain"},
			want:   []string{"ConfigMap/settings", "CustomResourceDefinition/gadgets.gadgets.example.com", "Gadget/first"},
		},
		"Kustomization": {
			reason: "a kustomization is built",
			args:   &manifest.ManifestArgs{Path: "testdata/kustomized"},
			want:   []string{"ConfigMap/blue-settings"},
		},
		"Objects": {
			reason: "objects in the program",
			args: &manifest.ManifestArgs{Objects: []map[string]any{
				{"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "a", "namespace": "other"}},
			}},
			want: []string{"ConfigMap/other/a"},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
				tc.args.Namespace = pulumi.String("team")
				m, err := manifest.NewManifest(ctx, "web", tc.args)
				require.NoError(t, err, tc.reason)
				require.Equal(t, tc.want, pulumitest.Await[[]string](t, m.Objects), tc.reason)
				return nil
			}, fixture.Cluster())
			fixture.RequireChildren(t, r, manifest.ManifestToken)
			for _, res := range r.Resources {
				if res.Type != "kubernetes:core/v1:ConfigMap" {
					continue
				}
				got := pulumitest.Decode[corev1.ConfigMap](t, res)
				want := "team"
				if got.Name == "a" {
					want = "other"
				}
				require.Equal(t, want, got.Namespace, tc.reason)
			}
			if name == "Folder" {
				settings := r.One(t, ":core/v1:ConfigMap")
				require.Contains(t, settings.Dependencies, r.One(t, ":CustomResourceDefinition").URN, tc.reason)
				require.Contains(t, r.One(t, ":gadgets.example.com/v1:Gadget").Dependencies, settings.URN, tc.reason)
			}
		})
	}
}

func TestManifestRejectsInvalidArguments(t *testing.T) {
	t.Parallel()
	pod := map[string]any{
		"apiVersion": "v1", "kind": "Pod", "metadata": map[string]any{"name": "agent"},
		"spec": map[string]any{"hostNetwork": true, "containers": []any{map[string]any{"name": "agent", "image": fixture.Image}}},
	}
	tests := map[string]struct {
		reason string
		args   *manifest.ManifestArgs
		want   []string
	}{
		"Nothing": {
			reason: "no objects",
			args:   &manifest.ManifestArgs{},
			want:   []string{"no objects: set path or objects"},
		},
		"Path": {
			reason: "a typing error in a path",
			args:   &manifest.ManifestArgs{Path: "testdata/none"},
			want:   []string{"path: no such file or folder: testdata/none"},
		},
		"Duplicate": {
			reason: "the second object would overwrite the first one",
			args: &manifest.ManifestArgs{Path: "testdata/plain", Objects: []map[string]any{
				{"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "settings"}},
			}},
			want: []string{`objects: ConfigMap "settings" is in gadget.yaml and in objects: remove one of them`},
		},
		"Kind": {
			reason: "an object that the API server rejects",
			args:   &manifest.ManifestArgs{Objects: []map[string]any{{"apiVersion": "v1", "metadata": map[string]any{"name": "a"}}}},
			want:   []string{"objects[0]: an object has no apiVersion or no kind: set both"},
		},
		"Privileged": {
			reason: "the pod would be rejected",
			args:   &manifest.ManifestArgs{Objects: []map[string]any{pod}, PodSecurity: namespace.PodSecurityBaseline},
			want: []string{
				`podSecurity: Pod "agent" violates the standard baseline: host namespaces (hostNetwork=true): change the manifest, ` +
					"or set podSecurity to privileged",
			},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixture.RequireRejected(t, manifest.NewManifest, tc.args, tc.want, tc.reason)
		})
	}
}
