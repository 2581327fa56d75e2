package lb

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

func listener() *cloud.Type {
	return of(kernel.ListenerToken, lb.ListenerArgs{}, &lb.Listener{}, &cloud.Type{
		Replaces: []string{"loadBalancerArn"}, Required: []string{"defaultActions"},
		Sets: []string{"targetGroups"},
		Check: func(c *cloud.Checker) {
			kernel.CheckARNs(c, "certificateArn", "loadBalancerArn")
			c.Between("port", 1, 65535)
			c.OneOf("protocol", "GENEVE", "HTTP", "HTTPS", "TCP", "TCP_UDP", "TLS", "UDP")
			c.OneOf("alpnPolicy", "HTTP1Only", "HTTP2Only", "HTTP2Optional", "HTTP2Preferred", "None")
			checkActions(c, "defaultActions")
		},
		Create: func(c *cloud.Call) error {
			owner, err := c.Find(kernel.LoadBalancerToken, c.Text("loadBalancerArn"), "LoadBalancerNotFound",
				"Load balancer '%s' not found")
			if err != nil {
				return err
			}
			_, suffix, _ := strings.Cut(owner.ID, ":loadbalancer/")
			c.Object.Managed = owner.Key()
			if err := identify(c, "listener/"+suffix); err != nil {
				return err
			}
			return setListener(c)
		},
		Update: setListener,
	})
}

// protocols are those of the listeners of a type of load balancers.
func protocols() map[string][]string {
	return map[string][]string{application: {"HTTP", "HTTPS"}, network: {"TCP", "TCP_UDP", "TLS", "UDP"},
		gateway: {"GENEVE"}}
}

func setListener(c *cloud.Call) error {
	owner, err := c.Here(kernel.LoadBalancerToken, c.Text("loadBalancerArn"))
	if err != nil {
		return err
	}
	typ := owner.Text("loadBalancerType")
	c.SetDefault("protocol", map[string]string{application: "HTTP", gateway: "GENEVE"}[typ])
	if typ == gateway {
		c.SetDefault("port", 6081.0)
	}
	protocol := c.Text("protocol")
	switch {
	case c.Object.Number("port") == 0:
		return invalid("A listener port must be specified")
	case protocol == "":
		return invalid("A listener protocol must be specified")
	case !slices.Contains(protocols()[typ], protocol):
		return invalid("Protocol '%s' must be one of '%s'", protocol, strings.Join(protocols()[typ], ", "))
	}
	others, err := c.All(kernel.ListenerToken, func(o *cloud.Object) bool {
		return o.Text("loadBalancerArn") == owner.ID && o.Number("port") == c.Object.Number("port")
	})
	if err != nil {
		return err
	}
	if len(others) > 0 {
		return kernel.Refuse("DuplicateListener", "A listener already exists on this port for this load balancer '%s'",
			owner.ID)
	}
	if err := setSecurity(c, protocol); err != nil {
		return err
	}
	if typ != application {
		c.SetDefault("tcpIdleTimeoutSeconds", 350.0)
	}
	return setActions(c, owner, "defaultActions")
}

// setSecurity checks the certificate and the TLS policy of a listener.
func setSecurity(c *cloud.Call, protocol string) error {
	secure := protocol == "HTTPS" || protocol == "TLS"
	arn := c.Text("certificateArn")
	switch {
	case secure && arn == "":
		return invalid("A certificate must be specified for %s listeners", protocol)
	case !secure && arn != "":
		return invalid("You cannot specify a certificate for %s listeners", protocol)
	case !secure && c.Object.Inputs["sslPolicy"] != nil:
		return invalid("You cannot specify an SSL policy for %s listeners", protocol)
	case !secure:
		c.SetDefault("sslPolicy", "")
		return nil
	}
	c.SetDefault("sslPolicy", "ELBSecurityPolicy-2016-08")
	if policy := c.Text("sslPolicy"); !sslPolicy.MatchString(policy) {
		return kernel.Refuse("SSLPolicyNotFound", "SSL policy '%s' not found", policy)
	}
	return usable(c, arn)
}

// sslPolicy is the form of the names of the predefined policies: there is no fixed list.
//
// Source: "Security policies for your Application Load Balancer".
var sslPolicy = regexp.MustCompile(`^ELBSecurityPolicy-(\d{4}-\d{2}|TLS13?-|TLS-|FS-)[A-Za-z0-9-]*$`)

// usable rejects a certificate that does not exist or is not issued.
func usable(c *cloud.Call, arn string) error {
	if !strings.Contains(arn, ":acm:") { // Those of IAM are not covered.
		return nil
	}
	o, err := c.Find(kernel.CertificateToken, arn, "CertificateNotFound", "Certificate '%s' not found")
	if err == nil && o.Text("status") != "ISSUED" {
		err = kernel.Refuse("UnsupportedCertificate", "The certificate '%s' must have a fully-qualified domain name, a "+
			"supported signature, and a supported key size.", arn)
	}
	return err
}

func listenerCertificate() *cloud.Type {
	return of(listenerCertToken, lb.ListenerCertificateArgs{}, &lb.ListenerCertificate{}, &cloud.Type{
		Replaces: []string{"certificateArn", "listenerArn"},
		Check:    func(c *cloud.Checker) { kernel.CheckARNs(c, "certificateArn", "listenerArn") },
		Create: func(c *cloud.Call) error {
			owner, err := findListener(c)
			if err != nil {
				return err
			}
			c.Object.ID, c.Object.Managed = owner.ID+"_"+c.Text("certificateArn"), owner.Key()
			return usable(c, c.Text("certificateArn"))
		},
	})
}

func findListener(c *cloud.Call) (*cloud.Object, error) {
	return c.Find(kernel.ListenerToken, c.Text("listenerArn"), "ListenerNotFound", "Listener '%s' not found")
}

// checkActions checks actions: each type requires a block of its own.
func checkActions(c *cloud.Checker, property string) {
	blocks := map[string]string{"authenticate-cognito": "authenticateCognito", "authenticate-oidc": "authenticateOidc",
		"fixed-response": "fixedResponse", "forward": "forward", "redirect": "redirect"}
	for _, action := range cloud.Objects(c.Value(property)) {
		c.OneOfValue(property+".type", action["type"], slices.Sorted(maps.Keys(blocks))...)
		typ := cloud.Text(action, "type")
		redirect, _ := action["redirect"].(map[string]any)
		c.OneOfValue(property+".redirect.statusCode", redirect["statusCode"], "HTTP_301", "HTTP_302")
		c.OneOfValue(property+".redirect.protocol", redirect["protocol"], "#{protocol}", "HTTP", "HTTPS")
		fixed, _ := action["fixedResponse"].(map[string]any)
		c.OneOfValue(property+".fixedResponse.contentType", fixed["contentType"], "text/plain", "text/css", "text/html",
			"application/javascript", "application/json")
		if code, ok := fixed["statusCode"].(string); ok && !fixedCode.MatchString(code) {
			c.Add(property+".fixedResponse.statusCode", "invalid value for statusCode (2XX, 4XX or 5XX), got %s", code)
		}
		if len(cloud.Text(fixed, "messageBody")) > 1024 {
			c.Add(property+".fixedResponse.messageBody", "expected length of messageBody to be in the range (0 - 1024)")
		}
		for of, block := range blocks {
			if action[block] != nil && of != typ && typ != "" {
				c.Add(property+"."+block, "%q cannot be specified when %q is %q", property+"."+block, property+".type", typ)
			}
		}
	}
}

var fixedCode = regexp.MustCompile(`^[245]\d\d$`)

// setActions checks the target groups of actions, and sets what the API fills in.
func setActions(c *cloud.Call, owner *cloud.Object, property string) error {
	for _, arn := range kernel.ForwardsTo(c.Object.Outputs[property]) {
		to, err := findTargetGroup(c, arn)
		if err != nil {
			return err
		}
		if err := checkForward(c, owner, to); err != nil {
			return err
		}
	}
	var out []any
	for i, action := range cloud.Objects(c.Object.Outputs[property]) {
		action = maps.Clone(action)
		cloud.Fill(action, map[string]any{"order": float64(i + 1)})
		if err := setRedirect(action, owner); err != nil {
			return err
		}
		if cloud.Text(action, "type") == "forward" && len(kernel.ForwardsTo([]any{action})) == 0 {
			return invalid("A target group ARN must be specified")
		}
		if typ := cloud.Text(action, "type"); typ != "forward" && owner.Text("loadBalancerType") != application {
			return kernel.Refuse("InvalidLoadBalancerAction", "Actions of type '%s' are not supported for load balancers "+
				"of type '%s'", typ, owner.Text("loadBalancerType"))
		}
		out = append(out, action)
	}
	c.Set(property, out)
	return nil
}

// setRedirect completes a redirect, and rejects one that leads to itself.
func setRedirect(action map[string]any, owner *cloud.Object) error {
	redirect, ok := action["redirect"].(map[string]any)
	if !ok {
		if cloud.Text(action, "type") == "redirect" {
			return invalid("A redirect configuration must be specified")
		}
		return nil
	}
	redirect = maps.Clone(redirect)
	same := map[string]any{"host": "#{host}", "path": "/#{path}", "port": "#{port}", "protocol": "#{protocol}"}
	cloud.Fill(redirect, same)
	cloud.Fill(redirect, map[string]any{"query": "#{query}"})
	action["redirect"] = redirect
	for property, v := range same {
		if redirect[property] != v {
			return nil
		}
	}
	return kernel.Refuse("InvalidLoadBalancerAction", "The redirect configuration is not valid because it creates a loop.")
}

// checkForward rejects a target group that a load balancer cannot forward to.
func checkForward(c *cloud.Call, owner, to *cloud.Object) error {
	typ, protocol := owner.Text("loadBalancerType"), to.Text("protocol")
	if lambda := to.Text("targetType") == "lambda"; lambda && typ != application ||
		!lambda && !slices.Contains(protocols()[typ], protocol) {
		return kernel.Refuse("IncompatibleProtocols", "The protocol '%s' of the target group '%s' is not supported by load "+
			"balancers of type '%s'", cmp.Or(protocol, "lambda"), to.ID, typ)
	}
	if v := to.Text("vpcId"); v != "" && v != owner.Text("vpcId") {
		return invalid("The target group '%s' is not in the VPC '%s' of the load balancer", to.ID, owner.Text("vpcId"))
	}
	users, err := usersOf(c, to.ID)
	if err == nil && slices.ContainsFunc(users, func(arn string) bool { return arn != owner.ID }) {
		err = kernel.Refuse("TargetGroupAssociationLimit",
			"The following target groups cannot be associated with more than one load balancer: %s", to.ID)
	}
	return err
}
