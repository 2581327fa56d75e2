package lb

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

func targetGroup() *cloud.Type {
	return of(kernel.TargetGroupToken, lb.TargetGroupArgs{}, &lb.TargetGroup{}, &cloud.Type{
		Name:     "name",
		Replaces: []string{"ipAddressType", "name", "namePrefix", "port", "protocol", "protocolVersion", "targetType", "vpcId"},
		Defaults: map[string]any{"deregistrationDelay": 300.0, "lambdaMultiValueHeadersEnabled": false,
			"proxyProtocolV2": false, "slowStart": 0.0, "targetType": "instance"},
		Computed: map[string][]string{"healthCheck": {"matcher", "path", "timeout"}},
		Check:    checkTargetGroup,
		Create: func(c *cloud.Call) error {
			same, err := c.All(kernel.TargetGroupToken, cloud.With("name", c.Text("name")))
			if err != nil {
				return err
			}
			if len(same) > 0 {
				return kernel.Errorf("ELBv2 Target Group (%s) already exists", c.Text("name"))
			}
			if c.Text("targetType") != "lambda" {
				if _, err := c.Find(kernel.VPCToken, c.Text("vpcId"), "ValidationError",
					"The VPC ID '%s' is not found"); err != nil {
					return err
				}
			}
			if err := identify(c, "targetgroup/"+c.Text("name")); err != nil {
				return err
			}
			_, suffix, _ := strings.Cut(c.Object.ID, ":targetgroup/")
			c.Set("arnSuffix", "targetgroup/"+suffix)
			return setTargetGroup(c)
		},
		Update: setTargetGroup,
		Refresh: func(c *cloud.Call) error {
			arns, err := usersOf(c, c.Object.ID)
			c.Set("loadBalancerArns", cloud.List(arns...))
			return err
		},
		Delete: func(c *cloud.Call) error {
			arns, err := usersOf(c, c.Object.ID)
			if err == nil && len(arns) > 0 {
				err = kernel.Refuse("ResourceInUse", "Target group '%s' is currently in use by a listener or a rule",
					c.Object.ID)
			}
			return err
		},
	})
}

func isHTTP(protocol string) bool { return protocol == "HTTP" || protocol == "HTTPS" }

func checkTargetGroup(c *cloud.Checker) {
	name(c)
	c.OneOf("targetType", "instance", "ip", "lambda", "alb")
	c.OneOf("protocol", "GENEVE", "HTTP", "HTTPS", "TCP", "TCP_UDP", "TLS", "UDP")
	c.OneOf("protocolVersion", "GRPC", "HTTP1", "HTTP2")
	c.OneOf("ipAddressType", "ipv4", "ipv6")
	c.OneOf("loadBalancingAlgorithmType", "round_robin", "least_outstanding_requests", "weighted_random")
	c.OneOf("loadBalancingAnomalyMitigation", "on", "off")
	c.OneOf("loadBalancingCrossZoneEnabled", "true", "false", "use_load_balancer_configuration")
	c.OneOf("preserveClientIp", "true", "false")
	c.Between("port", 1, 65535)
	c.Between("deregistrationDelay", 0, 3600)
	if v, ok := c.Number("slowStart"); ok && v != 0 && (v < 30 || v > 900) {
		c.Add("slowStart", "expected slowStart to be 0 or in the range (30 - 900), got %v", v)
	}
	if typ, ok := c.Text("targetType"); ok && typ != "lambda" {
		for _, property := range []string{"port", "protocol", "vpcId"} {
			if !c.Has(property) {
				c.Add(property, "Attribute %q must be specified when %q is %q.", property, "targetType", typ)
			}
		}
	}
	checkHealth(c)
	sticky, _ := c.Value("stickiness").(map[string]any)
	c.OneOfValue("stickiness.type", sticky["type"], "lb_cookie", "app_cookie", "source_ip", "source_ip_dest_ip",
		"source_ip_dest_ip_proto")
	protocol, _ := c.Text("protocol")
	if typ, _ := sticky["type"].(string); protocol != "" && sticky["enabled"] != false &&
		strings.HasSuffix(typ, "_cookie") && !isHTTP(protocol) {
		c.Add("stickiness.type", "Attribute %q cannot have value %q when %q is %q.", "stickiness.type", typ, "protocol",
			protocol)
	}
}

func checkHealth(c *cloud.Checker) {
	health, _ := c.Value("healthCheck").(map[string]any)
	c.OneOfValue("healthCheck.protocol", health["protocol"], "HTTP", "HTTPS", "TCP")
	for _, of := range []struct {
		property        string
		lowest, highest float64
	}{{"healthyThreshold", 2, 10}, {"unhealthyThreshold", 2, 10}, {"interval", 5, 300}, {"timeout", 2, 120}} {
		if v, ok := health[of.property].(float64); ok && (v < of.lowest || v > of.highest) {
			c.Add("healthCheck."+of.property, "expected healthCheck.%s to be in the range (%v - %v), got %v", of.property,
				of.lowest, of.highest, v)
		}
	}
	if path, ok := health["path"].(string); ok && (!strings.HasPrefix(path, "/") || len(path) > 1024) {
		c.Add("healthCheck.path", "expected healthCheck.path to begin with / and to have at most 1024 characters, got %s",
			path)
	}
	if port, ok := health["port"].(string); ok && port != "traffic-port" {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65536 {
			c.Add("healthCheck.port", `"healthCheck.port" must be "traffic-port" or a port number, got %s`, port)
		}
	}
	protocol, _ := c.Text("protocol")
	if isHTTP(protocol) && health["protocol"] == "TCP" {
		c.Add("healthCheck.protocol", "Attribute %q cannot have value %q when %q is %q.", "healthCheck.protocol", "TCP",
			"protocol", protocol)
	}
	if health["protocol"] == "TCP" && (health["path"] != nil || health["matcher"] != nil) {
		c.Add("healthCheck.path", "healthCheck.path and healthCheck.matcher are invalid when healthCheck.protocol is TCP")
	}
}

// setTargetGroup sets the properties that the API fills in.
func setTargetGroup(c *cloud.Call) error {
	protocol, lambda := c.Text("protocol"), c.Text("targetType") == "lambda"
	health := c.Object.Block("healthCheck")
	cloud.Fill(health, map[string]any{"enabled": !lambda, "healthyThreshold": 3.0, "interval": 30.0,
		"port": "traffic-port", "protocol": "HTTP", "unhealthyThreshold": 3.0})
	defaults := map[string]any{"timeout": 10.0, "path": "", "matcher": ""}
	if health["protocol"] != "TCP" {
		defaults = map[string]any{"timeout": map[bool]float64{true: 5, false: 6}[isHTTP(protocol)], "path": "/",
			"matcher": "200"}
		if c.Text("protocolVersion") == "GRPC" {
			defaults["path"], defaults["matcher"] = "/AWS.ALB/healthcheck", "12"
		}
	}
	if lambda {
		defaults["timeout"] = 30.0
		if c.Object.Inputs["healthCheck"] == nil {
			health["interval"] = 35.0
		}
	}
	cloud.Fill(health, defaults)
	if interval, timeout := health["interval"].(float64), health["timeout"].(float64); timeout >= interval {
		return invalid("Health check timeout '%v' must be smaller than the interval '%v'", timeout, interval)
	}
	c.Set("healthCheck", health)
	sticky := c.Object.Block("stickiness")
	cloud.Fill(sticky, map[string]any{"enabled": len(sticky) > 0, "cookieDuration": 86400.0,
		"type": map[bool]string{true: "lb_cookie", false: "source_ip"}[isHTTP(protocol) || lambda]})
	c.Set("stickiness", sticky)
	cloud.Fill(c.Object.Outputs, map[string]any{
		"connectionTermination": false, "loadBalancingCrossZoneEnabled": "use_load_balancer_configuration",
		"loadBalancerArns": []any{}, "targetFailovers": []any{}, "targetHealthStates": []any{},
		"ipAddressType": map[bool]string{false: "ipv4"}[lambda],
	})
	if isHTTP(protocol) {
		cloud.Fill(c.Object.Outputs, map[string]any{"loadBalancingAlgorithmType": "round_robin",
			"loadBalancingAnomalyMitigation": "off", "preserveClientIp": "", "protocolVersion": "HTTP1"})
		return nil
	}
	cloud.Fill(c.Object.Outputs, map[string]any{"loadBalancingAlgorithmType": "", "loadBalancingAnomalyMitigation": "",
		"protocolVersion": "", "preserveClientIp": strconv.FormatBool(c.Text("targetType") == "instance")})
	return nil
}

// usersOf returns the load balancers whose listeners or rules forward to a target group.
func usersOf(c *cloud.Call, arn string) ([]string, error) {
	var out []string
	for token, actions := range map[string]string{kernel.ListenerToken: "defaultActions", kernel.ListenerRuleToken: "actions"} {
		users, err := c.All(token, func(o *cloud.Object) bool { return slices.Contains(kernel.ForwardsTo(o.Outputs[actions]), arn) })
		if err != nil {
			return nil, err
		}
		for _, o := range users {
			if of := balancerOf(o.ID); !slices.Contains(out, of) {
				out = append(out, of)
			}
		}
	}
	return out, nil
}

func findTargetGroup(c *cloud.Call, arn string) (*cloud.Object, error) {
	return c.Find(kernel.TargetGroupToken, arn, "TargetGroupNotFound", "Target groups '%s' not found")
}

func attachment() *cloud.Type {
	return of(attachmentToken, lb.TargetGroupAttachmentArgs{}, &lb.TargetGroupAttachment{}, &cloud.Type{
		Replaces: []string{"availabilityZone", "port", "targetGroupArn", "targetId"},
		Create: func(c *cloud.Call) error {
			to, err := findTargetGroup(c, c.Text("targetGroupArn"))
			if err != nil {
				return err
			}
			if err := checkTarget(c, to, c.Text("targetId")); err != nil {
				return err
			}
			digits, err := c.Hex(26)
			c.Object.ID, c.Object.Managed = to.ID+"-"+digits, to.Key()
			return err
		},
	})
}

// checkTarget rejects a target that cannot be registered.
//
// Source: API reference of RegisterTargets, and "Targets" in the guides of load balancers.
func checkTarget(c *cloud.Call, to *cloud.Object, id string) error {
	missing := kernel.Refuse("InvalidTarget", "The following targets are not in a running state and cannot be "+
		"registered: '%s'", id)
	switch to.Text("targetType") {
	case "instance":
		o, err := c.Here(kernel.InstanceToken, id)
		if err != nil || o == nil || o.Text("instanceState") != "running" {
			return orElse(err, missing)
		}
		subnet, err := c.Here(kernel.SubnetToken, o.Text("subnetId"))
		if err != nil || subnet != nil && subnet.Text("vpcId") != to.Text("vpcId") {
			return orElse(err, kernel.Refuse("InvalidTarget", "The following targets are not in the target group VPC "+
				"'%s': '%s'", to.Text("vpcId"), id))
		}
	case "ip":
		return checkIPTarget(c, to, id)
	case "lambda":
		o, err := functionOf(c, id)
		if err != nil || o == nil {
			return orElse(err, kernel.Refuse("InvalidTarget", "The Lambda function '%s' is not found", id))
		}
		return mayInvoke(c, o, to)
	case "alb":
		o, err := c.Here(kernel.LoadBalancerToken, id)
		if err != nil || o == nil || o.Text("loadBalancerType") != application {
			return orElse(err, kernel.Refuse("InvalidTarget", "The application load balancer '%s' is not found", id))
		}
	}
	return nil
}

func orElse(err, instead error) error {
	if err != nil {
		return err
	}
	return instead
}

func checkIPTarget(c *cloud.Call, to *cloud.Object, text string) error {
	ip, err := netip.ParseAddr(text)
	if err != nil {
		return invalid("The IP address '%s' is not a valid IPv4 or IPv6 address", text)
	}
	network, err := kernel.Existing(c, kernel.VPCToken, to.Text("vpcId"))
	if err != nil {
		return err
	}
	inside := kernel.Within(kernel.Prefixes(network.Text("cidrBlock"), network.Text("ipv6CidrBlock")),
		netip.PrefixFrom(ip, ip.BitLen()))
	if !inside && c.Text("availabilityZone") != "all" {
		return invalid("The IP address '%s' is not within the VPC: specify the availability zone 'all' for an address "+
			"outside of it", text)
	}
	if shared := netip.MustParsePrefix("100.64.0.0/10"); !inside && !ip.IsPrivate() && !shared.Contains(ip) {
		return invalid("The IP address '%s' is not within a private range of addresses", text)
	}
	return nil
}

func functionOf(c *cloud.Call, arn string) (*cloud.Object, error) {
	found, err := c.All(kernel.FunctionToken, func(o *cloud.Object) bool {
		return o.Text("arn") == arn || strings.HasPrefix(arn, o.Text("arn")+":")
	})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

// mayInvoke rejects a function whose permissions do not allow load balancers to invoke it.
func mayInvoke(c *cloud.Call, function, to *cloud.Object) error {
	allowed, err := c.All(kernel.FunctionPermissionToken, func(o *cloud.Object) bool {
		source := o.Text("sourceArn")
		return o.Text("principal") == "elasticloadbalancing.amazonaws.com" && o.Managed == function.Key() &&
			(source == "" || kernel.Match(source, to.ID))
	})
	if err == nil && len(allowed) == 0 {
		err = kernel.Refuse("AccessDenied", "elasticloadbalancing principal does not have permission to invoke %s from "+
			"target group %s", function.Text("arn"), to.ID)
	}
	return err
}
