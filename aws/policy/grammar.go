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
	"github.com/ashlar-iac/ashlar/aws/policy/reference"
)

var (
	actionPattern = regexp.MustCompile(`^[a-zA-Z0-9-]+:[a-zA-Z0-9*?]+$`)
	digits        = regexp.MustCompile(`^[0-9]+$`)
	partition     = regexp.MustCompile(`^(aws(-[a-z]+)*|\*)$`)
	vendor        = regexp.MustCompile(`^[a-z0-9-]+$`)
	serviceName   = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?$`)
	canonicalID   = regexp.MustCompile(`^[0-9a-f]{64}$`)
	conditionKey  = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9.-]*(/[^:]*)?:[^:].*$`)
	shortSid      = regexp.MustCompile(`^[a-zA-Z0-9]+$`)
)

// checkAction returns the problem of an action, or "". Source: "IAM JSON policy elements: Action".
func checkAction(action string) string {
	if action == "*" || actionPattern.MatchString(action) {
		return ""
	}
	return fmt.Sprintf("invalid action %q: use SERVICE:ACTION such as s3:GetObject, with wildcards after the colon only",
		action)
}

// checkARN returns the problem of an ARN, or "". Its last parts can have wildcards and policy variables. Source:
// "Amazon Resource Names (ARNs)" and "IAM JSON policy elements: Resource".
func checkARN(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	switch {
	case len(parts) < 6 || parts[0] != "arn":
		return fmt.Sprintf("invalid ARN %q: use arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE", arn)
	case !partition.MatchString(parts[1]):
		return fmt.Sprintf("invalid ARN %q: unknown partition %q, use a partition such as aws", arn, parts[1])
	case !vendor.MatchString(parts[2]):
		return fmt.Sprintf("invalid ARN %q: invalid service %q, use a service without wildcards", arn, parts[2])
	case digits.MatchString(parts[4]) && !lookup.IsID(parts[4]):
		return fmt.Sprintf("invalid ARN %q: invalid account %q, use an account ID of 12 digits", arn, parts[4])
	case parts[5] == "":
		return fmt.Sprintf("invalid ARN %q: add a resource after the last colon", arn)
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

// checkPrincipal returns the problem of a principal, or "". typ is a key of the JSON. Source: "AWS JSON policy
// elements: Principal".
func checkPrincipal(typ, value string) string {
	switch typ {
	case "AWS":
		if value == "*" {
			return `unsupported principal "*": set everyone to true`
		}
		if lookup.IsID(value) {
			return ""
		}
		if strings.ContainsAny(value, "*?") {
			return fmt.Sprintf("unsupported wildcard in principal %q: use the account with a condition on aws:PrincipalArn",
				value)
		}
		service := strings.SplitN(value, ":", 4)
		if checkARN(value) != "" || (service[2] != "iam" && service[2] != "sts") {
			return fmt.Sprintf("invalid principal %q: use an account ID of 12 digits, or the ARN of an account, role, user or session", value)
		}
	case "Service":
		if !serviceName.MatchString(value) && !reference.IsPrincipal(value) {
			return fmt.Sprintf("invalid service principal %q: use a name such as ec2.amazonaws.com", value)
		}
	case "Federated":
		if strings.HasPrefix(value, "arn:") {
			return checkARN(value)
		}
		if !strings.Contains(value, ".") || strings.ContainsAny(value, "/: *?") {
			return fmt.Sprintf("invalid identity provider %q: use its ARN, or a name such as cognito-identity.amazonaws.com",
				value)
		}
	case "CanonicalUser":
		if !canonicalID.MatchString(value) {
			return "invalid canonical user ID: use 64 hexadecimal digits"
		}
	}
	return ""
}

// operators are the condition operators with the checks of their values. Source: "IAM JSON policy elements: Condition
// operators".
var operators = func() map[string]func(string) string {
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
}()

// splitOperator splits the quantifier and IfExists off an operator.
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

// checkOperator returns the check of an operator's values, or the problem of the operator.
func checkOperator(operator string) (check func(string) string, problem string) {
	quantifier, base, ifExists := splitOperator(operator)
	values, ok := operators[base]
	switch {
	case !ok:
		return nil, fmt.Sprintf("unknown operator %q, %s", operator, suggest(base, operators))
	case base == "Null" && (ifExists || quantifier != ""):
		return nil, fmt.Sprintf("unsupported operator %q: use Null without IfExists and without a quantifier", operator)
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
		return fmt.Sprintf("invalid number %q", v)
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
	return fmt.Sprintf("invalid date %q: use a date such as 2027-01-31T12:00:00Z", v)
}

func checkBool(v string) string {
	if v != "true" && v != "false" {
		return fmt.Sprintf(`invalid boolean %q: use "true" or "false"`, v)
	}
	return ""
}

func checkAddress(v string) string {
	if _, err := netip.ParseAddr(v); err == nil {
		return ""
	}
	if _, err := netip.ParsePrefix(v); err != nil {
		return fmt.Sprintf("invalid address %q: use an IP address, or a CIDR block such as 203.0.113.0/24", v)
	}
	return ""
}
