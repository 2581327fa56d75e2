package iam

import (
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

const (
	groupToken      = "aws:iam/group:Group"
	membershipToken = "aws:iam/groupMembership:GroupMembership"
	accessKeyToken  = "aws:iam/accessKey:AccessKey"
	userGroupsToken = "aws:iam/userGroupMembership:UserGroupMembership"
)

// named sets the ARN of a user or a group, whose name and path change in place.
func named(c *cloud.Call, kind string) {
	c.SetDefault("path", "/")
	c.Set("arn", kernel.GlobalARN(c, "iam", kind+c.Text("path")+c.Text("name")))
}

// user follows aws_iam_user in terraform-provider-aws.
func user() *cloud.Type {
	return &cloud.Type{
		Token: kernel.UserToken, Args: iam.UserArgs{}, Resource: &iam.User{}, Place: kernel.AccountPlace,
		Name: "name", Defaults: map[string]any{"forceDestroy": false, "path": "/"},
		Check: func(c *cloud.Checker) { checkName(c, 64) },
		Create: func(c *cloud.Call) error {
			if err := identify(c, "user", "AIDA", "User with name %s already exists."); err != nil {
				return err
			}
			delete(c.Object.Outputs, "createDate")
			return checkBoundary(c)
		},
		Update: func(c *cloud.Call) error {
			named(c, "user")
			return checkBoundary(c)
		},
		Delete: func(c *cloud.Call) error {
			h := holderOf(kernel.UserToken)
			if err := leaveGroups(c, c.Text("name")); err != nil {
				return err
			}
			return emptied(c, c.Object.Bool("forceDestroy"), map[string]string{
				h.attachment:   "Cannot delete entity, must detach all policies first.",
				h.inline:       "Cannot delete entity, must delete policies first.",
				accessKeyToken: "Cannot delete entity, must delete access keys first.",
			})
		},
	}
}

// checkBoundary rejects a permissions boundary that does not exist.
func checkBoundary(c *cloud.Call) error {
	boundary := c.Text("permissionsBoundary")
	if boundary == "" {
		return nil
	}
	ok, err := isPolicy(c, boundary)
	if err == nil && !ok {
		err = kernel.Refuse("NoSuchEntity", "Scope ARN: %s does not exist or is not attachable.", boundary)
	}
	return err
}

// emptied deletes what an identity has if force is true, and refuses to delete the identity otherwise. messages are
// those of the refusals by type.
func emptied(c *cloud.Call, force bool, messages map[string]string) error {
	of := holderOf(c.Object.Type).name
	for typ, message := range messages {
		left, err := c.All(typ, cloud.With(of, c.Text("name")))
		if err != nil {
			return err
		}
		if len(left) > 0 && !force {
			return kernel.Refuse("DeleteConflict", "%s", message)
		}
		for _, o := range left {
			if err := c.Delete(o); err != nil {
				return err
			}
		}
	}
	return nil
}

// leaveGroups removes a user from all groups, as the provider does before it deletes the user.
func leaveGroups(c *cloud.Call, name string) error {
	members, err := c.All(membershipToken, cloud.Holding("users", name))
	for _, o := range members {
		o.Outputs["users"] = cloud.List(slices.DeleteFunc(o.Texts("users"), func(u string) bool { return u == name })...)
		if err := c.Put(o); err != nil {
			return err
		}
	}
	return err
}

// group follows aws_iam_group in terraform-provider-aws.
func group() *cloud.Type {
	return &cloud.Type{
		Token: groupToken, Args: iam.GroupArgs{}, Resource: &iam.Group{}, Place: kernel.AccountPlace,
		Name: "name", Defaults: map[string]any{"path": "/"},
		Check: func(c *cloud.Checker) { checkName(c, 128) },
		Create: func(c *cloud.Call) error {
			err := identify(c, "group", "AGPA", "Group with name %s already exists.")
			delete(c.Object.Outputs, "createDate")
			return err
		},
		Update: func(c *cloud.Call) error {
			named(c, "group")
			return nil
		},
		Delete: func(c *cloud.Call) error {
			h := holderOf(groupToken)
			for typ, property := range map[string]string{membershipToken: "group", userGroupsToken: "groups"} {
				members, err := c.All(typ, func(o *cloud.Object) bool {
					return o.Text(property) == c.Text("name") && len(o.Texts("users")) > 0 ||
						slices.Contains(o.Texts(property), c.Text("name"))
				})
				if err != nil {
					return err
				}
				if len(members) > 0 {
					return kernel.Refuse("DeleteConflict", "Cannot delete entity, must remove users from group first.")
				}
			}
			return emptied(c, false, map[string]string{
				h.attachment: "Cannot delete entity, must detach all policies first.",
				h.inline:     "Cannot delete entity, must delete policies first.",
			})
		},
	}
}

// members checks that users and groups exist, by property.
func members(properties map[string]string) func(*cloud.Call) error {
	return func(c *cloud.Call) error {
		for property, token := range properties {
			names := c.Texts(property)
			if one := c.Text(property); one != "" {
				names = []string{one}
			}
			for _, name := range names {
				if _, err := holderOf(token).find(c, name); err != nil {
					return err
				}
			}
		}
		return nil
	}
}

// membership makes users the members of a group.
func membership() *cloud.Type {
	set := members(map[string]string{"group": groupToken, "users": kernel.UserToken})
	return &cloud.Type{
		Token: membershipToken, Args: iam.GroupMembershipArgs{}, Resource: &iam.GroupMembership{},
		Place: kernel.AccountPlace, Name: "name", Required: []string{"users"},
		Replaces: []string{"group", "name"}, Sets: []string{"users"},
		Create: func(c *cloud.Call) error {
			c.Object.ID = c.Text("name")
			return set(c)
		},
		Update: set,
	}
}

// userGroups makes a user a member of groups.
func userGroups() *cloud.Type {
	set := members(map[string]string{"groups": groupToken, "user": kernel.UserToken})
	return &cloud.Type{
		Token: userGroupsToken, Args: iam.UserGroupMembershipArgs{}, Resource: &iam.UserGroupMembership{},
		Place: kernel.AccountPlace, Required: []string{"groups"},
		Replaces: []string{"user"}, Sets: []string{"groups"},
		Create: func(c *cloud.Call) error {
			digits, err := c.Hex(26)
			c.Object.ID = "terraform-" + digits
			if err != nil {
				return err
			}
			return set(c)
		},
		Update: set,
	}
}

// accessKey follows aws_iam_access_key in terraform-provider-aws. The secret is a new one, and no real credential.
func accessKey() *cloud.Type {
	return &cloud.Type{
		Token: accessKeyToken, Args: iam.AccessKeyArgs{}, Resource: &iam.AccessKey{}, Place: kernel.AccountPlace,
		Replaces: []string{"pgpKey", "user"}, Defaults: map[string]any{"status": "Active"},
		Secrets: []string{"secret", "sesSmtpPasswordV4"},
		Check: func(c *cloud.Checker) {
			c.OneOf("status", "Active", "Inactive")
			if c.Has("pgpKey") {
				c.Add("pgpKey", "the simulated AWS does not cover encrypted secrets of access keys")
			}
		},
		Create: func(c *cloud.Call) error {
			if _, err := holderOf(kernel.UserToken).find(c, c.Text("user")); err != nil {
				return err
			}
			others, err := c.All(accessKeyToken, cloud.With("user", c.Text("user")))
			if err != nil {
				return err
			}
			if len(others) >= 2 {
				return kernel.Refuse("LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2")
			}
			digits, err := c.Hex(64)
			if err != nil {
				return err
			}
			c.Object.ID = "AKIA" + strings.ToUpper(digits[:16])
			c.Set("secret", base64.StdEncoding.EncodeToString([]byte(digits))[:40])
			c.Set("sesSmtpPasswordV4", base64.StdEncoding.EncodeToString([]byte(digits[31:])))
			c.Set("createDate", time.Now().UTC().Format(time.RFC3339))
			return nil
		},
	}
}

// getUser looks up a user by its name.
func getUser(c *cloud.Call, args map[string]any) (map[string]any, error) {
	name := cloud.Text(args, "userName")
	o, err := holderOf(kernel.UserToken).find(c, name)
	if err != nil {
		return nil, err
	}
	return map[string]any{"id": o.Text("uniqueId"), "userId": o.Text("uniqueId"), "userName": name,
		"arn": o.Text("arn"), "path": o.Text("path"), "permissionsBoundary": o.Text("permissionsBoundary"),
		"tags": kernel.Tags(o)}, nil
}
