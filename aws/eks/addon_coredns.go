package eks

import "github.com/ashlar-iac/ashlar/core/config"

// CoreDNS is the add-on that resolves names in the cluster.
type CoreDNS struct {
	// Enabled says whether the add-on is there. Without it no name is resolved in the cluster.
	Enabled *bool `pulumi:"enabled" jsonschema:"default=true"`
	AddonSettings
	// Replicas is how many pods it has. It excludes autoscaling. Default: the add-on's own, two.
	Replicas *int `pulumi:"replicas" jsonschema:"minimum=1"`
	// Autoscaling adds pods with the size of the cluster. Default: it stays as it is.
	Autoscaling *CoreDNSAutoscaling `pulumi:"autoscaling"`
	// ComputeType is what the pods run on: nodes (ec2), or fargate, which takes a profile that selects the namespace kube-system. Default: ec2,
	// and fargate in a cluster that has Fargate profiles and no node groups.
	ComputeType string `pulumi:"computeType" jsonschema:"enum=ec2,enum=fargate"`
}

// CoreDNSAutoscaling says between which numbers of pods CoreDNS is scaled.
type CoreDNSAutoscaling struct {
	// Min is how many pods there are at least.
	Min *int `pulumi:"min" jsonschema:"default=2,minimum=1,maximum=1000"`
	// Max is how many pods there are at most.
	Max *int `pulumi:"max" jsonschema:"default=10,minimum=1,maximum=1000"`
}

var _ config.Validator = (*CoreDNS)(nil)

// Validate implements config.Validator.
func (c *CoreDNS) Validate(report *config.Report) {
	// It hides the promoted method of the settings.
	c.AddonSettings.Validate(report)
	c.check(report, nil, coreDNSAddon)
	if a := c.Autoscaling; a != nil {
		if c.Replicas != nil {
			report.Add([]string{"replicas"}, "autoscaling says how many pods there are: leave out one of them")
		}
		if *a.Min > *a.Max {
			report.Add([]string{"autoscaling", "max"}, "it is less than min, %d", *a.Min)
		}
	}
}

// settings returns the settings of the add-on.
func (c *CoreDNS) settings(at conditions) AddonSettings {
	out, values := c.AddonSettings, map[string]any{}
	if c.Replicas != nil {
		values["replicaCount"] = *c.Replicas
	}
	if a := c.Autoscaling; a != nil {
		values["autoScaling"] = map[string]any{"enabled": true, "minReplicas": *a.Min, "maxReplicas": *a.Max}
	}
	if c.ComputeType == "fargate" || c.ComputeType == "" && at.fargate && !at.nodes {
		values["computeType"] = "Fargate"
	}
	out.Configuration = merged(values, c.Configuration)
	return out
}
