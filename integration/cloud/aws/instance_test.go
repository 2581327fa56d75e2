package aws_test

import (
	"strings"
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws"
)

const (
	instanceType  = "aws:ec2/instance:Instance"
	eniType       = "aws:ec2/networkInterface:NetworkInterface"
	keyPairType   = "aws:ec2/keyPair:KeyPair"
	templateType  = "aws:ec2/launchTemplate:LaunchTemplate"
	volumeType    = "aws:ebs/volume:Volume"
	attachedType  = "aws:ec2/volumeAttachment:VolumeAttachment"
	parameterType = "aws:ssm/parameter:Parameter"
)

// latestImage returns the image of Amazon Linux that AWS publishes.
func latestImage(h *history, architecture string) string {
	h.t.Helper()
	found, err := h.call("aws:ssm/getParameter:getParameter", in{"name": linuxParameter + architecture})
	require.NoError(h.t, err)
	return found["value"].(string)
}

func machineRoom() []step {
	return []step{
		{"vpc", vpcType, in{"cidrBlock": "10.0.0.0/16"}},
		{"subnet", subnetType, in{"vpcId": "$vpc", "cidrBlock": "10.0.1.0/28", "availabilityZone": "eu-west-1b"}},
		{"group", groupType, in{"vpcId": "$vpc"}},
		{"other", vpcType, in{"cidrBlock": "10.1.0.0/16"}},
		{"foreign", groupType, in{"vpcId": "$other"}},
		{"role", roleType, in{"name": "web", "assumeRolePolicy": trust("ec2.amazonaws.com")}},
		{"profile", profileType, in{"name": "web", "role": "web"}},
		{"empty", profileType, in{"name": "empty"}},
		{"copier", roleType, in{"name": "copy", "assumeRolePolicy": trust("s3.amazonaws.com")}},
		{"copy", profileType, in{"name": "copy", "role": "copy"}},
		{"pair", keyPairType, in{"keyName": "pair", "publicKey": "ssh-ed25519 AAAA me"}},
		{"key", keyType, in{}},
	}
}

func TestEC2Refuses(t *testing.T) {
	t.Parallel()
	h := newAccount(t, true).use(in{"region": "eu-west-1"}).history()
	intel, arm := latestImage(h, "x86_64"), latestImage(h, "arm64")
	run := func(inputs in) []step {
		return []step{{"it", instanceType, merged(in{"ami": intel, "instanceType": "t3.micro", "subnetId": "$subnet"}, inputs)}}
	}
	then := func(before []step, after ...step) []step { return append(before, after...) }
	volume := func(inputs in) []step {
		return []step{{"volume", volumeType, merged(in{"availabilityZone": "eu-west-1b", "size": 10.0}, inputs)}}
	}
	attach := step{"attached", attachedType, in{"deviceName": "/dev/sdf", "instanceId": "$it", "volumeId": "$volume"}}
	var full []step
	for range 12 {
		full = append(full, run(in{})...)
	}
	template := func(inputs in) []step { return []step{{"template", templateType, inputs}} }
	parameter := func(inputs in) []step {
		return []step{{"p", parameterType, merged(in{"type": "String", "value": "a"}, inputs)}}
	}
	runRefusals(t, machineRoom(), map[string]refusal{
		"a machine":                       {run(in{}), ""},
		"a machine with everything":       {run(in{"vpcSecurityGroupIds": []any{"$group"}, "iamInstanceProfile": "web", "keyName": "pair", "privateIp": "10.0.1.9", "metadataOptions": in{"httpTokens": "required"}, "rootBlockDevice": in{"encrypted": true, "kmsKeyId": "$key"}}), ""},
		"no image":                        {[]step{{"it", instanceType, in{"instanceType": "t3.micro"}}}, "one of `ami,launchTemplate` must be specified"},
		"no type":                         {[]step{{"it", instanceType, in{"ami": intel}}}, "one of `instanceType,launchTemplate` must be specified"},
		"an image that does not exist":    {run(in{"ami": "ami-00000000000000000"}), "api error InvalidAMIID.NotFound: The image id '[ami-00000000000000000]' does not exist"},
		"an image of no form":             {run(in{"ami": "linux"}), "api error InvalidAMIID.Malformed"},
		"a type that does not exist":      {run(in{"instanceType": "t9.micro"}), "api error InvalidParameterValue: Invalid value 't9.micro' for InstanceType."},
		"a type of another architecture":  {run(in{"instanceType": "t4g.micro"}), "api error InvalidParameterValue: The architecture 'arm64' of the specified instance type does not match the architecture 'x86_64' of the specified AMI."},
		"an image of another":             {run(in{"ami": arm}), "does not match the architecture 'arm64' of the specified AMI"},
		"both of another":                 {run(in{"ami": arm, "instanceType": "m7g.large"}), ""},
		"no subnet":                       {[]step{{"it", instanceType, in{"ami": intel, "instanceType": "t3.micro"}}}, "api error VPCIdNotSpecified"},
		"a subnet that does not exist":    {run(in{"subnetId": "subnet-0"}), "api error InvalidSubnetID.NotFound: The subnet ID 'subnet-0' does not exist"},
		"a group that does not exist":     {run(in{"vpcSecurityGroupIds": []any{"sg-0"}}), "api error InvalidGroup.NotFound: The security group 'sg-0' does not exist"},
		"a group of another network":      {run(in{"vpcSecurityGroupIds": []any{"$foreign"}}), "api error InvalidParameter: Security group $foreign and subnet $subnet belong to different networks."},
		"a zone that is not the subnet's": {run(in{"availabilityZone": "eu-west-1a"}), "api error InvalidParameterValue"},
		"a profile that does not exist":   {run(in{"iamInstanceProfile": "none"}), "api error InvalidParameterValue: Value (none) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name"},
		"a profile without a role":        {run(in{"iamInstanceProfile": "empty"}), "has no associated IAM Roles"},
		"a role that EC2 may not assume":  {run(in{"iamInstanceProfile": "copy"}), "ec2.amazonaws.com may not assume the role arn:aws:iam::123456789012:role/copy"},
		"a key that does not exist":       {run(in{"keyName": "none"}), "api error InvalidKeyPair.NotFound: The key pair 'none' does not exist"},
		"an address outside":              {run(in{"privateIp": "10.0.2.9"}), "api error InvalidParameterValue: Address 10.0.2.9 does not fall within the subnet's address range"},
		"an address of AWS":               {run(in{"privateIp": "10.0.1.3"}), "is in subnet's reserved address range"},
		"the last address":                {run(in{"privateIp": "10.0.1.15"}), "is in subnet's reserved address range"},
		"an address that is taken":        {append(run(in{"privateIp": "10.0.1.9"}), run(in{"privateIp": "10.0.1.9"})...), "api error InvalidIPAddress.InUse: Address 10.0.1.9 is in use."},
		"a subnet that is full":           {full, "api error InsufficientFreeAddressesInSubnet: The specified subnet does not have enough free addresses"},
		"no such tokens":                  {run(in{"metadataOptions": in{"httpTokens": "yes"}}), "expected metadataOptions.httpTokens to be one of"},
		"too many hops":                   {run(in{"metadataOptions": in{"httpPutResponseHopLimit": 65.0}}), "in the range (1 - 64), got 65"},
		"no such tenancy":                 {run(in{"tenancy": "shared"}), "expected tenancy to be one of"},
		"user data twice":                 {run(in{"userData": "a", "userDataBase64": "YQ=="}), "conflicts with userDataBase64"},
		"much user data":                  {run(in{"userData": strings.Repeat("a", 16385)}), "api error InvalidParameterValue: User data is limited to 16384 bytes"},
		"a small root volume":             {run(in{"rootBlockDevice": in{"volumeSize": 4.0}}), "api error InvalidBlockDeviceMapping"},
		"no such volume":                  {run(in{"rootBlockDevice": in{"volumeType": "gp4"}}), "expected rootBlockDevice.volumeType to be one of"},
		"a key for what is not encrypted": {run(in{"rootBlockDevice": in{"kmsKeyId": "$key"}}), "api error InvalidParameterDependency: The parameter KmsKeyId requires the parameter Encrypted to be set."},
		"no key":                          {run(in{"rootBlockDevice": in{"encrypted": true, "kmsKeyId": "none"}}), "api error InvalidKMSKey.InvalidState"},
		"two volumes at one place":        {run(in{"ebsBlockDevices": []any{in{"deviceName": "/dev/xvda"}}}), "Duplicate device name /dev/xvda"},
		"a machine that may not stop":     {then(run(in{"disableApiStop": true}), step{"~it", "", in{"ami": intel, "instanceType": "t3.small", "subnetId": "$subnet", "disableApiStop": true}}), "api error OperationNotPermitted: The instance '$it' may not be stopped."},
		"a smaller volume":                {then(run(in{"rootBlockDevice": in{"volumeSize": 20.0}}), step{"~it", "", in{"ami": intel, "instanceType": "t3.micro", "subnetId": "$subnet", "rootBlockDevice": in{"volumeSize": 10.0}}}), "New size cannot be smaller than existing size"},
		"a type that does not fit":        {then(run(in{}), step{"~it", "", in{"ami": intel, "instanceType": "t4g.small", "subnetId": "$subnet"}}), "does not match the architecture"},
		"a key pair of no form":           {[]step{{"pair", keyPairType, in{"publicKey": "x"}}}, "api error InvalidKey.Format: Key is not in valid OpenSSH public key format"},
		"a key pair again":                {[]step{{"again", keyPairType, in{"keyName": "pair", "publicKey": "ssh-rsa AAAA"}}}, "api error InvalidKeyPair.Duplicate: The keypair already exists"},
		"a subnet with a machine":         {then(run(in{}), step{name: "-subnet"}), "api error DependencyViolation"},
		"a group of a machine":            {then(run(in{"vpcSecurityGroupIds": []any{"$group"}}), step{name: "-group"}), "api error DependencyViolation"},
		"a subnet that is free again":     {then(run(in{}), step{name: "-it"}, step{name: "-subnet"}), ""},
		"interfaces and a subnet":         {run(in{"networkInterfaces": []any{in{"deviceIndex": 0.0, "networkInterfaceId": "eni-0"}}}), "conflicts with networkInterfaces"},
		"no such interface":               {[]step{{"it", instanceType, in{"ami": intel, "instanceType": "t3.micro", "networkInterfaces": []any{in{"deviceIndex": 0.0, "networkInterfaceId": "eni-0"}}}}}, "api error InvalidNetworkInterfaceID.NotFound"},

		"a template":                 {template(in{"imageId": intel, "updateDefaultVersion": true}), ""},
		"a template again":           {[]step{{"a", templateType, in{"name": "web"}}, {"b", templateType, in{"name": "web"}}}, "api error InvalidLaunchTemplateName.AlreadyExistsException: Launch template name already in use."},
		"a template of a short name": {template(in{"name": "a"}), "expected name to have 3 to 128"},
		"a template of two profiles": {template(in{"iamInstanceProfile": in{"arn": "a", "name": "b"}}), "conflicts with iamInstanceProfile.name"},
		"a template of plain data":   {template(in{"userData": "#!"}), "api error InvalidUserData.Malformed: Invalid BASE64 encoding of user data."},
		"a template of no image":     {template(in{"imageId": "linux"}), "api error InvalidAMIID.Malformed"},
		"a version that is not yet":  {then(template(in{}), step{"~template", "", in{"defaultVersion": 2.0}}), "api error InvalidLaunchTemplateId.VersionNotFound"},
		"a machine of a template":    {then(template(in{"imageId": intel, "instanceType": "t3.micro"}), step{"it", instanceType, in{"subnetId": "$subnet", "launchTemplate": in{"id": "$template"}}}), ""},
		"a machine of no template":   {[]step{{"it", instanceType, in{"subnetId": "$subnet", "launchTemplate": in{"name": "none"}}}}, "api error InvalidLaunchTemplateId.NotFound"},

		"a volume":                      {volume(in{"type": "gp3", "throughput": 250.0}), ""},
		"a volume nowhere":              {volume(in{"availabilityZone": "us-east-1a"}), "api error InvalidZone.NotFound: The zone 'us-east-1a' does not exist."},
		"a volume of no size":           {[]step{{"volume", volumeType, in{"availabilityZone": "eu-west-1b"}}}, "one of `size,snapshotId` must be specified"},
		"a volume that is too small":    {volume(in{"type": "st1"}), "api error InvalidParameterValue: Volume of 10GiB is out of range"},
		"a volume that is too slow":     {volume(in{"type": "gp3", "iops": 100.0}), "api error InvalidParameterValue: Volume iops of 100 is out of range"},
		"a volume of no speed":          {volume(in{"type": "io2"}), "api error MissingParameter: The request must contain the parameter iops"},
		"a speed that is not offered":   {volume(in{"type": "gp2", "iops": 3000.0}), "api error InvalidParameterCombination: The parameter iops is not supported for gp2 volumes."},
		"a flow that is not offered":    {volume(in{"throughput": 125.0}), "The parameter throughput is not supported for gp2 volumes."},
		"a flow that is too small":      {volume(in{"type": "gp3", "throughput": 1.0}), "Throughput of 1 is out of range"},
		"a flow that the speed forbids": {volume(in{"type": "gp3", "throughput": 1000.0}), "api error InvalidParameterCombination: Throughput (MiBps) to iops ratio"},
		"a volume that shrinks":         {then(volume(in{}), step{"~volume", "", in{"availabilityZone": "eu-west-1b", "size": 9.0}}), "New size cannot be smaller than existing size"},
		"a volume in use":               {then(volume(in{}), append(run(in{}), attach, step{name: "-volume"})...), "api error VolumeInUse: Volume $volume is currently attached to $it"},
		"a volume used twice":           {then(volume(in{}), append(run(in{}), attach, step{"more", attachedType, in{"deviceName": "/dev/sdg", "instanceId": "$it", "volumeId": "$volume"}})...), "api error VolumeInUse: $volume is already attached"},
		"a place that is taken":         {then(volume(in{}), append(run(in{}), attach, step{"volume", volumeType, in{"availabilityZone": "eu-west-1b", "size": 10.0}}, attach)...), "Attachment point /dev/sdf is already in use"},
		"a volume of another zone":      {then(volume(in{"availabilityZone": "eu-west-1a"}), append(run(in{}), attach)...), "api error InvalidVolume.ZoneMismatch"},

		"a parameter":                {parameter(in{"name": "/app/size"}), ""},
		"a parameter of AWS":         {parameter(in{"name": "/aws/service/x"}), `api error ValidationException: Parameter name: can't be prefixed with "aws" or "ssm" (case-insensitive).`},
		"a parameter without root":   {parameter(in{"name": "app/size"}), "api error ValidationException: Parameter name must be a fully qualified name."},
		"a parameter again":          {append(parameter(in{"name": "a"}), parameter(in{"name": "a"})...), "api error ParameterAlreadyExists"},
		"a parameter of no type":     {parameter(in{"type": "Number"}), "expected type to be one of"},
		"a parameter that is long":   {parameter(in{"value": strings.Repeat("a", 4097)}), "api error ValidationException: Standard tier parameters support a maximum parameter value of 4096 characters."},
		"a parameter of two values":  {parameter(in{"insecureValue": "b"}), "conflicts with insecureValue"},
		"a secret with no key":       {parameter(in{"type": "SecureString", "keyId": "none"}), "api error InvalidKeyId"},
		"a parameter with no image":  {parameter(in{"dataType": "aws:ec2:image", "value": "ami-00000000000000000"}), "api error InvalidAMIID.NotFound"},
		"a parameter of a bad name":  {parameter(in{"name": "a b"}), "expected name to consist of"},
		"a parameter of longer text": {parameter(in{"tier": "Advanced", "value": strings.Repeat("a", 8192)}), ""},
	})
}

func TestAMachineHasWhatAWSGivesIt(t *testing.T) {
	t.Parallel()
	h := newAccount(t, true).use(in{"region": "eu-west-1"}).history().all(machineRoom()...)
	h.all(step{"it", instanceType, in{"ami": latestImage(h, "x86_64"), "instanceType": "t3.micro", "subnetId": "$subnet", "rootBlockDevice": in{"encrypted": true}, "associatePublicIpAddress": true}})
	require.Equal(t, "arn:aws:ec2:eu-west-1:123456789012:instance/"+h.ids["it"], h.out("it", "arn"))
	require.Equal(t, "10.0.1.4", h.out("it", "privateIp"), "the first that AWS does not keep")
	require.Equal(t, "ip-10-0-1-4.eu-west-1.compute.internal", h.out("it", "privateDns"))
	require.Equal(t, "198.18.1.4", h.out("it", "publicIp"))
	require.Equal(t, "eu-west-1b", h.out("it", "availabilityZone"))
	require.Equal(t, "required", h.out("it", "metadataOptions").(in)["httpTokens"], "Amazon Linux 2023 asks for it")
	root := h.out("it", "rootBlockDevice").(in)
	require.Equal(t, in{"deviceName": "/dev/xvda", "volumeType": "gp3", "volumeSize": 8.0, "iops": 3000.0, "throughput": 125.0, "encrypted": true,
		"deleteOnTermination": true, "kmsKeyId": "arn:aws:kms:eu-west-1:123456789012:key/alias-aws-ebs", "volumeId": root["volumeId"]}, root)
	require.Equal(t, []any{h.out("vpc", "defaultSecurityGroupId")}, h.out("it", "vpcSecurityGroupIds"))
	interfaces, err := h.store.List(eniType)
	require.NoError(t, err)
	require.Len(t, interfaces, 1)
	require.Equal(t, h.out("it", "primaryNetworkInterfaceId"), interfaces[0].ID)

	h.all(step{"~it", "", in{"ami": latestImage(h, "x86_64"), "instanceType": "t3.small", "subnetId": "$subnet", "vpcSecurityGroupIds": []any{"$group"}, "rootBlockDevice": in{"encrypted": true, "volumeSize": 20.0}}})
	changed := h.out("it", "rootBlockDevice").(in)
	require.InDelta(t, 20, changed["volumeSize"], 0)
	require.Equal(t, root["volumeId"], changed["volumeId"], "the volume grows, it is no other")
	interfaces, err = h.store.List(eniType)
	require.NoError(t, err)
	require.Equal(t, []string{h.ids["group"]}, interfaces[0].Texts("securityGroups"))
	h.all(step{name: "-it"})
	interfaces, err = h.store.List(eniType)
	require.NoError(t, err)
	require.Empty(t, interfaces, "its interface goes with it")
}

func TestWhatReplacesAMachine(t *testing.T) {
	t.Parallel()
	a := newAccount(t, true).use(in{"region": "eu-west-1"})
	before := in{"ami": "ami-1", "instanceType": "t3.micro", "userData": "a", "vpcSecurityGroupIds": []any{"a", "b"}, "rootBlockDevice": in{"encrypted": true, "volumeSize": 8.0}}
	tests := map[string]struct {
		after in
		want  map[string]provider.DiffKind
	}{
		"an image":           {in{"ami": "ami-2"}, map[string]provider.DiffKind{"ami": provider.UpdateReplace}},
		"a type":             {in{"instanceType": "t3.small"}, map[string]provider.DiffKind{"instanceType": provider.Update}},
		"user data":          {in{"userData": "b"}, map[string]provider.DiffKind{"userData": provider.Update}},
		"user data at birth": {in{"userData": "b", "userDataReplaceOnChange": true}, map[string]provider.DiffKind{"userData": provider.UpdateReplace, "userDataReplaceOnChange": provider.Add}},
		"the order":          {in{"vpcSecurityGroupIds": []any{"b", "a"}}, map[string]provider.DiffKind{}},
		"one group":          {in{"vpcSecurityGroupIds": []any{"b", "c"}}, map[string]provider.DiffKind{"vpcSecurityGroupIds[1]": provider.Update}},
		"a larger volume":    {in{"rootBlockDevice": in{"encrypted": true, "volumeSize": 9.0}}, map[string]provider.DiffKind{"rootBlockDevice.volumeSize": provider.Update}},
		"encryption":         {in{"rootBlockDevice": in{"encrypted": false, "volumeSize": 8.0}}, map[string]provider.DiffKind{"rootBlockDevice.encrypted": provider.UpdateReplace}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := a.Diff(t.Context(), provider.DiffRequest{Urn: urn(instanceType), OldInputs: values(before), Inputs: values(merged(before, tc.after))})
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

// A newer image is published, behind the parameter that leads to the newest.
func TestAnImageIsPublished(t *testing.T) {
	t.Parallel()
	h := newAccount(t, true).use(in{"region": "eu-west-1"}).history().all(machineRoom()...)
	before := latestImage(h, "arm64")
	require.NoError(t, aws.Publish(h.store, aws.Account, "eu-west-1", linuxParameter+"arm64", "ami-0123456789abcdef0"))
	require.Equal(t, "ami-0123456789abcdef0", latestImage(h, "arm64"))
	require.NotEqual(t, before, latestImage(h, "arm64"))
	h.all(step{"it", instanceType, in{"ami": "ami-0123456789abcdef0", "instanceType": "t4g.micro", "subnetId": "$subnet"}})
	other := h.beside().use(in{"region": "us-east-1"}).history()
	require.NotEqual(t, before, latestImage(other, "arm64"), "each region has its own")
}

func TestMachinesAndImagesAreFound(t *testing.T) {
	t.Parallel()
	h := newAccount(t, true).use(in{"region": "eu-west-1"}).history()
	filter := func(name string, values ...any) in { return in{"name": name, "values": values} }
	image := in{"owners": []any{"amazon"}, "mostRecent": true, "filters": []any{filter("name", "al2023-ami-2023.*-x86_64"), filter("architecture", "x86_64")}}
	found, err := h.call("aws:ec2/getAmi:getAmi", image)
	require.NoError(t, err)
	require.Equal(t, latestImage(h, "x86_64"), found["id"])
	require.Equal(t, "/dev/xvda", found["rootDeviceName"])
	_, err = h.call("aws:ec2/getAmi:getAmi", merged(image, in{"mostRecent": false}))
	require.ErrorContains(t, err, "returned more than one result")
	_, err = h.call("aws:ec2/getAmi:getAmi", merged(image, in{"owners": []any{"self"}}))
	require.ErrorContains(t, err, "returned no results")
	_, err = h.call("aws:ec2/getAmi:getAmi", in{"filters": []any{filter("colour", "red")}})
	require.ErrorContains(t, err, "The filter 'colour' is invalid")
	one, err := h.call("aws:ec2/getInstanceType:getInstanceType", in{"instanceType": "m7g.xlarge"})
	require.NoError(t, err)
	require.Equal(t, []any{"arm64"}, one["supportedArchitectures"])
	require.InDelta(t, 16384, one["memorySize"], 0)
	_, err = h.call("aws:ec2/getInstanceType:getInstanceType", in{"instanceType": "m7g.tiny"})
	require.ErrorContains(t, err, "api error InvalidInstanceType")
	types, err := h.call("aws:ec2/getInstanceTypes:getInstanceTypes", in{"filters": []any{filter("instance-type", "t4g.*"), filter("memory-info.size-in-mib", "1024", "2048")}})
	require.NoError(t, err)
	require.Equal(t, []any{"t4g.micro", "t4g.small"}, types["instanceTypes"])
	offered, err := h.call("aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings", in{"locationType": "availability-zone", "filters": []any{filter("instance-type", "t3.micro")}})
	require.NoError(t, err)
	require.Equal(t, []any{"eu-west-1a", "eu-west-1b", "eu-west-1c"}, offered["locations"])
	_, err = h.call("aws:ssm/getParameter:getParameter", in{"name": "/aws/service/none"})
	require.ErrorContains(t, err, "api error ParameterNotFound")
}

func TestVersionsOfATemplate(t *testing.T) {
	t.Parallel()
	h := newAccount(t, true).use(in{"region": "eu-west-1"}).history()
	h.all(step{"t", templateType, in{"instanceType": "t3.micro"}}, step{"~t", "", in{"instanceType": "t3.small"}})
	require.Equal(t, []any{2.0, 1.0}, []any{h.out("t", "latestVersion"), h.out("t", "defaultVersion")})
	h.all(step{"~t", "", in{"instanceType": "t3.small", "updateDefaultVersion": true}})
	require.Equal(t, []any{2.0, 2.0}, []any{h.out("t", "latestVersion"), h.out("t", "defaultVersion")})
	require.Contains(t, resource.ToResourcePropertyMap(h.state["t"]), resource.PropertyKey("arn"))
}

const linuxParameter = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-"
