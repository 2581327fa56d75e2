package network

import (
	"regexp"
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/azure/internal/location"
)

// label matches a label of the name of a private DNS zone.
var label = regexp.MustCompile(`^[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9_])?$`)

// isZoneName reports whether a text is the name of a private DNS zone. Source: "Naming rules and restrictions for Azure
// resources": 2 to 34 labels.
func isZoneName(name string) bool {
	labels := strings.Split(name, ".")
	return len(labels) >= 2 && len(labels) <= 34 && !slices.ContainsFunc(labels, func(l string) bool { return !label.MatchString(l) })
}

// groupIDs returns the group IDs of resource types, in lower case. Types that are not listed are not checked. Source: "Azure
// Private Endpoint private DNS zone values".
func groupIDs() map[string][]string {
	out := map[string][]string{}
	for _, s := range services() {
		for _, kind := range s.types {
			out[kind] = append(out[kind], s.groups...)
		}
	}
	return out
}

// service are the zones of group IDs of a service, by cloud. A zone with braces depends on the location or on the resource.
type service struct {
	types, groups             []string
	public, government, china []string
}

// zonesOf returns the zones of a group ID, of a resource type if it is known. Nil means that they are not known.
func zonesOf(kind, group string, in location.Environment) []string {
	var found []service
	for _, s := range services() {
		for _, g := range s.groups {
			if g != group {
				continue
			}
			for _, t := range s.types {
				if t == kind {
					return s.zones(in)
				}
			}
			found = append(found, s)
		}
	}
	if len(found) != 1 {
		return nil // Several services have group IDs of this name.
	}
	return found[0].zones(in)
}

func (s service) zones(in location.Environment) []string {
	switch in {
	case location.Government:
		return s.government
	case location.China:
		return s.china
	}
	return s.public
}

// services returns the services with private endpoints. Sources: "Azure Private Endpoint private DNS zone values", and the
// module private-link-private-dns-zones of Azure Verified Modules.
func services() []service {
	one := func(zone string) []string { return []string{zone} }
	storage := func(groups []string, name string) service {
		return service{
			one("microsoft.storage/storageaccounts"), groups, one("privatelink." + name + ".core.windows.net"),
			one("privatelink." + name + ".core.usgovcloudapi.net"), one("privatelink." + name + ".core.chinacloudapi.cn"),
		}
	}
	return []service{
		storage([]string{"blob", "blob_secondary"}, "blob"), storage([]string{"dfs", "dfs_secondary"}, "dfs"),
		storage([]string{"queue", "queue_secondary"}, "queue"), storage([]string{"table", "table_secondary"}, "table"),
		storage([]string{"web", "web_secondary"}, "web"), storage([]string{"file"}, "file"),
		{one("microsoft.keyvault/vaults"), one("vault"), one("privatelink.vaultcore.azure.net"),
			one("privatelink.vaultcore.usgovcloudapi.net"), one("privatelink.vaultcore.azure.cn")},
		{one("microsoft.keyvault/managedhsms"), one("managedhsm"), one("privatelink.managedhsm.azure.net"), nil, nil},
		{one("microsoft.containerregistry/registries"), one("registry"), one("privatelink.azurecr.io"),
			one("privatelink.azurecr.us"), one("privatelink.azurecr.cn")},
		{one("microsoft.containerservice/managedclusters"), one("management"), one("privatelink.{region}.azmk8s.io"),
			one("privatelink.{region}.cx.aks.containerservice.azure.us"), one("privatelink.{region}.cx.prod.service.azk8s.cn")},
		{one("microsoft.sql/servers"), one("sqlServer"), one("privatelink.database.windows.net"),
			one("privatelink.database.usgovcloudapi.net"), one("privatelink.database.chinacloudapi.cn")},
		{[]string{"microsoft.dbforpostgresql/servers", "microsoft.dbforpostgresql/flexibleservers"}, one("postgresqlServer"),
			one("privatelink.postgres.database.azure.com"), one("privatelink.postgres.database.usgovcloudapi.net"),
			one("privatelink.postgres.database.chinacloudapi.cn")},
		{[]string{"microsoft.dbformysql/servers", "microsoft.dbformysql/flexibleservers"}, one("mysqlServer"),
			one("privatelink.mysql.database.azure.com"), one("privatelink.mysql.database.usgovcloudapi.net"),
			one("privatelink.mysql.database.chinacloudapi.cn")},
		{one("microsoft.documentdb/databaseaccounts"), one("Sql"), one("privatelink.documents.azure.com"),
			one("privatelink.documents.azure.us"), one("privatelink.documents.azure.cn")},
		{one("microsoft.documentdb/databaseaccounts"), one("MongoDB"), one("privatelink.mongo.cosmos.azure.com"), nil,
			one("privatelink.mongo.cosmos.azure.cn")},
		{one("microsoft.documentdb/databaseaccounts"), one("Cassandra"), one("privatelink.cassandra.cosmos.azure.com"), nil,
			one("privatelink.cassandra.cosmos.azure.cn")},
		{one("microsoft.documentdb/databaseaccounts"), one("Gremlin"), one("privatelink.gremlin.cosmos.azure.com"), nil,
			one("privatelink.gremlin.cosmos.azure.cn")},
		{one("microsoft.documentdb/databaseaccounts"), one("Table"), one("privatelink.table.cosmos.azure.com"), nil,
			one("privatelink.table.cosmos.azure.cn")},
		{[]string{"microsoft.eventhub/namespaces", "microsoft.servicebus/namespaces", "microsoft.relay/namespaces"}, one("namespace"),
			one("privatelink.servicebus.windows.net"), one("privatelink.servicebus.usgovcloudapi.net"),
			one("privatelink.servicebus.chinacloudapi.cn")},
		{[]string{"microsoft.eventgrid/topics", "microsoft.eventgrid/domains"}, []string{"topic", "domain"},
			one("privatelink.eventgrid.azure.net"), nil, one("privatelink.eventgrid.azure.cn")},
		{one("microsoft.web/sites"), one("sites"), one("privatelink.azurewebsites.net"), one("privatelink.azurewebsites.us"),
			one("privatelink.chinacloudsites.cn")},
		{one("microsoft.search/searchservices"), one("searchService"), one("privatelink.search.windows.net"),
			one("privatelink.search.windows.us"), nil},
		{one("microsoft.appconfiguration/configurationstores"), one("configurationStores"), one("privatelink.azconfig.io"),
			one("privatelink.azconfig.azure.us"), nil},
		{one("microsoft.cache/redis"), one("redisCache"), one("privatelink.redis.cache.windows.net"),
			one("privatelink.redis.cache.usgovcloudapi.net"), one("privatelink.redis.cache.chinacloudapi.cn")},
		{one("microsoft.cognitiveservices/accounts"), one("account"), []string{"privatelink.cognitiveservices.azure.com",
			"privatelink.openai.azure.com", "privatelink.services.ai.azure.com"}, one("privatelink.cognitiveservices.azure.us"), nil},
		{one("microsoft.datafactory/factories"), one("dataFactory"), one("privatelink.datafactory.azure.net"), nil,
			one("privatelink.datafactory.azure.cn")},
		{one("microsoft.datafactory/factories"), one("portal"), one("privatelink.adf.azure.com"), nil, one("privatelink.adf.azure.cn")},
		{one("microsoft.signalrservice/signalr"), one("signalr"), one("privatelink.service.signalr.net"), nil,
			one("privatelink.signalr.azure.cn")},
		{one("microsoft.batch/batchaccounts"), []string{"batchAccount", "nodeManagement"}, one("privatelink.batch.azure.com"),
			one("privatelink.batch.usgovcloudapi.net"), one("privatelink.batch.chinacloudapi.cn")},
		{one("microsoft.devices/iothubs"), one("iotHub"), []string{"privatelink.azure-devices.net",
			"privatelink.servicebus.windows.net"}, one("privatelink.azure-devices.us"), one("privatelink.azure-devices.cn")},
	}
}
