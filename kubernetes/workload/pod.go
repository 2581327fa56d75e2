package workload

import (
	"fmt"
	"maps"
	"path"
	"slices"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/ashlar-iac/ashlar/kubernetes/internal/apirules"
)

// filesVolume is the name of the volume that holds the files of a ConfigMap.
const filesVolume = "files"

// podSpec renders the pods of a Deployment. The arguments are valid and have their defaults.
func podSpec(args *DeploymentArgs) *corev1.PodSpecArgs {
	spec := &corev1.PodSpecArgs{
		AutomountServiceAccountToken:  pulumi.Bool(args.MountServiceAccountToken),
		EnableServiceLinks:            pulumi.Bool(false),
		TerminationGracePeriodSeconds: pulumi.Int(*args.TerminationGracePeriodSeconds),
		SecurityContext:               podSecurity(*args.Security),
		TopologySpreadConstraints:     spread(args.Name),
		Containers:                    corev1.ContainerArray{container(args)},
		ImagePullSecrets:              pullSecrets(args.ImagePullSecrets),
		Volumes:                       volumes(args),
	}
	if args.ServiceAccountName != nil {
		spec.ServiceAccountName = apirules.ObjectName.Resolved("serviceAccountName", args.ServiceAccountName).ToStringOutput()
	}
	return spec
}

// pullSecrets refers to Secrets by their names.
func pullSecrets(names pulumi.StringArrayInput) corev1.LocalObjectReferenceArrayInput {
	if names == nil {
		return nil
	}
	if known, ok := names.(pulumi.StringArray); ok {
		var out corev1.LocalObjectReferenceArray
		for _, name := range known {
			out = append(out, &corev1.LocalObjectReferenceArgs{Name: name.ToStringOutput()})
		}
		return out
	}
	return names.ToStringArrayOutput().ApplyT(func(names []string) []corev1.LocalObjectReference {
		out := make([]corev1.LocalObjectReference, len(names))
		for i, name := range names {
			out[i] = corev1.LocalObjectReference{Name: &name}
		}
		return out
	}).(corev1.LocalObjectReferenceArrayOutput)
}

func podSecurity(s Security) *corev1.PodSecurityContextArgs {
	out := &corev1.PodSecurityContextArgs{
		RunAsNonRoot:   pulumi.Bool(*s.RunAsNonRoot),
		SeccompProfile: &corev1.SeccompProfileArgs{Type: pulumi.String("RuntimeDefault")},
	}
	if s.RunAsUser != 0 {
		out.RunAsUser = pulumi.Int(s.RunAsUser)
	}
	if s.FSGroup != 0 {
		out.FsGroup = pulumi.Int(s.FSGroup)
	}
	return out
}

// spread prefers different zones, then different nodes, for the pods of a rollout. Pods are scheduled where that is
// impossible.
func spread(name string) corev1.TopologySpreadConstraintArray {
	var out corev1.TopologySpreadConstraintArray
	for _, key := range []string{"topology.kubernetes.io/zone", "kubernetes.io/hostname"} {
		out = append(out, &corev1.TopologySpreadConstraintArgs{
			MaxSkew:           pulumi.Int(1),
			TopologyKey:       pulumi.String(key),
			WhenUnsatisfiable: pulumi.String("ScheduleAnyway"),
			LabelSelector:     &metav1.LabelSelectorArgs{MatchLabels: pulumi.ToStringMap(SelectorLabels(name))},
			MatchLabelKeys:    pulumi.ToStringArray([]string{"pod-template-hash"}),
		})
	}
	return out
}

func container(args *DeploymentArgs) *corev1.ContainerArgs {
	c := &corev1.ContainerArgs{
		Name:    pulumi.String(args.Name),
		Image:   imageReference.Resolved("image", args.Image).ToStringOutput(),
		Command: pulumi.ToStringArray(args.Command),
		Args:    pulumi.ToStringArray(args.Args),
		Env:     env(apirules.Env(args.Env)),
		SecurityContext: &corev1.SecurityContextArgs{
			AllowPrivilegeEscalation: pulumi.Bool(false),
			ReadOnlyRootFilesystem:   pulumi.Bool(*args.Security.ReadOnlyRootFilesystem),
			Capabilities:             &corev1.CapabilitiesArgs{Drop: pulumi.ToStringArray([]string{"ALL"})},
		},
		Resources:    resources(*args.Resources),
		VolumeMounts: mounts(args),
	}
	if secrets := unlessEmpty(args.SecretEnv); secrets != nil {
		c.EnvFrom = secrets.ToStringArrayOutput().ApplyT(func(names []string) []corev1.EnvFromSource {
			out := make([]corev1.EnvFromSource, len(names))
			for i, n := range names {
				out[i] = corev1.EnvFromSource{SecretRef: &corev1.SecretEnvSource{Name: &n}}
			}
			return out
		}).(corev1.EnvFromSourceArrayOutput)
	}
	if args.Port != 0 {
		c.Ports = corev1.ContainerPortArray{&corev1.ContainerPortArgs{
			Name:          pulumi.String("main"),
			ContainerPort: pulumi.Int(args.Port),
			Protocol:      pulumi.String("TCP"),
		}}
	}
	probes := args.probes()
	startup, readiness := probes.Startup, probes.Readiness
	if args.Port != 0 && !probes.Disabled {
		if startup == nil {
			startup = tcpProbe(10, 30)
		}
		if readiness == nil {
			readiness = tcpProbe(10, 3)
		}
	}
	c.StartupProbe = probe(startup, args.Port)
	c.ReadinessProbe = probe(readiness, args.Port)
	c.LivenessProbe = probe(probes.Liveness, args.Port)
	return c
}

// unlessEmpty returns nil for an empty list, which has the same meaning.
func unlessEmpty(list pulumi.StringArrayInput) pulumi.StringArrayInput {
	if known, ok := list.(pulumi.StringArray); ok && len(known) == 0 {
		return nil
	}
	return list
}

// env lists variables by name, so that every run renders the same list. With known names, a preview shows the values
// that are known.
func env(vars pulumi.StringMapInput) corev1.EnvVarArrayInput {
	if known, ok := vars.(pulumi.StringMap); ok {
		out := corev1.EnvVarArray{}
		for _, k := range slices.Sorted(maps.Keys(known)) {
			out = append(out, &corev1.EnvVarArgs{Name: pulumi.String(k), Value: known[k].ToStringOutput()})
		}
		return out
	}
	if vars == nil {
		return nil
	}
	return vars.ToStringMapOutput().ApplyT(func(vars map[string]string) []corev1.EnvVar {
		out := make([]corev1.EnvVar, 0, len(vars))
		for _, k := range slices.Sorted(maps.Keys(vars)) {
			value := vars[k]
			out = append(out, corev1.EnvVar{Name: k, Value: &value})
		}
		return out
	}).(corev1.EnvVarArrayOutput)
}

func resources(r Resources) *corev1.ResourceRequirementsArgs {
	limits := pulumi.StringMap{"memory": quantity(r.Memory)}
	if r.MemoryLimit != "" {
		limits["memory"] = quantity(r.MemoryLimit)
	}
	if r.CPULimit != "" {
		limits["cpu"] = quantity(r.CPULimit)
	}
	return &corev1.ResourceRequirementsArgs{
		Requests: pulumi.StringMap{"cpu": quantity(r.CPU), "memory": quantity(r.Memory)},
		Limits:   limits,
	}
}

// quantity renders a quantity as the API server stores it, so that a refresh finds no drift.
func quantity(text string) pulumi.String {
	q, err := resource.ParseQuantity(text)
	if err != nil {
		// Unreachable: the arguments are valid.
		return pulumi.String(text)
	}
	return pulumi.String(q.String())
}

func tcpProbe(periodSeconds, failureThreshold int) *Probe {
	timeout := 1
	return &Probe{PeriodSeconds: &periodSeconds, TimeoutSeconds: &timeout, FailureThreshold: &failureThreshold}
}

// probe renders a probe, or nil.
func probe(p *Probe, containerPort int) corev1.ProbePtrInput {
	if p == nil {
		return nil
	}
	port := pulumi.Int(containerPort)
	if p.Port != 0 {
		port = pulumi.Int(p.Port)
	}
	out := &corev1.ProbeArgs{
		PeriodSeconds:    pulumi.Int(*p.PeriodSeconds),
		TimeoutSeconds:   pulumi.Int(*p.TimeoutSeconds),
		FailureThreshold: pulumi.Int(*p.FailureThreshold),
	}
	switch {
	case len(p.Command) > 0:
		out.Exec = &corev1.ExecActionArgs{Command: pulumi.ToStringArray(p.Command)}
	case p.Path != "":
		out.HttpGet = &corev1.HTTPGetActionArgs{Path: pulumi.String(p.Path), Port: port}
	default:
		out.TcpSocket = &corev1.TCPSocketActionArgs{Port: port}
	}
	return out
}

// writable returns the sorted paths of the empty volumes, each once.
func writable(args *DeploymentArgs) []string {
	paths := []string{apirules.Temporary}
	for _, p := range args.WritablePaths {
		paths = append(paths, path.Clean(p))
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

func volumes(args *DeploymentArgs) corev1.VolumeArray {
	var out corev1.VolumeArray
	for i := range writable(args) {
		out = append(out, &corev1.VolumeArgs{
			Name:     pulumi.String(fmt.Sprintf("writable-%d", i)),
			EmptyDir: &corev1.EmptyDirVolumeSourceArgs{},
		})
	}
	if args.Files != nil {
		out = append(out, &corev1.VolumeArgs{
			Name:      pulumi.String(filesVolume),
			ConfigMap: &corev1.ConfigMapVolumeSourceArgs{Name: args.Files.ConfigMap.ToStringOutput()},
		})
	}
	return out
}

func mounts(args *DeploymentArgs) corev1.VolumeMountArray {
	var out corev1.VolumeMountArray
	for i, p := range writable(args) {
		out = append(out, &corev1.VolumeMountArgs{
			Name:      pulumi.String(fmt.Sprintf("writable-%d", i)),
			MountPath: pulumi.String(p),
		})
	}
	if args.Files != nil {
		for _, p := range slices.Sorted(maps.Keys(args.Files.Paths)) {
			out = append(out, &corev1.VolumeMountArgs{
				Name:      pulumi.String(filesVolume),
				MountPath: pulumi.String(p),
				SubPath:   pulumi.String(args.Files.Paths[p]),
				ReadOnly:  pulumi.Bool(true),
			})
		}
	}
	return out
}
