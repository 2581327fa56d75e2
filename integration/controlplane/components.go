package controlplane

import (
	_ "embed"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ashlar-iac/ashlar/integration/process"
	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// Names of the components in errors, logs and the state file.
const (
	etcd              = "etcd"
	apiServer         = "kube-apiserver"
	controllerManager = "kube-controller-manager"
	scheduler         = "kube-scheduler"
	kwok              = "kwok"
)

const (
	serviceRange = "10.96.0.0/16"
	podRange     = "10.244.0.1/16"
)

// stagesFile is the name of the file with the stages of kwok.
const stagesFile = "stages.yaml"

//go:embed stages.yaml
var stages string

// clientCA is the name of the file with all authorities of client certificates.
const clientCA = "client-ca"

// apiServiceIP returns the address of the Service kubernetes.default, the first of the range.
func apiServiceIP() net.IP { return net.IPv4(10, 96, 0, 1) }

// grace is the time a component has to end before it is killed. It is short, because no data has to be saved.
const grace = 5 * time.Second

// serverGrace is the grace of the API server, which waits for clients with open connections. Its data is in etcd.
const serverGrace = 500 * time.Millisecond

// component is a program of a control plane with its arguments.
type component struct {
	name string
	tool tools.Name
	args []string
}

// storeComponent returns etcd. It does not sync to disk, because its data need not survive a crash of the computer.
func storeComponent(l layout, p ports) component {
	client, peer := "https://"+address(p.etcd), "https://"+address(p.peer)
	return component{name: etcd, tool: tools.Etcd, args: []string{
		"--name=default",
		"--data-dir=" + l.etcd(),
		"--unsafe-no-fsync",
		"--listen-client-urls=" + client,
		"--advertise-client-urls=" + client,
		"--listen-peer-urls=" + peer,
		"--initial-advertise-peer-urls=" + peer,
		"--initial-cluster=default=" + peer,
		"--cert-file=" + l.cert("etcd"),
		"--key-file=" + l.key("etcd"),
		"--trusted-ca-file=" + l.cert("etcd-ca"),
		"--client-cert-auth",
		"--peer-cert-file=" + l.cert("etcd"),
		"--peer-key-file=" + l.key("etcd"),
		"--peer-trusted-ca-file=" + l.cert("etcd-ca"),
		"--peer-client-cert-auth",
	}}
}

func apiServerComponent(l layout, p ports, opts Options) component {
	args := []string{
		"--etcd-servers=https://" + address(p.etcd),
		"--etcd-cafile=" + l.cert("etcd-ca"),
		"--etcd-certfile=" + l.cert("etcd-client"),
		"--etcd-keyfile=" + l.key("etcd-client"),
		"--bind-address=" + loopback,
		"--secure-port=" + strconv.Itoa(p.api),
		// Without this, the server looks for a network interface, which may be down. A loopback address is not a valid
		// endpoint, so the Service kubernetes.default has no endpoints.
		"--advertise-address=" + loopback,
		"--endpoint-reconciler-type=none",
		"--tls-cert-file=" + l.cert("apiserver"),
		"--tls-private-key-file=" + l.key("apiserver"),
		"--cert-dir=" + l.pki(),
		"--client-ca-file=" + l.cert(clientCA),
		"--service-account-key-file=" + l.key("service-account"),
		"--service-account-signing-key-file=" + l.key("service-account"),
		"--service-account-issuer=" + opts.Issuer,
		"--service-cluster-ip-range=" + serviceRange,
		"--authorization-mode=RBAC",
		// As in managed clusters, only Pod Security Admission rejects privileged pods.
		"--allow-privileged=true",
		"--profiling=false",
	}
	return component{name: apiServer, tool: tools.APIServer, args: emulate(args, opts.EmulatedVersion)}
}

// emulation is the option for the emulated version. All components need it: a newer component may wait for APIs that
// the API server does not serve in an older version.
const emulation = "--emulated-version="

// emulate returns the arguments of a component that emulates a version, or none for "".
func emulate(args []string, version string) []string {
	args = slices.DeleteFunc(slices.Clone(args), func(arg string) bool { return strings.HasPrefix(arg, emulation) })
	if version != "" {
		args = append(args, emulation+version)
	}
	return args
}

func controllerManagerComponent(l layout, opts Options) component {
	args := []string{
		"--kubeconfig=" + l.clientConfig(controllerManager),
		"--cluster-name=" + opts.Name,
		"--use-service-account-credentials",
		"--service-account-private-key-file=" + l.key("service-account"),
		"--root-ca-file=" + l.cert("ca"),
		"--cluster-signing-cert-file=" + l.cert("ca"),
		"--cluster-signing-key-file=" + l.key("ca"),
		"--leader-elect=false",
		"--secure-port=0",
		// The default is a system folder, which the component would create.
		"--flex-volume-plugin-dir=" + l.home(),
		// The defaults protect a shared API server and would slow down deletions.
		"--kube-api-qps=200",
		"--kube-api-burst=400",
	}
	return component{name: controllerManager, tool: tools.ControllerManager, args: emulate(args, opts.EmulatedVersion)}
}

func schedulerComponent(l layout, opts Options) component {
	args := []string{
		"--kubeconfig=" + l.clientConfig(scheduler),
		"--leader-elect=false",
		"--secure-port=0",
	}
	return component{name: scheduler, tool: tools.Scheduler, args: emulate(args, opts.EmulatedVersion)}
}

func kwokComponent(l layout) component {
	return component{name: kwok, tool: tools.Kwok, args: []string{
		"--kubeconfig=" + l.clientConfig(kwok),
		// A relative path, because kwok splits paths at commas.
		"--config=" + stagesFile,
		"--manage-all-nodes=true",
		"--node-lease-duration-seconds=40",
		"--cidr=" + podRange,
	}}
}

// spec returns the specification of the supervised process.
func (c component) spec(l layout, set tools.Set, owner process.Identity) process.Spec {
	patience := grace
	if c.name == apiServer {
		patience = serverGrace
	}
	return process.Spec{
		Owner:     owner,
		Supervise: set.Path(tools.Supervise),
		Name:      c.name,
		Path:      set.Path(c.tool),
		Args:      c.args,
		// The components must not read options, proxies and configuration files from the caller's environment.
		Env:     []string{"HOME=" + l.home(), "TMPDIR=" + l.home()},
		Dir:     l.dir,
		LogFile: l.log(c.name),
		Grace:   patience,
	}
}
