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
	"github.com/ashlar-iac/ashlar/kubernetes/internal/metadata"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
	"github.com/ashlar-iac/ashlar/kubernetes/workload"
)

// Token is the type of the component [Application].
const Token = "ashlar-kubernetes:application:Application"

// Application is a stateless service.
type Application struct {
	pulumi.ResourceState
	component.Base

	// Name is the name of the application's Deployment.
	Name pulumi.StringOutput `pulumi:"name"`
	// Namespace is the name of its namespace.
	Namespace pulumi.StringOutput `pulumi:"namespace"`
	// ServiceAccount is the name of its identity.
	ServiceAccount pulumi.StringOutput `pulumi:"serviceAccount"`
	// Address is where the application answers within the cluster, as host:port, such as web.shop.svc:80. It is
	// empty when the application has no port.
	Address pulumi.StringOutput `pulumi:"address"`
}

// New creates an application.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*Application, error) {
	app := &Application{}
	args, err := component.Register(ctx, Token, name, app, args, opts...)
	if err != nil {
		return nil, err
	}
	id := args.identity()
	args.Namespace = id.namespace
	account, err := corev1.NewServiceAccount(ctx, name, &corev1.ServiceAccountArgs{
		Metadata:                     metadata.Annotated(app.metadata(args), id.annotations),
		AutomountServiceAccountToken: pulumi.Bool(false),
	}, app.Child())
	if err != nil {
		return nil, err
	}
	deployment := &workload.DeploymentArgs{
		Container:                     args.Container,
		Name:                          args.Name,
		Namespace:                     args.Namespace,
		Replicas:                      args.Replicas,
		ServiceAccountName:            account.Metadata.Name().Elem(),
		ImagePullSecrets:              args.ImagePullSecrets,
		TerminationGracePeriodSeconds: args.TerminationGracePeriodSeconds,
		Labels:                        id.labels(args.Labels),
		PodAnnotations:                id.podAnnotations,
	}
	if err := app.addConfiguration(ctx, name, args, deployment); err != nil {
		return nil, err
	}
	isolation, err := app.isolate(ctx, name, args, id)
	if err != nil {
		return nil, err
	}
	// No data leads from a network policy or an identity to the pods: without this
	// order they would run unprotected for a moment, or without the identity for good.
	d, err := workload.NewDeployment(ctx, name, deployment, app.Main(component.DependsOn(append(isolation, id.ready...)...)))
	if err != nil {
		return nil, err
	}
	if err := app.addDisruptionBudget(ctx, name, args); err != nil {
		return nil, err
	}
	app.Name, app.Namespace = d.Name, d.Namespace
	app.ServiceAccount = account.Metadata.Name().Elem()
	if app.Address, err = app.addService(ctx, name, args); err != nil {
		return nil, err
	}
	return component.Finish(ctx, app)
}

// metadata returns the metadata of an object that has the application's name.
func (app *Application) metadata(args *Args) *metav1.ObjectMetaArgs {
	labels := map[string]string{}
	maps.Copy(labels, args.Labels)
	maps.Copy(labels, workload.SelectorLabels(args.Name))
	return metadata.New(args.Namespace, pulumi.String(args.Name), labels, nil)
}

// addConfiguration creates the ConfigMap and the Secret that the pods read.
func (app *Application) addConfiguration(
	ctx *pulumi.Context, name string, args *Args, deployment *workload.DeploymentArgs,
) error {
	if len(args.Files) > 0 {
		data, paths := pulumi.StringMap{}, map[string]string{}
		for _, p := range slices.Sorted(maps.Keys(args.Files)) {
			key := fileKey(p)
			data[key], paths[p] = pulumi.String(args.Files[p]), key
		}
		c, err := configuration.NewConfigMap(ctx, name+"-files", &configuration.ConfigMapArgs{
			Namespace: args.Namespace,
			Name:      args.Name + "-files",
			Data:      data,
			Labels:    args.Labels,
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

// fileKey turns the path of a file into a key of a ConfigMap, which may hold
// letters, digits, dots, dashes and underscores. Escaping keeps two paths from
// sharing a key.
func fileKey(p string) string {
	return strings.NewReplacer("_", "__", "/", "_.").Replace(strings.TrimPrefix(path.Clean(p), "/"))
}

// isolate creates the network policy. It returns what the pods wait for.
func (app *Application) isolate(ctx *pulumi.Context, name string, args *Args, id identity) ([]pulumi.Resource, error) {
	if !*args.Network.Isolated {
		return nil, nil
	}
	i, err := network.NewIsolation(ctx, name, &network.IsolationArgs{
		Namespace:   args.Namespace,
		Name:        args.Name,
		Selector:    workload.SelectorLabels(args.Name),
		Port:        args.Port,
		Connections: id.connections(args.Network.Connections),
		Labels:      args.Labels,
	}, app.Child())
	return []pulumi.Resource{i}, err
}

// addDisruptionBudget limits voluntary disruptions to one pod at a time, where
// there is another one to go on: with a single pod a budget could only block
// the drain of its node.
func (app *Application) addDisruptionBudget(ctx *pulumi.Context, name string, args *Args) error {
	if *args.Replicas < 2 {
		return nil
	}
	_, err := policyv1.NewPodDisruptionBudget(ctx, name, &policyv1.PodDisruptionBudgetArgs{
		Metadata: app.metadata(args),
		Spec: &policyv1.PodDisruptionBudgetSpecArgs{
			MaxUnavailable: pulumi.Int(1),
			Selector:       &metav1.LabelSelectorArgs{MatchLabels: pulumi.ToStringMap(workload.SelectorLabels(args.Name))},
			// Pods that are not healthy anyway must not hold up a drain.
			UnhealthyPodEvictionPolicy: pulumi.String("AlwaysAllow"),
		},
	}, app.Child())
	return err
}

// addService creates the Service of an application that has a port.
func (app *Application) addService(ctx *pulumi.Context, name string, args *Args) (pulumi.StringOutput, error) {
	if args.Port == 0 {
		return pulumi.String("").ToStringOutput(), nil
	}
	s, err := network.NewService(ctx, name, &network.ServiceArgs{
		Namespace:       args.Namespace,
		Name:            args.Name,
		Selector:        workload.SelectorLabels(args.Name),
		TargetPort:      args.Port,
		ServiceSettings: args.Service,
		// Without pods no endpoint would ever be ready.
		SkipAwait: *args.Replicas == 0,
		Labels:    args.Labels,
	}, app.Child())
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	return pulumi.Sprintf("%s:%d", s.Host, s.Port), nil
}
