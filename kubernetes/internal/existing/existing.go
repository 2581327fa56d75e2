// Package existing prevents components from taking over objects that they did not create.
//
// The provider creates an object by server-side apply, which changes an object that exists. A destroy would then delete
// it, and with a namespace everything in it. So each object with a fixed name has a hook, which the engine calls when it
// is about to create the object, also in previews.
package existing

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/objectmeta"
)

// timeout limits one request.
const timeout = 30 * time.Second

const namespaceType = "kubernetes:core/v1:Namespace"

// kinds are the resources of the API by the type of the Pulumi resource.
var kinds = map[string]schema.GroupVersionResource{
	namespaceType:                       {Version: "v1", Resource: "namespaces"},
	"kubernetes:core/v1:ServiceAccount": {Version: "v1", Resource: "serviceaccounts"},
	"kubernetes:core/v1:Service":        {Version: "v1", Resource: "services"},
	"kubernetes:core/v1:ConfigMap":      {Version: "v1", Resource: "configmaps"},
	"kubernetes:apps/v1:Deployment":     {Group: "apps", Version: "v1", Resource: "deployments"},
	"kubernetes:autoscaling/v2:HorizontalPodAutoscaler": {
		Group: "autoscaling", Version: "v2", Resource: "horizontalpodautoscalers",
	},
	"kubernetes:apps/v1:StatefulSet": {Group: "apps", Version: "v1", Resource: "statefulsets"},
	"kubernetes:apps/v1:DaemonSet":   {Group: "apps", Version: "v1", Resource: "daemonsets"},
	"kubernetes:batch/v1:CronJob":    {Group: "batch", Version: "v1", Resource: "cronjobs"},
	"kubernetes:policy/v1:PodDisruptionBudget": {
		Group: "policy", Version: "v1", Resource: "poddisruptionbudgets",
	},
	"kubernetes:networking.k8s.io/v1:NetworkPolicy": {
		Group: "networking.k8s.io", Version: "v1", Resource: "networkpolicies",
	},
	"kubernetes:networking.k8s.io/v1:Ingress": {Group: "networking.k8s.io", Version: "v1", Resource: "ingresses"},
}

// guards holds the guard of each provider. The provider is the only link between NewProvider and a component.
var guards sync.Map // *kubernetes.Provider -> *guard

// guard looks up objects in the cluster of a provider.
type guard struct {
	ctx        *pulumi.Context
	kubeconfig pulumi.StringOutput
	hook       *pulumi.ResourceHook
	servedHook *pulumi.ResourceHook
	client     func() (metadata.Interface, error)
	// served holds the custom resource types that the cluster serves.
	served sync.Map
	// created holds the namespaces that did not exist when they were created. They are empty.
	created sync.Map
	// skipped is set when objects cannot be looked up.
	skipped atomic.Bool
}

// Guard lets components that use the provider fail to create objects that exist. kubeconfig is that of the provider.
func Guard(ctx *pulumi.Context, name string, p *kubernetes.Provider, kubeconfig pulumi.StringInput) error {
	g := &guard{ctx: ctx, kubeconfig: kubeconfig.ToStringOutput()}
	g.client = sync.OnceValues(g.connect)
	for suffix, hook := range map[string]struct {
		to    **pulumi.ResourceHook
		check pulumi.ResourceHookFunction
	}{"": {&g.hook, g.check}, ":served": {&g.servedHook, g.checkServed}} {
		var err error
		*hook.to, err = ctx.RegisterResourceHook("ashlar-kubernetes:"+name+suffix, hook.check, &pulumi.ResourceHookOptions{OnDryRun: true})
		if err != nil {
			return err
		}
	}
	guards.Store(p, g)
	return nil
}

// Options returns the options of an object of a component with a fixed name. One that is adopted may exist, and stays
// when it is destroyed.
func Options(c component.Resource, adopt bool) pulumi.ResourceOption {
	if adopt {
		return pulumi.RetainOnDelete(true)
	}
	p, _ := component.Provider[*kubernetes.Provider](c)
	if g, ok := guards.Load(p); ok {
		return pulumi.ResourceHooks(&pulumi.ResourceHookBinding{BeforeCreate: []*pulumi.ResourceHook{g.(*guard).hook}})
	}
	return pulumi.Composite()
}

// Annotations returns the annotations of an object. One that is adopted takes over fields from its other managers.
func Annotations(annotations pulumi.StringMapInput, adopt bool) pulumi.StringMapInput {
	if !adopt {
		return annotations
	}
	return objectmeta.Merge(annotations, pulumi.StringMap{"pulumi.com/patchForce": pulumi.String("true")})
}

// connect returns a client for the cluster, or nil while its kubeconfig is unknown.
func (g *guard) connect() (metadata.Interface, error) {
	content, err := internals.UnsafeAwaitOutput(g.ctx.Context(), g.kubeconfig)
	if err != nil || !content.Known {
		return nil, err
	}
	config, err := clientcmd.RESTConfigFromKubeConfig([]byte(content.Value.(string)))
	if err != nil {
		return nil, err
	}
	// The default limit, five requests a second, is for controllers.
	config.QPS, config.Burst, config.Timeout = 100, 200, timeout
	return metadata.NewForConfig(config)
}

// check is the hook.
func (g *guard) check(args *pulumi.ResourceHookArgs) error {
	kind, known := kindOf(string(args.Type))
	namespace, name := text(args.NewInputs, "namespace"), text(args.NewInputs, "name")
	if _, empty := g.created.Load(namespace); !known || name == "" || empty {
		return nil
	}
	subject := fmt.Sprintf("%s %q", args.Type.Name(), name)
	if namespace != "" {
		subject = fmt.Sprintf("%s %q in namespace %q", args.Type.Name(), name, namespace)
	}
	client, err := g.client()
	if err != nil {
		return g.skip(subject, err)
	}
	if client == nil || g.skipped.Load() {
		return nil
	}
	ctx, cancel := context.WithTimeout(g.ctx.Context(), timeout)
	defer cancel()
	found, err := client.Resource(kind).Namespace(namespace).Get(ctx, name, metav1.GetOptions{})
	switch {
	case apierrors.IsNotFound(err):
		if args.Type == namespaceType {
			g.created.Store(name, true)
		}
		return nil
	case err != nil:
		return g.skip(subject, err)
	case g.ctx.DryRun() && g.owns(args.URN, string(found.UID)):
		// It is deleted before it is created again.
		return nil
	}
	return failure.New(failure.Configuration, "create", subject,
		"it exists already: use another name, import it if an interrupted update created it, or set adopt to manage it and "+
			"to keep it when it is destroyed")
}

// skip continues without the check: the credentials of the provider may be available to its process alone, as in an inline
// program of the Automation API. If the cluster does not answer, the provider fails as well.
func (g *guard) skip(subject string, err error) error {
	if g.skipped.Swap(true) {
		return nil
	}
	return g.ctx.Log.Warn(fmt.Sprintf("cannot check whether objects exist before they are created, such as %s: %v", subject, err), nil)
}

// owns reports whether the state of the stack has an object under a URN.
func (g *guard) owns(urn pulumi.URN, uid string) bool {
	args := struct {
		StackName string `pulumi:"stackName"`
	}{g.ctx.Organization() + "/" + g.ctx.Project() + "/" + g.ctx.Stack()}
	var state struct {
		Outputs map[string]any `pulumi:"outputs"`
	}
	if err := g.ctx.Invoke("pulumi:pulumi:readStackResourceOutputs", args, &state); err != nil {
		return false
	}
	object := any(state.Outputs)
	for _, key := range []string{string(urn), "outputs", "metadata", "uid"} {
		values, _ := object.(map[string]any)
		object = values[key]
	}
	return object == uid
}

// text returns a text in the metadata of an object, or "" where it is unknown.
func text(inputs resource.PropertyMap, key resource.PropertyKey) string {
	meta := settled(inputs["metadata"])
	if !meta.IsObject() {
		return ""
	}
	if value := settled(meta.ObjectValue()[key]); value.IsString() {
		return value.StringValue()
	}
	return ""
}

// settled returns the value within secrets and outputs.
func settled(v resource.PropertyValue) resource.PropertyValue {
	for {
		switch {
		case v.IsSecret():
			v = v.SecretValue().Element
		case v.IsOutput() && v.OutputValue().Known:
			v = v.OutputValue().Element
		default:
			return v
		}
	}
}
