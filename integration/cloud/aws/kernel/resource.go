package kernel

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// Unique refuses to create an object if another one of its type in the same place has the same value of a property.
// message takes the value.
func Unique(c *cloud.Call, property, code, message string) error {
	all, err := c.List(c.Object.Type)
	for _, o := range all {
		if o.Place == c.Object.Place && o.Text(property) == c.Text(property) {
			return Refuse(code, message, c.Text(property))
		}
	}
	return err
}

// Names is the grammar of the names of a type.
type Names struct {
	// Pattern is what a name and its beginning match.
	Pattern *regexp.Regexp
	// Longest is the maximum length. Default: any.
	Longest int
	// Says describes the pattern in the words of the provider.
	Says string
}

// Check checks an input with a name, and the one with its beginning.
func (n Names) Check(c *cloud.Checker, property string) {
	for _, p := range []string{property, property + "Prefix"} {
		name, ok := c.Text(p)
		if ok && n.Longest > 0 && (name == "" || len(name) > n.Longest) {
			c.Add(p, "expected length of %s to be in the range (1 - %d), got %s", p, n.Longest, name)
		} else if ok && !n.Pattern.MatchString(name) {
			c.Add(p, "invalid value for %s (%s), got %s", p, n.Says, name)
		}
	}
}

// FIFO returns the end of automatic names of a type, those of which with the property end in ".fifo".
func FIFO(property string) func(inputs map[string]any) string {
	return func(inputs map[string]any) string {
		if inputs[property] == true {
			return ".fifo"
		}
		return ""
	}
}

// CheckARNs checks inputs that are ARNs, as the provider does.
func CheckARNs(c *cloud.Checker, properties ...string) {
	for _, p := range properties {
		texts := cloud.Texts(c.Value(p))
		if text, ok := c.Text(p); ok && text != "" {
			texts = []string{text}
		}
		for _, text := range texts {
			if !IsARN(text) {
				c.Add(p, "%q (%s) is an invalid ARN: %s", p, text, arnProblem(text))
			}
		}
	}
}

// IsARN reports whether a text has the form of an ARN.
func IsARN(text string) bool { return arnProblem(text) == "" }

// The parts of ARNs, as the provider checks them. Source: ValidARN of the provider's package verify.
var (
	arnPartition = regexp.MustCompile(`^aws(-[a-z]+)*$`)
	arnRegion    = regexp.MustCompile(`^([a-z]{2,4}(-[a-z]+)+-\d{1,2})?$`)
	arnAccount   = regexp.MustCompile(`^(aws|aws-managed|aws-marketplace|partner-managed|third-party|\d{12}|cw.{10})?$`)
)

func arnProblem(text string) string {
	switch parts := strings.SplitN(text, ":", 6); {
	case parts[0] != "arn":
		return "arn: invalid prefix"
	case len(parts) < 6:
		return "arn: not enough sections"
	case !arnPartition.MatchString(parts[1]):
		return fmt.Sprintf("invalid partition value (%s)", parts[1])
	case parts[2] == "":
		return "missing service value"
	case !arnRegion.MatchString(parts[3]):
		return fmt.Sprintf("invalid region value (%s)", parts[3])
	case !arnAccount.MatchString(parts[4]) && parts[2] != "apigateway" && parts[2] != "automate":
		// ARNs of the actions of an alarm and of integrations have a service there: arn:aws:automate:eu-west-1:ec2:stop.
		return fmt.Sprintf("invalid account ID value (%s)", parts[4])
	case parts[5] == "":
		return "missing resource value"
	}
	return ""
}

// ForwardsTo returns the target groups that the actions of a listener or a rule forward to.
func ForwardsTo(actions any) []string {
	var out []string
	for _, action := range cloud.Objects(actions) {
		if arn := cloud.Text(action, "targetGroupArn"); arn != "" {
			out = append(out, arn)
		}
		forward, _ := action["forward"].(map[string]any)
		for _, g := range cloud.Objects(forward["targetGroups"]) {
			out = append(out, cloud.Text(g, "arn"))
		}
	}
	return out
}

// SetPartID sets the id of a new part of another object, such as a policy of a group, to its name. The names of parts are
// unique within their owner only: the id of a second one of the name begins with that of its owner. (The provider finds
// such a part by its owner and name, the store by its id.)
func SetPartID(c *cloud.Call, owner *cloud.Object, name string) error {
	c.Object.ID, c.Object.Managed = name, owner.Key()
	same, err := c.Here(c.Object.Type, name)
	if err == nil && same != nil && same.Managed != owner.Key() {
		c.Object.ID = owner.ID + "/" + name
	}
	return err
}
