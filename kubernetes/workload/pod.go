package workload

import (
	"cmp"
	"strconv"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/apirules"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/existing"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/objectmeta"
)

// pod describes the pods of all kinds of workloads. Its fields are options with the same meaning.
type pod struct {
	name, instance string
	namespace      pulumi.StringInput
	allowLatest    bool
	main           container
	security       *Security
	volumes        config.Named[Volume]
	// claims are those of a StatefulSet.
	claims              config.Named[Claim]
	initContainers      []InitContainer
	sidecars, others    config.Named[Container]
	scheduling          *Scheduling
	serviceAccountName  pulumi.StringInput
	mountToken          bool
	imagePullSecrets    pulumi.StringArrayInput
	gracePeriod         *int
	labels, annotations pulumi.StringMapInput
	// spreadBy is the label by which pods are spread separately, such as those of a rollout.
	spreadBy string
	// everyNode tells that each node has a pod.
	everyNode bool
	// completes tells that pods end.
	completes bool
}

// selector returns the labels that select the pods.
func (p *pod) selector() map[string]string {
	return map[string]string{nameLabel: p.name, instanceLabel: p.instance}
}

// allLabels returns the labels of the workload and its pods.
func (p *pod) allLabels() pulumi.StringMapInput {
	return objectmeta.Merge(p.labels, pulumi.ToStringMap(p.selector()))
}

// labelSelector selects the pods.
func (p *pod) labelSelector() *metav1.LabelSelectorArgs {
	return &metav1.LabelSelectorArgs{MatchLabels: pulumi.ToStringMap(p.selector())}
}

// metadata returns the metadata of a workload with a fixed name.
func (p *pod) metadata(adopt bool) *metav1.ObjectMetaArgs {
	return objectmeta.New(p.namespace, pulumi.String(p.name), p.allLabels(), existing.Annotations(nil, adopt))
}

// containers returns all containers with their volumes: the main one, the additional ones, the sidecars and the init
// containers.
func (p *pod) containers() []*container {
	main := p.main
	main.name, main.security, main.mounts = p.name, p.security.container(), p.mainMounts()
	out := []*container{&main}
	add := func(option string, all config.Named[Container], sidecar bool) {
		for _, name := range all.Names() {
			c := all[name]
			out = append(out, &container{
				name: name, at: []string{option, name}, image: c.Image, command: c.Command, args: c.Args, ports: c.Ports, env: c.Env,
				secretEnv: c.SecretEnv, resources: c.Resources, probes: c.Probes, preStop: c.PreStop, security: c.Security,
				writable: c.WritablePaths, mounts: c.Mounts, sidecar: sidecar,
			})
		}
	}
	add("containers", p.others, false)
	add("sidecars", p.sidecars, true)
	for i, c := range p.initContainers {
		out = append(out, &container{
			name: c.Name, at: []string{"initContainers", strconv.Itoa(i)}, image: c.Image, command: c.Command, args: c.Args, env: c.Env,
			secretEnv: c.SecretEnv, resources: c.Resources, security: c.Security, writable: c.WritablePaths, mounts: c.Mounts,
		})
	}
	empty := 0
	for _, c := range out {
		c.firstEmpty = empty
		empty += len(c.emptyPaths())
	}
	return out
}

// check reports options that the API server rejects.
func (p *pod) check(report *config.Report) {
	p.name = cmp.Or(p.name, report.Component())
	apirules.Namespace.Check(report, []string{"namespace"}, p.namespace)
	apirules.ObjectName.Check(report, []string{"serviceAccountName"}, p.serviceAccountName)
	apirules.ObjectName.CheckList(report, []string{"imagePullSecrets"}, p.imagePullSecrets)
	own := p.selector()
	if p.name == "" {
		delete(own, nameLabel) // It is not known yet.
	}
	apirules.CheckLabels(report, []string{"labels"}, p.labels, own)
	apirules.CheckPodAnnotations(report, []string{"podAnnotations"}, p.annotations)
	p.checkVolumes(report)
	ports, places := &portChecker{map[string]string{}}, map[string]string{}
	for _, c := range p.containers() {
		at := report.At(c.at...)
		c.check(at, p, ports)
		if other, taken := places[c.name]; taken {
			at.Add(nil, "the name %q is that of %s: use another name", c.name, other)
		}
		places[c.name] = "the main container"
		if c.at != nil {
			places[c.name] = report.Locate(c.at...)
		}
	}
	if p.everyNode && p.scheduling != nil && len(p.scheduling.Spread) > 0 {
		report.Add([]string{"scheduling", "spread"}, "one pod runs on each node: remove spread")
	}
}

// template renders the pods. The options are valid and have their defaults.
func (p *pod) template() *corev1.PodTemplateSpecArgs {
	spec := &corev1.PodSpecArgs{
		AutomountServiceAccountToken:  pulumi.Bool(p.mountToken),
		EnableServiceLinks:            pulumi.Bool(false),
		TerminationGracePeriodSeconds: pulumi.Int(*p.gracePeriod),
		SecurityContext:               p.security.pod(),
		ImagePullSecrets:              pullSecrets(p.imagePullSecrets),
		Volumes:                       p.renderVolumes(),
	}
	var containers, starting corev1.ContainerArray
	for _, c := range p.containers() {
		if len(c.at) == 0 || c.at[0] == "containers" {
			containers = append(containers, c.render(p))
		} else {
			starting = append(starting, c.render(p))
		}
	}
	spec.Containers = containers
	if len(starting) > 0 {
		spec.InitContainers = starting
	}
	if p.serviceAccountName != nil {
		spec.ServiceAccountName = apirules.ObjectName.Resolved("serviceAccountName", p.serviceAccountName).ToStringOutput()
	}
	if p.completes {
		spec.RestartPolicy = pulumi.String("Never")
	}
	p.schedule(spec)
	return &corev1.PodTemplateSpecArgs{Metadata: objectmeta.New(nil, nil, p.allLabels(), p.annotations), Spec: spec}
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
