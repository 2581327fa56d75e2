package catalog

import (
	"errors"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// laterType is the type of objects with published versions of add-ons.
const laterType = "simulated:eks/addonVersion:AddonVersion"

// PublishAddon adds a newer version of an add-on in a region. The version that was the newest until then becomes the
// default.
func PublishAddon(store *cloud.Store, account, region, addon, version string) error {
	return store.Do(func(tx *cloud.Tx) error {
		place := account + "/" + region
		values := map[string]any{"versions": []any{version}}
		later, err := tx.Get(laterType, place, addon)
		if err != nil {
			return err
		}
		if later != nil {
			values["versions"] = append(later.Outputs["versions"].([]any), version)
		}
		return tx.Put(&cloud.Object{Type: laterType, ID: addon, Place: place, Inputs: values, Outputs: values})
	})
}

// PublishedAddonVersions returns the published versions of an add-on, the oldest first.
func PublishedAddonVersions(c *cloud.Call, addon string) ([]string, error) {
	later, err := c.Get(laterType, c.Scope.Place, addon)
	if err != nil || later == nil {
		return nil, err
	}
	return cloud.Texts(later.Outputs["versions"]), nil
}

// WithdrawAddons removes all published versions.
func WithdrawAddons(store *cloud.Store) error {
	return store.Do(func(tx *cloud.Tx) error {
		all, err := tx.List(laterType)
		for _, o := range all {
			err = errors.Join(err, tx.Delete(o))
		}
		return err
	})
}
