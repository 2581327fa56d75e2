package mesh

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/versions"
)

// componentName is the name of the mesh in version tables.
const componentName = "istio"

// ranges are the Kubernetes versions that the minor versions of Istio support. Source: "Supported Releases", Istio
// documentation (data/compatibility/supportStatus.yml of istio/istio.io).
var ranges = map[string]string{
	"1.26": ">=1.29 <1.34",
	"1.27": ">=1.29 <1.34",
	"1.28": ">=1.30 <1.35",
	"1.29": ">=1.31 <1.36",
	"1.30": ">=1.32 <1.37",
	"1.31": ">=1.32 <1.38",
}

// Versions returns the built-in table of versions of Istio: the first patch of each minor version. Deployments should use a
// newer patch.
func Versions() versions.Table {
	c := versions.Component{}
	for _, version := range []string{"1.31.0", "1.30.0", "1.29.0", "1.28.0", "1.27.0", "1.26.0"} {
		c.Versions = append(c.Versions, versions.Release{Version: version, Kubernetes: ranges[minor(version)]})
	}
	return versions.Table{componentName: c}
}

// minor returns the minor version of a version, such as 1.26.
func minor(version string) string {
	v, err := semver.NewVersion(version)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%d.%d", v.Major(), v.Minor())
}

// checkVersion returns what is wrong with a version for a cluster, or nil. Kubernetes is the version of the cluster, or ""
// when it is unknown.
func checkVersion(version, kubernetes string) error {
	supported, ok := ranges[minor(version)]
	if !ok {
		return fmt.Errorf("unsupported version of Istio %q: use a version of %s", version,
			strings.Join(slices.Sorted(maps.Keys(ranges)), ", "))
	}
	table := Versions()
	c := table[componentName]
	// Patches that the table does not have support the same versions of Kubernetes.
	if !slices.ContainsFunc(c.Versions, func(r versions.Release) bool { return r.Version == version }) {
		c.Versions = append(c.Versions, versions.Release{Version: version, Kubernetes: supported})
		table[componentName] = c
	}
	resolver, err := versions.New(table, versions.WithConfiguration(versions.Configuration{
		Components: config.Named[string]{componentName: version},
	}))
	if err != nil {
		return err
	}
	_, err = resolver.Resolve(context.Background(), componentName, versions.WithKubernetes(kubernetes))
	return err
}
