// Package platform_test deploys, upgrades, rotates and destroys a platform of networks, clusters and applications in
// two regions.
package platform_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/ashlar-iac/ashlar/aws"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/credentials"
	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
	ashlarkubernetes "github.com/ashlar-iac/ashlar/kubernetes"
)

// The sections of the stack: the same in two regions, except for the nodes that are reserved for a database.
const (
	project = `{ "name": "shop", "owner": "platform", "environment": "dev" }`

	awsSection = `{
  "enabled": true,
  "providers": {
    "primary": { "region": "eu-west-1"TAGS },
    "dr": { "region": "eu-central-1"TAGS }
  },
  "networks": {
    "main": { "provider": "primary", "cidr": "10.0.0.0/16", "zones": 3, "nat": "single" },
    "standby": { "provider": "dr", "cidr": "10.1.0.0/16", "zones": 2, "nat": "single" }
  },
  "policies": {
    "read": { "provider": "primary", "statements": [{ "effect": "Allow", "actions": ["s3:GetObject"], "resources": ["arn:aws:s3:::shop/*"] }] }
  },
  "clusters": {
    "main": {
      "network": "main", "version": "1.35", "deletionProtection": false, "creatorAdmin": true, API
      "nodeGroups": {
        "general": { "size": { "min": 3, "max": 3 }, "labels": { "pool": "general" }, "generation": 1 },
        "database": {
          "size": { "min": 1 }, "zones": ["eu-west-1b"],
          "taints": [{ "key": "dedicated", "value": "database", "effect": "NoSchedule" }]
        }
      }
    },
    "standby": {
      "network": "standby", "version": "1.35", "deletionProtection": false, "creatorAdmin": true, API
      "nodeGroups": { "general": { "size": { "min": 2 }, "image": { "system": "bottlerocket" } } }
    }
  },
  "workloadIdentities": { "web": { "cluster": "main", "namespace": "shop", "serviceAccount": "web", "policies": ["read"] } }
}`

	kubernetesSection = `{
  "enabled": true,
  "clusters": { "main": { "from": "aws/main" }, "standby": { "from": "aws/standby" } },
  "namespaces": { "shop": { "cluster": "main" }, "standby": { "cluster": "standby", "name": "shop" } },
  "applications": {
    "web": { "cluster": "main", "namespace": "shop", IMAGE, "replicas": 6, "identity": "aws/web" },
    "api": { "cluster": "standby", "namespace": "standby", IMAGE, "replicas": 2 }
  }
}`
)

// kubeconfigs is a module that publishes the kubeconfigs of clusters of the module aws.
func kubeconfigs() deployment.Module {
	type section struct{ deployment.Switch }
	return deployment.NewModule("kubeconfigs", nil, func(ctx *deployment.Context, _ *section) error {
		for _, name := range []string{"main", "standby"} {
			c, err := deployment.Lookup(ctx, deployment.NewReference[core.Cluster]("aws", name))
			if err != nil {
				return err
			}
			ctx.Publish(name, c.ClusterInfo().Kubeconfig)
		}
		return nil
	}, deployment.DependsOn("aws"))
}

type platform struct {
	*cloudtest.Life

	t       *testing.T
	account *cloudtest.Account
}

// section sets the options that differ by account.
func section(text string, a *cloudtest.Account) string {
	tags, api := "", ""
	if a.Store == nil {
		tags = fmt.Sprintf(`, "defaultTags": { %q: %q }`, cloudtest.CleanUpTag, a.Run())
		// The test runs outside of the VPC of the cluster.
		api = `"api": { "publicCidrs": ["0.0.0.0/0"], "allowInternet": true },`
	}
	return strings.NewReplacer("TAGS", tags, "API", api,
		"IMAGE", `"image": "registry.k8s.io/e2e-test-images/agnhost:2.53", "args": ["netexec", "--http-port=8080"], "port": 8080`).Replace(text)
}

func newPlatform(t *testing.T, a *cloudtest.Account) *platform {
	t.Helper()
	var options []aws.Option
	if a.Store != nil {
		// The program runs in the process of the test and must not use its environment.
		options = append(options, aws.WithCredentials(credentials.New(credentials.WithLookup(func(name string) (string, bool) {
			return "simulated", name == "AWS_ACCESS_KEY_ID" || name == "AWS_SECRET_ACCESS_KEY"
		}))))
	}
	manager := deployment.NewManager(deployment.WithConfig(config.WithStackFile(filepath.Join(t.TempDir(), "Pulumi.dev.yaml"))))
	p := &platform{t: t, account: a, Life: a.WithControlPlanes().Life(t, "platform", func(ctx *pulumi.Context) error {
		return manager.Run(ctx, aws.Module(options...), ashlarkubernetes.Module(), kubeconfigs())
	})}
	p.set("ashlar:project", project)
	p.set("ashlar:aws", awsSection)
	p.set("ashlar:kubernetes", kubernetesSection)
	p.set("ashlar:kubeconfigs", `{ "enabled": true }`)
	return p
}

func (p *platform) set(key, value string) {
	p.t.Helper()
	require.NoError(p.t, p.SetConfig(p.t.Context(), key, auto.ConfigValue{Value: section(value, p.account)}))
}

// client returns a client of a cluster, from the kubeconfig in its component's outputs.
func (p *platform) client(cluster string) kubernetes.Interface {
	p.t.Helper()
	outputs, ok := p.Output("kubeconfigs").(map[string]any)
	require.True(p.t, ok)
	text, ok := outputs[cluster].(string)
	require.True(p.t, ok, "the kubeconfig of %s", cluster)
	return p.account.Client(p.t, text)
}

// nodes returns the nodes of a cluster by name.
func nodes(t *testing.T, client kubernetes.Interface) map[string]corev1.Node {
	t.Helper()
	list, err := client.CoreV1().Nodes().List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	out := map[string]corev1.Node{}
	for _, n := range list.Items {
		out[n.Name] = n
	}
	return out
}

// pods returns the Ready pods of the namespace shop.
func pods(ctx context.Context, t *testing.T, client kubernetes.Interface) []corev1.Pod {
	t.Helper()
	list, err := client.CoreV1().Pods("shop").List(ctx, metav1.ListOptions{})
	require.NoError(t, err)
	return slices.DeleteFunc(list.Items, func(p corev1.Pod) bool {
		return !slices.ContainsFunc(p.Status.Conditions, func(c corev1.PodCondition) bool {
			return c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue
		})
	})
}

// The clusters have real Kubernetes APIs.
func TestTwoRegions(t *testing.T) {
	t.Parallel()
	cloudtest.AWS(t, func(t *testing.T, a *cloudtest.Account) {
		p := newPlatform(t, a)
		p.Up()
		main, standby := p.client("main"), p.client("standby")
		require.Equal(t, map[string]int{"eu-west-1a": 2, "eu-west-1b": 2, "eu-west-1c": 2}, p.scheduled(main), "pods are spread across zones")
		require.Len(t, nodes(t, standby), 2)
		require.Len(t, pods(t.Context(), t, standby), 2)
		for _, n := range nodes(t, standby) {
			require.Equal(t, "eu-central-1", n.Labels[corev1.LabelTopologyRegion])
			require.True(t, strings.HasPrefix(n.Status.NodeInfo.KubeletVersion, "v1.35."), n.Status.NodeInfo.KubeletVersion)
		}
		p.upgrade(main)
		p.rotate(main)
		p.Destroy()
	})
}

// next is the version to which the main cluster is upgraded.
func next(section string) string {
	return strings.Replace(section, `"version": "1.35"`, `"version": "1.36"`, 1)
}

// upgrade upgrades the main cluster to the next Kubernetes version.
func (p *platform) upgrade(main kubernetes.Interface) {
	t := p.t
	t.Helper()
	before := nodes(t, main)
	p.set("ashlar:aws", next(awsSection))
	preview, err := p.Preview(t.Context())
	require.NoError(t, err, preview.Output)
	require.Equal(t, upgrade(), cloudtest.Steps(preview), "the preview shows the upgrade, and the Kubernetes provider is unchanged")
	p.Change("the upgrade has the steps of the preview", upgrade()...)
	after := nodes(t, main)
	require.Len(t, after, len(before))
	for name, n := range after {
		require.True(t, strings.HasPrefix(n.Status.NodeInfo.KubeletVersion, "v1.36."), "%s has %s", name, n.Status.NodeInfo.KubeletVersion)
	}
	require.Len(t, p.scheduled(main), 3, "each zone has pods")
}

// rotate rotates a node group of the main cluster.
func (p *platform) rotate(main kubernetes.Interface) {
	t := p.t
	t.Helper()
	before := nodes(t, main)
	p.set("ashlar:aws", strings.Replace(next(awsSection), `"generation": 1`, `"generation": 2`, 1))
	p.Change("one node group is rotated", "replace aws:eks/nodeGroup:NodeGroup main-general")
	for name, n := range nodes(t, main) {
		_, old := before[name]
		require.Equal(t, n.Spec.Taints != nil, old, "only the rotated node group has new nodes: %s", name)
	}
	require.Len(t, p.scheduled(main), 3, "each zone has pods")
}

// scheduled checks that the pods of the main cluster are on general nodes, and counts them by zone.
func (p *platform) scheduled(client kubernetes.Interface) map[string]int {
	p.t.Helper()
	all := nodes(p.t, client)
	require.Len(p.t, all, 4)
	zones := map[string]int{}
	for _, n := range all {
		if slices.ContainsFunc(n.Spec.Taints, func(t corev1.Taint) bool { return t.Key == "dedicated" }) {
			require.Equal(p.t, "eu-west-1b", n.Labels[corev1.LabelTopologyZone], "the node group is in one zone")
		}
	}
	running := pods(p.t.Context(), p.t, client)
	require.Len(p.t, running, 6)
	for _, pod := range running {
		node := all[pod.Spec.NodeName]
		require.Equal(p.t, "general", node.Labels["pool"], "%s runs on %s, whose taint it does not tolerate", pod.Name, node.Name)
		zones[node.Labels[corev1.LabelTopologyZone]]++
	}
	return zones
}

// upgrade returns the steps of an upgrade of the main cluster to the next Kubernetes version. Versions of add-ons and
// node images are looked up for the new version, and resources whose version differs are updated in place.
func upgrade() []string {
	out := []string{
		"update aws:eks/cluster:Cluster main", "update aws:eks/addon:Addon main-coredns", "update aws:eks/addon:Addon main-kube-proxy",
		"update aws:eks/nodeGroup:NodeGroup main-database", "update aws:eks/nodeGroup:NodeGroup main-general",
	}
	for _, kept := range []string{
		"main-coredns-recommended-coredns-%s", "main-database-release-%s-al2023-x86_64", "main-ebs-csi-recommended-aws-ebs-csi-driver-%s",
		"main-general-release-%s-al2023-x86_64", "main-kube-proxy-recommended-kube-proxy-%s",
		"main-pod-identity-agent-recommended-eks-pod-identity-agent-%s", "main-vpc-cni-recommended-vpc-cni-%s",
	} {
		out = append(out, fmt.Sprintf("create pulumi:index:Stash "+kept, "1.36"), fmt.Sprintf("delete pulumi:index:Stash "+kept, "1.35"))
	}
	slices.Sort(out)
	return out
}
