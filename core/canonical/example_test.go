package canonical_test

import (
	"fmt"

	"github.com/ashlar-iac/ashlar/core/canonical"
)

// policy is a small policy document.
type policy struct {
	Version   string
	Statement []statement
}

type statement struct {
	Effect   string
	Action   []string
	Resource string `json:",omitempty"`
}

func ExampleJSON() {
	text, err := canonical.JSON(map[string]any{"zones": 3, "cidr": "10.0.0.0/16", "query": "a<b && c>d"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(string(text))
	// Output:
	// {
	//   "cidr": "10.0.0.0/16",
	//   "query": "a<b && c>d",
	//   "zones": 3
	// }
}

func ExampleCompactJSON() {
	text, err := canonical.CompactJSON(policy{
		Version:   "2012-10-17",
		Statement: []statement{{Effect: "Allow", Action: []string{"s3:GetObject"}, Resource: "*"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(string(text))
	// Output:
	// {"Statement":[{"Action":["s3:GetObject"],"Effect":"Allow","Resource":"*"}],"Version":"2012-10-17"}
}

func ExampleYAML() {
	text, err := canonical.YAML(map[string]any{
		"kind":    "Config",
		"cluster": map[string]any{"server": "https://cluster.example.com:6443", "version": "1.33", "insecure": false},
		"script":  "set -e\necho done\n",
		"country": "no",
		"users":   []string{"shop", "007"},
		"extra":   map[string]any{},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(string(text))
	// Output:
	// cluster:
	//   insecure: false
	//   server: https://cluster.example.com:6443
	//   version: "1.33"
	// country: "no"
	// extra: {}
	// kind: Config
	// script: |
	//   set -e
	//   echo done
	// users:
	//   - shop
	//   - "007"
}
