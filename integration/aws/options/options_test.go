package options_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/ashlar-iac/ashlar/aws"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/credentials"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	simulated "github.com/ashlar-iac/ashlar/integration/cloud/aws"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
)

// object is a map in a stack file.
type object = map[string]any

const (
	root = "../../.."
	// hub is the transit gateway of the pages, and peering a connection of a network that does not exist before it.
	hub, peering = "tgw-0123456789abcdef0", "pcx-0123456789abcdef0"
)

// TestMain collects garbage less often, which is a sixth of the work of these tests.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

// deploy deploys a section to an empty account.
func deploy(t *testing.T, section object) error {
	t.Helper()
	text, err := json.Marshal(section)
	require.NoError(t, err)
	file, err := json.Marshal(object{"config": object{"ashlar:aws": section}})
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "Pulumi.dev.yaml")
	found := credentials.New(credentials.WithLookup(func(name string) (string, bool) {
		return "simulated", strings.HasPrefix(name, "AWS_ACCESS_KEY") || strings.HasPrefix(name, "AWS_SECRET")
	}))
	a := awstest.NewAccount(t, true).Use(object{"region": "eu-west-1"})
	for _, placeholder := range slices.Sorted(maps.Keys(existing)) {
		if !strings.Contains(string(text), placeholder) {
			continue
		}
		object := existing[placeholder]
		h := a.History().All(awstest.Step{Name: "it", Type: object.typ, Inputs: object.inputs})
		id := h.IDs["it"]
		if object.output != "" {
			id = h.Output("it", object.output).(string)
		}
		text = []byte(strings.ReplaceAll(string(text), placeholder, id))
		file = []byte(strings.ReplaceAll(string(file), placeholder, id))
	}
	require.NoError(t, os.WriteFile(path, file, 0o600))
	_, err = a.Deploy(func(ctx *pulumi.Context) error {
		manager := deployment.NewManager(deployment.WithConfig(config.WithStackFile(path)))
		return manager.Run(ctx, aws.Module(aws.WithCredentials(found)))
	}, pulumitest.WithConfig(map[string]string{"ashlar:aws": string(text)}))
	return err
}

// allowed is the account of a provider in the documentation.
var allowed = regexp.MustCompile(`(allowedAccountIds: \[[^\]]*)111122223333`)

// parse returns the section in a stack file, or nil. The account of providers becomes the simulated one; roles of the
// account in the documentation exist.
func parse(t *testing.T, text string) object {
	t.Helper()
	var file struct {
		Config map[string]object `json:"config"`
	}
	text = allowed.ReplaceAllString(text, "${1}"+simulated.Account)
	if yaml.Unmarshal([]byte(text), &file) != nil {
		return nil
	}
	return file.Config["ashlar:aws"]
}

var (
	block = regexp.MustCompile("(?ms)^```yaml\n(.*?\n)```\n+(```text)?")
	// addonRow is a row of the table of add-ons that have an identity, and addonName a name in it.
	addonRow  = regexp.MustCompile("(?m)^\\| (`.*`) \\| (?:known|`[a-z0-9-]+/[a-z0-9-]+`) \\|")
	addonName = regexp.MustCompile("`([a-z0-9-]+)`")
)

// TestDocumentedStackFiles deploys the stack files of the pages, except those that are shown with findings.
func TestDocumentedStackFiles(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob(filepath.Join(root, "docs", "aws", "*.md"))
	require.NoError(t, err)
	deployed := 0
	for _, page := range pages {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		for i, found := range block.FindAllStringSubmatch(string(text), -1) {
			section := parse(t, found[1])
			if section == nil || found[2] != "" || strings.Contains(found[1], peering) {
				continue
			}
			deployed++
			t.Run(fmt.Sprintf("%s %d", filepath.Base(page), i), func(t *testing.T) {
				t.Parallel()
				require.NoError(t, deploy(t, section), found[1])
			})
		}
	}
	require.Greater(t, deployed, 10)
}

// bases are sections with an entry of each kind, the entry under test first. They have blocks for options that are
// within lists of blocks.
const bases = `
networks:
  networks: { main: { cidr: 10.0.0.0/16 } }
buckets:
  buckets: { main: {} }
policies:
  policies: { main: { statements: [{ effect: Allow, actions: ["s3:GetObject"], resources: ["arn:aws:s3:::shop/*"] }] } }
identityProviders:
  identityProviders: { main: { url: "https://token.actions.githubusercontent.com" } }
roles:
  roles: { main: { trust: { services: { ec2.amazonaws.com: {} } } } }
clusters:
  networks: { net: { cidr: 10.0.0.0/16, ipv6: true } }
  clusters:
    main:
      version: "1.36"
      administrators: { platform: "arn:aws:iam::111122223333:role/platform" }
      nodeGroups: { main: { taints: [{ key: team, effect: NoSchedule }] }, open: {} }
workloadIdentities:
  networks: { net: { cidr: 10.0.0.0/16 } }
  clusters:
    shop:
      version: "1.36"
      administrators: { platform: "arn:aws:iam::111122223333:role/platform" }
      nodeGroups: { main: {} }
  workloadIdentities: { main: { cluster: shop, namespace: shop, serviceAccount: web } }
instances:
  networks: { net: { cidr: 10.0.0.0/16 } }
  instances: { main: { instanceType: t4g.small } }
`

// base returns the base section of a kind of entry.
func base(t *testing.T, kind string) object {
	t.Helper()
	var all map[string]object
	require.NoError(t, yaml.Unmarshal([]byte(bases), &all))
	require.Contains(t, all, kind)
	section := all[kind]
	section["enabled"] = true
	section["providers"] = object{"primary": object{"region": "eu-west-1"}}
	return section
}

// TestKnownAddons deploys each add-on of the documentation's table with its identity.
func TestKnownAddons(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, "docs", "aws", "eks-addons.md"))
	require.NoError(t, err)
	var found []string
	for _, row := range addonRow.FindAllStringSubmatch(string(text), -1) {
		for _, name := range addonName.FindAllStringSubmatch(row[1], -1) {
			found = append(found, name[1])
		}
	}
	require.Greater(t, len(found), 8)
	own := map[string]string{"vpc-cni": "vpcCni", "aws-ebs-csi-driver": "ebsCsi"}
	for _, name := range found {
		for _, method := range []string{"podIdentity", "irsa"} {
			t.Run(name+" "+method, func(t *testing.T) {
				t.Parallel()
				// Add-ons without recommended policies get one of ours.
				args := object{"identity": object{"method": method, "inlinePolicies": object{"own": object{"statements": []any{
					object{"effect": "Allow", "actions": []any{"s3:GetObject"}, "resources": []any{"arn:aws:s3:::shop/*"}}}}}}}
				section := base(t, "clusters")
				cluster := section["clusters"].(object)["main"].(object)
				cluster["addons"] = object{"others": object{name: args}}
				if option := own[name]; option != "" {
					cluster["addons"] = object{option: args}
				}
				require.NoError(t, deploy(t, section))
			})
		}
	}
}

// TestAccelerators deploys nodes with GPUs and other accelerators, such as those of the documentation.
func TestAccelerators(t *testing.T) {
	t.Parallel()
	tests := map[string]object{
		"NVIDIA":               {"instanceTypes": []any{"g6.xlarge"}, "image": object{"accelerator": "nvidia"}},
		"NVIDIA and arm64":     {"instanceTypes": []any{"g5g.xlarge"}, "image": object{"accelerator": "nvidia"}},
		"NVIDIA, Bottlerocket": {"instanceTypes": []any{"g6e.xlarge"}, "image": object{"accelerator": "nvidia", "system": "bottlerocket"}},
		"Neuron":               {"instanceTypes": []any{"inf2.xlarge"}, "image": object{"accelerator": "neuron"}},
		"another form":         {"instanceTypes": []any{"p6-b200.48xlarge"}, "image": object{"accelerator": "nvidia"}},
		"another family":       {"instanceTypes": []any{"g6.12xlarge"}, "image": object{"accelerator": "nvidia"}},
	}
	for name, nodes := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			section := base(t, "clusters")
			section["clusters"].(object)["main"].(object)["nodeGroups"] = object{"main": object{}, "gpu": nodes}
			require.NoError(t, deploy(t, section))
		})
	}
}

// TestPartitions deploys a network with endpoints, a bucket and a cluster in each partition.
func TestPartitions(t *testing.T) {
	t.Parallel()
	services := []any{"athena", "elasticfilesystem", "fsx", "imagebuilder", "kms", "lambda", "monitoring", "secretsmanager",
		"securityhub", "sns", "sqs"}
	for region, partition := range map[string]string{"cn-north-1": "aws-cn", "cn-northwest-1": "aws-cn",
		"us-gov-west-1": "aws-us-gov", "eu-west-1": "aws", "us-east-1": "aws"} {
		t.Run(region, func(t *testing.T) {
			t.Parallel()
			section := base(t, "clusters")
			section["providers"] = object{"primary": object{"region": region}}
			section["networks"] = object{"net": object{"cidr": "10.0.0.0/16", "zones": 2.0,
				"endpoints": object{"bundles": []any{"ssm", "ecr", "eks"}, "services": services}}}
			section["buckets"] = object{"data": object{}}
			cluster := section["clusters"].(object)["main"].(object)
			cluster["administrators"] = object{"platform": "arn:" + partition + ":iam::111122223333:role/platform"}
			require.NoError(t, deploy(t, section))
		})
	}
}

// option is a value at a path within an entry.
type option struct {
	path  []string
	value any
}

// walker lists the enumerations and booleans of the module's schema: those of a definition once for each kind of entry,
// also if several options have it.
type walker struct {
	definitions object
	options     []option
	visited     map[string]bool
}

func (w *walker) walk(schema object, path []string) {
	if reference, ok := schema["$ref"].(string); ok {
		if w.visited[reference] {
			return
		}
		w.visited[reference] = true
		w.walk(w.definitions[strings.TrimPrefix(reference, "#/$defs/")].(object), path)
		return
	}
	at := func(key string) []string { return append(slices.Clone(path), key) }
	if values, ok := schema["enum"].([]any); ok {
		for _, v := range values {
			w.options = append(w.options, option{path, v})
		}
	}
	if schema["type"] == "boolean" {
		w.options = append(w.options, option{path, true}, option{path, false})
	}
	properties, _ := schema["properties"].(object)
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		w.walk(properties[name].(object), at(name))
	}
	for key, within := range map[string]string{"additionalProperties": "*", "items": "[]"} {
		if inner, ok := schema[key].(object); ok {
			w.walk(inner, at(within))
		}
	}
}

// set sets a value in an entry: in the first entry of a map, and in the first element of a list of blocks. Other lists
// get the value as their only element.
func set(v any, path []string, to any) (any, bool) {
	if len(path) == 0 {
		return to, true
	}
	switch path[0] {
	case "[]":
		list, _ := v.([]any)
		if len(path) == 1 {
			return []any{to}, true
		}
		if len(list) == 0 {
			return nil, false
		}
		first, ok := set(list[0], path[1:], to)
		list[0] = first
		return list, ok
	case "*":
		entries, _ := v.(object)
		if len(entries) == 0 {
			return nil, false
		}
		name := slices.Min(slices.Collect(maps.Keys(entries)))
		inner, ok := set(entries[name], path[1:], to)
		entries[name] = inner
		return entries, ok
	}
	block, _ := v.(object)
	if block == nil {
		block = object{}
	}
	inner, ok := set(block[path[0]], path[1:], to)
	block[path[0]] = inner
	return block, ok
}

// incomplete are values that need more than AWS resources of the base section, with the error of AWS without it.
var incomplete = map[string]string{
	"clusters.*.addons.vpcCni.enabled=false": "the cluster has no CNI",
}

// TestSchemaOptions sets each value of each enumeration and each boolean of the schema. What the module accepts, the
// simulated AWS deploys.
func TestSchemaOptions(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, "aws", "schema.json"))
	require.NoError(t, err)
	var schema object
	require.NoError(t, json.Unmarshal(text, &schema))
	w := &walker{definitions: schema["$defs"].(object)}
	kinds := schema["properties"].(object)
	var deployed, contradictory atomic.Int64
	total := int64(0)
	t.Run("values", func(t *testing.T) {
		for _, kind := range slices.Sorted(maps.Keys(kinds)) {
			if kind == "enabled" || kind == "providers" {
				continue
			}
			w.options, w.visited = nil, map[string]bool{}
			w.walk(kinds[kind].(object), nil)
			for _, o := range w.options {
				section := base(t, kind)
				changed, ok := set(section[kind], o.path, o.value)
				if !ok {
					continue
				}
				section[kind] = changed
				total++
				name := fmt.Sprintf("%s.%s=%v", kind, strings.Join(o.path, "."), o.value)
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					var invalid *config.Error
					if err := deploy(t, section); errors.As(err, &invalid) {
						contradictory.Add(1)
					} else if problem, ok := incomplete[name]; ok {
						require.ErrorContains(t, err, problem)
						contradictory.Add(1)
					} else {
						require.NoError(t, err)
						deployed.Add(1)
					}
				})
			}
		}
	})
	if deployed.Load()+contradictory.Load() == total { // No option is filtered out.
		require.Greater(t, deployed.Load(), 2*contradictory.Load(), "most options need no others")
		require.Greater(t, deployed.Load(), int64(50))
	}
}
