package containerservice

import (
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
	"github.com/ashlar-iac/ashlar/integration/clusters"
)

// arm is the resource type of clusters.
const arm = "Microsoft.ContainerService/managedClusters"

const maintenanceToken = "azure-native:containerservice:MaintenanceConfiguration"

// Settings are the settings of AKS.
type Settings struct {
	// ControlPlanes runs the control planes of clusters. Default: a cluster is its description only, and nothing answers at
	// its endpoint.
	ControlPlanes clusters.ControlPlanes
	// Cores is the quota of virtual CPUs in each location of a subscription. Required.
	Cores int
}

// DefaultCores is the default quota of virtual CPUs in a location. The quota of a real subscription depends on its offer.
const DefaultCores = 350

// Service returns the types and functions of AKS.
func Service(s Settings) cloud.Service {
	types := []*cloud.Type{cluster(), agentPool(s.Cores), maintenance()}
	credentials := credentials{s.ControlPlanes}
	functions := map[string]cloud.Function{
		"azure-native:containerservice:listManagedClusterAdminCredentials": credentials.admin,
		"azure-native:containerservice:listManagedClusterUserCredentials":  credentials.user,
	}
	for _, t := range types {
		parts := strings.Split(t.Token, ":")
		functions[parts[0]+":"+parts[1]+":get"+parts[2]] = kernel.Getter(t)
	}
	return cloud.Service{Types: types, Functions: functions}
}

// invalid is the error of AKS for a parameter. Source: issue 3300 of AKS.
func invalid(parameter, format string, args ...any) error {
	return kernel.Refuse("InvalidParameter", "The value of parameter "+parameter+" is invalid. Error details: "+format, args...)
}

// badRequest is the error of AKS for a request without a code of its own.
func badRequest(format string, args ...any) error {
	return kernel.Refuse("BadRequest", format, args...)
}

// oneOf refuses a value that is none of an enumeration. "" is the default.
func oneOf(parameter, value string, values ...string) error {
	if value == "" {
		return nil
	}
	for _, v := range values {
		if strings.EqualFold(v, value) {
			return nil
		}
	}
	return invalid(parameter, "'%s' is not one of %s.", value, strings.Join(values, ", "))
}

// block returns a block within a block. It is empty when there is none.
func block(values map[string]any, name string) map[string]any {
	out := map[string]any{}
	of, _ := values[name].(map[string]any)
	for key, v := range of {
		out[key] = v
	}
	return out
}
