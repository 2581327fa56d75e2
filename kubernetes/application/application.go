package application

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/kubernetes/configuration"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/existing"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/objectmeta"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
	"github.com/ashlar-iac/ashlar/kubernetes/workload"
)

// ApplicationToken is the type of the component [Application].
const ApplicationToken = "ashlar-kubernetes:application:Application"

// Application is a service: a Deployment or StatefulSet with its ServiceAccount, configuration, network policy, Service,
// PodDisruptionBudget and autoscalers.
type Application struct {
	pulumi.ResourceState
	component.Base

	// Name is the name of the Deployment or StatefulSet.
	Name pulumi.StringOutput `pulumi:"name"`
	// Namespace is the name of the namespace.
	Namespace pulumi.StringOutput `pulumi:"namespace"`
	// ServiceAccount is the name of the ServiceAccount.
	ServiceAccount pulumi.StringOutput `pulumi:"serviceAccount"`
	// Address is the host and port of the Service within the cluster, such as web.shop.svc:80. It is absent without a
	// port.
	Address pulumi.StringPtrOutput `pulumi:"address,optional"`
}

// NewApplication creates an application.
func NewApplication(
	ctx *pulumi.Context, name string, args *ApplicationArgs, opts ...pulumi.ResourceOption,
) (*Application, error) {
	app := &Application{}
	args, err := component.Register(ctx, ApplicationToken, name, app, args.withoutEmptySecrets(), opts...)
	if err != nil {
		return nil, err
	}
	id := args.identity()
	checked := *args
	checked.Namespace = id.namespace
	args = &checked
	account, err := corev1.NewServiceAccount(ctx, name, &corev1.ServiceAccountArgs{
		Metadata:                     app.metadata(args, id.annotations),
		AutomountServiceAccountToken: pulumi.Bool(false),
	}, app.Child(existing.Options(app, args.Adopt)))
	if err != nil {
		return nil, err
	}
	app.ServiceAccount = account.Metadata.Name().Elem()
	pods := args.deployment()
	pods.ServiceAccountName = app.ServiceAccount
	pods.Labels = id.labels(args.Labels)
	pods.PodAnnotations = id.podAnnotations
	if err := app.addConfiguration(ctx, name, args, pods); err != nil {
		return nil, err
	}
	isolation, err := app.isolate(ctx, name, args, id)
	if err != nil {
		return nil, err
	}
	// The pods do not refer to the network policy and the identity. Without this dependency, they would run unprotected
	// for a moment, or without the identity until they restart.
	if err := app.addPods(ctx, name, args, pods, component.DependsOn(append(isolation, id.ready...)...)); err != nil {
		return nil, err
	}
	// What selects the pods follows them: when their labels change, it covers the old pods until the rollout has finished.
	after := pulumi.DependsOnInputs(app.Name.ApplyT(func(string) []pulumi.Resource { return nil }).(pulumi.ResourceArrayOutput))
	for _, add := range []func(*pulumi.Context, string, *ApplicationArgs, pulumi.ResourceOption) error{
		app.addDisruptionBudget, app.addAutoscalers, app.addService, app.addServiceMonitor,
	} {
		if err := add(ctx, name, args, after); err != nil {
			return nil, err
		}
	}
	return component.Finish(ctx, app)
}

// metadata returns the metadata of an object with the application's name.
func (app *Application) metadata(args *ApplicationArgs, annotations pulumi.StringMapInput) *metav1.ObjectMetaArgs {
	return objectmeta.New(args.Namespace, pulumi.String(args.Name), args.labels(), existing.Annotations(annotations, args.Adopt))
}

// addConfiguration creates the ConfigMap and the Secret of the pods.
func (app *Application) addConfiguration(
	ctx *pulumi.Context, name string, args *ApplicationArgs, deployment *workload.DeploymentArgs,
) error {
	if len(args.Files) > 0 {
		data, paths := pulumi.StringMap{}, map[string]string{}
		for _, p := range slices.Sorted(maps.Keys(args.Files)) {
			key := fileKey(p)
			data[key], paths[p] = args.Files[p], key
		}
		c, err := configuration.NewConfigMap(ctx, name+"-files", &configuration.ConfigMapArgs{
			Namespace: args.Namespace,
			Name:      args.Name + "-files",
			Data:      data,
			Labels:    args.Labels,
			Adopt:     args.Adopt,
		}, app.Child())
		if err != nil {
			return err
		}
		deployment.Files = &workload.Files{ConfigMap: c.Name, Paths: paths}
	}
	var own pulumi.StringArray
	if args.ExternalSecrets != nil {
		secret, err := app.addExternalSecret(ctx, name, args)
		if err != nil {
			return err
		}
		own = append(own, secret)
	}
	if args.SecretEnv != nil {
		s, err := configuration.NewSecret(ctx, name+"-env", &configuration.SecretArgs{
			Namespace: args.Namespace,
			Data:      args.SecretEnv,
			Labels:    args.Labels,
		}, app.Child())
		if err != nil {
			return err
		}
		own = append(own, s.Name)
	}
	deployment.SecretEnv = joined(args.ExistingSecretEnv, own)
	return nil
}

// joined returns the names in two lists, or nil without any.
func joined(first pulumi.StringArrayInput, second pulumi.StringArray) pulumi.StringArrayInput {
	known, ok := first.(pulumi.StringArray)
	switch {
	case (first == nil || ok) && len(known)+len(second) == 0:
		return nil
	case first == nil || ok:
		return slices.Concat(known, second)
	}
	return pulumi.All(first, second).ApplyT(func(lists []any) []string {
		return slices.Concat(lists[0].([]string), lists[1].([]string))
	}).(pulumi.StringArrayOutput)
}

// fileKey returns the ConfigMap key of a file: keys consist of letters, digits, dots, dashes and underscores. Escaping
// makes it unique.
func fileKey(p string) string {
	return strings.NewReplacer("_", "__", "/", "_.").Replace(strings.TrimPrefix(path.Clean(p), "/"))
}

// isolate creates the network policy. It returns what the pods depend on.
func (app *Application) isolate(ctx *pulumi.Context, name string, args *ApplicationArgs, id identity) ([]pulumi.Resource, error) {
	if !args.isolated() {
		return nil, nil
	}
	i, err := network.NewIsolation(ctx, name+policySuffix, &network.IsolationArgs{
		Namespace: args.Namespace,
		Name:      policyName(args.Name),
		Selector:  workload.SelectorLabels(args.Name),
		Port:      args.Port,
		AllowFrom: slices.Concat(args.Network.AllowFrom, args.routePeers(), args.metricsPeers()),
		AllowTo:   slices.Concat(args.Network.AllowTo, id.peers),
		DNS:       args.Network.DNS,
		Mesh:      args.Network.Mesh,
		Labels:    args.Labels,
		Adopt:     args.Adopt,
	}, app.Child())
	return []pulumi.Resource{i}, err
}

// policySuffix is the end of the name of the network policy. Earlier versions of this package gave the policy the name of
// the application, and pods fewer labels. By its own name, the new policy is created before the rollout, and the earlier
// one, which covers the old pods, is deleted after it.
const policySuffix = "-isolation"

// policyName returns the name of the network policy.
func policyName(name string) string {
	if len(name)+len(policySuffix) <= validation.LabelValueMaxLength {
		return name + policySuffix
	}
	sum := sha256.Sum256([]byte(name))
	return fmt.Sprintf("%s-%.5x", name[:validation.LabelValueMaxLength-11], sum)
}

// addPods creates the Deployment or StatefulSet, and sets the outputs that describe it.
func (app *Application) addPods(
	ctx *pulumi.Context, name string, args *ApplicationArgs, pods *workload.DeploymentArgs, after pulumi.ResourceOption,
) error {
	opts := app.Main(after)
	if args.Autoscaling != nil {
		// Only the first deployment sets the number of pods: without any, there would be one until the autoscaler acts.
		opts = app.Main(after, pulumi.IgnoreChanges([]string{"spec.replicas"}))
	}
	if args.Kind == KindStatefulSet {
		service, err := app.addHeadlessService(ctx, name, args)
		if err != nil {
			return err
		}
		set := args.statefulSet(pods)
		set.ServiceName = service
		s, err := workload.NewStatefulSet(ctx, name, set, opts)
		if err != nil {
			return err
		}
		app.Name, app.Namespace = s.Name, s.Namespace
		return nil
	}
	d, err := workload.NewDeployment(ctx, name, pods, opts)
	if err != nil {
		return err
	}
	app.Name, app.Namespace = d.Name, d.Namespace
	return nil
}

// addHeadlessService creates the Service that gives the pods of a StatefulSet their host names, also before they are
// ready: members of a cluster look for each other when they start.
func (app *Application) addHeadlessService(ctx *pulumi.Context, name string, args *ApplicationArgs) (pulumi.StringInput, error) {
	// The pods are created after the Service.
	annotations := existing.Annotations(pulumi.StringMap{"pulumi.com/skipAwait": pulumi.String("true")}, args.Adopt)
	s, err := corev1.NewService(ctx, name+"-pods", &corev1.ServiceArgs{
		Metadata: objectmeta.New(args.Namespace, pulumi.String(args.Name+"-pods"), args.labels(), annotations),
		Spec: &corev1.ServiceSpecArgs{
			ClusterIP:                pulumi.String("None"),
			PublishNotReadyAddresses: pulumi.Bool(true),
			Selector:                 pulumi.ToStringMap(workload.SelectorLabels(args.Name)),
		},
	}, app.Child(existing.Options(app, args.Adopt)))
	if err != nil {
		return nil, err
	}
	return s.Metadata.Name().Elem(), nil
}

// addService creates the Service of an application with a port.
func (app *Application) addService(ctx *pulumi.Context, name string, args *ApplicationArgs, after pulumi.ResourceOption) error {
	if !args.hasService() {
		return nil
	}
	s, err := network.NewService(ctx, name, &network.ServiceArgs{
		Namespace:             args.Namespace,
		Name:                  args.Name,
		Selector:              workload.SelectorLabels(args.Name),
		TargetPort:            args.Port,
		Type:                  args.Service.Type,
		Port:                  args.Service.Port,
		AppProtocol:           args.Service.AppProtocol,
		Ports:                 args.Service.Ports,
		Platform:              args.Service.Platform,
		Exposure:              args.Service.Exposure,
		AllowedRanges:         args.Service.AllowedRanges,
		ExternalTrafficPolicy: args.Service.ExternalTrafficPolicy,
		SessionAffinity:       args.Service.SessionAffinity,
		Annotations:           args.Service.Annotations,
		// Without pods, no endpoint becomes ready.
		SkipAwait: args.pods() == 0,
		Labels:    args.labels(),
		Adopt:     args.Adopt,
	}, app.Child(after))
	if err != nil {
		return err
	}
	app.Address = pulumi.Sprintf("%s:%d", s.Host, s.Port).ToStringPtrOutput()
	return app.addRoute(ctx, name, args)
}
