package naming

import "slices"

// Azure returns the rules of the azure-native provider, with tokens without API versions. The map is a copy.
//
// The source of a rule is "Naming rules and restrictions for Azure resources" unless it names another one. Names ignore
// case, and resources with a public endpoint cannot contain the words of "Resolve errors for reserved resource names".
//
// Additional tokens are the computer names of virtual machines (#computerName, #windowsComputerName), which are a
// property of their own, and Windows agent pools (#windows).
func Azure() Rules {
	rules := Rules{}
	for _, some := range []Rules{azureNetwork(), azureCompute(), azureStorage()} {
		for token, rule := range some {
			if rule.Source == "" {
				rule.Source = "Naming rules and restrictions for Azure resources"
			}
			rule.FoldCase = true
			rules[token] = rule
		}
	}
	return rules
}

// azureNetwork returns the rules of resource groups and networks.
func azureNetwork() Rules {
	network := func(kind string, scope Scope, shortest, longest int) Rule {
		return Rule{
			Kind: kind, Scope: scope, Min: shortest, Max: longest,
			Characters: "a-zA-Z0-9_.-", First: alphanumeric, Last: "a-zA-Z0-9_", Separator: "-",
		}
	}
	return Rules{
		// The pattern of "Resource Groups - Create Or Update" is ^[-\w\._\(\)]+$ in .NET, where \w is letters, marks, digits
		// and underscores of all scripts.
		"azure-native:resources:ResourceGroup": {
			Kind: "resource group", Scope: Subscription, Min: 1, Max: 90, Unit: UTF16,
			Characters: "a-zA-Z0-9_().-", Last: "a-zA-Z0-9_()-", Unicode: true, Separator: "-",
		},
		"azure-native:network:VirtualNetwork":       network("virtual network", ResourceGroup, 2, 64),
		"azure-native:network:Subnet":               network("subnet", Parent, 1, 80),
		"azure-native:network:NetworkSecurityGroup": network("network security group", ResourceGroup, 1, 80),
		"azure-native:network:PublicIPAddress":      network("public IP address", ResourceGroup, 1, 80),
		"azure-native:network:NatGateway":           network("NAT gateway", ResourceGroup, 1, 80),
		"azure-native:network:RouteTable":           network("route table", ResourceGroup, 1, 80),
		"azure-native:network:NetworkInterface":     network("network interface", ResourceGroup, 1, 80),
		"azure-native:network:PublicIPPrefix":       network("public IP prefix", ResourceGroup, 1, 80),
		// The lengths of private endpoints are from memory.
		"azure-native:network:PrivateEndpoint": network("private endpoint", ResourceGroup, 2, 64),
		"azure-native:network:LoadBalancer":    network("load balancer", ResourceGroup, 1, 80),
	}
}

// azureCompute returns the rules of virtual machines and clusters.
func azureCompute() Rules {
	vm := Rule{
		// The rule of the page is that of the computer name. For the name of the resource it gives only the length; the
		// characters are those of other names of Microsoft.Compute.
		Kind: "virtual machine", Scope: ResourceGroup, Min: 1, Max: 64,
		Characters: "a-zA-Z0-9_.-", First: alphanumeric, Last: "a-zA-Z0-9_", Separator: "-",
	}
	computer := Rule{
		Kind: "Linux computer", Scope: Nowhere, Min: 1, Max: 64,
		Characters: "a-zA-Z0-9.-", First: alphanumeric, Last: alphanumeric, Separator: "-",
	}
	windows := Rule{
		Kind: "Windows computer", Scope: Nowhere, Min: 1, Max: 15,
		Characters: "a-zA-Z0-9-", First: alphanumeric, Last: alphanumeric, Separator: "-",
		// "Naming conventions in Active Directory for computers, domains, sites, and OUs".
		Without: Reserved{Numbers: true},
	}
	pool := func(kind string, longest int) Rule {
		return Rule{
			Kind: kind, Source: "Agent Pools - Create Or Update", Scope: Parent, Min: 1, Max: longest,
			Characters: lowerDigits, First: lower,
		}
	}
	return Rules{
		"azure-native:compute:VirtualMachine":                     vm,
		"azure-native:compute:VirtualMachine#computerName":        computer,
		"azure-native:compute:VirtualMachine#windowsComputerName": windows,
		"azure-native:compute:Disk": {
			Kind: "disk", Scope: ResourceGroup, Min: 1, Max: 80,
			Characters: "a-zA-Z0-9_-", Separator: "-",
		},
		"azure-native:containerservice:ManagedCluster": {
			Kind: "AKS cluster", Scope: ResourceGroup, Min: 1, Max: 63,
			Characters: "a-zA-Z0-9_-", First: alphanumeric, Last: alphanumeric, Separator: "-",
		},
		"azure-native:containerservice:AgentPool": pool("agent pool", 12),
		// "Create Windows Server node pools in AKS": six characters.
		"azure-native:containerservice:AgentPool#windows": pool("Windows agent pool", 6),
	}
}

// azureStorage returns the rules of storage, key vaults, registries, logs and identities.
func azureStorage() Rules {
	return Rules{
		"azure-native:storage:StorageAccount": {
			Kind: "storage account", Scope: Global, Min: 3, Max: 24,
			Characters: lowerDigits, Without: reservedWords(),
		},
		"azure-native:storage:BlobContainer": {
			Kind: "blob container", Source: "Naming and referencing containers, blobs, and metadata", Scope: Parent, Min: 3, Max: 63,
			Characters: "a-z0-9-", First: lowerDigits, Last: lowerDigits, Separator: "-",
			Without: Reserved{Within: []string{"--"}},
		},
		"azure-native:keyvault:Vault": {
			Kind: "key vault", Scope: Global, Min: 3, Max: 24,
			Characters: "a-zA-Z0-9-", First: alphabet, Last: alphanumeric, Separator: "-",
			Without: reservedWords("--"),
		},
		"azure-native:containerregistry:Registry": {
			Kind: "container registry", Scope: Global, Min: 5, Max: 50,
			Characters: alphanumeric, Without: reservedWords(),
		},
		"azure-native:operationalinsights:Workspace": {
			Kind: "Log Analytics workspace", Scope: ResourceGroup, Min: 4, Max: 63,
			Characters: "a-zA-Z0-9-", First: alphanumeric, Last: alphanumeric, Separator: "-",
		},
		"azure-native:managedidentity:UserAssignedIdentity": {
			Kind: "user-assigned identity", Scope: ResourceGroup, Min: 3, Max: 128,
			Characters: "a-zA-Z0-9_-", First: alphanumeric, Separator: "-",
		},
	}
}

// reservedWords returns the texts that are reserved for resources with a public endpoint, and additional ones. Words
// with characters that such names cannot have are omitted.
func reservedWords(within ...string) Reserved {
	return Reserved{
		Names: []string{
			"access", "azure", "bing", "bizspark", "biztalk", "cortana", "directx", "dotnet", "dynamics", "excel", "exchange",
			"forefront", "groove", "hololens", "hyperv", "kinect", "lync", "msdn", "o365", "office", "office365", "onedrive",
			"onenote", "outlook", "powerpoint", "sharepoint", "skype", "visio", "visualstudio", "xbox",
		},
		Prefixes: []string{"login"},
		Within:   slices.Concat([]string{"microsoft", "windows"}, within),
	}
}
