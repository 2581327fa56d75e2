package versions_test

import (
	"context"
	"fmt"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/versions"
)

// A module supplies its table as data, and asks for the version that fits the
// cluster.
func Example() {
	table := versions.Table{"istio": {
		Default: "1.26.2",
		Versions: []versions.Release{
			{Version: "1.26.2", Kubernetes: ">=1.29 <1.34"},
			{Version: "1.25.3", Kubernetes: ">=1.28 <1.33"},
		},
	}}
	section := versions.Configuration{Components: config.Named[string]{"istio": ">=1.25 <1.27"}}

	resolver, err := versions.New(table, versions.WithConfiguration(section))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, cluster := range []string{"v1.33.4-eks-abc123", "1.28", "1.40"} {
		istio, err := resolver.Resolve(context.Background(), "istio", versions.WithKubernetes(cluster))
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(istio)
	}
	// Output:
	// istio 1.26.2 (built-in table, selected by ">=1.25 <1.27", compatible with Kubernetes 1.33)
	// istio 1.25.3 (built-in table, selected by ">=1.25 <1.27", compatible with Kubernetes 1.28)
	// resolve version of istio: no version of istio satisfies ">=1.25 <1.27" and is compatible with Kubernetes 1.40: 1.26.2 requires >=1.29 <1.34, 1.25.3 requires >=1.28 <1.33; available: 1.26.2, 1.25.3
}

// A module may keep its table in a version file that it embeds.
func ExampleParse() {
	table, err := versions.Parse("versions.yaml", []byte(`
components:
  istio:
    default: 1.26.2
    versions:
      - { version: v1.26.2, kubernetes: ">=1.29 <1.34" }
      - latest
`))
	fmt.Println(len(table), err)

	table, err = versions.Parse("versions.yaml", []byte(`components: { istio: { versions: [v1.26.2] } }`))
	fmt.Println(table["istio"].Versions[0].Version, err)
	// Output:
	// 0 invalid versions.yaml: 1 problem:
	//   versions.yaml:7:9: components.istio.versions[1].version: "latest" changes over time: use an exact version such as 1.26.2
	// 1.26.2 <nil>
}
