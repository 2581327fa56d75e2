// Command pulumi-resource-kubernetes serves the Pulumi Kubernetes provider.
//
// The provider's own main embeds a schema that its repository generates and
// does not publish in the Go module. The engine needs none of it: the provider
// finds resource kinds in the cluster it talks to, and the schema only serves
// code generation. A schema that names the package and its version is enough.
package main

import (
	"encoding/json"
	"log"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
)

// version is set by the linker to the provider release this build stands for.
var version string

func main() {
	if version == "" {
		log.Fatal("pulumi-resource-kubernetes: built without a version: build it with `go tool mage tools`")
	}
	schema, err := json.Marshal(map[string]string{"name": "kubernetes", "version": version})
	if err != nil {
		log.Fatal(err)
	}
	provider.Serve("kubernetes", version, schema, []byte("{}"))
}
