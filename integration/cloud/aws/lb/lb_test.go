package lb_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// in are the inputs of a resource.
type in = map[string]any

const (
	attachmentToken = "aws:lb/targetGroupAttachment:TargetGroupAttachment"
	ruleToken       = "aws:lb/listenerRule:ListenerRule"

	missingGroup = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/none/0"
)

// network returns a network with load balancers of two types, target groups, and things that do not fit.
func network() []awstest.Step {
	return append(awstest.PublicNetwork(),
		awstest.Step{Name: "a2", Type: kernel.SubnetToken,
			Inputs: in{"vpcId": "$net", "cidrBlock": "10.0.2.0/24", "availabilityZone": "eu-west-1a"}},
		awstest.Step{Name: "tiny", Type: kernel.SubnetToken,
			Inputs: in{"vpcId": "$net", "cidrBlock": "10.0.3.0/28", "availabilityZone": "eu-west-1c"}},
		awstest.Step{Name: "full", Type: kernel.NetworkInterfaceToken, Inputs: in{"subnetId": "$tiny",
			"privateIps": []any{"10.0.3.4", "10.0.3.5", "10.0.3.6", "10.0.3.7"}}},
		awstest.Step{Name: "other", Type: kernel.VPCToken, Inputs: in{"cidrBlock": "10.1.0.0/16"}},
		awstest.Step{Name: "private", Type: kernel.SubnetToken,
			Inputs: in{"vpcId": "$other", "cidrBlock": "10.1.0.0/24", "availabilityZone": "eu-west-1a"}},
		awstest.Step{Name: "private2", Type: kernel.SubnetToken,
			Inputs: in{"vpcId": "$other", "cidrBlock": "10.1.1.0/24", "availabilityZone": "eu-west-1b"}},
		awstest.Step{Name: "foreign", Type: kernel.SecurityGroupToken, Inputs: in{"vpcId": "$other"}},
		awstest.Step{Name: "web", Type: "aws:alb/loadBalancer:LoadBalancer", Inputs: in{"name": "web",
			"subnets": []any{"$b", "$a"}, "securityGroups": []any{"$group"}}},
		awstest.Step{Name: "tcp", Type: kernel.LoadBalancerToken, Inputs: in{"name": "tcp", "loadBalancerType": "network",
			"internal": true, "subnetMappings": []any{in{"subnetId": "$a"}}}},
		awstest.Step{Name: "http", Type: kernel.TargetGroupToken,
			Inputs: in{"name": "http", "port": 80.0, "protocol": "HTTP", "vpcId": "$net"}},
		awstest.Step{Name: "ips", Type: kernel.TargetGroupToken,
			Inputs: in{"port": 80.0, "protocol": "TCP", "vpcId": "$net", "targetType": "ip"}},
		awstest.Step{Name: "abroad", Type: kernel.TargetGroupToken,
			Inputs: in{"port": 80.0, "protocol": "HTTP", "vpcId": "$other"}},
	)
}

func forward(to string) []any { return []any{in{"type": "forward", "targetGroupArn": to}} }

func TestRejectedLoadBalancers(t *testing.T) {
	t.Parallel()
	balancer := func(inputs in) []awstest.Step {
		return awstest.One("it", kernel.LoadBalancerToken, awstest.Merge(in{"subnets": []any{"$a", "$b"}}, inputs))
	}
	targets := func(inputs in) []awstest.Step {
		return awstest.One("it", kernel.TargetGroupToken,
			awstest.Merge(in{"port": 80.0, "protocol": "HTTP", "vpcId": "$net"}, inputs))
	}
	listener := func(inputs in) []awstest.Step {
		return awstest.One("it", kernel.ListenerToken, awstest.Merge(in{"loadBalancerArn": "$web", "port": 80.0,
			"defaultActions": forward("$http")}, inputs))
	}
	rule := func(inputs in) []awstest.Step {
		return append(listener(nil), awstest.Step{Name: "rule", Type: ruleToken, Inputs: awstest.Merge(in{
			"listenerArn": "$it", "actions": forward("$http"),
			"conditions": []any{in{"pathPattern": in{"values": []any{"/api/*"}}}}}, inputs)})
	}
	attach := func(to, id string, more in) []awstest.Step {
		return awstest.One("it", attachmentToken, awstest.Merge(in{"targetGroupArn": to, "targetId": id}, more))
	}
	then := func(before []awstest.Step, after ...awstest.Step) []awstest.Step { return append(before, after...) }
	awstest.RunRefusals(t, network(), map[string]awstest.Refusal{
		"a load balancer":       {Steps: balancer(nil)},
		"a long name":           {Steps: balancer(in{"name": "a23456789012345678901234567890123"}), Want: "expected length of name to be in the range (1 - 32)"},
		"a name with _":         {Steps: balancer(in{"name": "a_b"}), Want: "only alphanumeric characters and hyphens allowed"},
		"a final hyphen":        {Steps: balancer(in{"name": "a-"}), Want: "cannot end with a hyphen"},
		"a reserved name":       {Steps: balancer(in{"name": "internal-a"}), Want: `cannot begin with "internal-"`},
		"a long prefix":         {Steps: balancer(in{"namePrefix": "abcdefg"}), Want: "cannot be longer than 6 characters"},
		"a prefix":              {Steps: balancer(in{"namePrefix": "web-"})},
		"a duplicate":           {Steps: balancer(in{"name": "web"}), Want: "ELBv2 Load Balancer (web) already exists"},
		"subnets twice":         {Steps: balancer(in{"subnetMappings": []any{in{"subnetId": "$a"}}}), Want: "conflicts with subnets"},
		"one subnet":            {Steps: balancer(in{"subnets": []any{"$a"}}), Want: "api error ValidationError: At least two subnets in two different Availability Zones must be specified"},
		"two subnets of a zone": {Steps: balancer(in{"subnets": []any{"$a2", "$a"}}), Want: "api error InvalidConfigurationRequest: A load balancer cannot be attached to multiple subnets in the same Availability Zone"},
		"two networks":          {Steps: balancer(in{"subnets": []any{"$a", "$private2"}}), Want: "All subnets must belong to the same VPC: '$net'"},
		"no such subnet":        {Steps: balancer(in{"subnets": []any{"$a", "subnet-0"}}), Want: "api error SubnetNotFound: The subnet ID 'subnet-0' does not exist"},
		"a subnet that is full": {Steps: balancer(in{"subnets": []any{"$a", "$tiny"}}), Want: "api error InvalidSubnet: Not enough IP space available in $tiny."},
		"no internet gateway": {Steps: balancer(in{"subnets": []any{"$private", "$private2"}}),
			Want: "api error InvalidSubnet: VPC $other has no internet gateway"},
		"an internal load balancer": {Steps: balancer(in{"subnets": []any{"$private", "$private2"}, "internal": true})},
		"a group of another VPC": {Steps: balancer(in{"securityGroups": []any{"$foreign"}}),
			Want: "api error InvalidConfigurationRequest: One or more security groups are invalid"},
		"a gateway load balancer with groups": {Steps: balancer(in{"loadBalancerType": "gateway", "securityGroups": []any{"$group"}}),
			Want: "api error ValidationError: Security groups are not supported"},
		"groups for a network load balancer without any": {Steps: []awstest.Step{{Name: "~tcp", Inputs: in{"name": "tcp",
			"loadBalancerType": "network", "internal": true, "subnetMappings": []any{in{"subnetId": "$a"}},
			"securityGroups": []any{"$group"}}}}, Want: "You cannot add security groups to a network load balancer"},
		"logs without a bucket": {Steps: balancer(in{"accessLogs": in{"bucket": "none", "enabled": true}}),
			Want: "api error InvalidConfigurationRequest: Access Denied for bucket: none."},
		"deletion protection": {Steps: then(balancer(in{"enableDeletionProtection": true}), awstest.Step{Name: "-it"}),
			Want: "api error OperationNotPermitted: Load balancer '$it' cannot be deleted because deletion protection is enabled"},
		"a subnet of a load balancer": {Steps: []awstest.Step{{Name: "-b"}}, Want: "api error DependencyViolation"},

		"a target group":            {Steps: targets(nil)},
		"a duplicate target group":  {Steps: targets(in{"name": "http"}), Want: "ELBv2 Target Group (http) already exists"},
		"a target group of no VPC":  {Steps: targets(in{"vpcId": "vpc-0"}), Want: "api error ValidationError: The VPC ID 'vpc-0' is not found"},
		"a target group without":    {Steps: awstest.One("it", kernel.TargetGroupToken, in{}), Want: `Attribute "port" must be specified when "targetType" is "instance".`},
		"functions need no port":    {Steps: awstest.One("it", kernel.TargetGroupToken, in{"targetType": "lambda"})},
		"a check that takes long":   {Steps: targets(in{"healthCheck": in{"timeout": 30.0}}), Want: "Health check timeout '30' must be smaller than the interval '30'"},
		"a check with another path": {Steps: targets(in{"healthCheck": in{"path": "health"}}), Want: "expected healthCheck.path to begin with /"},
		"a TCP check of HTTP":       {Steps: targets(in{"healthCheck": in{"protocol": "TCP"}}), Want: `cannot have value "TCP" when "protocol" is "HTTP"`},
		"cookies of TCP":            {Steps: targets(in{"protocol": "TCP", "stickiness": in{"type": "lb_cookie"}}), Want: `cannot have value "lb_cookie" when "protocol" is "TCP"`},
		"a target group in use":     {Steps: then(listener(nil), awstest.Step{Name: "-http"}), Want: "api error ResourceInUse: Target group '$http' is currently in use by a listener or a rule"},
		"a target group of a deleted listener": {Steps: then(listener(nil), awstest.Step{Name: "-it"},
			awstest.Step{Name: "-http"})},

		"a listener":                      {Steps: listener(nil)},
		"a listener of a missing one":     {Steps: listener(in{"loadBalancerArn": "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/none/0"}), Want: "api error LoadBalancerNotFound: Load balancer 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/none/0' not found"},
		"no ARN":                          {Steps: listener(in{"loadBalancerArn": "web"}), Want: "is an invalid ARN: arn: invalid prefix"},
		"the same port":                   {Steps: then(listener(nil), awstest.Step{Name: "more", Type: kernel.ListenerToken, Inputs: in{"loadBalancerArn": "$web", "port": 80.0, "defaultActions": forward("$http")}}), Want: "api error DuplicateListener: A listener already exists on this port for this load balancer '$web'"},
		"TCP of an application":           {Steps: listener(in{"protocol": "TCP"}), Want: "api error ValidationError: Protocol 'TCP' must be one of 'HTTP, HTTPS'"},
		"HTTPS without a certificate":     {Steps: listener(in{"protocol": "HTTPS"}), Want: "api error ValidationError: A certificate must be specified for HTTPS listeners"},
		"a missing certificate":           {Steps: listener(in{"protocol": "HTTPS", "certificateArn": "arn:aws:acm:eu-west-1:123456789012:certificate/0"}), Want: "api error CertificateNotFound"},
		"an unknown policy":               {Steps: listener(in{"protocol": "HTTPS", "sslPolicy": "TLS13", "certificateArn": "arn:aws:acm:eu-west-1:123456789012:certificate/0"}), Want: "api error SSLPolicyNotFound: SSL policy 'TLS13' not found"},
		"a missing target group":          {Steps: listener(in{"defaultActions": forward(missingGroup)}), Want: "api error TargetGroupNotFound: Target groups '" + missingGroup + "' not found"},
		"no actions":                      {Steps: awstest.One("it", kernel.ListenerToken, in{"loadBalancerArn": "$web", "port": 80.0}), Want: "missing required property"},
		"an unknown action":               {Steps: listener(in{"defaultActions": []any{in{"type": "send"}}}), Want: "expected defaultActions.type to be one of"},
		"a block of another action":       {Steps: listener(in{"defaultActions": []any{in{"type": "redirect", "fixedResponse": in{"contentType": "text/plain"}}}}), Want: "cannot be specified when"},
		"a redirect":                      {Steps: listener(in{"defaultActions": []any{in{"type": "redirect", "redirect": in{"port": "443", "protocol": "HTTPS", "statusCode": "HTTP_301"}}}})},
		"a loop":                          {Steps: listener(in{"defaultActions": []any{in{"type": "redirect", "redirect": in{"statusCode": "HTTP_301"}}}}), Want: "api error InvalidLoadBalancerAction: The redirect configuration is not valid because it creates a loop."},
		"a code of a fixed response":      {Steps: listener(in{"defaultActions": []any{in{"type": "fixed-response", "fixedResponse": in{"contentType": "text/plain", "statusCode": "300"}}}}), Want: "invalid value for statusCode"},
		"another protocol":                {Steps: listener(in{"defaultActions": forward("$ips")}), Want: "api error IncompatibleProtocols"},
		"another network":                 {Steps: listener(in{"defaultActions": forward("$abroad")}), Want: "is not in the VPC '$net' of the load balancer"},
		"a TCP listener":                  {Steps: listener(in{"loadBalancerArn": "$tcp", "protocol": "TCP", "defaultActions": forward("$ips")})},
		"a redirect of TCP":               {Steps: listener(in{"loadBalancerArn": "$tcp", "protocol": "TCP", "defaultActions": []any{in{"type": "redirect", "redirect": in{"port": "1", "statusCode": "HTTP_301"}}}}), Want: "api error InvalidLoadBalancerAction"},
		"a TCP listener without protocol": {Steps: listener(in{"loadBalancerArn": "$tcp", "defaultActions": forward("$ips")}), Want: "A listener protocol must be specified"},
		"the target group of another one": {Steps: then(balancer(nil),
			awstest.Step{Name: "first", Type: kernel.ListenerToken, Inputs: in{"loadBalancerArn": "$it", "port": 80.0, "defaultActions": forward("$http")}},
			awstest.Step{Name: "second", Type: kernel.ListenerToken, Inputs: in{"loadBalancerArn": "$web", "port": 80.0, "defaultActions": forward("$http")}}),
			Want: "api error TargetGroupAssociationLimit"},

		"a rule":                  {Steps: rule(nil)},
		"a rule without listener": {Steps: rule(in{"listenerArn": "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/none/0/0"}), Want: "api error ListenerNotFound"},
		"a priority twice": {Steps: then(rule(in{"priority": 7.0}), awstest.Step{Name: "more", Type: ruleToken, Inputs: in{"listenerArn": "$it", "priority": 7.0, "actions": forward("$http"),
			"conditions": []any{in{"hostHeader": in{"values": []any{"a.example.com"}}}}}}), Want: "api error PriorityInUse: Priority '7' is currently in use"},
		"two conditions in one": {Steps: rule(in{"conditions": []any{in{"hostHeader": in{"values": []any{"a"}}, "sourceIp": in{"values": []any{"10.0.0.0/8"}}}}}), Want: "Exactly one of hostHeader"},
		"six values":            {Steps: rule(in{"conditions": []any{in{"pathPattern": in{"values": []any{"a", "b", "c", "d", "e", "f"}}}}}), Want: "A rule can only have '5' condition values"},

		"an address":                {Steps: attach("$ips", "10.0.0.9", nil)},
		"an address of a peer":      {Steps: attach("$ips", "10.9.0.9", in{"availabilityZone": "all"})},
		"an address outside":        {Steps: attach("$ips", "10.9.0.9", nil), Want: "is not within the VPC"},
		"a public address":          {Steps: attach("$ips", "8.8.8.8", in{"availabilityZone": "all"}), Want: "is not within a private range"},
		"no address":                {Steps: attach("$ips", "i-0", nil), Want: "is not a valid IPv4 or IPv6 address"},
		"a missing instance":        {Steps: attach("$http", "i-0", nil), Want: "api error InvalidTarget: The following targets are not in a running state and cannot be registered: 'i-0'"},
		"a target of a missing one": {Steps: attach(missingGroup, "10.0.0.9", nil), Want: "api error TargetGroupNotFound"},
	})
}

func TestLoadBalancer(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(network()...)
	require.Regexp(t, `^arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/[0-9a-f]{16}$`, h.IDs["web"])
	require.Regexp(t, `^web-\d+\.eu-west-1\.elb\.amazonaws\.com$`, h.Output("web", "dnsName"))
	require.Regexp(t, `^tcp-[0-9a-f]{16}\.elb\.eu-west-1\.amazonaws\.com$`, h.Output("tcp", "dnsName"))
	require.Equal(t, "Z32O12XQLNTSW2", h.Output("web", "zoneId"))
	require.Equal(t, h.IDs["net"], h.Output("web", "vpcId"))
	h.All(
		awstest.Step{Name: "listener", Type: "aws:alb/listener:Listener",
			Inputs: in{"loadBalancerArn": "$web", "port": 80.0, "defaultActions": forward("$http")}},
		awstest.Step{Name: "rule", Type: ruleToken, Inputs: in{"listenerArn": "$listener", "actions": forward("$http"),
			"conditions": []any{in{"pathPattern": in{"values": []any{"/*"}}}}}},
	)
	require.Equal(t, "HTTP", h.Output("listener", "protocol"))
	require.InDelta(t, 1.0, h.Output("rule", "priority"), 0)
	require.Regexp(t, `:listener-rule/app/web/[0-9a-f]{16}/[0-9a-f]{16}/[0-9a-f]{16}$`, h.IDs["rule"])
	require.NotContains(t, h.Refreshed("http"), "healthCheck", "what the API fills in is no drift")
	require.Equal(t, []any{h.IDs["web"]}, h.Output("http", "loadBalancerArns"))
	require.Equal(t, "200", h.Output("http", "healthCheck").(in)["matcher"])
	for _, token := range []string{"aws:lb/getLoadBalancer:getLoadBalancer", "aws:alb/getLoadBalancer:getLoadBalancer"} {
		found, err := h.Call(token, in{"name": "web"})
		require.NoError(t, err)
		require.Equal(t, h.IDs["web"], found["arn"])
	}
	h.All(awstest.Step{Name: "-rule"}, awstest.Step{Name: "-listener"}, awstest.Step{Name: "-http"},
		awstest.Step{Name: "-web"}, awstest.Step{Name: "-b"})
}
