package ec2_test

import (
	"strings"
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// in are the inputs of a resource.
type in = map[string]any

const (
	instanceToken = "aws:ec2/instance:Instance"

	keyPairToken        = "aws:ec2/keyPair:KeyPair"
	LaunchTemplateToken = "aws:ec2/launchTemplate:LaunchTemplate"
	volumeToken         = "aws:ebs/volume:Volume"
	attachedToken       = "aws:ec2/volumeAttachment:VolumeAttachment"
	parameterToken      = "aws:ssm/parameter:Parameter"
)

// latestImage returns the id of the newest image of Amazon Linux.
func latestImage(h *awstest.History, architecture string) string {
	h.T.Helper()
	found, err := h.Call("aws:ssm/getParameter:getParameter", in{"name": awstest.AmazonLinuxParameter + architecture})
	require.NoError(h.T, err)
	return found["value"].(string)
}

func instanceNetwork() []awstest.Step {
	return []awstest.Step{
		{Name: "vpc", Type: kernel.VPCToken, Inputs: in{"cidrBlock": "10.0.0.0/16"}},
		{Name: "subnet", Type: kernel.SubnetToken,
			Inputs: in{"vpcId": "$vpc", "cidrBlock": "10.0.1.0/28", "availabilityZone": "eu-west-1b"}},
		{Name: "group", Type: kernel.SecurityGroupToken, Inputs: in{"vpcId": "$vpc"}},
		{Name: "other", Type: kernel.VPCToken, Inputs: in{"cidrBlock": "10.1.0.0/16"}},
		{Name: "foreign", Type: kernel.SecurityGroupToken, Inputs: in{"vpcId": "$other"}},
		{Name: "role", Type: kernel.RoleToken,
			Inputs: in{"name": "web", "assumeRolePolicy": awstest.TrustPolicy("ec2.amazonaws.com")}},
		{Name: "profile", Type: awstest.InstanceProfileToken, Inputs: in{"name": "web", "role": "web"}},
		{Name: "empty", Type: awstest.InstanceProfileToken, Inputs: in{"name": "empty"}},
		{Name: "copier", Type: kernel.RoleToken,
			Inputs: in{"name": "copy", "assumeRolePolicy": awstest.TrustPolicy("s3.amazonaws.com")}},
		{Name: "copy", Type: awstest.InstanceProfileToken, Inputs: in{"name": "copy", "role": "copy"}},
		{Name: "pair", Type: keyPairToken, Inputs: in{"keyName": "pair", "publicKey": "ssh-ed25519 AAAA me"}},
		{Name: "key", Type: awstest.KeyToken, Inputs: in{}},
	}
}

func TestRejectedInstances(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History()
	intel, arm := latestImage(h, "x86_64"), latestImage(h, "arm64")
	run := func(inputs in) []awstest.Step {
		return []awstest.Step{{Name: "it", Type: instanceToken,
			Inputs: awstest.Merge(in{"ami": intel, "instanceType": "t3.micro", "subnetId": "$subnet"}, inputs)}}
	}
	then := func(before []awstest.Step, after ...awstest.Step) []awstest.Step { return append(before, after...) }
	volume := func(inputs in) []awstest.Step {
		return []awstest.Step{{Name: "volume", Type: volumeToken,
			Inputs: awstest.Merge(in{"availabilityZone": "eu-west-1b", "size": 10.0}, inputs)}}
	}
	attach := awstest.Step{Name: "attached", Type: attachedToken,
		Inputs: in{"deviceName": "/dev/sdf", "instanceId": "$it", "volumeId": "$volume"}}
	var full []awstest.Step
	for range 12 {
		full = append(full, run(in{})...)
	}
	template := func(inputs in) []awstest.Step {
		return []awstest.Step{{Name: "template", Type: LaunchTemplateToken, Inputs: inputs}}
	}
	parameter := func(inputs in) []awstest.Step {
		return []awstest.Step{{Name: "p", Type: parameterToken,
			Inputs: awstest.Merge(in{"type": "String", "value": "a"}, inputs)}}
	}
	awstest.RunRefusals(t, instanceNetwork(), map[string]awstest.Refusal{
		"an instance": {Steps: run(in{})},
		"an instance with all options": {Steps: run(in{"vpcSecurityGroupIds": []any{"$group"},
			"iamInstanceProfile": "web", "keyName": "pair", "privateIp": "10.0.1.9",
			"metadataOptions": in{"httpTokens": "required"},
			"rootBlockDevice": in{"encrypted": true, "kmsKeyId": "$key"}})},
		"no image": {Steps: []awstest.Step{{Name: "it", Type: instanceToken,
			Inputs: in{"instanceType": "t3.micro"}}}, Want: "one of `ami,launchTemplate` must be specified"},
		"no type": {Steps: []awstest.Step{{Name: "it", Type: instanceToken,
			Inputs: in{"ami": intel}}}, Want: "one of `instanceType,launchTemplate` must be specified"},
		"an image that does not exist": {Steps: run(in{"ami": "ami-00000000000000000"}),
			Want: "api error InvalidAMIID.NotFound: The image id '[ami-00000000000000000]' does not exist"},
		"a malformed image id": {Steps: run(in{"ami": "linux"}), Want: "api error InvalidAMIID.Malformed"},
		"a type that does not exist": {Steps: run(in{"instanceType": "t9.micro"}),
			Want: "api error InvalidParameterValue: Invalid value 't9.micro' for InstanceType."},
		"a type of another architecture": {Steps: run(in{"instanceType": "t4g.micro"}),
			Want: "api error InvalidParameterValue: The architecture 'arm64' of the specified instance type does not match the architecture 'x86_64' of the specified AMI."},
		"another architecture than the type's": {Steps: run(in{"ami": arm}),
			Want: "does not match the architecture 'arm64' of the specified AMI"},
		"type and image of the same other architecture": {Steps: run(in{"ami": arm, "instanceType": "m7g.large"})},
		"no subnet": {Steps: []awstest.Step{{Name: "it", Type: instanceToken,
			Inputs: in{"ami": intel, "instanceType": "t3.micro"}}}},
		"a zone without a default subnet": {Steps: []awstest.Step{{Name: "it", Type: instanceToken,
			Inputs: in{"ami": intel, "instanceType": "t3.micro", "availabilityZone": "eu-west-1z"}}},
			Want: "api error InvalidInput: No default subnet for availability zone: 'eu-west-1z'."},
		"a subnet that does not exist": {Steps: run(in{"subnetId": "subnet-0"}),
			Want: "api error InvalidSubnetID.NotFound: The subnet ID 'subnet-0' does not exist"},
		"a group that does not exist": {Steps: run(in{"vpcSecurityGroupIds": []any{"sg-0"}}),
			Want: "api error InvalidGroup.NotFound: The security group 'sg-0' does not exist"},
		"a group of another network": {Steps: run(in{"vpcSecurityGroupIds": []any{"$foreign"}}),
			Want: "api error InvalidParameter: Security group $foreign and subnet $subnet belong to different networks."},
		"a zone that is not the subnet's": {Steps: run(in{"availabilityZone": "eu-west-1a"}),
			Want: "api error InvalidParameterValue"},
		"a profile that does not exist": {Steps: run(in{"iamInstanceProfile": "none"}),
			Want: "api error InvalidParameterValue: Value (none) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name"},
		"a profile without a role": {Steps: run(in{"iamInstanceProfile": "empty"}),
			Want: "has no associated IAM Roles"},
		"a role that EC2 may not assume": {Steps: run(in{"iamInstanceProfile": "copy"}),
			Want: "ec2.amazonaws.com may not assume the role arn:aws:iam::123456789012:role/copy"},
		"a key that does not exist": {Steps: run(in{"keyName": "none"}),
			Want: "api error InvalidKeyPair.NotFound: The key pair 'none' does not exist"},
		"an address outside of the subnet": {Steps: run(in{"privateIp": "10.0.2.9"}),
			Want: "api error InvalidParameterValue: Address 10.0.2.9 does not fall within the subnet's address range"},
		"a reserved address": {Steps: run(in{"privateIp": "10.0.1.3"}),
			Want: "is in subnet's reserved address range"},
		"the last address": {Steps: run(in{"privateIp": "10.0.1.15"}),
			Want: "is in subnet's reserved address range"},
		"an address in use": {Steps: append(run(in{"privateIp": "10.0.1.9"}),
			run(in{"privateIp": "10.0.1.9"})...),
			Want: "api error InvalidIPAddress.InUse: Address 10.0.1.9 is in use."},
		"a subnet that is full": {Steps: full,
			Want: "api error InsufficientFreeAddressesInSubnet: The specified subnet does not have enough free addresses"},
		"no such tokens": {Steps: run(in{"metadataOptions": in{"httpTokens": "yes"}}),
			Want: "expected metadataOptions.httpTokens to be one of"},
		"too many hops": {Steps: run(in{"metadataOptions": in{"httpPutResponseHopLimit": 65.0}}),
			Want: "in the range (1 - 64), got 65"},
		"no such tenancy": {Steps: run(in{"tenancy": "shared"}), Want: "expected tenancy to be one of"},
		"userData and userDataBase64": {Steps: run(in{"userData": "a", "userDataBase64": "YQ=="}),
			Want: "conflicts with userDataBase64"},
		"user data over the size limit": {Steps: run(in{"userData": strings.Repeat("a", 16385)}),
			Want: "api error InvalidParameterValue: User data is limited to 16384 bytes"},
		"a small root volume": {Steps: run(in{"rootBlockDevice": in{"volumeSize": 4.0}}),
			Want: "api error InvalidBlockDeviceMapping"},
		"no such volume": {Steps: run(in{"rootBlockDevice": in{"volumeType": "gp4"}}),
			Want: "expected rootBlockDevice.volumeType to be one of"},
		"a key for an unencrypted volume": {Steps: run(in{"rootBlockDevice": in{"kmsKeyId": "$key"}}),
			Want: "api error InvalidParameterDependency: The parameter KmsKeyId requires the parameter Encrypted to be set."},
		"no key": {Steps: run(in{"rootBlockDevice": in{"encrypted": true, "kmsKeyId": "none"}}),
			Want: "api error InvalidKMSKey.InvalidState"},
		"two volumes with the same device name": {Steps: run(in{"ebsBlockDevices": []any{in{"deviceName": "/dev/xvda"}}}),
			Want: "Duplicate device name /dev/xvda"},
		"a stop-protected instance": {Steps: then(run(in{"disableApiStop": true}),
			awstest.Step{Name: "~it", Inputs: in{"ami": intel, "instanceType": "t3.small", "subnetId": "$subnet",
				"disableApiStop": true}}),
			Want: "api error OperationNotPermitted: The instance '$it' may not be stopped."},
		"a smaller volume": {Steps: then(run(in{"rootBlockDevice": in{"volumeSize": 20.0}}),
			awstest.Step{Name: "~it", Inputs: in{"ami": intel, "instanceType": "t3.micro", "subnetId": "$subnet",
				"rootBlockDevice": in{"volumeSize": 10.0}}}), Want: "New size cannot be smaller than existing size"},
		"a type of another architecture in an update": {Steps: then(run(in{}),
			awstest.Step{Name: "~it", Inputs: in{"ami": intel, "instanceType": "t4g.small", "subnetId": "$subnet"}}),
			Want: "does not match the architecture"},
		"a malformed key pair": {Steps: []awstest.Step{{Name: "pair", Type: keyPairToken,
			Inputs: in{"publicKey": "x"}}},
			Want: "api error InvalidKey.Format: Key is not in valid OpenSSH public key format"},
		"a duplicate key pair": {Steps: []awstest.Step{{Name: "again", Type: keyPairToken,
			Inputs: in{"keyName": "pair", "publicKey": "ssh-rsa AAAA"}}},
			Want: "api error InvalidKeyPair.Duplicate: The keypair already exists"},
		"a subnet with an instance": {Steps: then(run(in{}), awstest.Step{Name: "-subnet"}),
			Want: "api error DependencyViolation"},
		"a security group of an instance": {Steps: then(run(in{"vpcSecurityGroupIds": []any{"$group"}}),
			awstest.Step{Name: "-group"}), Want: "api error DependencyViolation"},
		"a subnet after its instance": {Steps: then(run(in{}), awstest.Step{Name: "-it"},
			awstest.Step{Name: "-subnet"})},
		"interfaces and a subnet": {Steps: run(in{"networkInterfaces": []any{in{"deviceIndex": 0.0,
			"networkInterfaceId": "eni-0"}}}), Want: "conflicts with networkInterfaces"},
		"no such interface": {Steps: []awstest.Step{{Name: "it", Type: instanceToken,
			Inputs: in{"ami": intel, "instanceType": "t3.micro",
				"networkInterfaces": []any{in{"deviceIndex": 0.0, "networkInterfaceId": "eni-0"}}}}},
			Want: "api error InvalidNetworkInterfaceID.NotFound"},

		"a template": {Steps: template(in{"imageId": intel, "updateDefaultVersion": true})},
		"a duplicate template": {Steps: []awstest.Step{{Name: "a", Type: LaunchTemplateToken,
			Inputs: in{"name": "web"}}, {Name: "b", Type: LaunchTemplateToken, Inputs: in{"name": "web"}}},
			Want: "api error InvalidLaunchTemplateName.AlreadyExistsException: Launch template name already in use."},
		"a template with a short name": {Steps: template(in{"name": "a"}), Want: "expected name to have 3 to 128"},
		"a template with two profiles": {Steps: template(in{"iamInstanceProfile": in{"arn": "a", "name": "b"}}),
			Want: "conflicts with iamInstanceProfile.name"},
		"a template with plain user data": {Steps: template(in{"userData": "#!"}),
			Want: "api error InvalidUserData.Malformed: Invalid BASE64 encoding of user data."},
		"a template with a malformed image": {Steps: template(in{"imageId": "linux"}),
			Want: "api error InvalidAMIID.Malformed"},
		"a default version that does not exist": {Steps: then(template(in{}),
			awstest.Step{Name: "~template", Inputs: in{"defaultVersion": 2.0}}),
			Want: "api error InvalidLaunchTemplateId.VersionNotFound"},
		"an instance of a template": {Steps: then(template(in{"imageId": intel, "instanceType": "t3.micro"}),
			awstest.Step{Name: "it", Type: instanceToken,
				Inputs: in{"subnetId": "$subnet", "launchTemplate": in{"id": "$template"}}})},
		"an instance of a missing template": {Steps: []awstest.Step{{Name: "it", Type: instanceToken,
			Inputs: in{"subnetId": "$subnet", "launchTemplate": in{"name": "none"}}}},
			Want: "api error InvalidLaunchTemplateId.NotFound"},

		"a volume": {Steps: volume(in{"type": "gp3", "throughput": 250.0})},
		"a volume in an unknown zone": {Steps: volume(in{"availabilityZone": "us-east-1a"}),
			Want: "api error InvalidZone.NotFound: The zone 'us-east-1a' does not exist."},
		"a volume without a size": {Steps: []awstest.Step{{Name: "volume", Type: volumeToken,
			Inputs: in{"availabilityZone": "eu-west-1b"}}}, Want: "one of `size,snapshotId` must be specified"},
		"a volume that is too small": {Steps: volume(in{"type": "st1"}),
			Want: "api error InvalidParameterValue: Volume of 10GiB is out of range"},
		"a volume that is too slow": {Steps: volume(in{"type": "gp3", "iops": 100.0}),
			Want: "api error InvalidParameterValue: Volume iops of 100 is out of range"},
		"a volume without iops": {Steps: volume(in{"type": "io2"}),
			Want: "api error MissingParameter: The request must contain the parameter iops"},
		"iops of an unsupported type": {Steps: volume(in{"type": "gp2", "iops": 3000.0}),
			Want: "api error InvalidParameterCombination: The parameter iops is not supported for gp2 volumes."},
		"throughput of an unsupported type": {Steps: volume(in{"throughput": 125.0}),
			Want: "The parameter throughput is not supported for gp2 volumes."},
		"throughput below the minimum": {Steps: volume(in{"type": "gp3", "throughput": 1.0}),
			Want: "Throughput of 1 is out of range"},
		"throughput too high for the iops": {Steps: volume(in{"type": "gp3", "throughput": 1000.0}),
			Want: "api error InvalidParameterCombination: Throughput (MiBps) to iops ratio"},
		"a volume that shrinks": {Steps: then(volume(in{}),
			awstest.Step{Name: "~volume", Inputs: in{"availabilityZone": "eu-west-1b", "size": 9.0}}),
			Want: "New size cannot be smaller than existing size"},
		"a device that does not exist": {Steps: then(volume(in{}), append(run(in{}), awstest.Step{Name: "attached", Type: attachedToken,
			Inputs: in{"deviceName": "/dev/disk1", "instanceId": "$it", "volumeId": "$volume"}})...),
			Want: "api error InvalidParameterValue: Value (/dev/disk1) for parameter device is invalid. /dev/disk1 is not a valid EBS device name."},
		"a device of Xen": {Steps: then(volume(in{}), append(run(in{}), awstest.Step{Name: "attached", Type: attachedToken,
			Inputs: in{"deviceName": "/dev/xvdba", "instanceId": "$it", "volumeId": "$volume"}})...)},
		"a volume in use": {Steps: then(volume(in{}),
			append(run(in{}), attach, awstest.Step{Name: "-volume"})...),
			Want: "api error VolumeInUse: Volume $volume is currently attached to $it"},
		"a volume attached twice": {Steps: then(volume(in{}),
			append(run(in{}), attach, awstest.Step{Name: "more", Type: attachedToken,
				Inputs: in{"deviceName": "/dev/sdg", "instanceId": "$it", "volumeId": "$volume"}})...),
			Want: "api error VolumeInUse: $volume is already attached"},
		"a device name in use": {Steps: then(volume(in{}),
			append(run(in{}), attach, awstest.Step{Name: "volume", Type: volumeToken,
				Inputs: in{"availabilityZone": "eu-west-1b", "size": 10.0}}, attach)...),
			Want: "Attachment point /dev/sdf is already in use"},
		"a volume of another zone": {Steps: then(volume(in{"availabilityZone": "eu-west-1a"}),
			append(run(in{}), attach)...), Want: "api error InvalidVolume.ZoneMismatch"},

		"a parameter": {Steps: parameter(in{"name": "/app/size"})},
		"a reserved parameter name": {Steps: parameter(in{"name": "/aws/service/x"}),
			Want: `api error ValidationException: Parameter name: can't be prefixed with "aws" or "ssm" (case-insensitive).`},
		"a name that is not fully qualified": {Steps: parameter(in{"name": "app/size"}),
			Want: "api error ValidationException: Parameter name must be a fully qualified name."},
		"a duplicate parameter": {Steps: append(parameter(in{"name": "a"}), parameter(in{"name": "a"})...),
			Want: "api error ParameterAlreadyExists"},
		"a parameter of an unknown type": {Steps: parameter(in{"type": "Number"}), Want: "expected type to be one of"},
		"a value over the standard limit": {Steps: parameter(in{"value": strings.Repeat("a", 4097)}),
			Want: "api error ValidationException: Standard tier parameters support a maximum parameter value of 4096 characters."},
		"value and insecureValue": {Steps: parameter(in{"insecureValue": "b"}),
			Want: "conflicts with insecureValue"},
		"a secret with no key": {Steps: parameter(in{"type": "SecureString", "keyId": "none"}),
			Want: "api error InvalidKeyId"},
		"a parameter with no image": {Steps: parameter(in{"dataType": "aws:ec2:image",
			"value": "ami-00000000000000000"}), Want: "api error InvalidAMIID.NotFound"},
		"a malformed name": {Steps: parameter(in{"name": "a b"}), Want: "expected name to consist of"},
		"a value over the advanced limit": {Steps: parameter(in{"tier": "Advanced",
			"value": strings.Repeat("a", 8192)})},
	})
}

func TestInstanceDefaults(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(instanceNetwork()...)
	h.All(awstest.Step{Name: "it", Type: instanceToken,
		Inputs: in{"ami": latestImage(h, "x86_64"), "instanceType": "t3.micro", "subnetId": "$subnet",
			"rootBlockDevice": in{"encrypted": true}, "associatePublicIpAddress": true}})
	require.Equal(t, "arn:aws:ec2:eu-west-1:123456789012:instance/"+h.IDs["it"], h.Output("it", "arn"))
	require.Equal(t, "10.0.1.4", h.Output("it", "privateIp"), "the first that AWS does not keep")
	require.Equal(t, "ip-10-0-1-4.eu-west-1.compute.internal", h.Output("it", "privateDns"))
	require.Equal(t, "198.18.1.4", h.Output("it", "publicIp"))
	require.Equal(t, "eu-west-1b", h.Output("it", "availabilityZone"))
	require.Equal(t, "required", h.Output("it", "metadataOptions").(in)["httpTokens"], "Amazon Linux 2023 asks for it")
	root := h.Output("it", "rootBlockDevice").(in)
	require.Equal(t, in{"deviceName": "/dev/xvda", "volumeType": "gp3", "volumeSize": 8.0, "iops": 3000.0,
		"throughput": 125.0, "encrypted": true,
		"deleteOnTermination": true, "kmsKeyId": "arn:aws:kms:eu-west-1:123456789012:key/alias-aws-ebs",
		"volumeId": root["volumeId"]}, root)
	require.Equal(t, []any{h.Output("vpc", "defaultSecurityGroupId")}, h.Output("it", "vpcSecurityGroupIds"))
	interfaces, err := h.Store.List(kernel.NetworkInterfaceToken)
	require.NoError(t, err)
	require.Len(t, interfaces, 1)
	require.Equal(t, h.Output("it", "primaryNetworkInterfaceId"), interfaces[0].ID)

	h.All(awstest.Step{Name: "~it", Inputs: in{"ami": latestImage(h, "x86_64"), "instanceType": "t3.small",
		"subnetId": "$subnet", "vpcSecurityGroupIds": []any{"$group"},
		"rootBlockDevice": in{"encrypted": true, "volumeSize": 20.0}}})
	changed := h.Output("it", "rootBlockDevice").(in)
	require.InDelta(t, 20, changed["volumeSize"], 0)
	require.Equal(t, root["volumeId"], changed["volumeId"], "the volume grows, it is no other")
	interfaces, err = h.Store.List(kernel.NetworkInterfaceToken)
	require.NoError(t, err)
	require.Equal(t, []string{h.IDs["group"]}, interfaces[0].Texts("securityGroups"))
	h.All(awstest.Step{Name: "-it"})
	interfaces, err = h.Store.List(kernel.NetworkInterfaceToken)
	require.NoError(t, err)
	require.Empty(t, interfaces, "its interface is deleted with it")
}

func TestInstanceReplacement(t *testing.T) {
	t.Parallel()
	a := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"})
	before := in{"ami": "ami-1", "instanceType": "t3.micro", "userData": "a", "vpcSecurityGroupIds": []any{"a", "b"},
		"rootBlockDevice": in{"encrypted": true, "volumeSize": 8.0}}
	tests := map[string]struct {
		after in
		want  map[string]provider.DiffKind
	}{
		"an image": {in{"ami": "ami-2"}, map[string]provider.DiffKind{"ami": provider.UpdateReplace}},
		"a type": {in{"instanceType": "t3.small"},
			map[string]provider.DiffKind{"instanceType": provider.Update}},
		"user data": {in{"userData": "b"}, map[string]provider.DiffKind{"userData": provider.Update}},
		"user data at birth": {in{"userData": "b", "userDataReplaceOnChange": true},
			map[string]provider.DiffKind{"userData": provider.UpdateReplace, "userDataReplaceOnChange": provider.Add}},
		"the order": {in{"vpcSecurityGroupIds": []any{"b", "a"}}, map[string]provider.DiffKind{}},
		"one group": {in{"vpcSecurityGroupIds": []any{"b", "c"}},
			map[string]provider.DiffKind{"vpcSecurityGroupIds[1]": provider.Update}},
		"a larger volume": {in{"rootBlockDevice": in{"encrypted": true, "volumeSize": 9.0}},
			map[string]provider.DiffKind{"rootBlockDevice.volumeSize": provider.Update}},
		"encryption": {in{"rootBlockDevice": in{"encrypted": false, "volumeSize": 8.0}},
			map[string]provider.DiffKind{"rootBlockDevice.encrypted": provider.UpdateReplace}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := a.Diff(t.Context(), provider.DiffRequest{Urn: awstest.URN(instanceToken),
				OldInputs: awstest.Properties(before), Inputs: awstest.Properties(awstest.Merge(before, tc.after))})
			require.NoError(t, err)
			got := map[string]provider.DiffKind{}
			for path, d := range r.DetailedDiff {
				got[path] = d.Kind
			}
			require.Equal(t, tc.want, got)
			require.Equal(t, len(tc.want) > 0, r.HasChanges)
		})
	}
}

// A newer image is published.
func TestPublishedImage(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(instanceNetwork()...)
	before := latestImage(h, "arm64")
	require.NoError(t, aws.Publish(h.Store, aws.Account, "eu-west-1", awstest.AmazonLinuxParameter+"arm64",
		"ami-0123456789abcdef0"))
	require.Equal(t, "ami-0123456789abcdef0", latestImage(h, "arm64"))
	require.NotEqual(t, before, latestImage(h, "arm64"))
	h.All(awstest.Step{Name: "it", Type: instanceToken,
		Inputs: in{"ami": "ami-0123456789abcdef0", "instanceType": "t4g.micro", "subnetId": "$subnet"}})
	other := h.Another().Use(in{"region": "us-east-1"}).History()
	require.NotEqual(t, before, latestImage(other, "arm64"), "each region has its own")
}

func TestInstanceLookUps(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History()
	filter := func(name string, values ...any) in { return in{"name": name, "values": values} }
	image := in{"owners": []any{"amazon"}, "mostRecent": true,
		"filters": []any{filter("name", "al2023-ami-2023.*-x86_64"), filter("architecture", "x86_64")}}
	found, err := h.Call("aws:ec2/getAmi:getAmi", image)
	require.NoError(t, err)
	require.Equal(t, latestImage(h, "x86_64"), found["id"])
	require.Equal(t, "/dev/xvda", found["rootDeviceName"])
	_, err = h.Call("aws:ec2/getAmi:getAmi", awstest.Merge(image, in{"mostRecent": false}))
	require.ErrorContains(t, err, "returned more than one result")
	_, err = h.Call("aws:ec2/getAmi:getAmi", awstest.Merge(image, in{"owners": []any{"self"}}))
	require.ErrorContains(t, err, "returned no results")
	_, err = h.Call("aws:ec2/getAmi:getAmi", in{"filters": []any{filter("colour", "red")}})
	require.ErrorContains(t, err, "The filter 'colour' is invalid")
	one, err := h.Call("aws:ec2/getInstanceType:getInstanceType", in{"instanceType": "m7g.xlarge"})
	require.NoError(t, err)
	require.Equal(t, []any{"arm64"}, one["supportedArchitectures"])
	require.InDelta(t, 16384, one["memorySize"], 0)
	_, err = h.Call("aws:ec2/getInstanceType:getInstanceType", in{"instanceType": "m7g.tiny"})
	require.ErrorContains(t, err, "api error InvalidInstanceType")
	types, err := h.Call("aws:ec2/getInstanceTypes:getInstanceTypes",
		in{"filters": []any{filter("instance-type", "t4g.*"), filter("memory-info.size-in-mib", "1024", "2048")}})
	require.NoError(t, err)
	require.Equal(t, []any{"t4g.micro", "t4g.small"}, types["instanceTypes"])
	offered, err := h.Call("aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings",
		in{"locationType": "availability-zone", "filters": []any{filter("instance-type", "t3.micro")}})
	require.NoError(t, err)
	require.Equal(t, []any{"eu-west-1a", "eu-west-1b", "eu-west-1c"}, offered["locations"])
	_, err = h.Call("aws:ssm/getParameter:getParameter", in{"name": "/aws/service/none"})
	require.ErrorContains(t, err, "api error ParameterNotFound")
}

func TestLaunchTemplateVersions(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History()
	h.All(awstest.Step{Name: "t", Type: LaunchTemplateToken, Inputs: in{"instanceType": "t3.micro"}},
		awstest.Step{Name: "~t", Inputs: in{"instanceType": "t3.small"}})
	require.Equal(t, []any{2.0, 1.0}, []any{h.Output("t", "latestVersion"), h.Output("t", "defaultVersion")})
	h.All(awstest.Step{Name: "~t", Inputs: in{"instanceType": "t3.small", "updateDefaultVersion": true}})
	require.Equal(t, []any{2.0, 2.0}, []any{h.Output("t", "latestVersion"), h.Output("t", "defaultVersion")})
	require.Contains(t, resource.ToResourcePropertyMap(h.State["t"]), resource.PropertyKey("arn"))
}
