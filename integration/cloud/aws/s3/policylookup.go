package s3

import (
	"fmt"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// getBucketPolicy returns the policy of a bucket.
func getBucketPolicy(c *cloud.Call, args map[string]any) (map[string]any, error) {
	name := cloud.Text(args, "bucket")
	found, err := c.List(bucketPolicyToken)
	for _, o := range found {
		if o.Text("bucket") == name {
			return map[string]any{"id": name, "bucket": name, "policy": o.Text("policy")}, err
		}
	}
	if err == nil {
		err = fmt.Errorf("reading S3 Bucket Policy (%s): couldn't find resource", name)
	}
	return nil, err
}
