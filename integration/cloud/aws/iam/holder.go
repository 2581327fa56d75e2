package iam

import (
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/policy"
)

// holder is a kind of identity that has policies: a role, a user or a group.
type holder struct {
	// name is the name of the kind, and of the input with an identity of it.
	name string
	// token is its type, and inline and attachment are those of its policies.
	token, inline, attachment string
	// quota is the name of the quota of attached policies.
	quota string
	// size is the quota of all inline policies in characters.
	size int
}

// holders are the kinds of identities, with the quotas of "IAM and AWS STS quotas".
func holders() []holder {
	return []holder{
		{"role", kernel.RoleToken, inlineToken, attachmentToken, "PoliciesPerRole", 10240},
		{"user", kernel.UserToken, "aws:iam/userPolicy:UserPolicy", "aws:iam/userPolicyAttachment:UserPolicyAttachment",
			"PoliciesPerUser", 2048},
		{"group", groupToken, "aws:iam/groupPolicy:GroupPolicy", "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
			"PoliciesPerGroup", 5120},
	}
}

// holderOf returns the kind of identity that a type belongs to: the type itself, or that of its policies.
func holderOf(token string) holder {
	all := holders()
	return all[slices.IndexFunc(all, func(h holder) bool {
		return token == h.token || token == h.inline || token == h.attachment
	})]
}

// find returns an identity of the account, or rejects its name.
func (h holder) find(c *cloud.Call, name string) (*cloud.Object, error) {
	all, err := kernel.InAccount(c).All(h.token, cloud.With("name", name))
	if err == nil && len(all) == 0 {
		err = kernel.Refuse("NoSuchEntity", "The %s with name %s cannot be found.", h.name, name)
	}
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// quotas checks an identity with all its policies.
func quotas(c *cloud.Call, of *cloud.Object) error {
	h := holderOf(of.Type)
	attached, inline, err := policiesOf(c, of)
	if err != nil {
		return err
	}
	if len(attached) > 10 {
		return kernel.Refuse("LimitExceeded", "Cannot exceed quota for %s: 10", h.quota)
	}
	size := 0
	for _, text := range inline {
		size += policy.Length(text)
	}
	if size > h.size {
		return kernel.Refuse("LimitExceeded", "Maximum policy size of %d bytes exceeded for %s %s", h.size, h.name, of.ID)
	}
	return nil
}

// policiesOf returns the ARNs of the policies attached to an identity and the documents of its inline policies,
// including those of the call's object.
func policiesOf(c *cloud.Call, of *cloud.Object) (attached, inline []string, err error) {
	h := holderOf(of.Type)
	attached = of.Texts("managedPolicyArns")
	for _, p := range cloud.Objects(of.Outputs["inlinePolicies"]) {
		inline = append(inline, cloud.Text(p, "policy"))
	}
	for _, typ := range []string{h.attachment, h.inline} {
		parts, err := c.All(typ, cloud.With(h.name, of.Text("name")))
		if err != nil {
			return nil, nil, err
		}
		if c.Object.Type == typ && c.Text(h.name) == of.Text("name") {
			parts = append(parts, c.Object)
		}
		for _, o := range parts {
			if typ == h.inline {
				inline = append(inline, o.Text("policy"))
			} else if !slices.Contains(attached, o.Text("policyArn")) {
				attached = append(attached, o.Text("policyArn"))
			}
		}
	}
	return attached, inline, nil
}

// policyTypes are the types of inline policies and of attachments of all kinds of identities.
func policyTypes() []*cloud.Type {
	args := map[string][4]any{
		"role": {iam.RolePolicyArgs{}, &iam.RolePolicy{}, iam.RolePolicyAttachmentArgs{}, &iam.RolePolicyAttachment{}},
		"user": {iam.UserPolicyArgs{}, &iam.UserPolicy{}, iam.UserPolicyAttachmentArgs{}, &iam.UserPolicyAttachment{}},
		"group": {iam.GroupPolicyArgs{}, &iam.GroupPolicy{}, iam.GroupPolicyAttachmentArgs{},
			&iam.GroupPolicyAttachment{}},
	}
	var out []*cloud.Type
	for _, h := range holders() {
		of := args[h.name]
		out = append(out,
			h.inlinePolicy(&cloud.Type{Args: of[0].(pulumi.Input), Resource: of[1].(pulumi.Resource)}),
			h.policyAttachment(&cloud.Type{Args: of[2].(pulumi.Input), Resource: of[3].(pulumi.Resource)}))
	}
	return out
}

func (h holder) inlinePolicy(t *cloud.Type) *cloud.Type {
	t.Token, t.Place, t.Name, t.Same = h.inline, kernel.AccountPlace, "name", kernel.JSON("policy")
	t.Replaces = []string{"name", "namePrefix", h.name}
	t.Check = func(c *cloud.Checker) {
		checkName(c, 128)
		policy.CheckJSON(c, "policy")
	}
	t.Update = func(c *cloud.Call) error {
		of, err := h.find(c, c.Text(h.name))
		if err != nil {
			return err
		}
		if _, err := inlineGrammar().Check(c, c.Text("policy")); err != nil {
			return err
		}
		return quotas(c, of)
	}
	t.Create = func(c *cloud.Call) error {
		// The API overwrites a policy of the same name.
		c.Object.ID = c.Text(h.name) + ":" + c.Text("name")
		return t.Update(c)
	}
	return t
}

func (h holder) policyAttachment(t *cloud.Type) *cloud.Type {
	t.Token, t.Place = h.attachment, kernel.AccountPlace
	t.Replaces = []string{"policyArn", h.name}
	t.Check = func(c *cloud.Checker) { kernel.CheckARNs(c, "policyArn") }
	t.ImportID = func(o *cloud.Object) string { return o.Text(h.name) + "/" + o.Text("policyArn") }
	t.Create = func(c *cloud.Call) error {
		of, err := h.find(c, c.Text(h.name))
		if err != nil {
			return err
		}
		if err := attachable(c, c.Text("policyArn")); err != nil {
			return err
		}
		if err := quotas(c, of); err != nil {
			return err
		}
		digits, err := c.Hex(26)
		c.Object.ID = c.Text(h.name) + "-" + digits
		return err
	}
	return t
}
