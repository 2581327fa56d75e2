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

// notMet returns the controls that an application in a namespace does not meet, with the settings that decide it.
func notMet(t *testing.T, ns *namespace.Args, app *application.Args) map[string]string {
	t.Helper()
	out := map[string]string{}
	pulumitest.Run(t, func(ctx *pulumi.Context) error {
		evidence, err := compliance.Collect(ctx)
		if err != nil {
			return err
		}
		space, err := namespace.New(ctx, "shop", ns)
		if err != nil {
			return err
		}
		app.Namespace = space.Name
		if _, err := application.New(ctx, "web", app); err != nil {
			return err
		}
		catalogue := compliance.NewCatalogue()
		for _, f := range evidence.Report(catalogue).Frameworks {
			require.Contains(t, catalogue, f.ID, "evidence is about frameworks that a stack can name")
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
		namespace namespace.Args
		change    func(*application.Args)
		want      map[string]string
	}{
		"Defaults": {
			reason: "the defaults meet every control that is known",
			want:   map[string]string{},
		},
		"Root": {
			reason: "a container that may run as root",
			change: func(a *application.Args) { a.Security.RunAsNonRoot = &no },
			want: map[string]string{
				"cis-kubernetes 5.2.7":             "security.runAsNonRoot=false",
				"nist-800-53 AC-6":                 "security.runAsNonRoot=false",
				"pod-security Running as Non-root": "security.runAsNonRoot=false",
			},
		},
		"Writable": {
			reason: "a container that may change its files",
			change: func(a *application.Args) { a.Security.ReadOnlyRootFilesystem = &no },
			want:   map[string]string{"cis-kubernetes 5.6.3": "security.readOnlyRootFilesystem=false"},
		},
		"SecretEnvironment": {
			reason: "secrets in the environment, without their values",
			change: func(a *application.Args) {
				a.SecretEnv = pulumi.StringMap{"TOKEN": pulumi.ToSecret(pulumi.String("canary")).(pulumi.StringOutput)}
			},
			want: map[string]string{"cis-kubernetes 5.4.1": "secretEnv=set"},
		},
		"Open": {
			reason: "what is left out is told by the application",
			change: func(a *application.Args) { a.Network.Isolated = &no },
			want: map[string]string{
				"cis-kubernetes 5.3.2": "network.isolated=false",
				"nist-800-53 AC-4":     "network.isolated=false",
				"nist-800-53 SC-7":     "network.isolated=false",
				"soc2 CC6.6":           "network.isolated=false",
			},
		},
		"EverybodyIn": {
			reason: "a policy that lets everybody in",
			change: func(a *application.Args) {
				a.Port = 8080
				a.Network.AllowFrom = []network.Peer{{Namespace: "edge"}, {CIDR: "0.0.0.0/0"}}
			},
			want: map[string]string{
				"cis-kubernetes 5.3.2": "allowFrom[1].cidr=0.0.0.0/0",
				"nist-800-53 AC-4":     "allowFrom[1].cidr=0.0.0.0/0",
				"nist-800-53 SC-7":     "allowFrom[1].cidr=0.0.0.0/0",
				"soc2 CC6.6":           "allowFrom[1].cidr=0.0.0.0/0",
			},
		},
		"Baseline": {
			reason:    "a namespace that enforces less",
			namespace: namespace.Args{PodSecurity: namespace.PodSecurity{Enforce: "baseline"}},
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
			args := &application.Args{Settings: application.Settings{
				Container: workload.Container{Image: pulumi.String("registry.example.com/web:1.2.3")},
			}}
			if tc.change != nil {
				tc.change(args)
			}
			require.Equal(t, tc.want, notMet(t, &tc.namespace, args), tc.reason)
		})
	}
}
