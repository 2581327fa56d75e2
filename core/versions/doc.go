// Package versions resolves the version of a component: a service mesh, an ingress controller, an add-on of a managed
// cluster.
//
//	resolver, err := versions.New(table, versions.WithConfiguration(section))
//	istio, err := resolver.Resolve(ctx, "istio", versions.WithKubernetes("v1.33.4-eks-abc123"))
//	log.Info("resolved", "version", istio) // istio 1.26.2 (versions.yaml:4, compatible with Kubernetes 1.33)
//
// The same input has the same result on every run: "latest" is rejected, remote files are pinned by their digest, and
// no result depends on the date, the network or the order of a map.
//
// # Sources
//
// A version comes from the first of these sources that has one:
//
//  1. The section ashlar:versions of the stack's configuration, see [Configuration].
//  2. A version file, when the configuration names one.
//  3. The built-in [Table] of the calling module.
//
// In the configuration:
//
//	ashlar:versions:
//	  file: ./versions.yaml
//	  components:
//	    istio: "~1.26"
//	    cert-manager: "1.18.2"
//
// An exact version (three numbers without an operator) is used as it is, even when no table lists it: its
// compatibility with the cluster is then unknown, and [Resolved] says so. Anything else is a constraint, including
// "1.26" and "=1.26.2". It selects the highest version that satisfies it among those of the file, or of the built-in
// table when the file does not have the component. The two are never mixed.
//
// Without an entry in the configuration, the default of the file or table is used. Without a default, or with a default
// that is incompatible with the cluster, it is the highest version that is not a pre-release.
//
// Constraints are those of github.com/Masterminds/semver: =, !=, >, <, >=, <=, ~ (patch releases), ^ (minor
// releases), x as a wildcard, a space for "and", || for "or". A pre-release satisfies a constraint only if the
// constraint contains a pre-release too. Vendor builds, such as 1.20.1-eksbuild.3, look like pre-releases; Suffix of
// [Component] distinguishes them.
//
// # The version file
//
// A version file is YAML or JSON:
//
//	components:
//	  istio:
//	    default: 1.26.2
//	    versions:
//	      - { version: 1.27.0, kubernetes: ">=1.29 <1.35" }
//	      - { version: 1.26.2, kubernetes: ">=1.29 <1.34" }
//	  vpc-cni:
//	    suffix: eksbuild
//	    versions: [v1.20.1-eksbuild.3, v1.20.1-eksbuild.1]
//
// The keys of a component are the fields of [Component], those of a version the fields of [Release]; a version without
// other fields can be a scalar. Versions are full semantic versions, with or without a leading v, without duplicates.
// Values are read as written, so that 1.30 needs no quotes. Aliases are supported for whole values, merge keys are not.
// Unknown keys, duplicate keys and additional documents are rejected.
//
// The limits are [MaxFileSize] bytes of UTF-8, [MaxDepth] levels of nesting, [MaxVersions] versions including those
// that aliases repeat, 200 000 commas, colons, opening brackets and lines, 1000 different Kubernetes ranges, 128
// bytes for a version and 256 bytes for a constraint. They also limit the time: any file takes less than a second.
//
// A [TableError] contains everything that is wrong with a file, each [Problem] with line, column and path.
//
// # Remote files
//
// File may be an https:// URL. It requires a pin, because the content of a URL may change:
//
//	file: https://versions.example.com/2026-11.yaml
//	sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
//
// Content without a matching pin is not used, and the [DigestError] has its digest. Check the content before you pin
// it:
//
//	curl -fsSL https://versions.example.com/2026-11.yaml | tee /dev/stderr | sha256sum
//
// A download is limited to 10 seconds for each of four attempts and 30 seconds in total, the size limit, and five
// redirects without a change of scheme. Network errors and the status codes 429 and 5xx are retried, after the time
// in Retry-After if it is within the limit; other status codes are final. URLs with credentials are rejected and
// never shown, and neither is the query of a URL. Certificates are always verified.
//
// Proxies are not read from the environment, like everything else but credentials. Behind a proxy, download the file
// and use its path; the pin works for local files as well.
//
// Pinned content is cached under its digest (see [WithCacheDirectory]). A later run with the same pin verifies the
// digest of the cached copy and needs no network. A damaged copy is replaced; a cache that is not writable is no
// error. No result depends on the location of the cache.
//
// # Compatibility with Kubernetes
//
// The range of a [Release] contains the minor versions of Kubernetes that it supports. [WithKubernetes] sets the
// version of the cluster; only minor versions are compared. Versions whose range excludes the cluster are skipped. Of
// the others, the highest version with a range precedes versions without one, whose compatibility is unknown. An
// incompatible exact version in the configuration is an [IncompatibleError], which lists compatible versions.
//
// # Errors
//
// Every error of [Resolver.Resolve] is of the class failure.Version, and of the class failure.Configuration as well
// when the configuration of the stack causes it.
package versions
