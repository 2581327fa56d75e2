package integration_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/blang/semver"
	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	server "github.com/pulumi/pulumi-go-provider/integration"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/ec2"
	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/kms"
	awsnetwork "github.com/ashlar-iac/ashlar/aws/network"
	"github.com/ashlar-iac/ashlar/aws/s3"
	"github.com/ashlar-iac/ashlar/azure/aks"
	"github.com/ashlar-iac/ashlar/azure/authorization"
	"github.com/ashlar-iac/ashlar/azure/compute"
	"github.com/ashlar-iac/ashlar/azure/identity"
	"github.com/ashlar-iac/ashlar/azure/keyvault"
	"github.com/ashlar-iac/ashlar/azure/monitor"
	azurenetwork "github.com/ashlar-iac/ashlar/azure/network"
	"github.com/ashlar-iac/ashlar/azure/resources"
	"github.com/ashlar-iac/ashlar/azure/storage"
	"github.com/ashlar-iac/ashlar/kubernetes/addon"
	"github.com/ashlar-iac/ashlar/kubernetes/application"
	"github.com/ashlar-iac/ashlar/kubernetes/configuration"
	"github.com/ashlar-iac/ashlar/kubernetes/helm"
	"github.com/ashlar-iac/ashlar/kubernetes/manifest"
	"github.com/ashlar-iac/ashlar/kubernetes/mesh"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
	"github.com/ashlar-iac/ashlar/kubernetes/rbac"
	"github.com/ashlar-iac/ashlar/kubernetes/workload"
)

// constructor is a component that a provider can export to other languages.
type constructor struct {
	component infer.InferredComponent
	args      reflect.Type
	token     string
}

func offer[A any, C pulumi.ComponentResource](
	token string, f func(*pulumi.Context, string, *A, ...pulumi.ResourceOption) (C, error),
) constructor {
	return constructor{infer.ComponentF(f), reflect.TypeFor[A](), token}
}

// constructors lists the components of each module. TestEveryConstructorIsListed compares it with the sources.
func constructors() map[string][]constructor {
	return map[string][]constructor{
		"aws": {
			offer(ec2.InstanceToken, ec2.NewInstance),
			offer(ec2.SecurityGroupToken, ec2.NewSecurityGroup),
			offer(eks.AddonToken, eks.NewAddon),
			offer(eks.ClusterToken, eks.NewCluster),
			offer(eks.FargateProfileToken, eks.NewFargateProfile),
			offer(eks.KarpenterToken, eks.NewKarpenter),
			offer(eks.NodeGroupToken, eks.NewNodeGroup),
			offer(eks.WorkloadIdentityToken, eks.NewWorkloadIdentity),
			offer(iam.OIDCProviderToken, iam.NewOIDCProvider),
			offer(iam.PolicyToken, iam.NewPolicy),
			offer(iam.RoleToken, iam.NewRole),
			offer(kms.KeyToken, kms.NewKey),
			offer(awsnetwork.EndpointsToken, awsnetwork.NewEndpoints),
			offer(awsnetwork.FlowLogsToken, awsnetwork.NewFlowLogs),
			offer(awsnetwork.SecureVPCToken, awsnetwork.NewSecureVPC),
			offer(awsnetwork.TierRoutesToken, awsnetwork.NewTierRoutes),
			offer(awsnetwork.VPCToken, awsnetwork.NewVPC),
			offer(s3.BucketToken, s3.NewBucket),
		},
		"azure": {
			offer(aks.ClusterToken, aks.NewCluster),
			offer(aks.NodePoolToken, aks.NewNodePool),
			offer(authorization.RoleAssignmentToken, authorization.NewRoleAssignment),
			offer(authorization.RoleDefinitionToken, authorization.NewRoleDefinition),
			offer(compute.VirtualMachineToken, compute.NewVirtualMachine),
			offer(identity.UserAssignedToken, identity.NewUserAssigned),
			offer(identity.WorkloadIdentityToken, identity.NewWorkloadIdentity),
			offer(keyvault.KeyToken, keyvault.NewKey),
			offer(keyvault.VaultToken, keyvault.NewVault),
			offer(monitor.WorkspaceToken, monitor.NewWorkspace),
			offer(azurenetwork.FlowLogsToken, azurenetwork.NewFlowLogs),
			offer(azurenetwork.PrivateEndpointToken, azurenetwork.NewPrivateEndpoint),
			offer(azurenetwork.SecureVNetToken, azurenetwork.NewSecureVNet),
			offer(azurenetwork.VirtualNetworkToken, azurenetwork.NewVirtualNetwork),
			offer(resources.ResourceGroupToken, resources.NewResourceGroup),
			offer(storage.AccountToken, storage.NewAccount),
		},
		"kubernetes": {
			offer(addon.AddonToken, addon.NewAddon),
			offer(application.ApplicationToken, application.NewApplication),
			offer(configuration.ConfigMapToken, configuration.NewConfigMap),
			offer(configuration.SecretToken, configuration.NewSecret),
			offer(mesh.AuthorizationToken, mesh.NewAuthorization),
			offer(mesh.ServiceMeshToken, mesh.NewServiceMesh),
			offer(helm.ReleaseToken, helm.NewRelease),
			offer(manifest.ManifestToken, manifest.NewManifest),
			offer(namespace.NamespaceToken, namespace.NewNamespace),
			offer(network.GatewayToken, network.NewGateway),
			offer(network.IngressToken, network.NewIngress),
			offer(network.IsolationToken, network.NewIsolation),
			offer(network.RouteToken, network.NewRoute),
			offer(network.ServiceToken, network.NewService),
			offer(workload.CronJobToken, workload.NewCronJob),
			offer(workload.DaemonSetToken, workload.NewDaemonSet),
			offer(rbac.ServiceAccountToken, rbac.NewServiceAccount),
			offer(workload.DeploymentToken, workload.NewDeployment),
			offer(workload.JobToken, workload.NewJob),
			offer(workload.StatefulSetToken, workload.NewStatefulSet),
		},
	}
}

// packageSchema is what the test needs of a Pulumi package schema.
type packageSchema struct {
	Resources map[string]struct {
		IsComponent     bool                       `json:"isComponent"`
		InputProperties map[string]json.RawMessage `json:"inputProperties"`
		RequiredInputs  []string                   `json:"requiredInputs"`
	} `json:"resources"`
	Types map[string]struct {
		Properties map[string]json.RawMessage `json:"properties"`
		Required   []string                   `json:"required"`
	} `json:"types"`
}

// TestComponentSchemasMatchArguments infers the schema of a Pulumi package from the constructors of each module, for
// other languages. Each argument is a property of the schema, and only required arguments are required.
func TestComponentSchemasMatchArguments(t *testing.T) {
	t.Parallel()
	for module, offered := range constructors() {
		t.Run(module, func(t *testing.T) {
			t.Parallel()
			builder := infer.NewProviderBuilder().WithNamespace("ashlar")
			for _, c := range offered {
				builder = builder.WithComponents(c.component)
			}
			provider, err := builder.Build()
			require.NoError(t, err)
			s, err := server.NewServer(t.Context(), "ashlar-"+module, semver.MustParse("1.0.0"), server.WithProvider(provider))
			require.NoError(t, err)
			text, err := s.GetSchema(p.GetSchemaRequest{})
			require.NoError(t, err)
			var schema packageSchema
			require.NoError(t, json.Unmarshal([]byte(text.Schema), &schema))
			for _, c := range offered {
				resource, ok := schema.Resources[c.token]
				if !assert.True(t, ok && resource.IsComponent, "%s is not in the schema: the type is named like the token", c.token) {
					continue
				}
				i := inspector{t: t, module: "ashlar-" + module, schema: schema, seen: map[reflect.Type]bool{}}
				i.compare(c.token, c.args, keys(resource.InputProperties), resource.RequiredInputs)
			}
		})
	}
}

func keys(m map[string]json.RawMessage) []string {
	var out []string
	for key := range m {
		out = append(out, key)
	}
	return out
}

// inspector compares Go types with the types of a schema.
type inspector struct {
	t      *testing.T
	module string
	schema packageSchema
	seen   map[reflect.Type]bool
}

// compare compares the fields of a struct with the properties of its schema.
func (i inspector) compare(what string, typ reflect.Type, properties, required []string) {
	i.t.Helper()
	if i.seen[typ] {
		return
	}
	i.seen[typ] = true
	for f := range typ.Fields() {
		key, _, _ := strings.Cut(f.Tag.Get("pulumi"), ",")
		assert.False(i.t, f.Anonymous, "%s: %s embeds %s, which the SDK drops when it copies inputs of a construct call", what, typ, f.Type)
		if key == "" || !f.IsExported() {
			continue
		}
		assert.Contains(i.t, properties, key, "%s: %s.%s is not in the schema", what, typ, f.Name)
		wanted := slices.Contains(strings.Split(f.Tag.Get("jsonschema"), ","), "required")
		assert.Equal(i.t, wanted, slices.Contains(required, key),
			"%s: %s.%s: the pulumi tag says optional if and only if the jsonschema tag does not say required", what, typ, f.Name)
		i.follow(what, f.Type)
	}
}

// follow compares the structs within a type.
func (i inspector) follow(what string, typ reflect.Type) {
	i.t.Helper()
	if typ.Implements(reflect.TypeFor[pulumi.Input]()) {
		return
	}
	switch typ.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice:
		i.follow(what, typ.Elem())
	case reflect.Struct:
		pkg := typ.PkgPath()[strings.LastIndexByte(typ.PkgPath(), '/')+1:]
		name := fmt.Sprintf("%s:%s:%s", i.module, pkg, typ.Name())
		nested, ok := i.schema.Types[name]
		if assert.True(i.t, ok, "%s: the schema has no type %s", what, name) {
			i.compare(what, typ, keys(nested.Properties), nested.Required)
		}
	}
}

// sourceFiles calls f with each Go file of the released modules except tests.
func sourceFiles(t *testing.T, f func(module, path string, file *ast.File)) {
	t.Helper()
	for _, module := range []string{"aws", "azure", "core", "kubernetes"} {
		err := filepath.WalkDir(filepath.Join(root, module), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err == nil {
				f(module, path, file)
			}
			return err
		})
		require.NoError(t, err)
	}
}

// TestEveryConstructorIsListed finds the constructors of components in the sources.
func TestEveryConstructorIsListed(t *testing.T) {
	t.Parallel()
	found := map[string]int{}
	sourceFiles(t, func(module, _ string, file *ast.File) {
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if s, ok := call.Fun.(*ast.SelectorExpr); ok && s.Sel.Name == "Register" {
				if pkg, ok := s.X.(*ast.Ident); ok && pkg.Name == "component" {
					found[module]++
				}
			}
			return true
		})
	})
	listed := map[string]int{}
	for module, all := range constructors() {
		listed[module] = len(all)
	}
	assert.Equal(t, found, listed, "list every component in constructors")
}

// TestArgumentsDoNotEmbedStructs checks the arguments of all modules: embedded fields are missing in other languages, and
// require nested literals in Go.
func TestArgumentsDoNotEmbedStructs(t *testing.T) {
	t.Parallel()
	count := 0
	sourceFiles(t, func(_, path string, file *ast.File) {
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok || !strings.HasSuffix(spec.Name.Name, "Args") || !spec.Name.IsExported() {
				return true
			}
			s, ok := spec.Type.(*ast.StructType)
			if !ok {
				return true
			}
			count++
			for _, field := range s.Fields.List {
				assert.NotEmpty(t, field.Names, "%s: %s embeds a type", path, spec.Name.Name)
			}
			return true
		})
	})
	assert.Greater(t, count, 20)
}
