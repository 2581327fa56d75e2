package secretsmanager

import (
	"encoding/base64"
	"regexp"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/secretsmanager"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kms"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/policy"
)

const (
	secretToken  = "aws:secretsmanager/secret:Secret"
	versionToken = "aws:secretsmanager/secretVersion:SecretVersion"

	current  = "AWSCURRENT"
	previous = "AWSPREVIOUS"
)

func secret() *cloud.Type {
	names := kernel.Names{Pattern: regexp.MustCompile(`^[0-9A-Za-z/_+=.@-]+$`), Longest: 512,
		Says: `must contain only alphanumeric characters and special characters like /_+=.@-`}
	return &cloud.Type{
		Token: secretToken, Args: secretsmanager.SecretArgs{}, Resource: &secretsmanager.Secret{},
		Name:     "name",
		Replaces: []string{"name", "namePrefix"},
		Sets:     []string{"replicas"},
		Defaults: map[string]any{"forceOverwriteReplicaSecret": false, "recoveryWindowInDays": 30.0},
		Same:     kernel.JSON("policy"),
		Check: func(c *cloud.Checker) {
			names.Check(c, "name")
			if days, ok := c.Number("recoveryWindowInDays"); ok && days != 0 && (days < 7 || days > 30) {
				c.Add("recoveryWindowInDays", "expected recoveryWindowInDays to be 0 or in the range (7 - 30), got %v", days)
			}
			policy.CheckJSON(c, "policy")
		},
		Create: func(c *cloud.Call) error {
			err := kernel.Unique(c, "name", "ResourceExistsException",
				"The operation failed because the secret %s already exists.")
			if err != nil {
				return err
			}
			digits, err := c.Hex(6)
			c.Object.ID = kernel.ARN(c, "secretsmanager", "secret:"+c.Text("name")+"-"+digits)
			c.Set("arn", c.Object.ID)
			if err != nil {
				return err
			}
			return setSecret(c)
		},
		Update: setSecret,
	}
}

func setSecret(c *cloud.Call) error {
	cloud.Fill(c.Object.Outputs, map[string]any{"policy": "", "replicas": []any{}})
	if err := kms.Need(c, c.Text("kmsKeyId"), "InvalidParameterException",
		"The KMS key %s does not exist or cannot be used."); err != nil {
		return err
	}
	if text := c.Text("policy"); text != "" && text != "{}" {
		_, err := policy.Grammar{
			Code: "MalformedPolicyDocumentException", Size: 20480, SizeCode: "MalformedPolicyDocumentException",
			SizeMessage: "The resource policy is larger than 20480 characters.", Principal: true, Resource: true,
			PrincipalMessage: "This resource policy contains an unsupported principal: %s",
		}.Check(c, text)
		return err
	}
	return nil
}

func version() *cloud.Type {
	return &cloud.Type{
		Token: versionToken, Args: secretsmanager.SecretVersionArgs{}, Resource: &secretsmanager.SecretVersion{},
		Replaces: []string{"secretBinary", "secretId", "secretString"}, Sets: []string{"versionStages"},
		Secrets: []string{"secretBinary", "secretString"},
		Check: func(c *cloud.Checker) {
			c.ExactlyOne("secretBinary", "secretString")
			if text, ok := c.Text("secretBinary"); ok {
				if _, err := base64.StdEncoding.DecodeString(text); err != nil {
					c.Add("secretBinary", "expected secretBinary to be base64")
				}
			}
		},
		Create: func(c *cloud.Call) error {
			of, err := find(c, c.Text("secretId"))
			if err != nil {
				return err
			}
			if len(c.Text("secretString")) > 65536 || len(c.Text("secretBinary")) > 65536*4/3+4 {
				return kernel.Refuse("InvalidParameterException", "The secret value is larger than 65536 bytes.")
			}
			id, err := kernel.NewUUID(c)
			if err != nil {
				return err
			}
			c.Object.ID, c.Object.Managed = of.ID+"|"+id, of.Key()
			c.Set("arn", of.ID)
			c.Set("versionId", id)
			c.SetDefault("versionStages", []any{current})
			return moveStages(c, of)
		},
		Update: func(c *cloud.Call) error {
			of, err := find(c, c.Text("secretId"))
			if err != nil {
				return err
			}
			c.SetDefault("versionStages", c.Old.Outputs["versionStages"])
			return moveStages(c, of)
		},
	}
}

// moveStages takes the stages of a version from the other versions of its secret. The one that was current becomes the
// previous one.
func moveStages(c *cloud.Call, of *cloud.Object) error {
	stages := c.Texts("versionStages")
	others, err := c.All(versionToken, func(o *cloud.Object) bool { return o.Managed == of.Key() })
	for _, o := range others {
		has := o.Texts("versionStages")
		left := slices.DeleteFunc(slices.Clone(has), func(s string) bool {
			return slices.Contains(stages, s) || s == previous && slices.Contains(stages, current)
		})
		if slices.Contains(has, current) && slices.Contains(stages, current) {
			left = append(left, previous)
		}
		o.Outputs["versionStages"] = cloud.List(left...)
		if err := c.Put(o); err != nil {
			return err
		}
	}
	return err
}

// find returns the secret of an ARN or a name.
func find(c *cloud.Call, id string) (*cloud.Object, error) {
	found, err := c.All(secretToken, func(o *cloud.Object) bool { return o.ID == id || o.Text("name") == id })
	if err == nil && len(found) == 0 {
		err = kernel.Refuse("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
	}
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

func getSecret(c *cloud.Call, args map[string]any) (map[string]any, error) {
	id := cloud.Text(args, "arn") + cloud.Text(args, "name")
	o, err := find(c, id)
	if err != nil {
		return nil, err
	}
	return map[string]any{"id": o.ID, "arn": o.ID, "name": o.Text("name"), "description": o.Text("description"),
		"kmsKeyId": o.Text("kmsKeyId"), "policy": o.Text("policy"), "createdDate": "", "lastChangedDate": "",
		"tags": kernel.Tags(o)}, nil
}

func getSecretVersion(c *cloud.Call, args map[string]any) (map[string]any, error) {
	of, err := find(c, cloud.Text(args, "secretId"))
	if err != nil {
		return nil, err
	}
	id, stage := cloud.Text(args, "versionId"), cloud.Text(args, "versionStage")
	if stage == "" {
		stage = current
	}
	found, err := c.All(versionToken, func(o *cloud.Object) bool {
		return o.Managed == of.Key() && (id == o.Text("versionId") || id == "" && slices.Contains(o.Texts("versionStages"), stage))
	})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, kernel.Refuse("ResourceNotFoundException",
			"Secrets Manager can't find the specified secret value for staging label: %s", stage)
	}
	o := found[0]
	return map[string]any{"id": of.ID + "|" + stage, "arn": of.ID, "secretId": args["secretId"],
		"versionId": o.Text("versionId"), "versionStage": stage, "versionStages": o.Outputs["versionStages"],
		"createdDate": "", "secretString": cloud.Secret{Value: o.Text("secretString")},
		"secretBinary": cloud.Secret{Value: o.Text("secretBinary")}}, nil
}
