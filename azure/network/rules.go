package network

import (
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/internal/networkapi"
	"github.com/ashlar-iac/ashlar/core/metadata"
)

// builtIn is the prefix of the names of the rules of a kind.
const builtIn = "ashlar-"

// Service tags in rules. Source: "Azure service tags overview".
const (
	tagInternet     = "Internet"
	tagNetwork      = "VirtualNetwork"
	tagLoadBalancer = "AzureLoadBalancer"
	tagGateway      = "GatewayManager"
	tagCloud        = "AzureCloud"
)

// named is a rule with its name.
type named struct {
	SecurityRule

	name string
}

// allow returns a rule that allows traffic. Each rule of a kind has a fixed priority, so that an additional one does not change
// others.
func allow(priority int, name string, direction Direction, protocol Protocol, from, to, ports []string) named {
	return named{SecurityRule{
		Priority: priority, Direction: direction, Access: AccessAllow, Protocol: protocol, Sources: from, Destinations: to, Ports: ports,
	}, builtIn + name}
}

// deny returns the last rule of a direction.
func deny(direction Direction) named {
	return named{SecurityRule{Priority: denyPriority, Direction: direction, Access: AccessDeny, Protocol: ProtocolAny},
		builtIn + "deny-" + strings.ToLower(string(direction))}
}

// kindRules returns the rules of a tier because of its kind. A direction with a deny rule has what the service of the subnet
// requires.
func (a *SecureVNetArgs) kindRules(t tier) []named {
	if t.Kind == TierBastion {
		return bastionRules()
	}
	var out []named
	if t.Kind == TierApplicationGateway {
		// Source: "Application Gateway infrastructure configuration": egress to the internet must not be denied.
		out = append(out, allow(3000, "gateway-manager", DirectionInbound, ProtocolTCP, []string{tagGateway}, nil, []string{"65200-65535"}))
	}
	if t.hasInternetIngress() {
		out = append(out, allow(3010, "internet", DirectionInbound, ProtocolTCP, []string{tagInternet}, nil, t.SecurityGroup.internetPorts()))
	}
	inside := a.insidePrefixes()
	if enabled(t.SecurityGroup.NetworkIngress) {
		out = append(out, allow(3020, "network", DirectionInbound, ProtocolAny, inside, nil, nil))
		if t.Kind == TierPublic || t.Kind == TierPrivate {
			out = append(out, allow(3025, "pods", DirectionInbound, ProtocolAny, a.podCIDRs(), nil, nil))
		}
	}
	out = append(out, allow(3030, "load-balancer", DirectionInbound, ProtocolAny, []string{tagLoadBalancer}, nil, nil), deny(DirectionInbound))
	if t.Kind != TierIsolated {
		return out
	}
	out = append(out, allow(3000, "network-out", DirectionOutbound, ProtocolAny, nil, inside, nil))
	for i, tag := range endpointTags() {
		if slices.ContainsFunc(t.ServiceEndpoints, func(s string) bool { return endpointTag(s) == tag }) {
			out = append(out, allow(3100+10*i, "service-"+strings.ToLower(tag), DirectionOutbound, ProtocolTCP, nil, []string{tag}, nil))
		}
	}
	return append(out, deny(DirectionOutbound))
}

// bastionRules returns the rules that Azure requires of AzureBastionSubnet: it rejects a group without one of them with
// NetworkSecurityGroupNotCompliantForAzureBastionSubnet. Source: "Working with NSG access and Azure Bastion".
func bastionRules() []named {
	hosts, network := []string{"8080", "5701"}, []string{tagNetwork}
	return []named{
		allow(3000, "https", DirectionInbound, ProtocolTCP, []string{tagInternet}, nil, []string{"443"}),
		allow(3010, "gateway-manager", DirectionInbound, ProtocolTCP, []string{tagGateway}, nil, []string{"443"}),
		allow(3020, "load-balancer", DirectionInbound, ProtocolTCP, []string{tagLoadBalancer}, nil, []string{"443"}),
		allow(3030, "hosts", DirectionInbound, ProtocolAny, network, network, hosts),
		deny(DirectionInbound),
		allow(3000, "ssh-rdp", DirectionOutbound, ProtocolAny, nil, network, []string{"22", "3389"}),
		allow(3010, "azure", DirectionOutbound, ProtocolTCP, nil, []string{tagCloud}, []string{"443"}),
		allow(3020, "hosts-out", DirectionOutbound, ProtocolAny, network, network, hosts),
		allow(3030, "sessions", DirectionOutbound, ProtocolAny, nil, []string{tagInternet}, []string{"80"}),
		deny(DirectionOutbound),
	}
}

// internetPorts returns the ports that are accessible from the internet.
func (g *SecurityGroup) internetPorts() []string {
	if len(g.InternetPorts) == 0 {
		return []string{"80", "443"}
	}
	var out []string
	for _, port := range g.InternetPorts {
		out = append(out, strconv.Itoa(port))
	}
	return out
}

// defaultPodCIDR is the default of aks.Cluster.
const defaultPodCIDR = "100.64.0.0/16"

// podCIDRs returns the CIDR blocks of pods. Source: "Azure CNI Overlay networking in Azure Kubernetes Service (AKS)", network
// security groups.
func (a *SecureVNetArgs) podCIDRs() []string {
	if len(a.PodCIDRs) == 0 {
		return []string{defaultPodCIDR}
	}
	return a.PodCIDRs
}

// insidePrefixes returns the address prefixes of the network, and of peers from which ingress is allowed.
func (a *SecureVNetArgs) insidePrefixes() []string {
	out := a.addressPrefixes()
	for _, name := range a.Peerings.Names() {
		if p := a.Peerings[name]; enabled(p.Ingress) {
			out = append(out, texts(p.prefixes(a.PeerNetworks[name]))...)
		}
	}
	return out
}

// endpointTags returns the service tags of service endpoints in an order that does not change: append new ones.
func endpointTags() []string {
	return []string{
		"AzureActiveDirectory", "AzureCosmosDB", "CognitiveServicesManagement", "AzureContainerRegistry", "EventHub", "AzureKeyVault",
		"ServiceBus", "Sql", "Storage", "AppService",
	}
}

// endpointTag returns the service tag of a service endpoint, or "". Source: "Virtual network service endpoints" and "Azure
// service tags overview".
func endpointTag(service string) string {
	return map[string]string{
		"microsoft.azureactivedirectory": "AzureActiveDirectory", "microsoft.azurecosmosdb": "AzureCosmosDB",
		"microsoft.cognitiveservices": "CognitiveServicesManagement", "microsoft.containerregistry": "AzureContainerRegistry",
		"microsoft.eventhub": "EventHub", "microsoft.keyvault": "AzureKeyVault", "microsoft.servicebus": "ServiceBus",
		"microsoft.sql": "Sql", "microsoft.storage": "Storage", "microsoft.storage.global": "Storage", "microsoft.web": "AppService",
	}[strings.ToLower(service)]
}

// rules returns all rules of a tier by priority, in the form of the API.
func (a *SecureVNetArgs) rules(t tier) pulumi.Array {
	all := a.kindRules(t)
	for _, name := range t.SecurityGroup.Rules.Names() {
		all = append(all, named{t.SecurityGroup.Rules[name], name})
	}
	slices.SortStableFunc(all, func(a, b named) int {
		return strings.Compare(a.key(), b.key())
	})
	out := pulumi.Array{}
	for _, r := range all {
		out = append(out, r.inputs())
	}
	return out
}

// key orders rules: inbound ones first, then by priority.
func (r named) key() string {
	priority := strconv.Itoa(r.Priority)
	return string(r.direction()) + strings.Repeat("0", max(0, 4-len(priority))) + priority
}

// inputs returns a rule in the form of the API, which has properties for one and for several values.
func (r named) inputs() pulumi.Map {
	protocol := r.Protocol
	if protocol == "" {
		protocol = ProtocolTCP
	}
	out := pulumi.Map{
		"name": pulumi.String(r.name), "priority": pulumi.Int(r.Priority), "direction": pulumi.String(r.direction()),
		"access": pulumi.String(r.Access), "protocol": pulumi.String(protocol), "sourcePortRange": pulumi.String("*"),
	}
	if r.Description != "" {
		out["description"] = pulumi.String(r.Description)
	}
	for one, values := range map[string][]string{
		"sourceAddressPrefix": r.Sources, "destinationAddressPrefix": r.Destinations, "destinationPortRange": r.Ports,
	} {
		switch len(values) {
		case 0:
			out[one] = pulumi.String("*")
		case 1:
			out[one] = pulumi.String(values[0])
		default:
			out[plural(one)] = pulumi.ToStringArray(values)
		}
	}
	return out
}

func plural(property string) string {
	if strings.HasSuffix(property, "x") {
		return property + "es"
	}
	return property + "s"
}

// createSecurityGroup creates the network security group of a tier with all rules, so that rules that others add are drift,
// and policies of Azure see a complete group.
func (b *builder) createSecurityGroup(t tier) (*networkapi.Resource, error) {
	if !t.hasSecurityGroup() {
		return nil, nil
	}
	inputs := networkapi.Inputs(b.args.ResourceGroupName, b.args.Location, metadata.MergeTags(b.args.Tags, t.Tags))
	inputs["securityRules"] = b.args.rules(t)
	out := &networkapi.Resource{}
	return out, b.register(networkapi.NetworkSecurityGroup, b.name+"-"+t.name, inputs, out, "location")
}
