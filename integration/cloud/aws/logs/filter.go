package logs

import (
	"regexp"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/iam"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

const (
	metricFilterToken       = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
	streamToken             = "aws:cloudwatch/logStream:LogStream"
	subscriptionFilterToken = "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter"
)

// part completes a type whose resources belong to a log group, in an input, and are deleted with it. A group has at most
// as many of them as most says; 0 is any number.
//
// Source: API reference of CloudWatch Logs, and "CloudWatch Logs quotas".
func part(token string, args pulumi.Input, r pulumi.Resource, group string, most int, t *cloud.Type,
	set func(c *cloud.Call, of *cloud.Object) error) *cloud.Type {
	names := kernel.Names{Pattern: regexp.MustCompile(`^[^:*]+$`), Longest: 512, Says: "no : and *"}
	t.Token, t.Args, t.Resource, t.Name = token, args, r, "name"
	t.Replaces = append(t.Replaces, group, "name")
	t.ImportID = func(o *cloud.Object) string { return o.Text(group) + ":" + o.Text("name") }
	check := t.Check
	t.Check = func(c *cloud.Checker) {
		names.Check(c, "name")
		if check != nil {
			check(c)
		}
	}
	t.Update = func(c *cloud.Call) error {
		of, err := c.Find(kernel.LogGroupToken, c.Text(group), "ResourceNotFoundException",
			"The specified log group does not exist: %s")
		if err != nil {
			return err
		}
		if c.Old == nil {
			if err := kernel.SetPartID(c, of, c.Text("name")); err != nil {
				return err
			}
		}
		others, err := c.All(token, func(o *cloud.Object) bool { return o.Managed == of.Key() })
		if err == nil && most > 0 && len(others) >= most {
			err = kernel.Refuse("LimitExceededException", "Resource limit exceeded.")
		}
		if err != nil {
			return err
		}
		return set(c, of)
	}
	t.Create = t.Update
	return t
}

func logStream() *cloud.Type {
	t := part(streamToken, cloudwatch.LogStreamArgs{}, &cloudwatch.LogStream{}, "logGroupName", 0, &cloud.Type{},
		func(c *cloud.Call, of *cloud.Object) error {
			c.Set("arn", of.Text("arn")+":log-stream:"+c.Text("name"))
			return nil
		})
	create := t.Create
	t.Create = func(c *cloud.Call) error {
		others, err := c.List(streamToken)
		for _, o := range others {
			if o.Place == c.Object.Place && o.Text("logGroupName") == c.Text("logGroupName") && o.Text("name") == c.Text("name") {
				return kernel.Refuse("ResourceAlreadyExistsException", "The specified log stream already exists")
			}
		}
		if err != nil {
			return err
		}
		return create(c)
	}
	return t
}

// checkPattern rejects a filter pattern with brackets or quotes that are not closed.
func checkPattern(text string) error {
	open := strings.TrimSpace(text)
	for first, last := range map[string]string{"{": "}", "[": "]", `"`: `"`} {
		if strings.HasPrefix(open, first) && (len(open) < 2 || !strings.HasSuffix(open, last)) {
			return kernel.Refuse("InvalidParameterException", "Invalid filter pattern: %s", text)
		}
	}
	return nil
}

func metricFilter() *cloud.Type {
	return part(metricFilterToken, cloudwatch.LogMetricFilterArgs{}, &cloudwatch.LogMetricFilter{}, "logGroupName", 100,
		&cloud.Type{
			Check: func(c *cloud.Checker) {
				to, _ := c.Value("metricTransformation").(map[string]any)
				if to["defaultValue"] != nil && to["dimensions"] != nil {
					c.Add("metricTransformation.defaultValue", "%q: conflicts with dimensions", "metricTransformation.defaultValue")
				}
			},
		}, func(c *cloud.Call, _ *cloud.Object) error { return checkPattern(c.Text("pattern")) })
}

func subscriptionFilter() *cloud.Type {
	return part(subscriptionFilterToken, cloudwatch.LogSubscriptionFilterArgs{}, &cloudwatch.LogSubscriptionFilter{},
		"logGroup", 2, &cloud.Type{
			Defaults: map[string]any{"distribution": "ByLogStream"},
			Check: func(c *cloud.Checker) {
				kernel.CheckARNs(c, "destinationArn", "roleArn")
				c.OneOf("distribution", "ByLogStream", "Random")
			},
		}, func(c *cloud.Call, of *cloud.Object) error {
			c.SetDefault("roleArn", "")
			if err := checkPattern(c.Text("filterPattern")); err != nil {
				return err
			}
			if strings.Contains(c.Text("destinationArn"), ":lambda:") {
				return mayInvoke(c, of)
			}
			ok, err := iam.MayAssume(c, "logs.amazonaws.com", c.Text("roleArn"))
			if err == nil && !ok {
				ok, err = iam.MayAssume(c, "logs."+c.Scope.Values["region"]+".amazonaws.com", c.Text("roleArn"))
			}
			if err == nil && !ok {
				err = kernel.Refuse("InvalidParameterException", "Could not assume the role %s to deliver to the stream. Check if "+
					"the role exists and trusts logs.amazonaws.com.", c.Text("roleArn"))
			}
			return err
		})
}

// mayInvoke rejects a function whose permissions do not allow CloudWatch Logs to invoke it.
func mayInvoke(c *cloud.Call, of *cloud.Object) error {
	functions, err := c.All(kernel.FunctionToken, cloud.With("arn", c.Text("destinationArn")))
	if err != nil {
		return err
	}
	for _, f := range functions {
		allowed, err := c.All(kernel.FunctionPermissionToken, func(o *cloud.Object) bool {
			source := o.Text("sourceArn")
			return o.Managed == f.Key() && strings.HasPrefix(o.Text("principal"), "logs.") &&
				(source == "" || kernel.Match(source, of.Text("arn")+":*") || kernel.Match(source, of.Text("arn")))
		})
		if err != nil || len(allowed) > 0 {
			return err
		}
	}
	return kernel.Refuse("InvalidParameterException", "Could not execute the lambda function. Make sure you have given "+
		"CloudWatch Logs permission to execute your function.")
}
