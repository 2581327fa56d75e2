package config_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ashlar-iac/ashlar/core/config"
)

// harbor has entries with groups, which some of their options need.
type harbor struct {
	Owner    string             `pulumi:"owner"`
	Clusters config.Named[pier] `pulumi:"clusters"`
	Region   string             `pulumi:"region" jsonschema:"pattern=^[a-z]{2}-[a-z]+-[0-9]$,example=eu-west-1,example=us-east-1"`
}

type pier struct {
	Version    string              `pulumi:"version" jsonschema:"required"`
	NodeGroups config.Named[berth] `pulumi:"nodeGroups"`
	DNS        *resolver           `pulumi:"coreDns" config:"group"`
	Tags       map[string]string   `pulumi:"tags"`
}

type berth struct {
	Size  *int   `pulumi:"size" jsonschema:"maximum=9"`
	Image string `pulumi:"image"`
}

type resolver struct {
	Replicas *int `pulumi:"replicas"`
}

func (c *pier) Validate(report *config.Report) {
	if len(c.NodeGroups) == 0 {
		report.Add([]string{"coreDns"}, "needs a node group")
	}
	if c.Tags["team"] == "none" {
		report.Add([]string{"tags", "team"}, "unknown team")
	}
}

func TestMisplacedKeys(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ reason, text, want string }{
		"Out": {
			"a key one level out counts as where it belongs, and its values are checked",
			`clusters: { main: { version: "1" } }, nodeGroups: { workers: { size: 10, imag: x } }`,
			`2:57: fleet.nodeGroups: unknown key here, it belongs in fleet.clusters.main
2:88: fleet.clusters.main.nodeGroups.workers.size: expected at most 9, found the number 10
2:92: fleet.clusters.main.nodeGroups.workers.imag: unknown key, did you mean "image"?`,
		},
		"Entry": {
			"also among the entries", `clusters: { main: { version: "1" }, nodeGroups: { workers: { size: 10 } } }`,
			`2:55: fleet.clusters.nodeGroups: unknown key here, it belongs in fleet.clusters.main
2:86: fleet.clusters.main.nodeGroups.workers.size: expected at most 9, found the number 10`,
		},
		"LowerCase": {
			"also with the form of a name", `clusters: { main: { version: "1", nodeGroups: { a: {} } }, tags: { team: a } }`,
			`2:78: fleet.clusters.tags: unknown key here, it belongs in fleet.clusters.main`,
		},
		"Name": {
			"an entry may have the name of an option", `clusters: { tags: { version: "1", nodeGroups: { a: {} } }, main: { version: "1", nodeGroups: { a: {} } } }`, "",
		},
		"Several": {
			"with several entries, nothing is derived from it",
			`clusters: { a: { version: "1" }, b: { version: "1" }, c: { nodeGroups: { x: {} } } }, nodeGroups: { workers: {} }`,
			`2:73: fleet.clusters.c.version: required, but missing
2:105: fleet.nodeGroups: unknown key here, it belongs in fleet.clusters.a, fleet.clusters.b`,
		},
		"In": {
			"a key one level in", `clusters: { main: { version: "1", nodeGroups: { workers: { size: 1 }, blue: { tags: { x: 1 } } } } }`,
			`2:97: fleet.clusters.main.nodeGroups.blue.tags: unknown key here, it belongs in fleet.clusters.main
2:108: fleet.clusters.main.tags.x: expected a string, found the number 1: write it in quotes`,
		},
		"Section": {
			"far out", `clusters: { main: { version: "1", nodeGroups: { a: { owner: x } } } }`,
			`2:72: fleet.clusters.main.nodeGroups.a.owner: unknown key, expected one of: image, size`,
		},
		"Unknown": {
			"what may be a consequence of an unknown key comes after it", `clusters: { main: { version: "1", workers: {} }, b: { image: x } }`,
			`2:53: fleet.clusters.main.workers: unknown key, expected one of: coreDns, nodeGroups, tags, version
2:31: fleet.clusters.main.coreDns: needs a node group
2:73: fleet.clusters.b.image: unknown key, expected one of: coreDns, nodeGroups, tags, version
2:68: fleet.clusters.b.version: required, but missing`,
		},
		"Lost": {
			"a wrong value hides its consequences, but no problem of another value",
			`clusters: { main: { version: "1", nodeGroups: [a], tags: { team: none } } }`,
			`2:65: fleet.clusters.main.nodeGroups: expected a map, found a list
2:84: fleet.clusters.main.tags.team: unknown team`,
		},
		"Unrelated": {
			"a key that nothing has", `clusters: { main: { version: "1", nodeGroups: { a: {} } } }, colour: red`,
			`2:80: fleet.colour: unknown key, expected one of: clusters, owner, region`,
		},
		"Names": {
			"names of entries are suggested", `clusters: { Main_2: { version: "1", nodeGroups: { workerNodes: {} } } }`,
			`2:31: fleet.clusters.Main_2: not a valid name: use lower case letters, digits and "-", start with a letter, end with a letter or digit, at most 63 characters; did you mean "main-2"?
2:69: fleet.clusters.Main_2.nodeGroups.workerNodes: not a valid name: use lower case letters, digits and "-", start with a letter, end with a letter or digit, at most 63 characters; did you mean "worker-nodes"?`,
		},
		"Region":        {"an example that is close", `region: eu-west1`, `2:27: fleet.region: found the string "eu-west1", did you mean "eu-west-1"?`},
		"UnknownRegion": {"an example", `region: Ireland`, `2:27: fleet.region: found the string "Ireland", which does not match ^[a-z]{2}-[a-z]+-[0-9]$: write a value such as eu-west-1`},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			loadSections(t, "config:\n  ashlar:fleet: { "+tc.text+" }\n", []config.Section{config.NewSection[harbor]("fleet", nil)},
				func(_ *config.Manager, err error) {
					got := strings.ReplaceAll(strings.Join(findings(t, err), "\n"), "Pulumi.dev.yaml:", "")
					assert.Equal(t, tc.want, got, tc.reason)
				})
		})
	}
}
