package workload

import (
	"fmt"
	"maps"
	"path"
	"slices"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/apirules"
)

// Container is a sidecar or an additional container of a pod. Its user is that of the pod unless security sets another
// one. It has no capabilities, cannot gain privileges, and does not run as root unless the pod can.
type Container struct {
	// Image is the container image, with a version tag or a digest. Required.
	Image pulumi.StringInput `pulumi:"image" jsonschema:"required,minLength=1"`
	// Command overrides the entry point of the image. Default: that of the image.
	Command []string `pulumi:"command,optional"`
	// Args overrides the arguments of the entry point. Default: those of the image.
	Args []string `pulumi:"args,optional"`
	// Ports holds the ports of the container by name. Names are unique in a pod. Default: none.
	Ports config.Named[Port] `pulumi:"ports,optional"`
	// Env holds environment variables. It is not for secrets. Default: none.
	Env pulumi.StringMapInput `pulumi:"env,optional" config:"plain"`
	// SecretEnv lists the names of Secrets whose keys become environment variables. Where several have a key, the last
	// one wins. Default: none.
	SecretEnv pulumi.StringArrayInput `pulumi:"secretEnv,optional" config:"plain"`
	// Resources holds the resource requests and limits of the container. Default: requests for 100m CPU and 128Mi memory.
	Resources *Resources `pulumi:"resources,optional" config:"group"`
	// Probes holds the startup, readiness and liveness probes. The init containers and containers start when the startup
	// probes of all sidecars succeed. Default: none.
	Probes *Probes `pulumi:"probes,optional"`
	// PreStop runs before the container is stopped. Default: none.
	PreStop *PreStop `pulumi:"preStop,optional"`
	// Security holds the security context of the container.
	Security *ContainerSecurity `pulumi:"security,optional" config:"group"`
	// WritablePaths lists directories that the container can write to, each an empty volume. /tmp is always writable.
	// Default: none.
	WritablePaths []string `pulumi:"writablePaths,optional"`
	// Mounts mounts volumes of the pod by their names. Default: none.
	Mounts config.Named[Mount] `pulumi:"mounts,optional"`
}

// InitContainer is a container that must succeed before the next one starts. Its security is that of [Container].
type InitContainer struct {
	// Name is the name of the container. Required.
	Name string `pulumi:"name" jsonschema:"required,pattern=^[a-z]([-a-z0-9]{0\\,61}[a-z0-9])?$"`
	// Image is the container image, with a version tag or a digest. Required.
	Image pulumi.StringInput `pulumi:"image" jsonschema:"required,minLength=1"`
	// Command overrides the entry point of the image. Default: that of the image.
	Command []string `pulumi:"command,optional"`
	// Args overrides the arguments of the entry point. Default: those of the image.
	Args []string `pulumi:"args,optional"`
	// Env holds environment variables. It is not for secrets. Default: none.
	Env pulumi.StringMapInput `pulumi:"env,optional" config:"plain"`
	// SecretEnv lists the names of Secrets whose keys become environment variables. Where several have a key, the last
	// one wins. Default: none.
	SecretEnv pulumi.StringArrayInput `pulumi:"secretEnv,optional" config:"plain"`
	// Resources holds the resource requests and limits of the container. Default: requests for 100m CPU and 128Mi memory.
	Resources *Resources `pulumi:"resources,optional" config:"group"`
	// Security holds the security context of the container.
	Security *ContainerSecurity `pulumi:"security,optional" config:"group"`
	// WritablePaths lists directories that the container can write to, each an empty volume. /tmp is always writable.
	// Default: none.
	WritablePaths []string `pulumi:"writablePaths,optional"`
	// Mounts mounts volumes of the pod by their names. Default: none.
	Mounts config.Named[Mount] `pulumi:"mounts,optional"`
}

// container is what the containers of a pod have in common.
type container struct {
	name string
	// at is the path of the options. It is nil for the main container.
	at            []string
	image         pulumi.StringInput
	command, args []string
	// port is the port of the main container that has the name main.
	port      int
	ports     config.Named[Port]
	env       pulumi.StringMapInput
	secretEnv pulumi.StringArrayInput
	resources *Resources
	probes    *Probes
	preStop   *PreStop
	security  *ContainerSecurity
	writable  []string
	files     *Files
	mounts    config.Named[Mount]
	// sidecar is set for an init container that keeps running.
	sidecar bool
	// firstEmpty is the number of the first of its empty volumes.
	firstEmpty int
}

// option returns the path of an option, for errors about values that are known late.
func (c *container) option(key string) string {
	return config.Path(slices.Concat(c.at, []string{key})...)
}

// emptyPaths returns the sorted paths of the empty volumes, each once.
func (c *container) emptyPaths() []string {
	paths := []string{apirules.Temporary}
	for _, p := range c.writable {
		paths = append(paths, path.Clean(p))
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// emptyName returns the name of one of the empty volumes.
func (c *container) emptyName(i int) string { return fmt.Sprintf("%s%d", emptyPrefix, c.firstEmpty+i) }

// check reports options that the API server rejects. report is at the options of the container.
func (c *container) check(report *config.Report, p *pod, ports *portChecker) {
	if image, ok := c.image.(pulumi.String); ok {
		if problem := checkImage(string(image), p.allowLatest); problem != "" {
			report.Add([]string{"image"}, "%s", problem)
		}
	}
	apirules.CheckEnv(report, []string{"env"}, c.env)
	apirules.ObjectName.CheckList(report, []string{"secretEnv"}, c.secretEnv)
	apirules.CheckDirectories(report, []string{"writablePaths"}, c.writable)
	ports.check(report, c.port, c.ports)
	c.probes.check(report, c.probedPort())
	c.preStop.check(report, p.gracePeriod)
	c.checkMounts(report, p)
}

// probedPort returns the default port of probes: the main port or the only other one that TCP connections can be made to.
// It is 0 when there is none.
func (c *container) probedPort() int {
	if c.port != 0 {
		return c.port
	}
	found := 0
	for _, port := range c.ports {
		switch {
		case port.Protocol == ProtocolUDP || port.Protocol == ProtocolSCTP:
		case found != 0:
			return 0
		default:
			found = port.Port
		}
	}
	return found
}

// render renders the container. The options are valid and have their defaults.
func (c *container) render(p *pod) *corev1.ContainerArgs {
	out := &corev1.ContainerArgs{
		Name:            pulumi.String(c.name),
		Image:           imageReference.Resolved(c.option("image"), c.image).ToStringOutput(),
		Command:         pulumi.ToStringArray(c.command),
		Args:            pulumi.ToStringArray(c.args),
		Env:             env(apirules.Env(c.env)),
		EnvFrom:         secretEnv(c.secretEnv),
		Ports:           c.containerPorts(),
		Resources:       c.resources.render(),
		SecurityContext: c.security.render(),
		VolumeMounts:    c.volumeMounts(p),
		Lifecycle:       c.preStop.render(),
	}
	if c.sidecar {
		out.RestartPolicy = pulumi.String("Always")
	}
	if probes := c.probes.withDefaults(c.port); probes != nil {
		port := c.probedPort()
		out.StartupProbe = probes.Startup.render(port)
		out.ReadinessProbe = probes.Readiness.render(port)
		out.LivenessProbe = probes.Liveness.render(port)
	}
	return out
}

func (c *container) containerPorts() corev1.ContainerPortArray {
	var out corev1.ContainerPortArray
	add := func(name string, port int, protocol Protocol) {
		out = append(out, &corev1.ContainerPortArgs{
			Name: pulumi.String(name), ContainerPort: pulumi.Int(port), Protocol: pulumi.String(protocol),
		})
	}
	if c.port != 0 {
		add(mainPort, c.port, ProtocolTCP)
	}
	for _, name := range c.ports.Names() {
		add(name, c.ports[name].Port, c.ports[name].Protocol)
	}
	return out
}

// unlessEmpty returns nil for an empty list, which has the same meaning.
func unlessEmpty(list pulumi.StringArrayInput) pulumi.StringArrayInput {
	if known, ok := list.(pulumi.StringArray); ok && len(known) == 0 {
		return nil
	}
	return list
}

// secretEnv refers to Secrets whose keys are environment variables.
func secretEnv(names pulumi.StringArrayInput) corev1.EnvFromSourceArrayInput {
	if names = unlessEmpty(names); names == nil {
		return nil
	}
	return names.ToStringArrayOutput().ApplyT(func(names []string) []corev1.EnvFromSource {
		out := make([]corev1.EnvFromSource, len(names))
		for i, n := range names {
			out[i] = corev1.EnvFromSource{SecretRef: &corev1.SecretEnvSource{Name: &n}}
		}
		return out
	}).(corev1.EnvFromSourceArrayOutput)
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
