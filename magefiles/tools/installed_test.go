package tools_test

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// These tests change the environment, so they do not run in parallel.

func TestEnsureUsesSuitableInstalledPrograms(t *testing.T) {
	const languageHost = "pulumi-language-go"
	cases := map[string]struct {
		reason string
		// files are the installed programs in the folder of the test: paths and shell scripts.
		files map[string]string
		// path are the folders on PATH, pulumiHome is $PULUMI_HOME, assets is $KUBEBUILDER_ASSETS, and data is the
		// user's data folder; "" leaves them without programs.
		path, pulumiHome, assets, data string
		want                           tools.Name
		// found is the program that Ensure gives, or "" if it has to build.
		found string
	}{
		"PulumiSame": {reason: "the pinned version", files: map[string]string{"bin/pulumi": "echo v3.258.0"},
			path: "bin", want: tools.Pulumi, found: "bin/pulumi"},
		"PulumiNewer": {reason: "newer, same major", files: map[string]string{"bin/pulumi": "echo v3.300.1"},
			path: "bin", want: tools.Pulumi, found: "bin/pulumi"},
		"PulumiOlder": {reason: "too old", files: map[string]string{"bin/pulumi": "echo v3.257.9"}, path: "bin",
			want: tools.Pulumi},
		"PulumiPrerelease": {reason: "before the pinned release",
			files: map[string]string{"bin/pulumi": "echo v3.258.0-alpha.1"}, path: "bin", want: tools.Pulumi},
		"PulumiMajor": {reason: "another major version", files: map[string]string{"bin/pulumi": "echo v4.0.0"},
			path: "bin", want: tools.Pulumi},
		"PulumiUnreadable": {reason: "no version", files: map[string]string{"bin/pulumi": "echo unknown"}, path: "bin",
			want: tools.Pulumi},
		"PulumiFails": {reason: "a failing probe",
			files: map[string]string{"bin/pulumi": "echo v3.300.0; exit 1"}, path: "bin", want: tools.Pulumi},
		"PulumiNone": {reason: "not installed", want: tools.Pulumi},

		"LanguageBeside": {reason: "in pulumi's folder",
			files: map[string]string{"bin/pulumi": "echo v3.258.0", "bin/" +
				languageHost: ""}, path: "bin", want: tools.LanguageGo, found: "bin/" + languageHost},
		"LanguageAway": {reason: "no pulumi in the same directory", files: map[string]string{"bin/" + languageHost: ""},
			path: "bin", want: tools.LanguageGo},
		"LanguageOfOlder": {reason: "of a pulumi that is too old",
			files: map[string]string{"bin/pulumi": "echo v3.1.0", "bin/" +
				languageHost: ""}, path: "bin", want: tools.LanguageGo},
		"LanguageNotThere": {reason: "pulumi without Go", files: map[string]string{"bin/pulumi": "echo v3.258.0"},
			path: "bin", want: tools.LanguageGo},

		"ProviderPlugin": {
			reason: "the newest plugin that is not too old", pulumiHome: "home", want: tools.ProviderKubernetes,
			files: map[string]string{
				"home/plugins/resource-kubernetes-v4.9.0/pulumi-resource-kubernetes":  "",
				"home/plugins/resource-kubernetes-v4.30.0/pulumi-resource-kubernetes": "",
				"home/plugins/resource-kubernetes-v4.25.0/pulumi-resource-kubernetes": "",
				"home/plugins/resource-kubernetes-v5.0.0/pulumi-resource-kubernetes":  "",
			},
			found: "home/plugins/resource-kubernetes-v4.30.0/pulumi-resource-kubernetes",
		},
		"ProviderOld": {reason: "too old", pulumiHome: "home",
			files: map[string]string{"home/plugins/resource-kubernetes-v4.24.0/pulumi-resource-kubernetes": ""},
			want:  tools.ProviderKubernetes},
		"ProviderLoose": {reason: "on PATH, version unknown",
			files: map[string]string{"bin/pulumi-resource-kubernetes": ""}, path: "bin",
			want: tools.ProviderKubernetes},
		"ProviderOnPath": {reason: "a plugin folder on PATH",
			files: map[string]string{"resource-kubernetes-v4.24.1/pulumi-resource-kubernetes": ""},
			path:  "resource-kubernetes-v4.24.1", want: tools.ProviderKubernetes,
			found: "resource-kubernetes-v4.24.1/pulumi-resource-kubernetes"},
		"ProviderPartial": {reason: "an unfinished installation", pulumiHome: "home",
			files: map[string]string{"home/plugins/resource-kubernetes-v4.30.0/PulumiPlugin.yaml": ""},
			want:  tools.ProviderKubernetes},

		"KubectlSame": {reason: "the same minor version",
			files: map[string]string{"bin/kubectl": kubectl("v1.37.0")}, path: "bin", want: tools.Kubectl,
			found: "bin/kubectl"},
		"KubectlOlder": {reason: "one minor version older",
			files: map[string]string{"bin/kubectl": kubectl("v1.36.4-dispatcher")}, path: "bin", want: tools.Kubectl,
			found: "bin/kubectl"},
		"KubectlNewer": {reason: "one minor version newer",
			files: map[string]string{"bin/kubectl": kubectl("v1.38.1+k3s1")}, path: "bin", want: tools.Kubectl,
			found: "bin/kubectl"},
		"KubectlFar": {reason: "two minor versions older",
			files: map[string]string{"bin/kubectl": kubectl("v1.35.9")}, path: "bin", want: tools.Kubectl},
		"KubectlUnreadable": {reason: "no JSON", files: map[string]string{"bin/kubectl": "echo v1.37.2"}, path: "bin",
			want: tools.Kubectl},
		"KubectlAssets": {reason: "of envtest, before PATH", assets: "assets", path: "bin", want: tools.Kubectl,
			files: map[string]string{"assets/kubectl": kubectl("v1.37.0"), "bin/kubectl": kubectl("v1.37.1")},
			found: "assets/kubectl"},
		"KubectlOldAssets": {reason: "the one of envtest is too old", assets: "assets", path: "bin",
			want: tools.Kubectl, found: "bin/kubectl",
			files: map[string]string{"assets/kubectl": kubectl("v1.30.0"), "bin/kubectl": kubectl("v1.37.1")}},

		"APIServerAssets": {reason: "any patch of the pinned minor version", assets: "assets", want: tools.APIServer,
			files: map[string]string{"assets/kube-apiserver": version("Kubernetes v1.37.0")},
			found: "assets/kube-apiserver"},
		"APIServerNewerAssets": {reason: "another minor version", assets: "assets", want: tools.APIServer,
			files: map[string]string{"assets/kube-apiserver": version("Kubernetes v1.38.0")}},
		"APIServerOlderAssets": {reason: "another minor version", assets: "assets", want: tools.APIServer,
			files: map[string]string{"assets/kube-apiserver": version("Kubernetes v1.36.9")}},
		"APIServerMajor": {reason: "another major version", assets: "assets", want: tools.APIServer,
			files: map[string]string{"assets/kube-apiserver": version("Kubernetes v2.37.2")}},
		"APIServerUnreadable": {reason: "no version", assets: "assets", want: tools.APIServer,
			files: map[string]string{"assets/kube-apiserver": version("Kubernetes")}},
		"APIServerStore": {reason: "the newest patch in the store of setup-envtest", data: "data",
			want: tools.APIServer, files: map[string]string{
				store("1.36.9", runtime.GOOS) + "/kube-apiserver":  version("Kubernetes v1.36.9"),
				store("1.37.9", runtime.GOOS) + "/kube-apiserver":  version("Kubernetes v1.37.9"),
				store("1.37.10", runtime.GOOS) + "/kube-apiserver": version("Kubernetes v1.37.10"),
				store("1.38.0", runtime.GOOS) + "/kube-apiserver":  version("Kubernetes v1.38.0"),
				store("1.37.11", "plan9") + "/kube-apiserver":      version("Kubernetes v1.37.11"),
			},
			found: store("1.37.10", runtime.GOOS) + "/kube-apiserver"},
		"APIServerPath": {reason: "on PATH", path: "bin", want: tools.APIServer,
			files: map[string]string{"bin/kube-apiserver": version("Kubernetes v1.37.3+k3s1")},
			found: "bin/kube-apiserver"},
		"Scheduler": {reason: "on PATH", path: "bin", want: tools.Scheduler, found: "bin/kube-scheduler",
			files: map[string]string{"bin/kube-scheduler": version("Kubernetes v1.37.1")}},
		"ControllerManagerOlder": {reason: "another minor version", path: "bin", want: tools.ControllerManager,
			files: map[string]string{"bin/kube-controller-manager": version("Kubernetes v1.36.1")}},
		"EtcdStore": {reason: "newer, same major version", data: "data", want: tools.Etcd,
			files: map[string]string{
				store("1.37.0", runtime.GOOS) + "/etcd": version("etcd Version: 3.6.4\nGo Version: 1.9.0"),
			},
			found: store("1.37.0", runtime.GOOS) + "/etcd"},
		"EtcdOlder": {reason: "older", path: "bin", want: tools.Etcd,
			files: map[string]string{"bin/etcd": version("etcd Version: 3.5.20")}},
		"EtcdMajor": {reason: "another major version", path: "bin", want: tools.Etcd,
			files: map[string]string{"bin/etcd": version("etcd Version: 4.0.0")}},

		"KwokNewer": {reason: "newer patch version", path: "bin", want: tools.Kwok, found: "bin/kwok",
			files: map[string]string{"bin/kwok": version("kwok version v0.8.1 go1.26.0 (linux/amd64)")}},
		"KwokMinor": {reason: "another minor version", path: "bin", want: tools.Kwok,
			files: map[string]string{"bin/kwok": version("kwok version v0.9.0 go1.26.0 (linux/amd64)")}},
		"LinterSame": {reason: "the pinned version", path: "bin", want: tools.GolangciLint, found: "bin/golangci-lint",
			files: map[string]string{"bin/golangci-lint": version("golangci-lint has version 2.0.0 built with go1.26.0")}},
		"LinterNewer": {reason: "finds other problems", path: "bin", want: tools.GolangciLint,
			files: map[string]string{"bin/golangci-lint": version("golangci-lint has version 2.0.1 built with go1.26.0")}},

		"KubectlEmpty": {reason: "no version", files: map[string]string{"bin/kubectl": "echo '{}'"}, path: "bin",
			want: tools.Kubectl},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := newRealWorkspace(t)
			dir := t.TempDir()
			for file, body := range c.files {
				script(t, filepath.Join(dir, file), body)
			}
			t.Setenv("PATH", filepath.Join(dir, c.path, ".")+string(os.PathListSeparator)+"/usr/bin-of-nobody")
			if c.path == "" {
				t.Setenv("PATH", filepath.Join(dir, "nothing"))
			}
			t.Setenv("PULUMI_HOME", filepath.Join(dir, c.pulumiHome, "."))
			if c.assets != "" {
				t.Setenv("KUBEBUILDER_ASSETS", filepath.Join(dir, c.assets))
			}
			if c.data != "" {
				t.Setenv("XDG_DATA_HOME", filepath.Join(dir, c.data))
				t.Setenv("HOME", filepath.Join(dir, c.data))
			}

			progress := &buffer{}
			set, err := w.catalog().Ensure(t.Context(), tools.Options{Root: w.root, CacheDir: w.cache,
				Progress: progress, Only: tools.Installed}, c.want)
			if c.found == "" {
				require.ErrorContains(t, err, "ASHLAR_TOOLS=installed allows only installed programs, and no suitable "+
					"version is installed of "+string(c.want)+" v", c.reason)
				return
			}
			require.NoError(t, err, c.reason)
			require.Equal(t, tools.Set{c.want: filepath.Join(dir, c.found)}, set, c.reason)
			require.Contains(t, progress.String(), "using the installed "+string(c.want)+" ")

			_, err = w.catalog().Ensure(t.Context(), tools.Options{Root: w.root, CacheDir: w.cache, Only: tools.Build},
				c.want)
			require.ErrorContains(t, err, "exit status 9", "Build ignores it")
		})
	}
}

func TestEnsureIgnoresHangingProgram(t *testing.T) {
	w := newRealWorkspace(t)
	dir := t.TempDir()
	script(t, filepath.Join(dir, "pulumi"), "PATH=/usr/bin:/bin; sleep 300 & sleep 300")
	t.Setenv("PATH", dir)
	started := time.Now()
	catalog := w.catalog().WithProbeTimeout(100 * time.Millisecond)
	_, err := catalog.Ensure(t.Context(), tools.Options{Root: w.root, CacheDir: w.cache, Only: tools.Installed},
		tools.Pulumi)
	require.ErrorContains(t, err, "no suitable version is installed of pulumi v3.258.0")
	require.Less(t, time.Since(started), time.Minute, "Ensure does not wait for the program, which ends after five minutes")
}

// version is a script that prints a text for --version.
func version(text string) string { return `[ "$*" = --version ] && printf '` + text + `\n'` }

// store is the folder of a version of Kubernetes in the store of setup-envtest, in the home or data folder "data".
func store(version, platform string) string {
	folder := "data/kubebuilder-envtest"
	if runtime.GOOS == "darwin" {
		folder = "data/Library/Application Support/io.kubebuilder.envtest"
	}
	return folder + "/k8s/" + version + "-" + platform + "-" + runtime.GOARCH
}

func kubectl(version string) string {
	return `[ "$*" = "version --client -o json" ] && echo '{"clientVersion":{"gitVersion":"` + version + `"}}'`
}

// realWorkspace contains the modules of the real catalog, with a go command that cannot build.
type realWorkspace struct{ root, cache, goCommand string }

func newRealWorkspace(t *testing.T) realWorkspace {
	t.Helper()
	dir := t.TempDir()
	w := workspace{root: dir}
	versions := map[string]string{
		"github.com/pulumi/pulumi/pkg/v3":                 "v3.258.0",
		"github.com/pulumi/pulumi/sdk/v3":                 "v3.60.0",
		"github.com/pulumi/pulumi-kubernetes/provider/v4": "v4.0.0",
		"go.etcd.io/etcd/server/v3":                       "v3.5.21",
		"k8s.io/kubernetes":                               "v1.37.2",
		"sigs.k8s.io/kwok":                                "v0.8.0",
		"github.com/golangci/golangci-lint/v2":            "v2.0.0",
	}
	for folder, sources := range tools.RealCatalog("").Sources() {
		content := "module example.com/" + folder + "\n\ngo 1.26.0\n"
		for _, source := range sources {
			content += "\nrequire " + source + " " + versions[source] + " // indirect\n"
		}
		w.write(t, "magefiles/tools/"+folder+"/go.mod", content)
	}
	goCommand := filepath.Join(dir, "go.sh")
	script(t, goCommand, `[ "$1" = build ] && exit 9; echo go1.26.0`)
	return realWorkspace{root: dir, cache: filepath.Join(dir, "cache"), goCommand: goCommand}
}

func (w realWorkspace) catalog() tools.Catalog { return tools.RealCatalog(w.goCommand) }
