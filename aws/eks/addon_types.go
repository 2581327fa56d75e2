package eks

import (
	"maps"
	"regexp"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/tagging"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
)

// The options that all add-ons have are those of [AddonArgs]. They are repeated, because embedded structs cannot be
// offered to other languages.

// PodIdentityAgent is the add-on that gives pods the credentials of EKS Pod Identity, on every node.
type PodIdentityAgent struct {
	// Enabled installs the add-on. Without it, pods do not get credentials with Pod Identity.
	Enabled *bool `pulumi:"enabled,optional" jsonschema:"default=true"`
	// Version pins a version of the add-on, such as v1.20.4-eksbuild.2. It is mutually exclusive with newest and
	// release. Default: the version that EKS recommends. Changing it updates the add-on.
	Version string `pulumi:"version,optional" jsonschema:"pattern=^[A-Za-z0-9][A-Za-z0-9.+_-]{0\\,127}$,example=v1.20.4-eksbuild.2"`
	// Release triggers an upgrade to the version that EKS recommends at that time when it changes. It is any text, such
	// as the date. Default: none. Changing it updates the add-on.
	Release string `pulumi:"release,optional" jsonschema:"pattern=^[A-Za-z0-9._-]{0\\,64}$,example=2026-11-01"`
	// Newest selects the newest version instead of the recommended one. Default: false. Changing it updates the add-on.
	Newest bool `pulumi:"newest,optional"`
	// Configuration has configuration values of the add-on, as listed by aws eks describe-addon-configuration. They
	// override the values of other options. They must not contain secrets. Default: none. Changing them updates the
	// add-on.
	Configuration map[string]any `pulumi:"configuration,optional"`
	// Identity is the IAM identity of the add-on.
	Identity *AddonIdentity `pulumi:"identity,optional" config:"group"`
	// Preserve keeps the software in the cluster, unmanaged, when the add-on is deleted. Default: false. Changing it
	// has no effect on the cluster.
	Preserve bool `pulumi:"preserve,optional"`
	// ConflictsOnCreate is what happens if the software already exists in the cluster: overwrite replaces it, refuse
	// fails. Changing it takes effect at the next update.
	ConflictsOnCreate ConflictResolution `pulumi:"conflictsOnCreate,optional" jsonschema:"default=overwrite,enum=overwrite,enum=refuse"`
	// ConflictsOnUpdate is what an update does to values that have been changed in the cluster: overwrite resets them,
	// preserve keeps them, refuse fails. Changing it takes effect at the next update.
	ConflictsOnUpdate ConflictResolution `pulumi:"conflictsOnUpdate,optional" jsonschema:"default=overwrite,enum=overwrite,enum=preserve,enum=refuse"` //nolint:lll // A tag is one line.
	// Tags are added to the add-on and its role. Default: none. Changing them updates both.
	Tags pulumi.StringMapInput `pulumi:"tags,optional" config:"plain"`
}

func (p *PodIdentityAgent) addon() AddonArgs {
	return AddonArgs{
		AddonName: agentAddon, Version: p.Version, Release: p.Release, Newest: p.Newest, Configuration: p.Configuration,
		Identity: p.Identity, Preserve: p.Preserve, ConflictsOnCreate: p.ConflictsOnCreate,
		ConflictsOnUpdate: p.ConflictsOnUpdate, Tags: p.Tags,
	}
}

// KubeProxy is the add-on that routes the traffic of Services, on every node.
type KubeProxy struct {
	// Enabled installs the add-on. Without it, Services are not accessible, unless the network plugin replaces it.
	Enabled *bool `pulumi:"enabled,optional" jsonschema:"default=true"`
	// Version pins a version of the add-on, such as v1.20.4-eksbuild.2. It is mutually exclusive with newest and
	// release. Default: the version that EKS recommends. Changing it updates the add-on.
	Version string `pulumi:"version,optional" jsonschema:"pattern=^[A-Za-z0-9][A-Za-z0-9.+_-]{0\\,127}$,example=v1.20.4-eksbuild.2"`
	// Release triggers an upgrade to the version that EKS recommends at that time when it changes. It is any text, such
	// as the date. Default: none. Changing it updates the add-on.
	Release string `pulumi:"release,optional" jsonschema:"pattern=^[A-Za-z0-9._-]{0\\,64}$,example=2026-11-01"`
	// Newest selects the newest version instead of the recommended one. Default: false. Changing it updates the add-on.
	Newest bool `pulumi:"newest,optional"`
	// Configuration has configuration values of the add-on, as listed by aws eks describe-addon-configuration. They
	// override the values of other options. They must not contain secrets. Default: none. Changing them updates the
	// add-on.
	Configuration map[string]any `pulumi:"configuration,optional"`
	// Identity is the IAM identity of the add-on.
	Identity *AddonIdentity `pulumi:"identity,optional" config:"group"`
	// Preserve keeps the software in the cluster, unmanaged, when the add-on is deleted. Default: false. Changing it
	// has no effect on the cluster.
	Preserve bool `pulumi:"preserve,optional"`
	// ConflictsOnCreate is what happens if the software already exists in the cluster: overwrite replaces it, refuse
	// fails. Changing it takes effect at the next update.
	ConflictsOnCreate ConflictResolution `pulumi:"conflictsOnCreate,optional" jsonschema:"default=overwrite,enum=overwrite,enum=refuse"`
	// ConflictsOnUpdate is what an update does to values that have been changed in the cluster: overwrite resets them,
	// preserve keeps them, refuse fails. Changing it takes effect at the next update.
	ConflictsOnUpdate ConflictResolution `pulumi:"conflictsOnUpdate,optional" jsonschema:"default=overwrite,enum=overwrite,enum=preserve,enum=refuse"` //nolint:lll // A tag is one line.
	// Tags are added to the add-on and its role. Default: none. Changing them updates both.
	Tags pulumi.StringMapInput `pulumi:"tags,optional" config:"plain"`
	// Mode is the proxy mode: iptables, ipvs, or nftables, which is the fastest one with many Services. Replace the
	// nodes after a change, because they keep the rules of the previous mode. Changing it updates the add-on.
	Mode ProxyMode `pulumi:"mode,optional" jsonschema:"default=iptables,enum=iptables,enum=ipvs,enum=nftables"`
	// Scheduler is the load balancing algorithm of ipvs. Default: rr, round robin. Changing it updates the add-on.
	Scheduler IPVSScheduler `pulumi:"scheduler,optional" jsonschema:"enum=rr,enum=wrr,enum=lc,enum=wlc,enum=lblc,enum=lblcr,enum=sh,enum=dh,enum=sed,enum=nq"` //nolint:lll // A tag is one line.
}

// ProxyMode is a mode of kube-proxy.
type ProxyMode string

// The proxy modes.
const (
	ProxyIPTables ProxyMode = "iptables"
	ProxyIPVS     ProxyMode = "ipvs"
	ProxyNFTables ProxyMode = "nftables"
)

// IPVSScheduler is a load balancing algorithm of ipvs.
type IPVSScheduler string

// The IPVS schedulers.
const (
	SchedulerRoundRobin              IPVSScheduler = "rr"
	SchedulerWeightedRoundRobin      IPVSScheduler = "wrr"
	SchedulerLeastConnection         IPVSScheduler = "lc"
	SchedulerWeightedLeastConnection IPVSScheduler = "wlc"
	SchedulerLocality                IPVSScheduler = "lblc"
	SchedulerLocalityWithReplication IPVSScheduler = "lblcr"
	SchedulerSourceHashing           IPVSScheduler = "sh"
	SchedulerDestinationHashing      IPVSScheduler = "dh"
	SchedulerShortestExpectedDelay   IPVSScheduler = "sed"
	SchedulerNeverQueue              IPVSScheduler = "nq"
)

func (k *KubeProxy) addon() AddonArgs {
	return AddonArgs{
		AddonName: kubeProxyAddon, Version: k.Version, Release: k.Release, Newest: k.Newest,
		Configuration: k.Configuration,
		Identity:      k.Identity, Preserve: k.Preserve, ConflictsOnCreate: k.ConflictsOnCreate,
		ConflictsOnUpdate: k.ConflictsOnUpdate, Tags: k.Tags,
	}
}

// arguments returns the arguments of the add-on.
func (k *KubeProxy) arguments() AddonArgs {
	out, values := k.addon(), map[string]any{}
	if k.Mode != ProxyIPTables {
		values["mode"] = string(k.Mode)
	}
	if k.Mode == ProxyIPVS {
		scheduler := k.Scheduler
		if scheduler == "" {
			scheduler = SchedulerRoundRobin
		}
		values["ipvs"] = map[string]any{"scheduler": string(scheduler)}
	}
	out.Configuration = merged(values, k.Configuration)
	return out
}

// CoreDNS is the add-on that provides DNS in the cluster.
type CoreDNS struct {
	// Enabled installs the add-on. Without it, there is no DNS in the cluster.
	Enabled *bool `pulumi:"enabled,optional" jsonschema:"default=true"`
	// Version pins a version of the add-on, such as v1.20.4-eksbuild.2. It is mutually exclusive with newest and
	// release. Default: the version that EKS recommends. Changing it updates the add-on.
	Version string `pulumi:"version,optional" jsonschema:"pattern=^[A-Za-z0-9][A-Za-z0-9.+_-]{0\\,127}$,example=v1.20.4-eksbuild.2"`
	// Release triggers an upgrade to the version that EKS recommends at that time when it changes. It is any text, such
	// as the date. Default: none. Changing it updates the add-on.
	Release string `pulumi:"release,optional" jsonschema:"pattern=^[A-Za-z0-9._-]{0\\,64}$,example=2026-11-01"`
	// Newest selects the newest version instead of the recommended one. Default: false. Changing it updates the add-on.
	Newest bool `pulumi:"newest,optional"`
	// Configuration has configuration values of the add-on, as listed by aws eks describe-addon-configuration. They
	// override the values of other options. They must not contain secrets. Default: none. Changing them updates the
	// add-on.
	Configuration map[string]any `pulumi:"configuration,optional"`
	// Identity is the IAM identity of the add-on.
	Identity *AddonIdentity `pulumi:"identity,optional" config:"group"`
	// Preserve keeps the software in the cluster, unmanaged, when the add-on is deleted. Default: false. Changing it
	// has no effect on the cluster.
	Preserve bool `pulumi:"preserve,optional"`
	// ConflictsOnCreate is what happens if the software already exists in the cluster: overwrite replaces it, refuse
	// fails. Changing it takes effect at the next update.
	ConflictsOnCreate ConflictResolution `pulumi:"conflictsOnCreate,optional" jsonschema:"default=overwrite,enum=overwrite,enum=refuse"`
	// ConflictsOnUpdate is what an update does to values that have been changed in the cluster: overwrite resets them,
	// preserve keeps them, refuse fails. Changing it takes effect at the next update.
	ConflictsOnUpdate ConflictResolution `pulumi:"conflictsOnUpdate,optional" jsonschema:"default=overwrite,enum=overwrite,enum=preserve,enum=refuse"` //nolint:lll // A tag is one line.
	// Tags are added to the add-on and its role. Default: none. Changing them updates both.
	Tags pulumi.StringMapInput `pulumi:"tags,optional" config:"plain"`
	// Replicas is the number of pods. It is mutually exclusive with autoscaling. Default: that of the add-on, two.
	// Changing it updates the add-on.
	Replicas *int `pulumi:"replicas,optional" jsonschema:"minimum=1"`
	// Autoscaling adds pods with the size of the cluster. Default: the number of pods is fixed. Changing it updates the
	// add-on.
	Autoscaling *CoreDNSAutoscaling `pulumi:"autoscaling,optional"`
	// ComputeType is what the pods run on: nodes (ec2), or fargate, which needs a profile that selects the namespace
	// kube-system. Default: ec2; fargate in a cluster with Fargate profiles and without node groups. Changing it
	// updates the add-on.
	ComputeType ComputeType `pulumi:"computeType,optional" jsonschema:"enum=ec2,enum=fargate"`
}

// ComputeType is what pods run on.
type ComputeType string

// The compute types.
const (
	ComputeEC2     ComputeType = "ec2"
	ComputeFargate ComputeType = "fargate"
)

// CoreDNSAutoscaling is the range of the number of pods of CoreDNS.
type CoreDNSAutoscaling struct {
	// Min is the minimum number of pods.
	Min *int `pulumi:"min,optional" jsonschema:"default=2,minimum=1,maximum=1000"`
	// Max is the maximum number of pods.
	Max *int `pulumi:"max,optional" jsonschema:"default=10,minimum=1,maximum=1000"`
}

func (c *CoreDNS) addon() AddonArgs {
	return AddonArgs{
		AddonName: coreDNSAddon, Version: c.Version, Release: c.Release, Newest: c.Newest,
		Configuration: c.Configuration,
		Identity:      c.Identity, Preserve: c.Preserve, ConflictsOnCreate: c.ConflictsOnCreate,
		ConflictsOnUpdate: c.ConflictsOnUpdate, Tags: c.Tags,
	}
}

// arguments returns the arguments of the add-on.
func (c *CoreDNS) arguments(at conditions) AddonArgs {
	out, values := c.addon(), map[string]any{}
	if c.Replicas != nil {
		values["replicaCount"] = *c.Replicas
	}
	if a := c.Autoscaling; a != nil {
		values["autoScaling"] = map[string]any{"enabled": true, "minReplicas": value(a.Min),
			"maxReplicas": value(a.Max)}
	}
	if c.ComputeType == ComputeFargate || c.ComputeType == "" && at.fargate && !at.nodes {
		values["computeType"] = "Fargate"
	}
	out.Configuration = merged(values, c.Configuration)
	return out
}

// EBSCSI is the add-on that provides EBS volumes for pods.
type EBSCSI struct {
	// Enabled installs the add-on. Without it, pods cannot use EBS volumes. Default: true; false in a cluster without
	// node groups.
	Enabled *bool `pulumi:"enabled,optional"`
	// Version pins a version of the add-on, such as v1.20.4-eksbuild.2. It is mutually exclusive with newest and
	// release. Default: the version that EKS recommends. Changing it updates the add-on.
	Version string `pulumi:"version,optional" jsonschema:"pattern=^[A-Za-z0-9][A-Za-z0-9.+_-]{0\\,127}$,example=v1.20.4-eksbuild.2"`
	// Release triggers an upgrade to the version that EKS recommends at that time when it changes. It is any text, such
	// as the date. Default: none. Changing it updates the add-on.
	Release string `pulumi:"release,optional" jsonschema:"pattern=^[A-Za-z0-9._-]{0\\,64}$,example=2026-11-01"`
	// Newest selects the newest version instead of the recommended one. Default: false. Changing it updates the add-on.
	Newest bool `pulumi:"newest,optional"`
	// Configuration has configuration values of the add-on, as listed by aws eks describe-addon-configuration. They
	// override the values of other options. They must not contain secrets. Default: none. Changing them updates the
	// add-on.
	Configuration map[string]any `pulumi:"configuration,optional"`
	// Identity is the IAM identity of the add-on.
	Identity *AddonIdentity `pulumi:"identity,optional" config:"group"`
	// Preserve keeps the software in the cluster, unmanaged, when the add-on is deleted. Default: false. Changing it
	// has no effect on the cluster.
	Preserve bool `pulumi:"preserve,optional"`
	// ConflictsOnCreate is what happens if the software already exists in the cluster: overwrite replaces it, refuse
	// fails. Changing it takes effect at the next update.
	ConflictsOnCreate ConflictResolution `pulumi:"conflictsOnCreate,optional" jsonschema:"default=overwrite,enum=overwrite,enum=refuse"`
	// ConflictsOnUpdate is what an update does to values that have been changed in the cluster: overwrite resets them,
	// preserve keeps them, refuse fails. Changing it takes effect at the next update.
	ConflictsOnUpdate ConflictResolution `pulumi:"conflictsOnUpdate,optional" jsonschema:"default=overwrite,enum=overwrite,enum=preserve,enum=refuse"` //nolint:lll // A tag is one line.
	// Tags are added to the add-on and its role. Default: none. Changing them updates both.
	Tags pulumi.StringMapInput `pulumi:"tags,optional" config:"plain"`
	// KMSKeyARNs are the ARNs of the KMS keys that storage classes use, under names of your choice. The default key for
	// EBS needs no entry. Default: none. Changing them updates the role of the driver.
	KMSKeyARNs config.Named[pulumi.StringInput] `pulumi:"kmsKeyArns,optional" config:"plain"`
	// VolumeTags are added to all volumes and snapshots that the driver creates from then on. Default: none. Changing
	// them updates the add-on.
	VolumeTags pulumi.StringMapInput `pulumi:"volumeTags,optional" config:"plain"`
	// DefaultStorageClass creates a default storage class. Its volumes are encrypted only if the account encrypts all
	// volumes by default. Default: false. Changing it updates the add-on.
	DefaultStorageClass bool `pulumi:"defaultStorageClass,optional"`
}

func (e *EBSCSI) addon() AddonArgs {
	return AddonArgs{
		AddonName: ebsCSIAddon, Version: e.Version, Release: e.Release, Newest: e.Newest,
		Configuration: e.Configuration,
		Identity:      e.Identity, Preserve: e.Preserve, ConflictsOnCreate: e.ConflictsOnCreate,
		ConflictsOnUpdate: e.ConflictsOnUpdate, Tags: e.Tags,
	}
}

// arguments returns the arguments of the add-on.
func (e *EBSCSI) arguments() AddonArgs {
	out, values := e.addon(), map[string]any{}
	if known, ok := e.VolumeTags.(pulumi.StringMap); e.VolumeTags != nil && (!ok || len(known) > 0) {
		values["controller"] = map[string]any{"extraVolumeTags": e.VolumeTags}
	}
	if e.DefaultStorageClass {
		values["defaultStorageClass"] = map[string]any{"enabled": true}
	}
	out.Configuration = merged(values, e.Configuration)
	if len(e.KMSKeyARNs) > 0 {
		out.Identity = withPolicy(e.Identity, "keys", keyUse(e.KMSKeyARNs))
	}
	return out
}

// withPolicy returns an identity with an additional inline policy, which the identity's own of the same name overrides.
func withPolicy(identity *AddonIdentity, name string, document policy.Document) *AddonIdentity {
	out := value(identity)
	policies := config.Named[policy.Document]{name: document}
	maps.Copy(policies, out.InlinePolicies)
	out.InlinePolicies = policies
	return &out
}

// keyUse allows the driver to create encrypted volumes: EBS uses the keys on its behalf through grants. Source: "Amazon
// EBS CSI driver", aws-ebs-csi-driver.
func keyUse(keys config.Named[pulumi.StringInput]) policy.Document {
	var arns pulumi.StringArray
	for _, name := range keys.Names() {
		arns = append(arns, keys[name])
	}
	return policy.Document{Statements: []policy.Statement{
		{
			Effect: policy.Allow, Actions: []string{"kms:CreateGrant", "kms:ListGrants",
				"kms:RevokeGrant"}, Resources: arns,
			Conditions: []policy.Condition{{
				Operator: "Bool", Key: pulumi.String("kms:GrantIsForAWSResource"),
				Values: pulumi.StringArray{pulumi.String("true")},
			}},
		},
		{
			Effect: policy.Allow,
			Actions: []string{"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*",
				"kms:ReEncrypt*"},
			Resources: arns,
		},
	}}
}

// VPCCNI is the add-on that gives pods addresses of the VPC.
type VPCCNI struct {
	// Enabled installs the add-on. Without it, nodes do not become ready until another network plugin is installed.
	Enabled *bool `pulumi:"enabled,optional" jsonschema:"default=true"`
	// Version pins a version of the add-on, such as v1.20.4-eksbuild.2. It is mutually exclusive with newest and
	// release. Default: the version that EKS recommends. Changing it updates the add-on.
	Version string `pulumi:"version,optional" jsonschema:"pattern=^[A-Za-z0-9][A-Za-z0-9.+_-]{0\\,127}$,example=v1.20.4-eksbuild.2"`
	// Release triggers an upgrade to the version that EKS recommends at that time when it changes. It is any text, such
	// as the date. Default: none. Changing it updates the add-on.
	Release string `pulumi:"release,optional" jsonschema:"pattern=^[A-Za-z0-9._-]{0\\,64}$,example=2026-11-01"`
	// Newest selects the newest version instead of the recommended one. Default: false. Changing it updates the add-on.
	Newest bool `pulumi:"newest,optional"`
	// Configuration has configuration values of the add-on, as listed by aws eks describe-addon-configuration. They
	// override the values of other options. They must not contain secrets. Default: none. Changing them updates the
	// add-on.
	Configuration map[string]any `pulumi:"configuration,optional"`
	// Identity is the IAM identity of the add-on.
	Identity *AddonIdentity `pulumi:"identity,optional" config:"group"`
	// Preserve keeps the software in the cluster, unmanaged, when the add-on is deleted. Default: false. Changing it
	// has no effect on the cluster.
	Preserve bool `pulumi:"preserve,optional"`
	// ConflictsOnCreate is what happens if the software already exists in the cluster: overwrite replaces it, refuse
	// fails. Changing it takes effect at the next update.
	ConflictsOnCreate ConflictResolution `pulumi:"conflictsOnCreate,optional" jsonschema:"default=overwrite,enum=overwrite,enum=refuse"`
	// ConflictsOnUpdate is what an update does to values that have been changed in the cluster: overwrite resets them,
	// preserve keeps them, refuse fails. Changing it takes effect at the next update.
	ConflictsOnUpdate ConflictResolution `pulumi:"conflictsOnUpdate,optional" jsonschema:"default=overwrite,enum=overwrite,enum=preserve,enum=refuse"` //nolint:lll // A tag is one line.
	// Tags are added to the add-on and its role. Default: none. Changing them updates both.
	Tags pulumi.StringMapInput `pulumi:"tags,optional" config:"plain"`
	// PrefixDelegation assigns prefixes of 16 addresses to nodes instead of single addresses, so that many more pods
	// fit on a node. Subnets need unfragmented prefixes. Changing it affects new nodes only.
	PrefixDelegation *bool `pulumi:"prefixDelegation,optional" jsonschema:"default=true"`
	// WarmPrefixTarget is the number of free prefixes that a node keeps. It is mutually exclusive with warmIpTarget and
	// minimumIpTarget. Default: that of the add-on, one. Changing it updates the add-on.
	WarmPrefixTarget *int `pulumi:"warmPrefixTarget,optional" jsonschema:"minimum=1"`
	// WarmIPTarget is the number of free addresses that a node keeps. A low number leaves fewer addresses unused and
	// causes more API calls. Default: that of the add-on. Changing it updates the add-on.
	WarmIPTarget *int `pulumi:"warmIpTarget,optional" jsonschema:"minimum=0"`
	// MinimumIPTarget is the minimum number of addresses of a node. Default: that of the add-on. Changing it updates
	// the add-on.
	MinimumIPTarget *int `pulumi:"minimumIpTarget,optional" jsonschema:"minimum=0"`
	// NetworkPolicy enforces network policies. Without it they have no effect. Changing it updates the add-on.
	NetworkPolicy *bool `pulumi:"networkPolicy,optional" jsonschema:"default=true"`
	// NetworkPolicyMode is the traffic of pods until their network policies are known: with standard, all traffic is
	// allowed; with strict, none, also for pods without any network policy. Changing it updates the add-on.
	NetworkPolicyMode NetworkPolicyMode `pulumi:"networkPolicyMode,optional" jsonschema:"default=standard,enum=standard,enum=strict"`
	// ExternalSNAT disables the source NAT of traffic from pods to addresses outside of the VPC, for networks in which
	// a NAT gateway or a transit gateway provides it. Default: false. Changing it updates the add-on.
	ExternalSNAT bool `pulumi:"externalSnat,optional"`
	// PodSecurityGroups allows security groups of individual pods, with SecurityGroupPolicy objects. It attaches the
	// policy AmazonEKSVPCResourceController to the cluster's role. Default: false. Changing it updates the add-on and
	// the role.
	PodSecurityGroups bool `pulumi:"podSecurityGroups,optional"`
	// CustomNetworking places pods in other subnets than their nodes, by availability zone. Existing nodes have to be
	// replaced. Default: pods are in the subnets of their nodes. Changing it updates the add-on.
	CustomNetworking map[string]PodSubnet `pulumi:"customNetworking,optional"`
}

// NetworkPolicyMode is the traffic of pods until their network policies are known.
type NetworkPolicyMode string

// The network policy modes.
const (
	NetworkPolicyStandard NetworkPolicyMode = "standard"
	NetworkPolicyStrict   NetworkPolicyMode = "strict"
)

// PodSubnet is the subnet of the pods on nodes in an availability zone.
type PodSubnet struct {
	// SubnetID is the ID of the subnet, in this zone. Required. Changing it updates the add-on.
	SubnetID pulumi.StringInput `pulumi:"subnetId" jsonschema:"required,minLength=1" config:"plain"`
	// SecurityGroupIDs are the security groups of the pods. Default: those of the nodes. Changing them updates the
	// add-on.
	SecurityGroupIDs pulumi.StringArrayInput `pulumi:"securityGroupIds,optional" config:"plain"`
}

func (v *VPCCNI) addon() AddonArgs {
	return AddonArgs{
		AddonName: vpcCNIAddon, Version: v.Version, Release: v.Release, Newest: v.Newest,
		Configuration: v.Configuration,
		Identity:      v.Identity, Preserve: v.Preserve, ConflictsOnCreate: v.ConflictsOnCreate,
		ConflictsOnUpdate: v.ConflictsOnUpdate, Tags: v.Tags,
	}
}

// arguments returns the arguments of the add-on.
func (v *VPCCNI) arguments(c conditions) AddonArgs {
	out := v.addon()
	out.Configuration = merged(v.values(), v.Configuration)
	if c.ipv6 && value(value(v.Identity).SuggestedPolicies) {
		out.Identity = withPolicy(v.Identity, "ipv6", ipv6Addresses())
	}
	return out
}

// values returns the configuration values. Source: "Amazon VPC CNI", amazon-vpc-cni-k8s.
func (v *VPCCNI) values() map[string]any {
	env := map[string]any{"ENABLE_PREFIX_DELEGATION": strconv.FormatBool(value(v.PrefixDelegation))}
	for name, target := range map[string]*int{
		"WARM_PREFIX_TARGET": v.WarmPrefixTarget, "WARM_IP_TARGET": v.WarmIPTarget,
		"MINIMUM_IP_TARGET": v.MinimumIPTarget,
	} {
		if target != nil {
			env[name] = strconv.Itoa(*target)
		}
	}
	if value(v.NetworkPolicy) {
		env["NETWORK_POLICY_ENFORCING_MODE"] = string(v.NetworkPolicyMode)
	}
	if v.ExternalSNAT {
		env["AWS_VPC_K8S_CNI_EXTERNALSNAT"] = "true"
	}
	if v.PodSecurityGroups {
		env["ENABLE_POD_ENI"] = "true"
	}
	out := map[string]any{"enableNetworkPolicy": strconv.FormatBool(value(v.NetworkPolicy)), "env": env}
	if len(v.CustomNetworking) > 0 {
		env["AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG"] = "true"
		env["ENI_CONFIG_LABEL_DEF"] = "topology.kubernetes.io/zone"
		out["eniConfig"] = v.subnets()
	}
	return out
}

// zonePattern has the region of an availability zone, and its letter.
var zonePattern = regexp.MustCompile(`^([a-z]{2,4}(?:-[a-z]+){1,2}-[0-9]{1,2})([a-z])$`)

// subnets returns the configuration values of subnets by the letters of their zones.
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

// ipv6Addresses allows the plugin to assign IPv6 addresses. AWS has no managed policy for it. Source: "Configure Amazon
// VPC CNI plugin to use IRSA", Amazon EKS User Guide.
func ipv6Addresses() policy.Document {
	return policy.Document{Statements: []policy.Statement{
		{
			Effect: policy.Allow,
			Actions: []string{
				"ec2:AssignIpv6Addresses", "ec2:DescribeInstances", "ec2:DescribeTags", "ec2:DescribeNetworkInterfaces",
				"ec2:DescribeInstanceTypes",
			},
			Resources: pulumi.StringArray{pulumi.String("*")},
		},
		{
			Effect: policy.Allow, Actions: []string{"ec2:CreateTags"},
			Resources: pulumi.StringArray{pulumi.String("arn:*:ec2:*:*:network-interface/*")},
		},
	}}
}

var (
	_ config.Validator = (*PodIdentityAgent)(nil)
	_ config.Validator = (*KubeProxy)(nil)
	_ config.Validator = (*CoreDNS)(nil)
	_ config.Validator = (*EBSCSI)(nil)
	_ config.Validator = (*VPCCNI)(nil)
)

// Validate implements config.Validator.
func (p *PodIdentityAgent) Validate(report *config.Report) {
	args := p.addon()
	args.Validate(report)
}

// Validate implements config.Validator.
func (k *KubeProxy) Validate(report *config.Report) {
	args := k.addon()
	args.Validate(report)
	if k.Scheduler != "" && k.Mode != ProxyIPVS {
		report.Add([]string{"scheduler"}, "requires ipvs: set mode to ipvs, or omit it")
	}
}

// Validate implements config.Validator.
func (c *CoreDNS) Validate(report *config.Report) {
	args := c.addon()
	args.Validate(report)
	if a := c.Autoscaling; a != nil {
		if c.Replicas != nil {
			report.Add([]string{"replicas"}, "mutually exclusive with autoscaling: omit one of them")
		}
		if value(a.Min) > value(a.Max) {
			report.Add([]string{"autoscaling", "max"}, "expected at least min, %d, found %d", value(a.Min),
				value(a.Max))
		}
	}
}

// Validate implements config.Validator.
func (e *EBSCSI) Validate(report *config.Report) {
	args := e.addon()
	args.Validate(report)
	tagging.Check(report, []string{"volumeTags"}, e.VolumeTags)
	if identity := value(e.Identity); len(e.KMSKeyARNs) > 0 &&
		(identity.RoleARN != nil || identity.Method == MethodNone) {
		report.Add([]string{"kmsKeyArns"}, "requires a created role: omit identity.roleArn and identity.method none, "+
			"or allow the keys in the role of the driver")
	}
}

// Validate implements config.Validator.
func (v *VPCCNI) Validate(report *config.Report) {
	args := v.addon()
	args.Validate(report)
	if v.WarmPrefixTarget != nil {
		switch {
		case !value(v.PrefixDelegation):
			report.Add([]string{"warmPrefixTarget"},
				"requires prefixDelegation: set it to true, or omit warmPrefixTarget")
		case v.WarmIPTarget != nil || v.MinimumIPTarget != nil:
			report.Add([]string{"warmPrefixTarget"},
				"mutually exclusive with warmIpTarget and minimumIpTarget: omit one of them")
		}
	}
	if !value(v.NetworkPolicy) && v.NetworkPolicyMode == NetworkPolicyStrict {
		report.Add([]string{"networkPolicyMode"}, "requires networkPolicy: set it to true, or omit networkPolicyMode")
	}
	region := ""
	for _, zone := range slices.Sorted(maps.Keys(v.CustomNetworking)) {
		parts := zonePattern.FindStringSubmatch(zone)
		switch {
		case parts == nil:
			report.Add([]string{"customNetworking", zone},
				"not an availability zone: use keys such as eu-west-1a")
		case region != "" && region != parts[1]:
			report.Add([]string{"customNetworking", zone},
				"the zone is not in %s, the region of the others: use zones of one region", region)
		default:
			region = parts[1]
		}
	}
}
