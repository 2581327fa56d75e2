package rds

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// lower returns an automatic name in lower case.
func lower(name string, random *rand.Rand) string {
	return strings.ToLower(kernel.AutoName(name, random))
}

func subnetGroup() *cloud.Type {
	names := kernel.Names{Pattern: regexp.MustCompile(`^[ .0-9a-z_-]+$`), Longest: 255,
		Says: "only lowercase alphanumeric characters, hyphens, underscores, periods, and spaces allowed"}
	return &cloud.Type{
		Token: subnetGroupToken, Args: rds.SubnetGroupArgs{}, Resource: &rds.SubnetGroup{},
		Name: "name", AutoName: lower, Required: []string{"subnetIds"},
		Replaces: []string{"name", "namePrefix"}, Sets: []string{"subnetIds"},
		Defaults: map[string]any{"description": "Managed by Pulumi"},
		Check: func(c *cloud.Checker) {
			names.Check(c, "name")
			if text, _ := c.Text("name"); strings.EqualFold(text, "default") {
				c.Add("name", "%q is not allowed as %q", "Default", "name")
			}
		},
		Create: func(c *cloud.Call) error {
			c.Object.ID = c.Text("name")
			err := kernel.Unique(c, "name", "DBSubnetGroupAlreadyExists", "The DB subnet group '%s' already exists.")
			if err != nil {
				return err
			}
			c.Set("arn", kernel.ARN(c, "rds", "subgrp:"+c.Object.ID))
			c.Set("supportedNetworkTypes", cloud.List("IPV4"))
			return setSubnets(c)
		},
		Update: setSubnets,
		Delete: func(c *cloud.Call) error {
			return unused(c, "dbSubnetGroupName", "InvalidDBSubnetGroupStateFault", "Cannot delete the subnet group '"+
				c.Object.ID+"' because at least one database instance: %s is still using it.", instanceToken, clusterToken)
		},
	}
}

// setSubnets rejects subnets in fewer than two zones or in several networks.
func setSubnets(c *cloud.Call) error {
	var zones []string
	for _, id := range c.Texts("subnetIds") {
		subnet, err := c.Find(kernel.SubnetToken, id, "InvalidSubnet", "Some input subnets in :[%s] are invalid.")
		if err != nil {
			return err
		}
		if network := c.Text("vpcId"); network != "" && network != subnet.Text("vpcId") {
			return kernel.Refuse("InvalidParameterValue", "Subnets must be in the same VPC: %s", id)
		}
		c.Set("vpcId", subnet.Text("vpcId"))
		if zone := subnet.Text("availabilityZone"); !slices.Contains(zones, zone) {
			zones = append(zones, zone)
		}
	}
	if len(zones) < 2 {
		return kernel.Refuse("DBSubnetGroupDoesNotCoverEnoughAZs", "The DB subnet group doesn't meet Availability Zone (AZ) "+
			"coverage requirement. Current AZ coverage: %s. Add subnets to cover at least 2 AZs.", strings.Join(zones, ", "))
	}
	return nil
}

// unused refuses to delete a group that others have as a property. message takes the id of the user.
func unused(c *cloud.Call, property, code, message string, types ...string) error {
	for _, typ := range types {
		users, err := c.All(typ, cloud.With(property, c.Object.ID))
		if err != nil {
			return err
		}
		if len(users) > 0 {
			return kernel.Refuse(code, message, users[0].ID)
		}
	}
	return nil
}

func parameterGroup() *cloud.Type {
	return parameters(&cloud.Type{Token: parameterGroupToken, Args: rds.ParameterGroupArgs{},
		Resource: &rds.ParameterGroup{}}, "pg", instanceToken, clusterInstanceToken)
}

func clusterParameterGroup() *cloud.Type {
	return parameters(&cloud.Type{Token: clusterGroupToken, Args: rds.ClusterParameterGroupArgs{},
		Resource: &rds.ClusterParameterGroup{}}, "cluster-pg", clusterToken)
}

// parameters completes a type of parameter groups. The names of parameters are not checked.
func parameters(t *cloud.Type, kind string, users ...string) *cloud.Type {
	names := kernel.Names{Pattern: regexp.MustCompile(`^[a-z]([0-9a-z]|-[0-9a-z])*-?$`), Longest: 255,
		Says: "only lowercase alphanumeric characters and hyphens, the first a letter, no two hyphens in a row"}
	// Source: "Working with parameter groups": an engine and its major version.
	family := regexp.MustCompile(`^[a-z][a-z0-9-]*\d+(\.\d+)?$`)
	t.Name, t.AutoName, t.Sets = "name", lower, []string{"parameters"}
	t.Replaces = []string{"description", "family", "name", "namePrefix"}
	t.Defaults = map[string]any{"description": "Managed by Pulumi"}
	t.Check = func(c *cloud.Checker) {
		names.Check(c, "name")
		for _, p := range cloud.Objects(c.Value("parameters")) {
			c.OneOfValue("parameters.applyMethod", p["applyMethod"], "immediate", "pending-reboot")
		}
	}
	t.Create = func(c *cloud.Call) error {
		c.Object.ID = c.Text("name")
		err := kernel.Unique(c, "name", "DBParameterGroupAlreadyExists", "Parameter group %s already exists")
		if err == nil && !family.MatchString(c.Text("family")) {
			err = kernel.Refuse("InvalidParameterValue", "ParameterGroupFamily %s is not a valid parameter group family",
				c.Text("family"))
		}
		c.Set("arn", kernel.ARN(c, "rds", kind+":"+c.Object.ID))
		return err
	}
	t.Delete = func(c *cloud.Call) error {
		if c.Object.Bool("skipDestroy") {
			return cloud.ErrKept
		}
		property := map[string]string{instanceToken: "parameterGroupName", clusterInstanceToken: "dbParameterGroupName",
			clusterToken: "dbClusterParameterGroupName"}
		for _, typ := range users {
			err := unused(c, property[typ], "InvalidDBParameterGroupState", "One or more database instances are still members "+
				"of this parameter group "+c.Object.ID+", so the group cannot be deleted (%s)", typ)
			if err != nil {
				return err
			}
		}
		return nil
	}
	return t
}
