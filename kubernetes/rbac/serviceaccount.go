package rbac

import (
	"cmp"
	"strconv"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	rbacv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/rbac/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/apirules"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/existing"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/objectmeta"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/serviceidentity"
)

// ServiceAccountToken is the type of the component [ServiceAccount].
const ServiceAccountToken = "ashlar-kubernetes:rbac:ServiceAccount"

// ServiceAccount is a service account with a Role, a ClusterRole and their bindings.
type ServiceAccount struct {
	pulumi.ResourceState
	component.Base

	// Name is the name of the ServiceAccount in the cluster. Resources that use it are created after its permissions.
	Name pulumi.StringOutput `pulumi:"name"`
	// Namespace is the name of the namespace.
	Namespace pulumi.StringOutput `pulumi:"namespace"`
}

// ServiceAccountArgs are the arguments of a [ServiceAccount]. Those of plain Go types are validated before the
// deployment.
type ServiceAccountArgs struct {
	// Namespace is the name of the namespace. Required. A change replaces all objects.
	Namespace pulumi.StringInput `pulumi:"namespace" jsonschema:"required"`
	// Name is the name of the ServiceAccount, the Role and the RoleBinding in the cluster. The ClusterRole and its binding
	// have the name NAMESPACE:NAME. Default: the name of the component. A change replaces all objects.
	Name string `pulumi:"name,optional" config:"name" jsonschema:"pattern=^[a-z0-9]([-a-z0-9]{0\\,61}[a-z0-9])?$"`
	// Rules lists what the service account can do in its namespace. Default: nothing. A change updates the Role.
	Rules []Rule `pulumi:"rules,optional"`
	// ClusterRules lists what the service account can do in all namespaces, and with objects outside of namespaces.
	// Default: nothing. A change updates the ClusterRole.
	ClusterRules []Rule `pulumi:"clusterRules,optional"`
	// AllowWildcards accepts * in rules, which also allows what is added to the cluster later. Default: false.
	AllowWildcards bool `pulumi:"allowWildcards,optional"`
	// AllowEscalation accepts the verbs bind, escalate and impersonate, which give the service account the permissions of
	// others. Default: false.
	AllowEscalation bool `pulumi:"allowEscalation,optional"`
	// MountToken mounts a token for the API server into pods of the service account that do not decide it themselves.
	// Default: false. A change applies to new pods.
	MountToken bool `pulumi:"mountToken,optional"`
	// Labels are added to all objects. Default: none. A change updates them.
	Labels pulumi.StringMapInput `pulumi:"labels,optional" config:"plain"`
	// Annotations are added to the ServiceAccount. Default: none. A change updates it.
	Annotations pulumi.StringMapInput `pulumi:"annotations,optional" config:"plain"`
	// Adopt manages objects that exist already, and keeps them when they are destroyed. Without it, an object that exists
	// is an error. Default: false. A change updates the objects.
	Adopt bool `pulumi:"adopt,optional"`
	// Identity is the cloud identity of the pods, such as an eks.WorkloadIdentity, or an identity.WorkloadIdentity of Azure.
	// It must be that of a service account with this namespace and name. The pods need its labels and access to its
	// endpoints. Default: none. A change updates the ServiceAccount, and applies to new pods.
	Identity core.WorkloadIdentity
}

var (
	_ config.Validator          = (*ServiceAccountArgs)(nil)
	_ config.ArgumentsValidator = (*ServiceAccountArgs)(nil)
)

// Validate implements config.Validator.
func (a *ServiceAccountArgs) Validate(report *config.Report) {
	if name := cmp.Or(a.Name, report.Component()); name == "default" {
		report.Add([]string{"name"}, "the service account %q belongs to Kubernetes: use another name", name)
	}
	apirules.Namespace.Check(report, []string{"namespace"}, a.Namespace)
	apirules.CheckLabels(report, []string{"labels"}, a.Labels, nil)
	apirules.CheckAnnotations(report, []string{"annotations"}, a.Annotations)
	for key, rules := range map[string][]Rule{"rules": a.Rules, "clusterRules": a.ClusterRules} {
		for i := range rules {
			rules[i].check(report.At(key, strconv.Itoa(i)), a)
		}
	}
}

// ValidateArguments implements config.ArgumentsValidator.
func (a *ServiceAccountArgs) ValidateArguments(report *config.Report) {
	a.account().Check(report, []string{"identity"}, a.Identity)
}

func (a *ServiceAccountArgs) account() serviceidentity.Account {
	return serviceidentity.Account{Namespace: a.Namespace, Name: a.Name, Owner: "service account"}
}

// NewServiceAccount creates a service account.
func NewServiceAccount(
	ctx *pulumi.Context, name string, args *ServiceAccountArgs, opts ...pulumi.ResourceOption,
) (*ServiceAccount, error) {
	s := &ServiceAccount{}
	args, err := component.Register(ctx, ServiceAccountToken, name, s, args, opts...)
	if err != nil {
		return nil, err
	}
	namespace := apirules.Namespace.Resolved("namespace", args.Namespace).ToStringOutput()
	annotations, options := args.Annotations, existing.Options(s, args.Adopt)
	main := []pulumi.ResourceOption{options}
	if args.Identity != nil {
		info := args.Identity.WorkloadIdentityInfo()
		namespace = args.account().Resolved(info)
		annotations = objectmeta.Merge(annotations, pulumi.StringMap(info.Annotations))
		// Pods that start earlier may never have the identity.
		main = append(main, component.DependsOn(info.Ready...))
	}
	account, err := corev1.NewServiceAccount(ctx, name, &corev1.ServiceAccountArgs{
		Metadata: objectmeta.New(namespace, pulumi.String(args.Name), args.Labels,
			existing.Annotations(annotations, args.Adopt)),
		AutomountServiceAccountToken: pulumi.Bool(args.MountToken),
	}, s.Main(main...))
	if err != nil {
		return nil, err
	}
	s.Namespace = account.Metadata.Namespace().Elem()
	b := binder{ctx: ctx, name: name, args: args, account: account, options: s.Child(options)}
	if err := b.bind(); err != nil {
		return nil, err
	}
	if err := b.bindCluster(); err != nil {
		return nil, err
	}
	s.Name = account.Metadata.Name().Elem()
	if len(b.bound) > 0 {
		s.Name = pulumi.All(append([]any{s.Name}, b.bound...)...).ApplyT(func(all []any) string {
			return all[0].(string)
		}).(pulumi.StringOutput)
	}
	return component.Finish(ctx, s)
}

// binder creates the roles of a service account.
type binder struct {
	ctx     *pulumi.Context
	name    string
	args    *ServiceAccountArgs
	account *corev1.ServiceAccount
	options pulumi.ResourceOption
	// bound are the names of the bindings.
	bound []any
}

const apiGroup = "rbac.authorization.k8s.io"

// bind creates the Role and its binding.
func (b *binder) bind() error {
	if len(b.args.Rules) == 0 {
		return nil
	}
	meta := b.meta(b.account.Metadata.Namespace().Elem(), pulumi.String(b.args.Name))
	role, err := rbacv1.NewRole(b.ctx, b.name, &rbacv1.RoleArgs{Metadata: meta, Rules: render(b.args.Rules)}, b.options)
	if err != nil {
		return err
	}
	binding, err := rbacv1.NewRoleBinding(b.ctx, b.name, &rbacv1.RoleBindingArgs{
		Metadata: meta,
		RoleRef:  reference("Role", role.Metadata.Name().Elem()),
		Subjects: b.subjects(),
	}, b.options)
	if err != nil {
		return err
	}
	b.bound = append(b.bound, binding.Metadata.Name().Elem())
	return nil
}

// bindCluster creates the ClusterRole and its binding. Names of cluster roles may have a colon, which those of namespaces
// do not: the name is unique.
func (b *binder) bindCluster() error {
	if len(b.args.ClusterRules) == 0 {
		return nil
	}
	meta := b.meta(nil, pulumi.Sprintf("%s:%s", b.account.Metadata.Namespace().Elem(), b.args.Name))
	role, err := rbacv1.NewClusterRole(b.ctx, b.name, &rbacv1.ClusterRoleArgs{
		Metadata: meta, Rules: render(b.args.ClusterRules),
	}, b.options)
	if err != nil {
		return err
	}
	binding, err := rbacv1.NewClusterRoleBinding(b.ctx, b.name, &rbacv1.ClusterRoleBindingArgs{
		Metadata: meta,
		RoleRef:  reference("ClusterRole", role.Metadata.Name().Elem()),
		Subjects: b.subjects(),
	}, b.options)
	if err != nil {
		return err
	}
	b.bound = append(b.bound, binding.Metadata.Name().Elem())
	return nil
}

func (b *binder) meta(namespace, name pulumi.StringInput) *metav1.ObjectMetaArgs {
	return objectmeta.New(namespace, name, b.args.Labels, existing.Annotations(nil, b.args.Adopt))
}

func (b *binder) subjects() rbacv1.SubjectArray {
	return rbacv1.SubjectArray{&rbacv1.SubjectArgs{
		Kind:      pulumi.String("ServiceAccount"),
		Name:      b.account.Metadata.Name().Elem(),
		Namespace: b.account.Metadata.Namespace().Elem(),
	}}
}

func reference(kind string, name pulumi.StringInput) *rbacv1.RoleRefArgs {
	return &rbacv1.RoleRefArgs{ApiGroup: pulumi.String(apiGroup), Kind: pulumi.String(kind), Name: name}
}
