package ec2_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/ec2"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

func TestInstanceTypes(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason, architecture string
		vcpus, memory        int
	}{
		"m6i.large":          {"4 GiB for each vCPU", "x86_64", 2, 8192},
		"c7g.medium":         {"g after the generation is Graviton", "arm64", 1, 2048},
		"r8gd.xlarge":        {"attributes follow the processor", "arm64", 4, 32768},
		"g5g.xlarge":         {"a family with GPUs and Graviton", "arm64", 4, 8192},
		"g6e.xlarge":         {"g is the family", "x86_64", 4, 16384},
		"im4gn.large":        {"a family of two letters", "arm64", 2, 8192},
		"a1.large":           {"the first Graviton", "arm64", 2, 8192},
		"p6-b200.48xlarge":   {"an accelerator in the name", "x86_64", 192, 1572864},
		"p6e-gb200.36xlarge": {"an accelerator with an Arm processor", "arm64", 144, 1179648},
		"t3.nano":            {"burstable", "x86_64", 2, 512},
		"t4g.small":          {"burstable", "arm64", 2, 2048},
		"m5.metal":           {"bare metal", "x86_64", 96, 393216},
		"m7i.metal-24xl":     {"bare metal of a size", "x86_64", 96, 393216},
		"mac2.metal":         {"macOS", "arm64_mac", 96, 393216},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, ok := ec2.InstanceTypes()[name]
			require.True(t, ok)
			require.Equal(t, []any{tc.architecture, tc.vcpus, tc.memory}, []any{m.Architecture, m.VCPUs, m.Memory}, tc.reason)
		})
	}
	require.NotContains(t, ec2.InstanceTypes(), "p6-b100.48xlarge")
}

func TestInstanceTypesByZone(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "us-east-1"}).History()
	offered := func(name, kind string) []any {
		found, err := h.Call("aws:ec2/getInstanceTypeOfferings:getInstanceTypeOfferings", in{"locationType": kind,
			"filters": []any{in{"name": "instance-type", "values": []any{name}}}})
		require.NoError(t, err)
		return found["locations"].([]any)
	}
	require.Equal(t, []any{"use1-az1", "use1-az2", "use1-az4", "use1-az5", "use1-az6"}, offered("m6i.large", "availability-zone-id"))
	require.Equal(t, []any{"us-east-1a", "us-east-1b", "us-east-1d", "us-east-1e", "us-east-1f"}, offered("m6i.large", "availability-zone"))
	require.Len(t, offered("m4.large", "availability-zone"), 6)
	require.Equal(t, []any{"us-east-1"}, offered("m6i.large", "region"))
	h.All(awstest.Step{Name: "vpc", Type: kernel.VPCToken, Inputs: in{"cidrBlock": "10.0.0.0/16"}},
		awstest.Step{Name: "c", Type: kernel.SubnetToken, Inputs: in{"vpcId": "$vpc", "cidrBlock": "10.0.0.0/24", "availabilityZone": "us-east-1c"}},
		awstest.Step{Name: "old", Type: instanceToken, Inputs: in{"ami": latestImage(h, "x86_64"), "instanceType": "t2.micro", "subnetId": "$c"}})
	err := h.Do(awstest.Step{Name: "new", Type: instanceToken,
		Inputs: in{"ami": latestImage(h, "x86_64"), "instanceType": "t3.micro", "subnetId": "$c"}})
	require.ErrorContains(t, err, "api error Unsupported: Your requested instance type (t3.micro) is not supported in your requested "+
		"Availability Zone (us-east-1c). Please retry your request by not specifying an Availability Zone or choosing us-east-1a, us-east-1b, us-east-1d")
	require.Regexp(t, `^ip-10-0-0-\d+\.ec2\.internal$`, h.Output("old", "privateDns"))
	h.All(awstest.Step{Name: "net", Type: "aws:ec2/internetGateway:InternetGateway", Inputs: in{"vpcId": "$vpc"}},
		awstest.Step{Name: "address", Type: kernel.ElasticIPToken, Inputs: in{"instance": "$old"}})
	require.Equal(t, "ec2-"+strings.ReplaceAll(h.Output("address", "publicIp").(string), ".", "-")+".compute-1.amazonaws.com",
		h.Output("address", "publicDns"))
	require.Equal(t, h.Output("old", "privateDns"), h.Output("address", "privateDns"))
	elsewhere := h.Elsewhere(in{"region": "cn-north-1"}).All(awstest.Step{Name: "address", Type: kernel.ElasticIPToken, Inputs: in{}})
	require.Regexp(t, `^ec2-[0-9-]+\.cn-north-1\.compute\.amazonaws\.com\.cn$`, elsewhere.Output("address", "publicDns"))
}

func TestRejectedVolumes(t *testing.T) {
	t.Parallel()
	volume := func(inputs in) []awstest.Step {
		return awstest.One("it", volumeToken, awstest.Merge(in{"availabilityZone": "eu-west-1b", "size": 10.0}, inputs))
	}
	template := func(inputs in) []awstest.Step { return awstest.One("it", LaunchTemplateToken, inputs) }
	awstest.RunRefusals(t, nil, map[string]awstest.Refusal{
		"500 for each GiB":           {Steps: volume(in{"type": "gp3", "iops": 5000.0})},
		"the minimum of any size":    {Steps: volume(in{"type": "gp3", "size": 1.0, "iops": 3000.0})},
		"more than 500":              {Steps: volume(in{"type": "gp3", "iops": 5001.0}), Want: "api error InvalidParameterCombination: Iops to volume size ratio"},
		"50 for each GiB":            {Steps: volume(in{"type": "io1", "iops": 500.0})},
		"more than 50":               {Steps: volume(in{"type": "io1", "iops": 501.0}), Want: "maximum is 50 IOPS per GiB"},
		"1,000 for each GiB":         {Steps: volume(in{"type": "io2", "iops": 10000.0})},
		"several attachments":        {Steps: volume(in{"type": "io2", "iops": 1000.0, "multiAttachEnabled": true})},
		"several attachments of gp3": {Steps: volume(in{"type": "gp3", "multiAttachEnabled": true}), Want: "The parameter multiAttachEnabled is not supported for gp3 volumes."},
		"a missing snapshot":         {Steps: volume(in{"snapshotId": "snap-0123456789abcdef0"}), Want: "api error InvalidSnapshot.NotFound"},
		"a template's volume":        {Steps: template(in{"blockDeviceMappings": []any{in{"deviceName": "/dev/xvda", "ebs": in{"volumeType": "gp3"}}}})},
		"a template's unknown volume": {Steps: template(in{"blockDeviceMappings": []any{in{"deviceName": "/dev/xvda", "ebs": in{"volumeType": "gp4"}}}}),
			Want: "expected blockDeviceMappings[0].ebs.volumeType to be one of"},
		"a template's tags":            {Steps: template(in{"tagSpecifications": []any{in{"resourceType": "volume", "tags": in{"a&b": "c#d"}}}})},
		"a template's tags of a group": {Steps: template(in{"tagSpecifications": []any{in{"resourceType": "group", "tags": in{"a": "b"}}}}), Want: "expected tagSpecifications[0].resourceType to be one of"},
		"tags of any characters":       {Steps: volume(in{"tags": in{"a&b?": "c#d,e"}})},
		"a key pair's name":            {Steps: awstest.One("it", keyPairToken, in{"keyName": "schlüssel", "publicKey": "ssh-ed25519 AAAA"}), Want: "ASCII characters"},
	})
}
