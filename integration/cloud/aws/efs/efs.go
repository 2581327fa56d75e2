package efs

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/efs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kms"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/vpc"
)

const (
	accessPointToken = "aws:efs/accessPoint:AccessPoint"
	fileSystemToken  = "aws:efs/fileSystem:FileSystem"
	mountTargetToken = "aws:efs/mountTarget:MountTarget"
)

// Service returns the types of EFS.
func Service() cloud.Service {
	return cloud.Service{Types: []*cloud.Type{fileSystem(), mountTarget(), accessPoint()}}
}

func fileSystem() *cloud.Type {
	return &cloud.Type{
		Token: fileSystemToken, Args: efs.FileSystemArgs{}, Resource: &efs.FileSystem{},
		Replaces: []string{"availabilityZoneName", "creationToken", "encrypted", "kmsKeyId", "performanceMode"},
		Sets:     []string{"lifecyclePolicies"},
		Defaults: map[string]any{"throughputMode": "bursting"},
		Check: func(c *cloud.Checker) {
			c.OneOf("performanceMode", "generalPurpose", "maxIO")
			c.OneOf("throughputMode", "bursting", "elastic", "provisioned")
			mode, known := c.Text("throughputMode")
			if known && c.Has("provisionedThroughputInMibps") != (mode == "provisioned") {
				c.Add("provisionedThroughputInMibps", "provisionedThroughputInMibps is required for throughputMode provisioned, and "+
					"not allowed for others")
			}
			if c.Has("kmsKeyId") && c.Value("encrypted") != true {
				c.Add("kmsKeyId", "encrypted must be set to true when kms_key_id is specified")
			}
		},
		Create: func(c *cloud.Call) error {
			if token := c.Text("creationToken"); token != "" {
				err := kernel.Unique(c, "creationToken", "FileSystemAlreadyExists",
					"File system already exists with creation token %s")
				if err != nil {
					return err
				}
			}
			if err := kernel.SetID(c, "fs-"); err != nil {
				return err
			}
			zone := c.Text("availabilityZoneName")
			if zone != "" {
				zone = kernel.ZoneID(c.Scope.Values["region"], zone)
			}
			cloud.Fill(c.Object.Outputs, map[string]any{
				"arn": kernel.ARN(c, "elasticfilesystem", "file-system/"+c.Object.ID), "creationToken": "terraform-" + c.Object.ID,
				"dnsName": c.Object.ID + ".efs." + c.Scope.Values["region"] + "." + kernel.DNSSuffix(c), "encrypted": false,
				"kmsKeyId": "", "name": "", "numberOfMountTargets": 0.0, "ownerId": c.Scope.Values["account"],
				"performanceMode": "generalPurpose", "sizeInBytes": []any{}, "availabilityZoneName": "",
				"availabilityZoneId": zone,
				"protection":         map[string]any{"replicationOverwrite": "ENABLED"},
			})
			return kms.Need(c, c.Text("kmsKeyId"), "KmsKeyNotFound", "The KMS key %s does not exist.")
		},
		Refresh: func(c *cloud.Call) error {
			targets, err := c.All(mountTargetToken, cloud.With("fileSystemId", c.Object.ID))
			c.Set("numberOfMountTargets", float64(len(targets)))
			return err
		},
		Delete: func(c *cloud.Call) error {
			targets, err := c.All(mountTargetToken, cloud.With("fileSystemId", c.Object.ID))
			if err == nil && len(targets) > 0 {
				err = kernel.Refuse("FileSystemInUse", "File system '%s' has mount targets created in it. Delete the mount targets "+
					"first.", c.Object.ID)
			}
			return err
		},
	}
}

// part completes a type whose resources belong to a file system.
func part(token string, args pulumi.Input, r pulumi.Resource, prefix string, t *cloud.Type,
	create func(c *cloud.Call, of *cloud.Object) error) *cloud.Type {
	t.Token, t.Args, t.Resource = token, args, r
	t.Replaces = append(t.Replaces, "fileSystemId")
	t.Create = func(c *cloud.Call) error {
		of, err := c.Find(fileSystemToken, c.Text("fileSystemId"), "FileSystemNotFound", "File system '%s' does not exist.")
		if err != nil {
			return err
		}
		c.Set("fileSystemArn", of.Text("arn"))
		c.Set("ownerId", c.Scope.Values["account"])
		if err := kernel.SetID(c, prefix); err != nil {
			return err
		}
		return create(c, of)
	}
	return t
}

// mountTarget gives a file system an address in a subnet, of which it has at most one in each zone of one network.
func mountTarget() *cloud.Type {
	set := func(c *cloud.Call) error {
		subnet, err := c.Find(kernel.SubnetToken, c.Text("subnetId"), "SubnetNotFound", "The subnet ID '%s' does not exist")
		if err != nil {
			return err
		}
		if err := vpc.SetSecurityGroups(c, "securityGroups", subnet.Text("vpcId")); err != nil {
			return err
		}
		ids, err := vpc.SetInterfaces(c, c.Object, []*cloud.Object{subnet}, vpc.InterfaceSpec{Kind: "efs",
			Description: "EFS mount target for " + c.Text("fileSystemId") + " (" + c.Object.ID + ")",
			Groups:      c.Texts("securityGroups")})
		if err != nil {
			return err
		}
		eni, err := kernel.Existing(c, kernel.NetworkInterfaceToken, ids[0])
		if err != nil {
			return err
		}
		c.Set("networkInterfaceId", eni.ID)
		c.SetDefault("ipAddress", eni.Text("privateIp"))
		return nil
	}
	return part(mountTargetToken, efs.MountTargetArgs{}, &efs.MountTarget{}, "fsmt-", &cloud.Type{
		Replaces: []string{"ipAddress", "subnetId"}, Sets: []string{"securityGroups"}, Update: set,
	}, func(c *cloud.Call, of *cloud.Object) error {
		subnet, err := c.Find(kernel.SubnetToken, c.Text("subnetId"), "SubnetNotFound", "The subnet ID '%s' does not exist")
		if err != nil {
			return err
		}
		others, err := c.All(mountTargetToken, cloud.With("fileSystemId", of.ID))
		if err != nil {
			return err
		}
		zone := subnet.Text("availabilityZone")
		for _, o := range others {
			if o.Text("availabilityZoneName") == zone {
				return kernel.Refuse("MountTargetConflict", "mount target already exists in this AZ")
			}
			there, err := c.Here(kernel.SubnetToken, o.Text("subnetId"))
			if err != nil || there.Text("vpcId") != subnet.Text("vpcId") {
				return kernel.Refuse("MountTargetConflict", "requested subnet for new mount target is not in the same VPC as "+
					"existing mount targets")
			}
		}
		c.Set("availabilityZoneName", zone)
		c.Set("availabilityZoneId", subnet.Text("availabilityZoneId"))
		c.Set("dnsName", of.Text("dnsName"))
		c.Set("mountTargetDnsName", zone+"."+of.Text("dnsName"))
		return set(c)
	})
}

func accessPoint() *cloud.Type {
	return part(accessPointToken, efs.AccessPointArgs{}, &efs.AccessPoint{}, "fsap-", &cloud.Type{
		Replaces: []string{"posixUser", "rootDirectory"}, Sets: []string{"secondaryGids"},
	}, func(c *cloud.Call, of *cloud.Object) error {
		c.Object.Managed = of.Key()
		c.Set("arn", kernel.ARN(c, "elasticfilesystem", "access-point/"+c.Object.ID))
		root := c.Object.Block("rootDirectory")
		cloud.Fill(root, map[string]any{"path": "/"})
		c.Set("rootDirectory", root)
		return nil
	})
}
