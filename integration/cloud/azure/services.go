package azure

import (
	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/authorization"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/insights"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/keyvault"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/managedidentity"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/network"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/operationalinsights"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/resources"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/storage"
)

// services returns the services of the simulated Azure. Register a new service here. principals are those of the
// tenant, or nil: see [WithPrincipals].
func services(principals map[string]string) []cloud.Service {
	return []cloud.Service{
		resources.Service(keyvault.Bury), managedidentity.Service(), authorization.Service(principals),
		storage.Service(), keyvault.Service(), operationalinsights.Service(), insights.Service(), network.Service(),
	}
}
