package routing

import (
	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// Service returns the types and functions of route tables and the targets of routes.
func Service() cloud.Service {
	return cloud.Service{
		Types: []*cloud.Type{
			routeTable(), route(), association(), defaultTable(), internetGateway(), egressGateway(), natGateway(),
			address(), addressAssociation(),
			transitGateway(), transitAttachment(), peering(), accepter(),
		},
		Functions: map[string]cloud.Function{"aws:ec2/getRouteTable:getRouteTable": getRouteTable},
	}
}
