package apigatewayv2_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// in are the inputs of a resource.
type in = map[string]any

const (
	apiToken         = "aws:apigatewayv2/api:Api"
	integrationToken = "aws:apigatewayv2/integration:Integration"
	routeToken       = "aws:apigatewayv2/route:Route"
	stageToken       = "aws:apigatewayv2/stage:Stage"
)

func common() []awstest.Step {
	return []awstest.Step{
		{Name: "role", Type: kernel.RoleToken, Inputs: in{"name": "fn", "assumeRolePolicy": awstest.TrustPolicy("lambda.amazonaws.com")}},
		{Name: "fn", Type: kernel.FunctionToken, Inputs: in{"name": "fn", "role": awstest.RoleARN("fn"), "packageType": "Image", "imageUri": "a/b:c"}},
		{Name: "api", Type: apiToken, Inputs: in{"name": "web", "protocolType": "HTTP"}},
		{Name: "backend", Type: integrationToken, Inputs: in{"apiId": "$api", "integrationType": "AWS_PROXY",
			"integrationUri": "arn:aws:lambda:eu-west-1:123456789012:function:fn", "payloadFormatVersion": "2.0"}},
		{Name: "default", Type: stageToken, Inputs: in{"apiId": "$api", "name": "$default", "autoDeploy": true}},
		{Name: "route", Type: routeToken, Inputs: in{"apiId": "$api", "routeKey": "GET /", "target": "integrations/$backend"}},
	}
}

func TestRejectedAPIs(t *testing.T) {
	t.Parallel()
	route := func(more in) []awstest.Step {
		return awstest.One("it", routeToken, awstest.Merge(in{"apiId": "$api", "routeKey": "POST /"}, more))
	}
	integration := func(more in) []awstest.Step {
		return awstest.One("it", integrationToken, awstest.Merge(in{"apiId": "$api", "integrationType": "HTTP_PROXY",
			"integrationMethod": "GET", "integrationUri": "https://example.com"}, more))
	}
	awstest.RunRefusals(t, common(), map[string]awstest.Refusal{
		"a protocol":                   {Steps: awstest.One("it", apiToken, in{"protocolType": "REST"}), Want: "expected protocolType to be one of"},
		"CORS of sockets":              {Steps: awstest.One("it", apiToken, in{"protocolType": "WEBSOCKET", "corsConfiguration": in{"allowOrigins": []any{"*"}}}), Want: "api error BadRequestException"},
		"an integration":               {Steps: integration(nil)},
		"an integration of nothing":    {Steps: integration(in{"apiId": "none"}), Want: "api error NotFoundException: Invalid API identifier specified 123456789012:none"},
		"an integration without URL":   {Steps: integration(in{"integrationType": "AWS_PROXY"}), Want: "Invalid function ARN or invalid uri"},
		"a missing function":           {Steps: integration(in{"integrationType": "AWS_PROXY", "integrationUri": "arn:aws:lambda:eu-west-1:123456789012:function:none"}), Want: "Invalid function ARN or invalid uri"},
		"a mock of HTTP":               {Steps: integration(in{"integrationType": "MOCK"}), Want: "HTTP APIs support integrations of type AWS_PROXY and HTTP_PROXY only"},
		"a link without an id":         {Steps: integration(in{"connectionType": "VPC_LINK"}), Want: "ConnectionId must be specified"},
		"a route":                      {Steps: route(nil)},
		"a key":                        {Steps: route(in{"routeKey": "/items"}), Want: "The provided route key is not formatted properly for HTTP protocol."},
		"a key twice":                  {Steps: route(in{"routeKey": "GET /"}), Want: "api error ConflictException: Route with key GET / already exists for this API"},
		"a target of nothing":          {Steps: route(in{"target": "integrations/none"}), Want: "api error NotFoundException: Unable to find Integration"},
		"an integration with a route":  {Steps: []awstest.Step{{Name: "-backend"}}, Want: "api error ConflictException: Cannot delete Integration '$backend' because it is referenced by a Route."},
		"an integration after a route": {Steps: []awstest.Step{{Name: "-route"}, {Name: "-backend"}}},
		"a stage twice":                {Steps: awstest.One("it", stageToken, in{"apiId": "$api", "name": "$default"}), Want: "api error ConflictException: Stage already exists"},
		"a stage's name":               {Steps: awstest.One("it", stageToken, in{"apiId": "$api", "name": "a b"}), Want: "expected name to be $default or up to 128"},
	})
}

func TestAPI(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(common()...).All(
		awstest.Step{Name: "prod", Type: stageToken, Inputs: in{"apiId": "$api", "name": "prod"}})
	endpoint := "https://" + h.IDs["api"] + ".execute-api.eu-west-1.amazonaws.com"
	require.Equal(t, endpoint, h.Output("api", "apiEndpoint"))
	require.Equal(t, "arn:aws:execute-api:eu-west-1:123456789012:"+h.IDs["api"], h.Output("api", "executionArn"))
	require.Equal(t, endpoint+"/", h.Output("default", "invokeUrl"))
	require.Equal(t, endpoint+"/prod", h.Output("prod", "invokeUrl"))
	h.All(awstest.Step{Name: "second", Type: apiToken, Inputs: in{"protocolType": "HTTP"}},
		awstest.Step{Name: "other", Type: stageToken, Inputs: in{"apiId": "$second", "name": "prod"}})
	h.Refreshed("prod")
	require.Equal(t, endpoint+"/prod", h.Output("prod", "invokeUrl"), "each API has stages of its own")
	h.All(awstest.Step{Name: "~prod", Inputs: in{"apiId": "$api", "name": "prod", "autoDeploy": true}}, awstest.Step{Name: "-api"})
	left, err := h.Store.List(routeToken)
	require.NoError(t, err)
	require.Empty(t, left, "stages, routes and integrations go with their API")
}
