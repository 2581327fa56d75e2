package lambda

import (
	"regexp"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

const (
	aliasToken       = "aws:lambda/alias:Alias"
	eventSourceToken = "aws:lambda/eventSourceMapping:EventSourceMapping"
	urlToken         = "aws:lambda/functionUrl:FunctionUrl"
)

// Service returns the types and functions of Lambda.
func Service() cloud.Service {
	return cloud.Service{
		Types:     []*cloud.Type{function(), alias(), permission(), eventSource(), functionURL()},
		Functions: map[string]cloud.Function{"aws:lambda/getFunction:getFunction": getFunction},
	}
}

// invalid is the error of the API for most of what it rejects.
func invalid(format string, args ...any) error {
	return kernel.Refuse("InvalidParameterValueException", format, args...)
}

// part completes a type whose resources belong to a function, in an input with its name or ARN, and are deleted with it.
func part(token string, args pulumi.Input, r pulumi.Resource, input string, t *cloud.Type,
	create func(c *cloud.Call, of *cloud.Object) error) *cloud.Type {
	t.Token, t.Args, t.Resource = token, args, r
	t.Create = func(c *cloud.Call) error {
		of, err := find(c, c.Text(input))
		if err != nil {
			return err
		}
		c.Object.Managed = of.Key()
		return create(c, of)
	}
	return t
}

// functionName are the forms of names of functions: a name, or an ARN with or without a version.
var functionName = regexp.MustCompile(`^(arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:|\d{12}:function:)?([a-zA-Z0-9_-]+)(:(\$LATEST|[a-zA-Z0-9_-]+))?$`)

// find returns the function of a name or an ARN, or rejects it.
func find(c *cloud.Call, id string) (*cloud.Object, error) {
	name := id
	if parts := functionName.FindStringSubmatch(id); parts != nil {
		name = parts[2]
	}
	o, err := c.Here(kernel.FunctionToken, name)
	if err == nil && o == nil {
		err = kernel.Refuse("ResourceNotFoundException", "Function not found: %s",
			kernel.ARN(c, "lambda", "function:"+name))
	}
	return o, err
}
