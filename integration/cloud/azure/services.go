package azure

import (
	"cmp"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/authorization"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/compute"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/containerservice"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/insights"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/keyvault"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/managedidentity"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/network"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/operationalinsights"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/resources"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/storage"
)

// services returns the services of the simulated Azure. Register a new service here.
func services(o options) []cloud.Service {
	cores := cmp.Or(o.cores, containerservice.DefaultCores)
	return []cloud.Service{
		resources.Service(keyvault.Bury), managedidentity.Service(), authorization.Service(o.principals),
		storage.Service(), keyvault.Service(), operationalinsights.Service(), insights.Service(), network.Service(),
		compute.Service(cores),
		containerservice.Service(containerservice.Settings{ControlPlanes: o.planes, Cores: cores}),
	}
}
