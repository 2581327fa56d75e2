package integration_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws"
	"github.com/ashlar-iac/ashlar/aws/ec2"
	"github.com/ashlar-iac/ashlar/aws/eks"
	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/kms"
	awsnetwork "github.com/ashlar-iac/ashlar/aws/network"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/aws/s3"
	"github.com/ashlar-iac/ashlar/azure"
	"github.com/ashlar-iac/ashlar/azure/aks"
	"github.com/ashlar-iac/ashlar/azure/authorization"
	"github.com/ashlar-iac/ashlar/azure/compute"
	"github.com/ashlar-iac/ashlar/azure/identity"
	"github.com/ashlar-iac/ashlar/azure/keyvault"
	"github.com/ashlar-iac/ashlar/azure/monitor"
	azurenetwork "github.com/ashlar-iac/ashlar/azure/network"
	"github.com/ashlar-iac/ashlar/azure/resources"
	"github.com/ashlar-iac/ashlar/azure/storage"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/logging"
	"github.com/ashlar-iac/ashlar/core/metadata"
	"github.com/ashlar-iac/ashlar/core/versions"
	"github.com/ashlar-iac/ashlar/kubernetes"
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

var update = flag.Bool("update", false, "rewrite the option tables in the documentation")

// root is the root of the repository.
const root = ".."

func TestReadmeShowsThePlatform(t *testing.T) {
	t.Parallel()
	readme := read(t, filepath.Join(root, "README.md"))
	for _, file := range []string{"main.go", "Pulumi.dev.yaml"} {
		content := strings.TrimSpace(read(t, filepath.Join("programs", "platform", file)))
		assert.Contains(t, readme, "\n"+content+"\n```\n", "the README shows %s as it is", file)
	}
	ci := read(t, filepath.Join(root, ".ci", "run"))
	for _, command := range []string{"go tool mage demo", "go tool mage test"} {
		assert.Contains(t, readme, command)
	}
	assert.Contains(t, ci, "go tool mage test", "CI runs the README's test command")
}

// documented returns the types in the option tables of each page.
func documented() map[string]map[string]any {
	return map[string]map[string]any{
		"configuration.md":            {"Configuration": &kubernetes.Configuration{}, "Files": &config.Files{}, "Logging": &logging.Configuration{}},
		"versions.md":                 {"Versions": &versions.Configuration{}},
		"metadata.md":                 {"Project": &metadata.Configuration{}},
		"compliance.md":               {"Compliance": &compliance.Configuration{}},
		"aws/provider.md":             {"ProviderArgs": &aws.ProviderArgs{}},
		"aws/policy.md":               {"Document": &policy.Document{}, "Statement": &policy.Statement{}},
		"aws/iam.md":                  {"RoleArgs": &iam.RoleArgs{}, "PolicyArgs": &iam.PolicyArgs{}, "OIDCProviderArgs": &iam.OIDCProviderArgs{}},
		"aws/kms.md":                  {"KeyArgs": &kms.KeyArgs{}},
		"aws/ec2.md":                  {"InstanceArgs": &ec2.InstanceArgs{}, "SecurityGroupArgs": &ec2.SecurityGroupArgs{}, "Rule": &ec2.Rule{}},
		"aws/eks.md":                  {"ClusterArgs": &eks.ClusterArgs{}},
		"aws/network.md":              {"SecureVPCArgs": &awsnetwork.SecureVPCArgs{}, "VPCArgs": &awsnetwork.VPCArgs{}, "TierRoutesArgs": &awsnetwork.TierRoutesArgs{}},
		"aws/s3.md":                   {"BucketArgs": &s3.BucketArgs{}},
		"aws/flow-logs.md":            {"FlowLogsArgs": &awsnetwork.FlowLogsArgs{}},
		"aws/endpoints.md":            {"EndpointsArgs": &awsnetwork.EndpointsArgs{}},
		"azure/provider.md":           {"ProviderArgs": &azure.ProviderArgs{}},
		"azure/resource-group.md":     {"ResourceGroupArgs": &resources.ResourceGroupArgs{}},
		"azure/identity.md":           {"UserAssignedArgs": &identity.UserAssignedArgs{}},
		"azure/workload-identity.md":  {"WorkloadIdentityArgs": &identity.WorkloadIdentityArgs{}},
		"azure/role-assignment.md":    {"RoleAssignmentArgs": &authorization.RoleAssignmentArgs{}, "RoleDefinitionArgs": &authorization.RoleDefinitionArgs{}},
		"azure/storage-account.md":    {"AccountArgs": &storage.AccountArgs{}},
		"azure/key-vault.md":          {"VaultArgs": &keyvault.VaultArgs{}, "KeyArgs": &keyvault.KeyArgs{}},
		"azure/virtual-machine.md":    {"VirtualMachineArgs": &compute.VirtualMachineArgs{}},
		"azure/workspace.md":          {"WorkspaceArgs": &monitor.WorkspaceArgs{}},
		"azure/aks.md":                {"ClusterArgs": &aks.ClusterArgs{}},
		"azure/aks-node-pools.md":     {"NodePoolArgs": &aks.NodePoolArgs{}},
		"azure/network.md":            {"SecureVNetArgs": &azurenetwork.SecureVNetArgs{}, "VirtualNetworkArgs": &azurenetwork.VirtualNetworkArgs{}, "FlowLogsArgs": &azurenetwork.FlowLogsArgs{}},
		"azure/private-endpoint.md":   {"PrivateEndpointArgs": &azurenetwork.PrivateEndpointArgs{}},
		"kubernetes/namespace.md":     {"NamespaceArgs": &namespace.NamespaceArgs{}},
		"kubernetes/application.md":   {"ApplicationArgs": &application.ApplicationArgs{}},
		"kubernetes/release.md":       {"ReleaseArgs": &helm.ReleaseArgs{}},
		"kubernetes/manifest.md":      {"ManifestArgs": &manifest.ManifestArgs{}},
		"kubernetes/addons.md":        {"AddonArgs": &addon.AddonArgs{}},
		"kubernetes/configuration.md": {"ConfigMapArgs": &configuration.ConfigMapArgs{}, "SecretArgs": &configuration.SecretArgs{}},
		"kubernetes/rbac.md":          {"ServiceAccountArgs": &rbac.ServiceAccountArgs{}},
		"kubernetes/workload.md": {
			"DeploymentArgs": &workload.DeploymentArgs{}, "Resources": &workload.Resources{}, "Probe": &workload.Probe{},
			"Security": &workload.Security{}, "Container": &workload.Container{}, "InitContainer": &workload.InitContainer{},
			"Volume": &workload.Volume{}, "Scheduling": &workload.Scheduling{},
		},
		"kubernetes/mesh.md":         {"ServiceMeshArgs": &mesh.ServiceMeshArgs{}, "AuthorizationArgs": &mesh.AuthorizationArgs{}},
		"kubernetes/stateful-set.md": {"StatefulSetArgs": &workload.StatefulSetArgs{}},
		"kubernetes/daemon-set.md":   {"DaemonSetArgs": &workload.DaemonSetArgs{}},
		"kubernetes/jobs.md":         {"JobArgs": &workload.JobArgs{}, "CronJobArgs": &workload.CronJobArgs{}},
		"kubernetes/network.md": {
			"ServiceArgs": &network.ServiceArgs{}, "IsolationArgs": &network.IsolationArgs{}, "Peer": &network.Peer{},
		},
		"aws/eks-addons.md": {
			"AddonArgs": &eks.AddonArgs{}, "AddonIdentity": &eks.AddonIdentity{}, "ClusterAddons": &eks.ClusterAddons{},
		},
		"aws/workload-identity.md": {"WorkloadIdentityArgs": &eks.WorkloadIdentityArgs{}},
		"aws/eks-nodes.md": {
			"NodeGroupArgs": &eks.NodeGroupArgs{}, "FargateProfileArgs": &eks.FargateProfileArgs{},
			"KarpenterArgs": &eks.KarpenterArgs{},
		},
	}
}

// TestDocumentedOptionsAreCurrent compares the tables between the markers
// `<!-- options NAME -->` and `<!-- end -->` with the types.
func TestDocumentedOptionsAreCurrent(t *testing.T) {
	t.Parallel()
	for page, types := range documented() {
		tables := map[string]string{}
		for name, value := range types {
			tables["options "+name] = optionTable(t, page, value)
		}
		checkTables(t, page, tables)
	}
}

// TestDocumentedFrameworksAreCurrent compares the table of frameworks with the catalogue.
func TestDocumentedFrameworksAreCurrent(t *testing.T) {
	t.Parallel()
	catalogue := compliance.NewCatalogue()
	var table strings.Builder
	table.WriteString("| framework | title | version |\n|---|---|---|\n")
	for _, id := range catalogue.IDs() {
		fmt.Fprintf(&table, "| `%s` | %s | %s |\n", id, catalogue[id].Title, catalogue[id].Version)
	}
	checkTables(t, "compliance.md", map[string]string{"frameworks": table.String()})
}

// checkTables compares the tables of a page with its content between the markers `<!-- NAME -->` and `<!-- end -->`.
func checkTables(t *testing.T, page string, tables map[string]string) {
	t.Helper()
	path := filepath.Join(root, "docs", filepath.FromSlash(page))
	text := read(t, path)
	want := text
	for name, table := range tables {
		begin, end := "<!-- "+name+" -->\n", "<!-- end -->"
		before, rest, ok := strings.Cut(want, begin)
		require.True(t, ok, "%s has no marker for %s", page, name)
		_, after, ok := strings.Cut(rest, end)
		require.True(t, ok, "%s has no end for %s", page, name)
		want = before + begin + table + end + after
	}
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(want), 0o644))
		return
	}
	if diff := cmp.Diff(want, text); diff != "" {
		t.Errorf("%s is out of date: run `go test -run TestDocumented . -update` in integration (-want +got):\n%s",
			page, diff)
	}
}

// schema is the part of a JSON Schema that the tables use.
type schema struct {
	Ref                  string             `json:"$ref"`
	Defs                 map[string]*schema `json:"$defs"`
	Type                 string             `json:"type"`
	Minimum              *int               `json:"minimum"`
	Maximum              *int               `json:"maximum"`
	Pattern              string             `json:"pattern"`
	Description          string             `json:"description"`
	Default              any                `json:"default"`
	Enum                 []any              `json:"enum"`
	Properties           orderedProperties  `json:"properties"`
	Required             []string           `json:"required"`
	Items                *schema            `json:"items"`
	AdditionalProperties json.RawMessage    `json:"additionalProperties"`
}

// orderedProperties keeps the order of the Go fields.
type orderedProperties struct {
	keys   []string
	values map[string]*schema
}

func (o *orderedProperties) UnmarshalJSON(data []byte) error {
	if err := json.Unmarshal(data, &o.values); err != nil {
		return err
	}
	d := json.NewDecoder(strings.NewReader(string(data)))
	if _, err := d.Token(); err != nil {
		return err
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return err
		}
		o.keys = append(o.keys, key.(string))
		var skip json.RawMessage
		if err := d.Decode(&skip); err != nil {
			return err
		}
	}
	return nil
}

// optionTable returns the table of a page below docs.
func optionTable(t *testing.T, page string, value any) string {
	t.Helper()
	text, err := config.Schema(value, sourcesOf(reflect.TypeOf(value)))
	require.NoError(t, err)
	var s schema
	require.NoError(t, json.Unmarshal(text, &s))
	var b strings.Builder
	b.WriteString("| option | type | default | meaning |\n|---|---|---|---|\n")
	for name, link := range elsewhere() {
		// Types with their own table are links in other tables.
		if d := s.Defs[name]; d != nil && reflect.TypeOf(value).Elem().String() != name {
			*d = schema{Type: link.from(t, page)}
		}
	}
	writeOptions(t, &b, &s, s.Defs, "")
	return b.String()
}

// sourcesOf returns the folders of a type and of the types in it. Parsing whole modules for each table takes a minute.
// config.Schema joins the keys with the folders, which are relative to this one.
func sourcesOf(t reflect.Type) map[string]string {
	out, visited := map[string]string{}, map[reflect.Type]bool{}
	var visit func(reflect.Type)
	visit = func(t reflect.Type) {
		if visited[t] {
			return
		}
		visited[t] = true
		const repository = "github.com/ashlar-iac/ashlar/"
		if dir, ok := strings.CutPrefix(t.PkgPath(), repository); ok {
			out[repository+strings.ReplaceAll(dir, "/", "-")] = filepath.Join(root, filepath.FromSlash(dir))
		}
		switch t.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			visit(t.Elem())
		case reflect.Struct:
			for f := range t.Fields() {
				visit(f.Type)
			}
		}
	}
	visit(t)
	return out
}

// elsewhere returns links to the tables of types that have their own table.
func elsewhere() map[string]link {
	return map[string]link{
		"policy.Document":        {"policy", "aws/policy.md"},
		"policy.Statement":       {"policy statement", "aws/policy.md"},
		"ec2.SecurityGroupArgs":  {"security group", "aws/ec2.md#security-groups"},
		"ec2.Rule":               {"rule", "aws/ec2.md#rules"},
		"eks.AddonIdentity":      {"identity", "aws/eks-addons.md#identity"},
		"eks.ClusterAddons":      {"add-ons", "aws/eks-addons.md"},
		"workload.Resources":     {"resources", "kubernetes/workload.md#resources"},
		"workload.Probe":         {"probe", "kubernetes/workload.md#probe"},
		"workload.Security":      {"security", "kubernetes/workload.md#security"},
		"workload.Container":     {"container", "kubernetes/workload.md#container"},
		"workload.InitContainer": {"init container", "kubernetes/workload.md#init-container"},
		"workload.Volume":        {"volume", "kubernetes/workload.md#volume"},
		"workload.Scheduling":    {"scheduling", "kubernetes/workload.md#scheduling"},
		"network.Peer":           {"peer", "kubernetes/network.md#peer"},
	}
}

// link is a link to a place below docs.
type link struct{ text, target string }

// from returns the link for a page below docs.
func (l link) from(t *testing.T, page string) string {
	t.Helper()
	relative, err := filepath.Rel(filepath.Dir(page), l.target)
	require.NoError(t, err)
	return "[" + l.text + "](" + filepath.ToSlash(relative) + ")"
}

func writeOptions(t *testing.T, b *strings.Builder, s *schema, defs map[string]*schema, prefix string) {
	t.Helper()
	for _, key := range s.Properties.keys {
		p := s.Properties.values[key]
		kind, inner, suffix := describeType(p, defs)
		said, meaning := splitDefault(withoutName(p.Description, key))
		def := said
		switch {
		case p.Default != nil:
			def = fmt.Sprintf("`%v`", p.Default)
		case slices.Contains(s.Required, key):
			def = "required"
		case said != "":
		case p.Type == "boolean":
			def = "`false`"
		case inner == nil || suffix != ".":
			def = "none"
		}
		assert.NotEmpty(t, meaning, "%s has no doc comment", prefix+key)
		cells := []string{"`" + prefix + key + "`", kind + limits(p), def, meaning}
		for i := range cells {
			cells[i] = strings.ReplaceAll(cells[i], "|", "\\|")
		}
		b.WriteString(strings.TrimRight("| "+strings.Join(cells, " | "), " ") + " |\n")
		if inner != nil {
			writeOptions(t, b, inner, defs, prefix+key+suffix)
		}
	}
}

// withoutName removes the Go name at the start of a doc comment, and the verb after it.
func withoutName(description, key string) string {
	name, rest, _ := strings.Cut(description, " ")
	if !strings.EqualFold(name, key) {
		return description
	}
	for _, verb := range []string{"is ", "are "} {
		if after, ok := strings.CutPrefix(rest, verb); ok {
			rest = after
			break
		}
	}
	if rest == "" {
		return description
	}
	return strings.ToUpper(rest[:1]) + rest[1:]
}

// sentence matches the end of a sentence that is followed by another.
var sentence = regexp.MustCompile(`\. ([A-Z"/])`)

// splitDefault separates the default, which has its own column, from a doc comment. It removes "Required.", too.
func splitDefault(description string) (def, rest string) {
	var kept []string
	for _, s := range strings.Split(sentence.ReplaceAllString(description, ".\n$1"), "\n") {
		switch {
		case strings.HasPrefix(s, "Default: "):
			def = strings.TrimSuffix(strings.TrimPrefix(s, "Default: "), ".")
		case strings.HasPrefix(s, "Default, "):
			def = strings.TrimSuffix(strings.TrimPrefix(s, "Default, "), ".")
		case s != "Required.":
			kept = append(kept, s)
		}
	}
	return def, strings.Join(kept, " ")
}

// limits describes the accepted values of a type.
func limits(p *schema) string {
	switch {
	case p.Minimum != nil && p.Maximum != nil:
		return fmt.Sprintf(", %d to %d", *p.Minimum, *p.Maximum)
	case p.Minimum != nil:
		return fmt.Sprintf(", at least %d", *p.Minimum)
	case p.Pattern != "":
		return ", matching `" + p.Pattern + "`"
	}
	return ""
}

// describeType returns the description of a type and the schema of its elements.
func describeType(p *schema, defs map[string]*schema) (kind string, inner *schema, suffix string) {
	if p.Ref != "" {
		d := defs[strings.TrimPrefix(p.Ref, "#/$defs/")]
		return describeType(d, defs)
	}
	switch {
	case len(p.Enum) > 0:
		words := make([]string, len(p.Enum))
		for i, e := range p.Enum {
			words[i] = fmt.Sprintf("`%v`", e)
		}
		return "one of " + strings.Join(words, ", "), nil, ""
	case p.Type == "array":
		kind, inner, _ := describeType(p.Items, defs)
		return "list of " + plural(kind), inner, "[]."
	case p.Type == "object" && len(p.Properties.keys) > 0:
		return "map", p, "."
	case p.Type == "object":
		var element schema
		if err := json.Unmarshal(p.AdditionalProperties, &element); err != nil {
			return "map", nil, ""
		}
		kind, inner, _ := describeType(&element, defs)
		return "map of " + plural(kind), inner, ".<name>."
	}
	return p.Type, nil, ""
}

func plural(kind string) string {
	for _, collection := range []string{"map", "list"} {
		if rest, ok := strings.CutPrefix(kind, collection+" of "); ok {
			return collection + "s of " + rest
		}
	}
	if text, link, ok := strings.Cut(kind, "]("); ok {
		if before, last := strings.CutSuffix(text, "y"); last {
			return before + "ies](" + link
		}
		return text + "s](" + link
	}
	return kind + "s"
}

// TestLinks checks that the links of the documentation lead to existing files and headings.
func TestLinks(t *testing.T) {
	t.Parallel()
	link := regexp.MustCompile(`\]\(([^)#:\s]*)(?:#([^)\s]*))?\)`)
	code := regexp.MustCompile("(?s)\n```.*?\n```\n|`[^`\n]*`")
	files, headings := 0, 0
	require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".md" {
			return err
		}
		for _, m := range link.FindAllStringSubmatch(code.ReplaceAllString(read(t, path), ""), -1) {
			target := path
			if m[1] != "" {
				files++
				target = filepath.Join(filepath.Dir(path), m[1])
			}
			if _, err := os.Stat(target); !assert.NoError(t, err, "%s links to %s", path, m[1]) || m[2] == "" {
				continue
			}
			headings++
			assert.Contains(t, anchors(read(t, target)), m[2], "%s links to %s", path, m[0])
		}
		return nil
	}))
	assert.Positive(t, files)
	assert.Positive(t, headings)
}

var (
	fenced  = regexp.MustCompile("(?ms)^```.*?\n```$")
	heading = regexp.MustCompile(`(?m)^#{1,6} +(.*?)[ #]*$`)
	linked  = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)
	unnamed = regexp.MustCompile(`[^\p{L}\p{M}\p{N}_ -]`)
)

// anchors returns the names of the headings of a page in links to them.
//
// Source: GitHub, "Basic writing and formatting syntax", section links.
func anchors(page string) []string {
	var out []string
	seen := map[string]int{}
	for _, m := range heading.FindAllStringSubmatch(fenced.ReplaceAllString(page, ""), -1) {
		text := strings.ToLower(linked.ReplaceAllString(m[1], "$1"))
		name := strings.ReplaceAll(unnamed.ReplaceAllString(text, ""), " ", "-")
		if n := seen[name]; n > 0 {
			out = append(out, fmt.Sprintf("%s-%d", name, n))
		} else {
			out = append(out, name)
		}
		seen[name]++
	}
	return out
}

func TestAnchors(t *testing.T) {
	t.Parallel()
	page := "# One page\n\n## `options`, and [more](x.md)\n\n```sh\n# no heading\n```\n\n### Two: A/B ##\n\n## One page\n" +
		"#hashtag\n"
	require.Equal(t, []string{"one-page", "options-and-more", "two-ab", "one-page-1"}, anchors(page))
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(data)
}
