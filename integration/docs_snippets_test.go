package integration_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	pulumikubernetes "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumiconfig "github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/yaml"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/credentials"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/core/metadata"
	"github.com/ashlar-iac/ashlar/kubernetes"
	"github.com/ashlar-iac/ashlar/kubernetes/application"
	"github.com/ashlar-iac/ashlar/kubernetes/configuration"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
	"github.com/ashlar-iac/ashlar/kubernetes/rbac"
	"github.com/ashlar-iac/ashlar/kubernetes/workload"
)

// The Go snippets in the folder docs.
var (
	_ = tagAll
	_ = deployOwn
	_ = provideNetwork
	_ = func(ctx *pulumi.Context) (*pulumikubernetes.Provider, error) {
		provider, err := kubernetes.NewProvider(ctx, "local", &kubernetes.ProviderArgs{KubeconfigPath: "./kubeconfig"})
		return provider, err
	}
	_ = func(ctx *pulumi.Context, provider pulumi.ProviderResource) (*namespace.Namespace, error) {
		ns, err := namespace.NewNamespace(ctx, "shop", nil, pulumi.Provider(provider))
		return ns, err
	}
	_ = func(
		ctx *pulumi.Context, provider pulumi.ProviderResource, ns *namespace.Namespace,
	) (*application.Application, error) {
		app, err := application.NewApplication(ctx, "web", &application.ApplicationArgs{
			Namespace: ns.Name,
			Image:     pulumi.String("registry.example.com/web:1.2.3"),
			Port:      8080,
		}, pulumi.Provider(provider))
		return app, err
	}
	_ = func(
		ctx *pulumi.Context, provider pulumi.ProviderResource, ns *namespace.Namespace, identity core.WorkloadIdentity,
	) (*application.Application, error) {
		app, err := application.NewApplication(ctx, "web", &application.ApplicationArgs{
			Namespace: ns.Name,
			Image:     pulumi.String("registry.example.com/web:1.2.3"),
			Port:      8080,
			Identity:  identity,
		}, pulumi.Provider(provider))
		return app, err
	}
	_ = func(
		ctx *pulumi.Context, provider pulumi.ProviderResource, ns *namespace.Namespace,
	) (*workload.Deployment, error) {
		d, err := workload.NewDeployment(ctx, "worker", &workload.DeploymentArgs{
			Namespace: ns.Name,
			Image:     pulumi.String("registry.example.com/worker:1.2.3"),
		}, pulumi.Provider(provider))
		return d, err
	}
	_ = func(
		ctx *pulumi.Context, provider pulumi.ProviderResource, ns *namespace.Namespace,
	) (*workload.StatefulSet, error) {
		store, err := workload.NewStatefulSet(ctx, "store", &workload.StatefulSetArgs{
			Namespace: ns.Name,
			Image:     pulumi.String("registry.example.com/store:16.4"),
			Security:  &workload.Security{FSGroup: 10001},
			Claims:    config.Named[workload.Claim]{"data": {Size: "10Gi", Path: "/var/lib/store"}},
		}, pulumi.Provider(provider))
		return store, err
	}
	_ = func(
		ctx *pulumi.Context, provider pulumi.ProviderResource, ns *namespace.Namespace,
	) (*workload.DaemonSet, error) {
		agent, err := workload.NewDaemonSet(ctx, "agent", &workload.DaemonSetArgs{
			Namespace: ns.Name,
			Image:     pulumi.String("registry.example.com/agent:1.0.0"),
		}, pulumi.Provider(provider))
		return agent, err
	}
	_ = func(
		ctx *pulumi.Context, provider pulumi.ProviderResource, ns *namespace.Namespace,
	) (*workload.Job, error) {
		migration, err := workload.NewJob(ctx, "migrate", &workload.JobArgs{
			Namespace: ns.Name,
			Image:     pulumi.String("registry.example.com/web:1.2.3"),
			Command:   []string{"/bin/migrate"},
		}, pulumi.Provider(provider))
		if err != nil {
			return nil, err
		}
		_, err = workload.NewDeployment(ctx, "web", &workload.DeploymentArgs{ /* ... */ },
			pulumi.DependsOn([]pulumi.Resource{migration}))
		return migration, err
	}
	_ = func(
		ctx *pulumi.Context, provider pulumi.ProviderResource, ns *namespace.Namespace,
	) (*workload.CronJob, error) {
		report, err := workload.NewCronJob(ctx, "report", &workload.CronJobArgs{
			Namespace: ns.Name,
			Image:     pulumi.String("registry.example.com/report:1.2.3"),
			Schedule:  "30 4 * * 1-5",
			TimeZone:  "Europe/Berlin",
		}, pulumi.Provider(provider))
		return report, err
	}
	_ = func(
		ctx *pulumi.Context, provider pulumi.ProviderResource, ns *namespace.Namespace,
	) (*configuration.ConfigMap, error) {
		settings, err := configuration.NewConfigMap(ctx, "settings", &configuration.ConfigMapArgs{
			Namespace: ns.Name,
			Data:      pulumi.StringMap{"settings.yaml": pulumi.String("cache: true\n")},
		}, pulumi.Provider(provider))
		return settings, err
	}
	_ = func(
		ctx *pulumi.Context, provider pulumi.ProviderResource, ns *namespace.Namespace,
	) (*configuration.ConfigMap, error) {
		pages, err := configuration.NewConfigMap(ctx, "pages", &configuration.ConfigMapArgs{
			Namespace: ns.Name,
			FromFiles: []string{"nginx.conf", "pages"},
		}, pulumi.Provider(provider))
		return pages, err
	}
	_ = func(
		ctx *pulumi.Context, provider pulumi.ProviderResource, ns *namespace.Namespace,
	) (*rbac.ServiceAccount, error) {
		account, err := rbac.NewServiceAccount(ctx, "restarter", &rbac.ServiceAccountArgs{
			Namespace: ns.Name,
			Rules: []rbac.Rule{{
				APIGroups:     []string{"apps"},
				Resources:     []string{"deployments"},
				ResourceNames: []string{"web"},
				Verbs:         []string{"get", "patch"},
			}},
		}, pulumi.Provider(provider))
		return account, err
	}
	_ = func(
		ctx *pulumi.Context, provider pulumi.ProviderResource, ns *namespace.Namespace, stack *pulumiconfig.Config,
	) (*configuration.Secret, error) {
		token, err := configuration.NewSecret(ctx, "token", &configuration.SecretArgs{
			Namespace: ns.Name,
			Data:      pulumi.StringMap{"TOKEN": stack.RequireSecret("token")},
		}, pulumi.Provider(provider))
		return token, err
	}
	_ = func(ctx *pulumi.Context, provider pulumi.ProviderResource, ns *namespace.Namespace) error {
		var err error
		_, err = network.NewIsolation(ctx, "worker", &network.IsolationArgs{
			Namespace: ns.Name,
			Selector:  workload.SelectorLabels("worker"),
			Port:      8080,
			AllowFrom: []network.Peer{{Namespace: pulumi.String("ingress")}},
		}, pulumi.Provider(provider))
		if err != nil {
			return err
		}
		service, err := network.NewService(ctx, "worker", &network.ServiceArgs{
			Namespace:  ns.Name,
			Selector:   workload.SelectorLabels("worker"),
			TargetPort: 8080,
		}, pulumi.Provider(provider))
		_ = service
		return err
	}
)

// tagAll contains the snippet in metadata.md.
func tagAll(ctx *pulumi.Context) error {
	manager, err := metadata.New(metadata.Metadata{Project: "shop", Owner: "Platform Team"}, kubernetes.TaggableTypes())
	if err != nil {
		return err
	}
	if err := manager.Install(ctx); err != nil {
		return err
	}
	data := manager.Option(metadata.Metadata{DataClassification: "internal"})
	_, err = namespace.NewNamespace(ctx, "orders", nil, data)
	return err
}

// deployOwn and provideNetwork contain the snippets in modules.md.
func deployOwn(ctx *pulumi.Context, deployNotices, deployOffices func(*deployment.Context, *regions) error) error {
	offices := deployment.NewModule("offices", nil, deployOffices, deployment.Provides[core.Network]("networks"))
	_ = offices
	notices := deployment.NewModule("notices", nil, deployNotices, deployment.DependsOn(kubernetes.ModuleName))
	return deployment.Run(ctx, kubernetes.Module(), notices)
}

func provideNetwork(ctx *deployment.Context, name string, network core.Network) error {
	err := deployment.Provide[core.Network](ctx, name, network)
	return err
}

// askForAWS contains the snippet in credentials.md.
func askForAWS(resolver *credentials.Resolver) (credentials.AWS, error) {
	found, err := resolver.AWS(credentials.AWSRequest{
		Provider: "primary",
		Sources:  []credentials.Source{credentials.AWSWebIdentity, credentials.AWSStaticKeys},
	})
	return found, err
}

// block is a fenced block of a Markdown file.
type block struct{ path, language, text string }

var fence = regexp.MustCompile("(?s)\n```(\\w+)\n(.*?\n)```\n")

// blocks returns the fenced blocks of the Markdown files in a folder, in order.
func blocks(t *testing.T, folder string) []block {
	t.Helper()
	var out []block
	require.NoError(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".md" {
			return err
		}
		for _, m := range fence.FindAllStringSubmatch(read(t, path), -1) {
			out = append(out, block{path, m[1], m[2]})
		}
		return nil
	}))
	require.NotEmpty(t, out)
	return out
}

// TestGoSnippets checks that this file, or that of a module, contains each Go snippet, so that it compiles. The tests of packages integration/cloud/aws and azure compile the snippets of the pages on simulated
// clouds.
func TestGoSnippets(t *testing.T) {
	t.Parallel()
	unindented := func(text string) string {
		var lines []string
		for line := range strings.Lines(text) {
			lines = append(lines, strings.TrimSpace(line))
		}
		return strings.Join(lines, "\n")
	}
	var source string
	for _, file := range []string{
		"docs_snippets_test.go", "docs_snippets_aws_test.go", "docs_snippets_azure_test.go", "docs_snippets_kubernetes_test.go",
		filepath.Join("cloud", "aws", "testdata", "backup", "backup.go"),
		filepath.Join("cloud", "azure", "testdata", "queue", "queue.go"),
	} {
		source += "\n" + unindented(read(t, file)) + "\n"
	}
	program := read(t, filepath.Join("programs", "platform", "main.go"))
	shown := append(blocks(t, filepath.Join(root, "docs")), blocks(t, filepath.Join(root, "README.md"))...)
	for _, b := range shown {
		if b.language == "go" && b.text != program {
			if !strings.Contains(source, "\n"+unindented(b.text)+"\n") {
				t.Errorf("%s: snippet is missing from the files docs_snippets_*_test.go:\n%s",
					b.path, b.text)
			}
		}
	}
}

// TestStackFileSnippets checks each stack file in the documentation. The next text block contains its findings.
func TestStackFileSnippets(t *testing.T) {
	t.Parallel()
	all := blocks(t, filepath.Join(root, "docs"))
	for i, b := range all {
		if b.language != "yaml" {
			continue
		}
		var want []string
		if next := i + 1; next < len(all) && all[next].path == b.path && all[next].language == "text" {
			want = strings.Split(strings.TrimSpace(all[next].text), "\n")
		}
		if diff := cmp.Diff(want, stackFindings(t, b.text)); diff != "" {
			t.Errorf("%s: findings of a stack file differ from the documentation (-want +got):\n%s\n%s",
				b.path, diff, b.text)
		}
	}
}

// TestReadmeShowsFindings compares the findings in the README with those of the platform's stack file with the same
// mistakes.
func TestReadmeShowsFindings(t *testing.T) {
	t.Parallel()
	text := read(t, filepath.Join("programs", "platform", "Pulumi.dev.yaml"))
	text = strings.Replace(text, "replicas: 3", "replica: 3", 1)
	text = strings.Replace(text, "port: 8080\n", "port: \"8080\"\n", 1)
	want := strings.Join(stackFindings(t, text), "\n")
	require.NotEmpty(t, want)
	assert.Contains(t, read(t, filepath.Join(root, "README.md")), "\n```text\n"+want+"\n```\n")
}

// stackFindings returns the findings for a stack file or, if its first line names another file, for that file.
func stackFindings(t *testing.T, text string) []string {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	write("Pulumi.yaml", "name: project\nruntime: go\n")
	// The examples refer to these files.
	write("kubeconfig", "{apiVersion: v1, kind: Config, current-context: local, contexts: [{name: local, context: {cluster: local, user: local}}], "+
		"clusters: [{name: local, cluster: {server: 'https://127.0.0.1:6443'}}], users: [{name: local, user: {}}]}\n")
	for _, folder := range []string{"manifests", filepath.Join("charts", "web")} {
		require.NoError(t, os.MkdirAll(filepath.Join(dir, folder), 0o700))
	}
	write("manifests/settings.yaml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}}\n")
	write("charts/web/Chart.yaml", "{apiVersion: v2, name: web, version: 1.2.3}\n")
	write("charts/web/values.yaml", "replicas: 1\n")
	write("organization.yaml", "kubernetes: { namespaces: { shop: } }\n")
	if strings.HasPrefix(text, "# ashlar.yaml") || strings.HasPrefix(text, "# organization.yaml") {
		write("ashlar.yaml", text)
		text = ""
	}
	path := write("Pulumi.dev.yaml", text)
	converted, err := yaml.ToJSON([]byte(text))
	require.NoError(t, err, text)
	var file struct{ Config map[string]any }
	require.NoError(t, json.Unmarshal(converted, &file))
	// The engine passes each value as JSON.
	values := map[string]string{}
	for key, value := range file.Config {
		encoded, err := json.Marshal(value)
		require.NoError(t, err)
		values[key] = string(encoded)
	}
	var found []string
	err = pulumi.RunErr(func(ctx *pulumi.Context) error {
		_, err := config.Load(ctx, sections(), config.WithStackFile(path))
		var invalid *config.Error
		if !errors.As(err, &invalid) {
			return err
		}
		for _, f := range invalid.Findings {
			found = append(found, f.String())
		}
		return nil
	}, pulumi.WithMocks("project", "dev", nothing{}), func(info *pulumi.RunInfo) { info.Config = values })
	require.NoError(t, err, text)
	return found
}

// nothing is an engine that rejects every registration and call.
type nothing struct{}

func (nothing) NewResource(pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	return "", nil, errors.New("nothing may be registered")
}

func (nothing) Call(pulumi.MockCallArgs) (resource.PropertyMap, error) {
	return nil, errors.New("nothing may be called")
}
