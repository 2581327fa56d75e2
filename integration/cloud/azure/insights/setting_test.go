package insights_test

import (
	"fmt"
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/accounttest"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/azuretest"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

// in are the inputs of a resource.
type in = map[string]any

type step = accounttest.Step

func setting(name string, more in) step {
	return step{Name: name, Type: "azure-native:insights:DiagnosticSetting", Inputs: accounttest.Merge(in{
		"resourceUri": "$kv", "name": name, "workspaceId": "$logs",
		"logs": []any{in{"category": "AuditEvent", "enabled": true}}}, more)}
}

func resources() []step {
	return append(azuretest.Group(), azuretest.Vault(nil), azuretest.Account(nil), step{Name: "logs",
		Type: kernel.WorkspaceToken, Inputs: azuretest.In(in{"workspaceName": "logs"})})
}

func logs(entries ...any) in { return in{"logs": entries} }

func TestRejectedSettings(t *testing.T) {
	t.Parallel()
	var five []step
	for i := range 5 {
		five = append(five, setting(fmt.Sprintf("s%d", i), in{"logs": nil, "metrics": []any{in{"category": "AllMetrics", "enabled": true}}}))
	}
	blobs := "$sa/blobServices/default"
	azuretest.RunRefusals(t, resources(), map[string]accounttest.Refusal{
		"a setting": {Steps: []step{setting("a", nil)}},
		"all logs":  {Steps: []step{setting("a", logs(in{"categoryGroup": "allLogs", "enabled": true}))}},
		"blobs":     {Steps: []step{setting("a", accounttest.Merge(logs(in{"category": "StorageWrite", "enabled": true}), in{"resourceUri": blobs}))}},
		"metrics":   {Steps: []step{setting("a", in{"logs": nil, "resourceUri": "$sa", "metrics": []any{in{"category": "Transaction", "enabled": true}}})}},
		"logs of an account": {Steps: []step{setting("a", accounttest.Merge(logs(in{"categoryGroup": "allLogs", "enabled": true}), in{"resourceUri": "$sa"}))},
			Want: "CategoryGroup 'allLogs' is not supported."},
		"no sink":             {Steps: []step{setting("a", in{"workspaceId": nil})}, Want: `Status=400 Code="BadRequest" Message="At least one data sink needs to be specified."`},
		"nothing to send":     {Steps: []step{setting("a", in{"logs": nil})}, Want: "requires logs or metrics"},
		"a missing workspace": {Steps: []step{setting("a", in{"workspaceId": "$logs2"})}, Want: `Status=404 Code="ResourceNotFound"`},
		"a missing resource":  {Steps: []step{setting("a", in{"resourceUri": "$kv2"})}, Want: `Status=404 Code="ResourceNotFound"`},
		"both":                {Steps: []step{setting("a", logs(in{"category": "AuditEvent", "categoryGroup": "audit", "enabled": true}))}, Want: "either a category or a category group"},
		"a category":          {Steps: []step{setting("a", logs(in{"category": "Audit", "enabled": true}))}, Want: "Category 'Audit' is not supported."},
		"a metric":            {Steps: []step{setting("a", in{"metrics": []any{in{"category": "Transaction", "enabled": true}}})}, Want: "Metric category 'Transaction' is not supported."},
		"a retention":         {Steps: []step{setting("a", logs(in{"category": "AuditEvent", "enabled": true, "retentionPolicy": in{"enabled": true, "days": 30.0}}))}, Want: "does not support retention"},
		"a destination":       {Steps: []step{setting("a", in{"logAnalyticsDestinationType": "Own"})}, Want: "destination type 'Own' is invalid"},
		"the same sink":       {Steps: []step{setting("a", nil), setting("b", nil)}, Want: `Status=409 Code="Conflict" Message="Data sink '$logs' is already used in diagnostic setting 'a' for category 'AuditEvent'.`},
		"another sink":        {Steps: []step{setting("a", nil), setting("b", in{"workspaceId": nil, "storageAccountId": "$sa"})}},
		"five":                {Steps: five},
		"six":                 {Steps: append(five, setting("six", nil)), Want: "The limit of 5 diagnostic settings was reached."},
	})
}

// TestSettingOfADeletedResource stays, and is found again when the resource is created again.
func TestSettingOfADeletedResource(t *testing.T) {
	t.Parallel()
	h := azuretest.New(t).All(resources()...).All(setting("a", in{"resourceUri": "$sa", "logs": nil,
		"metrics": []any{in{"category": "AllMetrics", "enabled": true}}}))
	require.Equal(t, h.IDs["sa"]+"/providers/Microsoft.Insights/diagnosticSettings/a", h.IDs["a"])
	require.Equal(t, in{"enabled": false, "days": 0.0}, h.Output("a", "metrics").([]any)[0].(in)["retentionPolicy"])
	h.All(step{Name: "-sa"})
	require.Nil(t, h.Refreshed("a"))
	h.All(azuretest.Account(nil))
	require.NotNil(t, h.Refreshed("a"))
	d := h.Differences(setting("~a", in{"name": "a", "resourceUri": "$kv"}))
	require.Equal(t, provider.UpdateReplace, d.DetailedDiff["resourceUri"].Kind)
}
