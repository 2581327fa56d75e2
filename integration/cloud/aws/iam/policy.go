package iam

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"

	"github.com/ashlar-iac/ashlar/aws/policy/reference"
	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/policy"
)

func managedPolicy() *cloud.Type {
	return &cloud.Type{
		Token: customerPolicyToken, Args: iam.PolicyArgs{}, Resource: &iam.Policy{}, Place: kernel.AccountPlace,
		Name:     "name",
		Replaces: []string{"description", "name", "namePrefix", "path"},
		Same:     kernel.JSON("policy"),
		Defaults: map[string]any{"path": "/"},
		Check: func(c *cloud.Checker) {
			checkName(c, 128)
			if text, ok := c.Text("description"); ok && len([]rune(text)) > 1000 {
				c.Add("description", "expected length of description to be in the range (0 - 1000)")
			}
			policy.CheckJSON(c, "policy")
		},
		Create: func(c *cloud.Call) error {
			if err := identify(c, "policy", "ANPA",
				"A policy called %s already exists. Duplicate names are not allowed."); err != nil {
				return err
			}
			c.Object.ID = c.Text("arn")
			c.Set("policyId", c.Text("uniqueId"))
			c.Set("attachmentCount", 0.0)
			delete(c.Object.Outputs, "uniqueId")
			delete(c.Object.Outputs, "createDate")
			return checkManaged(c)
		},
		Update: checkManaged,
		Delete: func(c *cloud.Call) error {
			used, err := usersOf(c, c.Object.ID)
			if err == nil && used {
				err = kernel.Refuse("DeleteConflict", "Cannot delete a policy attached to entities.")
			}
			return err
		},
	}
}

func checkManaged(c *cloud.Call) error {
	_, err := managedGrammar().Check(c, c.Text("policy"))
	return err
}

// usersOf reports whether a policy is attached to an identity, or is its permissions boundary.
func usersOf(c *cloud.Call, arn string) (bool, error) {
	used := 0
	for _, h := range holders() {
		attachments, err := c.All(h.attachment, cloud.With("policyArn", arn))
		if err != nil {
			return false, err
		}
		identities, err := c.All(h.token, func(o *cloud.Object) bool {
			return o.Text("permissionsBoundary") == arn || slices.Contains(o.Texts("managedPolicyArns"), arn)
		})
		if err != nil {
			return false, err
		}
		used += len(attachments) + len(identities)
	}
	return used > 0, nil
}

// attachable rejects a policy that does not exist.
func attachable(c *cloud.Call, arn string) error {
	ok, err := isPolicy(c, arn)
	if err == nil && !ok {
		err = kernel.Refuse("NoSuchEntity", "Policy %s does not exist or is not attachable.", arn)
	}
	return err
}

// isPolicy reports whether a customer managed or AWS managed policy exists.
func isPolicy(c *cloud.Call, arn string) (bool, error) {
	if name, ok := strings.CutPrefix(arn, "arn:"+c.Scope.Values["partition"]+":iam::aws:policy/"); ok {
		known, ok := reference.FindManaged(name)
		// Only AWS attaches the policies of service-linked roles.
		return ok && known.Name == name && !strings.HasPrefix(name, "aws-service-role/"), nil
	}
	o, err := c.Get(customerPolicyToken, c.Scope.Values["account"], arn)
	return o != nil, err
}

func getPolicy(c *cloud.Call, args map[string]any) (map[string]any, error) {
	found, err := c.List(customerPolicyToken)
	if err != nil {
		return nil, err
	}
	for _, o := range found {
		if o.Place == c.Scope.Values["account"] && (o.ID == args["arn"] || o.Text("name") == args["name"]) {
			return map[string]any{
				"id": o.ID, "arn": o.ID, "name": o.Text("name"), "path": o.Text("path"), "policy": o.Text("policy"),
				"policyId":    o.Text("policyId"),
				"description": o.Text("description"), "attachmentCount": 0.0, "tags": o.Outputs["tagsAll"],
			}, nil
		}
	}
	arn, _ := args["arn"].(string)
	if name, _ := args["name"].(string); name != "" {
		if known, ok := reference.FindManaged(name); ok && !strings.Contains(name, "/") {
			arn = "arn:" + c.Scope.Values["partition"] + ":iam::aws:policy/" + known.Name
		}
	}
	if ok, err := isPolicy(c, arn); err != nil || !ok {
		return nil, kernel.Refuse("NoSuchEntity", "Policy %s was not found.", arn)
	}
	_, path, _ := strings.Cut(arn, ":policy")
	return map[string]any{
		"id": arn, "arn": arn, "name": arn[strings.LastIndex(arn, "/")+1:], "path": path[:strings.LastIndex(path, "/")+1],
		"description":     "",
		"attachmentCount": 0.0,
		"policyId":        "ANPAZKAPJZG4ONLYNAME00", "tags": map[string]any{},
		// The statements of AWS managed policies are not part of the simulation.
		"policy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`,
	}, nil
}

func trustGrammar() policy.Grammar {
	return policy.Grammar{
		Code: policy.Malformed, Size: 2048, SizeCode: "LimitExceeded",
		SizeMessage: "Cannot exceed quota for ACLSizePerRole: 2048",
		PlainIDs:    true, Principal: true, Vendor: "sts", VendorMessage: "AssumeRole policy may only specify STS AssumeRole actions.",
		PrincipalMessage: `Invalid principal in policy: "AWS":"%s"`,
	}
}

func managedGrammar() policy.Grammar {
	return policy.Grammar{
		Code: policy.Malformed, Size: 6144, SizeCode: "LimitExceeded",
		SizeMessage: "Cannot exceed quota for PolicySize: 6144", Resource: true, PlainIDs: true,
	}
}

func inlineGrammar() policy.Grammar {
	return policy.Grammar{
		Code: policy.Malformed, Size: 10240, SizeCode: "LimitExceeded",
		SizeMessage: "Maximum policy size of 10240 bytes exceeded", Resource: true, PlainIDs: true,
	}
}
