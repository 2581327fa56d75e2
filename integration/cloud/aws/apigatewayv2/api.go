package apigatewayv2

import (
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/apigatewayv2"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

func api() *cloud.Type {
	return &cloud.Type{
		Token: apiToken, Args: apigatewayv2.ApiArgs{}, Resource: &apigatewayv2.Api{},
		Name:     "name",
		Replaces: []string{"protocolType"},
		Sets:     []string{"allowHeaders", "allowMethods", "allowOrigins", "exposeHeaders"},
		Defaults: map[string]any{"apiKeySelectionExpression": "$request.header.x-api-key", "disableExecuteApiEndpoint": false,
			"routeSelectionExpression": "$request.method $request.path"},
		Check: func(c *cloud.Checker) {
			c.OneOf("protocolType", "HTTP", "WEBSOCKET")
			c.OneOf("ipAddressType", "ipv4", "dualstack")
			if text, ok := c.Text("name"); ok && (text == "" || len(text) > 128) {
				c.Add("name", "expected length of name to be in the range (1 - 128), got %s", text)
			}
			for _, property := range []string{"body", "routeKey", "target"} {
				if c.Has(property) {
					c.Add(property, "the simulated AWS does not cover %s: use Integration and Route", property)
				}
			}
		},
		Create: func(c *cloud.Call) error {
			digits, err := c.Hex(10)
			if err != nil {
				return err
			}
			c.Object.ID = digits
			region := c.Scope.Values["region"]
			scheme := map[bool]string{true: "wss", false: "https"}[c.Text("protocolType") == "WEBSOCKET"]
			cloud.Fill(c.Object.Outputs, map[string]any{
				"apiEndpoint":  scheme + "://" + digits + ".execute-api." + region + "." + kernel.DNSSuffix(c),
				"arn":          "arn:" + c.Scope.Values["partition"] + ":apigateway:" + region + "::/apis/" + digits,
				"executionArn": kernel.ARN(c, "execute-api", digits), "ipAddressType": "ipv4",
			})
			return setAPI(c)
		},
		Update: setAPI,
	}
}

func setAPI(c *cloud.Call) error {
	if c.Text("protocolType") == "WEBSOCKET" && c.Object.Inputs["corsConfiguration"] != nil {
		return invalid("CORS configuration is not supported for WebSocket APIs")
	}
	return nil
}

func stage() *cloud.Type {
	pattern := regexp.MustCompile(`^(\$default|[a-zA-Z0-9_-]{1,128})$`)
	return part(stageToken, apigatewayv2.StageArgs{}, &apigatewayv2.Stage{}, &cloud.Type{
		Name: "name", Replaces: []string{"name"}, Sets: []string{"routeSettings"},
		Defaults: map[string]any{"autoDeploy": false},
		Check: func(c *cloud.Checker) {
			if text, ok := c.Text("name"); ok && !pattern.MatchString(text) {
				c.Add("name", "expected name to be $default or up to 128 alphanumeric characters, _ and -, got %s", text)
			}
			logs, _ := c.Value("accessLogSettings").(map[string]any)
			if arn := cloud.Text(logs, "destinationArn"); arn != "" && !kernel.IsARN(arn) {
				c.Add("accessLogSettings.destinationArn", "%q is an invalid ARN", arn)
			}
		},
	}, func(c *cloud.Call, of *cloud.Object) error {
		name := c.Text("name")
		others, err := siblings(c, stageToken)
		if err != nil {
			return err
		}
		if c.Old == nil && slices.ContainsFunc(others, func(o *cloud.Object) bool { return o.Text("name") == name }) {
			return kernel.Refuse("ConflictException", "Stage already exists")
		}
		if c.Old == nil {
			if err := kernel.SetPartID(c, of, name); err != nil {
				return err
			}
		}
		path := map[bool]string{false: name}[name == "$default"]
		cloud.Fill(c.Object.Outputs, map[string]any{"arn": of.Text("arn") + "/stages/" + name, "deploymentId": "",
			"executionArn": of.Text("executionArn") + "/" + name, "invokeUrl": of.Text("apiEndpoint") + "/" + path,
			"defaultRouteSettings": map[string]any{"dataTraceEnabled": false, "detailedMetricsEnabled": false, "loggingLevel": "",
				"throttlingBurstLimit": 0.0, "throttlingRateLimit": 0.0}})
		return nil
	})
}

func integration() *cloud.Type {
	t := part(integrationToken, apigatewayv2.IntegrationArgs{}, &apigatewayv2.Integration{}, &cloud.Type{
		Replaces: []string{"integrationSubtype", "integrationType"},
		Sets:     []string{"responseParameters"},
		Defaults: map[string]any{"connectionType": "INTERNET", "payloadFormatVersion": "1.0"},
		Check: func(c *cloud.Checker) {
			c.OneOf("integrationType", "AWS", "AWS_PROXY", "HTTP", "HTTP_PROXY", "MOCK")
			c.OneOf("connectionType", "INTERNET", "VPC_LINK")
			c.OneOf("integrationMethod", "ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
			c.OneOf("payloadFormatVersion", "1.0", "2.0")
			c.Between("timeoutMilliseconds", 50, 30000)
		},
	}, func(c *cloud.Call, of *cloud.Object) error {
		http, typ, uri := of.Text("protocolType") == "HTTP", c.Text("integrationType"), c.Text("integrationUri")
		switch {
		case http && !strings.HasSuffix(typ, "_PROXY"):
			return invalid("HTTP APIs support integrations of type AWS_PROXY and HTTP_PROXY only, got %s", typ)
		case typ == "HTTP_PROXY" && c.Text("integrationMethod") == "":
			return invalid("HttpMethod must be specified for HTTP_PROXY integrations")
		case c.Text("connectionType") == "VPC_LINK" && c.Text("connectionId") == "":
			return invalid("ConnectionId must be specified for connections of type VPC_LINK")
		case typ == "AWS_PROXY" && c.Text("integrationSubtype") == "":
			known, err := c.All(kernel.FunctionToken, func(o *cloud.Object) bool { return strings.Contains(uri, o.Text("arn")) })
			if err != nil {
				return err
			}
			if !kernel.IsARN(uri) || len(known) == 0 {
				return invalid("Invalid function ARN or invalid uri: %s", uri)
			}
			c.SetDefault("integrationMethod", "POST")
		}
		cloud.Fill(c.Object.Outputs, map[string]any{"integrationResponseSelectionExpression": "",
			"timeoutMilliseconds": map[bool]float64{true: 30000, false: 29000}[http]})
		return nil
	})
	t.Delete = func(c *cloud.Call) error {
		routes, err := siblings(c, routeToken)
		for _, o := range routes {
			if o.Text("target") == "integrations/"+c.Object.ID {
				return kernel.Refuse("ConflictException", "Cannot delete Integration '%s' because it is referenced by a Route.",
					c.Object.ID)
			}
		}
		return err
	}
	return t
}

// httpKey is the form of the keys of the routes of an HTTP API.
var httpKey = regexp.MustCompile(`^(\$default|(ANY|DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT) /\S*)$`)

func route() *cloud.Type {
	return part(routeToken, apigatewayv2.RouteArgs{}, &apigatewayv2.Route{}, &cloud.Type{
		Sets:     []string{"authorizationScopes", "requestParameters"},
		Defaults: map[string]any{"apiKeyRequired": false, "authorizationType": "NONE"},
		Check:    func(c *cloud.Checker) { c.OneOf("authorizationType", "AWS_IAM", "CUSTOM", "JWT", "NONE") },
	}, func(c *cloud.Call, of *cloud.Object) error {
		key := c.Text("routeKey")
		if of.Text("protocolType") == "HTTP" && !httpKey.MatchString(key) {
			return invalid("The provided route key is not formatted properly for HTTP protocol. Format should be " +
				"\"<HTTP METHOD> /<RESOURCE PATH>\" or \"$default\"")
		}
		others, err := siblings(c, routeToken)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(others, func(o *cloud.Object) bool { return o.Text("routeKey") == key }) {
			return kernel.Refuse("ConflictException", "Route with key %s already exists for this API", key)
		}
		if target := c.Text("target"); target != "" {
			id, ok := strings.CutPrefix(target, "integrations/")
			o, err := c.Here(integrationToken, id)
			if err != nil || !ok || o == nil || o.Text("apiId") != of.ID {
				return kernel.Refuse("NotFoundException", "Unable to find Integration with identifier %s: a target is "+
					"integrations/ID", target)
			}
		}
		return nil
	})
}
