package application

import (
	"cmp"
	"maps"
	"path"
	"regexp"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/apirules"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/objectmeta"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
	"github.com/ashlar-iac/ashlar/kubernetes/workload"
)

// ApplicationArgs are the arguments of an [Application]. Those of plain Go types are validated, or decide which
// resources are created, before the deployment.
type ApplicationArgs struct {
	// Namespace is the name of the namespace, which should enforce a Pod Security Standard. Required. A change replaces
	// all resources of the application.
	Namespace pulumi.StringInput `pulumi:"namespace" jsonschema:"required"`
	// Name is the name of the application's objects in the cluster. Default: the name of the component. A change
	// replaces all resources of the application.
	Name string `pulumi:"name,optional" config:"name,program" jsonschema:"pattern=^[a-z]([-a-z0-9]{0\\,61}[a-z0-9])?$"`
	// Kind is the kind of the object that runs the pods: Deployment, or StatefulSet for pods with stable names, or with
	// persistent volumes of their own. A change replaces the pods.
	Kind Kind `pulumi:"kind,optional" jsonschema:"enum=Deployment,enum=StatefulSet,default=Deployment"`
	// Image is the container image, with a version tag or a digest. Required. A change triggers a rollout.
	Image pulumi.StringInput `pulumi:"image" jsonschema:"required,minLength=1"`
	// AllowLatest accepts an image without a tag, or with the tag latest. The content of such an image can change
	// between two starts of a pod. Default: false.
	AllowLatest bool `pulumi:"allowLatest,optional"`
	// Command overrides the entry point of the image. Default: that of the image. A change triggers a rollout.
	Command []string `pulumi:"command,optional"`
	// Args overrides the arguments of the entry point. Default: those of the image. A change triggers a rollout.
	Args []string `pulumi:"args,optional"`
	// Port is the TCP port that the container listens on. Default: none. A change triggers a rollout.
	Port int `pulumi:"port,optional" jsonschema:"minimum=1,maximum=65535"`
	// Ports holds additional ports of the container by name. That of port is main. Default: none. A change triggers a
	// rollout.
	Ports config.Named[workload.Port] `pulumi:"ports,optional"`
	// Env holds environment variables. It is not for secrets: its values are readable in the Deployment. Default: none. A
	// change triggers a rollout.
	Env pulumi.StringMapInput `pulumi:"env,optional" config:"plain,distinct=env"`
	// Resources holds the resource requests and limits of the container. Default: requests for 100m CPU and 128Mi memory.
	// A change triggers a rollout.
	Resources *workload.Resources `pulumi:"resources,optional" config:"group"`
	// Probes holds the startup, readiness and liveness probes. Required without a port: a probe, or disabled. Default:
	// with a port, startup and readiness probes that open a TCP connection to it. A change triggers a rollout.
	Probes *workload.Probes `pulumi:"probes,optional"`
	// PreStop runs before the container is stopped. An empty one has no effect. Default: with a port, a pause of 5 seconds,
	// in which load balancers and Services stop sending requests, unless the termination grace period is not longer. A
	// change triggers a rollout.
	PreStop *workload.PreStop `pulumi:"preStop,optional"`
	// Security holds the security context of the pod and its container. Default: one that meets the restricted Pod
	// Security Standard. A change triggers a rollout.
	Security *workload.Security `pulumi:"security,optional" config:"group"`
	// WritablePaths lists directories that the container can write to. Each is an empty volume, because the root file
	// system is read-only. /tmp is always writable. Default: none. A change triggers a rollout.
	WritablePaths []string `pulumi:"writablePaths,optional"`
	// Volumes holds volumes by name. Default: none. A change triggers a rollout.
	Volumes config.Named[workload.Volume] `pulumi:"volumes,optional"`
	// InitContainers are containers that run one after the other, before the others start. Default: none. A change
	// triggers a rollout.
	InitContainers []workload.InitContainer `pulumi:"initContainers,optional"`
	// Sidecars holds containers by name that start before the init containers, in the order of their names, and stop after
	// the other containers. Default: none. A change triggers a rollout.
	Sidecars config.Named[workload.Container] `pulumi:"sidecars,optional"`
	// Containers holds additional containers by name. Default: none. A change triggers a rollout.
	Containers config.Named[workload.Container] `pulumi:"containers,optional"`
	// Scheduling decides on which nodes the pods run. Default: any node, spread over zones and nodes where possible. A
	// change triggers a rollout.
	Scheduling *workload.Scheduling `pulumi:"scheduling,optional"`
	// Claims holds persistent volume claims by name. Each pod has its own, named CLAIM-STATEFULSET-INDEX, which its
	// successors keep. Default: none. A change replaces the StatefulSet, but no existing claim.
	Claims config.Named[workload.Claim] `pulumi:"claims,optional"`
	// ClaimRetention decides what happens to the claims of pods that are no longer needed. Default: they are kept. A
	// change updates the StatefulSet in place.
	ClaimRetention *workload.ClaimRetention `pulumi:"claimRetention,optional"`
	// Replicas is the number of pods. Mutually exclusive with autoscaling. Default: 2, or 1 with the kind StatefulSet. A
	// change scales the application in place.
	Replicas *int `pulumi:"replicas,optional" jsonschema:"minimum=0,maximum=2147483647"`
	// Autoscaling scales the number of pods with their load. Default: none. A change creates, updates or deletes the
	// HorizontalPodAutoscaler.
	Autoscaling *Autoscaling `pulumi:"autoscaling,optional"`
	// VerticalAutoscaling sets the resource requests of the pods by their usage. Default: none. A change creates, updates
	// or deletes the VerticalPodAutoscaler.
	VerticalAutoscaling *VerticalAutoscaling `pulumi:"verticalAutoscaling,optional"`
	// Disruption limits how many pods are evicted at the same time. Default: with two or more pods, one at a time. A
	// change updates the PodDisruptionBudget.
	Disruption *Disruption `pulumi:"disruption,optional"`
	// SecretEnv holds secret environment variables, which are stored in a Secret. In a stack file, their values are
	// encrypted: pulumi config set --path --secret. Default: none. A change triggers a rollout.
	SecretEnv pulumi.StringMapInput `pulumi:"secretEnv,optional" config:"secret,distinct=env"`
	// ExistingSecretEnv lists the names of existing Secrets, in the same namespace, whose keys become environment
	// variables. Where several have a key, the last one wins, and secretEnv over all. Default: none. A change of the list
	// triggers a rollout.
	ExistingSecretEnv pulumi.StringArrayInput `pulumi:"existingSecretEnv,optional" config:"plain"`
	// ExternalSecrets holds environment variables whose values External Secrets Operator reads from a store outside the
	// cluster. Default: none. A change triggers a rollout.
	ExternalSecrets *ExternalSecrets `pulumi:"externalSecrets,optional"`
	// Files holds the content of files by their absolute paths. It is not for secrets: the files are stored in a
	// ConfigMap. Default: none. A change triggers a rollout.
	Files map[string]pulumi.StringInput `pulumi:"files,optional" config:"plain"`
	// Service configures the Service of the application, which exists with port or service.ports only.
	Service *Service `pulumi:"service,optional" config:"group"`
	// Route makes the application accessible through a Gateway. Default: none. A change creates, updates or deletes the
	// HTTPRoute.
	Route *Route `pulumi:"route,optional"`
	// Network declares the ingress and egress of the pods. Default: no ingress, and no egress except to the DNS of the
	// cluster.
	Network *Network `pulumi:"network,optional" config:"group"`
	// Metrics lets Prometheus read metrics of the pods. Default: none. A change creates, updates or deletes the
	// ServiceMonitor.
	Metrics *Metrics `pulumi:"metrics,optional"`
	// ImagePullSecrets lists the names of Secrets with credentials for image registries. They are in the same namespace.
	// Default: none. A change triggers a rollout.
	ImagePullSecrets pulumi.StringArrayInput `pulumi:"imagePullSecrets,optional" config:"plain"`
	// TerminationGracePeriodSeconds is the time that a pod has to shut down, in seconds. A change triggers a rollout.
	TerminationGracePeriodSeconds *int `pulumi:"terminationGracePeriodSeconds,optional" jsonschema:"default=30,minimum=0,maximum=2147483647"`
	// Labels are added to every object of the application. Default: none. A change triggers a rollout.
	Labels pulumi.StringMapInput `pulumi:"labels,optional" config:"plain"`
	// Adopt manages an object that exists already, and keeps it when it is destroyed. Without it, an object that exists is
	// an error. Default: false. A change updates the object.
	Adopt bool `pulumi:"adopt,optional"`
	// Identity is the cloud identity of the pods, such as an eks.WorkloadIdentity, or an identity.WorkloadIdentity of Azure. It
	// must be that of a service account with the namespace and name of the application. Default: none. A change triggers a
	// rollout.
	Identity core.WorkloadIdentity
}

// Kind is the kind of the object that runs the pods of an application.
type Kind string

// The kinds.
const (
	// KindDeployment runs pods that are interchangeable.
	KindDeployment Kind = "Deployment"
	// KindStatefulSet runs pods with stable names and persistent volume claims of their own.
	KindStatefulSet Kind = "StatefulSet"
)

// Service configures the Service of an application.
type Service struct {
	// Type is where the Service is accessible from: ClusterIP (within the cluster), NodePort (also at a port of every
	// node) or LoadBalancer (also through a load balancer of the cloud). A change updates the Service.
	Type network.ServiceType `pulumi:"type,optional" jsonschema:"enum=ClusterIP,enum=NodePort,enum=LoadBalancer,default=ClusterIP"`
	// Port is the port of the Service that leads to the port of the application. A change updates the Service.
	Port *int `pulumi:"port,optional" jsonschema:"default=80,minimum=1,maximum=65535"`
	// AppProtocol is the application protocol of that port, such as http or kubernetes.io/h2c. Default: none. A change
	// updates the Service.
	AppProtocol string `pulumi:"appProtocol,optional"`
	// Ports holds ports by name, in addition to that of the application. They lead to ports of the container. Default:
	// none. A change updates the Service.
	Ports map[string]network.ServicePort `pulumi:"ports,optional"`
	// Platform is the platform of the cluster, whose annotations a load balancer gets: eks, aks, gke or none. Default:
	// unknown, without annotations. A change updates the Service.
	Platform network.Platform `pulumi:"platform,optional" jsonschema:"enum=eks,enum=aks,enum=gke,enum=none"`
	// Exposure is where a load balancer is accessible from: internal (the network of the cluster) or public (the
	// internet). It requires the platform. Default: with a platform, internal. A change updates the Service, and the
	// cloud may replace its load balancer.
	Exposure network.Exposure `pulumi:"exposure,optional" jsonschema:"enum=internal,enum=public"`
	// AllowedRanges lists the CIDR blocks that can connect to the load balancer. Default: all. A change updates the
	// Service.
	AllowedRanges pulumi.StringArrayInput `pulumi:"allowedRanges,optional" config:"plain"`
	// ExternalTrafficPolicy is Cluster, or Local to keep the addresses of clients and to use only nodes with a pod. It
	// requires the type NodePort or LoadBalancer. Default: Cluster. A change updates the Service.
	ExternalTrafficPolicy network.ExternalTrafficPolicy `pulumi:"externalTrafficPolicy,optional" jsonschema:"enum=Cluster,enum=Local"`
	// SessionAffinity is None, or ClientIP to send all connections of a client to the same pod. Default: None. A change
	// updates the Service.
	SessionAffinity network.SessionAffinity `pulumi:"sessionAffinity,optional" jsonschema:"enum=None,enum=ClientIP"`
	// Annotations are added to the Service, such as those that configure load balancers of a cloud. Default: none. A
	// change updates the Service.
	Annotations pulumi.StringMapInput `pulumi:"annotations,optional" config:"plain"`
}

// Network declares the ingress and egress of an application.
type Network struct {
	// Isolated denies all ingress and egress that is not declared. A change creates or deletes the network policy.
	Isolated *bool `pulumi:"isolated,optional" jsonschema:"default=true"`
	// AllowFrom lists the peers that can connect to the pods. Default: none. A change updates the network policy.
	AllowFrom []network.Peer `pulumi:"allowFrom,optional"`
	// AllowTo lists the peers that the pods can connect to, in addition to the DNS of the cluster. Default: none. A
	// change updates the network policy.
	AllowTo []network.Peer `pulumi:"allowTo,optional"`
	// DNS is where the DNS of the cluster is. Default: port 53 of all pods in kube-system, and NodeLocal DNSCache. A
	// change updates the network policy.
	DNS *network.DNS `pulumi:"dns,optional"`
	// Mesh allows what a service mesh adds to connections: ambient for the ambient mode of Istio, in which kubelet probes
	// come from 169.254.7.127 and connections between pods use port 15008. Default: none. A change updates the network
	// policy.
	Mesh network.Mesh `pulumi:"mesh,optional" jsonschema:"enum=ambient"`
}

// Validate implements config.Validator.
func (s *Service) Validate(report *config.Report) {
	apirules.CheckAnnotations(report, []string{"annotations"}, s.Annotations)
}

// filePath matches paths that can become keys of a ConfigMap, except for some that are too long or start with two dots.
var filePath = regexp.MustCompile(`^(/[-._A-Za-z0-9]+)+$`)

var (
	_ config.Validator          = (*ApplicationArgs)(nil)
	_ config.Validator          = (*Service)(nil)
	_ config.ArgumentsValidator = (*ApplicationArgs)(nil)
)

// Validate implements config.Validator.
func (a *ApplicationArgs) Validate(report *config.Report) {
	d := a.deployment()
	// In a stack file, it is the name of an entry.
	d.Namespace = nil
	if a.Kind == KindStatefulSet {
		a.statefulSet(d).Validate(report)
	} else {
		d.Validate(report)
		a.checkClaims(report)
	}
	a.checkFiles(report)
	a.checkProbes(report)
	a.checkAutoscaling(report)
	a.checkDisruption(report)
	a.checkNetwork(report)
	a.checkService(report)
	a.checkRoute(report)
	a.checkMetrics(report)
	a.checkExternalSecrets(report)
	apirules.CheckData(report, []string{"secretEnv"}, a.SecretEnv)
	apirules.ObjectName.CheckList(report, []string{"existingSecretEnv"}, a.ExistingSecretEnv)
}

// checkClaims reports options of a StatefulSet.
func (a *ApplicationArgs) checkClaims(report *config.Report) {
	const advice = "no effect with the kind Deployment: remove it, or set kind to StatefulSet"
	if len(a.Claims) > 0 {
		report.Add([]string{"claims"}, advice)
	}
	if a.ClaimRetention != nil {
		report.Add([]string{"claimRetention"}, advice)
	}
}

// checkProbes reports an application that Kubernetes takes for ready as soon as its process has started.
func (a *ApplicationArgs) checkProbes(report *config.Report) {
	p := a.Probes
	if a.Port != 0 || p != nil && (p.Startup != nil || p.Readiness != nil || p.Liveness != nil || p.Disabled) {
		return
	}
	report.Add([]string{"probes"}, "no probe, and no port to probe: set probes.readiness, such as a command that checks the "+
		"application, or probes.disabled to have none")
}

// checkNetwork reports peers without effect, and a Service that no client can connect to.
func (a *ApplicationArgs) checkNetwork(report *config.Report) {
	declared := Network{}
	if a.Network != nil {
		declared = *a.Network
	}
	if !a.isolated() {
		for key, peers := range map[string][]network.Peer{"allowFrom": declared.AllowFrom, "allowTo": declared.AllowTo} {
			if len(peers) > 0 {
				report.Add([]string{"network", key}, "no effect with isolated: false, which allows all traffic: remove it, or isolated")
			}
		}
		return
	}
	network.CheckPorts(report, []string{"network", "allowFrom"}, declared.AllowFrom, a.Port)
	if a.hasService() && a.exposed() && len(declared.AllowFrom) == 0 && a.Route == nil {
		report.Add([]string{"service", "type"}, "no client can connect to the %s: set network.allowFrom, such as the peer "+
			"cidr: 10.0.0.0/8, or network.isolated: false", a.Service.Type)
	}
}

// checkService reports a Service without a port, and ports that lead nowhere.
func (a *ApplicationArgs) checkService(report *config.Report) {
	if a.exposed() && !a.hasService() {
		report.Add([]string{"service", "type"}, "a Service of type %s requires a port: set port", a.Service.Type)
	}
	for name, p := range a.moreServicePorts() {
		to := workload.Port{Port: targetPort(p), Protocol: workload.Protocol(cmp.Or(p.Protocol, network.ProtocolTCP))}
		if !slices.Contains(a.containerPorts(), to) {
			report.Add([]string{"service", "ports", name}, "the container has no %s port %d: add it to ports", to.Protocol, to.Port)
		}
	}
}

// hasService reports whether the application has a Service.
func (a *ApplicationArgs) hasService() bool { return a.Port != 0 || len(a.moreServicePorts()) > 0 }

// servicePort returns the port of the Service that leads to the port of the application.
func (a *ApplicationArgs) servicePort() int {
	if a.Service == nil {
		return 80
	}
	return valueOr(a.Service.Port, 80)
}

// moreServicePorts returns the additional ports of the Service.
func (a *ApplicationArgs) moreServicePorts() map[string]network.ServicePort {
	if a.Service == nil {
		return nil
	}
	return a.Service.Ports
}

// targetPort returns the port of the pods.
func targetPort(p network.ServicePort) int { return cmp.Or(p.TargetPort, p.Port) }

// isTCP reports whether a protocol is TCP, which is the default.
func isTCP(p network.Protocol) bool { return p == "" || p == network.ProtocolTCP }

// containerPorts returns the ports of the container.
func (a *ApplicationArgs) containerPorts() []workload.Port {
	var out []workload.Port
	if a.Port != 0 {
		out = append(out, workload.Port{Port: a.Port, Protocol: workload.ProtocolTCP})
	}
	for _, p := range a.Ports {
		out = append(out, workload.Port{Port: p.Port, Protocol: cmp.Or(p.Protocol, workload.ProtocolTCP)})
	}
	return out
}

// exposed reports whether the Service is accessible from outside the cluster.
func (a *ApplicationArgs) exposed() bool {
	return a.Service != nil && a.Service.Type != "" && a.Service.Type != network.ServiceTypeClusterIP
}

// checkFiles reports files that cannot be mounted.
func (a *ApplicationArgs) checkFiles(report *config.Report) {
	paths, contents := slices.Sorted(maps.Keys(a.Files)), pulumi.StringMap{}
	for _, p := range paths {
		contents[p] = a.Files[p]
		if !filePath.MatchString(p) || path.Clean(p) != p || len(validation.IsConfigMapKey(fileKey(p))) > 0 {
			report.Add([]string{"files", p}, "invalid path: use an absolute path of letters, digits, dots, dashes and "+
				"underscores, such as /etc/web/config.yaml")
		} else if a.Files[p] == nil {
			report.Add([]string{"files", p}, "no content: use the empty string for an empty file")
		}
	}
	apirules.CheckFiles(report, []string{"files"}, paths, a.WritablePaths)
	apirules.CheckSize(report, []string{"files"}, contents)
}

// ValidateArguments implements config.ArgumentsValidator.
func (a *ApplicationArgs) ValidateArguments(report *config.Report) {
	apirules.Namespace.Check(report, []string{"namespace"}, a.Namespace)
	a.checkIdentity(report)
}

// isolated reports whether the application has a network policy.
func (a *ApplicationArgs) isolated() bool {
	return a.Network == nil || a.Network.Isolated == nil || *a.Network.Isolated
}

// labels returns the labels of the application's objects.
func (a *ApplicationArgs) labels() pulumi.StringMapInput {
	return objectmeta.Merge(a.Labels, pulumi.ToStringMap(workload.SelectorLabels(a.Name)))
}

// MaxReplicas is the number of pods, or the maximum of the autoscaler.
func (a *ApplicationArgs) MaxReplicas() int {
	if a.Autoscaling != nil {
		return a.Autoscaling.MaxReplicas
	}
	return a.pods()
}

// pods returns the number of pods, the minimum with autoscaling.
func (a *ApplicationArgs) pods() int {
	switch {
	case a.Autoscaling != nil:
		return valueOr(a.Autoscaling.MinReplicas, 2)
	case a.Kind == KindStatefulSet:
		return valueOr(a.Replicas, 1)
	}
	return valueOr(a.Replicas, 2)
}

// podsOption returns the option that sets the number of pods.
func (a *ApplicationArgs) podsOption() string {
	if a.Autoscaling != nil {
		return "autoscaling.minReplicas"
	}
	return "replicas"
}

// valueOr returns the value of an option, or its default where that is not set yet.
func valueOr(option *int, fallback int) int {
	if option == nil {
		return fallback
	}
	return *option
}

// preStop returns what runs before a pod is stopped. Endpoints are removed at the same time as a pod gets the signal to
// stop, so that it still gets requests for a moment. Source: "Pod Lifecycle, Termination of Pods", Kubernetes
// documentation.
func (a *ApplicationArgs) preStop() *workload.PreStop {
	const pause = 5
	if a.PreStop != nil || a.Port == 0 || valueOr(a.TerminationGracePeriodSeconds, 30) <= pause {
		return a.PreStop
	}
	return &workload.PreStop{SleepSeconds: pause}
}

// deployment returns the arguments that the application passes to its Deployment unchanged, and the number of pods.
func (a *ApplicationArgs) deployment() *workload.DeploymentArgs {
	return &workload.DeploymentArgs{
		Namespace:                     a.Namespace,
		Name:                          a.Name,
		Image:                         a.Image,
		AllowLatest:                   a.AllowLatest,
		Command:                       a.Command,
		Args:                          a.Args,
		Port:                          a.Port,
		Ports:                         a.Ports,
		Env:                           a.Env,
		Resources:                     a.Resources,
		Probes:                        a.Probes,
		PreStop:                       a.preStop(),
		Security:                      a.Security,
		WritablePaths:                 a.WritablePaths,
		Volumes:                       a.Volumes,
		InitContainers:                a.InitContainers,
		Sidecars:                      a.Sidecars,
		Containers:                    a.Containers,
		Scheduling:                    a.Scheduling,
		Replicas:                      new(a.pods()),
		ImagePullSecrets:              a.ImagePullSecrets,
		Labels:                        a.Labels,
		Adopt:                         a.Adopt,
		TerminationGracePeriodSeconds: a.TerminationGracePeriodSeconds,
	}
}

// statefulSet returns the arguments of the StatefulSet with the pods of a Deployment.
func (a *ApplicationArgs) statefulSet(d *workload.DeploymentArgs) *workload.StatefulSetArgs {
	return &workload.StatefulSetArgs{
		Namespace:                     d.Namespace,
		Name:                          d.Name,
		Image:                         d.Image,
		AllowLatest:                   d.AllowLatest,
		Command:                       d.Command,
		Args:                          d.Args,
		Port:                          d.Port,
		Ports:                         d.Ports,
		Env:                           d.Env,
		Resources:                     d.Resources,
		Probes:                        d.Probes,
		PreStop:                       d.PreStop,
		Security:                      d.Security,
		WritablePaths:                 d.WritablePaths,
		Volumes:                       d.Volumes,
		InitContainers:                d.InitContainers,
		Sidecars:                      d.Sidecars,
		Containers:                    d.Containers,
		Scheduling:                    d.Scheduling,
		Replicas:                      d.Replicas,
		Claims:                        a.Claims,
		ClaimRetention:                a.ClaimRetention,
		ServiceAccountName:            d.ServiceAccountName,
		SecretEnv:                     d.SecretEnv,
		Files:                         d.Files,
		ImagePullSecrets:              d.ImagePullSecrets,
		Labels:                        d.Labels,
		PodAnnotations:                d.PodAnnotations,
		Adopt:                         d.Adopt,
		TerminationGracePeriodSeconds: d.TerminationGracePeriodSeconds,
	}
}

// withoutEmptySecrets returns the arguments with an empty map of secret variables omitted, which has the same meaning.
func (a *ApplicationArgs) withoutEmptySecrets() *ApplicationArgs {
	if a == nil {
		return nil
	}
	if known, ok := a.SecretEnv.(pulumi.StringMap); !ok || len(known) > 0 {
		return a
	}
	out := *a
	out.SecretEnv = nil
	return &out
}
