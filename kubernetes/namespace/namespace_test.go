package namespace_test

import (
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
)

// restricted are the labels of a namespace with every default.
var restricted = map[string]string{
	"pod-security.kubernetes.io/enforce":         "restricted",
	"pod-security.kubernetes.io/enforce-version": "v1.33",
	"pod-security.kubernetes.io/audit":           "restricted",
	"pod-security.kubernetes.io/audit-version":   "v1.33",
	"pod-security.kubernetes.io/warn":            "restricted",
	"pod-security.kubernetes.io/warn-version":    "v1.33",
}

// with returns the default labels with changes.
func with(changes map[string]string) map[string]string {
	out := maps.Clone(restricted)
	maps.Copy(out, changes)
	return out
}

func TestNamespace(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason      string
		args        *namespace.NamespaceArgs
		name        string
		labels      map[string]string
		annotations map[string]string
	}{
		"Nil": {
			reason: "the default is the restricted standard in every mode, at a fixed version",
			name:   "team", labels: restricted,
		},
		"Empty": {
			reason: "empty arguments are the same as nil",
			args:   &namespace.NamespaceArgs{},
			name:   "team", labels: restricted,
		},
		"Name": {
			reason: "the name in the cluster can differ from the name of the component, and start with a digit",
			args:   &namespace.NamespaceArgs{Name: "2-teams"},
			name:   "2-teams", labels: restricted,
		},
		"PodSecurity": {
			reason: "each mode has its own standard, and all have one version",
			args: &namespace.NamespaceArgs{PodSecurity: &namespace.PodSecurity{
				Enforce: "privileged", Audit: "baseline", Version: "latest",
			}},
			name: "team",
			labels: map[string]string{
				"pod-security.kubernetes.io/enforce":         "privileged",
				"pod-security.kubernetes.io/enforce-version": "latest",
				"pod-security.kubernetes.io/audit":           "baseline",
				"pod-security.kubernetes.io/audit-version":   "latest",
				"pod-security.kubernetes.io/warn":            "restricted",
				"pod-security.kubernetes.io/warn-version":    "latest",
			},
		},
		"Labels": {
			reason: "labels and annotations are added",
			args: &namespace.NamespaceArgs{
				Labels:      pulumi.StringMap{"team": pulumi.String("payments")},
				Annotations: pulumi.StringMap{"owner": pulumi.String("Ada")},
			},
			name: "team", labels: with(map[string]string{"team": "payments"}), annotations: map[string]string{"owner": "Ada"},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
				ns, err := namespace.NewNamespace(ctx, "team", tc.args)
				require.NoError(t, err, tc.reason)
				require.Equal(t, tc.name, pulumitest.Await[string](t, ns.Name), tc.reason)
				return nil
			}, fixture.Cluster())
			fixture.RequireChildren(t, r, namespace.NamespaceToken)
			got := pulumitest.Decode[corev1.Namespace](t, r.One(t, ":core/v1:Namespace"))
			require.Equal(t, tc.name, got.Name, tc.reason)
			if diff := cmp.Diff(tc.labels, got.Labels); diff != "" {
				t.Errorf("%s: labels (-want +got):\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.annotations, got.Annotations); diff != "" {
				t.Errorf("%s: annotations (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestNamespaceRejectsInvalidArguments(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason string
		args   *namespace.NamespaceArgs
		want   string
	}{
		"Name": {
			reason: "a namespace is a DNS label",
			args:   &namespace.NamespaceArgs{Name: "Team_A"},
			want:   `name: found the string "Team_A": use lower case letters, digits and "-"`,
		},
		"Standard": {
			reason: "a typing error must not weaken the standard",
			args:   &namespace.NamespaceArgs{PodSecurity: &namespace.PodSecurity{Enforce: "restrict"}},
			want:   `podSecurity.enforce: unknown value "restrict", did you mean "restricted"?`,
		},
		"System": {
			reason: "it belongs to Kubernetes, and a destroy would delete it",
			args:   &namespace.NamespaceArgs{Name: "default"},
			want:   `name: the namespace "default" belongs to Kubernetes: use another name`,
		},
		"SystemPrefix": {
			reason: "Kubernetes reserves the prefix",
			args:   &namespace.NamespaceArgs{Name: "kube-shop"},
			want:   `name: the namespace "kube-shop" belongs to Kubernetes, which reserves the prefix kube-: use another name`,
		},
		"SecurityLabel": {
			reason: "labels do not override podSecurity",
			args: &namespace.NamespaceArgs{Labels: pulumi.StringMap{
				"pod-security.kubernetes.io/enforce": pulumi.String("privileged"),
			}},
			want: `labels["pod-security.kubernetes.io/enforce"]: always has the value "restricted": remove the label, or set podSecurity`,
		},
		"NameLabel": {
			reason: "Kubernetes overrides it",
			args:   &namespace.NamespaceArgs{Labels: pulumi.StringMap{"kubernetes.io/metadata.name": pulumi.String("other")}},
			want:   `labels["kubernetes.io/metadata.name"]: always has the value "team": remove the label`,
		},
		"Label": {
			reason: "the API server rejects the value",
			args:   &namespace.NamespaceArgs{Labels: pulumi.StringMap{"a": pulumi.String("b c")}},
			want:   `labels.a: found the string "b c": use at most 63 letters`,
		},
		"Annotation": {
			reason: "the API server rejects the key",
			args:   &namespace.NamespaceArgs{Annotations: pulumi.StringMap{"": pulumi.String("b c")}},
			want:   `annotations[""]: invalid key: use at most 63 letters`,
		},
		"VersionZero": {
			reason: "Pod Security admission rejects leading zeros",
			args:   &namespace.NamespaceArgs{PodSecurity: &namespace.PodSecurity{Version: "v1.033"}},
			want:   `podSecurity.version: found the string "v1.033", expected a version such as v1.33, or latest`,
		},
		"Version": {
			reason: "the API server requires this form of versions",
			args:   &namespace.NamespaceArgs{PodSecurity: &namespace.PodSecurity{Version: "1.33"}},
			want:   `podSecurity.version: found the string "1.33", did you mean "v1.33"?`,
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
				_, err := namespace.NewNamespace(ctx, "team", tc.args)
				var invalid *config.Error
				require.ErrorAs(t, err, &invalid, tc.reason)
				require.Len(t, invalid.Findings, 1, tc.reason)
				require.ErrorContains(t, err, tc.want, tc.reason)
				return nil
			}, fixture.Cluster())
			require.Empty(t, r.Resources, "nothing is registered")
		})
	}
}

func TestNamespaceDoesNotModifyItsArguments(t *testing.T) {
	t.Parallel()
	fresh := func() *namespace.NamespaceArgs {
		return &namespace.NamespaceArgs{Labels: pulumi.StringMap{"team": pulumi.String("payments")}}
	}
	args := fresh()
	pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := namespace.NewNamespace(ctx, "team", args)
		return err
	}, fixture.Cluster())
	require.Equal(t, fresh(), args, "the caller's arguments are not modified")
}
