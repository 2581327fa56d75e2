package apigateway_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// in are the inputs of a resource.
type in = map[string]any

const (
	apiToken                 = "aws:apigateway/restApi:RestApi"
	deploymentToken          = "aws:apigateway/deployment:Deployment"
	integrationResponseToken = "aws:apigateway/integrationResponse:IntegrationResponse"
	integrationToken         = "aws:apigateway/integration:Integration"
	methodResponseToken      = "aws:apigateway/methodResponse:MethodResponse"
	methodToken              = "aws:apigateway/method:Method"
	resourceToken            = "aws:apigateway/resource:Resource"
	stageToken               = "aws:apigateway/stage:Stage"
)

func step(name, typ string, inputs in) awstest.Step {
	return awstest.Step{Name: name, Type: typ, Inputs: inputs}
}

// get are the inputs that identify a method.
func get(more in) in {
	return awstest.Merge(in{"restApi": "$api", "resourceId": "$items", "httpMethod": "GET"}, more)
}

func common() []awstest.Step {
	return []awstest.Step{
		step("role", kernel.RoleToken, in{"name": "fn", "assumeRolePolicy": awstest.TrustPolicy("lambda.amazonaws.com")}),
		step("fn", kernel.FunctionToken, in{"name": "fn", "role": awstest.RoleARN("fn"), "packageType": "Image", "imageUri": "a/b:c"}),
		step("api", apiToken, in{"name": "shop"}),
	}
}

// root adds a resource below the root of the API, whose id is an output.
func root(h *awstest.History) *awstest.History {
	return h.All(step("items", resourceToken, in{"restApi": "$api", "parentId": h.Output("api", "rootResourceId"), "pathPart": "items"}))
}

const invoke = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:fn/invocations"

func TestRejectedAPIs(t *testing.T) {
	t.Parallel()
	method := step("method", methodToken, get(in{"authorization": "NONE"}))
	proxy := func(more in) awstest.Step {
		return step("proxy", integrationToken, get(awstest.Merge(in{"type": "AWS_PROXY", "integrationHttpMethod": "POST", "uri": invoke}, more)))
	}
	deploy := step("deploy", deploymentToken, in{"restApi": "$api"})
	stage := step("stage", stageToken, in{"restApi": "$api", "deployment": "$deploy", "stageName": "prod"})
	for name, tc := range map[string]awstest.Refusal{
		"a method":                   {Steps: []awstest.Step{method, proxy(nil), deploy, stage}},
		"a part":                     {Steps: []awstest.Step{step("it", resourceToken, in{"restApi": "$api", "parentId": "$items", "pathPart": "{id+}"})}},
		"a part with a slash":        {Steps: []awstest.Step{step("it", resourceToken, in{"restApi": "$api", "parentId": "$items", "pathPart": "a/b"})}, Want: "api error BadRequestException: Resource's path part only allow"},
		"a missing parent":           {Steps: []awstest.Step{step("it", resourceToken, in{"restApi": "$api", "parentId": "none", "pathPart": "a"})}, Want: "api error NotFoundException: Invalid Resource identifier specified"},
		"a missing API":              {Steps: []awstest.Step{step("it", resourceToken, in{"restApi": "none", "parentId": "$items", "pathPart": "a"})}, Want: "api error NotFoundException: Invalid API identifier specified"},
		"a method twice":             {Steps: []awstest.Step{method, method}, Want: "api error ConflictException: Method already exists for this resource"},
		"a method of nothing":        {Steps: []awstest.Step{step("it", methodToken, get(in{"resourceId": "none", "authorization": "NONE"}))}, Want: "Invalid Resource identifier specified"},
		"an authorizer":              {Steps: []awstest.Step{step("it", methodToken, get(in{"authorization": "CUSTOM"}))}, Want: "Invalid authorizer ID specified."},
		"no method":                  {Steps: []awstest.Step{proxy(nil)}, Want: "api error NotFoundException: Invalid Method identifier specified"},
		"no method of HTTP":          {Steps: []awstest.Step{method, proxy(in{"integrationHttpMethod": nil})}, Want: "Enumeration value for HttpMethod must be non-empty"},
		"the ARN of a function":      {Steps: []awstest.Step{method, proxy(in{"uri": "arn:aws:lambda:eu-west-1:123456789012:function:fn"})}, Want: "AWS ARN for integration must contain path or action"},
		"a missing function":         {Steps: []awstest.Step{method, proxy(in{"uri": invoke[:len(invoke)-len("fn/invocations")] + "none/invocations"})}, Want: "Invalid function ARN or invalid uri"},
		"nothing to deploy":          {Steps: []awstest.Step{deploy}, Want: "api error BadRequestException: The REST API doesn't contain any methods"},
		"a method without a backend": {Steps: []awstest.Step{method, deploy}, Want: "api error BadRequestException: No integration defined for method"},
		"a stage of no deployment":   {Steps: []awstest.Step{step("it", stageToken, in{"restApi": "$api", "deployment": "none", "stageName": "prod"})}, Want: "Deployment id does not exist"},
		"a deployment with a stage":  {Steps: []awstest.Step{method, proxy(nil), deploy, stage, {Name: "-deploy"}}, Want: "Active stages pointing to this deployment must be moved or deleted"},
		"a stage twice":              {Steps: []awstest.Step{method, proxy(nil), deploy, stage, stage}, Want: "api error ConflictException: Stage already exists"},
		"a mock":                     {Steps: []awstest.Step{method, step("mock", integrationToken, get(in{"type": "MOCK"})), step("r", methodResponseToken, get(in{"statusCode": "200"})), step("i", integrationResponseToken, get(in{"statusCode": "200"}))}},
		"a response of nothing":      {Steps: []awstest.Step{method, step("i", integrationResponseToken, get(in{"statusCode": "200"}))}, Want: "Invalid Response status code identifier specified"},
		"a code":                     {Steps: []awstest.Step{method, step("r", methodResponseToken, get(in{"statusCode": "ok"}))}, Want: "expected statusCode to be a code such as 200"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := root(awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(common()...))
			last := len(tc.Steps) - 1
			err := h.All(tc.Steps[:last]...).Do(tc.Steps[last])
			if tc.Want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tc.Want)
		})
	}
}

func TestRESTAPI(t *testing.T) {
	t.Parallel()
	h := root(awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(common()...)).All(
		step("item", resourceToken, in{"restApi": "$api", "parentId": "$items", "pathPart": "{id}"}),
		step("described", apiToken, in{"name": "described", "body": `{"openapi": "3.0.1", "paths": {"/": {"get": {}}}}`}),
		step("deploy", deploymentToken, in{"restApi": "$described"}),
		step("stage", stageToken, in{"restApi": "$described", "deployment": "$deploy", "stageName": "prod"}))
	require.Equal(t, "/items/{id}", h.Output("item", "path"))
	require.Equal(t, "https://"+h.IDs["described"]+".execute-api.eu-west-1.amazonaws.com/prod", h.Output("stage", "invokeUrl"))
	require.Equal(t, "ags-"+h.IDs["described"]+"-prod", h.IDs["stage"])
	h.All(awstest.Step{Name: "-items"})
	require.Nil(t, h.Refreshed("item"), "resources below another one go with it")
	h.All(awstest.Step{Name: "-stage"}, awstest.Step{Name: "-deploy"}, awstest.Step{Name: "-described"})
}
