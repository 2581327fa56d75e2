package ec2

import (
	"encoding/base64"
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/aws/internal/instancetype"
	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/aws/internal/tagging"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/config"
)

// CPUCredits is the credit mode of a burstable instance.
type CPUCredits string

// The credit modes.
const (
	CPUCreditsStandard  CPUCredits = "standard"
	CPUCreditsUnlimited CPUCredits = "unlimited"
)

// Tenancy is whether an instance shares hardware with other accounts.
type Tenancy string

const (
	// TenancyDefault is hardware that is shared with other accounts.
	TenancyDefault Tenancy = "default"
	// TenancyDedicated is hardware for the account alone.
	TenancyDedicated Tenancy = "dedicated"
)

// InstanceArgs are the arguments of an [Instance].
type InstanceArgs struct {
	// InstanceType is the instance type, such as m7g.large. It determines the architecture of the image, so it cannot
	// be an output. Changing it stops and starts the instance; another architecture replaces it.
	InstanceType string `pulumi:"instanceType,optional" jsonschema:"default=t3.micro"`
	// Image is the image of the instance. Default: the newest Amazon Linux 2023 when the instance is created.
	Image *Image `pulumi:"image,optional" config:"group"`
	// Tier is the tier of the network. It selects the subnet, so it cannot be an output. Changing it replaces the
	// instance.
	Tier string `pulumi:"tier,optional" jsonschema:"default=private"`
	// Zone is the availability zone, such as eu-west-1a. It selects the subnet, so it cannot be an output. Required for
	// volumes with subnetId. Changing it replaces the instance and its volumes. Default: the first zone of the tier.
	Zone string `pulumi:"zone,optional" jsonschema:"pattern=^[a-z]{2\\,4}(-[a-z0-9]+)+([a-z]|-wlz-[0-9]+)$,example=eu-west-1a"`
	// RootVolume is the root volume.
	RootVolume *RootVolume `pulumi:"rootVolume,optional" config:"group"`
	// Volumes are additional volumes, by name. They are kept when the instance is replaced. Default: none.
	Volumes config.Named[Volume] `pulumi:"volumes,optional"`
	// KMSKeyARN is the KMS key that encrypts the volumes. Changing it replaces the instance and the volumes. Default:
	// the account's default key for EBS.
	KMSKeyARN pulumi.StringInput `pulumi:"kmsKeyArn,optional" config:"plain"`
	// SecurityGroup is the security group of the instance. Default: no ingress, and egress by HTTPS.
	SecurityGroup *SecurityGroupArgs `pulumi:"securityGroup,optional" config:"group"`
	// SecurityGroupIDs are additional security groups. Changing them updates the instance. Default: none.
	SecurityGroupIDs pulumi.StringArrayInput `pulumi:"securityGroupIds,optional" config:"plain"`
	// Role is the IAM role of the instance. Default: a role with the permissions for Session Manager.
	Role *Role `pulumi:"role,optional" config:"group"`
	// MetadataService configures the instance metadata service, which provides the credentials of the role.
	MetadataService *MetadataService `pulumi:"metadataService,optional" config:"group"`
	// Monitoring enables detailed monitoring: metrics every minute instead of every five, for a fee. Changing it
	// updates the instance.
	Monitoring *bool `pulumi:"monitoring,optional" jsonschema:"default=true"`
	// TerminationProtection prevents termination through the API, except by the program. Changing it updates the
	// instance.
	TerminationProtection *bool `pulumi:"terminationProtection,optional" jsonschema:"default=true"`
	// StopProtection prevents stopping the instance through the API. Disable it before changes that stop the instance,
	// such as another type. Changing it updates the instance. Default: false.
	StopProtection bool `pulumi:"stopProtection,optional"`
	// AutoRecovery moves the instance to other hardware after a hardware failure. Changing it updates the instance.
	AutoRecovery *bool `pulumi:"autoRecovery,optional" jsonschema:"default=true"`
	// PublicAddress assigns a public IPv4 address. Changing it replaces the instance. Default: false.
	PublicAddress bool `pulumi:"publicAddress,optional"`
	// SourceDestCheck drops traffic that is not addressed to the instance. Disable it for routers and VPN gateways.
	// Changing it updates the instance.
	SourceDestCheck *bool `pulumi:"sourceDestCheck,optional" jsonschema:"default=true"`
	// CPUCredits is the credit mode of a burstable instance, such as a t3, without credits: standard throttles it,
	// unlimited charges for more. Changing it updates the instance. Default: AWS's default for the type.
	CPUCredits CPUCredits `pulumi:"cpuCredits,optional" jsonschema:"enum=standard,enum=unlimited"`
	// Tenancy is default for hardware that is shared with other accounts, or dedicated. Changing it replaces the
	// instance.
	Tenancy Tenancy `pulumi:"tenancy,optional" jsonschema:"enum=default,enum=dedicated,default=default"`
	// PlacementGroup is the name of a placement group. Changing it replaces the instance. Default: none.
	PlacementGroup pulumi.StringInput `pulumi:"placementGroup,optional" config:"plain"`
	// KeyName is the name of an existing key pair for SSH, which Session Manager does not need. Changing it replaces
	// the instance. Default: none.
	KeyName pulumi.StringInput `pulumi:"keyName,optional" config:"plain"`
	// UserData is a script or a cloud-init configuration for the first start, up to 16 KiB. It is readable by all
	// principals who can describe the instance, so do not put secrets into it; an encrypted value stays encrypted in
	// the state. Changing it stops and starts the instance, which does not run it again. Default: none.
	UserData pulumi.StringInput `pulumi:"userData,optional"`
	// UserDataBase64 is user data in Base64, for binary content such as compressed data. Mutually exclusive with
	// userData. Default: none.
	UserDataBase64 pulumi.StringInput `pulumi:"userDataBase64,optional"`
	// ReplaceOnUserData replaces the instance when the user data changes, so that it runs. Default: false.
	ReplaceOnUserData bool `pulumi:"replaceOnUserData,optional"`
	// Tags are added to the instance and all its resources. Changing them updates all of them. Default: none.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`
	// Network is the network of the instance: tier and zone select the subnet. Required, unless SubnetID and VpcID are
	// set. Changing it replaces the instance and its security group.
	Network core.Network `config:"program"`
	// SubnetID is the subnet, as an alternative to Network. Changing it replaces the instance.
	SubnetID pulumi.StringInput `pulumi:"subnetId,optional" config:"program"`
	// VpcID is the VPC of the subnet. Required with SubnetID. Changing it replaces the instance and its security group.
	VpcID pulumi.StringInput `pulumi:"vpcId,optional" config:"program"`
}

// MetadataService configures the instance metadata service. Source: "Use the Instance Metadata Service to access
// instance metadata", Amazon EC2 User Guide. Changes update the instance.
type MetadataService struct {
	// Enabled enables the service. Without it, the instance has no credentials, and Session Manager does not work.
	Enabled *bool `pulumi:"enabled,optional" jsonschema:"default=true"`
	// TokensRequired accepts requests with a session token only (IMDSv2), which protects against server-side request
	// forgery.
	TokensRequired *bool `pulumi:"tokensRequired,optional" jsonschema:"default=true"`
	// HopLimit is the number of network hops of responses: 1 reaches the instance, 2 also its containers.
	HopLimit *int `pulumi:"hopLimit,optional" jsonschema:"default=1,minimum=1,maximum=64"`
	// IPv6 enables the IPv6 endpoint. Default: false.
	IPv6 bool `pulumi:"ipv6,optional"`
	// Tags makes the tags of the instance available in the metadata. Default: false.
	Tags bool `pulumi:"tags,optional"`
}

// Role is the IAM role of an instance.
type Role struct {
	// SessionManager attaches the permissions for AWS Systems Manager, with which users connect without keys or open
	// ports. The instance must reach the service: through a NAT gateway, or endpoints of ssm, ssmmessages and
	// ec2messages. Changing it attaches or detaches a policy.
	SessionManager *bool `pulumi:"sessionManager,optional" jsonschema:"default=true"`
	// ManagedPolicies are attached policies, by a name of your choice: ARNs, or names of AWS managed policies such as
	// CloudWatchAgentServerPolicy. Default: none. Changing one affects no other.
	ManagedPolicies config.Named[pulumi.StringInput] `pulumi:"managedPolicies,optional" config:"plain"`
	// InlinePolicies are policies of the role itself, by name. Default: none. Changing one updates it.
	InlinePolicies config.Named[policy.Document] `pulumi:"inlinePolicies,optional"`
	// AllowBroadPolicies accepts AWS managed policies that allow all actions, or all actions of a service. Default:
	// false.
	AllowBroadPolicies bool `pulumi:"allowBroadPolicies,optional"`
	// PermissionsBoundary is the policy that limits the permissions of the role: an ARN, or the name of an AWS managed
	// policy. Default: none. Changing it updates the role.
	PermissionsBoundary pulumi.StringInput `pulumi:"permissionsBoundary,optional" config:"plain"`
}

// maxUserData is the maximum size of user data in bytes, before it is encoded. Source: "Run commands when you launch an
// EC2 instance with user data input", Amazon EC2 User Guide.
const maxUserData = 16 << 10

// maxGroups is the maximum number of security groups of a network interface, after an increase of the quota. Source:
// "Amazon VPC quotas".
const maxGroups = 16

var (
	_ config.Validator          = (*InstanceArgs)(nil)
	_ config.ArgumentsValidator = (*InstanceArgs)(nil)
	_ config.Validator          = (*Role)(nil)
	_ compliance.Declarer       = (*InstanceArgs)(nil)
)

// Validate implements config.Validator.
func (a *InstanceArgs) Validate(report *config.Report) {
	tagging.CheckWithRoles(report, []string{"tags"}, a.Tags)
	if problem := instancetype.Check(a.InstanceType); problem != "" {
		report.Add([]string{"instanceType"}, "%s", problem)
	}
	if a.CPUCredits != "" && !instancetype.Burstable(a.InstanceType) {
		report.Add([]string{"cpuCredits"}, "%s is not burstable: leave it unset", a.InstanceType)
	}
	if m := a.MetadataService; m != nil && !on(m.Enabled) && a.Role.hasSessionManager() {
		report.Add([]string{"metadataService", "enabled"},
			"required by Session Manager: enable it, or set role.sessionManager to false")
	}
	if groups, known := a.SecurityGroupIDs.(pulumi.StringArray); known && len(groups) >= maxGroups {
		report.Add([]string{"securityGroupIds"},
			"%d groups, and the instance has its own: use at most %d", len(groups), maxGroups-1)
	}
	a.checkUserData(report)
	a.checkVolumes(report)
}

func (a *InstanceArgs) checkUserData(report *config.Report) {
	if a.UserData != nil && a.UserDataBase64 != nil {
		report.Add([]string{"userDataBase64"}, "userData and userDataBase64 are mutually exclusive: remove one of them")
	}
	if text, known := a.UserData.(pulumi.String); known && len(text) > maxUserData {
		report.Add([]string{"userData"},
			"%d bytes: use at most %d, such as compressed in userDataBase64, or download the rest from a bucket",
			len(text), maxUserData)
	}
	encoded, known := a.UserDataBase64.(pulumi.String)
	if !known {
		return
	}
	data, err := base64.StdEncoding.DecodeString(string(encoded))
	if err != nil {
		report.Add([]string{"userDataBase64"}, "invalid Base64: %v", err)
	} else if len(data) > maxUserData {
		report.Add([]string{"userDataBase64"},
			"%d bytes after decoding: use at most %d, and download the rest from a bucket",
			len(data), maxUserData)
	}
}

// ValidateArguments implements config.ArgumentsValidator.
func (a *InstanceArgs) ValidateArguments(report *config.Report) {
	if a.Network == nil {
		a.checkSubnet(report)
		return
	}
	if a.SubnetID != nil || a.VpcID != nil {
		report.Add([]string{"subnetId"},
			"Network and subnetId are mutually exclusive: select a subnet with tier and zone, or remove Network")
	}
	a.CheckNetwork(report)
}

// CheckNetwork reports a network without the tier and zone of the instance. The constructor calls it; so do sections of
// stack files, with a network that has no IDs yet.
func (a *InstanceArgs) CheckNetwork(report *config.Report) {
	info := a.Network.NetworkInfo()
	if info.Platform != "aws" {
		report.Add([]string{"network"}, "%q is a network of %s: use a network of aws", info.Name, info.Platform)
		return
	}
	tier := info.Tier(a.Tier)
	if len(tier) == 0 {
		report.Add([]string{"tier"},
			"unknown tier %q of the network %q, %s", a.Tier, info.Name, config.Suggest(a.Tier, info.Tiers()))
		return
	}
	if _, ok := subnetIn(tier, a.Zone); !ok {
		report.Add([]string{"zone"},
			"no subnet of the tier %q in %q, %s", a.Tier, a.Zone, config.Suggest(a.Zone, zones(tier)))
	}
}

// CheckLookups reports an instance type that is not available in the zone of the instance. The subnets of Network need no
// IDs.
//
// The constructor calls it. So do programs that create the network first, to stop before they do.
func (a *InstanceArgs) CheckLookups(ctx *pulumi.Context, report *config.Report, opts ...pulumi.InvokeOption) error {
	zone, usable := a.location().zone, []string(nil)
	if a.Network != nil {
		usable = zones(a.Network.NetworkInfo().Tier(a.Tier))
	}
	offered, err := instancetype.Offerings(ctx, []string{a.InstanceType}, opts...)
	if err != nil {
		return fmt.Errorf("look up the zones of %s: %w", a.InstanceType, err)
	}
	if zone == "" {
		return nil
	}
	p := lookup.Placement{Types: []string{a.InstanceType}, Zones: []string{zone}, Usable: usable}
	p.Check(report, offered, func(int) []string { return []string{"instanceType"} }, "zone")
	return nil
}

func (a *InstanceArgs) checkSubnet(report *config.Report) {
	if a.SubnetID == nil {
		report.Add([]string{"subnetId"}, "required, but missing: set subnetId and vpcId, or Network")
	}
	if a.VpcID == nil {
		report.Add([]string{"vpcId"}, "required, but missing: set the VPC of the subnet, or Network")
	}
	if len(a.Volumes) > 0 && a.Zone == "" {
		report.Add([]string{"zone"},
			"required for volumes, but missing: use the zone of the subnet, such as eu-west-1a")
	}
}

// location is where an instance is created.
type location struct {
	vpc, subnet pulumi.StringInput
	zone        string
}

func (a *InstanceArgs) location() location {
	if a.Network == nil {
		return location{a.VpcID, a.SubnetID, a.Zone}
	}
	info := a.Network.NetworkInfo()
	subnet, _ := subnetIn(info.Tier(a.Tier), a.Zone)
	return location{info.ID, subnet.ID, subnet.Zone}
}

// subnetIn returns the first subnet in a zone, or in any zone when zone is empty.
func subnetIn(tier []core.Subnet, zone string) (core.Subnet, bool) {
	i := slices.IndexFunc(tier, func(s core.Subnet) bool { return zone == "" || s.Zone == zone })
	if i < 0 {
		return core.Subnet{}, false
	}
	return tier[i], true
}

func zones(tier []core.Subnet) []string {
	var out []string
	for _, s := range tier {
		out = append(out, s.Zone)
	}
	return out
}

func (r *Role) hasSessionManager() bool { return r == nil || on(r.SessionManager) }

// Validate implements config.Validator.
func (r *Role) Validate(report *config.Report) { r.permissions().Check(report, r.own()) }

func (r *Role) permissions() *iam.Permissions {
	return &iam.Permissions{
		ManagedPolicies: r.ManagedPolicies, InlinePolicies: r.InlinePolicies,
		AllowBroadPolicies: r.AllowBroadPolicies, PermissionsBoundary: r.PermissionsBoundary,
	}
}

// own returns the policies that are attached in addition to those in the arguments, by name.
func (r *Role) own() map[string]string {
	if !r.hasSessionManager() {
		return nil
	}
	return map[string]string{"session-manager": "AmazonSSMManagedInstanceCore"}
}

// args returns the arguments of the IAM role.
func (r *Role) args(description string, tags pulumi.StringMapInput) *iam.RoleArgs {
	trust := iam.Trust{Services: map[string]iam.ServiceTrust{"ec2.amazonaws.com": {}}}
	out := r.permissions().Role(description, trust, r.own(), tags)
	out.InstanceProfile = true
	return out
}

// Evidence implements compliance.Declarer. Role and security group declare their own.
func (a *InstanceArgs) Evidence() []compliance.Evidence {
	service, root := a.MetadataService, a.RootVolume
	if service == nil {
		service = &MetadataService{}
	}
	if root == nil {
		root = &RootVolume{}
	}
	tokens := on(service.TokensRequired)
	out := []compliance.Evidence{
		compliance.Check("metadataService.tokensRequired", tokens, tokens || !on(service.Enabled), "true",
			compliancecontrols.IMDSv2...),
		compliance.Check("publicAddress", a.PublicAddress, !a.PublicAddress, "false",
			compliancecontrols.PublicAddress...),
		enabled("monitoring", a.Monitoring, compliancecontrols.Monitoring),
		enabled("terminationProtection", a.TerminationProtection, compliancecontrols.DeletionProtection),
		compliance.Always("iamInstanceProfile", "a role of its own", compliancecontrols.InstanceRole...),
		enabled("rootVolume.encrypted", root.Encrypted, compliancecontrols.VolumeEncryption),
	}
	for _, name := range a.Volumes.Names() {
		setting := "volumes." + name + ".encrypted"
		out = append(out, enabled(setting, a.Volumes[name].Encrypted, compliancecontrols.VolumeEncryption))
	}
	return out
}

// enabled returns the evidence of a setting that is true by default.
func enabled(setting string, value *bool, controls []compliance.Control) compliance.Evidence {
	return compliance.Check(setting, on(value), on(value), "true", controls...)
}

// on returns the value of a setting that is true by default.
func on(value *bool) bool { return value == nil || *value }
