package tools_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// The names are those of actual releases: see the release pages of the vendors.
func TestReleases(t *testing.T) {
	t.Parallel()
	const gh = "https://github.com/"
	cases := map[string]struct {
		program                 tools.Name
		version, os, arch       string
		url, checksums, members string
	}{
		"PulumiLinux": {tools.Pulumi, "3.258.0", "linux", "amd64",
			gh + "pulumi/pulumi/releases/download/v3.258.0/pulumi-v3.258.0-linux-x64.tar.gz",
			gh + "pulumi/pulumi/releases/download/v3.258.0/pulumi-3.258.0-checksums.txt",
			"pulumi/pulumi pulumi/pulumi-language-go"},
		"PulumiMac": {tools.LanguageGo, "3.258.0", "darwin", "arm64",
			gh + "pulumi/pulumi/releases/download/v3.258.0/pulumi-v3.258.0-darwin-arm64.tar.gz",
			gh + "pulumi/pulumi/releases/download/v3.258.0/pulumi-3.258.0-checksums.txt",
			"pulumi/pulumi pulumi/pulumi-language-go"},
		"Provider": {tools.ProviderKubernetes, "4.24.1", "linux", "amd64",
			gh + "pulumi/pulumi-kubernetes/releases/download/v4.24.1/pulumi-resource-kubernetes-v4.24.1-linux-amd64.tar.gz",
			gh + "pulumi/pulumi-kubernetes/releases/download/v4.24.1/pulumi-kubernetes_4.24.1_checksums.txt",
			"pulumi-resource-kubernetes"},
		"EtcdLinux": {tools.Etcd, "3.5.21", "linux", "arm64",
			gh + "etcd-io/etcd/releases/download/v3.5.21/etcd-v3.5.21-linux-arm64.tar.gz",
			gh + "etcd-io/etcd/releases/download/v3.5.21/SHA256SUMS", "etcd-v3.5.21-linux-arm64/etcd"},
		"EtcdMac": {tools.Etcd, "3.5.21", "darwin", "amd64",
			gh + "etcd-io/etcd/releases/download/v3.5.21/etcd-v3.5.21-darwin-amd64.zip",
			gh + "etcd-io/etcd/releases/download/v3.5.21/SHA256SUMS", "etcd-v3.5.21-darwin-amd64/etcd"},
		"APIServer": {tools.APIServer, "1.37.2", "linux", "amd64",
			"https://dl.k8s.io/release/v1.37.2/bin/linux/amd64/kube-apiserver",
			"https://dl.k8s.io/release/v1.37.2/bin/linux/amd64/kube-apiserver.sha256", ""},
		"APIServerMac": {program: tools.APIServer, version: "1.37.2", os: "darwin", arch: "arm64"},
		"KubectlMac": {tools.Kubectl, "1.37.2", "darwin", "arm64",
			"https://dl.k8s.io/release/v1.37.2/bin/darwin/arm64/kubectl",
			"https://dl.k8s.io/release/v1.37.2/bin/darwin/arm64/kubectl.sha256", ""},
		"Kwok": {tools.Kwok, "0.8.0", "linux", "amd64",
			gh + "kubernetes-sigs/kwok/releases/download/v0.8.0/kwok-linux-amd64",
			"f5a4385a2ae1b9dd7f8acae18e002a75c0ebba124ae9d7259aa8dadb50711f46", ""},
		"KwokWithoutPin": {program: tools.Kwok, version: "0.8.1", os: "linux", arch: "amd64"},
		"Linter": {tools.GolangciLint, "2.15.0", "linux", "amd64",
			gh + "golangci/golangci-lint/releases/download/v2.15.0/golangci-lint-2.15.0-linux-amd64.tar.gz",
			gh + "golangci/golangci-lint/releases/download/v2.15.0/golangci-lint-2.15.0-checksums.txt",
			"golangci-lint-2.15.0-linux-amd64/golangci-lint"},
		"OwnProgram":    {program: tools.Supervise, version: "", os: "linux", arch: "amd64"},
		"OtherPlatform": {program: tools.Pulumi, version: "3.258.0", os: "plan9", arch: "386"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, checksum, members := tools.ReleaseOf(c.program, c.version, c.os, c.arch)
			require.Equal(t, []string{c.url, c.checksums, c.members}, []string{url, checksum, members})
		})
	}
}

func TestEveryProgramIsPublishedForLinux(t *testing.T) {
	t.Parallel()
	for _, name := range tools.All() {
		for _, arch := range []string{"amd64", "arm64"} {
			version, err := tools.Version(tools.Options{}, name)
			require.NoError(t, err)
			url, _, _ := tools.ReleaseOf(name, version, "linux", arch)
			require.Equal(t, name == tools.Supervise, url == "", "%s %s linux/%s", name, version, arch)
		}
	}
}

// A pin of another version is never used.
func TestPinsAreOfThePinnedVersions(t *testing.T) {
	t.Parallel()
	var known []string
	for _, name := range tools.All() {
		version, err := tools.Version(tools.Options{}, name)
		require.NoError(t, err)
		for _, os := range []string{"linux", "darwin"} {
			for _, arch := range []string{"amd64", "arm64"} {
				url, _, _ := tools.ReleaseOf(name, version, os, arch)
				known = append(known, url)
			}
		}
	}
	pins := tools.Pins()
	require.NotEmpty(t, pins)
	require.Subset(t, known, slices.Collect(maps.Keys(pins)))
	for url, pin := range pins {
		require.Regexp(t, `^[0-9a-f]{64}$`, pin, url)
	}
}
