package insights

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi-azure-native-sdk/insights/v2/v20210501preview"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

const settingToken = "azure-native:insights:DiagnosticSetting"

// Service returns the types of Azure Monitor.
func Service() cloud.Service { return cloud.Service{Types: []*cloud.Type{setting()}} }

func setting() *cloud.Type {
	return kernel.Extension(&cloud.Type{
		Token: settingToken, Args: v20210501preview.DiagnosticSettingArgs{},
		Resource: &v20210501preview.DiagnosticSetting{},
		Name:     "name",
		Same: map[string]func(before, after string) bool{"workspaceId": kernel.SameID, "storageAccountId": kernel.SameID,
			"resourceUri": kernel.SameID},
		Create: setSetting,
		Update: setSetting,
		// A setting stays when its resource is deleted, and is found again when that is created again.
		Refresh: func(c *cloud.Call) error {
			err := kernel.Need(c, c.Text("resourceUri"))
			if _, missing := err.(*cloud.Refusal); missing { //nolint:errorlint // Need wraps nothing.
				c.Object.ID, err = "", nil
			}
			return err
		},
	}, "Microsoft.Insights/diagnosticSettings", "resourceUri")
}

// sinks are the inputs with the places that a setting sends to.
func sinks() []string {
	return []string{"workspaceId", "storageAccountId", "eventHubAuthorizationRuleId", "marketplacePartnerId", "serviceBusRuleId"}
}

func setSetting(c *cloud.Call) error {
	given := slices.DeleteFunc(sinks(), func(sink string) bool { return c.Text(sink) == "" })
	if len(given) == 0 {
		return kernel.Refuse("BadRequest", "At least one data sink needs to be specified.")
	}
	for _, sink := range []string{"workspaceId", "storageAccountId"} {
		if id := c.Text(sink); id != "" {
			if err := kernel.Need(c, id); err != nil {
				return err
			}
		}
	}
	if kind := c.Text("logAnalyticsDestinationType"); kind != "" && kind != "Dedicated" && kind != "AzureDiagnostics" {
		return kernel.Refuse("BadRequest", "The log analytics destination type '%s' is invalid.", kind)
	}
	logs, metrics := cloud.Objects(c.Object.Inputs["logs"]), cloud.Objects(c.Object.Inputs["metrics"])
	if len(logs)+len(metrics) == 0 {
		return kernel.Refuse("BadRequest", "A diagnostic setting requires logs or metrics.")
	}
	if err := checkCategories(c, logs, metrics); err != nil {
		return err
	}
	if err := checkOtherSettings(c, logs); err != nil {
		return err
	}
	c.Set("logs", answers(logs))
	c.Set("metrics", answers(metrics))
	return nil
}

// answers adds the retention policy that Azure answers with.
func answers(settings []map[string]any) []any {
	out := []any{}
	for _, s := range settings {
		answer := map[string]any{"retentionPolicy": map[string]any{"enabled": false, "days": 0.0}}
		for name, v := range s {
			answer[name] = v
		}
		out = append(out, answer)
	}
	return out
}

func checkCategories(c *cloud.Call, logs, metrics []map[string]any) error {
	typ := strings.ToLower(kernel.ID(c.Text("resourceUri")).Type())
	known, listed := categories()[typ]
	for _, l := range logs {
		category, group := cloud.Text(l, "category"), cloud.Text(l, "categoryGroup")
		switch {
		case (category == "") == (group == ""):
			return kernel.Refuse("BadRequest", "Each log of a diagnostic setting requires either a category or a category group.")
		case listed && category != "" && !slices.Contains(known.logs, category):
			return kernel.Refuse("BadRequest", "Category '%s' is not supported.", category)
		case listed && group != "" && (len(known.logs) == 0 || group != "allLogs" && group != "audit"):
			return kernel.Refuse("BadRequest", "CategoryGroup '%s' is not supported.", group)
		}
	}
	for _, m := range metrics {
		if category := cloud.Text(m, "category"); listed && !slices.Contains(append([]string{"AllMetrics"}, known.metrics...), category) {
			return kernel.Refuse("BadRequest", "Metric category '%s' is not supported.", category)
		}
	}
	for _, s := range append(slices.Clone(logs), metrics...) {
		if policy, _ := s["retentionPolicy"].(map[string]any); policy["enabled"] == true {
			// Source: "Migrate from diagnostic settings storage retention to Azure Storage lifecycle management".
			return kernel.Refuse("BadRequest", "Diagnostic settings does not support retention for new diagnostic settings.")
		}
	}
	return nil
}

// checkOtherSettings checks a setting against the others of its resource: there are at most five, and none sends a
// category to the same place.
func checkOtherSettings(c *cloud.Call, logs []map[string]any) error {
	others, err := c.List(settingToken)
	if err != nil {
		return err
	}
	count := 0
	for _, o := range others {
		if kernel.ID(o.ID).Same(c.Object.ID) || !kernel.SameID(o.Text("resourceUri"), c.Text("resourceUri")) {
			continue
		}
		count++
		for _, sink := range sinks() {
			if c.Text(sink) == "" || !kernel.SameID(c.Text(sink), o.Text(sink)) {
				continue
			}
			if category := shared(logs, cloud.Objects(o.Outputs["logs"])); category != "" {
				return kernel.Refuse("Conflict", "Data sink '%s' is already used in diagnostic setting '%s' for category '%s'. Data "+
					"sinks can't be reused in different settings on the same category for the same resource.", c.Text(sink),
					o.Text("name"), category)
			}
		}
	}
	if count >= 5 {
		return kernel.Refuse("Conflict", "The limit of 5 diagnostic settings was reached. To create new ones, delete an existing "+
			"diagnostic setting.")
	}
	return nil
}

// shared returns a category or a category group that both have, and that both enable.
func shared(a, b []map[string]any) string {
	for _, x := range a {
		for _, y := range b {
			for _, property := range []string{"category", "categoryGroup"} {
				if v := cloud.Text(x, property); v != "" && v == cloud.Text(y, property) && x["enabled"] == true &&
					y["enabled"] == true {
					return v
				}
			}
		}
	}
	return ""
}
