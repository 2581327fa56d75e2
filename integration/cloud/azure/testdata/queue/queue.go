// Package queue simulates the queues of storage accounts.
package queue

import (
	"regexp"

	"github.com/pulumi/pulumi-azure-native-sdk/storage/v2/v20240101"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

// Service returns the types of queues.
func Service() cloud.Service {
	return cloud.Service{Types: []*cloud.Type{queue()}}
}

func queue() *cloud.Type {
	// Source: specification of Microsoft.Storage, queueName.
	names := kernel.Names{Shortest: 3, Longest: 63, Pattern: regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)}
	return kernel.Child(&cloud.Type{
		Token: "azure-native:storage:Queue", Args: v20240101.QueueArgs{}, Resource: &v20240101.Queue{},
		Name:   "queueName",
		Check:  func(c *cloud.Checker) { names.Check(c, "queueName") },
		Create: setQueue,
		Update: setQueue,
	}, kernel.StorageToken, "Microsoft.Storage/storageAccounts", "accountName", "queueServices/default/queues", false)
}

// setQueue rejects queues of accounts without a queue service.
func setQueue(c *cloud.Call) error {
	account, err := c.Owner(c.Object)
	if err != nil {
		return err
	}
	if kind := account.Text("kind"); kind != "StorageV2" && kind != "Storage" {
		return kernel.Refuse("FeatureNotSupportedForAccount", "Queue is not supported for the account.")
	}
	c.SetDefault("approximateMessageCount", 0.0)
	return nil
}
