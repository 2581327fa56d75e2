package tools_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

func TestAllHasNoDuplicates(t *testing.T) {
	t.Parallel()
	require.ElementsMatch(t, []tools.Name{
		tools.Pulumi, tools.LanguageGo, tools.ProviderKubernetes, tools.Etcd, tools.APIServer, tools.ControllerManager,
		tools.Scheduler, tools.Kubectl, tools.Kwok, tools.GolangciLint, tools.Supervise,
	}, tools.All())
}

func TestDemoHasTheProgramsOfEnginesAndControlPlanes(t *testing.T) {
	t.Parallel()
	require.ElementsMatch(t, []tools.Name{
		tools.Supervise, tools.Pulumi, tools.LanguageGo, tools.ProviderKubernetes, tools.Etcd, tools.APIServer,
		tools.ControllerManager, tools.Scheduler, tools.Kwok,
	}, tools.Demo(), "each of them once")
}

func TestEveryModuleFolderIsInTheCatalog(t *testing.T) {
	t.Parallel()
	modules, err := filepath.Glob(filepath.Join("*", "go.mod"))
	require.NoError(t, err)
	var folders []string
	for _, m := range modules {
		folders = append(folders, filepath.Dir(m))
	}
	require.ElementsMatch(t, folders, slices.Collect(maps.Keys(tools.RealCatalog("").Sources())))
}

func TestStampsContainPinnedVersion(t *testing.T) {
	t.Parallel()
	root, err := tools.FindRoot(".")
	require.NoError(t, err)
	flags, err := tools.RealCatalog("").Stamps(root)
	require.NoError(t, err)

	require.Regexp(t, `^-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3\.\d+\.\d+$`,
		flags["pulumi"])
	require.Regexp(t, `^-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3\.\d+\.\d+$`,
		flags["pulumi-language-go"])
	require.Regexp(t, `^-s -w -X main.version=4\.\d+\.\d+$`, flags["pulumi-resource-kubernetes"])
	for _, folder := range []string{"controlplane", "kubectl"} {
		require.Regexp(t, `-X k8s.io/component-base/version.gitVersion=v1\.\d+\.\d+ `, flags[folder])
		require.Regexp(t, `-X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=\d+ `,
			flags[folder])
		require.Regexp(t, `-X k8s.io/component-base/version.buildDate=\S+Z`, flags[folder])
	}
	require.Equal(t, 1, strings.Count(flags["controlplane"], "component-base/version.gitVersion"), "once for all programs")
	require.Regexp(t, ` -X sigs.k8s.io/kwok/pkg/consts.Version=0\.\d+\.\d+$`, flags["controlplane"])
	require.Equal(t, "-s -w", flags["supervise"])
}

func TestSearchPath(t *testing.T) {
	t.Parallel()
	set := tools.Set{"b": "/z/b", "a": "/y/a", "c": "/z/c"}
	require.Equal(t, "/y"+string(os.PathListSeparator)+"/z", set.SearchPath())
}

func TestVersion(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason string
		name   tools.Name
		want   string
	}{
		"FromGoMod":  {reason: "the version that go.mod requires", name: tools.Pulumi, want: `^3\.\d+\.\d+$`},
		"Shared":     {reason: "one module builds several programs", name: tools.Scheduler, want: `^1\.\d+\.\d+$`},
		"OfSeveral":  {reason: "a module with programs of several projects", name: tools.Kwok, want: `^0\.\d+\.\d+$`},
		"NotInGoMod": {reason: "go.mod has only a commit", name: tools.ProviderKubernetes, want: `^4\.\d+\.\d+$`},
		"OurOwn":     {reason: "our own programs have none", name: tools.Supervise, want: `^$`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			version, err := tools.Version(tools.Options{}, c.name)
			require.NoError(t, err, c.reason)
			require.Regexp(t, c.want, version, c.reason)
		})
	}
	cluster, err := tools.Version(tools.Options{}, tools.APIServer)
	require.NoError(t, err)
	client, err := tools.Version(tools.Options{}, tools.Kubectl)
	require.NoError(t, err)
	require.Equal(t, cluster, client, "two modules pin Kubernetes")

	_, err = tools.Version(tools.Options{}, "pulumy")
	require.ErrorContains(t, err, `unknown program "pulumy"`)
}
