package iam

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/policy"
)

const (
	customerPolicyToken = "aws:iam/policy:Policy"
	inlineToken         = "aws:iam/rolePolicy:RolePolicy"
	attachmentToken     = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
	exclusiveToken      = "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive"
	profileToken        = "aws:iam/instanceProfile:InstanceProfile"
	oidcToken           = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
)

// The forms of names, paths and descriptions. Source: the model of the IAM API: roleNameType, pathType, policyPathType
// and roleDescriptionType.
var (
	iamName         = regexp.MustCompile(`^[0-9A-Za-z=,.@\-_+]+$`)
	iamPath         = regexp.MustCompile(`^(/|/[\x21-\x7e]+/)$`)
	policyPath      = regexp.MustCompile(`^(/[A-Za-z0-9.,+@=_-]+)*/$`)
	roleDescription = regexp.MustCompile(`^[\x09\x0a\x0d\x20-\x7e\x{a1}-\x{ff}]*$`)
)

// checkName checks an IAM name and its path.
func checkName(c *cloud.Checker, longest int) {
	for property, limit := range map[string]int{"name": longest, "namePrefix": longest - 26} {
		name, ok := c.Text(property)
		switch {
		case !ok:
		case len(name) < 1 || len(name) > limit:
			c.Add(property, "expected length of %s to be in the range (1 - %d), got %s", property, limit, name)
		case !iamName.MatchString(name):
			c.Add(property, "invalid value for %s (must match [\\w+=,.@-])", property)
		}
	}
	pattern := iamPath
	if c.Type == customerPolicyToken {
		pattern = policyPath
	}
	if path, ok := c.Text("path"); ok && (!pattern.MatchString(path) || len(path) > 512) {
		c.Add("path", "invalid value for path (must begin and end with /, at most 512 characters, must match %s)", pattern)
	}
}

// identify sets the properties that all IAM objects have. Names are unique without regard to case.
func identify(c *cloud.Call, kind, prefix, message string) error {
	same, err := c.All(c.Object.Type, func(o *cloud.Object) bool {
		return strings.EqualFold(o.Text("name"),
			c.Text("name"))
	})
	if err != nil {
		return err
	}
	if len(same) > 0 {
		return kernel.Refuse("EntityAlreadyExists", message, c.Text("name"))
	}
	c.Object.ID = c.Text("name")
	c.SetDefault("path", "/")
	c.Set("arn", kernel.GlobalARN(c, "iam", kind+c.Text("path")+c.Text("name")))
	return unique(c, prefix)
}

// unique sets the unique id, which no later object of the same name gets, and the date.
func unique(c *cloud.Call, prefix string) error {
	digits, err := c.Hex(17)
	c.Set("uniqueId", prefix+strings.ToUpper(digits))
	c.Set("createDate", time.Now().UTC().Format(time.RFC3339))
	return err
}

func role() *cloud.Type {
	return &cloud.Type{
		Token: kernel.RoleToken, Args: iam.RoleArgs{}, Resource: &iam.Role{}, Place: kernel.AccountPlace,
		Name:     "name",
		Replaces: []string{"name", "namePrefix", "path"},
		Same:     kernel.JSON("assumeRolePolicy", "policy"),
		Sets:     []string{"inlinePolicies", "managedPolicyArns"},
		Defaults: map[string]any{"forceDetachPolicies": false, "maxSessionDuration": 3600.0, "path": "/"},
		Check: func(c *cloud.Checker) {
			checkName(c, 64)
			kernel.CheckARNs(c, "permissionsBoundary")
			c.Between("maxSessionDuration", 3600, 43200)
			if text, ok := c.Text("description"); ok && len([]rune(text)) > 1000 {
				c.Add("description", "expected length of description to be in the range (0 - 1000)")
			} else if ok && !roleDescription.MatchString(text) {
				c.Add("description", "invalid value for description (must match %s)", roleDescription)
			}
			policy.CheckJSON(c, "assumeRolePolicy")
		},
		Create: func(c *cloud.Call) error {
			if err := identify(c, "role", "AROA", "Role with name %s already exists."); err != nil {
				return err
			}
			return checkRole(c)
		},
		Update: checkRole,
		Delete: deleteRole,
	}
}

func checkRole(c *cloud.Call) error {
	if _, err := trustGrammar().Check(c, c.Text("assumeRolePolicy")); err != nil {
		return err
	}
	c.SetDefault("managedPolicyArns", []any{})
	c.SetDefault("inlinePolicies", []any{})
	if err := checkBoundary(c); err != nil {
		return err
	}
	inline, _ := c.Object.Outputs["inlinePolicies"].([]any)
	for _, v := range inline {
		p, _ := v.(map[string]any)
		text, _ := p["policy"].(string)
		if text == "" { // Programs remove all inline policies with an empty one.
			continue
		}
		if _, err := inlineGrammar().Check(c, text); err != nil {
			return err
		}
	}
	for _, arn := range c.Texts("managedPolicyArns") {
		if err := attachable(c, arn); err != nil {
			return err
		}
	}
	return quotas(c, c.Object)
}

// deleteRole detaches and deletes the policies that the provider removes before a role, and refuses if others are left.
func deleteRole(c *cloud.Call) error {
	force := c.Object.Outputs["forceDetachPolicies"] == true
	for _, part := range []struct{ typ, input, message string }{
		{attachmentToken, "managedPolicyArns", "Cannot delete entity, must detach all policies first."},
		{inlineToken, "inlinePolicies", "Cannot delete entity, must delete policies first."},
	} {
		_, own := c.Object.Inputs[part.input]
		if err := emptied(c, force || own, map[string]string{part.typ: part.message}); err != nil {
			return err
		}
	}
	profiles, err := c.All(profileToken, cloud.With("role", c.Object.ID))
	for _, o := range profiles {
		delete(o.Outputs, "role")
		if err := c.Put(o); err != nil {
			return err
		}
	}
	return err
}

// findRoleByName returns a role of the account, or rejects its name.
func findRoleByName(c *cloud.Call, name string) (*cloud.Object, error) {
	o, err := c.Get(kernel.RoleToken, c.Scope.Values["account"], name)
	if err == nil && o == nil {
		err = kernel.Refuse("NoSuchEntity", "The role with name %s cannot be found.", name)
	}
	return o, err
}

func exclusive() *cloud.Type {
	return &cloud.Type{
		Token: exclusiveToken, Args: iam.RolePolicyAttachmentsExclusiveArgs{},
		Resource: &iam.RolePolicyAttachmentsExclusive{}, Place: kernel.AccountPlace,
		Replaces: []string{"roleName"}, Sets: []string{"policyArns"},
		Create: func(c *cloud.Call) error {
			c.Object.ID = c.Text("roleName")
			return attachOnly(c)
		},
		Update: attachOnly,
	}
}

// attachOnly attaches the policies of a list to a role, and detaches all others. They stay attached when the list is
// deleted.
func attachOnly(c *cloud.Call) error {
	role, err := findRoleByName(c, c.Text("roleName"))
	if err != nil {
		return err
	}
	missing := c.Texts("policyArns")
	attached, err := c.All(attachmentToken, cloud.With("role", role.ID))
	if err != nil {
		return err
	}
	for _, o := range attached {
		if i := slices.Index(missing, o.Text("policyArn")); i >= 0 {
			missing = slices.Delete(missing, i, i+1)
		} else if !slices.Contains(c.Texts("policyArns"), o.Text("policyArn")) {
			if err := c.Delete(o); err != nil {
				return err
			}
		}
	}
	for _, arn := range missing {
		if err := attachable(c, arn); err != nil {
			return err
		}
		digits, err := c.Hex(26)
		if err != nil {
			return err
		}
		values := map[string]any{"role": role.ID, "policyArn": arn}
		made := &cloud.Object{Type: attachmentToken, ID: role.ID + "-" + digits, Place: c.Object.Place,
			Inputs: values, Outputs: values}
		if err := c.Put(made); err != nil {
			return err
		}
	}
	return quotas(c, role)
}

func getRole(c *cloud.Call, args map[string]any) (map[string]any, error) {
	name, _ := args["name"].(string)
	o, err := findRoleByName(c, name)
	if err != nil {
		return nil, fmt.Errorf("reading IAM Role (%s): %w", name, err)
	}
	out := map[string]any{"id": o.ID, "tags": o.Outputs["tagsAll"]}
	for _, property := range []string{
		"arn", "assumeRolePolicy", "createDate", "description", "maxSessionDuration", "name", "path",
		"permissionsBoundary", "uniqueId",
	} {
		out[property] = o.Outputs[property]
	}
	for _, property := range []string{"description", "permissionsBoundary"} {
		if out[property] == nil {
			out[property] = ""
		}
	}
	return out, nil
}
