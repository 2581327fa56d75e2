package network

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
)

// Platform is the platform of a cluster, as in core.ClusterInfo, which decides how a load balancer is configured.
type Platform string

// The platforms whose load balancers are configured.
const (
	// PlatformEKS is Amazon EKS.
	PlatformEKS Platform = "eks"
	// PlatformAKS is Azure Kubernetes Service.
	PlatformAKS Platform = "aks"
	// PlatformGKE is Google Kubernetes Engine.
	PlatformGKE Platform = "gke"
	// PlatformNone is any other platform, whose load balancers have no annotations.
	PlatformNone Platform = "none"
)

// Exposure says which networks a load balancer is accessible from.
type Exposure string

// The exposures of load balancers.
const (
	// ExposureInternal makes a load balancer accessible from the network of the cluster.
	ExposureInternal Exposure = "internal"
	// ExposurePublic makes it accessible from the internet.
	ExposurePublic Exposure = "public"
)

// loadBalancers holds the annotations of load balancers by platform and exposure.
//
// On EKS, aws-load-balancer-scheme is the annotation of the AWS Load Balancer Controller, whose load balancers are
// internal by default, and aws-load-balancer-internal that of the AWS cloud provider, whose load balancers are public by
// default. Each ignores the other one. Sources: "Service annotations" and "Network Load Balancer", AWS Load Balancer
// Controller documentation; "Azure LoadBalancer", Cloud Provider Azure documentation; "Create an internal load
// balancer", GKE documentation.
var loadBalancers = map[Platform]map[Exposure]map[string]string{
	PlatformEKS: {
		ExposureInternal: {
			"service.beta.kubernetes.io/aws-load-balancer-scheme":   "internal",
			"service.beta.kubernetes.io/aws-load-balancer-internal": "true",
		},
		ExposurePublic: {"service.beta.kubernetes.io/aws-load-balancer-scheme": "internet-facing"},
	},
	PlatformAKS: {
		ExposureInternal: {"service.beta.kubernetes.io/azure-load-balancer-internal": "true"},
		ExposurePublic:   {"service.beta.kubernetes.io/azure-load-balancer-internal": "false"},
	},
	PlatformGKE: {
		ExposureInternal: {"networking.gke.io/load-balancer-type": "Internal"},
		ExposurePublic:   {"networking.gke.io/load-balancer-type": "External"},
	},
}

// loadBalancer returns the annotations of a load balancer. Without a platform, it has none. A load balancer is internal
// unless it is public by name.
func loadBalancer(platform Platform, exposure Exposure) map[string]string {
	if exposure == "" {
		exposure = ExposureInternal
	}
	return loadBalancers[platform][exposure]
}

// checkLoadBalancer reports an exposure that needs a platform, and annotations that contradict it.
func checkLoadBalancer(
	report *config.Report, platform Platform, exposure Exposure, at string, annotations pulumi.StringMapInput,
) {
	if exposure != "" && platform == "" {
		report.Add([]string{"exposure"}, "the annotations of load balancers depend on the platform: set platform")
	}
	known, _ := annotations.(pulumi.StringMap)
	own := loadBalancer(platform, exposure)
	for _, key := range slices.Sorted(maps.Keys(own)) {
		if value, ok := known[key].(pulumi.String); ok && string(value) != own[key] {
			report.Add([]string{at, key}, "exposure sets it to %q: remove the annotation, and set exposure", own[key])
		}
	}
}
