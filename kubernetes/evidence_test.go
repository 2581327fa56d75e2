package kubernetes_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/application"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
	"github.com/ashlar-iac/ashlar/kubernetes/workload"
)

// notMet returns the controls that an application in a namespace does not meet, with the responsible setting.
func notMet(t *testing.T, ns *namespace.NamespaceArgs, app *application.ApplicationArgs) map[string]string {
	t.Helper()
	out := map[string]string{}
	pulumitest.Run(t, func(ctx *pulumi.Context) error {
		evidence, err := compliance.Collect(ctx)
		if err != nil {
			return err
		}
		space, err := namespace.NewNamespace(ctx, "shop", ns)
		if err != nil {
			return err
		}
		app.Namespace = space.Name
		if _, err := application.NewApplication(ctx, "web", app); err != nil {
			return err
		}
		catalogue := compliance.NewCatalogue()
		for _, f := range evidence.Report(catalogue).Frameworks {
			require.Contains(t, catalogue, f.ID, "evidence is for frameworks of the catalogue")
			for _, c := range f.Controls {
				require.NotEmpty(t, c.Title)
				for _, e := range c.Evidence {
					if e.Status == compliance.NotMet {
						out[f.ID+" "+c.ID] = e.Setting + "=" + e.Value
					}
				}
			}
		}
		return nil
	})
	return out
}

func TestEvidence(t *testing.T) {
	t.Parallel()
	no := false
	tests := map[string]struct {
		reason    string
		namespace namespace.NamespaceArgs
		change    func(*application.ApplicationArgs)
		want      map[string]string
	}{
		"Defaults": {
			reason: "the defaults meet all controls",
			want:   map[string]string{},
		},
		"Root": {
			reason: "the container can run as root",
			change: func(a *application.ApplicationArgs) { a.Security = &workload.Security{RunAsNonRoot: &no} },
			want: map[string]string{
				"cis-kubernetes 5.2.7":             "security.runAsNonRoot=false",
				"nist-800-53 AC-6":                 "security.runAsNonRoot=false",
				"pod-security Running as Non-root": "security.runAsNonRoot=false",
			},
		},
		"BindPorts": {
			reason: "the restricted standard allows the capability, the benchmark none",
			change: func(a *application.ApplicationArgs) {
				a.Security = &workload.Security{Capabilities: []workload.Capability{"NET_BIND_SERVICE"}}
			},
			want: map[string]string{"cis-kubernetes 5.2.9": "security.capabilities=NET_BIND_SERVICE"},
		},
		"Capabilities": {
			reason: "the container has more capabilities than the restricted standard allows",
			change: func(a *application.ApplicationArgs) {
				a.Security = &workload.Security{Capabilities: []workload.Capability{"NET_RAW", "NET_BIND_SERVICE"}}
			},
			want: map[string]string{
				"cis-kubernetes 5.2.8":      "security.capabilities=NET_BIND_SERVICE, NET_RAW",
				"cis-kubernetes 5.2.9":      "security.capabilities=NET_BIND_SERVICE, NET_RAW",
				"nist-800-53 AC-6":          "security.capabilities=NET_BIND_SERVICE, NET_RAW",
				"pod-security Capabilities": "security.capabilities=NET_BIND_SERVICE, NET_RAW",
			},
		},
		"Writable": {
			reason: "the container can change its files",
			change: func(a *application.ApplicationArgs) { a.Security = &workload.Security{ReadOnlyRootFilesystem: &no} },
			want:   map[string]string{"cis-kubernetes 5.6.3": "security.readOnlyRootFilesystem=false"},
		},
		"SecretEnv": {
			reason: "secrets are environment variables",
			change: func(a *application.ApplicationArgs) {
				a.SecretEnv = pulumi.StringMap{"TOKEN": pulumi.ToSecret(pulumi.String("canary")).(pulumi.StringOutput)}
			},
			want: map[string]string{"cis-kubernetes 5.4.1": "secretEnv=set"},
		},
		"NotIsolated": {
			reason: "the application has no network policy",
			change: func(a *application.ApplicationArgs) { a.Network = &application.Network{Isolated: &no} },
			want: map[string]string{
				"cis-kubernetes 5.3.2": "network.isolated=false",
				"nist-800-53 AC-4":     "network.isolated=false",
				"nist-800-53 SC-7":     "network.isolated=false",
				"soc2 CC6.6":           "network.isolated=false",
			},
		},
		"AllowFromAnywhere": {
			reason: "ingress is allowed from all addresses",
			change: func(a *application.ApplicationArgs) {
				a.Network = &application.Network{
					AllowFrom: []network.Peer{{Namespace: pulumi.String("edge")}, {CIDR: pulumi.String("0.0.0.0/0")}},
				}
			},
			want: map[string]string{
				"cis-kubernetes 5.3.2": "allowFrom[1].cidr=0.0.0.0/0",
				"nist-800-53 AC-4":     "allowFrom[1].cidr=0.0.0.0/0",
				"nist-800-53 SC-7":     "allowFrom[1].cidr=0.0.0.0/0",
				"soc2 CC6.6":           "allowFrom[1].cidr=0.0.0.0/0",
			},
		},
		"Baseline": {
			reason:    "the namespace enforces the baseline standard",
			namespace: namespace.NamespaceArgs{PodSecurity: &namespace.PodSecurity{Enforce: namespace.PodSecurityBaseline}},
			want: map[string]string{
				"cis-kubernetes 5.2.6":    "podSecurity.enforce=baseline",
				"cis-kubernetes 5.2.7":    "podSecurity.enforce=baseline",
				"cis-kubernetes 5.2.8":    "podSecurity.enforce=baseline",
				"cis-kubernetes 5.2.9":    "podSecurity.enforce=baseline",
				"nist-800-53 AC-6":        "podSecurity.enforce=baseline",
				"pod-security Restricted": "podSecurity.enforce=baseline",
			},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := &application.ApplicationArgs{Image: pulumi.String("registry.example.com/web:1.2.3"), Port: 8080}
			if tc.change != nil {
				tc.change(args)
			}
			require.Equal(t, tc.want, notMet(t, &tc.namespace, args), tc.reason)
		})
	}
}
