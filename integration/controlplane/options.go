package controlplane

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"os/exec"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/ashlar-iac/ashlar/integration/process"
	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// Defaults of [Options].
const (
	DefaultName         = "local"
	DefaultNodes        = 3
	DefaultReadyTimeout = 90 * time.Second
)

// DefaultZones returns the zones of the nodes when [Options.Zones] is empty.
func DefaultZones() []string { return []string{"local-a", "local-b", "local-c"} }

// Programs returns the names of the programs that [Options.Tools] must hold: what to ask tools.Ensure for.
func Programs() []tools.Name {
	return []tools.Name{
		tools.Supervise, tools.Etcd, tools.APIServer, tools.ControllerManager, tools.Scheduler, tools.Kwok,
	}
}

// Options says how a control plane is started. The zero value of every field but Tools is its default.
type Options struct {
	// Tools are the programs to run; [Programs] lists the ones that must be there. Required.
	Tools tools.Set
	// Name is the name of the cluster, the user and the context in the kubeconfig. Letters, digits, "-", "_" and ".",
	// starting and ending with a letter or digit, at most 63. Default: [DefaultName].
	Name string
	// Dir is the folder for data, certificates, logs and the kubeconfig. It is created if it is not there; what an
	// earlier control plane left in it is removed first. One control plane at a time may use it. Default: a new
	// temporary folder, which Stop removes.
	Dir string
	// Port is the port of the API server on 127.0.0.1. Default: any that is free.
	Port int
	// Nodes is how many nodes there are at the start; they are dealt out to the zones in turn. A negative number means
	// none: Node objects that are created later become Ready as well. Default: [DefaultNodes].
	Nodes int
	// Zones are the values of the label topology.kubernetes.io/zone. Default: [DefaultZones].
	Zones []string
	// Region is the value of the label topology.kubernetes.io/region. Default: "local".
	Region string
	// Issuer is the issuer of service account tokens, an https URL. Default: "https://kubernetes.default.svc".
	Issuer string
	// EmulatedVersion is a minor version of Kubernetes, such as "1.35", that the control plane emulates: it serves that version's API. Default: its own.
	EmulatedVersion string
	// LoadBalancerDomain is what the host names end in that Services of type LoadBalancer get. Default: "load-balancers.local".
	LoadBalancerDomain string
	// Owner is the process with whose end a control plane that is kept ends too. Default: none.
	Owner process.Identity
	// Progress receives a line for every step of the start. Default: nothing is written.
	Progress io.Writer
	// ReadyTimeout is how long the start may take until everything is ready. Default: [DefaultReadyTimeout].
	ReadyTimeout time.Duration
}

// withDefaults returns a copy in which every field has its value, or everything that is wrong with the options.
func (o Options) withDefaults() (Options, error) {
	if o.Name == "" {
		o.Name = DefaultName
	}
	if o.Nodes == 0 {
		o.Nodes = DefaultNodes
	}
	if len(o.Zones) == 0 {
		o.Zones = DefaultZones()
	}
	if o.Region == "" {
		o.Region = "local"
	}
	if o.Issuer == "" {
		o.Issuer = "https://kubernetes.default.svc"
	}
	if o.LoadBalancerDomain == "" {
		o.LoadBalancerDomain = "load-balancers.local"
	}
	if o.Progress == nil {
		o.Progress = io.Discard
	}
	if o.ReadyTimeout == 0 {
		o.ReadyTimeout = DefaultReadyTimeout
	}

	problems := checkTools(o.Tools)
	problem := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	for _, why := range validation.IsValidLabelValue(o.Name) {
		problem("name %q: %s", o.Name, why)
	}
	for _, zone := range append([]string{o.Region}, o.Zones...) {
		if zone == "" {
			problem("zones %q: one of them is empty; leave it out or give it a name", o.Zones)
		}
		for _, why := range validation.IsValidLabelValue(zone) {
			problem("zone or region %q: %s", zone, why)
		}
	}
	if issuer, err := url.Parse(o.Issuer); err != nil || issuer.Scheme != "https" || issuer.Host == "" {
		problem("issuer %q: give an https URL", o.Issuer)
	}
	for _, why := range validation.IsDNS1123Subdomain(o.LoadBalancerDomain) {
		problem("load balancer domain %q: %s", o.LoadBalancerDomain, why)
	}
	if o.Port < 0 || o.Port > 65535 {
		problem("port %d: give one between 1 and 65535, or 0 for any that is free", o.Port)
	}
	if o.ReadyTimeout < 0 {
		problem("ready timeout %s: give a positive duration, or 0 for %s", o.ReadyTimeout, DefaultReadyTimeout)
	}
	return o, errors.Join(problems...)
}

func checkTools(set tools.Set) []error {
	var problems []error
	var missing []string
	for _, name := range Programs() {
		path := set[name]
		if path == "" {
			missing = append(missing, string(name))
			continue
		}
		if _, err := exec.LookPath(path); err != nil {
			problems = append(problems, fmt.Errorf("tool %s cannot be run: %w", name, err))
		}
	}
	if len(missing) > 0 {
		problems = append(problems, fmt.Errorf("tools lack %s; get them with tools.Ensure", strings.Join(missing, ", ")))
	}
	return problems
}
