package options_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
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
	"github.com/ashlar-iac/ashlar/integration/sections"
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
	// addonRow is a row of the table of add-ons that have an identity, and addonName a name in it.
	addonRow  = regexp.MustCompile("(?m)^\\| (`.*`) \\| (?:known|`[a-z0-9-]+/[a-z0-9-]+`) \\|")
	addonName = regexp.MustCompile("`([a-z0-9-]+)`")
)

// TestDocumentedStackFiles deploys the stack files of the pages, except those that are shown with findings.
func TestDocumentedStackFiles(t *testing.T) {
	t.Parallel()
	deployed := 0
	for _, d := range sections.Documents(t, filepath.Join(root, "docs", "aws")) {
		section := parse(t, d.Text)
		if section == nil || strings.Contains(d.Text, peering) {
			continue
		}
		deployed++
		t.Run(d.Name, func(t *testing.T) {
			t.Parallel()
			require.NoError(t, deploy(t, section), d.Text)
		})
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

// incomplete are values that need more than AWS resources of the base section, with the error of AWS without it.
var incomplete = map[string]string{
	"clusters.*.addons.vpcCni.enabled=false": "the cluster has no CNI",
}

// suite deploys what the schema describes.
func suite(tb testing.TB) sections.Suite {
	tb.Helper()
	schema, err := os.ReadFile(filepath.Join(root, "aws", "schema.json"))
	require.NoError(tb, err)
	return sections.Suite{Schema: schema, Deploy: deploy, Base: base, Incomplete: incomplete}
}

// TestSchemaOptions sets each value of each enumeration and each boolean of the schema. What the module accepts, the
// simulated AWS deploys.
func TestSchemaOptions(t *testing.T) {
	t.Parallel()
	suite(t).Choices(t)
}
