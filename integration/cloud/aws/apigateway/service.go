package apigateway

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/apigateway"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

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

// Service returns the types of REST APIs.
func Service() cloud.Service {
	return cloud.Service{Types: []*cloud.Type{api(), pathResource(), method(), integration(), deployment(), stage(),
		response(methodResponseToken, apigateway.MethodResponseArgs{}, &apigateway.MethodResponse{}, methodToken, "agmr"),
		response(integrationResponseToken, apigateway.IntegrationResponseArgs{}, &apigateway.IntegrationResponse{},
			methodResponseToken, "agir")}}
}

// invalid is the error of the API for most of what it rejects.
func invalid(format string, args ...any) error {
	return kernel.Refuse("BadRequestException", format, args...)
}

// missing is the error of the API for a part that does not exist.
func missing(kind string) error {
	return kernel.Refuse("NotFoundException", "Invalid %s identifier specified", kind)
}

// part completes a type whose resources belong to an API, and are deleted with it. prefix and keys make its id; without
// any, set gives one. set applies the inputs of a new or changed resource.
func part(token string, args pulumi.Input, r pulumi.Resource, prefix string, keys []string, t *cloud.Type,
	set func(c *cloud.Call, of *cloud.Object) error) *cloud.Type {
	t.Token, t.Args, t.Resource = token, args, r
	t.Replaces = slices.Concat(t.Replaces, []string{"restApi"}, keys)
	t.ImportID = func(o *cloud.Object) string {
		return strings.Join(values(o, append([]string{"restApi"}, keys...)), "/")
	}
	t.Update = func(c *cloud.Call) error {
		of, err := c.Here(apiToken, c.Text("restApi"))
		if err == nil && of == nil {
			err = missing("API")
		}
		if err != nil {
			return err
		}
		c.Object.Managed = of.Key()
		return set(c, of)
	}
	t.Create = func(c *cloud.Call) error {
		if prefix != "" {
			c.Object.ID = strings.Join(append([]string{prefix, c.Text("restApi")}, values(c.Object, keys)...), "-")
			same, err := c.Here(token, c.Object.ID)
			if err != nil {
				return err
			}
			if same != nil && token != integrationToken { // Writing an integration again overwrites it.
				kind := strings.TrimPrefix(token[strings.LastIndex(token, ":"):], ":")
				return kernel.Refuse("ConflictException", "%s already exists for this resource", kind)
			}
		}
		return t.Update(c)
	}
	return t
}

func values(o *cloud.Object, names []string) []string {
	var out []string
	for _, name := range names {
		out = append(out, o.Text(name))
	}
	return out
}

// siblings returns the other objects of a type of the same API with the same values of properties.
func siblings(c *cloud.Call, token string, same ...string) ([]*cloud.Object, error) {
	return c.All(token, func(o *cloud.Object) bool {
		return slices.Equal(values(o, append(same, "restApi")), values(c.Object, append(same, "restApi")))
	})
}

// newID sets the id of a new object to hexadecimal digits.
func newID(c *cloud.Call, length int) error {
	if c.Old != nil {
		return nil
	}
	digits, err := c.Hex(length)
	c.Object.ID = digits
	return err
}
