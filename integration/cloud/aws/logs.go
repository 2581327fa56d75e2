package aws

import (
	"regexp"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

const (
	logGroupType  = "aws:cloudwatch/logGroup:LogGroup"
	logPolicyType = "aws:cloudwatch/logResourcePolicy:LogResourcePolicy"
)

// retentions are the days for which a log group can keep what is written to it; 0 is for ever.
func retentions() []float64 {
	return []float64{0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}
}

func logGroup() *cloud.Type {
	pattern := regexp.MustCompile(`^[.\-_/#A-Za-z0-9]+$`)
	return &cloud.Type{
		Token: logGroupType, Args: cloudwatch.LogGroupArgs{}, Resource: &cloudwatch.LogGroup{},
		Name:     "name",
		Replaces: []string{"logGroupClass", "name", "namePrefix"},
		Defaults: map[string]any{"retentionInDays": 0.0, "skipDestroy": false},
		Check: func(c *cloud.Checker) {
			for _, property := range []string{"name", "namePrefix"} {
				if name, ok := c.Text(property); ok && (!pattern.MatchString(name) || len(name) > 512) {
					c.Add(property, "%q isn't a valid log group name (alphanumeric characters, underscores, hyphens, slashes, hash signs and dots are allowed)", name)
				}
			}
			c.OneOf("logGroupClass", "STANDARD", "INFREQUENT_ACCESS", "DELIVERY")
			if days, ok := c.Number("retentionInDays"); ok && !slices.Contains(retentions(), days) {
				c.Add("retentionInDays", "expected retentionInDays to be one of %v, got %v", retentions(), days)
			}
		},
		Create: func(c *cloud.Call) error {
			c.Object.ID = c.Text("name")
			same, err := c.Here(logGroupType, c.Object.ID)
			if err != nil {
				return err
			}
			if same != nil {
				return cloud.Refuse("ResourceAlreadyExistsException", "The specified log group already exists")
			}
			c.Set("arn", regional(c, "logs", "log-group:"+c.Object.ID))
			c.SetDefault("logGroupClass", "STANDARD")
			return logKey(c)
		},
		Update: logKey,
		Delete: func(c *cloud.Call) error {
			if c.Object.Outputs["skipDestroy"] == true {
				return cloud.ErrKept
			}
			return nil
		},
	}
}

// logKey refuses a key that CloudWatch Logs may not use for the group.
func logKey(c *cloud.Call) error {
	if c.Text("kmsKeyId") == "" || !c.Changed("kmsKeyId") {
		return nil
	}
	ok, err := keyAllows(c, c.Text("kmsKeyId"), request{
		kind: "Service", principal: "logs." + c.Scope.Values["region"] + "." + suffix(c), action: "kms:GenerateDataKey",
		context: map[string]string{
			"kms:EncryptionContext:aws:logs:arn": c.Text("arn"), "aws:SourceArn": c.Text("arn"), "aws:SourceAccount": c.Scope.Values["account"],
		},
	})
	if err == nil && !ok {
		err = cloud.Refuse("InvalidParameterException", "The specified KMS key does not exist or is not allowed to be used with Arn '%s'", c.Text("arn"))
	}
	return err
}

func logPolicy() *cloud.Type {
	return &cloud.Type{
		Token: logPolicyType, Args: cloudwatch.LogResourcePolicyArgs{}, Resource: &cloudwatch.LogResourcePolicy{},
		Replaces: []string{"policyName"}, JSON: []string{"policyDocument"},
		Check: func(c *cloud.Checker) { validJSON(c, "policyDocument") },
		Create: func(c *cloud.Call) error {
			c.Object.ID = c.Text("policyName")
			others, err := c.All(logPolicyType, func(o *cloud.Object) bool { return o.ID != c.Object.ID })
			if err != nil {
				return err
			}
			if len(others) >= 10 {
				return cloud.Refuse("LimitExceededException", "Resource limit exceeded.")
			}
			return checkLogPolicy(c)
		},
		Update: checkLogPolicy,
	}
}

func checkLogPolicy(c *cloud.Call) error {
	g := grammar{
		code: "InvalidParameterException", size: 5120, sizeCode: "InvalidParameterException", sizeMessage: "The policy is larger than 5120 characters",
		principal: true, resource: true, principalMessage: "Invalid principal in policy (%s)",
	}
	_, err := g.check(c, c.Text("policyDocument"))
	return err
}
