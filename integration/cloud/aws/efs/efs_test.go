package efs_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// in are the inputs of a resource.
type in = map[string]any

const (
	accessPointToken = "aws:efs/accessPoint:AccessPoint"
	fileSystemToken  = "aws:efs/fileSystem:FileSystem"
	mountTargetToken = "aws:efs/mountTarget:MountTarget"
)

func common() []awstest.Step {
	return append(awstest.PublicNetwork(),
		awstest.Step{Name: "files", Type: fileSystemToken, Inputs: in{"encrypted": true}},
		awstest.Step{Name: "target", Type: mountTargetToken, Inputs: in{"fileSystemId": "$files", "subnetId": "$a"}},
		awstest.Step{Name: "a2", Type: kernel.SubnetToken,
			Inputs: in{"vpcId": "$net", "cidrBlock": "10.0.2.0/24", "availabilityZone": "eu-west-1a"}},
		awstest.Step{Name: "far", Type: kernel.VPCToken, Inputs: in{"cidrBlock": "10.1.0.0/16"}},
		awstest.Step{Name: "distant", Type: kernel.SubnetToken,
			Inputs: in{"vpcId": "$far", "cidrBlock": "10.1.0.0/24", "availabilityZone": "eu-west-1b"}})
}

func TestRejectedFileSystems(t *testing.T) {
	t.Parallel()
	files := func(inputs in) []awstest.Step { return awstest.One("it", fileSystemToken, inputs) }
	target := func(more in) []awstest.Step {
		return awstest.One("it", mountTargetToken, awstest.Merge(in{"fileSystemId": "$files", "subnetId": "$b"}, more))
	}
	awstest.RunRefusals(t, common(), map[string]awstest.Refusal{
		"a mode":                    {Steps: files(in{"throughputMode": "fast"}), Want: "expected throughputMode to be one of"},
		"no throughput":             {Steps: files(in{"throughputMode": "provisioned"}), Want: "provisionedThroughputInMibps is required"},
		"a key without encryption":  {Steps: files(in{"kmsKeyId": "alias/aws/elasticfilesystem"}), Want: "encrypted must be set to true"},
		"a duplicate":               {Steps: append(files(in{"creationToken": "a"}), files(in{"creationToken": "a"})...), Want: "api error FileSystemAlreadyExists"},
		"a second target":           {Steps: target(nil)},
		"a target in the same zone": {Steps: target(in{"subnetId": "$a2"}), Want: "api error MountTargetConflict: mount target already exists in this AZ"},
		"a target elsewhere":        {Steps: target(in{"subnetId": "$distant"}), Want: "requested subnet for new mount target is not in the same VPC"},
		"a target of nothing":       {Steps: target(in{"fileSystemId": "fs-0"}), Want: "api error FileSystemNotFound: File system 'fs-0' does not exist."},
		"no subnet":                 {Steps: target(in{"subnetId": "subnet-0"}), Want: "api error SubnetNotFound"},
		"a file system in use":      {Steps: []awstest.Step{{Name: "-files"}}, Want: "api error FileSystemInUse"},
		"a subnet in use":           {Steps: []awstest.Step{{Name: "-a"}}, Want: "api error DependencyViolation"},
		"an access point":           {Steps: awstest.One("it", accessPointToken, in{"fileSystemId": "$files"})},
	})
}

func TestFileSystem(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(common()...)
	require.Equal(t, h.IDs["files"]+".efs.eu-west-1.amazonaws.com", h.Output("files", "dnsName"))
	require.Equal(t, "10.0.0.4", h.Output("target", "ipAddress"))
	h.Refreshed("files")
	require.InDelta(t, 1.0, h.Output("files", "numberOfMountTargets"), 0)
	h.All(awstest.Step{Name: "-target"}, awstest.Step{Name: "-files"}, awstest.Step{Name: "-a"})
}
