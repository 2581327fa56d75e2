package lb

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

const (
	attachmentToken   = "aws:lb/targetGroupAttachment:TargetGroupAttachment"
	listenerCertToken = "aws:lb/listenerCertificate:ListenerCertificate"
	ruleToken         = kernel.ListenerRuleToken
)

// Service returns the types and functions of Elastic Load Balancing.
func Service() cloud.Service {
	return cloud.Service{
		Types: []*cloud.Type{loadBalancer(), targetGroup(), listener(), rule(), attachment(), listenerCertificate()},
		Functions: map[string]cloud.Function{
			"aws:lb/getHostedZoneId:getHostedZoneId": getHostedZoneID,
			"aws:lb/getListener:getListener":         lookUp(kernel.ListenerToken, "ELBv2 Listener"),
			"aws:lb/getLoadBalancer:getLoadBalancer": lookUp(kernel.LoadBalancerToken, "ELBv2 Load Balancer"),
			"aws:lb/getTargetGroup:getTargetGroup":   lookUp(kernel.TargetGroupToken, "ELBv2 Target Group"),
		},
	}
}

// invalid is the error of the API for most of what it rejects.
func invalid(format string, args ...any) error {
	return kernel.Refuse("ValidationError", format, args...)
}

// identify sets the ARN of a new object, which is its id, from what its resource begins with: another part of
// hexadecimal digits follows.
func identify(c *cloud.Call, begin string) error {
	digits, err := c.Hex(16)
	c.Object.ID = kernel.ARN(c, "elasticloadbalancing", begin+"/"+digits)
	c.Set("arn", c.Object.ID)
	return err
}

// lookUp finds an object by its ARN, name or tags.
func lookUp(token, name string) cloud.Function {
	return func(c *cloud.Call, args map[string]any) (map[string]any, error) {
		o, err := kernel.Query{Type: token, Name: name, Properties: map[string]string{"arn": "id", "name": "name",
			"loadBalancerArn": "loadBalancerArn", "port": "port"}}.One(c, args)
		if err != nil {
			return nil, err
		}
		return kernel.Answer(o, args, nil), nil
	}
}

// of completes a type with what the SDK says about it.
func of(token string, args pulumi.Input, r pulumi.Resource, t *cloud.Type) *cloud.Type {
	t.Token, t.Args, t.Resource = token, args, r
	return t
}

// balancerOf returns the ARN of the load balancer of a listener or a rule, whose ARNs begin alike:
// arn:...:listener/app/NAME/DIGITS/DIGITS.
func balancerOf(arn string) string {
	at := strings.LastIndex(arn, ":")
	parts := strings.Split(arn[at+1:], "/")
	return arn[:at+1] + "loadbalancer/" + strings.Join(parts[1:4], "/")
}
