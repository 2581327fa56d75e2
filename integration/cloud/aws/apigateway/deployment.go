package apigateway

import (
	"encoding/json"
	"regexp"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/apigateway"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// url returns the address of a stage of an API.
func url(c *cloud.Call, of *cloud.Object, stage string) string {
	return "https://" + of.ID + ".execute-api." + c.Scope.Values["region"] + "." + kernel.DNSSuffix(c) + "/" + stage
}

// deployment is a snapshot of an API. With a stage name it has a stage of its own.
func deployment() *cloud.Type {
	return part(deploymentToken, apigateway.DeploymentArgs{}, &apigateway.Deployment{}, "", nil, &cloud.Type{
		Replaces: []string{"canarySettings", "stageDescription", "stageName", "triggers", "variables"},
		Delete: func(c *cloud.Call) error {
			stages, err := siblings(c, stageToken)
			for _, o := range stages {
				if o.Text("deployment") == c.Object.ID {
					return invalid("Active stages pointing to this deployment must be moved or deleted")
				}
			}
			return err
		},
	}, func(c *cloud.Call, of *cloud.Object) error {
		if err := checkDeployable(c, of); err != nil {
			return err
		}
		name := c.Text("stageName")
		cloud.Fill(c.Object.Outputs, map[string]any{"createdDate": time.Now().UTC().Format(time.RFC3339),
			"executionArn": of.Text("executionArn") + "/" + name, "invokeUrl": url(c, of, name)})
		return newID(c, 6)
	})
}

// checkDeployable rejects an API without methods, or with a method without an integration. An API that is described by
// a document has the methods of that.
func checkDeployable(c *cloud.Call, of *cloud.Object) error {
	if c.Old != nil {
		return nil
	}
	methods, err := siblings(c, methodToken)
	if err != nil {
		return err
	}
	var body struct {
		Paths map[string]any `json:"paths"`
	}
	text := of.Text("body")
	described := text != "" && (json.Unmarshal([]byte(text), &body) != nil || len(body.Paths) > 0)
	if len(methods) == 0 && !described {
		return invalid("The REST API doesn't contain any methods")
	}
	for _, m := range methods {
		found, err := c.All(integrationToken, func(o *cloud.Object) bool {
			return o.Text("restApi") == of.ID && o.Text("resourceId") == m.Text("resourceId") &&
				o.Text("httpMethod") == m.Text("httpMethod")
		})
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return invalid("No integration defined for method")
		}
	}
	return nil
}

func stage() *cloud.Type {
	pattern := regexp.MustCompile(`^[a-zA-Z0-9_-]{1,128}$`)
	return part(stageToken, apigateway.StageArgs{}, &apigateway.Stage{}, "ags", []string{"stageName"}, &cloud.Type{
		Check: func(c *cloud.Checker) {
			if text, ok := c.Text("stageName"); ok && !pattern.MatchString(text) {
				c.Add("stageName", "Stage name only allows a-zA-Z0-9_-, got %s", text)
			}
		},
	}, func(c *cloud.Call, of *cloud.Object) error {
		o, err := c.Here(deploymentToken, c.Text("deployment"))
		if err == nil && (o == nil || o.Text("restApi") != of.ID) {
			err = invalid("Deployment id does not exist")
		}
		name := c.Text("stageName")
		cloud.Fill(c.Object.Outputs, map[string]any{"arn": of.Text("arn") + "/stages/" + name, "webAclArn": "",
			"executionArn": of.Text("executionArn") + "/" + name, "invokeUrl": url(c, of, name)})
		return err
	})
}
