// Package versions decides which version of a component is deployed: of a mesh,
// an ingress controller, a certificate manager, an add-on of a managed cluster.
//
//	resolver, err := versions.New(table, versions.WithConfiguration(section))
//	istio, err := resolver.Resolve(ctx, "istio", versions.WithKubernetes("v1.33.4-eks-abc123"))
//	log.Info("resolved", "version", istio) // istio 1.26.2 (versions.yaml:4, fits Kubernetes 1.33)
//
// The same input gives the same answer on every run. Nothing floats: "latest" is
// refused, remote files are pinned by their digest, and no answer depends on the
// day, on the network or on the order of a map.
//
// # Sources
//
// A version comes from the first of these that has one:
//
//  1. The section ashlar:versions of the stack's configuration, see
//     [Configuration].
//  2. A version file, when the configuration names one.
//  3. The built-in [Table] of the calling module, which is data.
//
// In the configuration:
//
//	ashlar:versions:
//	  file: ./versions.yaml
//	  components:
//	    istio: "~1.26"
//	    cert-manager: "1.18.2"
//
// An exact version, which is three numbers without an operator, is taken as it
// is, even when no table lists it: then nobody knows whether it runs on the
// cluster, and [Resolved] says so. Anything else is a constraint, "1.26" and
// "=1.26.2" included. It selects the highest version that satisfies it among
// those of the file, or of the built-in table when the file does not have the
// component. The two lists are never mixed.
//
// Without an entry in the configuration, the default of the file or table is
// used. Where there is no default, or the default is known not to run on the
// cluster, it is the highest version that is not a pre-release.
//
// Constraints are those of github.com/Masterminds/semver: =, !=, >, <, >=, <=,
// ~ (patch releases), ^ (minor releases), x as a wildcard, a space for "and",
// || for "or". A pre-release satisfies a constraint only if the constraint
// names a pre-release too. Vendors' builds, such as 1.20.1-eksbuild.3, look like
// pre-releases; Suffix of [Component] tells them apart.
//
// # The version file
//
// YAML, or JSON, which is read as YAML:
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
// The keys of a component are the fields of [Component], those of a version the
// fields of [Release]; a version about which there is nothing else to say may
// stand alone. Versions are semantic ones, complete, with or without a leading
// v, each once. Values are taken as they are written, so that 1.30 needs no
// quotes. Aliases may stand for whole values; merge keys are not read. Unknown
// keys, repeated keys and further documents are refused.
//
// The limits: [MaxFileSize] bytes, UTF-8 (a byte order mark and any line ends
// are fine), [MaxDepth] levels of nesting, [MaxVersions] versions with those that
// aliases repeat, 200 000 commas, colons, opening brackets and lines, 1000
// different Kubernetes ranges, 128 bytes a version, 256 bytes a constraint. They
// bound the time as well: a file takes less than a second, whatever it holds.
//
// Everything that is wrong with a file is in one [TableError], each [Problem]
// with line, column and path.
//
// # Remote files
//
// File may be an https:// URL. It needs a pin, because the same URL may serve
// something else tomorrow:
//
//	file: https://versions.example.com/2026-11.yaml
//	sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
//
// Without one, or with another one, nothing of the content is used, and the
// [DigestError] shows the digest of what was received. To make a pin, look at
// the content first:
//
//	curl -fsSL https://versions.example.com/2026-11.yaml | tee /dev/stderr | sha256sum
//
// A download is bounded: 10 seconds an attempt and 30 in all, four attempts, the
// size limit, five redirects, none of them to another scheme. Network errors,
// status 429 and 5xx are tried again, after the time that the server asks for if
// that is within the bound; other statuses are final. URLs with credentials in
// them are refused and never shown, and neither is what follows a "?" in one.
// Certificates are always verified.
//
// Proxies are not read from the environment, as nothing but credentials is:
// whether a run succeeds would depend on the shell that it was started in. Where
// a proxy is the only way out, download the file and give its path; the pin
// works for local files as well.
//
// Content that matched its pin is kept in a cache under its digest (see
// [WithCacheDirectory]). A later run with the same pin reads it from there,
// checks the digest again, and needs no network. A damaged copy counts as none
// and is replaced; a cache that cannot be written is no error. Where the cache is
// comes from the system unless an option says it; no answer depends on it.
//
// # Compatibility with Kubernetes
//
// The range of a [Release] says which minor versions of Kubernetes it runs on.
// [WithKubernetes] gives the version of the cluster; both are compared by minor
// version alone. Versions whose range excludes the cluster are passed over. Among
// the rest, the highest with a range goes before those without one, of which
// nothing is known. An exact version in the configuration that does not fit is
// an [IncompatibleError], which lists those that would.
//
// # Errors
//
// Every error of [Resolver.Resolve] is of the class failure.Version. Where the
// stack's configuration is to blame, it is of failure.Configuration too.
package versions
