package iam

import (
	"errors"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/failure"
)

var (
	policyARN  = regexp.MustCompile(`^arn:aws[a-z-]*:iam::(aws|[0-9]{12}):policy/([\x21-\x7E]+/)?[A-Za-z0-9_+=,.@-]{1,128}$`)
	policyName = regexp.MustCompile(`^([a-z-]+/)?[A-Za-z0-9_+=,.@-]{1,128}$`)
)

// checkManaged returns what is wrong with a managed policy that is given by its ARN or, when it is one of AWS's own, its name.
func checkManaged(value string, broad bool) string {
	name, own := awsManaged(value)
	switch {
	case strings.HasPrefix(value, "arn:") && !policyARN.MatchString(value):
		return expect(false, value, "the ARN of a managed policy: arn:aws:iam::ACCOUNT:policy/NAME")
	case !strings.HasPrefix(value, "arn:") && !policyName.MatchString(value):
		return expect(false, value, "an ARN, or the name of one of AWS's policies, such as AmazonSSMManagedInstanceCore")
	case own && !broad && isBroad(name):
		return name + " allows everything, of everything or of a service, on every resource: name a narrower policy, " +
			"or set allowBroadPolicies if that is what is meant"
	}
	return ""
}

// awsManaged returns the name of one of AWS's own policies with its path, and whether it is one.
func awsManaged(value string) (name string, ok bool) {
	if !strings.HasPrefix(value, "arn:") {
		return value, true
	}
	_, name, ok = strings.Cut(value, ":iam::aws:policy/")
	return name, ok
}

// isBroad reports whether one of AWS's policies allows every action of everything or of a service on every resource. That follows
// from how AWS names them. Source: "AWS managed policies for job functions", and the naming of the others.
func isBroad(name string) bool {
	path, base, ok := strings.Cut(name, "/")
	if !ok {
		path, base = "", name
	}
	return strings.HasPrefix(base, "AdministratorAccess") || base == "PowerUserAccess" || strings.Contains(base, "FullAccess") ||
		path == "job-function" && strings.HasSuffix(base, "Administrator")
}

// managed returns the ARN of a managed policy. One that another resource gives is checked when it is known.
func managed(in pulumi.StringInput, broad bool, p place) pulumi.StringInput {
	if s, ok := in.(pulumi.String); ok {
		if !strings.HasPrefix(string(s), "arn:") {
			return format("arn:%s:iam::aws:policy/%s", p.partition(), s)
		}
		return s
	}
	return in.ToStringOutput().ApplyT(func(value string) (string, error) {
		problem := checkManaged(value, broad)
		if problem == "" && !strings.HasPrefix(value, "arn:") {
			problem = expect(false, value, "the ARN of a managed policy")
		}
		if problem != "" {
			return "", failure.Wrap(failure.Configuration, "attach", "policy", errors.New(problem))
		}
		return value, nil
	}).(pulumi.StringOutput)
}
