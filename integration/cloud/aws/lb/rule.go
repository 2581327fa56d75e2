package lb

import (
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

func rule() *cloud.Type {
	return of(ruleToken, lb.ListenerRuleArgs{}, &lb.ListenerRule{}, &cloud.Type{
		Replaces: []string{"listenerArn", "priority"}, Required: []string{"actions", "conditions"},
		Sets: []string{"conditions", "queryStrings", "targetGroups", "values"},
		Check: func(c *cloud.Checker) {
			kernel.CheckARNs(c, "listenerArn")
			c.Between("priority", 1, 50000)
			checkActions(c, "actions")
			for _, condition := range cloud.Objects(c.Value("conditions")) {
				if len(condition) != 1 {
					c.Add("conditions", "Exactly one of hostHeader, httpHeader, httpRequestMethod, pathPattern, queryStrings "+
						"and sourceIp must be set in a condition")
				}
			}
		},
		Create: func(c *cloud.Call) error {
			owner, err := findListener(c)
			if err != nil {
				return err
			}
			c.Object.Managed = owner.Key()
			if err := setPriority(c, owner); err != nil {
				return err
			}
			_, suffix, _ := strings.Cut(owner.ID, ":listener/")
			if err := identify(c, "listener-rule/"+suffix); err != nil {
				return err
			}
			return setRule(c)
		},
		Update: setRule,
	})
}

// setPriority rejects a priority in use. The default is the one after the highest.
func setPriority(c *cloud.Call, owner *cloud.Object) error {
	others, err := c.All(ruleToken, cloud.With("listenerArn", owner.ID))
	highest := 0.0
	for _, o := range others {
		if o.Number("priority") == c.Object.Number("priority") {
			return kernel.Refuse("PriorityInUse", "Priority '%v' is currently in use", o.Number("priority"))
		}
		highest = max(highest, o.Number("priority"))
	}
	c.SetDefault("priority", highest+1)
	return err
}

// setRule checks the actions and the number of values in conditions.
//
// Source: "Quotas for your Application Load Balancers", condition values per rule.
func setRule(c *cloud.Call) error {
	values := 0
	for _, condition := range cloud.Objects(c.Object.Outputs["conditions"]) {
		for _, block := range condition {
			of, _ := block.(map[string]any)
			list, _ := block.([]any)
			values += len(cloud.Texts(of["values"])) + len(list)
		}
	}
	if values > 5 {
		return invalid("A rule can only have '5' condition values")
	}
	owner, err := c.Here(kernel.LoadBalancerToken, balancerOf(c.Object.ID))
	if err != nil {
		return err
	}
	return setActions(c, owner, "actions")
}
