package tools

import (
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// release is a file that a vendor publishes for each version and platform. The texts contain the placeholders
// {version}, without a leading v, {os}, {arch} and {program}.
type release struct {
	// programs are the programs in the file.
	programs []Name
	// version is the program whose pinned version is the version of the file.
	version Name
	// platforms are the platforms that the vendor publishes the file for, such as linux/amd64.
	platforms []string
	// arch are the names of architectures in the texts that differ from those of Go.
	arch map[string]string
	// url is the URL of the file: a .tar.gz or .zip archive, or the program itself.
	url string
	// member is the path of a program in the archive.
	member string
	// checksums is the URL of the vendor's file with the SHA-256 checksum. It is not used if pins has the checksum.
	checksums string
	// pins are known SHA-256 checksums by URL.
	pins map[string]string
}

// releases returns what vendors publish of the programs in the catalog. kube-apiserver, kube-controller-manager and
// kube-scheduler exist for Linux only. Nothing is downloaded for other platforms than those named here.
func releases() []release {
	linux := []string{"linux/amd64", "linux/arm64"}
	darwin := []string{"darwin/amd64", "darwin/arm64"}
	both := slices.Concat(linux, darwin)
	const kwok080 = "https://github.com/kubernetes-sigs/kwok/releases/download/v0.8.0/"

	all := []release{
		{
			// The archive contains the language hosts of the same version.
			programs:  []Name{Pulumi, LanguageGo},
			version:   Pulumi,
			platforms: both,
			arch:      map[string]string{"amd64": "x64"},
			url:       github("pulumi/pulumi", "pulumi-v{version}-{os}-{arch}.tar.gz"),
			member:    "pulumi/{program}",
			checksums: github("pulumi/pulumi", "pulumi-{version}-checksums.txt"),
		},
		{
			programs:  []Name{ProviderKubernetes},
			version:   ProviderKubernetes,
			platforms: both,
			url:       github("pulumi/pulumi-kubernetes", "{program}-v{version}-{os}-{arch}.tar.gz"),
			member:    "{program}",
			checksums: github("pulumi/pulumi-kubernetes", "pulumi-kubernetes_{version}_checksums.txt"),
		},
		{
			programs:  []Name{Etcd},
			version:   Etcd,
			platforms: linux,
			url:       github("etcd-io/etcd", "etcd-v{version}-{os}-{arch}.tar.gz"),
			member:    "etcd-v{version}-{os}-{arch}/{program}",
			checksums: github("etcd-io/etcd", "SHA256SUMS"),
		},
		{
			programs:  []Name{Etcd},
			version:   Etcd,
			platforms: darwin,
			url:       github("etcd-io/etcd", "etcd-v{version}-{os}-{arch}.zip"),
			member:    "etcd-v{version}-{os}-{arch}/{program}",
			checksums: github("etcd-io/etcd", "SHA256SUMS"),
		},
		{
			programs:  []Name{Kwok},
			version:   Kwok,
			platforms: both,
			url:       github("kubernetes-sigs/kwok", "{program}-{os}-{arch}"),
			// The vendor publishes no checksums. A version or platform without a pin is built from source.
			pins: map[string]string{
				kwok080 + "kwok-linux-amd64":  "f5a4385a2ae1b9dd7f8acae18e002a75c0ebba124ae9d7259aa8dadb50711f46",
				kwok080 + "kwok-linux-arm64":  "628f7d277860f524a2a775c217adcc58828e7b59ab0933680315784f1b8b0e37",
				kwok080 + "kwok-darwin-arm64": "69a064ec98d37844d9d742b5b28ff57825659a983ccc3e208daa6948b94d64ba",
			},
		},
		{
			programs:  []Name{GolangciLint},
			version:   GolangciLint,
			platforms: both,
			url:       github("golangci/golangci-lint", "{program}-{version}-{os}-{arch}.tar.gz"),
			member:    "{program}-{version}-{os}-{arch}/{program}",
			checksums: github("golangci/golangci-lint", "{program}-{version}-checksums.txt"),
		},
	}
	for _, program := range []Name{APIServer, ControllerManager, Scheduler, Kubectl} {
		r := release{
			programs:  []Name{program},
			version:   program,
			platforms: linux,
			url:       "https://dl.k8s.io/release/v{version}/bin/{os}/{arch}/{program}",
			checksums: "https://dl.k8s.io/release/v{version}/bin/{os}/{arch}/{program}.sha256",
		}
		if program == Kubectl {
			r.platforms = both
		}
		all = append(all, r)
	}
	return all
}

// github returns the URL of a file of a release on GitHub.
func github(repository, file string) string {
	return "https://github.com/" + repository + "/releases/download/v{version}/" + file
}

// asset is a release for one version and platform.
type asset struct {
	programs []Name
	version  string
	url      string
	// checksums is the URL of the file with the checksum, or "" if sha256 is the checksum.
	checksums, sha256 string
	// members are the paths of the programs in the archive, or nil if the file is the program.
	members map[string]Name
	// folder is the cache folder of the programs.
	folder string
}

// asset returns the file for a version, without a leading v, and a platform. It reports false if there is none, or its
// checksum cannot be known. The cache folder is in cacheDir.
func (r release) asset(cacheDir, version, goos, goarch string) (asset, bool) {
	if !slices.Contains(r.platforms, goos+"/"+goarch) {
		return asset{}, false
	}
	arch := goarch
	if other, found := r.arch[goarch]; found {
		arch = other
	}
	expand := func(text string, program Name) string {
		return strings.NewReplacer("{version}", version, "{os}", goos, "{arch}", arch, "{program}", string(program)).
			Replace(text)
	}
	first := r.programs[0]
	a := asset{
		programs: r.programs,
		version:  version,
		url:      expand(r.url, first),
		folder:   filepath.Join(cacheDir, "releases", string(first), "v"+version+"-"+goos+"-"+goarch),
	}
	if a.sha256 = r.pins[a.url]; a.sha256 == "" {
		a.checksums = expand(r.checksums, first)
	}
	if r.member != "" {
		a.members = map[string]Name{}
		for _, p := range r.programs {
			a.members[expand(r.member, p)] = p
		}
	}
	return a, a.sha256 != "" || a.checksums != ""
}

// file returns the name of the file.
func (a asset) file() string { return path.Base(a.url) }
