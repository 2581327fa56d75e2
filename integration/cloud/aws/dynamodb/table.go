package dynamodb

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/dynamodb"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kms"
)

const (
	provisioned = "PROVISIONED"
	onDemand    = "PAY_PER_REQUEST"
)

func table() *cloud.Type {
	names := kernel.Names{Pattern: regexp.MustCompile(`^[a-zA-Z0-9_.-]{3,}$`), Longest: 255,
		Says: "at least 3 alphanumeric characters, underscores, hyphens and periods"}
	return &cloud.Type{
		Token: kernel.TableToken, Args: dynamodb.TableArgs{}, Resource: &dynamodb.Table{},
		Name: "name",
		Replaces: []string{"hashKey", "importTable", "localSecondaryIndexes", "name", "rangeKey", "restoreDateTime",
			"restoreSourceName", "restoreSourceTableArn", "restoreToLatestTime"},
		Sets:     []string{"attributes", "globalSecondaryIndexes", "localSecondaryIndexes", "nonKeyAttributes", "replicas"},
		Defaults: map[string]any{"billingMode": provisioned, "tableClass": "STANDARD"},
		Check: func(c *cloud.Checker) {
			names.Check(c, "name")
			checkTable(c)
		},
		Create: func(c *cloud.Call) error {
			c.Object.ID = c.Text("name")
			if err := kernel.Unique(c, "name", "ResourceInUseException", "Table already exists: %s"); err != nil {
				return err
			}
			c.Set("arn", kernel.ARN(c, "dynamodb", "table/"+c.Object.ID))
			return setTable(c)
		},
		Update: setTable,
		Delete: func(c *cloud.Call) error {
			if c.Object.Bool("deletionProtectionEnabled") {
				return kernel.Refuse("ValidationException", "Resource cannot be deleted as it is currently protected against "+
					"deletion. Disable deletion protection first.")
			}
			return nil
		},
	}
}

// restores reports whether a table is a copy, whose keys come from elsewhere.
func restores(c *cloud.Checker) bool {
	return c.Has("restoreSourceName") || c.Has("restoreSourceTableArn")
}

func checkTable(c *cloud.Checker) {
	c.OneOf("billingMode", provisioned, onDemand)
	c.OneOf("tableClass", "STANDARD", "STANDARD_INFREQUENT_ACCESS")
	c.OneOf("streamViewType", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY")
	if c.Value("streamEnabled") == true && !c.Has("streamViewType") {
		c.Add("streamViewType", "stream_view_type is required when stream_enabled = true")
	}
	if !c.Has("hashKey") && !restores(c) {
		c.Add("hashKey", "missing required property")
	}
	ttl, _ := c.Value("ttl").(map[string]any)
	if ttl["enabled"] == true && ttl["attributeName"] == "" {
		c.Add("ttl.attributeName", "ttl.attributeName must not be empty if ttl is enabled")
	}
	for _, a := range cloud.Objects(c.Value("attributes")) {
		c.OneOfValue("attributes.type", a["type"], "B", "N", "S")
	}
	for _, list := range []string{"globalSecondaryIndexes", "localSecondaryIndexes"} {
		for _, index := range cloud.Objects(c.Value(list)) {
			projection := cloud.Text(index, "projectionType")
			c.OneOfValue(list+".projectionType", index["projectionType"], "ALL", "INCLUDE", "KEYS_ONLY")
			if only := len(cloud.Texts(index["nonKeyAttributes"])) > 0; projection != "" && only != (projection == "INCLUDE") {
				c.Add(list+".nonKeyAttributes", "nonKeyAttributes are required for the projection type INCLUDE, and not "+
					"allowed for others")
			}
		}
	}
	checkKeys(c)
}

// checkKeys reports attributes that are no keys, and keys that are no attributes, as the provider does.
func checkKeys(c *cloud.Checker) {
	keys := map[string]bool{}
	for _, property := range []string{"hashKey", "rangeKey"} {
		if key, ok := c.Text(property); ok {
			keys[key] = true
		} else if c.Has(property) { // It is unknown yet.
			return
		}
	}
	for _, list := range []string{"globalSecondaryIndexes", "localSecondaryIndexes"} {
		for _, index := range cloud.Objects(c.Value(list)) {
			for _, property := range []string{"hashKey", "rangeKey"} {
				if key := cloud.Text(index, property); key != "" {
					keys[key] = true
				}
			}
		}
	}
	var unused []string
	for _, a := range cloud.Objects(c.Value("attributes")) {
		name := cloud.Text(a, "name")
		if !keys[name] && name != "" {
			unused = append(unused, name)
		}
		delete(keys, name)
	}
	switch {
	case restores(c):
	case len(unused) > 0:
		c.Add("attributes", "all attributes must be indexed. Unused attributes: %q", unused)
	case len(keys) > 0:
		c.Add("attributes", "all indexes must match a defined attribute. Unmatched indexes: %q",
			slices.Sorted(maps.Keys(keys)))
	}
}

// invalid is the error of the API for most of what it rejects.
func invalid(format string, args ...any) error {
	return kernel.Refuse("ValidationException", "One or more parameter values were invalid: "+format, args...)
}

func setTable(c *cloud.Call) error {
	if err := setThroughput(c); err != nil {
		return err
	}
	indexes := cloud.Objects(c.Object.Outputs["globalSecondaryIndexes"])
	locals := cloud.Objects(c.Object.Outputs["localSecondaryIndexes"])
	switch {
	case len(indexes) > 20:
		return kernel.Refuse("LimitExceededException", "GlobalSecondaryIndex count exceeds the per-table limit of 20")
	case len(locals) > 5:
		return invalid("Number of LocalSecondaryIndexes exceeds per-table limit of 5")
	case len(locals) > 0 && c.Text("rangeKey") == "":
		return invalid("Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex")
	}
	seen := map[string]bool{}
	for _, index := range append(indexes, locals...) {
		if name := cloud.Text(index, "name"); seen[name] {
			return invalid("Duplicate index name: %s", name)
		}
		seen[cloud.Text(index, "name")] = true
	}
	if err := kms.Need(c, cloud.Text(c.Object.Block("serverSideEncryption"), "kmsKeyArn"), "ValidationException",
		"KMS key '%s' does not exist"); err != nil {
		return err
	}
	cloud.Fill(c.Object.Outputs, map[string]any{"deletionProtectionEnabled": false, "streamArn": "", "streamLabel": "",
		"streamViewType": "", "pointInTimeRecovery": map[string]any{"enabled": false, "recoveryPeriodInDays": 0.0},
		"ttl": map[string]any{"enabled": false, "attributeName": ""}})
	if enabled := c.Object.Bool("streamEnabled"); enabled && c.Text("streamArn") == "" {
		label := time.Now().UTC().Format("2006-01-02T15:04:05.000")
		c.Set("streamLabel", label)
		c.Set("streamArn", c.Text("arn")+"/stream/"+label)
	}
	return nil
}

// setThroughput checks the capacity of a table and its indexes.
func setThroughput(c *cloud.Call) error {
	if c.Text("billingMode") == onDemand {
		cloud.Fill(c.Object.Outputs, map[string]any{"readCapacity": 0.0, "writeCapacity": 0.0})
		return nil
	}
	blocks := append(cloud.Objects(c.Object.Outputs["globalSecondaryIndexes"]), c.Object.Outputs)
	for _, block := range blocks {
		for _, property := range []string{"readCapacity", "writeCapacity"} {
			if v, _ := block[property].(float64); v < 1 {
				return invalid("ReadCapacityUnits and WriteCapacityUnits must both be specified, and at least 1, when "+
					"BillingMode is %s: %s", provisioned, strings.TrimSpace(cloud.Text(block, "name")))
			}
		}
	}
	return nil
}

// getTable looks up a table by its name.
func getTable(c *cloud.Call, args map[string]any) (map[string]any, error) {
	o, err := c.Find(kernel.TableToken, cloud.Text(args, "name"), "ResourceNotFoundException",
		"Requested resource not found: Table: %s not found")
	if err != nil {
		return nil, err
	}
	return kernel.Answer(o, args, nil), nil
}
