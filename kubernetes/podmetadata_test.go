package kubernetes_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	batchv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/batch/v1"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/metadata"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	ashlar "github.com/ashlar-iac/ashlar/kubernetes"
)

// costs is what tools need that allocate costs, and what changes with commits and reports.
func costs() metadata.Metadata {
	return metadata.Metadata{
		Project: "shop", Owner: "Platform Team", Organization: "Acme", Tags: map[string]string{"team": "web"},
		Commit: "0123456789abcdef", Repository: "https://git.example.com/shop", Frameworks: []string{"soc2"}, Controls: []string{"soc2 CC6.6"},
	}
}

// podMetadata is what pods get of it.
func podMetadata(labels map[string]any) map[string]any {
	out := map[string]any{
		prefix + "project": "shop", prefix + "owner": "Platform-Team-f28ffdbdbb", prefix + "team": "web",
	}
	for key, value := range labels {
		out[key] = value
	}
	return map[string]any{
		"labels":      out,
		"annotations": map[string]any{prefix + "owner": "Platform Team", prefix + "organization": "Acme"},
	}
}

func TestPodsGetWhatDoesNotChangeWithCommits(t *testing.T) {
	t.Parallel()
	template := func() *corev1.PodTemplateSpecArgs {
		return &corev1.PodTemplateSpecArgs{Metadata: &metav1.ObjectMetaArgs{Labels: pulumi.StringMap{"app": pulumi.String("web")}}}
	}
	deployment := func(spec appsv1.DeploymentSpecPtrInput) func(*pulumi.Context) error {
		return func(ctx *pulumi.Context) error {
			_, err := appsv1.NewDeployment(ctx, "it", &appsv1.DeploymentArgs{Spec: spec})
			return err
		}
	}
	spec := &appsv1.DeploymentSpecArgs{Template: template()}
	full := podMetadata(map[string]any{"app": "web"})
	tests := map[string]struct {
		reason string
		create func(*pulumi.Context) error
		path   []string
		want   map[string]any
	}{
		"Deployment": {"arguments are copied", deployment(spec), nil, full},
		"Value":      {"arguments can be values", deployment(*spec), nil, full},
		"Pointer":    {"or what the SDK makes of a pointer", deployment(appsv1.DeploymentSpecPtr(spec)), nil, full},
		"Output":     {"or an output", deployment(spec.ToDeploymentSpecOutput().ToDeploymentSpecPtrOutput()), nil, full},
		"TemplateOutput": {
			"at any depth", deployment(&appsv1.DeploymentSpecArgs{Template: template().ToPodTemplateSpecOutput()}), nil, full,
		},
		"NoMetadata": {
			"a template without metadata gets some", deployment(&appsv1.DeploymentSpecArgs{Template: &corev1.PodTemplateSpecArgs{}}),
			nil, podMetadata(nil),
		},
		"NoMetadataInOutput": {
			"also one that is known late",
			deployment(&appsv1.DeploymentSpecArgs{Template: (&corev1.PodTemplateSpecArgs{}).ToPodTemplateSpecOutput()}), nil, podMetadata(nil),
		},
		"StatefulSet": {"as other pods", func(ctx *pulumi.Context) error {
			_, err := appsv1.NewStatefulSet(ctx, "it", &appsv1.StatefulSetArgs{Spec: &appsv1.StatefulSetSpecArgs{
				ServiceName: pulumi.String("web"), Template: template(),
			}})
			return err
		}, nil, full},
		"DaemonSet": {"as other pods", func(ctx *pulumi.Context) error {
			_, err := appsv1.NewDaemonSet(ctx, "it", &appsv1.DaemonSetArgs{Spec: &appsv1.DaemonSetSpecArgs{Template: template()}})
			return err
		}, nil, full},
		"CronJob": {"its jobs are new ones", func(ctx *pulumi.Context) error {
			_, err := batchv1.NewCronJob(ctx, "it", &batchv1.CronJobArgs{Spec: &batchv1.CronJobSpecArgs{
				JobTemplate: &batchv1.JobTemplateSpecArgs{Spec: &batchv1.JobSpecArgs{Template: template()}},
			}})
			return err
		}, []string{"spec", "jobTemplate", "spec", "template"}, full},
		"Job": {"a changed one would run again", func(ctx *pulumi.Context) error {
			_, err := batchv1.NewJob(ctx, "it", &batchv1.JobArgs{Spec: &batchv1.JobSpecArgs{Template: template()}})
			return err
		}, nil, map[string]any{"labels": map[string]any{"app": "web"}}},
		"Map": {"charts are maps", func(ctx *pulumi.Context) error {
			return ctx.RegisterResource("kubernetes:apps/v1:Deployment", "it", pulumi.Map{"spec": pulumi.Map{"template": pulumi.Map{
				"metadata": pulumi.Map{"labels": pulumi.Map{"app": pulumi.String("web")}},
			}}}, &pulumi.CustomResourceState{})
		}, nil, full},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := tagged(t, costs(), tc.create)
			path := tc.path
			if path == nil {
				path = []string{"spec", "template"}
			}
			got := r.Inputs.Mappable()
			for _, key := range append(path, "metadata") {
				got, _ = got[key].(map[string]any)
			}
			require.Empty(t, cmp.Diff(tc.want, got), tc.reason)
			object := r.Inputs["metadata"].Mappable().(map[string]any)["annotations"]
			require.Contains(t, object, prefix+"commit", "the object has everything")
		})
	}
}

func TestObjectsWithoutATemplateAreLeftToTheAPIServer(t *testing.T) {
	t.Parallel()
	r := tagged(t, costs(), func(ctx *pulumi.Context) error {
		_, err := appsv1.NewDeployment(ctx, "it", &appsv1.DeploymentArgs{})
		return err
	})
	require.False(t, r.Inputs.HasValue("spec"))
	r = tagged(t, costs(), func(ctx *pulumi.Context) error {
		return ctx.RegisterResource("kubernetes:apps/v1:Deployment", "it", kubernetes.UntypedArgs{"spec": map[string]any{}},
			&pulumi.CustomResourceState{})
	})
	require.Empty(t, r.Inputs["spec"].Mappable())
}

func TestUnknownTemplatesStayUnknown(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		manager, err := metadata.New(costs(), ashlar.TaggableTypes())
		if err != nil {
			return err
		}
		if err := manager.Install(ctx); err != nil {
			return err
		}
		_, err = appsv1.NewDeployment(ctx, "it", &appsv1.DeploymentArgs{Spec: pulumitest.Unknown[appsv1.DeploymentSpecPtrOutput]()})
		return err
	}, pulumitest.Preview())
	require.True(t, r.One(t, ":apps/v1:Deployment").Inputs["spec"].ContainsUnknowns())
}
