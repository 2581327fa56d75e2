package compute

import (
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

const diskToken = "azure-native:compute:Disk"

// Service returns the types of virtual machines and disks. cores is the quota of virtual CPUs in each location of a
// subscription.
func Service(cores int) cloud.Service {
	types := []*cloud.Type{machine(cores), disk(), encryptionSet()}
	functions := map[string]cloud.Function{}
	for _, t := range types {
		parts := strings.Split(t.Token, ":")
		functions[parts[0]+":"+parts[1]+":get"+parts[2]] = kernel.Getter(t)
	}
	return cloud.Service{Types: types, Functions: functions}
}

// invalid is the error of compute for a parameter.
func invalid(format string, args ...any) error {
	return kernel.Refuse("InvalidParameter", format, args...)
}

// notAllowed is the error of compute for an operation.
func notAllowed(format string, args ...any) error {
	return kernel.Refuse("OperationNotAllowed", format, args...)
}

// block returns a copy of a block within a block. It is empty when there is none.
func block(values map[string]any, name string) map[string]any {
	out := map[string]any{}
	of, _ := values[name].(map[string]any)
	for key, v := range of {
		out[key] = v
	}
	return out
}

// checkZones refuses zones that a location does not have, and more than one.
func checkZones(c *cloud.Call) error {
	zones := c.Texts("zones")
	if len(zones) > 1 {
		return invalid("The resource %s can be in one availability zone: %d are given.", c.Object.ID, len(zones))
	}
	for _, zone := range zones {
		if !kernel.Locations()[c.Text("location")].Zones || zone != "1" && zone != "2" && zone != "3" {
			return kernel.Refuse("AvailabilityZoneNotSupported", "The zone(s) '%s' for resource '%s' is not supported. The "+
				"supported zones for location '%s' are '1,2,3', if it has any.", zone, c.Object.ID, c.Text("location"))
		}
	}
	return nil
}

// sameIDs are the properties that are ids, whose case does not matter.
func sameIDs() map[string]func(before, after string) bool {
	return map[string]func(before, after string) bool{"id": kernel.SameID, "diskEncryptionSetId": kernel.SameID,
		"diskAccessId": kernel.SameID}
}
