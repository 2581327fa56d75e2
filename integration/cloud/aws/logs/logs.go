package logs

import (
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kms"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/policy"
)

const (
	logPolicyToken = "aws:cloudwatch/logResourcePolicy:LogResourcePolicy"
)

// retentions are the retention periods of log groups in days; 0 is forever.
func retentions() []float64 {
	return []float64{0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
		3288, 3653}
}

func logGroup() *cloud.Type {
	pattern := regexp.MustCompile(`^[.\-_/#A-Za-z0-9]+$`)
	return &cloud.Type{
		Token: kernel.LogGroupToken, Args: cloudwatch.LogGroupArgs{}, Resource: &cloudwatch.LogGroup{},
		Name:     "name",
		Replaces: []string{"logGroupClass", "name", "namePrefix"},
		Defaults: map[string]any{"retentionInDays": 0.0, "skipDestroy": false},
		Check: func(c *cloud.Checker) {
			for _, property := range []string{"name", "namePrefix"} {
				if name, ok := c.Text(property); ok && (!pattern.MatchString(name) || len(name) > 512) {
					c.Add(property, "%q isn't a valid log group name (alphanumeric characters, underscores, hyphens, slashes, hash signs and dots are allowed)", name)
				}
			}
			kernel.CheckARNs(c, "kmsKeyId")
			c.OneOf("logGroupClass", "STANDARD", "INFREQUENT_ACCESS", "DELIVERY")
			if days, ok := c.Number("retentionInDays"); ok && !slices.Contains(retentions(), days) {
				c.Add("retentionInDays", "expected retentionInDays to be one of %v, got %v", retentions(), days)
			}
		},
		Create: func(c *cloud.Call) error {
			c.Object.ID = c.Text("name")
			if strings.HasPrefix(strings.ToLower(c.Object.ID), "aws/") {
				return kernel.Refuse("InvalidParameterException", "Log groups starting with AWS/ are reserved for AWS.")
			}
			same, err := c.Here(kernel.LogGroupToken, c.Object.ID)
			if err != nil {
				return err
			}
			if same != nil {
				return kernel.Refuse("ResourceAlreadyExistsException", "The specified log group already exists")
			}
			c.Set("arn", kernel.ARN(c, "logs", "log-group:"+c.Object.ID))
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

// logKey rejects a key that CloudWatch Logs cannot use for the log group.
func logKey(c *cloud.Call) error {
	if c.Text("kmsKeyId") == "" || !c.Changed("kmsKeyId") {
		return nil
	}
	ok, err := kms.KeyAllows(c, c.Text("kmsKeyId"), policy.Request{
		Kind: "Service", Principal: "logs." + c.Scope.Values["region"] + "." + kernel.DNSSuffix(c),
		Action: "kms:GenerateDataKey",
		Context: map[string]string{
			"kms:EncryptionContext:aws:logs:arn": c.Text("arn"), "aws:SourceArn": c.Text("arn"),
			"aws:SourceAccount": c.Scope.Values["account"],
		},
	})
	if err == nil && !ok {
		err = kernel.Refuse("InvalidParameterException",
			"The specified KMS key does not exist or is not allowed to be used with Arn '%s'", c.Text("arn"))
	}
	return err
}

func logPolicy() *cloud.Type {
	return &cloud.Type{
		Token: logPolicyToken, Args: cloudwatch.LogResourcePolicyArgs{}, Resource: &cloudwatch.LogResourcePolicy{},
		Replaces: []string{"policyName"}, Same: kernel.JSON("policyDocument"),
		Check: func(c *cloud.Checker) { policy.CheckJSON(c, "policyDocument") },
		Create: func(c *cloud.Call) error {
			c.Object.ID = c.Text("policyName")
			others, err := c.All(logPolicyToken, func(o *cloud.Object) bool { return o.ID != c.Object.ID })
			if err != nil {
				return err
			}
			if len(others) >= 10 {
				return kernel.Refuse("LimitExceededException", "Resource limit exceeded.")
			}
			return checkLogPolicy(c)
		},
		Update: checkLogPolicy,
	}
}

func checkLogPolicy(c *cloud.Call) error {
	g := policy.Grammar{
		Code: "InvalidParameterException", Size: 5120, SizeCode: "InvalidParameterException",
		SizeMessage: "The policy is larger than 5120 characters",
		Principal:   true, Resource: true, PrincipalMessage: "Invalid principal in policy (%s)",
	}
	_, err := g.Check(c, c.Text("policyDocument"))
	return err
}
