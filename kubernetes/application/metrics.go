package application

import (
	"slices"
	"strconv"

	kube "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apiextensions"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/apirules"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/existing"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/objectmeta"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
	"github.com/ashlar-iac/ashlar/kubernetes/workload"
)

// Metrics lets Prometheus read metrics of the pods, by a ServiceMonitor. It requires the Prometheus Operator in the
// cluster, and a port of the application, because a ServiceMonitor finds the pods through their Service.
type Metrics struct {
	// Port is the TCP port of the metrics: port, or one of ports. Default: port. A change updates the ServiceMonitor and
	// the network policy.
	Port int `pulumi:"port,optional" jsonschema:"minimum=1,maximum=65535"`
	// Path is the path of the metrics. A change updates the ServiceMonitor.
	Path string `pulumi:"path,optional" jsonschema:"default=/metrics,pattern=^/"`
	// IntervalSeconds is the time between two requests, in seconds. A change updates the ServiceMonitor.
	IntervalSeconds *int `pulumi:"intervalSeconds,optional" jsonschema:"default=30,minimum=1,maximum=86400"`
	// Namespace is the namespace of Prometheus, which can connect to the port of the metrics. A change updates the network
	// policy.
	Namespace pulumi.StringInput `pulumi:"namespace,optional" jsonschema:"default=monitoring" config:"plain"`
	// Labels are added to the ServiceMonitor, such as those by which Prometheus selects it. Default: none. A change
	// updates the ServiceMonitor.
	Labels pulumi.StringMapInput `pulumi:"labels,optional" config:"plain"`
}

var _ config.Validator = (*Metrics)(nil)

// Validate implements config.Validator.
func (m *Metrics) Validate(report *config.Report) {
	apirules.Namespace.Check(report, []string{"namespace"}, m.Namespace)
	apirules.CheckLabels(report, []string{"labels"}, m.Labels, nil)
}

// checkMetrics reports metrics without a Service, and on a port that the container does not have.
func (a *ApplicationArgs) checkMetrics(report *config.Report) {
	switch {
	case a.Metrics == nil:
	case !a.hasService():
		report.Add([]string{"metrics"}, "a ServiceMonitor requires a Service: set port")
	case a.metricsPort() == 0:
		report.Add([]string{"metrics", "port"}, "required without port: set the port of the metrics")
	case !slices.Contains(a.containerPorts(), workload.Port{Port: a.metricsPort(), Protocol: workload.ProtocolTCP}):
		report.Add([]string{"metrics", "port"}, "the container has no TCP port %d: add it to ports", a.metricsPort())
	}
}

// metricsPort returns the port of the metrics.
func (a *ApplicationArgs) metricsPort() int {
	if a.Metrics.Port != 0 {
		return a.Metrics.Port
	}
	return a.Port
}

// metricsPeers returns the peer that reads the metrics.
func (a *ApplicationArgs) metricsPeers() []network.Peer {
	if a.Metrics == nil {
		return nil
	}
	return []network.Peer{{Namespace: a.Metrics.Namespace, Ports: []int{a.metricsPort()}}}
}

// addServiceMonitor creates the ServiceMonitor. Source: "ServiceMonitor", API reference of the Prometheus Operator.
func (app *Application) addServiceMonitor(
	ctx *pulumi.Context, name string, args *ApplicationArgs, after pulumi.ResourceOption,
) error {
	m := args.Metrics
	if m == nil {
		return nil
	}
	selector := pulumi.ToStringMap(workload.SelectorLabels(args.Name))
	_, err := apiextensions.NewCustomResource(ctx, name, &apiextensions.CustomResourceArgs{
		ApiVersion: pulumi.String("monitoring.coreos.com/v1"),
		Kind:       pulumi.String("ServiceMonitor"),
		Metadata: objectmeta.New(args.Namespace, pulumi.String(args.Name), objectmeta.Merge(m.Labels, args.labels()),
			existing.Annotations(nil, args.Adopt)),
		OtherFields: kube.UntypedArgs{"spec": pulumi.Map{
			"selector": pulumi.Map{"matchLabels": selector},
			"endpoints": pulumi.Array{pulumi.Map{
				// The port of the pods, which need not be one of the Service.
				"targetPort": pulumi.Int(args.metricsPort()),
				"path":       pulumi.String(m.Path),
				"interval":   pulumi.String(strconv.Itoa(*m.IntervalSeconds) + "s"),
			}},
		}},
	}, app.Child(existing.CustomResource(app, args.Adopt), after))
	return err
}
