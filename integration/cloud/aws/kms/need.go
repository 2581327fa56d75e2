package kms

import (
	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// Need refuses with a service's own error if a key does not exist. message takes the name; "" is no key.
func Need(c *cloud.Call, name, code, message string) error {
	if name == "" {
		return nil
	}
	key, err := FindKey(c, name)
	if err == nil && key == nil {
		err = kernel.Refuse(code, message, name)
	}
	return err
}
