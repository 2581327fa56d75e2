package events

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// patternProblem returns what is wrong with an event pattern, or "". Its leaves are lists of values and comparisons.
// Source: "Comparison operators for use in event patterns", Amazon EventBridge User Guide.
func patternProblem(text string) string {
	var pattern map[string]any
	if json.Unmarshal([]byte(text), &pattern) != nil {
		return "Filter is not an object"
	}
	return leavesProblem(pattern)
}

func leavesProblem(pattern map[string]any) string {
	if len(pattern) == 0 {
		return "Empty objects are not allowed"
	}
	for _, name := range slices.Sorted(maps.Keys(pattern)) {
		reason := ""
		switch v := pattern[name].(type) {
		case map[string]any:
			reason = leavesProblem(v)
		case []any:
			reason = listProblem(name, v)
		default:
			reason = `"` + name + `" must be an object or an array`
		}
		if reason != "" {
			return reason
		}
	}
	return ""
}

// listProblem returns what is wrong with the values of a field, or with the alternatives of "$or".
func listProblem(name string, list []any) string {
	if len(list) == 0 {
		return "Empty arrays are not allowed: " + name
	}
	for _, v := range list {
		switch v := v.(type) {
		case map[string]any:
			if name == "$or" {
				if reason := leavesProblem(v); reason != "" {
					return reason
				}
			} else if reason := comparisonProblem(v); reason != "" {
				return reason
			}
		case []any:
			return "Match value must be String, number, true, false, or null: " + name
		default:
			if name == "$or" {
				return `"$or" must be an array of objects`
			}
		}
	}
	return ""
}

func operators() []string {
	return []string{"anything-but", "cidr", "equals-ignore-case", "exists", "numeric", "prefix", "suffix", "wildcard"}
}

func comparisonProblem(comparison map[string]any) string {
	if len(comparison) != 1 {
		return "Only one key allowed in match expression"
	}
	for operator, v := range comparison {
		if !slices.Contains(operators(), operator) {
			return "Unrecognized match type " + operator
		}
		if _, flag := v.(bool); operator == "exists" && !flag {
			return "exists match pattern must be either true or false."
		}
		if _, list := v.([]any); operator == "numeric" && !list {
			return "Value of numeric must be an array."
		}
		if _, text := v.(string); !text && slices.Contains([]string{"cidr", "wildcard"}, operator) {
			return fmt.Sprintf("%s match pattern must be a string", operator)
		}
	}
	return ""
}
