package mesh_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/pulumitest"
	"github.com/ashlar-iac/ashlar/kubernetes/crd"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/fixture"
	"github.com/ashlar-iac/ashlar/kubernetes/mesh"
	"github.com/ashlar-iac/ashlar/kubernetes/network"
)

// The types of resources.
const (
	deployment        = "kubernetes:apps/v1:Deployment"
	daemonSet         = "kubernetes:apps/v1:DaemonSet"
	definition        = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition"
	mutatingWebhook   = "kubernetes:admissionregistration.k8s.io/v1:MutatingWebhookConfiguration"
	validatingWebhook = "kubernetes:admissionregistration.k8s.io/v1:ValidatingWebhookConfiguration"
)

// install returns the resources of a mesh called mesh.
func install(t *testing.T, args *mesh.ServiceMeshArgs) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := mesh.NewServiceMesh(ctx, "mesh", args)
		return err
	}, fixture.Cluster())
}

// find returns a resource of a mesh.
func find(t *testing.T, r *pulumitest.Recording, typ, name string) *pulumitest.Registration {
	t.Helper()
	found, ok := r.Find(typ, "mesh-"+name)
	require.True(t, ok, "no %s %s", typ, name)
	return found
}

// value returns a value of the inputs of a resource.
func value(t *testing.T, r *pulumitest.Registration, path string) any {
	t.Helper()
	v, ok := r.Input(path)
	require.True(t, ok, "%s has no %s", r.Name, path)
	return v.Mappable()
}

func TestServiceMeshOfEachVersion(t *testing.T) {
	t.Parallel()
	for _, version := range []string{older, newer} {
		for _, mode := range []mesh.Mode{mesh.ModeAmbient, mesh.ModeSidecar} {
			t.Run(version+" "+string(mode), func(t *testing.T) {
				t.Parallel()
				r := install(t, &mesh.ServiceMeshArgs{Version: version, Path: charts(t, version), Mode: mode})
				istiod := find(t, r, deployment, "istio-system/istiod")
				assert.Equal(t, "docker.io/istio/pilot:"+version, image(t, istiod), "the images have the version")
				assert.Equal(t, "RuntimeDefault",
					value(t, istiod, "spec.template.spec.containers[0].securityContext.seccompProfile.type"))
				assert.EqualValues(t, "2Gi", value(t, istiod, "spec.template.spec.containers[0].resources.limits.memory"))
				assert.Len(t, value(t, istiod, "spec.template.spec.topologySpreadConstraints"), 2, "pods are spread")
				assert.EqualValues(t, 2, value(t, find(t, r, "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
					"istio-system/istiod"), "spec.minReplicas"))
				find(t, r, "kubernetes:policy/v1:PodDisruptionBudget", "istio-system/istiod")
				agent := find(t, r, daemonSet, "istio-system/istio-cni-node")
				assert.Equal(t, "docker.io/istio/install-cni:"+version, image(t, agent))
				proxy, ambient := r.Find(daemonSet, "mesh-istio-system/ztunnel")
				assert.Equal(t, mode == mesh.ModeAmbient, ambient, "ambient mode has proxies on nodes")
				if ambient {
					assert.Equal(t, "docker.io/istio/ztunnel:"+version, image(t, proxy))
				}
				assert.Equal(t, "STRICT", value(t, find(t, r, "kubernetes:security.istio.io/v1:PeerAuthentication",
					"istio-system/default"), "spec.mtls.mode"))
				assert.Empty(t, value(t, find(t, r, policyType, "istio-system/default-deny"), "spec"), "nothing is allowed")
			})
		}
	}
}

// image returns the image of the first container without its variant.
func image(t *testing.T, r *pulumitest.Registration) string {
	t.Helper()
	out, ok := strings.CutSuffix(value(t, r, "spec.template.spec.containers[0].image").(string), "-distroless")
	require.True(t, ok, "images have no shell")
	return out
}

func TestServiceMeshIsOrdered(t *testing.T) {
	t.Parallel()
	r := install(t, &mesh.ServiceMeshArgs{
		Version: newer, Path: charts(t, newer),
		Allow: map[string]*mesh.Edge{"web": {
			Namespace: "shop", Pods: application("web"), Port: 80, AllowFrom: []network.Peer{{Namespace: pulumi.String("edge")}},
		}},
	})
	steps := []*pulumitest.Registration{
		find(t, r, "kubernetes:core/v1:Namespace", "istio-system"),
		find(t, r, definition, "gateways.networking.istio.io"),
		find(t, r, "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", "istiod-clusterrole-istio-system"),
		find(t, r, deployment, "istio-system/istiod"),
		find(t, r, validatingWebhook, "istiod-default-validator"),
		find(t, r, daemonSet, "istio-system/istio-cni-node"),
		find(t, r, daemonSet, "istio-system/ztunnel"),
		find(t, r, policyType, "web"),
		find(t, r, policyType, "istio-system/default-deny"),
	}
	for i, step := range steps[1:] {
		require.True(t, after(r, step, steps[i].URN), "%s is created after %s", step.Name, steps[i].Name)
		require.False(t, after(r, steps[i], step.URN))
	}
}

// after reports whether a resource depends on another one, also through others.
func after(r *pulumitest.Recording, res *pulumitest.Registration, on resource.URN) bool {
	seen := map[resource.URN]bool{}
	var visit func(urn resource.URN) bool
	visit = func(urn resource.URN) bool {
		if seen[urn] {
			return false
		}
		seen[urn] = true
		next, ok := r.Get(urn)
		return ok && (slices.Contains(next.Dependencies, on) || slices.ContainsFunc(next.Dependencies, visit))
	}
	return visit(res.URN)
}

func TestWebhooksNeedOnlyACertificate(t *testing.T) {
	t.Parallel()
	for _, version := range []string{older, newer} {
		r := install(t, &mesh.ServiceMeshArgs{Version: version, Path: charts(t, version), Revision: "main"})
		webhooks := slices.Concat(r.OfType(validatingWebhook), r.OfType(mutatingWebhook))
		require.Len(t, webhooks, 4, "injector, tag, validator of the revision and of other configuration")
		for _, w := range webhooks {
			for _, webhook := range value(t, w, "webhooks").([]any) {
				assert.Equal(t, "Fail", webhook.(map[string]any)["failurePolicy"], w.Name)
			}
			assert.Equal(t, "jsonpath={.webhooks[0].clientConfig.caBundle}",
				value(t, w, `metadata.annotations["pulumi.com/waitFor"]`), "what needs the webhook waits for the certificate")
		}
		assert.Equal(t, "istiod-main", value(t, find(t, r, validatingWebhook, "istiod-default-validator"),
			"webhooks[0].clientConfig.service.name"))
	}
}

func TestUpgradeOfARevision(t *testing.T) {
	t.Parallel()
	args := mesh.ServiceMeshArgs{
		Version: newer, Path: charts(t, newer), Revision: "new",
		Previous: &mesh.ControlPlane{Revision: "old", Version: older, Path: charts(t, older)},
	}
	service := func(r *pulumitest.Recording, name string) any {
		return value(t, find(t, r, mutatingWebhook, name), "webhooks[0].clientConfig.service.name")
	}
	during := install(t, &args)
	assert.Equal(t, "docker.io/istio/pilot:"+older, image(t, find(t, during, deployment, "istio-system/istiod-old")))
	assert.Equal(t, "docker.io/istio/pilot:"+newer, image(t, find(t, during, deployment, "istio-system/istiod-new")))
	assert.Equal(t, "istiod-old", service(during, "istio-revision-tag-default"), "namespaces without a revision stay")
	assert.Equal(t, "docker.io/istio/ztunnel:"+older, image(t, find(t, during, daemonSet, "istio-system/ztunnel")),
		"proxies are not newer than a control plane")

	args.Tags = map[string]string{"default": "new", "stable": "old"}
	moved := install(t, &args)
	assert.Equal(t, "istiod-new", service(moved, "istio-revision-tag-default"), "the resource of a tag has the same name")
	assert.Equal(t, "istiod-old", service(moved, "istio-revision-tag-stable"))

	args.Previous, args.Tags = nil, nil
	done := install(t, &args)
	assert.Equal(t, "istiod-new", service(done, "istio-revision-tag-default"))
	assert.Equal(t, "docker.io/istio/ztunnel:"+newer, image(t, find(t, done, daemonSet, "istio-system/ztunnel")))
	assert.Len(t, done.OfType(deployment), 1)
}

func TestDefinitionsAreKeptOrDeleted(t *testing.T) {
	t.Parallel()
	for policy, kept := range map[crd.Policy]bool{"": true, crd.Keep: true, crd.Delete: false} {
		r := install(t, &mesh.ServiceMeshArgs{Version: newer, Path: charts(t, newer), CRDs: policy})
		definitions := r.OfType(definition)
		require.NotEmpty(t, definitions)
		for _, d := range definitions {
			assert.Equal(t, kept, d.RetainOnDelete, "%s with %q", d.Name, policy)
		}
	}
	r := install(t, &mesh.ServiceMeshArgs{Version: newer, Path: charts(t, newer), CRDs: crd.Skip})
	require.Empty(t, r.OfType(definition))
}

func TestTelemetry(t *testing.T) {
	t.Parallel()
	const kind = "kubernetes:telemetry.istio.io/v1:Telemetry"
	path := charts(t, newer)
	r := install(t, &mesh.ServiceMeshArgs{
		Version: newer, Path: path, AccessLogs: true,
		Tracing: &mesh.Tracing{Host: "otel.observability.svc.cluster.local", Sampling: new(2.5)},
	})
	telemetry := find(t, r, kind, "istio-system/default")
	assert.InDelta(t, 2.5, value(t, telemetry, "spec.tracing[0].randomSamplingPercentage"), 0)
	assert.Equal(t, "otel", value(t, telemetry, "spec.tracing[0].providers[0].name"))
	assert.Equal(t, "envoy", value(t, telemetry, "spec.accessLogging[0].providers[0].name"))
	config := value(t, find(t, r, "kubernetes:core/v1:ConfigMap", "istio-system/istio"), "data.mesh")
	assert.Contains(t, config, "service: otel.observability.svc.cluster.local")
	assert.Contains(t, config, "port: 4317")
	assert.Empty(t, install(t, &mesh.ServiceMeshArgs{Version: newer, Path: path}).OfType(kind))
}

func TestGateways(t *testing.T) {
	t.Parallel()
	const kind = "kubernetes:gateway.networking.k8s.io/v1:Gateway"
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "gateways.yaml"), []byte(`
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: gateways.gateway.networking.k8s.io }
spec: { group: gateway.networking.k8s.io, scope: Namespaced, names: { kind: Gateway, plural: gateways } }
`), 0o600))
	tests := map[string]struct {
		platform mesh.Platform
		public   bool
		want     map[string]any
	}{
		"Other": {want: map[string]any{"networking.istio.io/service-type": "ClusterIP"}},
		"EKS": {platform: mesh.PlatformEKS, want: map[string]any{
			"service.beta.kubernetes.io/aws-load-balancer-type":            "external",
			"service.beta.kubernetes.io/aws-load-balancer-nlb-target-type": "ip",
			"service.beta.kubernetes.io/aws-load-balancer-scheme":          "internal",
		}},
		"PublicEKS": {platform: mesh.PlatformEKS, public: true, want: map[string]any{
			"service.beta.kubernetes.io/aws-load-balancer-type":            "external",
			"service.beta.kubernetes.io/aws-load-balancer-nlb-target-type": "ip",
			"service.beta.kubernetes.io/aws-load-balancer-scheme":          "internet-facing",
		}},
		"AKS": {platform: mesh.PlatformAKS, want: map[string]any{"service.beta.kubernetes.io/azure-load-balancer-internal": "true"}},
		"GKE": {platform: mesh.PlatformGKE, want: map[string]any{"networking.gke.io/load-balancer-type": "Internal"}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := install(t, &mesh.ServiceMeshArgs{
				Version: newer, Path: charts(t, newer), Platform: tc.platform, GatewayAPI: folder,
				Gateways: map[string]*mesh.Gateway{"main": {
					Namespace: "edge", Public: tc.public,
					Listeners: map[string]*mesh.Listener{
						"web":  {Certificate: "shop", Namespaces: []string{"shop"}},
						"http": {Port: new(80), Protocol: mesh.ListenerHTTP},
					},
				}},
			})
			gateway := find(t, r, kind, "edge/main")
			assert.Equal(t, tc.want, value(t, gateway, "spec.infrastructure.annotations"))
			assert.Equal(t, "shop", value(t, gateway, "spec.listeners[1].tls.certificateRefs[0].name"))
			assert.Equal(t, "Same", value(t, gateway, "spec.listeners[0].allowedRoutes.namespaces.from"))
			assert.Equal(t, []any{"80", "443"}, value(t, find(t, r, policyType, "edge/gateway-main"), "spec.rules[0].to[0].operation.ports"),
				"the default deny does not close the gateway")
			assert.True(t, after(r, gateway, find(t, r, definition, "gateways.gateway.networking.k8s.io").URN))
		})
	}
}

func TestPlatforms(t *testing.T) {
	t.Parallel()
	path := charts(t, newer)
	r := install(t, &mesh.ServiceMeshArgs{Version: newer, Path: path, Platform: mesh.PlatformGKE})
	assert.Len(t, r.OfType("kubernetes:core/v1:ResourceQuota"), 2, "GKE allows critical pods outside of kube-system with a quota")
	r = install(t, &mesh.ServiceMeshArgs{Version: newer, Path: path, Platform: mesh.PlatformK3s})
	volumes := value(t, find(t, r, daemonSet, "istio-system/istio-cni-node"), "spec.template.spec.volumes")
	assert.Contains(t, volumes, map[string]any{
		"name": "cni-net-dir", "hostPath": map[string]any{"path": "/var/lib/rancher/k3s/agent/etc/cni/net.d"},
	})
	r = install(t, &mesh.ServiceMeshArgs{Version: newer, Path: path, Platform: mesh.PlatformOpenShift})
	assert.Contains(t, value(t, find(t, r, deployment, "istio-system/istiod"), "spec.template.spec.containers[0].env"),
		map[string]any{"name": "CA_TRUSTED_NODE_ACCOUNTS", "value": "istio-system/ztunnel"})
	for _, platform := range []mesh.Platform{mesh.PlatformEKS, mesh.PlatformAKS, mesh.PlatformK3d, mesh.PlatformMicroK8s, mesh.PlatformMinikube} {
		install(t, &mesh.ServiceMeshArgs{Version: newer, Path: path, Platform: platform})
	}
}

func TestServiceMeshIsRejected(t *testing.T) {
	t.Parallel()
	path := charts(t, newer)
	tests := map[string]struct {
		reason string
		args   mesh.ServiceMeshArgs
		want   []string
	}{
		"Kubernetes": {
			reason: "each version supports some versions of Kubernetes",
			args:   mesh.ServiceMeshArgs{Version: older, Path: path, KubernetesVersion: "1.35"},
			want: []string{"version: resolve version of istio: istio 1.26.0 requires Kubernetes >=1.29 <1.34, the cluster has 1.35: " +
				"use one of 1.31.0, 1.30.0, 1.29.0"},
		},
		"Patch": {
			reason: "a patch that the table does not have supports what its minor version does",
			args:   mesh.ServiceMeshArgs{Version: "1.30.9", Path: path, KubernetesVersion: "1.29"},
			want: []string{"version: resolve version of istio: istio 1.30.9 requires Kubernetes >=1.32 <1.37, the cluster has 1.29: " +
				"use one of 1.27.0, 1.26.0"},
		},
		"Old": {
			reason: "old versions have other charts",
			args:   mesh.ServiceMeshArgs{Version: "1.20.0", Path: path},
			want:   []string{`version: unsupported version of Istio "1.20.0": use a version of 1.26, 1.27, 1.28, 1.29, 1.30, 1.31`},
		},
		"NoAgent": {
			reason: "ambient mode needs the node agent",
			args:   mesh.ServiceMeshArgs{Version: newer, Path: path, CNI: new(false)},
			want:   []string{"cni: ambient mode requires the node agent: remove it, or use the mode sidecar"},
		},
		"PermissiveDeny": {
			reason: "plain text has no identity",
			args:   mesh.ServiceMeshArgs{Version: newer, Path: path, MTLS: mesh.MTLSPermissive, DefaultDeny: new(true)},
			want: []string{"defaultDeny: connections in plain text have no identity that an authorization policy could allow: " +
				"use strict mTLS first"},
		},
		"PermissiveAllow": {
			reason: "an allowed identity rejects plain text",
			args: mesh.ServiceMeshArgs{
				Version: newer, Path: path, MTLS: mesh.MTLSPermissive,
				Allow: map[string]*mesh.Edge{"web": {
					Namespace: "shop", Pods: application("web"), Port: 80, AllowFrom: []network.Peer{{Namespace: pulumi.String("edge")}},
				}},
			},
			want: []string{"allow.web: rejects connections of these pods in plain text: use strict mTLS first"},
		},
		"Replicas": {
			reason: "the maximum is not below the minimum",
			args:   mesh.ServiceMeshArgs{Version: newer, Path: path, Replicas: new(6)},
			want:   []string{"maxReplicas: 5 is less than replicas, 6: raise it"},
		},
		"Tags": {
			reason: "tags are aliases of revisions that exist",
			args: mesh.ServiceMeshArgs{
				Version: newer, Path: path, Revision: "main", Tags: map[string]string{"default": "mian", "main": "main"},
			},
			want: []string{
				`tags.default: unknown revision "mian", expected one of: main`,
				"tags.main: there is a revision with this name: use another one",
			},
		},
		"TagWithoutRevision": {
			reason: "a mesh without a revision is the default",
			args:   mesh.ServiceMeshArgs{Version: newer, Path: path, Tags: map[string]string{"stable": "default"}},
			want:   []string{"tags.stable: tags are aliases of revisions: set revision"},
		},
		"PreviousWithoutRevision": {
			reason: "both control planes need names",
			args: mesh.ServiceMeshArgs{
				Version: newer, Path: path, Previous: &mesh.ControlPlane{Revision: "old", Version: older, Path: path},
			},
			want: []string{"revision: required with previous: name the revision of the upgrade"},
		},
		"Chart": {
			reason: "values are for charts of Istio",
			args:   mesh.ServiceMeshArgs{Version: newer, Path: path, Values: map[string]string{"istio": "", "cni": "- a"}},
			want: []string{
				"values.cni: expected values as YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array " +
					"into Go value of type mesh.values",
				`values.istio: unknown chart "istio", did you mean "istiod"?`,
			},
		},
		"Listeners": {
			reason: "certificates are for HTTPS",
			args: mesh.ServiceMeshArgs{Version: newer, Path: path, Gateways: map[string]*mesh.Gateway{"main": {
				Namespace: "edge", Listeners: map[string]*mesh.Listener{
					"a": {}, "b": {Protocol: mesh.ListenerHTTP, Certificate: "shop"},
				},
			}}},
			want: []string{
				"gateways.main.listeners.a.certificate: required with HTTPS: set the name of a Secret, or use HTTP",
				"gateways.main.listeners.b.certificate: HTTP has no certificate: remove it, or use HTTPS",
			},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixture.RequireRejected(t, mesh.NewServiceMesh, &tc.args, tc.want, tc.reason)
		})
	}
}

func TestMissingChartsAreFindings(t *testing.T) {
	t.Parallel()
	r := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		_, err := mesh.NewServiceMesh(ctx, "mesh", &mesh.ServiceMeshArgs{Version: newer, Path: "missing"})
		require.ErrorContains(t, err, filepath.Join("missing", "base")+": no such file or folder")
		return nil
	}, fixture.Cluster())
	require.Empty(t, r.Resources, "nothing is registered")
}

func TestNamespacesOfAMesh(t *testing.T) {
	t.Parallel()
	named := &mesh.ServiceMeshArgs{Version: newer, Revision: "main", Tags: map[string]string{"stable": "main"}}
	unnamed := &mesh.ServiceMeshArgs{Version: newer, Mode: mesh.ModeSidecar}
	for _, tc := range []struct {
		args     *mesh.ServiceMeshArgs
		mode     mesh.Mode
		revision string
		want     string
	}{
		{named, mesh.ModeSidecar, "main", ""},
		{named, mesh.ModeSidecar, "stable", ""},
		{named, mesh.ModeAmbient, "", ""},
		{named, mesh.ModeSidecar, "mian", `unknown revision "mian" of the mesh, expected one of: main, stable`},
		{unnamed, mesh.ModeSidecar, "", ""},
		{unnamed, mesh.ModeSidecar, "default", ""},
		{unnamed, mesh.ModeAmbient, "",
			"the mesh has no proxies on nodes: use the mode sidecar, or set the mode of the mesh to ambient"},
	} {
		assert.Equal(t, tc.want, tc.args.CheckNamespace(tc.mode, tc.revision), "%s %s", tc.mode, tc.revision)
	}
}

func TestSettingsOfACluster(t *testing.T) {
	t.Parallel()
	args := mesh.ServiceMeshArgs{}
	args.UseCluster(core.ClusterInfo{Platform: "aks", Version: pulumi.String("1.33")})
	assert.Equal(t, mesh.ServiceMeshArgs{Platform: mesh.PlatformAKS, KubernetesVersion: "1.33"}, args)
	args.UseCluster(core.ClusterInfo{Platform: "eks", Version: pulumi.String("1.34")})
	assert.Equal(t, mesh.PlatformAKS, args.Platform, "the arguments have precedence")
	other := mesh.ServiceMeshArgs{}
	other.UseCluster(core.ClusterInfo{Platform: "other", Version: pulumi.String("1.34").ToStringOutput()})
	assert.Empty(t, other, "what is not known is left unset")
}
