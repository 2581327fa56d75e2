package application

import (
	"maps"
	"path"
	"slices"
	"strings"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	policyv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/policy/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/kubernetes/configuration"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/existing"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/objectmeta"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
	"github.com/ashlar-iac/ashlar/kubernetes/workload"
)

// ApplicationToken is the type of the component [Application].
const ApplicationToken = "ashlar-kubernetes:application:Application"

// Application is a stateless service: a Deployment with its ServiceAccount, configuration, network policy, Service and
// PodDisruptionBudget.
type Application struct {
	pulumi.ResourceState
	component.Base

	// Name is the name of the Deployment.
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
	deployment := args.deployment()
	deployment.ServiceAccountName = account.Metadata.Name().Elem()
	deployment.Labels = id.labels(args.Labels)
	deployment.PodAnnotations = id.podAnnotations
	if err := app.addConfiguration(ctx, name, args, deployment); err != nil {
		return nil, err
	}
	isolation, err := app.isolate(ctx, name, args, id)
	if err != nil {
		return nil, err
	}
	// The pods do not refer to the network policy and the identity. Without this dependency, they would run unprotected
	// for a moment, or without the identity until they restart.
	d, err := workload.NewDeployment(ctx, name, deployment, app.Main(component.DependsOn(append(isolation, id.ready...)...)))
	if err != nil {
		return nil, err
	}
	if err := app.addDisruptionBudget(ctx, name, args); err != nil {
		return nil, err
	}
	app.Name, app.Namespace = d.Name, d.Namespace
	app.ServiceAccount = account.Metadata.Name().Elem()
	if err := app.addService(ctx, name, args); err != nil {
		return nil, err
	}
	return component.Finish(ctx, app)
}

// metadata returns the metadata of an object with the application's name.
func (app *Application) metadata(args *ApplicationArgs, annotations pulumi.StringMapInput) *metav1.ObjectMetaArgs {
	labels := objectmeta.Merge(args.Labels, pulumi.ToStringMap(workload.SelectorLabels(args.Name)))
	return objectmeta.New(args.Namespace, pulumi.String(args.Name), labels, existing.Annotations(annotations, args.Adopt))
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
	if args.SecretEnv != nil {
		s, err := configuration.NewSecret(ctx, name+"-env", &configuration.SecretArgs{
			Namespace: args.Namespace,
			Data:      args.SecretEnv,
			Labels:    args.Labels,
		}, app.Child())
		if err != nil {
			return err
		}
		deployment.SecretEnv = pulumi.StringArray{s.Name}
	}
	return nil
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
	i, err := network.NewIsolation(ctx, name, &network.IsolationArgs{
		Namespace: args.Namespace,
		Name:      args.Name,
		Selector:  workload.SelectorLabels(args.Name),
		Port:      args.Port,
		AllowFrom: args.Network.AllowFrom,
		AllowTo:   slices.Concat(args.Network.AllowTo, id.peers),
		Labels:    args.Labels,
		Adopt:     args.Adopt,
	}, app.Child())
	return []pulumi.Resource{i}, err
}

// addDisruptionBudget limits voluntary disruptions to one pod at a time, with two or more pods: a budget of a single
// pod would only block the drain of its node.
func (app *Application) addDisruptionBudget(ctx *pulumi.Context, name string, args *ApplicationArgs) error {
	if *args.Replicas < 2 {
		return nil
	}
	_, err := policyv1.NewPodDisruptionBudget(ctx, name, &policyv1.PodDisruptionBudgetArgs{
		Metadata: app.metadata(args, nil),
		Spec: &policyv1.PodDisruptionBudgetSpecArgs{
			MaxUnavailable: pulumi.Int(1),
			Selector:       &metav1.LabelSelectorArgs{MatchLabels: pulumi.ToStringMap(workload.SelectorLabels(args.Name))},
			// Unhealthy pods must not block a drain.
			UnhealthyPodEvictionPolicy: pulumi.String("AlwaysAllow"),
		},
	}, app.Child(existing.Options(app, args.Adopt)))
	return err
}

// addService creates the Service of an application with a port.
func (app *Application) addService(ctx *pulumi.Context, name string, args *ApplicationArgs) error {
	if args.Port == 0 {
		return nil
	}
	s, err := network.NewService(ctx, name, &network.ServiceArgs{
		Namespace:   args.Namespace,
		Name:        args.Name,
		Selector:    workload.SelectorLabels(args.Name),
		TargetPort:  args.Port,
		Type:        args.Service.Type,
		Port:        args.Service.Port,
		Annotations: args.Service.Annotations,
		// Without pods, no endpoint becomes ready.
		SkipAwait: *args.Replicas == 0,
		Labels:    args.Labels,
		Adopt:     args.Adopt,
	}, app.Child())
	if err != nil {
		return err
	}
	app.Address = pulumi.Sprintf("%s:%d", s.Host, s.Port).ToStringPtrOutput()
	return nil
}
