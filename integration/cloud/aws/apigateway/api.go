package apigateway

import (
	"encoding/json"
	"regexp"
	"strings"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/apigateway"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/policy"
)

func api() *cloud.Type {
	return &cloud.Type{
		Token: apiToken, Args: apigateway.RestApiArgs{}, Resource: &apigateway.RestApi{},
		Name: "name",
		Same: kernel.JSON("body", "policy"),
		Sets: []string{"vpcEndpointIds"},
		Check: func(c *cloud.Checker) {
			c.OneOf("apiKeySource", "HEADER", "AUTHORIZER")
			c.OneOf("putRestApiMode", "merge", "overwrite")
			endpoint, _ := c.Value("endpointConfiguration").(map[string]any)
			c.OneOfValue("endpointConfiguration.types", endpoint["types"], "EDGE", "REGIONAL", "PRIVATE")
			policy.CheckJSON(c, "policy")
		},
		Create: func(c *cloud.Call) error {
			if err := newID(c, 10); err != nil {
				return err
			}
			root, err := c.Hex(10)
			cloud.Fill(c.Object.Outputs, map[string]any{
				"arn": "arn:" + c.Scope.Values["partition"] + ":apigateway:" + c.Scope.Values["region"] + "::/restapis/" +
					c.Object.ID,
				"executionArn": kernel.ARN(c, "execute-api", c.Object.ID), "rootResourceId": root,
				"createdDate": time.Now().UTC().Format(time.RFC3339),
			})
			if err != nil {
				return err
			}
			return setAPI(c)
		},
		Update: setAPI,
	}
}

func setAPI(c *cloud.Call) error {
	cloud.Fill(c.Object.Outputs, map[string]any{"apiKeySource": "HEADER", "binaryMediaTypes": []any{}, "description": "",
		"disableExecuteApiEndpoint": false, "policy": "", "minimumCompressionSize": "",
		"endpointConfiguration": map[string]any{"types": "EDGE"}})
	if text := c.Text("body"); text != "" && strings.HasPrefix(strings.TrimSpace(text), "{") && !json.Valid([]byte(text)) {
		return invalid("Invalid OpenAPI input.")
	}
	return nil
}

// pathPart is the form of a part of a path.
//
// Source: API reference of CreateResource, and the error of the API in its words.
var pathPart = regexp.MustCompile(`^([a-zA-Z0-9._:-]+|\{[a-zA-Z0-9._-]+\+?\})$`)

func pathResource() *cloud.Type {
	return part(resourceToken, apigateway.ResourceArgs{}, &apigateway.Resource{}, "", nil, &cloud.Type{
		Delete: func(c *cloud.Call) error { return deleteBelow(c, c.Object.ID) },
	}, func(c *cloud.Call, of *cloud.Object) error {
		path, ok, err := pathOf(c, of, c.Text("parentId"))
		if err == nil && !ok {
			err = missing("Resource")
		}
		if err != nil {
			return err
		}
		name := c.Text("pathPart")
		if !pathPart.MatchString(name) {
			return invalid("Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at " +
				"the beginning and the end.")
		}
		same, err := siblings(c, resourceToken, "parentId", "pathPart")
		if err != nil {
			return err
		}
		if len(same) > 0 {
			return kernel.Refuse("ConflictException", "Another resource with the same parent already has this name: %s", name)
		}
		c.Set("path", strings.TrimSuffix(path, "/")+"/"+name)
		return newID(c, 6)
	})
}

// deleteBelow deletes the methods of a resource, and the resources below it.
func deleteBelow(c *cloud.Call, id string) error {
	for _, token := range []string{resourceToken, methodToken, integrationToken, methodResponseToken,
		integrationResponseToken} {
		below, err := siblings(c, token)
		if err != nil {
			return err
		}
		for _, o := range below {
			if o.Text("parentId") != id && o.Text("resourceId") != id {
				continue
			}
			if err := deleteBelow(c, o.ID); err != nil {
				return err
			}
			if err := c.Delete(o); err != nil {
				return err
			}
		}
	}
	return nil
}

// pathOf returns the path of a resource of an API. The root has no object of its own.
func pathOf(c *cloud.Call, of *cloud.Object, id string) (path string, ok bool, err error) {
	if id == of.Text("rootResourceId") {
		return "/", true, nil
	}
	o, err := c.Here(resourceToken, id)
	if err != nil || o == nil || o.Text("restApi") != of.ID {
		return "", false, err
	}
	return o.Text("path"), true, nil
}
