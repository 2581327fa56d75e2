package ssm

import (
	"fmt"
	"maps"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ssm"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/ec2"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/eks/catalog"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kms"
)

func parameter() *cloud.Type {
	pattern := regexp.MustCompile(`^[a-zA-Z0-9_.\-/]+$`)
	return &cloud.Type{
		Token: kernel.ParameterToken, Args: ssm.ParameterArgs{}, Resource: &ssm.Parameter{},
		Name:     "name",
		Replaces: []string{"dataType", "name"},
		Check: func(c *cloud.Checker) {
			c.OneOf("type", "String", "StringList", "SecureString")
			c.OneOf("tier", "Standard", "Advanced", "Intelligent-Tiering")
			c.ExactlyOne("value", "insecureValue")
			c.OneOf("dataType", "text", "aws:ec2:image", "aws:ssm:integration")
			if text, ok := c.Text("description"); ok && len([]rune(text)) > 1024 {
				c.Add("description", "expected length of description to be in the range (0 - 1024)")
			}
			if name, ok := c.Text("name"); ok && (len(name) > 2048 || !pattern.MatchString(name)) {
				c.Add("name", "expected name to consist of letters, digits and _.-/, at most 2048 characters, got %s",
					name)
			}
		},
		Create: func(c *cloud.Call) error {
			name := c.Text("name")
			start := strings.ToLower(strings.TrimPrefix(name, "/"))
			if strings.HasPrefix(start, "aws") || strings.HasPrefix(start, "ssm") {
				return kernel.Refuse("ValidationException",
					`Parameter name: can't be prefixed with "aws" or "ssm" (case-insensitive).`)
			}
			if len(kernel.ARN(c, "ssm", "parameter/"+strings.TrimPrefix(name, "/"))) > 1011 {
				return kernel.Refuse("ValidationException", "Parameter name is longer than 1011 characters with its ARN.")
			}
			if strings.Count(name, "/") > 15 {
				return kernel.Refuse("HierarchyLevelLimitExceededException",
					"Parameter hierarchies are limited to a maximum depth of fifteen levels.")
			}
			if strings.HasSuffix(name, "/") || strings.Contains(name, "//") {
				return kernel.Refuse("ValidationException", "Parameter name must not have empty levels: %s", name)
			}
			if strings.Contains(name, "/") && name[0] != '/' {
				return kernel.Refuse("ValidationException", "Parameter name must be a fully qualified name.")
			}
			same, err := c.Here(kernel.ParameterToken, name)
			if err != nil {
				return err
			}
			if same != nil && c.Object.Outputs["overwrite"] != true {
				return kernel.Refuse("ParameterAlreadyExists",
					"The parameter already exists. To overwrite this value, set the overwrite option in the request to true.")
			}
			c.Object.ID = name
			c.Set("arn", kernel.ARN(c, "ssm", "parameter/"+strings.TrimPrefix(name, "/")))
			return putParameter(c)
		},
		Update: putParameter,
	}
}

func putParameter(c *cloud.Call) error {
	value := c.Text("value") + c.Text("insecureValue")
	if c.Text("insecureValue") != "" {
		c.Set("value", value)
	}
	c.SetDefault("tier", "Standard")
	c.SetDefault("dataType", "text")
	if value == "" {
		return kernel.Refuse("ValidationException", "Parameter value must have at least one character.")
	}
	if pattern := c.Text("allowedPattern"); pattern != "" {
		allowed, err := regexp.Compile("^(?:" + pattern + ")$")
		if err != nil {
			return kernel.Refuse("InvalidAllowedPatternException", "The allowed pattern %s is not valid.", pattern)
		}
		if !allowed.MatchString(value) {
			return kernel.Refuse("ParameterPatternMismatchException",
				"Parameter value can't be validated against allowedPattern.")
		}
	}
	if c.Old != nil && c.Old.Text("tier") == "Advanced" && c.Text("tier") == "Standard" {
		return kernel.Refuse("ValidationException",
			"This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter "+
				"tier to the standard-parameter tier.")
	}
	if limit := map[string]int{"Standard": 4096}[c.Text("tier")]; len(value) > max(limit, 4096) && limit > 0 ||
		len(value) > 8192 {
		return kernel.Refuse("ValidationException",
			"%s tier parameters support a maximum parameter value of %d characters.", c.Text("tier"), max(limit, 4096))
	}
	if c.Text("dataType") == "aws:ec2:image" {
		if _, err := ec2.FindImage(c, value); err != nil {
			return err
		}
	}
	if c.Text("type") == "SecureString" {
		c.SetDefault("keyId", "alias/aws/ssm")
		if k, err := kms.FindKey(c, c.Text("keyId")); err != nil || k == nil {
			return kernel.Refuse("InvalidKeyId", "Invalid keyId %s", c.Text("keyId"))
		}
	}
	version := 1.0
	if c.Old != nil {
		old, _ := c.Old.Outputs["version"].(float64)
		version += old
	}
	c.Set("version", version)
	return nil
}

// getParameter looks up a parameter in the store, or a public one.
func getParameter(c *cloud.Call, args map[string]any) (map[string]any, error) {
	name, _ := args["name"].(string)
	out := map[string]any{"id": name, "name": name, "type": "String", "version": 1.0,
		"withDecryption": args["withDecryption"] != false}
	o, err := c.Get(kernel.ParameterToken, c.Scope.Place, name)
	if err != nil {
		return nil, err
	}
	if o != nil {
		for _, property := range []string{"arn", "type", "value", "version"} {
			if o.Outputs[property] != nil {
				out[property] = o.Outputs[property]
			}
		}
	} else {
		value, err := published(c, name)
		if err != nil {
			return nil, err
		}
		out["value"] = value
		out["arn"] = fmt.Sprintf("arn:%s:ssm:%s::parameter%s", c.Scope.Values["partition"], c.Scope.Values["region"],
			name)
	}
	out["insecureValue"] = out["value"]
	if out["type"] == "SecureString" {
		out["insecureValue"] = ""
	}
	return out, nil
}

// published returns the value of a public parameter.
func published(c *cloud.Call, name string) (string, error) {
	if value, ok := catalog.ReleaseParameters()[name]; ok {
		return value, nil
	}
	pattern, ok := ec2.ImageParameters()[name]
	if !ok {
		return "", kernel.Refuse("ParameterNotFound", "Parameter %s not found.", name)
	}
	newest := ""
	for _, i := range ec2.Images() {
		if kernel.Match(pattern, i.Name) {
			newest = i.ID(c.Scope.Values["region"])
		}
	}
	return newest, nil
}

// Publish sets the value of a public parameter in a region, such as the id of a newer image.
func Publish(store *cloud.Store, account, region, name, value string) error {
	values := map[string]any{"name": name, "type": "String", "value": value}
	return store.Do(func(tx *cloud.Tx) error {
		return tx.Put(&cloud.Object{Type: kernel.ParameterToken, ID: name, Place: account + "/" + region,
			Inputs: values, Outputs: values})
	})
}

// getParametersByPath returns the parameters of the account below a path, and with recursive those at any depth.
func getParametersByPath(c *cloud.Call, args map[string]any) (map[string]any, error) {
	path := strings.TrimSuffix(cloud.Text(args, "path"), "/") + "/"
	found, err := c.List(kernel.ParameterToken)
	lists := map[string][]string{"arns": {}, "names": {}, "types": {}, "values": {}}
	for _, o := range found {
		rest, below := strings.CutPrefix(o.Text("name"), path)
		if o.Place != c.Scope.Place || !below || strings.Contains(rest, "/") && args["recursive"] != true {
			continue
		}
		for list, output := range map[string]string{"arns": "arn", "names": "name", "types": "type", "values": "value"} {
			lists[list] = append(lists[list], o.Text(output))
		}
	}
	out := maps.Clone(args)
	out["id"] = cloud.Text(args, "path")
	for name, texts := range lists {
		out[name] = cloud.List(texts...)
	}
	return out, err
}
