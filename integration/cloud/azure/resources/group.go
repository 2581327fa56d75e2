package resources

import (
	"regexp"

	v20241101 "github.com/pulumi/pulumi-azure-native-sdk/resources/v2/v20241101"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

// Service returns the types and functions of resource groups. deleted is called for each resource in a group that is
// deleted.
func Service(deleted func(c *cloud.Call, o *cloud.Object) error) cloud.Service {
	groups := group(deleted)
	return cloud.Service{
		Types:     []*cloud.Type{groups},
		Functions: map[string]cloud.Function{"azure-native:resources:getResourceGroup": kernel.Getter(groups)},
	}
}

func group(deleted func(c *cloud.Call, o *cloud.Object) error) *cloud.Type {
	// Source: specification of Microsoft.Resources, ResourceGroupName. A name does not end in a period.
	names := kernel.Names{Shortest: 1, Longest: 90, Pattern: regexp.MustCompile(`^[-\p{L}\p{N}_().]*[-\p{L}\p{N}_()]$`)}
	return kernel.Group(&cloud.Type{
		Token: kernel.GroupToken, Args: v20241101.ResourceGroupArgs{}, Resource: &v20241101.ResourceGroup{},
		Name:     "resourceGroupName",
		Replaces: []string{"location", "managedBy"},
		Check:    func(c *cloud.Checker) { names.Check(c, "resourceGroupName") },
		Create: func(c *cloud.Call) error {
			c.Set("properties", map[string]any{"provisioningState": "Succeeded"})
			return nil
		},
		// The deletion of a group deletes what is in it, whoever created it.
		Delete: func(c *cloud.Call) error {
			all, err := c.List("")
			if err != nil {
				return err
			}
			for _, o := range all {
				if o.Key() == c.Object.Key() || !kernel.ID(o.ID).In(c.Object.ID) {
					continue
				}
				if err := deleted(c.On(o), o); err != nil {
					return err
				}
				if err := c.Delete(o); err != nil {
					return err
				}
			}
			return nil
		},
	})
}
