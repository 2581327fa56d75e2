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
			cold:   4 * time.Minute,
			unshared: []string{
				"github.com/aws/...", "github.com/Azure/...", "github.com/envoyproxy/...", "cloud.google.com/...",
				"google.golang.org/api/...", "github.com/alecthomas/...", "gocloud.dev/...",
			},
			programs: []program{{
				name:   Pulumi,
				pkg:    "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
				source: "github.com/pulumi/pulumi/pkg/v3",
				// The Automation API rejects a CLI without a valid version.
				stamps:    pulumiStamps,
				installed: installedPulumi,
			}},
		},
		{
			folder: "pulumi-language-go",
			cold:   30 * time.Second,
			programs: []program{{
				name:      LanguageGo,
				pkg:       "github.com/pulumi/pulumi/sdk/v3/go/pulumi-language-go",
				source:    "github.com/pulumi/pulumi/sdk/v3",
				stamps:    pulumiStamps,
				installed: installedLanguageGo,
			}},
		},
		{
			folder: "pulumi-resource-kubernetes",
			cold:   8 * time.Minute,
			// Its versions of the Kubernetes and Pulumi modules are older than those of all other programs.
			unshared: []string{
				"github.com/pulumi/...", "k8s.io/...", "sigs.k8s.io/...", "helm.sh/...", "github.com/google/...",
			},
			programs: []program{{
				name:      ProviderKubernetes,
				pkg:       ".",
				source:    "github.com/pulumi/pulumi-kubernetes/provider/v4",
				version:   providerVersion,
				stamps:    variable("main.version"),
				installed: installedProviderKubernetes,
			}},
		},
		{
			// One executable: its programs have most of their packages in common, and one link takes a fifth of the time
			// of five.
			folder: "controlplane",
			cold:   6 * time.Minute,
			unshared: []string{
				"k8s.io/kubernetes/...", "k8s.io/apiserver/...", "k8s.io/apiextensions-apiserver/...", "k8s.io/kube-aggregator/...",
				"go.etcd.io/...", "sigs.k8s.io/kustomize/...", "sigs.k8s.io/kwok/...", "github.com/prometheus/...",
			},
			programs: []program{
				{name: Etcd, pkg: ".", source: "go.etcd.io/etcd/server/v3", installed: installedEtcd},
				kubernetesProgram(APIServer),
				kubernetesProgram(ControllerManager),
				kubernetesProgram(Scheduler),
				{
					name:      Kwok,
					pkg:       ".",
					source:    "sigs.k8s.io/kwok",
					stamps:    variable("sigs.k8s.io/kwok/pkg/consts.Version"),
					installed: installedKwok,
				},
			},
		},
		{
			folder: "kubectl",
			cold:   time.Minute,
			programs: []program{{
				name:      Kubectl,
				pkg:       "k8s.io/kubernetes/cmd/kubectl",
				source:    "k8s.io/kubernetes",
				stamps:    kubernetesStamps,
				installed: installedKubectl,
			}},
		},
		{
			folder: "golangci-lint",
			cold:   time.Minute,
			programs: []program{{
				name:      GolangciLint,
				pkg:       "github.com/golangci/golangci-lint/v2/cmd/golangci-lint",
				source:    "github.com/golangci/golangci-lint/v2",
				stamps:    variable("main.version"),
				installed: installedGolangciLint,
			}},
		},
	}
}

// kubernetesProgram returns a program of the control plane.
func kubernetesProgram(n Name) program {
	return program{
		name: n, pkg: ".", source: "k8s.io/kubernetes", stamps: kubernetesStamps, installed: installedKubernetes(n),
	}
}

// variable returns the stamp of a variable with the version, without the leading v.
func variable(name string) func(version string) []stamp {
	return func(version string) []stamp { return []stamp{{name, strings.TrimPrefix(version, "v")}} }
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
