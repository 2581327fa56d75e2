package kernel

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// Refuse returns the error of an AWS API: a code and a message.
func Refuse(code, format string, args ...any) error {
	message := fmt.Sprintf(format, args...)
	return &cloud.Refusal{Code: code, Message: message, Text: fmt.Sprintf("api error %s: %s", code, message)}
}

// Errorf returns an error in the words of AWS or its provider.
func Errorf(format string, args ...any) error { return fmt.Errorf(format, args...) }

// Retryable lists the codes with which AWS throttles requests.
func Retryable() []string {
	return []string{"RequestLimitExceeded", "Throttling", "ThrottlingException", "TooManyRequestsException"}
}

// AutoName is the automatic name of a resource: its own and seven random hexadecimal digits.
func AutoName(resource string, random *rand.Rand) string {
	return fmt.Sprintf("%s-%07x", resource, random.IntN(1<<28))
}

// SetID sets the id of a new object to a prefix and 17 hexadecimal digits.
func SetID(c *cloud.Call, prefix string) (err error) {
	c.Object.ID, err = NewID(c, prefix)
	return err
}

// SetNewID sets an output to a prefix and 17 hexadecimal digits.
func SetNewID(c *cloud.Call, output, prefix string) error {
	id, err := NewID(c, prefix)
	c.Set(output, id)
	return err
}

// NewID returns a prefix and 17 hexadecimal digits.
func NewID(c *cloud.Call, prefix string) (string, error) {
	digits, err := c.Hex(17)
	return prefix + digits, err
}

// NewUUID returns a UUID, such as 9ab1c2d3-0000-4444-8888-0123456789ab.
func NewUUID(c *cloud.Call) (string, error) {
	digits, err := c.Hex(32)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s-%s-%s-%s-%s", digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]), nil
}

// AccountPlace is the place of resources that belong to an account and not to one of its regions.
func AccountPlace(s cloud.Scope, _ map[string]any) string { return s.Values["account"] }

// JSON marks properties as JSON documents such as policies, whose texts are equal if AWS takes them for the same
// document. It is a [cloud.Type.Same].
func JSON(properties ...string) map[string]func(before, after string) bool {
	out := map[string]func(before, after string) bool{}
	for _, p := range properties {
		out[p] = sameJSON
	}
	return out
}

// sameJSON reports whether two JSON texts mean the same to AWS: lists of strings are sets, and a string is a list of
// one.
func sameJSON(a, b string) bool {
	var x, y any
	if json.Unmarshal([]byte(a), &x) != nil || json.Unmarshal([]byte(b), &y) != nil {
		return a == b
	}
	return fmt.Sprint(canonical(x)) == fmt.Sprint(canonical(y))
}

// canonical returns JSON in which the order of strings in lists does not matter. Maps are printed in the order of their
// keys.
func canonical(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for key, e := range v {
			out[key] = canonical(e)
		}
		return out
	case []any:
		if len(v) == 1 {
			return canonical(v[0])
		}
		out := make([]any, len(v))
		texts := true
		for i, e := range v {
			out[i] = canonical(e)
			_, text := e.(string)
			texts = texts && text
		}
		if texts {
			slices.SortFunc(out, func(a, b any) int { return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
		}
		return out
	case string:
		return fmt.Sprintf("%q", v)
	default:
		// AWS takes true and "true" for the same.
		return fmt.Sprintf("%q", fmt.Sprint(v))
	}
}
