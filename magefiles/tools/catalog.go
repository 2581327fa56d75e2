package tools

import (
	"strings"
	"time"

	"golang.org/x/mod/semver"
)

// providerVersion is the release of the Kubernetes provider at the pinned commit. The Go module of the provider has no
// release tags, so go.mod cannot contain it.
const providerVersion = "v4.24.1"

// reproducibleDate is the build date in Kubernetes programs, as in unstamped builds. The actual date would make builds
// irreproducible.
const reproducibleDate = "1970-01-01T00:00:00Z"

// catalog returns the modules in magefiles/tools.
func catalog() []module {
	return []module{
		{
			folder:   "supervise",
			programs: []program{{name: Supervise, pkg: "."}},
		},
		{
			folder: "pulumi",
			source: "github.com/pulumi/pulumi/pkg/v3",
			// The Automation API rejects a CLI without a valid version.
			stamps: pulumiStamps,
			cold:   4 * time.Minute,
			programs: []program{
				{name: Pulumi, pkg: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", installed: installedPulumi},
			},
		},
		{
			folder: "pulumi-language-go",
			source: "github.com/pulumi/pulumi/sdk/v3",
			stamps: pulumiStamps,
			cold:   30 * time.Second,
			programs: []program{
				{name: LanguageGo, pkg: "github.com/pulumi/pulumi/sdk/v3/go/pulumi-language-go",
					installed: installedLanguageGo},
			},
		},
		{
			folder:  "pulumi-resource-kubernetes",
			source:  "github.com/pulumi/pulumi-kubernetes/provider/v4",
			version: providerVersion,
			stamps: func(version string) []stamp {
				return []stamp{{"main.version", strings.TrimPrefix(version, "v")}}
			},
			cold:     8 * time.Minute,
			programs: []program{{name: ProviderKubernetes, pkg: ".", installed: installedProviderKubernetes}},
		},
		{
			folder:   "etcd",
			source:   "go.etcd.io/etcd/server/v3",
			cold:     20 * time.Second,
			programs: []program{{name: Etcd, pkg: "go.etcd.io/etcd/server/v3", installed: installedEtcd}},
		},
		{
			folder: "kubernetes",
			source: "k8s.io/kubernetes",
			stamps: kubernetesStamps,
			cold:   8 * time.Minute,
			programs: []program{
				{name: APIServer, pkg: "k8s.io/kubernetes/cmd/kube-apiserver",
					installed: installedKubernetes(APIServer)},
				{name: ControllerManager, pkg: "k8s.io/kubernetes/cmd/kube-controller-manager",
					installed: installedKubernetes(ControllerManager)},
				{name: Scheduler, pkg: "k8s.io/kubernetes/cmd/kube-scheduler",
					installed: installedKubernetes(Scheduler)},
				{name: Kubectl, pkg: "k8s.io/kubernetes/cmd/kubectl", installed: installedKubectl},
			},
		},
		{
			folder: "kwok",
			source: "sigs.k8s.io/kwok",
			stamps: func(version string) []stamp {
				return []stamp{{"sigs.k8s.io/kwok/pkg/consts.Version", strings.TrimPrefix(version, "v")}}
			},
			cold:     90 * time.Second,
			programs: []program{{name: Kwok, pkg: "sigs.k8s.io/kwok/cmd/kwok", installed: installedKwok}},
		},
		{
			folder: "golangci-lint",
			source: "github.com/golangci/golangci-lint/v2",
			stamps: func(version string) []stamp {
				return []stamp{{"main.version", strings.TrimPrefix(version, "v")}}
			},
			cold: time.Minute,
			programs: []program{
				{name: GolangciLint, pkg: "github.com/golangci/golangci-lint/v2/cmd/golangci-lint",
					installed: installedGolangciLint},
			},
		},
	}
}

func pulumiStamps(version string) []stamp {
	return []stamp{{"github.com/pulumi/pulumi/sdk/v3/go/common/version.Version", version}}
}

// kubernetesStamps sets the same variables as the release scripts of Kubernetes. Clients parse the version of the API
// server and reject the placeholders of an unstamped build.
func kubernetesStamps(version string) []stamp {
	major, minor, _ := strings.Cut(strings.TrimPrefix(semver.MajorMinor(version), "v"), ".")
	var stamps []stamp
	for _, pkg := range []string{"k8s.io/component-base/version", "k8s.io/client-go/pkg/version"} {
		stamps = append(stamps,
			stamp{pkg + ".gitVersion", version},
			stamp{pkg + ".gitMajor", major},
			stamp{pkg + ".gitMinor", minor},
			stamp{pkg + ".gitTreeState", "clean"},
			stamp{pkg + ".gitCommit", ""}, // A Go module does not carry its commit; empty replaces "$Format:%H$".
			stamp{pkg + ".buildDate", reproducibleDate},
		)
	}
	return stamps
}
