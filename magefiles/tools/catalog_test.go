package tools_test

import (
	"os"
	"path/filepath"
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

func TestEveryModuleFolderIsInTheCatalog(t *testing.T) {
	t.Parallel()
	modules, err := filepath.Glob(filepath.Join("*", "go.mod"))
	require.NoError(t, err)
	var folders, known []string
	for _, m := range modules {
		folders = append(folders, filepath.Dir(m))
	}
	for folder := range tools.RealCatalog("").Sources() {
		known = append(known, folder)
	}
	require.ElementsMatch(t, folders, known)
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
	require.Regexp(t, `-X k8s.io/component-base/version.gitVersion=v1\.\d+\.\d+ `, flags["kubernetes"])
	require.Regexp(t, `-X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=\d+ `,
		flags["kubernetes"])
	require.Regexp(t, `-X k8s.io/component-base/version.buildDate=\S+Z`, flags["kubernetes"])
	require.Regexp(t, `^-s -w -X sigs.k8s.io/kwok/pkg/consts.Version=0\.\d+\.\d+$`, flags["kwok"])
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
	_, err := tools.Version(tools.Options{}, "pulumy")
	require.ErrorContains(t, err, `unknown program "pulumy"`)
}
