package workload_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
	"github.com/ashlar-iac/ashlar/kubernetes/workload"
)

// stateful returns the least that a StatefulSet needs, with changes.
func stateful(changes ...func(*workload.StatefulSetArgs)) *workload.StatefulSetArgs {
	return like(minimal(), changes...)
}

// allStateful returns arguments with every option that a Deployment does not have.
func allStateful() *workload.StatefulSetArgs {
	return like(everything(), func(a *workload.StatefulSetArgs) {
		a.Claims = config.Named[workload.Claim]{
			"store": {
				Size: "10240Mi", StorageClass: pulumi.String("fast"), AccessModes: []workload.AccessMode{workload.ReadWriteOncePod},
				Path: "/var/lib/store", SubPaths: map[string]string{"/var/log/store": "log"},
			},
			"shared": {Size: "1Gi", Path: "/shared", ReadOnly: new(true)},
		}
		a.ClaimRetention = &workload.ClaimRetention{WhenDeleted: workload.Retain, WhenScaled: workload.Delete}
		a.ServiceName = pulumi.String("front-peers")
		a.PodManagement = workload.Parallel
		a.Partition = new(3)
	})
}

func deployStateful(t *testing.T, args *workload.StatefulSetArgs) appsv1.StatefulSet {
	t.Helper()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := workload.NewStatefulSet(ctx, "web", args)
		return err
	}, fixture.Cluster())
	fixture.RequireChildren(t, r, workload.StatefulSetToken)
	return pulumitest.Decode[appsv1.StatefulSet](t, r.One(t, ":apps/v1:StatefulSet"))
}

func TestMinimalStatefulSet(t *testing.T) {
	t.Parallel()
	got := deployStateful(t, stateful())
	require.NotEmpty(t, got.Spec.Template.Spec.Containers)
	got.Spec.Template = corev1.PodTemplateSpec{}
	if diff := cmp.Diff(appsv1.StatefulSet{
		TypeMeta:   metav1.TypeMeta{APIVersion: "apps/v1", Kind: "StatefulSet"},
		ObjectMeta: metav1.ObjectMeta{Name: "web", Namespace: "team", Labels: workload.SelectorLabels("web")},
		Spec: appsv1.StatefulSetSpec{
			Replicas: new(int32(1)), ServiceName: "web", PodManagementPolicy: appsv1.OrderedReadyPodManagement,
			Selector: &metav1.LabelSelector{MatchLabels: workload.SelectorLabels("web")},
			UpdateStrategy: appsv1.StatefulSetUpdateStrategy{
				Type:          appsv1.RollingUpdateStatefulSetStrategyType,
				RollingUpdate: &appsv1.RollingUpdateStatefulSetStrategy{Partition: new(int32(0))},
			},
			PersistentVolumeClaimRetentionPolicy: &appsv1.StatefulSetPersistentVolumeClaimRetentionPolicy{
				WhenDeleted: appsv1.RetainPersistentVolumeClaimRetentionPolicyType,
				WhenScaled:  appsv1.RetainPersistentVolumeClaimRetentionPolicyType,
			},
		},
	}, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("a StatefulSet with every default (-want +got):\n%s", diff)
	}
}

func TestStatefulSetWithEverything(t *testing.T) {
	t.Parallel()
	got := deployStateful(t, allStateful())
	require.Equal(t, int32(5), *got.Spec.Replicas)
	require.Equal(t, "front-peers", got.Spec.ServiceName)
	require.Equal(t, appsv1.ParallelPodManagement, got.Spec.PodManagementPolicy)
	require.Equal(t, int32(3), *got.Spec.UpdateStrategy.RollingUpdate.Partition)
	require.Equal(t, appsv1.DeletePersistentVolumeClaimRetentionPolicyType, got.Spec.PersistentVolumeClaimRetentionPolicy.WhenScaled)
	storage := func(size string) corev1.VolumeResourceRequirements {
		return corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{"storage": resource.MustParse(size)}}
	}
	want := []corev1.PersistentVolumeClaim{
		{ObjectMeta: metav1.ObjectMeta{Name: "shared"}, Spec: corev1.PersistentVolumeClaimSpec{
			AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce}, Resources: storage("1Gi"),
		}},
		{ObjectMeta: metav1.ObjectMeta{Name: "store"}, Spec: corev1.PersistentVolumeClaimSpec{
			AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOncePod}, Resources: storage("10Gi"),
			StorageClassName: new("fast"),
		}},
	}
	var claims []corev1.PersistentVolumeClaim
	for _, c := range got.Spec.VolumeClaimTemplates {
		c.TypeMeta = metav1.TypeMeta{}
		claims = append(claims, c)
	}
	if diff := cmp.Diff(want, claims, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("claims (-want +got):\n%s", diff)
	}
	mounts := got.Spec.Template.Spec.Containers[0].VolumeMounts
	require.Contains(t, mounts, corev1.VolumeMount{Name: "store", MountPath: "/var/lib/store"})
	require.Contains(t, mounts, corev1.VolumeMount{Name: "store", MountPath: "/var/log/store", SubPath: "log"})
	require.Contains(t, mounts, corev1.VolumeMount{Name: "shared", MountPath: "/shared", ReadOnly: true})
	for _, v := range got.Spec.Template.Spec.Volumes {
		require.NotContains(t, []string{"store", "shared"}, v.Name, "the controller adds the volumes of claims")
	}
}

func TestStatefulSetRefuses(t *testing.T) {
	t.Parallel()
	fixture.RequireRejected(t, workload.NewStatefulSet, stateful(func(a *workload.StatefulSetArgs) {
		a.TerminationGracePeriodSeconds, a.ServiceName, a.PodManagement = new(0), pulumi.String("a.b"), "Random"
		a.Volumes = config.Named[workload.Volume]{"data": {Path: "/a"}}
		a.Claims = config.Named[workload.Claim]{
			"data": {Size: "10", Path: "/a", AccessModes: []workload.AccessMode{workload.ReadWriteOncePod, workload.ReadWriteMany}},
			"none": {AccessModes: []workload.AccessMode{"Any"}, StorageClass: pulumi.String("A")}, "unused": {Size: "1Gi"},
		}
		a.ClaimRetention = &workload.ClaimRetention{WhenDeleted: "Keep"}
	}), []string{
		`claimRetention.whenDeleted: unknown value "Keep", expected one of: Delete, Retain`,
		"claims.data: volumes.data has the same name: use another one",
		"claims.data.accessModes: ReadWriteOncePod excludes other access modes: remove them",
		`claims.data.size: found the string "10", which is 10 bytes: did you mean "10Mi"?`,
		`claims.none.accessModes[0]: unknown value "Any", expected one of: ReadOnlyMany, ReadWriteMany, ReadWriteOnce, ReadWriteOncePod`,
		"claims.none.size: required, but missing",
		`claims.none.storageClass: found the string "A": ` + nameAdvice,
		"claims.unused: no container mounts the volume: set path or subPaths, or mount it in another container",
		`podManagement: unknown value "Random", expected one of: OrderedReady, Parallel`,
		`serviceName: found the string "a.b": use at most 63 lower case letters, digits and dashes, with a letter or digit at both ends`,
		"terminationGracePeriodSeconds: 0 allows a second pod with the name of one that still runs: use at least 1",
	}, "a StatefulSet that the API server rejects, or that loses data")
}
