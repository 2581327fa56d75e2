package s3

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/iam"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

func replication() *cloud.Type {
	t := setting(replicationToken, s3.BucketReplicationConfigArgs{}, &s3.BucketReplicationConfig{}, putReplication)
	t.Check = func(c *cloud.Checker) {
		for i, rule := range cloud.Objects(c.Value("rules")) {
			c.OneOfValue(fmt.Sprintf("rules[%d].status", i), rule["status"], "Enabled", "Disabled")
			destination, _ := rule["destination"].(map[string]any)
			c.OneOfValue(fmt.Sprintf("rules[%d].destination.storageClass", i), destination["storageClass"],
				append(storageClasses(), "STANDARD", "REDUCED_REDUNDANCY")...)
		}
	}
	return t
}

func putReplication(c *cloud.Call, bucket *cloud.Object) error {
	keeps, err := versioned(c, bucket)
	if err != nil {
		return err
	}
	if !keeps {
		return kernel.Refuse("InvalidRequest",
			"Versioning must be 'Enabled' on the bucket to apply a replication configuration")
	}
	may, err := iam.MayAssume(c, "s3.amazonaws.com", c.Text("role"))
	if err != nil {
		return err
	}
	if !may {
		return kernel.Refuse("InvalidRequest", "The role %s does not exist or s3.amazonaws.com may not assume it",
			c.Text("role"))
	}
	ids, priorities := map[any]bool{}, map[any]bool{}
	for _, rule := range cloud.Objects(c.Object.Outputs["rules"]) {
		id, priority := rule["id"], rule["priority"]
		if id != nil && ids[id] {
			return kernel.Refuse("InvalidArgument", "Rule Id must be unique")
		}
		if rule["filter"] != nil && priorities[priority] {
			return kernel.Refuse("InvalidRequest", "Found duplicated priority. Every rule must have a unique priority")
		}
		ids[id], priorities[priority] = true, true
		if err := checkReplication(c, bucket, rule); err != nil {
			return err
		}
	}
	return nil
}

func checkReplication(c *cloud.Call, bucket *cloud.Object, rule map[string]any) error {
	if rule["filter"] != nil && rule["deleteMarkerReplication"] == nil {
		return kernel.Refuse("InvalidRequest",
			"DeleteMarkerReplication must be specified for this version of Cross Region Replication configuration schema. "+
				"Please refer to S3 Developer Guide for more information.")
	}
	destination, _ := rule["destination"].(map[string]any)
	selection, _ := rule["sourceSelectionCriteria"].(map[string]any)
	encrypted, _ := selection["sseKmsEncryptedObjects"].(map[string]any)
	if encrypted["status"] == "Enabled" && destination["encryptionConfiguration"] == nil {
		return kernel.Refuse("InvalidRequest",
			"ReplicaKmsKeyID must be specified if SseKmsEncryptedObjects tag is present.")
	}
	if destination["encryptionConfiguration"] != nil && encrypted == nil {
		return kernel.Refuse("InvalidRequest",
			"SseKmsEncryptedObjects must be specified if EncryptionConfiguration is present.")
	}
	if destination["replicationTime"] != nil && destination["metrics"] == nil {
		return kernel.Refuse("InvalidRequest", "Metrics must be enabled when ReplicationTime is enabled.")
	}
	arn, _ := destination["bucket"].(string)
	target, err := bucketOfARN(c, arn)
	if err != nil {
		return err
	}
	if target == nil {
		return kernel.Refuse("InvalidRequest", "Destination bucket must exist.")
	}
	if target.ID == bucket.ID {
		return kernel.Refuse("InvalidRequest", "Destination bucket cannot be the same as the source bucket.")
	}
	keeps, err := versioned(c, target)
	if err == nil && !keeps {
		err = kernel.Refuse("InvalidRequest", "Destination bucket must have versioning enabled.")
	}
	return err
}
