package policy

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
)

var (
	actionPattern = regexp.MustCompile(`^[a-zA-Z0-9-]+:[a-zA-Z0-9*?]+$`)
	digits        = regexp.MustCompile(`^[0-9]+$`)
	partition     = regexp.MustCompile(`^(aws(-[a-z]+)*|\*)$`)
	vendor        = regexp.MustCompile(`^[a-z0-9-]+$`)
	serviceName   = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?$`)
	canonicalID   = regexp.MustCompile(`^[0-9a-f]{64}$`)
	conditionKey  = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9.-]*(/[^:]+)?:[^:].*$`)
	shortSid      = regexp.MustCompile(`^[a-zA-Z0-9]+$`)
)

// checkAction returns what is wrong with an action, or nothing. Source: "IAM JSON policy elements: Action".
func checkAction(action string) string {
	if action == "*" || actionPattern.MatchString(action) {
		return ""
	}
	return fmt.Sprintf("found %q, expected an action such as s3:GetObject, in which * and ? may stand after the colon", action)
}

// checkARN returns what is wrong with an ARN whose last parts may hold wildcards and policy variables, or nothing.
// Source: "Amazon Resource Names (ARNs)" and "IAM JSON policy elements: Resource".
func checkARN(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	switch {
	case len(parts) < 6 || parts[0] != "arn":
		return fmt.Sprintf("found %q, expected an ARN: arn:partition:service:region:account:resource", arn)
	case !partition.MatchString(parts[1]):
		return fmt.Sprintf("found %q, expected a partition such as aws, not %q", arn, parts[1])
	case !vendor.MatchString(parts[2]):
		return fmt.Sprintf("found %q, expected the name of a service without wildcards, not %q", arn, parts[2])
	case digits.MatchString(parts[4]) && !lookup.IsID(parts[4]):
		return fmt.Sprintf("found %q, expected an account id of 12 digits, not %q", arn, parts[4])
	case parts[5] == "":
		return fmt.Sprintf("found %q, expected a resource after the last colon", arn)
	}
	return ""
}

func checkResource(resource string) string {
	if resource == "*" {
		return ""
	}
	if problem := checkARN(resource); problem != "" {
		return problem + `, or "*"`
	}
	return ""
}

// checkPrincipal returns what is wrong with a principal of a type of the JSON. Source: "AWS JSON policy elements: Principal".
func checkPrincipal(typ, value string) string {
	switch typ {
	case "AWS":
		if value == "*" {
			return `found "*", write everyone: true instead`
		}
		if lookup.IsID(value) {
			return ""
		}
		if strings.ContainsAny(value, "*?") {
			return fmt.Sprintf("found %q, but a principal has no wildcards: use the account, with a condition on aws:PrincipalArn", value)
		}
		service := strings.SplitN(value, ":", 4)
		if checkARN(value) != "" || (service[2] != "iam" && service[2] != "sts") {
			return fmt.Sprintf("found %q, expected an account id of 12 digits, or the ARN of an account, role, user or session", value)
		}
	case "Service":
		if !serviceName.MatchString(value) {
			return fmt.Sprintf("found %q, expected a service such as ec2.amazonaws.com", value)
		}
	case "Federated":
		if strings.HasPrefix(value, "arn:") {
			return checkARN(value)
		}
		if !strings.Contains(value, ".") || strings.ContainsAny(value, "/: *?") {
			return fmt.Sprintf("found %q, expected the ARN of an identity provider, or a name such as cognito-identity.amazonaws.com", value)
		}
	case "CanonicalUser":
		if !canonicalID.MatchString(value) {
			return "expected a canonical user id of 64 hexadecimal digits"
		}
	}
	return ""
}

// operators are the condition operators, with what checks their values. Source: "IAM JSON policy elements: Condition operators".
func operators() map[string]func(string) string {
	any := func(string) string { return "" }
	return map[string]func(string) string{
		"StringEquals": any, "StringNotEquals": any, "StringEqualsIgnoreCase": any, "StringNotEqualsIgnoreCase": any,
		"StringLike": any, "StringNotLike": any,
		"NumericEquals": checkNumber, "NumericNotEquals": checkNumber, "NumericLessThan": checkNumber,
		"NumericLessThanEquals": checkNumber, "NumericGreaterThan": checkNumber, "NumericGreaterThanEquals": checkNumber,
		"DateEquals": checkDate, "DateNotEquals": checkDate, "DateLessThan": checkDate,
		"DateLessThanEquals": checkDate, "DateGreaterThan": checkDate, "DateGreaterThanEquals": checkDate,
		"Bool": checkBool, "Null": checkBool, "BinaryEquals": any,
		"IpAddress": checkAddress, "NotIpAddress": checkAddress,
		"ArnEquals": any, "ArnLike": any, "ArnNotEquals": any, "ArnNotLike": any,
	}
}

// splitOperator takes the quantifier and IfExists off an operator.
func splitOperator(operator string) (quantifier, base string, ifExists bool) {
	base = operator
	for _, q := range []string{"ForAllValues:", "ForAnyValue:"} {
		if rest, ok := strings.CutPrefix(operator, q); ok {
			quantifier, base = q, rest
		}
	}
	base, ifExists = strings.CutSuffix(base, "IfExists")
	return quantifier, base, ifExists
}

// checkOperator returns the check of an operator's values, or what is wrong with the operator.
func checkOperator(operator string) (check func(string) string, problem string) {
	quantifier, base, ifExists := splitOperator(operator)
	known := operators()
	values, ok := known[base]
	switch {
	case !ok:
		return nil, fmt.Sprintf("unknown operator %q, %s", operator, suggest(base, known))
	case base == "Null" && (ifExists || quantifier != ""):
		return nil, fmt.Sprintf("found %q, but Null stands alone: it has no IfExists and no quantifier", operator)
	}
	return func(value string) string {
		if strings.Contains(value, "${") { // a policy variable
			return ""
		}
		return values(value)
	}, ""
}

func checkNumber(v string) string {
	if _, err := strconv.ParseFloat(v, 64); err != nil {
		return fmt.Sprintf("found %q, expected a number", v)
	}
	return ""
}

func checkDate(v string) string {
	if digits.MatchString(v) { // seconds since 1970
		return ""
	}
	if slices.ContainsFunc([]string{time.RFC3339, "2006-01-02", "2006-01-02T15:04Z07:00"}, func(layout string) bool {
		_, err := time.Parse(layout, v)
		return err == nil
	}) {
		return ""
	}
	return fmt.Sprintf("found %q, expected a date such as 2027-01-31T12:00:00Z", v)
}

func checkBool(v string) string {
	if v != "true" && v != "false" {
		return fmt.Sprintf(`found %q, expected "true" or "false"`, v)
	}
	return ""
}

func checkAddress(v string) string {
	if _, err := netip.ParseAddr(v); err == nil {
		return ""
	}
	if _, err := netip.ParsePrefix(v); err != nil {
		return fmt.Sprintf("found %q, expected an address, or a range such as 203.0.113.0/24", v)
	}
	return ""
}
