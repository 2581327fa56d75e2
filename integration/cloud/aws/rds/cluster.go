package rds

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// cluster is an Aurora cluster. Multi-AZ clusters of other engines are not covered.
func cluster() *cloud.Type {
	return &cloud.Type{
		Token: clusterToken, Args: rds.ClusterArgs{}, Resource: &rds.Cluster{},
		Name: "clusterIdentifier", AutoName: lower,
		Replaces: []string{"availabilityZones", "clusterIdentifier", "clusterIdentifierPrefix", "databaseName",
			"dbSubnetGroupName", "engine", "engineMode", "kmsKeyId", "masterUsername", "restoreToPointInTime", "s3Import",
			"snapshotIdentifier", "sourceRegion", "storageEncrypted"},
		Sets: []string{"availabilityZones", "enabledCloudwatchLogsExports", "iamRoles", "vpcSecurityGroupIds"},
		Defaults: map[string]any{"backupRetentionPeriod": 1.0, "copyTagsToSnapshot": false, "deleteAutomatedBackups": true,
			"enableGlobalWriteForwarding": false, "enableHttpEndpoint": false, "engineMode": "provisioned",
			"skipFinalSnapshot": false},
		Same: map[string]func(a, b string) bool{"engineVersion": sameVersion},
		Check: func(c *cloud.Checker) {
			checkIdentifier(c, "clusterIdentifier")
			checkFinal(c)
			c.Conflict("manageMasterUserPassword", "masterPassword")
			c.OneOf("engine", "aurora-mysql", "aurora-postgresql")
			c.OneOf("engineMode", "global", "multimaster", "parallelquery", "provisioned", "serverless")
			c.Between("backupRetentionPeriod", 1, 35)
		},
		Create: func(c *cloud.Call) error {
			c.Object.ID = c.Text("clusterIdentifier")
			err := kernel.Unique(c, "clusterIdentifier", "DBClusterAlreadyExistsFault", "DB Cluster already exists: %s")
			if err != nil {
				return err
			}
			if err := checkMaster(c, "masterUsername", "masterPassword"); err != nil {
				return err
			}
			digits, err := c.Hex(26)
			if err != nil {
				return err
			}
			c.Set("clusterResourceId", "cluster-"+strings.ToUpper(digits))
			c.Set("arn", kernel.ARN(c, "rds", "cluster:"+c.Object.ID))
			return setCluster(c)
		},
		Update: setCluster,
		Refresh: func(c *cloud.Call) error {
			instances, err := c.All(clusterInstanceToken, cloud.With("clusterIdentifier", c.Object.ID))
			names := []string{}
			for _, o := range instances {
				names = append(names, o.ID)
			}
			c.Set("clusterMembers", cloud.List(names...))
			return err
		},
		Delete: func(c *cloud.Call) error {
			left, err := c.All(clusterInstanceToken, cloud.With("clusterIdentifier", c.Object.ID))
			if err != nil {
				return err
			}
			if len(left) > 0 {
				return kernel.Refuse("InvalidDBClusterStateFault",
					"Cluster cannot be deleted, it still contains DB instances in non-deleting state.")
			}
			return deleteProtected("Cluster")(c)
		},
	}
}

func setCluster(c *cloud.Call) error {
	if err := setEngine(c, true); err != nil {
		return err
	}
	subnets, err := setNetwork(c)
	if err != nil {
		return err
	}
	if err := needKey(c); err != nil {
		return err
	}
	if err := needGroup(c, clusterGroupToken, "dbClusterParameterGroupName"); err != nil {
		return err
	}
	zones := []string{}
	for _, s := range subnets {
		if zone := s.Text("availabilityZone"); !slices.Contains(zones, zone) {
			zones = append(zones, zone)
		}
	}
	c.Set("endpoint", address(c, c.Object.ID+".cluster"))
	c.Set("readerEndpoint", address(c, c.Object.ID+".cluster-ro"))
	cloud.Fill(c.Object.Outputs, map[string]any{
		"allocatedStorage": 1.0, "applyImmediately": false, "availabilityZones": cloud.List(zones...),
		"caCertificateIdentifier": "", "caCertificateValidTill": "", "clusterMembers": []any{}, "clusterScalabilityType": "standard",
		"databaseInsightsMode": "standard", "databaseName": "", "dbSystemId": "", "hostedZoneId": "Z29XKXDKYMONMX",
		"kmsKeyId": "", "masterUserSecrets": []any{}, "monitoringInterval": 0.0, "monitoringRoleArn": "",
		"networkType": "IPV4", "performanceInsightsKmsKeyId": "", "performanceInsightsRetentionPeriod": 0.0,
		"preferredBackupWindow": "03:00-03:30", "preferredMaintenanceWindow": "sun:04:00-sun:04:30",
		"storageEncrypted": false, "storageType": "",
	})
	return nil
}

// clusterInstance is an instance of an Aurora cluster. The first one writes.
func clusterInstance() *cloud.Type {
	return &cloud.Type{
		Token: clusterInstanceToken, Args: rds.ClusterInstanceArgs{}, Resource: &rds.ClusterInstance{},
		Name: "identifier", AutoName: lower,
		Replaces: []string{"availabilityZone", "clusterIdentifier", "customIamInstanceProfile", "dbSubnetGroupName", "engine",
			"identifier", "identifierPrefix"},
		Defaults: map[string]any{"autoMinorVersionUpgrade": true, "copyTagsToSnapshot": false, "monitoringInterval": 0.0,
			"promotionTier": 0.0},
		Same: map[string]func(a, b string) bool{"engineVersion": sameVersion},
		Check: func(c *cloud.Checker) {
			checkIdentifier(c, "identifier")
			c.OneOf("engine", "aurora-mysql", "aurora-postgresql")
			c.Between("promotionTier", 0, 15)
		},
		Create: func(c *cloud.Call) error {
			c.Object.ID = c.Text("identifier")
			err := kernel.Unique(c, "identifier", "DBInstanceAlreadyExists", "DB instance already exists: %s")
			if err != nil {
				return err
			}
			digits, err := c.Hex(26)
			if err != nil {
				return err
			}
			c.Set("dbiResourceId", "db-"+strings.ToUpper(digits))
			c.Set("arn", kernel.ARN(c, "rds", "db:"+c.Object.ID))
			return setClusterInstance(c)
		},
		Update: setClusterInstance,
	}
}

func setClusterInstance(c *cloud.Call) error {
	of, err := c.Find(clusterToken, c.Text("clusterIdentifier"), "DBClusterNotFoundFault", "DBCluster %s not found.")
	if err != nil {
		return err
	}
	if c.Text("engine") != of.Text("engine") {
		return combination("The engine name requested for your DB instance (%s) doesn't match the engine name of your DB "+
			"cluster (%s).", c.Text("engine"), of.Text("engine"))
	}
	class := c.Text("instanceClass")
	if !classes.MatchString(class) {
		return invalid("Invalid DB Instance class: %s", class)
	}
	if class == "db.serverless" && len(of.Block("serverlessv2ScalingConfiguration")) == 0 {
		return combination("Set the Serverless v2 scaling configuration on the parent DB cluster before creating a Serverless " +
			"v2 DB instance.")
	}
	c.SetDefault("dbSubnetGroupName", of.Text("dbSubnetGroupName"))
	subnets, err := subnetsOf(c, c.Text("dbSubnetGroupName"))
	if err != nil {
		return err
	}
	for _, property := range []string{"engineVersion", "engineVersionActual", "kmsKeyId", "port", "storageEncrypted",
		"networkType"} {
		c.SetDefault(property, of.Outputs[property])
	}
	if err := needGroup(c, parameterGroupToken, "dbParameterGroupName"); err != nil {
		return err
	}
	others, err := c.All(clusterInstanceToken, cloud.With("clusterIdentifier", of.ID))
	if err != nil {
		return err
	}
	c.Set("endpoint", address(c, c.Object.ID))
	cloud.Fill(c.Object.Outputs, map[string]any{
		"applyImmediately": false, "caCertIdentifier": "rds-ca-rsa2048-g1", "monitoringRoleArn": "",
		"performanceInsightsEnabled": false, "performanceInsightsKmsKeyId": "", "performanceInsightsRetentionPeriod": 0.0,
		"preferredBackupWindow": of.Text("preferredBackupWindow"), "publiclyAccessible": false,
		"preferredMaintenanceWindow": of.Text("preferredMaintenanceWindow"), "writer": len(others) == 0,
	})
	return attach(c, subnets, of.Texts("vpcSecurityGroupIds"))
}
