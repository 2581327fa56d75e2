package existing

import (
	"context"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/failure"
)

// customResource is a custom resource type, whose CustomResourceDefinition may be missing.
type customResource struct {
	schema.GroupVersionResource
	// source is what installs the CustomResourceDefinition.
	source string
}

// customResources are the custom resource types of components by the type of the Pulumi resource.
var customResources = func() map[string]customResource {
	out := map[string]customResource{}
	for source, apis := range map[string]map[string]map[string]string{
		"the CRDs of the Gateway API": {"gateway.networking.k8s.io/v1": {
			"Gateway": "gateways", "HTTPRoute": "httproutes", "GRPCRoute": "grpcroutes", "ReferenceGrant": "referencegrants",
		}},
		"the Prometheus Operator": {"monitoring.coreos.com/v1": {
			"ServiceMonitor": "servicemonitors", "PodMonitor": "podmonitors", "PrometheusRule": "prometheusrules",
		}},
		"the External Secrets Operator": {"external-secrets.io/v1": {"ExternalSecret": "externalsecrets"}},
		"the Vertical Pod Autoscaler":   {"autoscaling.k8s.io/v1": {"VerticalPodAutoscaler": "verticalpodautoscalers"}},
		"Istio": {
			"security.istio.io/v1": {
				"PeerAuthentication": "peerauthentications", "AuthorizationPolicy": "authorizationpolicies",
				"RequestAuthentication": "requestauthentications",
			},
			"telemetry.istio.io/v1": {"Telemetry": "telemetries"},
			"networking.istio.io/v1": {
				"DestinationRule": "destinationrules", "ServiceEntry": "serviceentries", "Sidecar": "sidecars",
			},
		},
	} {
		for api, kinds := range apis {
			group, version, _ := strings.Cut(api, "/")
			for kind, plural := range kinds {
				out["kubernetes:"+api+":"+kind] = customResource{
					schema.GroupVersionResource{Group: group, Version: version, Resource: plural}, source,
				}
			}
		}
	}
	return out
}()

// CustomResource returns [Options] for a custom resource of a component. In addition, a missing
// CustomResourceDefinition is an error, instead of one of the provider that does not name it.
//
// An update looks it up right before it creates the custom resource, and so after the dependencies of the resource, which
// may install the CustomResourceDefinition. A preview does not know what they install: it looks up nothing for a
// component with dependencies: pulumi.DependsOn.
func CustomResource(c component.Resource, adopt bool) pulumi.ResourceOption {
	return pulumi.Composite(Options(c, adopt), servedHook(c))
}

func servedHook(c component.Resource) pulumi.ResourceOption {
	p, _ := component.Provider[*kubernetes.Provider](c)
	known, ok := guards.Load(p)
	if !ok {
		return pulumi.Composite()
	}
	g := known.(*guard)
	if g.ctx.DryRun() && component.Depends(c) {
		return pulumi.Composite()
	}
	return pulumi.ResourceHooks(&pulumi.ResourceHookBinding{BeforeCreate: []*pulumi.ResourceHook{g.servedHook}})
}

// checkServed is the hook that looks up the type of a custom resource.
func (g *guard) checkServed(args *pulumi.ResourceHookArgs) error {
	custom, ok := customResources[string(args.Type)]
	if _, served := g.served.Load(args.Type); !ok || served {
		return nil
	}
	kind := custom.GroupVersionResource
	subject := fmt.Sprintf("%s %q", args.Type.Name(), text(args.NewInputs, "name"))
	client, err := g.client()
	if err != nil {
		return g.skip(subject, err)
	}
	if client == nil || g.skipped.Load() {
		return nil
	}
	ctx, cancel := context.WithTimeout(g.ctx.Context(), timeout)
	defer cancel()
	_, err = client.Resource(kind).Namespace(text(args.NewInputs, "namespace")).List(ctx, metav1.ListOptions{Limit: 1})
	switch {
	case err == nil:
		g.served.Store(args.Type, true)
		return nil
	case apierrors.IsForbidden(err):
		return nil
	case !apierrors.IsNotFound(err):
		return g.skip(subject, err)
	}
	return failure.New(failure.Configuration, "create", subject,
		"the cluster has no CustomResourceDefinition %s with version %s: install %s, or let the component depend on what "+
			"installs it with pulumi.DependsOn", kind.GroupResource(), kind.Version, custom.source)
}
