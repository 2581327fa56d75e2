package apigatewayv2

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

const (
	apiToken         = "aws:apigatewayv2/api:Api"
	integrationToken = "aws:apigatewayv2/integration:Integration"
	routeToken       = "aws:apigatewayv2/route:Route"
	stageToken       = "aws:apigatewayv2/stage:Stage"
)

// Service returns the types of API Gateway.
func Service() cloud.Service {
	return cloud.Service{Types: []*cloud.Type{api(), stage(), integration(), route()}}
}

// invalid is the error of the API for most of what it rejects.
func invalid(format string, args ...any) error {
	return kernel.Refuse("BadRequestException", format, args...)
}

// part completes a type whose resources belong to an API, and are deleted with it. set applies the inputs of a new or
// changed resource.
func part(token string, args pulumi.Input, r pulumi.Resource, t *cloud.Type,
	set func(c *cloud.Call, of *cloud.Object) error) *cloud.Type {
	t.Token, t.Args, t.Resource = token, args, r
	t.Replaces = append(t.Replaces, "apiId")
	t.ImportID = func(o *cloud.Object) string { return o.Text("apiId") + "/" + o.ID }
	t.Update = func(c *cloud.Call) error {
		of, err := c.Find(apiToken, c.Text("apiId"), "NotFoundException",
			"Invalid API identifier specified "+c.Scope.Values["account"]+":%s")
		if err != nil {
			return err
		}
		c.Object.Managed = of.Key()
		return set(c, of)
	}
	t.Create = func(c *cloud.Call) error {
		digits, err := c.Hex(7)
		if err != nil {
			return err
		}
		c.Object.ID = digits
		return t.Update(c)
	}
	return t
}

// siblings returns the other objects of a type of the same API.
func siblings(c *cloud.Call, token string) ([]*cloud.Object, error) {
	return c.All(token, cloud.With("apiId", c.Text("apiId")))
}
