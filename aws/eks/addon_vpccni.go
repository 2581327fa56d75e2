package eks

import (
	"maps"
	"regexp"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
)

// VPCCNI is the add-on that gives pods addresses of the VPC.
type VPCCNI struct {
	// Enabled says whether the add-on is there. Without it no node gets ready, until another network plugin is installed.
	Enabled *bool `pulumi:"enabled" jsonschema:"default=true"`
	AddonSettings
	// PrefixDelegation gives nodes blocks of 16 addresses instead of single ones, so that many more pods fit on a node. Subnets need
	// blocks of 16 that are free. Changing it concerns nodes that are made later.
	PrefixDelegation *bool `pulumi:"prefixDelegation" jsonschema:"default=true"`
	// WarmPrefixTarget is how many blocks a node keeps in reserve. It excludes warmIpTarget. Default: one, the add-on's own.
	WarmPrefixTarget *int `pulumi:"warmPrefixTarget" jsonschema:"minimum=1"`
	// WarmIPTarget is how many addresses a node keeps in reserve. Fewer addresses are idle, and AWS is asked more often. Default: the
	// add-on's own.
	WarmIPTarget *int `pulumi:"warmIpTarget" jsonschema:"minimum=0"`
	// MinimumIPTarget is how many addresses a node has at least. Default: the add-on's own.
	MinimumIPTarget *int `pulumi:"minimumIpTarget" jsonschema:"minimum=0"`
	// NetworkPolicy enforces the network policies of the cluster. Without it they are accepted, and nothing happens.
	NetworkPolicy *bool `pulumi:"networkPolicy" jsonschema:"default=true"`
	// NetworkPolicyMode says what pods may do before their network policies are known: everything, or, with strict, nothing. With strict, pods
	// that no policy concerns have no traffic at all.
	NetworkPolicyMode string `pulumi:"networkPolicyMode" jsonschema:"default=standard,enum=standard,enum=strict"`
	// ExternalSNAT leaves the addresses of pods as they are when they talk to others outside of the VPC, for networks in which a NAT gateway or
	// a transit gateway sees to it. Default: false.
	ExternalSNAT bool `pulumi:"externalSnat"`
	// PodSecurityGroups lets pods have security groups of their own, by SecurityGroupPolicy objects. The cluster's role gets the policy
	// AmazonEKSVPCResourceController for it. Default: false.
	PodSecurityGroups bool `pulumi:"podSecurityGroups"`
	// CustomNetworking puts pods into subnets other than those of their nodes, by zone. Nodes that are there already have to be replaced.
	// Default: pods are in the subnets of their nodes.
	CustomNetworking map[string]PodSubnet `pulumi:"customNetworking"`
}

// PodSubnet is where the pods of the nodes of a zone are.
type PodSubnet struct {
	// SubnetID is the subnet, in this zone. Required.
	SubnetID pulumi.StringInput `pulumi:"subnetId" jsonschema:"required,minLength=1" config:"plain"`
	// SecurityGroupIDs are the security groups of the pods. Default: those of the nodes.
	SecurityGroupIDs pulumi.StringArrayInput `pulumi:"securityGroupIds" config:"plain"`
}

var zonePattern = regexp.MustCompile(`^([a-z]{2,4}(?:-[a-z]+){1,2}-[0-9]{1,2})([a-z])$`)

var _ config.Validator = (*VPCCNI)(nil)

// Validate implements config.Validator.
func (v *VPCCNI) Validate(report *config.Report) {
	// It hides the promoted method of the settings.
	v.AddonSettings.Validate(report)
	v.check(report, nil, vpcCNIAddon)
	if v.WarmPrefixTarget != nil {
		switch {
		case !*v.PrefixDelegation:
			report.Add([]string{"warmPrefixTarget"}, "without prefixDelegation nodes have no blocks of addresses: leave it out")
		case v.WarmIPTarget != nil || v.MinimumIPTarget != nil:
			report.Add([]string{"warmPrefixTarget"}, "warmIpTarget and minimumIpTarget win over it: leave out one or the other")
		}
	}
	if !*v.NetworkPolicy && v.NetworkPolicyMode == "strict" {
		report.Add([]string{"networkPolicyMode"}, "without networkPolicy nothing is enforced: leave it out")
	}
	region := ""
	for _, zone := range slices.Sorted(maps.Keys(v.CustomNetworking)) {
		parts := zonePattern.FindStringSubmatch(zone)
		switch {
		case parts == nil:
			report.Add([]string{"customNetworking", zone}, "found %q, expected an availability zone, such as eu-west-1a", zone)
		case region != "" && region != parts[1]:
			report.Add([]string{"customNetworking", zone}, "it is in another region than %s: a cluster is in one", region)
		default:
			region = parts[1]
		}
	}
}

// settings returns the settings of the add-on.
func (v *VPCCNI) settings(c conditions) AddonSettings {
	out := v.AddonSettings
	out.Configuration = merged(v.values(), v.Configuration)
	if c.ipv6 && *out.Identity.SuggestedPolicies {
		out.Identity.InlinePolicies = config.Named[policy.Document]{"ipv6": addresses6()}
		maps.Copy(out.Identity.InlinePolicies, v.Identity.InlinePolicies)
	}
	return out
}

// values returns the configuration values. Source: "Amazon VPC CNI", amazon-vpc-cni-k8s.
func (v *VPCCNI) values() map[string]any {
	env := map[string]any{"ENABLE_PREFIX_DELEGATION": strconv.FormatBool(*v.PrefixDelegation)}
	for name, value := range map[string]*int{
		"WARM_PREFIX_TARGET": v.WarmPrefixTarget, "WARM_IP_TARGET": v.WarmIPTarget, "MINIMUM_IP_TARGET": v.MinimumIPTarget,
	} {
		if value != nil {
			env[name] = strconv.Itoa(*value)
		}
	}
	if *v.NetworkPolicy {
		env["NETWORK_POLICY_ENFORCING_MODE"] = v.NetworkPolicyMode
	}
	if v.ExternalSNAT {
		env["AWS_VPC_K8S_CNI_EXTERNALSNAT"] = "true"
	}
	if v.PodSecurityGroups {
		env["ENABLE_POD_ENI"] = "true"
	}
	out := map[string]any{"enableNetworkPolicy": strconv.FormatBool(*v.NetworkPolicy), "env": env}
	if len(v.CustomNetworking) > 0 {
		env["AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG"] = "true"
		env["ENI_CONFIG_LABEL_DEF"] = "topology.kubernetes.io/zone"
		out["eniConfig"] = v.subnets()
	}
	return out
}

// subnets returns what pods in other subnets are configured with: the region, and by the letters of the zones where they are.
func (v *VPCCNI) subnets() map[string]any {
	region, subnets := "", map[string]any{}
	for zone, s := range v.CustomNetworking {
		parts := zonePattern.FindStringSubmatch(zone)
		if parts == nil {
			continue
		}
		region = parts[1]
		subnet := map[string]any{"id": s.SubnetID}
		if s.SecurityGroupIDs != nil {
			subnet["securityGroups"] = s.SecurityGroupIDs
		}
		subnets[parts[2]] = subnet
	}
	return map[string]any{"create": true, "region": region, "subnets": subnets}
}

// addresses6 is what the plugin does in a cluster of IPv6. AWS has no policy of its own for it. Source: "Configure Amazon VPC CNI plugin to
// use IRSA", Amazon EKS User Guide.
func addresses6() policy.Document {
	everything := pulumi.StringArray{pulumi.String("*")}
	return policy.Document{Statements: []policy.Statement{
		{
			Effect: policy.Allow,
			Actions: []string{
				"ec2:AssignIpv6Addresses", "ec2:DescribeInstances", "ec2:DescribeTags", "ec2:DescribeNetworkInterfaces", "ec2:DescribeInstanceTypes",
			},
			Resources: everything,
		},
		{Effect: policy.Allow, Actions: []string{"ec2:CreateTags"}, Resources: pulumi.StringArray{pulumi.String("arn:*:ec2:*:*:network-interface/*")}},
	}}
}
