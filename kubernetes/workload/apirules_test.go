package workload_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
	"github.com/ashlar-iac/ashlar/kubernetes/workload"
)

const (
	labelAdvice = "use at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at both ends"
	keyAdvice   = labelAdvice + ", after an optional domain and a slash"
	nameAdvice  = "use at most 253 lower case letters, digits, dashes and dots, with a letter or digit around each dot and " +
		"at both ends"
	envAdvice = "use printable ASCII characters other than =, such as LOG_LEVEL"
)

func TestDeploymentRejectsWhatTheAPIServerRejects(t *testing.T) {
	t.Parallel()
	text := func(s string) pulumi.StringMap { return pulumi.StringMap{s: pulumi.String("x")} }
	tests := map[string]struct {
		reason string
		args   func(*workload.DeploymentArgs)
		want   []string
	}{
		"Namespace": {
			reason: "an empty namespace is the namespace default",
			args:   func(a *workload.DeploymentArgs) { a.Namespace = pulumi.String("") },
			want: []string{`namespace: found the string "": use at most 63 lower case letters, digits and dashes, with a letter ` +
				`or digit at both ends`},
		},
		"Labels": {
			reason: "keys and values have their own rules",
			args: func(a *workload.DeploymentArgs) {
				a.Labels = pulumi.StringMap{
					"": pulumi.String("x"), "a b": pulumi.String("x"), "Example.com/a": pulumi.String("x"),
					"value": pulumi.String("a b"), "long": pulumi.String(strings.Repeat("a", 64)),
				}
			},
			want: []string{
				`labels.long: found the string "` + strings.Repeat("a", 64) + `": ` + labelAdvice,
				`labels.value: found the string "a b": ` + labelAdvice,
				`labels[""]: invalid key: ` + keyAdvice, `labels["Example.com/a"]: invalid key: ` + keyAdvice,
				`labels["a b"]: invalid key: ` + keyAdvice,
			},
		},
		"SelectorLabel": {
			reason: "the component would override it",
			args:   func(a *workload.DeploymentArgs) { a.Labels = text("app.kubernetes.io/name") },
			want:   []string{`labels["app.kubernetes.io/name"]: always has the value "web": remove the label`},
		},
		"InstanceLabel": {
			reason: "it is a part of the selector",
			args:   func(a *workload.DeploymentArgs) { a.Labels = text("app.kubernetes.io/instance") },
			want:   []string{`labels["app.kubernetes.io/instance"]: always has the value "ashlar_workload": remove the label`},
		},
		"PodAnnotations": {
			reason: "annotations have keys, a total size, and values that the API server reads",
			args: func(a *workload.DeploymentArgs) {
				a.PodAnnotations = pulumi.StringMap{
					"a b": pulumi.String("x"), "size": pulumi.String(strings.Repeat("a", 257<<10)),
					"controller.kubernetes.io/pod-deletion-cost": pulumi.String("cheap"),
				}
			},
			want: []string{
				"podAnnotations: longer than 256 KiB in total: shorten or split the values",
				`podAnnotations["a b"]: invalid key: ` + keyAdvice,
				`podAnnotations["controller.kubernetes.io/pod-deletion-cost"]: found the string "cheap", expected an integer such as -10`,
			},
		},
		"Env": {
			reason: "names of variables are printable, without =",
			args: func(a *workload.DeploymentArgs) {
				a.Env = pulumi.StringMap{"": pulumi.String("x"), "A=B": pulumi.String("x"), "Ä": pulumi.String("x")}
			},
			want: []string{
				`env[""]: invalid key: ` + envAdvice, `env["A=B"]: invalid key: ` + envAdvice, `env["Ä"]: invalid key: ` + envAdvice,
			},
		},
		"Names": {
			reason: "names of other objects are those of objects",
			args: func(a *workload.DeploymentArgs) {
				a.ImagePullSecrets = pulumi.ToStringArray([]string{"", "Registry", "ok", "ok"})
				a.SecretEnv = pulumi.ToStringArray([]string{"a_b"})
				a.ServiceAccountName = pulumi.String("a..b")
			},
			want: []string{
				`imagePullSecrets[0]: found the string "": ` + nameAdvice,
				`imagePullSecrets[1]: found the string "Registry": ` + nameAdvice,
				`imagePullSecrets[3]: duplicate "ok": remove one of them`,
				`secretEnv[0]: found the string "a_b": ` + nameAdvice,
				`serviceAccountName: found the string "a..b": ` + nameAdvice,
			},
		},
		"Mounts": {
			reason: "each path is mounted once, and a file has nothing below it",
			args: func(a *workload.DeploymentArgs) {
				a.WritablePaths = []string{"cache", "/c:d", "/var/cache/"}
				a.Files = &workload.Files{ConfigMap: pulumi.String("Files"), Paths: map[string]string{
					"/tmp": "a", "/var": "a", "/var/cache": "a", "/etc/web": "a", "/etc/web/a": "a", "etc": "a", "/x/": "..a",
				}}
			},
			want: []string{
				`files.configMap: found the string "Files": ` + nameAdvice,
				`files.paths.etc: found the string "etc", expected an absolute path below /`,
				`files.paths["/etc/web/a"]: /etc/web is a file, too: use a path that is not below it`,
				`files.paths["/tmp"]: /tmp is a writable directory: use a path below it, or another one`,
				`files.paths["/var"]: /var is the parent of the writable directory /var/cache: use another path`,
				`files.paths["/var/cache"]: /var/cache is a writable directory: use a path below it, or another one`,
				`files.paths["/var/cache"]: /var is a file, too: use a path that is not below it`,
				`files.paths["/x/"]: found the string "/x/": write /x`,
				`files.paths["/x/"]: found the string "..a": use at most 253 letters, digits, dashes, underscores and dots, not ` +
					`two dots at the start`,
				`writablePaths[0]: found the string "cache", expected an absolute path below /`,
				`writablePaths[1]: found the string "/c:d", which has a colon: use a path without one`,
			},
		},
		"Quantities": {
			reason: "the API server rounds up, and a unit of the other resource is a slip",
			args: func(a *workload.DeploymentArgs) {
				a.Resources = &workload.Resources{CPU: "0.1m", CPULimit: "128Mi", Memory: "512m", MemoryLimit: "512"}
			},
			want: []string{
				`resources.cpu: found the string "0.1m", which is finer than a thousandth of a core: write 1m`,
				`resources.cpuLimit: found the string "128Mi", which is 134217728 cores: write the number of cores, such as 2 or 500m`,
				`resources.memory: found the string "512m", which is 0.512 bytes: did you mean "512Mi"?`,
				`resources.memoryLimit: found the string "512", which is 512 bytes: did you mean "512Mi"?`,
			},
		},
		"Integers": {
			reason: "the API has integers of 32 bits",
			args: func(a *workload.DeploymentArgs) {
				a.Port, a.Replicas, a.Security = 80, new(1<<31), &workload.Security{RunAsUser: 1 << 31, FSGroup: 1 << 31}
				a.Probes = &workload.Probes{Liveness: &workload.Probe{PeriodSeconds: new(1 << 31)}}
			},
			want: []string{
				"probes.liveness.periodSeconds: expected at most 2147483647, found the number 2147483648",
				"replicas: expected at most 2147483647, found the number 2147483648",
				"security.fsGroup: expected at most 2147483647, found the number 2147483648",
				"security.runAsUser: expected at most 2147483647, found the number 2147483648",
			},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixture.RequireRejected(t, workload.NewDeployment, minimal(tc.args), tc.want, tc.reason)
		})
	}
}

func TestDeploymentAcceptsWhatTheAPIServerAccepts(t *testing.T) {
	t.Parallel()
	deploy(t, minimal(func(a *workload.DeploymentArgs) {
		a.Labels = pulumi.StringMap{"example.com/A_b": pulumi.String(""), "app.kubernetes.io/name": pulumi.String("web")}
		a.PodAnnotations = pulumi.StringMap{"Example.COM/a": pulumi.String("any text"),
			"controller.kubernetes.io/pod-deletion-cost": pulumi.String("-10")}
		a.Env = pulumi.StringMap{"1 A.b-c": pulumi.String("")}
		a.ImagePullSecrets = pulumi.ToStringArray([]string{"registry.example.com"})
		a.WritablePaths = []string{"/tmp/", "/var/cache", "/var/cache/web"}
		a.Files = &workload.Files{ConfigMap: pulumi.String("files"), Paths: map[string]string{"/tmp/a": "a", "/var/lib/a..b": "a..b"}}
		a.Resources = &workload.Resources{CPU: "100000u", CPULimit: "1e3", Memory: "0.5G", MemoryLimit: "1.5Gi"}
	}))
}

func TestOutputsAreCheckedWhenTheyResolve(t *testing.T) {
	t.Parallel()
	late := func(s string) pulumi.StringOutput { return pulumi.ToSecret(pulumi.String(s)).(pulumi.StringOutput) }
	tests := map[string]struct {
		args func(*workload.DeploymentArgs)
		want string
	}{
		"Namespace": {func(a *workload.DeploymentArgs) { a.Namespace = late("Canary_1") }, "check namespace: invalid value: use"},
		"Image":     {func(a *workload.DeploymentArgs) { a.Image = late("Canary_1:1") }, "check image: invalid value: use"},
		"Label": {func(a *workload.DeploymentArgs) { a.Labels = pulumi.StringMap{"a": late("Canary 1")} },
			"check labels.a: invalid value: use"},
		"Labels": {func(a *workload.DeploymentArgs) {
			a.Labels = pulumi.StringMap{"a b": pulumi.String("x")}.ToStringMapOutput()
		}, `check labels: invalid key "a b": use`},
		"Env": {func(a *workload.DeploymentArgs) {
			a.Env = pulumi.StringMap{"A=B": pulumi.String("x")}.ToStringMapOutput()
		}, `check env: invalid key "A=B": use`},
		"ServiceAccount": {func(a *workload.DeploymentArgs) { a.ServiceAccountName = late("Canary_1") },
			"check serviceAccountName: invalid value: use"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requireLateError(t, minimal(tc.args), tc.want)
		})
	}
}

// requireLateError checks that a Deployment fails when a value resolves, and that the error does not show the value.
func requireLateError(t *testing.T, args *workload.DeploymentArgs, want string) {
	t.Helper()
	_, err := pulumitest.Record(func(ctx *pulumi.Context) error {
		_, err := workload.NewDeployment(ctx, "web", args)
		return err
	}, fixture.Cluster())
	require.ErrorContains(t, err, want)
	require.NotContains(t, err.Error(), "Canary", "the value may be a secret")
	require.ErrorIs(t, err, failure.Configuration)
}
