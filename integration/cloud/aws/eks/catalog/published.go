package catalog

import (
	"errors"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// laterType is what keeps versions of add-ons that came later.
const laterType = "simulated:eks/addonVersion:AddonVersion"

// PublishAddon makes EKS offer a newer version of an add-on in a region, and recommend what was the newest one until then.
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

// PublishedAddonVersions returns the versions of an add-on that came later, the oldest first.
func PublishedAddonVersions(c *cloud.Call, addon string) ([]string, error) {
	later, err := c.Get(laterType, c.Scope.Place, addon)
	if err != nil || later == nil {
		return nil, err
	}
	return cloud.Texts(later.Outputs["versions"]), nil
}

// WithdrawAddons makes EKS offer what it offered before.
func WithdrawAddons(store *cloud.Store) error {
	return store.Do(func(tx *cloud.Tx) error {
		all, err := tx.List(laterType)
		for _, o := range all {
			err = errors.Join(err, tx.Delete(o))
		}
		return err
	})
}
