package ssm_test

import (
	"strings"
	"testing"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// in are the inputs of a resource.
type in = map[string]any

func TestRejectedParameters(t *testing.T) {
	t.Parallel()
	parameter := func(more in) []awstest.Step {
		return awstest.One("p", kernel.ParameterToken, awstest.Merge(in{"name": "/shop/url", "type": "String", "value": "a"}, more))
	}
	awstest.RunRefusals(t, nil, map[string]awstest.Refusal{
		"a parameter":        {Steps: parameter(nil)},
		"a deep hierarchy":   {Steps: parameter(in{"name": strings.Repeat("/a", 15)})},
		"a deeper hierarchy": {Steps: parameter(in{"name": strings.Repeat("/a", 16)}), Want: "api error HierarchyLevelLimitExceededException"},
		"a long name":        {Steps: parameter(in{"name": "/" + strings.Repeat("a", 1000)}), Want: "longer than 1011 characters"},
		"an empty level":     {Steps: parameter(in{"name": "/shop//url"}), Want: "must not have empty levels"},
		"a final slash":      {Steps: parameter(in{"name": "/shop/"}), Want: "must not have empty levels"},
		"a space":            {Steps: parameter(in{"name": "/shop/the url"}), Want: "expected name to consist of"},
		"a reserved name":    {Steps: parameter(in{"name": "/AWS/url"}), Want: `can't be prefixed with "aws" or "ssm"`},
		"an allowed value":   {Steps: parameter(in{"value": "12", "allowedPattern": `\d+`})},
		"a value that is not allowed": {Steps: parameter(in{"value": "x12", "allowedPattern": `\d+`}),
			Want: "api error ParameterPatternMismatchException"},
		"a malformed pattern": {Steps: parameter(in{"allowedPattern": "("}), Want: "api error InvalidAllowedPatternException"},
		"an empty value":      {Steps: parameter(in{"value": ""}), Want: "at least one character"},
		"no such data type":   {Steps: parameter(in{"dataType": "json"}), Want: "expected dataType to be one of"},
		"a long description":  {Steps: parameter(in{"description": strings.Repeat("a", 1025)}), Want: "(0 - 1024)"},
		"a lower tier": {Steps: append(parameter(in{"tier": "Advanced"}), awstest.Step{Name: "~p",
			Inputs: in{"name": "/shop/url", "type": "String", "value": "a", "tier": "Standard"}}),
			Want: "You can't downgrade a parameter"},
	})
}
