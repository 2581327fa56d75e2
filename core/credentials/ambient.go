package credentials

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// DefaultProvider reports that the default provider of a package is certain to fail, because nothing says which region or
// cluster it is for. configured reports whether the stack has a value for a configuration key, such as aws:region. It
// returns nil for packages that it does not know, and never contacts a cloud.
//
// The error is of the class failure.Provider.
func (r *Resolver) DefaultProvider(pkg string, configured func(key string) bool) error {
	fail := func(missing, advice string) error {
		return failure.New(failure.Provider, "find", "provider of "+pkg, "no provider is passed, and the default provider has no %s: "+
			"pass pulumi.Provider to the component or to its parent, %s", missing, advice)
	}
	switch {
	case pkg == "aws" && !r.hasRegion(configured):
		return fail("region", "or set the region with pulumi config set aws:region eu-west-1, or the environment variable AWS_REGION")
	case pkg == "kubernetes" && !r.hasCluster(configured):
		return fail("kubeconfig", "or set the environment variable KUBECONFIG to the path of a kubeconfig, or create ~/.kube/config")
	}
	return nil
}

// hasRegion reports whether the default provider of AWS finds a region. Source: "AWS Classic Installation &
// Configuration", Pulumi Registry. Which profile a region belongs to is left to the provider.
func (r *Resolver) hasRegion(configured func(key string) bool) bool {
	return configured("aws:region") || r.isSet("AWS_REGION", "AWS_DEFAULT_REGION") ||
		r.anyFile("AWS_CONFIG_FILE", ".aws/config", profileRegion.Match)
}

var profileRegion = regexp.MustCompile(`(?m)^\s*region\s*=\s*\S`)

// hasCluster reports whether the default provider of Kubernetes finds a cluster, or needs none. Source: "Kubernetes
// Installation & Configuration", Pulumi Registry.
func (r *Resolver) hasCluster(configured func(key string) bool) bool {
	return configured("kubernetes:kubeconfig") || configured("kubernetes:renderYamlToDirectory") ||
		r.isSet("PULUMI_K8S_RENDER_YAML_TO_DIRECTORY", "KUBERNETES_SERVICE_HOST") ||
		r.anyFile("KUBECONFIG", ".kube/config", func([]byte) bool { return true })
}

func (r *Resolver) isSet(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		value, set := r.lookup(name)
		return set && value != ""
	})
}

// anyFile reports whether the content of one of the files in a variable, or of the standard one in the home folder, is
// accepted.
func (r *Resolver) anyFile(variable, standard string, accepts func(content []byte) bool) bool {
	list, _ := r.lookup(variable)
	files := filepath.SplitList(list)
	if home, err := os.UserHomeDir(); len(files) == 0 && err == nil {
		files = []string{filepath.Join(home, standard)}
	}
	return slices.ContainsFunc(files, func(path string) bool {
		f, err := r.open(path)
		if err != nil {
			return false
		}
		defer f.Close()
		content, err := io.ReadAll(f)
		return err == nil && accepts(content)
	})
}
