package kubernetes_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apiextensions"
	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/metadata"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	ashlar "github.com/ashlar-iac/ashlar/kubernetes"
)

const prefix = "ashlar-iac.github.io/"

// tagged runs a program with metadata, and returns its only resource.
func tagged(t *testing.T, m metadata.Metadata, create func(*pulumi.Context) error) *pulumitest.Registration {
	t.Helper()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		manager, err := metadata.New(m, ashlar.TaggableTypes())
		if err != nil {
			return err
		}
		if err := manager.Install(ctx); err != nil {
			return err
		}
		return create(ctx)
	})
	require.Len(t, r.Resources, 1)
	return r.Resources[0]
}

func TestEveryFormOfMetadataGetsLabels(t *testing.T) {
	t.Parallel()
	own := func() *metav1.ObjectMetaArgs {
		return &metav1.ObjectMetaArgs{Name: pulumi.String("n"), Labels: pulumi.StringMap{"a": pulumi.String("b")}}
	}
	configMap := func(meta metav1.ObjectMetaPtrInput) func(*pulumi.Context) error {
		return func(ctx *pulumi.Context) error {
			_, err := corev1.NewConfigMap(ctx, "it", &corev1.ConfigMapArgs{Metadata: meta})
			return err
		}
	}
	raw := func(inputs pulumi.Map) func(*pulumi.Context) error {
		return func(ctx *pulumi.Context) error {
			return ctx.RegisterResource("kubernetes:core/v1:ConfigMap", "it", inputs, &pulumi.CustomResourceState{})
		}
	}
	custom := func(meta metav1.ObjectMetaPtrInput) func(*pulumi.Context) error {
		return func(ctx *pulumi.Context) error {
			_, err := apiextensions.NewCustomResource(ctx, "it", &apiextensions.CustomResourceArgs{
				ApiVersion: pulumi.String("traefik.io/v1alpha1"), Kind: pulumi.String("AllowList"), Metadata: meta,
				OtherFields: kubernetes.UntypedArgs{"spec": map[string]any{"x": 1}},
			})
			return err
		}
	}
	bare := map[string]any{
		"labels":      map[string]any{prefix + "owner": "Platform-Team-f28ffdbdbb"},
		"annotations": map[string]any{prefix + "owner": "Platform Team"},
	}
	full := map[string]any{
		"name":        "n",
		"labels":      map[string]any{"a": "b", prefix + "owner": "Platform-Team-f28ffdbdbb"},
		"annotations": map[string]any{prefix + "owner": "Platform Team"},
	}
	mine := &metav1.ObjectMetaArgs{Labels: pulumi.StringMap{prefix + "owner": pulumi.String("me")}}
	onlyMine := map[string]any{"labels": map[string]any{prefix + "owner": "me"}}
	tests := map[string]struct {
		reason string
		create func(*pulumi.Context) error
		want   map[string]any
	}{
		"None":    {"an object without metadata gets some", configMap(nil), bare},
		"Args":    {"arguments are copied", configMap(own()), full},
		"Value":   {"arguments may be a value", configMap(*own()), full},
		"Pointer": {"or what the SDK makes of a pointer", configMap(metav1.ObjectMetaPtr(own())), full},
		"Output":  {"or an output", configMap(own().ToObjectMetaOutput().ToObjectMetaPtrOutput()), full},
		"Raw": {
			"a map is one too",
			raw(pulumi.Map{"metadata": pulumi.Map{"name": pulumi.String("n"), "labels": pulumi.StringMap{"a": pulumi.String("b")}}}), full,
		},
		"RawNone":          {"also an empty one", raw(pulumi.Map{}), bare},
		"OwnLabel":         {"an object's own label wins, and no annotation says otherwise", configMap(mine), onlyMine},
		"OwnLabelInOutput": {"also when it is known late", configMap(mine.ToObjectMetaPtrOutput()), onlyMine},
		"Custom":           {"custom resources are objects as well", custom(own()), full},
		"CustomNone":       {"also without metadata", custom(nil), bare},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := tagged(t, metadata.Metadata{Owner: "Platform Team"}, tc.create)
			if diff := cmp.Diff(tc.want, r.Inputs["metadata"].Mappable()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestSelectorsStayTheSame(t *testing.T) {
	t.Parallel()
	labels := pulumi.StringMap{"app": pulumi.String("web")}
	r := tagged(t, metadata.Metadata{Owner: "platform"}, func(ctx *pulumi.Context) error {
		_, err := appsv1.NewDeployment(ctx, "it", &appsv1.DeploymentArgs{Spec: &appsv1.DeploymentSpecArgs{
			Selector: &metav1.LabelSelectorArgs{MatchLabels: labels},
			Template: &corev1.PodTemplateSpecArgs{Metadata: &metav1.ObjectMetaArgs{Labels: labels}},
		}})
		return err
	})
	require.Equal(t, map[string]any{
		"selector": map[string]any{"matchLabels": map[string]any{"app": "web"}},
		"template": map[string]any{"metadata": map[string]any{"labels": map[string]any{"app": "web", prefix + "owner": "platform"}}},
	}, r.Inputs["spec"].Mappable())
	require.Equal(t, map[string]string{prefix + "owner": "platform"}, ashlar.TaggableTypes().Tagger(r.Type).Read(r.Inputs))
	require.Equal(t, pulumi.StringMap{"app": pulumi.String("web")}, labels, "the caller's labels are not modified")
}

func TestTaggableTypes(t *testing.T) {
	t.Parallel()
	for token, want := range map[string]bool{
		"kubernetes:core/v1:ConfigMap":                            true,
		"kubernetes:rbac.authorization.k8s.io/v1:ClusterRole":     true,
		"kubernetes:networking.istio.io/v1:Gateway":               true,
		"kubernetes:traefik.io/v1alpha1:AllowList":                true,
		"kubernetes:core/v1:ConfigMapList":                        false,
		"kubernetes:core/v1:ConfigMapPatch":                       false,
		"kubernetes:networking.istio.io/v1:GatewayPatch":          false,
		"kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleList": false,
		"kubernetes:helm.sh/v3:Release":                           false,
		"kubernetes:helm.sh/v4:Chart":                             false,
		"kubernetes:yaml:ConfigFile":                              false,
		"kubernetes:yaml/v2:ConfigGroup":                          false,
		"kubernetes:kustomize/v2:Directory":                       false,
		"kubernetes:meta/v1:Status":                               false,
		"pulumi:providers:kubernetes":                             false,
		"ashlar-kubernetes:namespace:Namespace":                   false,
		"aws:s3/bucketV2:BucketV2":                                false,
	} {
		require.Equal(t, want, ashlar.TaggableTypes().Tagger(token) != nil, token)
	}
}

func TestInvalidMetadata(t *testing.T) {
	t.Parallel()
	_, err := metadata.New(metadata.Metadata{LabelPrefix: "k8s.io"}, ashlar.TaggableTypes())
	require.ErrorContains(t, err, "labelPrefix")
	_, err = pulumitest.Record(func(ctx *pulumi.Context) error {
		manager, err := metadata.New(metadata.Metadata{}, ashlar.TaggableTypes())
		if err != nil {
			return err
		}
		if err := manager.Install(ctx); err != nil {
			return err
		}
		return ctx.RegisterResource("kubernetes:core/v1:ConfigMap", "it", pulumi.Map{"metadata": pulumi.String("text")},
			&pulumi.CustomResourceState{})
	})
	require.ErrorContains(t, err, "the object's metadata is a pulumi.String")
}

func TestReadMetadata(t *testing.T) {
	t.Parallel()
	object := ashlar.TaggableTypes().Tagger("kubernetes:core/v1:ConfigMap")
	meta := resource.NewProperty(resource.PropertyMap{"labels": resource.NewProperty(resource.PropertyMap{"a": resource.NewProperty("b")})})
	require.Equal(t, map[string]string{"a": "b"}, object.Read(resource.PropertyMap{"metadata": resource.MakeSecret(meta)}))
	require.Empty(t, object.Read(resource.PropertyMap{}))
}
