package s3

import "github.com/ashlar-iac/ashlar/integration/cloud"

// FindBucket returns a bucket that the caller can access in this region, or rejects its name.
func FindBucket(c *cloud.Call, name string) (*cloud.Object, error) { return findBucket(c, name) }

// HasObject reports whether a bucket has an object with a key.
func HasObject(c *cloud.Call, bucket *cloud.Object, key string) (bool, error) {
	for _, typ := range []string{objectToken, oldObjectToken} {
		if o, err := c.Get(typ, bucket.Place, bucket.ID+"/"+key); err != nil || o != nil {
			return o != nil, err
		}
	}
	return false, nil
}
