package addon

import (
	"slices"

	"github.com/ashlar-iac/ashlar/core/versions"
	"github.com/ashlar-iac/ashlar/kubernetes/namespace"
)

// Name is the name of an add-on in the catalog.
type Name string

// The add-ons of the catalog.
const (
	// ArgoCD delivers applications from Git repositories.
	ArgoCD Name = "argo-cd"
	// AWSLoadBalancerController creates load balancers for Services and Ingresses on AWS.
	AWSLoadBalancerController Name = "aws-load-balancer-controller"
	// CertManager issues certificates.
	CertManager Name = "cert-manager"
	// ExternalDNS creates DNS records for Services, Ingresses and routes.
	ExternalDNS Name = "external-dns"
	// ExternalSecrets copies secrets from secret managers.
	ExternalSecrets Name = "external-secrets"
	// Flux delivers applications from Git repositories and OCI registries.
	Flux Name = "flux"
	// Karpenter adds and removes nodes on AWS.
	Karpenter Name = "karpenter"
	// MetricsServer provides the CPU and memory usage of pods, for example for autoscaling.
	MetricsServer Name = "metrics-server"
)

// Definition describes an add-on.
type Definition struct {
	// Chart and Repository are where its chart is from, as in helm.ReleaseArgs.
	Chart, Repository string
	// Versions are the versions of the chart, and the versions of Kubernetes that each supports.
	Versions versions.Component
	// Namespace is its usual namespace. System tells that the namespace belongs to Kubernetes, and is not created.
	Namespace string
	System    bool
	// PodSecurity is the strictest Pod Security Standard that its pods meet with Values.
	PodSecurity namespace.PodSecurityLevel
	// Values are the values that differ from those of the chart.
	Values map[string]any
	// Required are the paths of values without which it does not work, with an example.
	Required map[string]string
	// ServiceAccount is the service account whose pods need Permissions. It is empty for add-ons without a cloud identity.
	ServiceAccount string
	// Permissions says what the cloud identity needs, and where it is documented.
	Permissions string
	// After are the add-ons that it needs when they are installed by the same program.
	After []Name
}

// replicated are two replicas of a part of a chart.
func replicated() map[string]any { return map[string]any{"replicaCount": 2} }

// Catalog returns the add-ons by name. The returned map can be modified.
func Catalog() map[Name]Definition {
	return map[Name]Definition{
		// Source: chart argo-cd 10.1.1, field kubeVersion.
		ArgoCD: {
			Chart: "argo-cd", Repository: "https://argoproj.github.io/argo-helm",
			Versions:  versions.Component{Versions: []versions.Release{{Version: "10.1.1", Kubernetes: ">=1.25"}}},
			Namespace: "argocd", PodSecurity: namespace.PodSecurityRestricted,
			Values: map[string]any{
				"server":         map[string]any{"replicas": 2, "pdb": map[string]any{"enabled": true}},
				"repoServer":     map[string]any{"replicas": 2, "pdb": map[string]any{"enabled": true}},
				"applicationSet": map[string]any{"replicas": 2},
			},
		},
		// Source: "AWS Load Balancer Controller installation", documentation of the controller.
		AWSLoadBalancerController: {
			Chart: "aws-load-balancer-controller", Repository: "https://aws.github.io/eks-charts",
			Versions:  versions.Component{Versions: []versions.Release{{Version: "3.5.0", Kubernetes: ">=1.22"}}},
			Namespace: "kube-system", System: true, PodSecurity: namespace.PodSecurityBaseline,
			Values: map[string]any{
				"replicaCount":        2,
				"podDisruptionBudget": map[string]any{"maxUnavailable": 1},
				"serviceAccount":      map[string]any{"create": true, "name": "aws-load-balancer-controller"},
			},
			Required:       map[string]string{"clusterName": "main", "region": "eu-west-1", "vpcId": "vpc-0123456789abcdef0"},
			ServiceAccount: "aws-load-balancer-controller",
			Permissions:    "docs/install/iam_policy.json of the release of github.com/kubernetes-sigs/aws-load-balancer-controller",
			After:          []Name{CertManager},
		},
		// Source: "Supported Releases", documentation of cert-manager.
		CertManager: {
			Chart: "cert-manager", Repository: "https://charts.jetstack.io",
			Versions: versions.Component{Versions: []versions.Release{
				{Version: "1.21.2", Kubernetes: ">=1.33 <1.37"},
				{Version: "1.20.0", Kubernetes: ">=1.32 <1.36"},
			}},
			Namespace: "cert-manager", PodSecurity: namespace.PodSecurityRestricted,
			Values: map[string]any{
				"crds":                map[string]any{"enabled": true},
				"replicaCount":        2,
				"podDisruptionBudget": map[string]any{"enabled": true},
				"webhook":             replicated(),
				"cainjector":          replicated(),
			},
			ServiceAccount: "cert-manager",
			Permissions:    "for DNS01 challenges alone: \"Route53\" or \"AzureDNS\", documentation of cert-manager",
		},
		// Source: "Kubernetes version compatibility", README of ExternalDNS.
		ExternalDNS: {
			Chart: "external-dns", Repository: "https://kubernetes-sigs.github.io/external-dns",
			Versions:  versions.Component{Versions: []versions.Release{{Version: "1.21.1", Kubernetes: ">=1.21"}}},
			Namespace: "external-dns", PodSecurity: namespace.PodSecurityRestricted,
			Values: map[string]any{
				// It changes and deletes the records that it has created.
				"policy":   "sync",
				"registry": "txt",
			},
			Required:       map[string]string{"provider.name": "aws", "txtOwnerId": "main"},
			ServiceAccount: "external-dns",
			Permissions:    "route53:ChangeResourceRecordSets on the hosted zones, and route53:ListHostedZones, route53:ListResourceRecordSets and route53:ListTagsForResources; or DNS Zone Contributor on the Azure DNS zones",
		},
		// Source: "Stability and Support", documentation of External Secrets Operator.
		ExternalSecrets: {
			Chart: "external-secrets", Repository: "https://charts.external-secrets.io",
			Versions: versions.Component{Versions: []versions.Release{
				{Version: "2.9.0", Kubernetes: ">=1.36 <1.37"},
				{Version: "2.8.0", Kubernetes: ">=1.35 <1.37"},
				{Version: "2.6.0", Kubernetes: ">=1.34 <1.36"},
				{Version: "0.19.2", Kubernetes: ">=1.33 <1.34"},
			}},
			Namespace: "external-secrets", PodSecurity: namespace.PodSecurityRestricted,
			Values: map[string]any{
				"replicaCount":        2,
				"leaderElect":         true,
				"podDisruptionBudget": map[string]any{"enabled": true, "minAvailable": 1},
				"webhook":             replicated(),
			},
			ServiceAccount: "external-secrets",
			Permissions:    "read access to the secrets: \"AWS Secrets Manager\" or \"Azure Key Vault\", documentation of External Secrets Operator",
		},
		Flux: {
			Chart: "flux2", Repository: "https://fluxcd-community.github.io/helm-charts",
			Versions:  versions.Component{Versions: []versions.Release{{Version: "2.18.3"}}},
			Namespace: "flux-system", PodSecurity: namespace.PodSecurityRestricted,
		},
		// Source: "Compatibility", documentation of Karpenter.
		Karpenter: {
			Chart: "oci://public.ecr.aws/karpenter/karpenter",
			Versions: versions.Component{Versions: []versions.Release{
				{Version: "1.14.1", Kubernetes: ">=1.30 <1.37"},
				{Version: "1.9.0", Kubernetes: ">=1.29 <1.36"},
			}},
			Namespace: "kube-system", System: true, PodSecurity: namespace.PodSecurityRestricted,
			Values:         map[string]any{"replicas": 2},
			Required:       map[string]string{"settings.clusterName": "main"},
			ServiceAccount: "karpenter",
			Permissions:    "\"CloudFormation\", reference of the documentation of Karpenter; settings.interruptionQueue is the queue of spot interruptions",
		},
		// Source: "Compatibility Matrix", README of Metrics Server: chart 3.13 has Metrics Server 0.8.
		MetricsServer: {
			Chart: "metrics-server", Repository: "https://kubernetes-sigs.github.io/metrics-server",
			Versions:  versions.Component{Versions: []versions.Release{{Version: "3.13.1", Kubernetes: ">=1.31"}}},
			Namespace: "kube-system", System: true, PodSecurity: namespace.PodSecurityRestricted,
			Values: map[string]any{
				"replicas":            2,
				"podDisruptionBudget": map[string]any{"enabled": true, "minAvailable": 1},
				// The API server verifies the certificate, which the chart generates.
				"tls":        map[string]any{"type": "helm"},
				"apiService": map[string]any{"insecureSkipTLSVerify": false},
			},
		},
	}
}

// Table returns the versions of the charts, for the section ashlar:versions.
func Table() versions.Table {
	out := versions.Table{}
	for name, d := range Catalog() {
		out[string(name)] = d.Versions
	}
	return out
}

// Names returns the names of the catalog, sorted.
func Names() []string {
	var out []string
	for name := range Catalog() {
		out = append(out, string(name))
	}
	slices.Sort(out)
	return out
}

// Sort returns names in an order in which each add-on is after those that it needs.
func Sort(names []Name) []Name {
	catalog := Catalog()
	out := slices.Sorted(slices.Values(names))
	slices.SortStableFunc(out, func(a, b Name) int { return depth(catalog, a) - depth(catalog, b) })
	return out
}

// depth returns the length of the longest chain of add-ons that one needs.
func depth(catalog map[Name]Definition, name Name) int {
	longest := 0
	for _, earlier := range catalog[name].After {
		longest = max(longest, 1+depth(catalog, earlier))
	}
	return longest
}
