package apigateway

import (
	"regexp"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/apigateway"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// methodKeys identify a method within an API.
func methodKeys() []string { return []string{"resourceId", "httpMethod"} }

func checkMethod(c *cloud.Checker) {
	c.OneOf("httpMethod", "ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
}

func method() *cloud.Type {
	return part(methodToken, apigateway.MethodArgs{}, &apigateway.Method{}, "agm", methodKeys(), &cloud.Type{
		Defaults: map[string]any{"apiKeyRequired": false},
		Sets:     []string{"authorizationScopes"},
		Check: func(c *cloud.Checker) {
			checkMethod(c)
			c.OneOf("authorization", "NONE", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS")
		},
	}, func(c *cloud.Call, of *cloud.Object) error {
		_, ok, err := pathOf(c, of, c.Text("resourceId"))
		if err == nil && !ok {
			err = missing("Resource")
		}
		if kind := c.Text("authorization"); err == nil && (kind == "CUSTOM" || kind == "COGNITO_USER_POOLS") &&
			c.Text("authorizerId") == "" {
			err = invalid("Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS " +
				"requires a valid authorizer.")
		}
		return err
	})
}

// needs rejects a resource whose method, or what else it belongs to, does not exist.
func needs(c *cloud.Call, token string, keys ...string) error {
	found, err := siblings(c, token, keys...)
	if err == nil && len(found) == 0 {
		kind := "Method"
		if token == methodResponseToken {
			kind = "Response status code"
		}
		err = missing(kind)
	}
	return err
}

// invocation is the URI with which API Gateway invokes a function.
var invocation = regexp.MustCompile(`^arn:aws[a-z-]*:apigateway:[a-z0-9-]+:lambda:path/2015-03-31/functions/(.+)/invocations$`)

func integration() *cloud.Type {
	return part(integrationToken, apigateway.IntegrationArgs{}, &apigateway.Integration{}, "agi", methodKeys(), &cloud.Type{
		Replaces: []string{"integrationHttpMethod", "requestTemplates", "type"},
		Sets:     []string{"cacheKeyParameters"},
		Defaults: map[string]any{"connectionType": "INTERNET", "timeoutMilliseconds": 29000.0},
		Check: func(c *cloud.Checker) {
			checkMethod(c)
			c.OneOf("type", "AWS", "AWS_PROXY", "HTTP", "HTTP_PROXY", "MOCK")
			c.OneOf("connectionType", "INTERNET", "VPC_LINK")
			c.OneOf("passthroughBehavior", "WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER")
			c.Between("timeoutMilliseconds", 50, 300000)
		},
	}, func(c *cloud.Call, _ *cloud.Object) error {
		if err := needs(c, methodToken, methodKeys()...); err != nil {
			return err
		}
		cloud.Fill(c.Object.Outputs, map[string]any{"cacheNamespace": c.Text("resourceId"),
			"passthroughBehavior": "WHEN_NO_MATCH", "cacheKeyParameters": []any{}})
		typ, uri := c.Text("type"), c.Text("uri")
		switch {
		case typ == "MOCK":
			return nil
		case c.Text("integrationHttpMethod") == "":
			return invalid("Enumeration value for HttpMethod must be non-empty")
		case strings.HasPrefix(typ, "HTTP") && !strings.HasPrefix(uri, "http"):
			return invalid("Invalid HTTP endpoint specified for URI")
		case !strings.HasPrefix(typ, "AWS"):
			return nil
		case !kernel.IsARN(uri) || !strings.Contains(uri, ":path/") && !strings.Contains(uri, ":action/"):
			return invalid("AWS ARN for integration must contain path or action")
		}
		return checkInvocation(c, uri)
	})
}

// checkInvocation rejects a function that does not exist.
func checkInvocation(c *cloud.Call, uri string) error {
	parts := invocation.FindStringSubmatch(uri)
	if parts == nil { // Another service than Lambda.
		if strings.Contains(uri, ":lambda:") {
			return invalid("Invalid function ARN or invalid uri")
		}
		return nil
	}
	known, err := c.All(kernel.FunctionToken, func(o *cloud.Object) bool { return strings.HasPrefix(parts[1], o.Text("arn")) })
	if err == nil && len(known) == 0 {
		err = invalid("Invalid function ARN or invalid uri")
	}
	return err
}

// response is a response of a method or of its integration, with a status code. It needs what it belongs to.
func response(token string, args pulumi.Input, r pulumi.Resource, needed, prefix string) *cloud.Type {
	code := regexp.MustCompile(`^[1-5]\d\d$`)
	keys := append(methodKeys(), "statusCode")
	return part(token, args, r, prefix, keys, &cloud.Type{
		Check: func(c *cloud.Checker) {
			checkMethod(c)
			if text, ok := c.Text("statusCode"); ok && !code.MatchString(text) {
				c.Add("statusCode", "expected statusCode to be a code such as 200, got %s", text)
			}
		},
	}, func(c *cloud.Call, _ *cloud.Object) error {
		if needed == methodToken {
			return needs(c, methodToken, methodKeys()...)
		}
		return needs(c, needed, keys...)
	})
}
