package aws

import "github.com/ashlar-iac/ashlar/integration/cloud"

// networkTypes are the types of networks and of what stands in them.
func networkTypes() []*cloud.Type {
	return []*cloud.Type{
		vpc(), subnet(), securityGroup(), networkACL(), routeTable(), route(), association(),
		internetGateway(), egressGateway(), address(), natGateway(),
	}
}

// networkFunctions are the look-ups of networks.
func networkFunctions() map[string]cloud.Function { return nil }
