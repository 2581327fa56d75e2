package aws

import (
	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/eks/catalog"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/ssm"
)

// Publish sets the value of a public parameter in a region, such as the id of a newer image.
func Publish(store *cloud.Store, account, region, name, value string) error {
	return ssm.Publish(store, account, region, name, value)
}

// PublishAddon adds a newer version of an EKS add-on in a region. The version that was the newest until then becomes
// the default.
func PublishAddon(store *cloud.Store, account, region, addon, version string) error {
	return catalog.PublishAddon(store, account, region, addon, version)
}

// WithdrawAddons removes every version that [PublishAddon] added.
func WithdrawAddons(store *cloud.Store) error { return catalog.WithdrawAddons(store) }
