package ec2

import (
	"encoding/base64"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/instancetype"
	"github.com/ashlar-iac/ashlar/aws/internal/tags"
	"github.com/ashlar-iac/ashlar/core/config"
)

// InstanceSettings are the choices that people make about a machine.
type InstanceSettings struct {
	// InstanceType is the size of the machine, such as m7g.large. The image is one for its architecture. Changing it
	// stops the machine and starts it anew; another architecture replaces it.
	InstanceType string `pulumi:"instanceType" jsonschema:"default=t3.micro"`
	// Image is what the machine is made from. Default: Amazon Linux 2023, the newest release at the time.
	Image Image `pulumi:"image"`
	// Tier is the tier of the network that the machine stands in, when a network is given. Changing it replaces the machine.
	Tier string `pulumi:"tier" jsonschema:"default=private"`
	// Zone is the availability zone, such as eu-west-1a. Default: the first one of the tier. Required for volumes when a
	// subnet is given instead of a network. Changing it replaces the machine and its volumes.
	Zone string `pulumi:"zone" jsonschema:"pattern=^[a-z]{2\\,4}(-[a-z0-9]+)+[a-z]$"`
	// RootVolume is what the machine starts from.
	RootVolume RootVolume `pulumi:"rootVolume"`
	// Volumes are further volumes, by name. They outlive the machine when it is replaced. Default: none.
	Volumes config.Named[Volume] `pulumi:"volumes"`
	// KMSKeyARN is the key that encrypts the volumes. Changing it replaces the machine and the volumes. Default: the account's key for
	// EBS.
	KMSKeyARN pulumi.StringInput `pulumi:"kmsKeyArn" config:"plain"`
	// SecurityGroup says who may talk to the machine, and to whom it may talk. Default: nobody, and HTTPS to everybody.
	SecurityGroup SecurityGroupSettings `pulumi:"securityGroup"`
	// SecurityGroupIDs are further security groups. Changing them updates the machine. Default: its own one alone.
	SecurityGroupIDs pulumi.StringArrayInput `pulumi:"securityGroupIds" config:"plain"`
	// Role says what programs on the machine may do. Default: what Session Manager needs.
	Role Role `pulumi:"role"`
	// MetadataService is where programs on the machine get the credentials of its role.
	MetadataService MetadataService `pulumi:"metadataService"`
	// Monitoring measures every minute instead of every five, which AWS charges for. Changing it updates the machine.
	Monitoring *bool `pulumi:"monitoring" jsonschema:"default=true"`
	// TerminationProtection keeps everybody from terminating the machine through the API, except the program that made it.
	// Changing it updates the machine.
	TerminationProtection *bool `pulumi:"terminationProtection" jsonschema:"default=true"`
	// StopProtection keeps everybody from stopping the machine through the API. It has to be off for changes that stop the
	// machine, such as another size. Changing it updates the machine. Default: false.
	StopProtection bool `pulumi:"stopProtection"`
	// AutoRecovery moves the machine to other hardware when its own fails. Changing it updates the machine.
	AutoRecovery *bool `pulumi:"autoRecovery" jsonschema:"default=true"`
	// PublicAddress gives the machine an address in the internet. Changing it replaces the machine. Default: false.
	PublicAddress bool `pulumi:"publicAddress"`
	// SourceDestCheck drops traffic that is not for the machine itself. Routers and VPN gateways need it off. Changing it
	// updates the machine.
	SourceDestCheck *bool `pulumi:"sourceDestCheck" jsonschema:"default=true"`
	// CPUCredits says what happens when a burstable machine, such as a t3, has used up its credits: with standard it is
	// slow, with unlimited it costs more. Changing it updates the machine. Default: AWS's for the type.
	CPUCredits string `pulumi:"cpuCredits" jsonschema:"enum=standard,enum=unlimited"`
	// Tenancy is whose machines share the hardware: everybody's, or those of the account alone. Changing it replaces the
	// machine.
	Tenancy string `pulumi:"tenancy" jsonschema:"enum=default,enum=dedicated,default=default"`
	// PlacementGroup is the name of a placement group. Changing it replaces the machine. Default: none.
	PlacementGroup string `pulumi:"placementGroup"`
	// KeyName is the name of a key pair that exists, for SSH. Changing it replaces the machine. Default: none, as Session
	// Manager needs none.
	KeyName string `pulumi:"keyName"`
	// UserData is a script or the configuration of cloud-init, for the first start. It can be read by whoever may describe
	// the machine, so it is not for secrets; an encrypted value stays so in the state. Changing it stops the machine and
	// starts it anew, which does not run it again. Default: none.
	UserData pulumi.StringInput `pulumi:"userData"`
	// UserDataBase64 is the same, encoded, for what is no text, such as compressed data. It excludes userData.
	UserDataBase64 pulumi.StringInput `pulumi:"userDataBase64"`
	// ReplaceOnUserData replaces the machine when the user data changes, so that it runs. Default: false.
	ReplaceOnUserData bool `pulumi:"replaceOnUserData"`
	// Tags are added to the machine and all that belongs to it. Changing them updates all of it.
	Tags map[string]string `pulumi:"tags"`
}

// MetadataService sets up the instance metadata service. Source: "Configure the Instance Metadata Service options", Amazon
// EC2 User Guide. Changing any of it updates the machine.
type MetadataService struct {
	// Enabled says whether there is one. Without it the machine has no credentials, and Session Manager does not work.
	Enabled *bool `pulumi:"enabled" jsonschema:"default=true"`
	// TokensRequired admits requests of a session alone (IMDSv2), which nobody can make the machine send by a forged URL.
	TokensRequired *bool `pulumi:"tokensRequired" jsonschema:"default=true"`
	// HopLimit is how far the answers travel: 1 reaches the machine itself, 2 its containers too.
	HopLimit *int `pulumi:"hopLimit" jsonschema:"default=1,minimum=1,maximum=64"`
	// IPv6 serves requests over IPv6 as well. Default: false.
	IPv6 bool `pulumi:"ipv6"`
	// Tags shows the tags of the machine to programs on it. Default: false.
	Tags bool `pulumi:"tags"`
}

// maxUserData is the size in bytes before it is encoded. Source: "Run commands when you launch an EC2 instance with user data
// input", Amazon EC2 User Guide.
const maxUserData = 16 << 10

// maxGroups is how many security groups a network interface can have, once AWS has raised the account's quota. Source: "Amazon VPC
// quotas".
const maxGroups = 16

var _ config.Validator = (*InstanceSettings)(nil)

// Validate implements config.Validator.
func (s *InstanceSettings) Validate(report *config.Report) {
	tags.Check(report, []string{"tags"}, s.Tags)
	if problem := instancetype.Check(s.InstanceType); problem != "" {
		report.Add([]string{"instanceType"}, "%s", problem)
	}
	if s.CPUCredits != "" && !strings.HasPrefix(s.InstanceType, "t") {
		report.Add([]string{"cpuCredits"}, "machines of type %s have no credits: leave it out", s.InstanceType)
	}
	if !*s.MetadataService.Enabled && *s.Role.SessionManager {
		report.Add([]string{"metadataService", "enabled"}, "Session Manager gets its credentials there: enable it, or set role.sessionManager to false")
	}
	if groups, known := s.SecurityGroupIDs.(pulumi.StringArray); known && len(groups) >= maxGroups {
		report.Add([]string{"securityGroupIds"}, "%d groups and the machine's own: AWS takes at most %d", len(groups), maxGroups)
	}
	s.checkUserData(report)
	s.checkVolumes(report)
}

func (s *InstanceSettings) checkUserData(report *config.Report) {
	if s.UserData != nil && s.UserDataBase64 != nil {
		report.Add([]string{"userDataBase64"}, "it excludes userData: leave one of them out")
	}
	if text, known := s.UserData.(pulumi.String); known && len(text) > maxUserData {
		report.Add([]string{"userData"}, "it has %d bytes, AWS takes %d: fetch the rest from a bucket, or compress it into userDataBase64",
			len(text), maxUserData)
	}
	encoded, known := s.UserDataBase64.(pulumi.String)
	if !known {
		return
	}
	data, err := base64.StdEncoding.DecodeString(string(encoded))
	if err != nil {
		report.Add([]string{"userDataBase64"}, "expected Base64: %v", err)
	} else if len(data) > maxUserData {
		report.Add([]string{"userDataBase64"}, "it has %d bytes when decoded, AWS takes %d: fetch the rest from a bucket", len(data), maxUserData)
	}
}
