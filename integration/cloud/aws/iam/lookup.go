package iam

import (
	"fmt"
	"maps"
	"regexp"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// getRoles returns the names and ARNs of the roles of the account that match.
func getRoles(c *cloud.Call, args map[string]any) (map[string]any, error) {
	pattern, err := regexp.Compile(cloud.Text(args, "nameRegex"))
	if err != nil {
		return nil, fmt.Errorf("nameRegex: %w", err)
	}
	found, err := c.List(kernel.RoleToken)
	var names, arns []string
	for _, o := range found {
		if o.Place == c.Scope.Values["account"] && pattern.MatchString(o.Text("name")) &&
			strings.HasPrefix(o.Text("path"), cloud.Text(args, "pathPrefix")) {
			names, arns = append(names, o.Text("name")), append(arns, o.Text("arn"))
		}
	}
	out := maps.Clone(args)
	out["id"], out["names"], out["arns"] = c.Scope.Values["region"], cloud.List(names...), cloud.List(arns...)
	return out, err
}

// getSessionContext returns the role behind the ARN of a session, and any other ARN as it is.
func getSessionContext(c *cloud.Call, args map[string]any) (map[string]any, error) {
	arn := cloud.Text(args, "arn")
	out := map[string]any{"id": arn, "arn": arn, "issuerArn": arn, "issuerId": "", "issuerName": "", "sessionName": ""}
	parts := strings.Split(arn, "/")
	if !strings.Contains(arn, ":assumed-role/") || len(parts) < 3 {
		return out, nil
	}
	role, err := findRoleByName(c, parts[len(parts)-2])
	if err != nil {
		return nil, err
	}
	out["issuerArn"], out["issuerId"], out["issuerName"] = role.Text("arn"), role.Text("uniqueId"), role.Text("name")
	out["sessionName"] = parts[len(parts)-1]
	return out, nil
}
