package credentials

import (
	"net"
	"slices"
	"strconv"
	"strings"
)

// ExecAPIVersion is the version of the exec plugin protocol that is used unless
// an [Exec] names another.
const ExecAPIVersion = "client.authentication.k8s.io/v1"

// KubernetesRequest asks for credentials of a Kubernetes cluster. The zero value
// asks for what the environment has, in the default order.
type KubernetesRequest struct {
	// Provider is the name of the provider that needs them, such as "prod", for
	// messages. Empty means that messages name none.
	Provider string
	// Sources restricts where credentials may come from, in this order. Empty
	// means Sources(CloudKubernetes).
	Sources []Source
	// Exec is the plugin that hands out tokens, as configuration names it. Nil
	// means none.
	Exec *Exec
	// TokenFile is the path of a file with a bearer token, as configuration names
	// it. Empty means none.
	TokenFile string
}

// Exec is a program that hands out tokens (Kubernetes documentation,
// "Authenticating", section "client-go credential plugins").
type Exec struct {
	// Command is the program. Required. Whether it is on the PATH is not looked
	// up, as the provider runs it.
	Command string
	// Args are its arguments. They must not hold secrets: they become part of a
	// kubeconfig.
	Args []string
	// Env holds the names of the variables that the program needs. It inherits
	// their values from the environment, so that no value becomes part of a
	// kubeconfig; that they are set is checked here.
	Env []string
	// APIVersion is the version of the protocol. Default: ExecAPIVersion.
	APIVersion string
}

// Kubernetes holds credentials of a Kubernetes cluster. Which fields are set
// depends on Source; the others are empty. It prints as its [Origin] and holds
// no secret value: tokens stay in their files.
type Kubernetes struct {
	Origin

	// Exec is set for KubernetesExec, its defaults filled in.
	Exec *Exec
	// TokenFile is set for KubernetesTokenFile and KubernetesInCluster. The file
	// could be read, and is left to the client, which reads it again before the
	// token expires.
	TokenFile string
	// Kubeconfigs is set for KubernetesKubeconfig: the files to merge, the one
	// that wins first. Each could be read or does not exist.
	Kubeconfigs []string
	// Host and CAFile are set for KubernetesInCluster: the https URL of the API
	// server, and the file of the authority that signed its certificate.
	Host, CAFile string
}

// Kubernetes returns the credentials that the request and the environment hold
// for a cluster. What the request names comes first; then the order is that of
// client-go: KUBECONFIG, and the service account of the pod. The kubeconfig in
// the home directory is not used unless KUBECONFIG lists it. Like client-go, it
// skips files of KUBECONFIG that do not exist, but refuses a list of none that
// does.
//
// The error is an [*Error] of the class failure.Credentials, or of the class
// failure.Configuration when the request names a source that Kubernetes does
// not have.
func (r *Resolver) Kubernetes(req KubernetesRequest) (Kubernetes, error) {
	s := search{Resolver: r, cloud: CloudKubernetes, subject: provider(req.Provider), sources: req.Sources}
	if req.Exec != nil {
		s.requested = append(s.requested, KubernetesExec)
	}
	if req.TokenFile != "" {
		s.requested = append(s.requested, KubernetesTokenFile)
	}
	s.extra = func(source Source) []Problem {
		switch source {
		case KubernetesExec:
			return r.checkExec(req.Exec)
		case KubernetesTokenFile:
			if trouble := r.check(KindFile, req.TokenFile); trouble != "" {
				return []Problem{{"TokenFile", trouble}}
			}
		case KubernetesInCluster:
			return r.checkServiceAccount()
		}
		return nil
	}
	f, err := s.run()
	if err != nil {
		return Kubernetes{}, err
	}
	out := Kubernetes{Origin: f.Origin}
	switch f.Source {
	case KubernetesExec:
		out.Exec = req.Exec.complete()
		out.Variables = slices.Clone(req.Exec.Env)
	case KubernetesTokenFile:
		out.TokenFile = req.TokenFile
	case KubernetesKubeconfig:
		out.Kubeconfigs = splitList(f.values[EnvKubeconfig])
	case KubernetesInCluster:
		out.TokenFile, out.CAFile = ServiceAccountToken, ServiceAccountCA
		out.Host = "https://" + net.JoinHostPort(f.values[EnvKubernetesServiceHost], f.values[EnvKubernetesServicePort])
	}
	return out, nil
}

// complete returns a copy with defaults.
func (e *Exec) complete() *Exec {
	out := Exec{
		Command: e.Command, Args: slices.Clone(e.Args), Env: slices.Clone(e.Env), APIVersion: e.APIVersion,
	}
	if out.APIVersion == "" {
		out.APIVersion = ExecAPIVersion
	}
	return &out
}

func (r *Resolver) checkExec(e *Exec) []Problem {
	var out []Problem
	if e.Command == "" {
		out = append(out, Problem{"Exec.Command", "is empty: name the program"})
	}
	for i, name := range e.Env {
		if name == "" || strings.ContainsAny(name, "= \t\r\n") {
			// The name is not repeated: it may hold a value after an equals sign.
			out = append(out, Problem{"Exec.Env[" + strconv.Itoa(i) + "]", "is not the name of a variable: give the name alone"})
			continue
		}
		value, set := r.lookup(name)
		if !set {
			out = append(out, Problem{name, "is not set, but the exec plugin needs it: set it"})
		} else if trouble := r.check(KindText, value); trouble != "" {
			out = append(out, Problem{name, trouble})
		}
	}
	return out
}

func (r *Resolver) checkServiceAccount() []Problem {
	var out []Problem
	for _, path := range []string{ServiceAccountToken, ServiceAccountCA} {
		if r.checkFile(path) != "" {
			out = append(out, Problem{
				path, "cannot be read or is empty: let the pod mount its service account (automountServiceAccountToken)",
			})
		}
	}
	return out
}
