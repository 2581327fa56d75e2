package iam

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"

	"github.com/ashlar-iac/ashlar/aws/policy/reference"
	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

func profile() *cloud.Type {
	return &cloud.Type{
		Token: profileToken, Args: iam.InstanceProfileArgs{}, Resource: &iam.InstanceProfile{},
		Place:    kernel.AccountPlace,
		Name:     "name",
		Replaces: []string{"name", "namePrefix", "path"},
		Defaults: map[string]any{"path": "/"},
		Check:    func(c *cloud.Checker) { checkName(c, 128) },
		Create: func(c *cloud.Call) error {
			if err := identify(c, "instance-profile", "AIPA", "Instance Profile %s already exists."); err != nil {
				return err
			}
			return checkProfile(c)
		},
		Update: checkProfile,
	}
}

func checkProfile(c *cloud.Call) error {
	if c.Text("role") == "" {
		return nil
	}
	_, err := findRoleByName(c, c.Text("role"))
	return err
}

// FindInstanceProfile returns the instance profile of a name or ARN, or rejects one that EC2 cannot use.
func FindInstanceProfile(c *cloud.Call, name string) (*cloud.Object, error) {
	name = name[strings.LastIndex(name, "/")+1:]
	p, err := c.Get(profileToken, c.Scope.Values["account"], name)
	if err != nil {
		return nil, err
	}
	if p == nil {
		return nil, kernel.Refuse("InvalidParameterValue",
			"Value (%s) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name", name)
	}
	if p.Text("role") == "" {
		return nil, kernel.Refuse("InvalidParameterValue", "IAM Instance Profile %q has no associated IAM Roles",
			p.Text("arn"))
	}
	role, err := findRoleByName(c, p.Text("role"))
	if err != nil {
		return nil, err
	}
	// EC2 itself would start the instance, without credentials.
	ok, err := MayAssume(c, "ec2."+kernel.DNSSuffix(c), role.Text("arn"))
	if err == nil && !ok {
		ok, err = MayAssume(c, "ec2.amazonaws.com", role.Text("arn"))
	}
	if err == nil && !ok {
		err = kernel.Refuse("InvalidParameterValue",
			"The service ec2.amazonaws.com may not assume the role %s of the instance profile %s", role.Text("arn"),
			name)
	}
	return p, err
}

func getInstanceProfile(c *cloud.Call, args map[string]any) (map[string]any, error) {
	name, _ := args["name"].(string)
	p, err := c.Get(profileToken, c.Scope.Values["account"], name)
	if err != nil {
		return nil, err
	}
	if p == nil {
		return nil, kernel.Refuse("NoSuchEntity", "Instance Profile %s cannot be found.", name)
	}
	out := map[string]any{"id": p.Text("uniqueId"), "name": name, "arn": p.Text("arn"), "path": p.Text("path"),
		"createDate": p.Text("createDate"),
		"roleName":   p.Text("role"), "roleArn": "", "roleId": ""}
	if p.Text("role") != "" {
		role, err := findRoleByName(c, p.Text("role"))
		if err != nil {
			return nil, err
		}
		out["roleArn"], out["roleId"] = role.Text("arn"), role.Text("uniqueId")
	}
	return out, nil
}

func oidcProvider() *cloud.Type {
	thumbprint := regexp.MustCompile(`^[0-9a-fA-F]{40}$`)
	return &cloud.Type{
		Token: oidcToken, Args: iam.OpenIdConnectProviderArgs{}, Resource: &iam.OpenIdConnectProvider{},
		Place:    kernel.AccountPlace,
		Required: []string{"clientIdLists"},
		Replaces: []string{"url"}, Sets: []string{"clientIdLists"},
		Check: func(c *cloud.Checker) {
			if text, ok := c.Text("url"); ok {
				u, err := url.Parse(text)
				if err != nil || u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || len(text) > 255 {
					c.Add("url", "%q is an invalid URL: expected https://HOST/PATH without a query, at most 255 characters", text)
				}
			}
			list, _ := c.Value("thumbprintLists").([]any)
			for _, v := range list {
				if text, _ := v.(string); !thumbprint.MatchString(text) {
					c.Add("thumbprintLists", "expected a thumbprint of 40 hexadecimal digits, got %v", v)
				}
			}
		},
		Create: func(c *cloud.Call) error {
			host := strings.TrimPrefix(c.Text("url"), "https://")
			c.Object.ID = kernel.GlobalARN(c, "iam", "oidc-provider/"+host)
			same, err := c.Here(oidcToken, c.Object.ID)
			if err != nil {
				return err
			}
			if same != nil {
				return kernel.Refuse("EntityAlreadyExists", "Provider with url %s already exists.", c.Text("url"))
			}
			c.Set("arn", c.Object.ID)
			return checkOIDC(c)
		},
		Update: checkOIDC,
	}
}

func checkOIDC(c *cloud.Call) error {
	// IAM stores the URL without its scheme.
	c.Set("url", strings.TrimPrefix(c.Text("url"), "https://"))
	c.SetDefault("thumbprintLists", []any{strings.Repeat("0", 40)})
	if len(c.Texts("clientIdLists")) > 100 {
		return kernel.Refuse("LimitExceeded", "Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100")
	}
	if len(c.Texts("thumbprintLists")) > 5 {
		return kernel.Refuse("LimitExceeded", "Thumbprint list must contain fewer than 5 entries.")
	}
	return nil
}

func getOIDCProvider(c *cloud.Call, args map[string]any) (map[string]any, error) {
	arn, _ := args["arn"].(string)
	if address, _ := args["url"].(string); address != "" {
		arn = kernel.GlobalARN(c, "iam", "oidc-provider/"+strings.TrimPrefix(address, "https://"))
	}
	p, err := c.Get(oidcToken, c.Scope.Values["account"], arn)
	if err != nil {
		return nil, err
	}
	if p == nil {
		return nil, kernel.Refuse("NoSuchEntity", "OpenIDConnect Provider not found for arn %s", arn)
	}
	return map[string]any{
		"id": arn, "arn": arn, "url": p.Text("url"), "clientIdLists": p.Outputs["clientIdLists"],
		"thumbprintLists": p.Outputs["thumbprintLists"],
		"tags":            p.Outputs["tagsAll"],
	}, nil
}

func linkedRole() *cloud.Type {
	service := regexp.MustCompile(`\.amazonaws\.com(\.cn)?$`)
	return &cloud.Type{
		Token: kernel.ServiceLinkedRoleToken, Args: iam.ServiceLinkedRoleArgs{}, Resource: &iam.ServiceLinkedRole{},
		Place:    kernel.AccountPlace,
		Replaces: []string{"awsServiceName", "customSuffix"},
		Check: func(c *cloud.Checker) {
			if name, ok := c.Text("awsServiceName"); ok && !service.MatchString(name) {
				c.Add("awsServiceName", "must be a full service hostname e.g. elasticbeanstalk.amazonaws.com")
			}
		},
		Create: func(c *cloud.Call) error {
			// The message is from memory.
			if !reference.IsPrincipal(c.Text("awsServiceName")) {
				return kernel.Refuse("InvalidInput", "Invalid service principal: %s", c.Text("awsServiceName"))
			}
			name := "AWSServiceRoleFor" + linkedName(c.Text("awsServiceName"))
			if c.Text("customSuffix") != "" {
				name += "_" + c.Text("customSuffix")
			}
			c.Set("name", name)
			c.Set("path", "/aws-service-role/"+c.Text("awsServiceName")+"/")
			c.Object.ID = kernel.GlobalARN(c, "iam", "role"+c.Text("path")+name)
			c.Set("arn", c.Object.ID)
			same, err := c.Here(kernel.ServiceLinkedRoleToken, c.Object.ID)
			if err != nil {
				return err
			}
			if same != nil {
				return kernel.Refuse("InvalidInput",
					"Service role name %s has been taken in this account, please try a different suffix.", name)
			}
			return unique(c, "AROA")
		},
	}
}

// linkedName is the name of a service in the names of its roles.
func linkedName(service string) string {
	service, _, _ = strings.Cut(service, ".amazonaws.com")
	if name := map[string]string{
		"autoscaling": "AutoScaling", "eks": "AmazonEKS", "eks-fargate": "AmazonEKSForFargate",
		"eks-nodegroup": "AmazonEKSNodegroup",
		"elasticache":   "ElastiCache", "elasticloadbalancing": "ElasticLoadBalancing", "rds": "RDS",
		"spot": "EC2Spot", "ssm": "AmazonSSM",
		"transitgateway": "VPCTransitGateway", "network-firewall": "NetworkFirewall", "guardduty": "AmazonGuardDuty",
		"es":                "AmazonElasticsearchService",
		"opensearchservice": "AmazonOpenSearchService", "kafka": "Kafka", "mq": "AmazonMQ", "ecs": "ECS",
	}[service]; name != "" {
		return name
	}
	return strings.ToUpper(service[:1]) + service[1:]
}
