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

// DefaultZones returns the default of [Options.Zones].
func DefaultZones() []string { return []string{"local-a", "local-b", "local-c"} }

// Options are the options of a control plane. Only Tools is required.
type Options struct {
	// Tools are the programs of the control plane, at least those of [tools.ControlPlane]. Required.
	Tools tools.Set
	// Name is the name of the cluster, the user and the context in the kubeconfig. Letters, digits, "-", "_" and ".",
	// starting and ending with a letter or digit, at most 63. Default: [DefaultName].
	Name string
	// Dir is the folder for data, certificates, logs and the kubeconfig. It is created if it does not exist; the files
	// of an earlier control plane are removed. Only one control plane can use it at a time. Default: a new temporary
	// folder, which Stop removes.
	Dir string
	// Port is the port of the API server on 127.0.0.1. Default: a free port.
	Port int
	// Nodes is the number of nodes at the start, distributed evenly over the zones. A negative number means none. Node
	// objects that are created later become Ready, too. Default: [DefaultNodes].
	Nodes int
	// Zones are the values of the label topology.kubernetes.io/zone. Default: [DefaultZones].
	Zones []string
	// Region is the value of the label topology.kubernetes.io/region. Default: "local".
	Region string
	// Issuer is the issuer of service account tokens, an https URL. Default: "https://kubernetes.default.svc".
	Issuer string
	// EmulatedVersion is a minor version of Kubernetes, such as "1.35", whose API the control plane serves. Default:
	// its own version.
	EmulatedVersion string
	// LoadBalancerDomain is the domain of the host names of Services of type LoadBalancer. Default:
	// "load-balancers.local".
	LoadBalancerDomain string
	// ClientCA are certificates of other authorities whose client certificates the API server accepts, as PEM: see
	// [Authority]. Default: none.
	ClientCA []byte
	// Owner is a process: when it ends, a kept control plane ends as well. Default: none.
	Owner process.Identity
	// Progress receives a line for each step of the start. Default: no output.
	Progress io.Writer
	// ReadyTimeout is the time limit until everything is ready. Default: [DefaultReadyTimeout].
	ReadyTimeout time.Duration
}

// withDefaults returns the options with defaults, or an error with all problems.
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
			problem("zones %q: a zone is empty: set its name or remove it", o.Zones)
		}
		for _, why := range validation.IsValidLabelValue(zone) {
			problem("zone or region %q: %s", zone, why)
		}
	}
	if issuer, err := url.Parse(o.Issuer); err != nil || issuer.Scheme != "https" || issuer.Host == "" {
		problem("issuer %q: expected an https URL", o.Issuer)
	}
	for _, why := range validation.IsDNS1123Subdomain(o.LoadBalancerDomain) {
		problem("load balancer domain %q: %s", o.LoadBalancerDomain, why)
	}
	if o.Port < 0 || o.Port > 65535 {
		problem("port %d: expected a port from 1 to 65535, or 0 for a free port", o.Port)
	}
	if o.ReadyTimeout < 0 {
		problem("ready timeout %s: expected a positive duration, or 0 for %s", o.ReadyTimeout, DefaultReadyTimeout)
	}
	return o, errors.Join(problems...)
}

func checkTools(set tools.Set) []error {
	var problems []error
	var missing []string
	for _, name := range tools.ControlPlane() {
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
		problems = append(problems,
			fmt.Errorf("missing tools %s: get them with tools.Ensure", strings.Join(missing, ", ")))
	}
	return problems
}
