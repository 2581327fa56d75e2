package rds

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kms"
)

func instance() *cloud.Type {
	return &cloud.Type{
		Token: instanceToken, Args: rds.InstanceArgs{}, Resource: &rds.Instance{},
		Name: "identifier", AutoName: lower,
		Replaces: []string{"availabilityZone", "backupTarget", "characterSetName", "customIamInstanceProfile", "dbName", "engine",
			"identifierPrefix", "kmsKeyId", "ncharCharacterSetName", "restoreToPointInTime", "s3Import", "snapshotIdentifier",
			"storageEncrypted", "timezone", "username"},
		Sets: []string{"domainDnsIps", "enabledCloudwatchLogsExports", "vpcSecurityGroupIds"},
		Defaults: map[string]any{"applyImmediately": false, "autoMinorVersionUpgrade": true, "copyTagsToSnapshot": false,
			"deleteAutomatedBackups": true, "monitoringInterval": 0.0, "performanceInsightsEnabled": false,
			"publiclyAccessible": false, "skipFinalSnapshot": false},
		Same: map[string]func(a, b string) bool{"engineVersion": sameVersion},
		Check: func(c *cloud.Checker) {
			checkIdentifier(c, "identifier")
			checkFinal(c)
			c.Conflict("manageMasterUserPassword", "password")
			c.Conflict("snapshotIdentifier", "replicateSourceDb")
			copied := c.Has("snapshotIdentifier") || c.Has("replicateSourceDb") || c.Has("restoreToPointInTime")
			for _, property := range []string{"allocatedStorage", "engine", "username"} {
				if !copied && !c.Has(property) {
					c.Add(property, "%q: required field is not set", property)
				}
			}
			if !copied && !c.Has("password") && !c.Has("manageMasterUserPassword") {
				c.Add("password", "one of password, manageMasterUserPassword must be specified")
			}
			c.OneOf("storageType", "standard", "gp2", "gp3", "io1", "io2")
			c.Between("backupRetentionPeriod", 0, 35)
			c.OneOf("networkType", "IPV4", "DUAL")
			kernel.CheckARNs(c, "kmsKeyId", "monitoringRoleArn")
		},
		Create: createInstance,
		Update: setInstance,
		Delete: deleteProtected("DB Instance"),
	}
}

// checkFinal checks the identifier of the final snapshot.
func checkFinal(c *cloud.Checker) {
	if text, ok := c.Text("finalSnapshotIdentifier"); ok &&
		(strings.Contains(text, "--") || strings.HasSuffix(text, "-")) {
		c.Add("finalSnapshotIdentifier", "cannot contain two consecutive hyphens, or end in one: %s", text)
	}
}

// sameVersion reports whether two versions of an engine are the same to the provider: a partial one means the newest one
// that it begins.
func sameVersion(before, after string) bool {
	return before == after || strings.HasPrefix(before, after+".")
}

func createInstance(c *cloud.Call) error {
	c.Object.ID = c.Text("identifier")
	if err := kernel.Unique(c, "identifier", "DBInstanceAlreadyExists", "DB instance already exists: %s"); err != nil {
		return err
	}
	if source := c.Text("replicateSourceDb"); source != "" {
		of, err := c.Find(instanceToken, source, "DBInstanceNotFound", "DBInstance %s not found.")
		if err != nil {
			return err
		}
		for _, property := range []string{"allocatedStorage", "engine", "engineVersion", "username", "dbName",
			"storageEncrypted", "kmsKeyId", "dbSubnetGroupName"} {
			if v, ok := of.Outputs[property]; ok {
				c.SetDefault(property, v)
			}
		}
	} else if c.Text("snapshotIdentifier") != "" {
		return kernel.Refuse("DBSnapshotNotFound", "DBSnapshot not found: %s", c.Text("snapshotIdentifier"))
	} else if err := checkMaster(c, "username", "password"); err != nil {
		return err
	}
	digits, err := c.Hex(26)
	if err != nil {
		return err
	}
	c.Set("resourceId", "db-"+strings.ToUpper(digits))
	c.Set("arn", kernel.ARN(c, "rds", "db:"+c.Object.ID))
	c.Set("hostedZoneId", "Z29XKXDKYMONMX")
	return setInstance(c)
}

func setInstance(c *cloud.Call) error {
	if err := setEngine(c, false); err != nil {
		return err
	}
	if class := c.Text("instanceClass"); !classes.MatchString(class) {
		return invalid("Invalid DB Instance class: %s", class)
	}
	if strings.HasPrefix(c.Text("engine"), "aurora") {
		return invalid("Instances of %s belong to a cluster: use rds.Cluster and rds.ClusterInstance", c.Text("engine"))
	}
	if err := setStorage(c); err != nil {
		return err
	}
	subnets, err := setNetwork(c)
	if err != nil {
		return err
	}
	if err := needGroup(c, parameterGroupToken, "parameterGroupName"); err != nil {
		return err
	}
	if err := attach(c, subnets, c.Texts("vpcSecurityGroupIds")); err != nil {
		return err
	}
	host := address(c, c.Object.ID)
	c.Set("address", host)
	c.Set("endpoint", fmt.Sprintf("%s:%v", host, c.Object.Number("port")))
	major, _, _ := strings.Cut(c.Text("engineVersion"), ".")
	cloud.Fill(c.Object.Outputs, map[string]any{
		"backupRetentionPeriod": 0.0, "backupTarget": "region", "backupWindow": "03:00-03:30",
		"caCertIdentifier": "rds-ca-rsa2048-g1", "characterSetName": "", "databaseInsightsMode": "standard", "dbName": "",
		"domainFqdn": "", "kmsKeyId": "", "latestRestorableTime": "", "licenseModel": engines()[c.Text("engine")].license,
		"listenerEndpoints": []any{}, "maintenanceWindow": "sun:04:00-sun:04:30", "masterUserSecrets": []any{},
		"monitoringRoleArn": "", "multiAz": false, "ncharCharacterSetName": "", "networkType": "IPV4",
		"optionGroupName": "default:" + c.Text("engine") + "-" + major, "performanceInsightsKmsKeyId": "",
		"performanceInsightsRetentionPeriod": 0.0, "replicaMode": "", "replicas": []any{}, "status": "available",
		"timezone": "",
	})
	return nil
}

// setStorage checks the storage, which can only grow.
//
// Source: API reference of CreateDBInstance, AllocatedStorage and StorageType.
func setStorage(c *cloud.Call) error {
	size := c.Object.Number("allocatedStorage")
	c.SetDefault("storageType", map[bool]string{true: "io1", false: "gp2"}[c.Object.Number("iops") > 0])
	typ := c.Text("storageType")
	lowest := map[string]float64{"standard": 5, "io1": 100, "io2": 100}[typ]
	if lowest == 0 {
		lowest = 20
	}
	switch old := c.Old; {
	case size < lowest:
		return invalid("Invalid storage size for engine name %s and storage type %s: %v", c.Text("engine"), typ, size)
	case old != nil && size < old.Number("allocatedStorage"):
		return invalid("Requested allocated storage %v is smaller than the current one %v: storage cannot shrink", size,
			old.Number("allocatedStorage"))
	case c.Object.Number("maxAllocatedStorage") > 0 && c.Object.Number("maxAllocatedStorage") < size*1.1:
		return combination("Max storage size must be greater than storage size, by at least 10%%")
	case (typ == "io1" || typ == "io2") && c.Object.Number("iops") == 0:
		return combination("You must specify a value for IOPS when using storage type %s", typ)
	}
	cloud.Fill(c.Object.Outputs, map[string]any{"iops": map[bool]float64{true: 3000}[typ == "gp3"],
		"storageThroughput": map[bool]float64{true: 125}[typ == "gp3"], "storageEncrypted": false})
	return needKey(c)
}

// needKey rejects a key that does not exist.
func needKey(c *cloud.Call) error {
	return kms.Need(c, c.Text("kmsKeyId"), "KMSKeyNotAccessibleFault", "The specified KMS key [%s] does not exist, is not "+
		"enabled or you do not have permissions to access it.")
}

// needGroup rejects a parameter group that does not exist, and sets the default one.
func needGroup(c *cloud.Call, token, property string) error {
	c.SetDefault(property, defaultGroup(c))
	name := c.Text(property)
	if strings.HasPrefix(name, "default.") {
		return nil
	}
	_, err := c.Find(token, name, "DBParameterGroupNotFound", "DBParameterGroup not found: %s")
	return err
}

// deleteProtected refuses to delete what is protected, and what has neither a final snapshot nor renounces it.
func deleteProtected(kind string) func(*cloud.Call) error {
	return func(c *cloud.Call) error {
		switch {
		case c.Object.Bool("deletionProtection"):
			return combination("Cannot delete protected %s, please disable deletion protection and try again.", kind)
		case !c.Object.Bool("skipFinalSnapshot") && c.Text("finalSnapshotIdentifier") == "":
			return kernel.Errorf("RDS %s (%s): final_snapshot_identifier is required when skip_final_snapshot is false", kind,
				c.Object.ID)
		}
		return nil
	}
}
